//! `portal/texts.yaml` of an app: which register a public report goes into, its questions, its words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// The file as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortalFile {
    pub(crate) format: u32,
    /// The app it stands in.
    pub(crate) portal: String,
    /// Register that a report becomes a record of.
    pub(crate) register: String,
    /// Form with the only fields a resident may send.
    pub(crate) form: String,
    /// Values the page adds.
    #[serde(default)]
    pub(crate) set: Map<String, Json>,
    /// Field whose beginning becomes the label of the record when none was typed.
    pub(crate) title_from: Option<String>,
    /// Questions, one a page.
    pub(crate) steps: Vec<Step>,
    pub(crate) state_dictionary: String,
    pub(crate) state_words: Vec<StateWord>,
    pub(crate) progress: Progress,
    pub(crate) rating: Option<Rating>,
    /// Words of its own, see [`WORDS`].
    pub(crate) texts: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) how_it_works: Vec<HowStep>,
    /// Purpose, basis, who, retention, rights and location.
    #[serde(default)]
    pub(crate) privacy: BTreeMap<String, String>,
}

/// Words every portal file must have.
pub(crate) const WORDS: [&str; 17] = [
    "home",
    "heading",
    "lead",
    "not_emergency",
    "near_border",
    "outside",
    "done_number",
    "done_code",
    "done_keep",
    "done_next",
    "lookup_unknown",
    "photo_failed",
    "rate_heading",
    "rate_done",
    "rated_already",
    "rate_later",
    "handled_by",
];

/// Parts of the privacy notice, in the order in which they are shown.
pub(crate) const PRIVACY: [&str; 6] = ["purpose", "basis", "who", "retention", "location", "rights"];

/// One question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    /// Name in addresses and forms.
    pub(crate) step: String,
    /// The question.
    pub(crate) title: String,
    /// The same in a word or two, for the list of steps and the page where answers are checked.
    pub(crate) short: String,
    pub(crate) help: Option<String>,
    /// Why it is asked, how long it is kept.
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    #[serde(default)]
    pub(crate) fields: Vec<Asked>,
    pub(crate) point: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) most: Option<usize>,
}

/// What kind of question.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StepKind {
    /// Fields to fill in (`fields`).
    Words,
    /// A place by address or sketch (`point`, `address`).
    Place,
    /// Photos (`field`, `most`).
    Photos,
}

/// A field as it is asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    pub(crate) field: String,
    pub(crate) label: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) example: Option<String>,
    pub(crate) yes: Option<String>,
    pub(crate) no: Option<String>,
}

/// One of the public words of a state, in order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateWord {
    pub(crate) word: String,
    pub(crate) text: String,
}

/// What whoever has the code sees.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Progress {
    pub(crate) number: String,
    pub(crate) unit: Option<String>,
    #[serde(default)]
    pub(crate) dates: Vec<Dated>,
    #[serde(default)]
    pub(crate) answers: Vec<Shown>,
    /// Photos of the work done.
    pub(crate) photos: Option<Shown>,
    /// Photos that came with the report, shown beside those.
    pub(crate) before: Option<Shown>,
    /// The limit that was set for this matter.
    pub(crate) limit: Option<LimitShown>,
    /// How often something happened, shown when it did.
    #[serde(default)]
    pub(crate) counts: Vec<Counted>,
}

/// A field that is shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    pub(crate) field: String,
    pub(crate) title: String,
}

/// A limit that is shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitShown {
    /// `{amount, unit}` as it was set first.
    pub(crate) field: String,
    pub(crate) title: String,
    /// The clock of the process that counts it: with it the page knows extensions, pauses and when it is due.
    pub(crate) clock: Option<String>,
}

/// A whole number that is shown when it is more than nothing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counted {
    pub(crate) field: String,
    pub(crate) title: String,
    /// With `{n}`.
    pub(crate) text: String,
}

/// A moment that is shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dated {
    pub(crate) field: String,
    pub(crate) title: String,
    /// Without a value: the moment when the record was made.
    #[serde(default)]
    pub(crate) or_created: bool,
}

/// The rating.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rating {
    pub(crate) act: String,
    pub(crate) form: String,
    pub(crate) open_when: String,
    pub(crate) done_when: String,
    pub(crate) fields: Vec<Asked>,
}

/// A heading with a sentence.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) title: String,
    pub(crate) text: String,
}

/// What happens after a report, one step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HowStep {
    pub(crate) title: String,
    pub(crate) text: String,
    /// How long it may take; `{clock.NAME}` is the limit of that clock of the register's process.
    pub(crate) limit: Option<String>,
}

impl Step {
    /// Names of the fields it fills.
    pub(crate) fn names(&self) -> Vec<&str> {
        let single = [&self.point, &self.address, &self.field]
            .into_iter()
            .flatten()
            .map(String::as_str);
        self.fields.iter().map(|it| it.field.as_str()).chain(single).collect()
    }
}

impl PortalFile {
    /// A word of its own; [`WORDS`] are known to be there.
    pub(crate) fn word(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }
}

//! What an instance remembers: one compact blob with a format number. Business data is in the record.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use yiwang_authz::Subject;
use yiwang_bpmn::State;
use yiwang_types::worktime::Limit;
use yiwang_types::{Fault, Instant};

use crate::who::persons;

/// Format of the blob; a reader refuses a number it does not know.
const FORMAT: u32 = 1;

/// The memory of one instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    format: u32,
    /// Tokens, variables, counts: the engine's own.
    pub engine: State,
    /// Open tasks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<OpenTask>,
    /// Named clocks that have begun.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clocks: BTreeMap<String, ClockState>,
    /// Timers set and not fired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<TimerEntry>,
    /// Who acted on which task: the base of 监管分离.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub acted: BTreeMap<String, BTreeSet<String>>,
    /// How often an act was done.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub acts: BTreeMap<String, u32>,
    /// 挂账: since when the clocks stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Suspension>,
}

fn unreadable(err: &serde_json::Error) -> Fault {
    Fault::internal(format!("reading instance state: {err}"))
}

fn check_format(found: u32) -> Result<(), Fault> {
    if found == FORMAT {
        Ok(())
    } else {
        Err(Fault::internal(format!("instance state has format {found}")))
    }
}

/// An open task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenTask {
    /// Row number.
    pub rid: i64,
    /// UUID.
    pub id: String,
    /// The engine's token; 0 for a side task.
    pub token: u32,
    /// User task of the process; for a side task the one it belongs to.
    pub element: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// Pools that may take it.
    pub pools: Vec<String>,
    /// The user it is given to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// A fixed deadline of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// Set for a side task: what is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
}

/// A request that waits for a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// `extend`, `suspend` ...
    pub act: String,
    /// What was filled in.
    pub form: Map<String, Json>,
    /// Why.
    pub comment: Option<String>,
    /// Who asks.
    pub asker: String,
    /// For whom, when he acts on behalf of somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker_for: Option<String>,
}

/// A named clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockState {
    /// The limit, extensions included.
    pub limit: Limit,
    /// When it began.
    pub started_at: Instant,
    /// Times it stood, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<(Instant, Instant)>,
    /// Since when it stands now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_since: Option<Instant>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// When it is due, as far as is known now.
    pub due: Instant,
}

/// A timer of the engine or the review date of a suspension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimerEntry {
    /// Row number.
    pub rid: i64,
    /// What it is for.
    pub what: TimerKind,
    /// When it fires; none while its clock stands.
    pub due: Option<Instant>,
}

/// What a timer is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TimerKind {
    /// The engine's timer at a fixed instant.
    Engine(u32),
    /// The engine's timer at the due time of a clock.
    Clock(u32, String),
    /// The review date of a suspension.
    Review,
}

/// An approved suspension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspension {
    /// Since when.
    pub since: Instant,
    /// Task it was asked for.
    pub element: String,
    /// When it ends by itself.
    pub review: Instant,
}

impl Matter {
    /// A fresh memory.
    pub fn new() -> Matter {
        Matter {
            format: FORMAT,
            ..Matter::default()
        }
    }

    /// The stored form.
    ///
    /// # Errors
    /// Internal fault.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Fault> {
        serde_json::to_vec(self).map_err(|err| Fault::internal(format!("writing instance state: {err}")))
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// Internal fault when it is of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Matter, Fault> {
        let it: Matter = serde_json::from_slice(bytes).map_err(|err| unreadable(&err))?;
        check_format(it.format)?;
        Ok(it)
    }

    /// Its open tasks and clocks alone, for lists: the rest, which is most of it, is passed over.
    ///
    /// # Errors
    /// Internal fault when it is of another format.
    pub fn timed_from_bytes(bytes: &[u8]) -> Result<Matter, Fault> {
        #[derive(Deserialize)]
        struct Timed {
            format: u32,
            #[serde(default)]
            tasks: Vec<OpenTask>,
            #[serde(default)]
            clocks: BTreeMap<String, ClockState>,
        }
        let it: Timed = serde_json::from_slice(bytes).map_err(|err| unreadable(&err))?;
        check_format(it.format)?;
        Ok(Matter {
            format: it.format,
            tasks: it.tasks,
            clocks: it.clocks,
            ..Matter::default()
        })
    }

    /// The open task with that UUID.
    pub fn task(&self, id: &str) -> Option<&OpenTask> {
        self.tasks.iter().find(|it| it.id == id)
    }

    /// Notes that somebody acted on a task; for whom he acted has acted too.
    pub fn note_actor(&mut self, element: &str, subject: &Subject) {
        let persons = persons(subject).map(str::to_owned);
        self.acted.entry(element.to_owned()).or_default().extend(persons);
    }

    /// Notes an act.
    pub fn note_act(&mut self, act: &str) {
        *self.acts.entry(act.to_owned()).or_default() += 1;
    }
}

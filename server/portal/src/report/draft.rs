//! A report on its way: everything typed, kept as typed, so that nothing is lost over an error or a step back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use yiwang_model::{FieldType, FieldValue, Register};
use yiwang_space::Point;
use yiwang_space::geometry::point_to_json;
use yiwang_space::sketch::ViewQuery;
use yiwang_types::digest::hex;
use yiwang_types::{Entropy, text};

use crate::answers::Answers;
use crate::services::{Located, Places};
use crate::site::{Portal, Step, StepKind};

/// Longest title made of a description, in characters.
const TITLE: usize = 30;

/// What the form carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) register: String,
    /// One report, one key: submitted again it is the same case.
    pub(crate) key: String,
    /// Words by field.
    pub(crate) answers: BTreeMap<String, String>,
    /// The point that was clicked or chosen.
    pub(crate) point: Option<(i64, i64)>,
    /// How far off the phone's own position may be, in metres, when the point came from there.
    #[serde(default)]
    pub(crate) accuracy: Option<u32>,
    /// Which side of a border was meant.
    pub(crate) side: Option<String>,
    /// The address for which places were offered.
    pub(crate) asked_for: Option<String>,
    /// The address for which none of the places was meant.
    pub(crate) declined: Option<String>,
    /// The part of the sketch on view.
    pub(crate) view: ViewQuery,
    /// File ids.
    pub(crate) photos: Vec<String>,
    /// Whether the answers were already looked at as a whole; then each change leads back there.
    pub(crate) checking: bool,
}

/// Where the report is, as far as known.
pub(crate) enum Settled {
    /// No point.
    Nowhere,
    /// This point; on a border with the cell that was meant.
    At(Point, Option<String>),
    /// On a border, and the reporter has not said which side he means.
    Unclear,
    /// Outside the county.
    Outside,
}

impl Draft {
    /// An empty one with a key of its own.
    pub(crate) fn new(register: &str, entropy: &dyn Entropy) -> Draft {
        let mut random = [0; 16];
        entropy.fill(&mut random);
        Draft {
            register: register.to_owned(),
            key: hex(&random),
            answers: BTreeMap::new(),
            point: None,
            accuracy: None,
            side: None,
            asked_for: None,
            declined: None,
            view: ViewQuery::default(),
            photos: Vec::new(),
            checking: false,
        }
    }

    /// The words of a draft that this site did not sign; key and photos anew.
    pub(crate) fn salvaged(self, register: &str, entropy: &dyn Entropy) -> Draft {
        Draft {
            answers: self.answers,
            point: self.point,
            accuracy: self.accuracy,
            side: self.side,
            view: self.view,
            ..Draft::new(register, entropy)
        }
    }

    /// Takes over what was typed on a page, right or wrong.
    pub(crate) fn take(&mut self, step: &Step, answers: &Answers) {
        let words = step.fields.iter().map(|it| &it.field).chain(&step.address);
        for name in words {
            if let Some(typed) = answers.text(name) {
                self.answers.insert(name.clone(), typed.to_owned());
            }
        }
        if step.kind == StepKind::Photos {
            for id in &answers.photos {
                if !self.photos.contains(id) && self.photos.len() < step.most.unwrap_or(usize::MAX) {
                    self.photos.push(id.clone());
                }
            }
        }
        if step.kind == StepKind::Place
            && let Some(view) = view_of(answers)
        {
            self.view = view;
        }
        if let Some(side) = answers.text("side") {
            self.side = Some(side.to_owned());
        }
    }

    /// What was typed into a field.
    pub(crate) fn typed(&self, name: &str) -> &str {
        self.answers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn place(&self) -> Option<Point> {
        self.point.and_then(|(lon, lat)| Point::new(lon, lat))
    }

    /// Puts the mark somewhere else; which side of a border was meant is asked again.
    pub(crate) fn mark(&mut self, point: Option<Point>) {
        self.point = point.map(|it| (it.lon(), it.lat()));
        self.accuracy = None;
        self.side = None;
    }

    /// The point to record.
    pub(crate) fn settled(&self, places: &dyn Places) -> Settled {
        let Some(point) = self.place() else { return Settled::Nowhere };
        match places.locate(point) {
            Located::Inside => Settled::At(point, None),
            Located::Outside => Settled::Outside,
            Located::Border(sides) => match sides.iter().find(|it| Some(&it.key) == self.side.as_ref()) {
                Some(side) => Settled::At(side.at, Some(side.key.clone())),
                None => Settled::Unclear,
            },
        }
    }

    /// The fields as the kernel takes them. What was left empty is left out.
    pub(crate) fn input(&self, portal: &Portal, places: &dyn Places) -> Map<String, Json> {
        let mut input = Map::new();
        for step in &portal.file.steps {
            for name in step.fields.iter().map(|it| &it.field).chain(&step.address) {
                if let Some(value) = self.value(&portal.register, name) {
                    input.insert(name.clone(), value);
                }
            }
            if let (Some(name), Settled::At(point, meant)) = (&step.point, self.settled(places)) {
                input.insert(name.clone(), point_to_json(point));
                let cell = portal.register.place.as_ref().and_then(|it| it.cell.clone());
                let asked = |name: &String| portal.form.fields.iter().any(|it| it.name == *name);
                if let (Some(cell), Some(meant)) = (cell.filter(asked), meant) {
                    input.insert(cell, Json::from(meant));
                }
            }
            if let Some(name) = step.field.as_ref().filter(|_| !self.photos.is_empty()) {
                input.insert(name.clone(), Json::from(self.photos.clone()));
            }
        }
        let label = &portal.register.label;
        let from = portal.file.title_from.as_deref().map(|it| self.typed(it));
        if let Some(title) = from.map(title_of).filter(|it| !it.is_empty() && !input.contains_key(label)) {
            input.insert(label.clone(), Json::from(title));
        }
        input
    }

    fn value(&self, register: &Register, name: &str) -> Option<Json> {
        let field = register.field(name)?;
        let typed = self.typed(name);
        match field.ty {
            FieldType::Boolean => answer_of(typed)
                .or(match field.default {
                    Some(FieldValue::Bool(it)) => Some(it),
                    _ => None,
                })
                .map(Json::Bool),
            _ => Some(typed).filter(|it| !it.trim().is_empty()).map(Json::from),
        }
    }
}

/// The part of the sketch that a script had moved to; without one there is none.
fn view_of(answers: &Answers) -> Option<ViewQuery> {
    let part = |name: &str| answers.text(name)?.parse().ok();
    Some(ViewQuery {
        e: Some(part("view-e")?),
        n: Some(part("view-n")?),
        s: Some(answers.number("view-s")?),
        me: None,
        mn: None,
    })
}

/// Yes or no as a form sends it.
pub(crate) fn answer_of(typed: &str) -> Option<bool> {
    match typed {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The beginning of a description: its first sentence, cut at thirty characters.
fn title_of(description: &str) -> String {
    let clean = text::multi_line(description);
    let sentence = clean
        .split(['\n', '。', '！', '？', '!', '?', '；'])
        .map(str::trim)
        .find(|it| !it.is_empty())
        .unwrap_or_default();
    let line = text::one_line(sentence);
    if line.chars().count() <= TITLE {
        return line;
    }
    let cut: String = line.chars().take(TITLE - 1).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        let check = |input: &str, expected: &str| assert_eq!(title_of(input), expected);
        check("井盖碎了。昨晚有人绊倒。", "井盖碎了");
        check("\n\n  路灯不亮\n三天了", "路灯不亮");
        check(&"很".repeat(31), &format!("{}…", "很".repeat(29)));
        check(&"很".repeat(30), &"很".repeat(30));
        check("。。。", "");
        check("", "");
    }
}

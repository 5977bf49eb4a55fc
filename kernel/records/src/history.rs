//! The history of a record: one row an act, with the changed fields. It is also the timeline.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use yiwang_model::{Field, FieldValue};
use yiwang_store::{Cmp, Filter, Row, Scope, Select, Sort, Value, Write};
use yiwang_types::{Fault, Instant, Offset};

use crate::audit::content_digest;
use crate::ctx::Ctx;
use crate::draft::Draft;
use crate::engine::Records;
use crate::faults::fault_of;
use crate::tables;

/// One act on a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Place in the chain of the matter, from 1.
    pub seq: i64,
    /// Version after it.
    pub version: i64,
    /// When.
    pub at: Instant,
    /// `staff`, `resident`, `job` ...
    pub subject_kind: String,
    /// `kind:id`.
    pub subject: String,
    /// Name to show.
    pub subject_name: String,
    /// Code of the department in whose name it was done.
    pub department: Option<String>,
    /// Principal, when done on behalf.
    pub on_behalf: Option<String>,
    /// The act.
    pub act: String,
    /// Name of the step.
    pub step: Option<String>,
    /// Chosen outcome.
    pub outcome: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// `changes`, `notes`, `authority`.
    pub content: Json,
}

/// A history row waiting for its place in the chain.
pub(crate) struct Prepared {
    rid: i64,
    record_rid: i64,
    register: String,
    at: Instant,
    version: i64,
    act: String,
    who: [Value; 5],
    told: [Value; 3],
    content: Map<String, Json>,
}

/// How a new value is written down. Of a sensitive value only a salted digest.
pub(crate) fn change_of(field: &Field, value: &FieldValue, salt: &[u8; 16], offset: Offset) -> Json {
    match (field.sensitive.is_some(), value) {
        (true, FieldValue::Text(clear)) => json!({ "digest": content_digest(salt, clear).to_string() }),
        _ => value.to_json(offset),
    }
}

pub(crate) fn prepare(ctx: &Ctx, draft: &Draft, rid: i64, version: i64, changes: Map<String, Json>) -> Prepared {
    let subject = &ctx.subject;
    let mut content = Map::new();
    content.insert("format".into(), Json::from(1));
    content.insert("changes".into(), Json::Object(changes));
    if !draft.deed.notes.is_empty() {
        content.insert("notes".into(), Json::Object(draft.deed.notes.clone()));
    }
    content.insert("authority".into(), draft.authority.to_json());
    Prepared {
        rid,
        record_rid: draft.rid(),
        register: draft.register.name.clone(),
        at: draft.at,
        version,
        act: draft.deed.act.clone(),
        who: [
            Value::from(subject.kind.as_str()),
            Value::from(subject.reference()),
            Value::from(subject.name.as_str()),
            Value::from(
                draft
                    .department
                    .as_deref()
                    .or_else(|| subject.seats.first().map(|it| it.department.as_str())),
            ),
            Value::from(subject.on_behalf.as_deref()),
        ],
        told: [
            Value::from(draft.deed.step.as_deref()),
            Value::from(draft.deed.outcome.as_deref()),
            Value::from(draft.deed.comment.as_deref()),
        ],
        content,
    }
}

/// Columns of a history row that `audit verify` reads. The first four stand in the chain themselves, the others in its digest.
pub(crate) const PROVED: [&str; 12] = [
    "at",
    "subject",
    "on_behalf",
    "act",
    "version",
    "subject_kind",
    "subject_name",
    "department",
    "step",
    "outcome",
    "comment",
    "content",
];

/// What is digested of a history row, from the columns of [`PROVED`] behind the fourth: each value is told apart from its neighbours.
pub(crate) fn proof(told: &[Value]) -> String {
    let json = |it: &Value| match it {
        Value::Int(number) => Json::from(*number),
        other => Json::from(other.as_text()),
    };
    Json::from(told.iter().map(json).collect::<Vec<_>>()).to_string()
}

impl Prepared {
    pub(crate) fn act(&self) -> &str {
        &self.act
    }

    /// What is digested of this row when it has that content.
    pub(crate) fn proof(&self, content: &str) -> String {
        let [kind, _, name, department, _] = self.who.clone();
        let [step, outcome, comment] = self.told.clone();
        let version = Value::Int(self.version);
        proof(&[version, kind, name, department, step, outcome, comment, Value::from(content)])
    }

    /// The content with the numbers given at the commit.
    pub(crate) fn content(&self, numbers: &BTreeMap<String, String>) -> String {
        let mut content = self.content.clone();
        if let Some(Json::Object(changes)) = content.get_mut("changes") {
            changes.extend(
                numbers
                    .iter()
                    .map(|(field, number)| (field.clone(), Json::from(number.as_str()))),
            );
        }
        Json::Object(content).to_string()
    }

    pub(crate) fn write(&self, seq: i64, content: String) -> Write {
        let (year, month, _) = self.at.date(Offset::CHINA).ymd();
        let [kind, subject, name, department, on_behalf] = self.who.clone();
        let [step, outcome, comment] = self.told.clone();
        Write::Insert {
            table: tables::HISTORY.into(),
            row: vec![
                ("rid".into(), Value::Int(self.rid)),
                ("month".into(), Value::Int(i64::from(year) * 100 + i64::from(month))),
                ("register".into(), Value::from(self.register.as_str())),
                ("record_rid".into(), Value::Int(self.record_rid)),
                ("seq".into(), Value::Int(seq)),
                ("version".into(), Value::Int(self.version)),
                ("at".into(), Value::Int(self.at.millis())),
                ("subject_kind".into(), kind),
                ("subject".into(), subject),
                ("subject_name".into(), name),
                ("department".into(), department),
                ("on_behalf".into(), on_behalf),
                ("act".into(), Value::from(self.act.as_str())),
                ("step".into(), step),
                ("outcome".into(), outcome),
                ("comment".into(), comment),
                ("content".into(), Value::from(content)),
            ],
        }
    }
}

const COLUMNS: [&str; 13] = [
    "seq",
    "version",
    "at",
    "subject_kind",
    "subject",
    "subject_name",
    "department",
    "on_behalf",
    "act",
    "step",
    "outcome",
    "comment",
    "content",
];

impl Records {
    /// The acts on a record in their order. The caller has read the record within its scope.
    pub(crate) async fn entries(&self, rid: i64) -> Result<Vec<Entry>, Fault> {
        let select = Select {
            table: tables::HISTORY.to_owned(),
            columns: COLUMNS.iter().map(|it| (*it).to_owned()).collect(),
            filter: Filter::Cmp {
                column: "record_rid".into(),
                op: Cmp::Eq,
                value: Value::Int(rid),
            },
            scope: Scope::All,
            sort: vec![Sort {
                column: "seq".into(),
                descending: false,
            }],
            after: None,
            limit: 1000,
        };
        let rows = self.store().select(&select).await.map_err(fault_of)?;
        rows.iter().map(entry).collect()
    }
}

fn entry(row: &Row) -> Result<Entry, Fault> {
    let broken = || Fault::internal("history row is incomplete");
    let int = |at: usize| row.get(at).and_then(Value::as_int).ok_or_else(broken);
    let text = |at: usize| row.get(at).and_then(Value::as_text).map(str::to_owned);
    Ok(Entry {
        seq: int(0)?,
        version: int(1)?,
        at: Instant::from_millis(int(2)?),
        subject_kind: text(3).ok_or_else(broken)?,
        subject: text(4).ok_or_else(broken)?,
        subject_name: text(5).ok_or_else(broken)?,
        department: text(6),
        on_behalf: text(7),
        act: text(8).ok_or_else(broken)?,
        step: text(9),
        outcome: text(10),
        comment: text(11),
        content: serde_json::from_str(&text(12).ok_or_else(broken)?).map_err(|_| broken())?,
    })
}

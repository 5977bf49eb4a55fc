//! Who has to do with a record: the base of the scope `participant`.

use yiwang_store::{Name, Value, Write};

use crate::tables;

/// A user, a department, a pool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Participant {
    /// Id of a user.
    User(String),
    /// Code of a department.
    Department(String),
    /// Pool of a task: whoever is in it.
    Pool(String),
    /// Id of a user who follows the matter without working on it (urging, supervising); gives no right to see it.
    Watcher(String),
}

impl Participant {
    /// As stored: `u:ID`, `d:CODE`, `p:POOL` or `w:ID`.
    pub(crate) fn key(&self) -> String {
        match self {
            Participant::User(it) => format!("u:{it}"),
            Participant::Department(it) => format!("d:{it}"),
            Participant::Pool(it) => format!("p:{it}"),
            Participant::Watcher(it) => format!("w:{it}"),
        }
    }
}

pub(crate) fn write(register: &str, rid: i64, participant: &Participant) -> Write {
    Write::Upsert {
        table: tables::PARTICIPANT.into(),
        key: key(register, rid, participant),
        row: vec![],
    }
}

pub(crate) fn delete(register: &str, rid: i64, participant: &Participant) -> Write {
    Write::Delete {
        table: tables::PARTICIPANT.into(),
        key: key(register, rid, participant),
    }
}

fn key(register: &str, rid: i64, participant: &Participant) -> Vec<(Name, Value)> {
    vec![
        ("register".into(), Value::from(register)),
        ("who".into(), Value::from(participant.key())),
        ("record_rid".into(), Value::Int(rid)),
    ]
}

//! Row scope: from the terms of a permission to branches of a query, and the same question asked of one record in hand.

use std::collections::BTreeSet;

use yiwang_authz::{ScopeTerm, Subject};
use yiwang_model::{FieldValue, Register};
use yiwang_store::{Filter, Scope, Select, Value};

use crate::loaded::Loaded;
use crate::tables;

/// The union of the terms; no term means no row.
pub(crate) fn compile(register: &Register, terms: &[ScopeTerm], subject: &Subject) -> Scope {
    if terms.iter().any(|it| matches!(it, ScopeTerm::All)) {
        return Scope::All;
    }
    Scope::Branches(terms.iter().flat_map(|it| branches(register, it, subject)).collect())
}

fn branches(register: &Register, term: &ScopeTerm, subject: &Subject) -> Vec<Filter> {
    match term {
        ScopeTerm::All => vec![Filter::True],
        ScopeTerm::Division(codes) => match &register.division {
            Some(field) => outermost(codes).into_iter().map(|code| under(field, code)).collect(),
            None => vec![],
        },
        ScopeTerm::Department { field, codes } => match codes.as_slice() {
            [] => vec![],
            codes => vec![Filter::In {
                column: field.as_str().into(),
                values: codes.iter().map(|it| Value::from(it.as_str())).collect(),
            }],
        },
        // The maker of a record is kept as `kind:id`, a field of users as the id alone.
        ScopeTerm::Own { field, .. } if is_maker(field) => vec![equal(field, &subject.reference())],
        ScopeTerm::Own { field, user } => vec![equal(field, user)],
        ScopeTerm::Participant { user, departments } => {
            vec![participates(register, participant_keys(user, departments, subject))]
        }
    }
}

fn equal(column: &str, value: &str) -> Filter {
    Filter::Cmp {
        column: column.into(),
        op: yiwang_store::Cmp::Eq,
        value: Value::from(value),
    }
}

fn is_maker(field: &str) -> bool {
    field == "created_by"
}

/// Codes of divisions are hierarchical: what lies under `990124` starts with it. A range, so that the index is used.
fn under(field: &str, code: &str) -> Filter {
    let high = format!("{code}{}", char::MAX);
    Filter::Between {
        column: field.into(),
        low: Value::from(code),
        high: Value::from(high),
    }
}

/// The codes that lie under no other one; they come sorted, so that whatever lies under a code stands behind it.
fn outermost(codes: &[String]) -> Vec<&str> {
    let mut kept: Vec<&str> = Vec::new();
    for code in codes {
        if kept.last().is_none_or(|it| !code.starts_with(it)) {
            kept.push(code);
        }
    }
    kept
}

/// The records to which one of these participant keys is noted.
pub(crate) fn participates(register: &Register, keys: Vec<String>) -> Filter {
    let who = keys.into_iter().map(Value::from).collect();
    Filter::InSelect {
        column: "rid".into(),
        query: Box::new(Select {
            table: tables::PARTICIPANT.to_owned(),
            columns: vec!["record_rid".to_owned()],
            filter: Filter::And(vec![
                equal("register", &register.name),
                Filter::In {
                    column: "who".into(),
                    values: who,
                },
            ]),
            scope: Scope::All,
            sort: vec![],
            after: None,
            limit: 0,
        }),
    }
}

/// The participant keys of a subject: itself, its departments, the pools its posts belong to.
fn participant_keys(user: &str, departments: &[String], subject: &Subject) -> Vec<String> {
    let named = std::iter::once(format!("u:{user}")).chain(departments.iter().map(|it| format!("d:{it}")));
    named.chain(subject.pools().into_iter().map(|it| format!("p:{it}"))).collect()
}

/// All participant keys by which these terms may cover a record.
pub(crate) fn own_participant_keys(terms: &[ScopeTerm], subject: &Subject) -> BTreeSet<String> {
    let keys = |term: &ScopeTerm| match term {
        ScopeTerm::Participant { user, departments } => participant_keys(user, departments, subject),
        _ => vec![],
    };
    terms.iter().flat_map(keys).collect()
}

/// Whether a record in hand lies in the scope; `participants` are those of the subject's keys that are noted for it.
pub(crate) fn covers(terms: &[ScopeTerm], record: &Loaded, participants: &[String], subject: &Subject) -> bool {
    let text = |field: &str| match record.value(field) {
        FieldValue::Text(it) => Some(it.as_str()),
        _ => None,
    };
    terms.iter().any(|term| match term {
        ScopeTerm::All => true,
        ScopeTerm::Division(codes) => {
            let place = record.register.division.as_deref().and_then(text);
            place.is_some_and(|place| codes.iter().any(|code| place.starts_with(code.as_str())))
        }
        ScopeTerm::Department { field, codes } => text(field).is_some_and(|it| codes.iter().any(|code| code == it)),
        ScopeTerm::Own { field, .. } if is_maker(field) => record.created_by == subject.reference(),
        ScopeTerm::Own { field, user } => text(field) == Some(user.as_str()),
        ScopeTerm::Participant { .. } if participants.is_empty() => false,
        ScopeTerm::Participant { user, departments } => participant_keys(user, departments, subject)
            .iter()
            .any(|key| participants.contains(key)),
    })
}

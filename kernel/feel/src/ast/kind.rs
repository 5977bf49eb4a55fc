//! The types of `instance of` and of function parameters.

use std::ops::Bound;
use std::sync::Arc;

use crate::Value;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Any,
    Null,
    Number,
    Text,
    Bool,
    Date,
    Time,
    DateTime,
    DaysTime,
    YearsMonths,
    List(Box<Kind>),
    Context(Vec<(Arc<str>, Kind)>),
    Range(Box<Kind>),
    Function,
}

/// The names of simple types, longest first where one begins another; the last ones are those of DMN 1.1.
pub(crate) const SIMPLE: &[(&str, Kind)] = &[
    ("days and time duration", Kind::DaysTime),
    ("years and months duration", Kind::YearsMonths),
    ("date and time", Kind::DateTime),
    ("number", Kind::Number),
    ("string", Kind::Text),
    ("boolean", Kind::Bool),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("Any", Kind::Any),
    ("any", Kind::Any),
    ("Null", Kind::Null),
    ("dateTime", Kind::DateTime),
    ("dayTimeDuration", Kind::DaysTime),
    ("yearMonthDuration", Kind::YearsMonths),
];

impl Kind {
    /// The simple type of that name.
    pub fn simple(name: &str) -> Option<Kind> {
        SIMPLE.iter().find(|(it, _)| *it == name).map(|(_, kind)| kind.clone())
    }

    /// Whether a value is of this type; null is of `Null` only.
    pub fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Kind::Null, Value::Null)
            | (Kind::Number, Value::Number(_))
            | (Kind::Text, Value::Text(_))
            | (Kind::Bool, Value::Bool(_))
            | (Kind::Date, Value::Date(_))
            | (Kind::Time, Value::Time(_))
            | (Kind::DateTime, Value::DateTime(_))
            | (Kind::DaysTime, Value::DaysTime(_))
            | (Kind::YearsMonths, Value::YearsMonths(_))
            | (Kind::Function, Value::Function(_)) => true,
            (_, Value::Null) => false,
            (Kind::Any, _) => true,
            (Kind::List(of), Value::List(items)) => items.iter().all(|it| of.accepts(it)),
            (Kind::Context(fields), Value::Context(it)) => fields
                .iter()
                .all(|(name, kind)| it.get(name).is_some_and(|it| kind.accepts(it))),
            (Kind::Range(of), Value::Range(it)) => [&it.low, &it.high].into_iter().all(|end| match end {
                Bound::Included(it) | Bound::Excluded(it) => of.accepts(it),
                Bound::Unbounded => true,
            }),
            _ => false,
        }
    }

    /// Whether a value may stand where this type is asked for: null may everywhere.
    pub fn accepts(&self, value: &Value) -> bool {
        value.is_null() || self.holds(value)
    }
}

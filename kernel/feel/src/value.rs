//! The values of FEEL. Cloning one costs a reference count at most.

mod json;
mod text;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use yiwang_types::{Date, Decimal};

use crate::ast::Lambda;
use crate::builtin::Builtin;
use crate::temporal::{DateTime, Time};

/// A FEEL value.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Unknown, missing or wrong.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A number of up to 34 digits.
    Number(Decimal),
    /// A text.
    Text(Arc<str>),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A day with a time of day.
    DateTime(DateTime),
    /// A days-and-time duration in milliseconds.
    DaysTime(i64),
    /// A years-and-months duration in months.
    YearsMonths(i64),
    /// A list.
    List(Arc<Vec<Value>>),
    /// Named values.
    Context(Arc<Context>),
    /// A range such as `[1..10)`.
    Range(Arc<Range>),
    /// A function: built-in, literal or business knowledge model.
    Function(Function),
}

/// Named values. Names may hold spaces and Chinese.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context(BTreeMap<Arc<str>, Value>);

/// A range; an unbounded end comes from texts such as `(> 5)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Lower end.
    pub low: Bound<Value>,
    /// Upper end.
    pub high: Bound<Value>,
}

/// A function value; made by evaluation only.
#[derive(Clone, Debug)]
pub struct Function(pub(crate) FunctionKind);

#[derive(Clone, Debug)]
pub(crate) enum FunctionKind {
    Builtin(Builtin),
    Closure { lambda: Arc<Lambda>, captured: Arc<Context> },
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Date(a), Value::Date(b)) => a == b,
            (Value::Time(a), Value::Time(b)) => a == b,
            (Value::DateTime(a), Value::DateTime(b)) => a == b,
            (Value::DaysTime(a), Value::DaysTime(b)) | (Value::YearsMonths(a), Value::YearsMonths(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Context(a), Value::Context(b)) => a == b,
            (Value::Range(a), Value::Range(b)) => a == b,
            (Value::Function(a), Value::Function(b)) => a.same(b),
            _ => false,
        }
    }
}

impl Function {
    pub(crate) fn same(&self, other: &Function) -> bool {
        match (&self.0, &other.0) {
            (FunctionKind::Builtin(a), FunctionKind::Builtin(b)) => a.name() == b.name(),
            (FunctionKind::Closure { lambda: a, .. }, FunctionKind::Closure { lambda: b, .. }) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Value {
    /// A text value.
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::Text(text.into())
    }

    /// A list value.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Arc::new(items))
    }

    /// Whether it is exactly `true`; null and everything else count as not true.
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(it) => Some(it),
            _ => None,
        }
    }

    /// The number, when it is one.
    pub fn as_number(&self) -> Option<Decimal> {
        match self {
            Value::Number(it) => Some(*it),
            _ => None,
        }
    }

    /// The number as a whole one inside the range of `i64`.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(|it| it.to_i64())
    }

    /// The truth value, when it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(it) => Some(*it),
            _ => None,
        }
    }

    /// The items, when it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(it) => Some(it),
            _ => None,
        }
    }

    /// The entries, when it is a context.
    pub fn as_context(&self) -> Option<&Context> {
        match self {
            Value::Context(it) => Some(it),
            _ => None,
        }
    }

    /// The value at a path of names parted by dots, e.g. `class.title`; `None` when a part is missing.
    pub fn get(&self, path: &str) -> Option<&Value> {
        let mut here = self;
        for name in path.split('.') {
            here = here.as_context()?.get(name)?;
        }
        Some(here)
    }
}

impl Context {
    /// An empty context.
    pub fn new() -> Context {
        Context::default()
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Puts a value under a name, returning the former one.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(name.into(), value.into())
    }

    /// Takes a name out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// The entries in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Value)> {
        self.0.iter()
    }

    /// How many entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<Arc<str>> + Borrow<str>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(entries: T) -> Context {
        Context(entries.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

macro_rules! from {
    ($($from:ty => $it:ident $make:expr),* $(,)?) => {
        $(impl From<$from> for Value { fn from($it: $from) -> Value { $make } })*
    };
}

from! {
    bool => it Value::Bool(it),
    i64 => it Value::Number(Decimal::from_i64(it)),
    i32 => it Value::Number(Decimal::from_i64(i64::from(it))),
    Decimal => it Value::Number(it),
    &str => it Value::Text(Arc::from(it)),
    String => it Value::Text(Arc::from(it)),
    Arc<str> => it Value::Text(it),
    Date => it Value::Date(it),
    Time => it Value::Time(it),
    DateTime => it Value::DateTime(it),
    Vec<Value> => it Value::List(Arc::new(it)),
    Context => it Value::Context(Arc::new(it)),
    Arc<Context> => it Value::Context(it),
    Range => it Value::Range(Arc::new(it)),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Value {
        it.map_or(Value::Null, Into::into)
    }
}

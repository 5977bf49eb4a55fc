//! What a cell of a table can hold.

use std::sync::Arc;

use yiwang_types::{Date, Id, Instant};

use crate::ColumnType;

/// One cell. The order is that of both databases: NULL lowest, text by its UTF-8 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// A 64-bit integer: numbers, scaled decimals, milliseconds, days, 0 and 1.
    Int(i64),
    /// UTF-8 text without the character U+0000.
    Text(Arc<str>),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The cells of a row in the order of the columns asked for.
pub type Row = Vec<Value>;

impl Value {
    /// The integer, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(it) => Some(*it),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(it) => Some(it),
            _ => None,
        }
    }

    /// The bytes, if it is bytes.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(it) => Some(it),
            _ => None,
        }
    }

    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The physical type; `None` for NULL.
    pub fn column_type(&self) -> Option<ColumnType> {
        match self {
            Value::Null => None,
            Value::Int(_) => Some(ColumnType::Int),
            Value::Text(_) => Some(ColumnType::Text),
            Value::Bytes(_) => Some(ColumnType::Bytes),
        }
    }
}

impl From<i64> for Value {
    fn from(it: i64) -> Value {
        Value::Int(it)
    }
}

impl From<i32> for Value {
    fn from(it: i32) -> Value {
        Value::Int(it.into())
    }
}

impl From<u32> for Value {
    fn from(it: u32) -> Value {
        Value::Int(it.into())
    }
}

impl From<bool> for Value {
    fn from(it: bool) -> Value {
        Value::Int(it.into())
    }
}

impl From<&str> for Value {
    fn from(it: &str) -> Value {
        Value::Text(it.into())
    }
}

impl From<&String> for Value {
    fn from(it: &String) -> Value {
        Value::Text(it.as_str().into())
    }
}

impl From<String> for Value {
    fn from(it: String) -> Value {
        Value::Text(it.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(it: Arc<str>) -> Value {
        Value::Text(it)
    }
}

impl From<Vec<u8>> for Value {
    fn from(it: Vec<u8>) -> Value {
        Value::Bytes(it)
    }
}

impl From<Instant> for Value {
    fn from(it: Instant) -> Value {
        Value::Int(it.millis())
    }
}

impl From<Date> for Value {
    fn from(it: Date) -> Value {
        Value::Int(it.days().into())
    }
}

impl From<Id> for Value {
    fn from(it: Id) -> Value {
        Value::Text(it.to_string().into())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Value {
        it.map_or(Value::Null, Into::into)
    }
}

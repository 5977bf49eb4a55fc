//! Values as FEEL writes them.

use std::fmt;
use std::ops::Bound;

use super::{Range, Value};
use crate::temporal;

impl fmt::Display for Value {
    /// The text that `string(value)` gives; texts inside lists and contexts stand in quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(it) => write!(f, "{it}"),
            Value::Number(it) => write!(f, "{it}"),
            Value::Text(it) => f.write_str(it),
            Value::Date(it) => write!(f, "{it}"),
            Value::Time(it) => write!(f, "{it}"),
            Value::DateTime(it) => write!(f, "{it}"),
            Value::DaysTime(it) => temporal::write_days_time(f, *it),
            Value::YearsMonths(it) => temporal::write_years_months(f, *it),
            Value::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { ", " })?;
                    quoted(f, item)?;
                }
                f.write_str("]")
            }
            Value::Context(entries) => {
                f.write_str("{")?;
                for (at, (name, item)) in entries.iter().enumerate() {
                    write!(f, "{}{name}: ", if at == 0 { "" } else { ", " })?;
                    quoted(f, item)?;
                }
                f.write_str("}")
            }
            Value::Range(it) => write!(f, "{it}"),
            Value::Function(_) => f.write_str("function"),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.low {
            Bound::Included(it) => write_end(f, "[", it, "")?,
            Bound::Excluded(it) => write_end(f, "(", it, "")?,
            Bound::Unbounded => f.write_str("(")?,
        }
        f.write_str("..")?;
        match &self.high {
            Bound::Included(it) => write_end(f, "", it, "]"),
            Bound::Excluded(it) => write_end(f, "", it, ")"),
            Bound::Unbounded => f.write_str(")"),
        }
    }
}

fn write_end(f: &mut fmt::Formatter<'_>, before: &str, value: &Value, after: &str) -> fmt::Result {
    f.write_str(before)?;
    quoted(f, value)?;
    f.write_str(after)
}

fn quoted(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Text(it) => write!(f, "\"{}\"", it.replace('\\', "\\\\").replace('"', "\\\"")),
        Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::DaysTime(_) | Value::YearsMonths(_) => {
            write!(f, "@\"{value}\"")
        }
        other => write!(f, "{other}"),
    }
}

//! Texts without regular expressions. Positions count characters.

use super::{Given, items};
use crate::machine::Machine;
use crate::{EvalError, MAX_TEXT, Value};

fn pair(values: &[Value]) -> Option<(&str, &str)> {
    let [a, b] = values else { return None };
    Some((a.as_text()?, b.as_text()?))
}

fn one(values: &[Value]) -> Option<&str> {
    values.first()?.as_text()
}

/// A start beyond the text or a length below one gives null; a negative start counts from the end.
pub(super) fn substring(values: &[Value]) -> Option<Value> {
    let (text, rest) = values.split_first()?;
    let text = text.as_text()?;
    let len = text.chars().count();
    let start = crate::machine::position(
        rest.first()?.as_number()?.round(0, yiwang_types::Rounding::Down)?.to_i64()?,
        len,
    )?;
    let take = match rest.get(1) {
        None | Some(Value::Null) => len,
        Some(it) => usize::try_from(it.as_number()?.round(0, yiwang_types::Rounding::Down)?.to_i64()?)
            .ok()
            .filter(|it| *it > 0)?,
    };
    Some(Value::from(text.chars().skip(start).take(take).collect::<String>()))
}

pub(super) fn string_length(values: &[Value]) -> Option<Value> {
    i64::try_from(one(values)?.chars().count()).ok().map(Value::from)
}

pub(super) fn upper_case(values: &[Value]) -> Option<Value> {
    Some(Value::from(one(values)?.to_uppercase()))
}

pub(super) fn lower_case(values: &[Value]) -> Option<Value> {
    Some(Value::from(one(values)?.to_lowercase()))
}

pub(super) fn trim(values: &[Value]) -> Option<Value> {
    Some(Value::from(one(values)?.trim()))
}

pub(super) fn substring_before(values: &[Value]) -> Option<Value> {
    let (text, mark) = pair(values)?;
    Some(Value::from(text.split_once(mark).map_or("", |it| it.0)))
}

pub(super) fn substring_after(values: &[Value]) -> Option<Value> {
    let (text, mark) = pair(values)?;
    Some(Value::from(text.split_once(mark).map_or("", |it| it.1)))
}

pub(super) fn contains(values: &[Value]) -> Option<Value> {
    pair(values).map(|(text, part)| Value::Bool(text.contains(part)))
}

pub(super) fn starts_with(values: &[Value]) -> Option<Value> {
    pair(values).map(|(text, part)| Value::Bool(text.starts_with(part)))
}

pub(super) fn ends_with(values: &[Value]) -> Option<Value> {
    pair(values).map(|(text, part)| Value::Bool(text.ends_with(part)))
}

/// Null items are left out, other items than texts give null.
pub(super) fn string_join(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let Some((list, rest)) = values.split_first() else {
        return Ok(None);
    };
    let part = |at: usize| match rest.get(at) {
        None | Some(Value::Null) => Some(""),
        Some(it) => it.as_text(),
    };
    let (Some(items), Some(delimiter), Some(prefix), Some(suffix)) = (items(list), part(0), part(1), part(2)) else {
        return Ok(None);
    };
    let mut out = prefix.to_owned();
    for (at, item) in items.iter().filter(|it| !it.is_null()).enumerate() {
        let Some(text) = item.as_text() else { return Ok(None) };
        if at > 0 {
            out.push_str(delimiter);
        }
        out.push_str(text);
        if out.len() > MAX_TEXT {
            return Err(EvalError::TextTooLong);
        }
    }
    out.push_str(suffix);
    machine.text(out).map(Some)
}

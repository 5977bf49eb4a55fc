//! Contexts.

use super::{Given, items};
use crate::machine::Machine;
use crate::{Context, EvalError, Value};

/// How deep a list of keys may reach.
const MAX_KEYS: usize = 64;

pub(super) fn get_value(values: &[Value]) -> Option<Value> {
    let [context, key] = values else { return None };
    match key {
        Value::Text(it) => context.as_context()?.get(it).cloned(),
        Value::List(keys) if !keys.is_empty() => keys
            .iter()
            .try_fold(context, |here, key| here.as_context()?.get(key.as_text()?))
            .cloned(),
        _ => None,
    }
}

pub(super) fn get_entries(values: &[Value]) -> Option<Value> {
    let entries = values.first()?.as_context()?.iter();
    let entry = |(name, value): (&std::sync::Arc<str>, &Value)| {
        let pair = [("key", Value::Text(name.clone())), ("value", value.clone())];
        Value::from(pair.into_iter().collect::<Context>())
    };
    Some(Value::list(entries.map(entry).collect()))
}

pub(super) fn context(values: &[Value]) -> Option<Value> {
    let mut context = Context::new();
    for entry in items(values.first()?)? {
        let entry = entry.as_context()?;
        let Value::Text(key) = entry.get("key")? else { return None };
        if context.insert(key.clone(), entry.get("value")?.clone()).is_some() {
            return None;
        }
    }
    Some(Value::from(context))
}

pub(super) fn context_put(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    match values {
        [context, Value::List(keys), value] if !keys.is_empty() && keys.len() <= MAX_KEYS => put(machine, context, keys, value),
        [context, key @ Value::Text(_), value] => put(machine, context, std::slice::from_ref(key), value),
        _ => Ok(None),
    }
}

fn put(machine: &mut Machine<'_>, context: &Value, keys: &[Value], value: &Value) -> Given {
    let (Some(context), Some((Value::Text(key), rest))) = (context.as_context(), keys.split_first()) else {
        return Ok(None);
    };
    machine.charge(context.len())?;
    let new = if rest.is_empty() {
        Some(value.clone())
    } else {
        match context.get(key) {
            Some(inner) => put(machine, inner, rest, value)?,
            None => None,
        }
    };
    let Some(new) = new else { return Ok(None) };
    let mut context = context.clone();
    context.insert(key.clone(), new);
    Ok(Some(Value::from(context)))
}

pub(super) fn context_merge(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let Some(contexts) = values.first().and_then(items) else {
        return Ok(None);
    };
    let mut merged = Context::new();
    for context in contexts {
        let Some(context) = context.as_context() else {
            return Ok(None);
        };
        machine.charge(context.len())?;
        for (name, value) in context.iter() {
            merged.insert(name.clone(), value.clone());
        }
        if merged.len() > crate::MAX_LIST {
            return Err(EvalError::ListTooLong);
        }
    }
    Ok(Some(Value::from(merged)))
}

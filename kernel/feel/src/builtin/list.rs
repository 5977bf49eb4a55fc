//! Lists. Positions count from 1, negative ones from the end.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Given, items};
use crate::machine::{Machine, position};
use crate::{EvalError, MAX_LIST, Value};

fn list(items: Vec<Value>) -> Option<Value> {
    Some(Value::list(items))
}

pub(super) fn list_contains(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let [all, element] = values else { return Ok(None) };
    let Some(all) = items(all) else { return Ok(None) };
    for item in all {
        if machine.equal(item, element)? == Some(true) {
            return Ok(Some(Value::Bool(true)));
        }
    }
    Ok(Some(Value::Bool(false)))
}

pub(super) fn count(values: &[Value]) -> Option<Value> {
    i64::try_from(items(values.first()?)?.len()).ok().map(Value::from)
}

pub(super) fn sublist(values: &[Value]) -> Option<Value> {
    let (all, rest) = values.split_first()?;
    let all = items(all)?;
    let start = position(rest.first()?.as_i64()?, all.len())?;
    let take = match rest.get(1) {
        None | Some(Value::Null) => all.len() - start,
        Some(it) => usize::try_from(it.as_i64()?).ok().filter(|it| start + it <= all.len())?,
    };
    list(all.iter().skip(start).take(take).cloned().collect())
}

pub(super) fn append(values: &[Value]) -> Option<Value> {
    let (all, more) = values.split_first()?;
    list(items(all)?.iter().chain(more).cloned().collect())
}

pub(super) fn concatenate(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let mut out = Vec::new();
    for value in values {
        let Some(more) = items(value) else { return Ok(None) };
        grow(machine, &mut out, more)?;
    }
    Ok(list(out))
}

fn grow(machine: &mut Machine<'_>, out: &mut Vec<Value>, more: &[Value]) -> Result<(), EvalError> {
    if out.len() + more.len() > MAX_LIST {
        return Err(EvalError::ListTooLong);
    }
    machine.charge(more.len())?;
    out.extend_from_slice(more);
    Ok(())
}

pub(super) fn insert_before(values: &[Value]) -> Option<Value> {
    let [all, at, new] = values else { return None };
    let mut out = items(all)?.to_vec();
    let at = position(at.as_i64()?, out.len())?;
    out.insert(at, new.clone());
    list(out)
}

pub(super) fn remove(values: &[Value]) -> Option<Value> {
    let [all, at] = values else { return None };
    let mut out = items(all)?.to_vec();
    let at = position(at.as_i64()?, out.len())?;
    out.remove(at);
    list(out)
}

/// Replaces the item at a position, or every item for which a function of item and new item holds.
pub(super) fn list_replace(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let [all, which, new] = values else { return Ok(None) };
    let Some(all) = items(all) else { return Ok(None) };
    let mut out = all.to_vec();
    match which {
        Value::Function(function) => {
            for item in &mut out {
                let hit = machine.apply(function, &[item.clone(), new.clone()])?;
                if hit.is_true() {
                    *item = new.clone();
                }
            }
        }
        other => match other
            .as_i64()
            .and_then(|it| position(it, all.len()))
            .and_then(|it| out.get_mut(it))
        {
            Some(item) => *item = new.clone(),
            None => return Ok(None),
        },
    }
    Ok(list(out))
}

pub(super) fn reverse(values: &[Value]) -> Option<Value> {
    list(items(values.first()?)?.iter().rev().cloned().collect())
}

pub(super) fn index_of(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let [all, wanted] = values else { return Ok(None) };
    let Some(all) = items(all) else { return Ok(None) };
    let mut out = Vec::new();
    for (at, item) in all.iter().enumerate() {
        if machine.equal(item, wanted)? == Some(true) {
            out.extend(i64::try_from(at + 1).ok().map(Value::from));
        }
    }
    Ok(list(out))
}

pub(super) fn union(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    match concatenate(machine, values)? {
        Some(all) => distinct_values(machine, &[all]),
        None => Ok(None),
    }
}

/// Keeps the first of equal items; numbers and texts are found by hash, others by comparing.
pub(super) fn distinct_values(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let Some(all) = values.first().and_then(items) else {
        return Ok(None);
    };
    let (mut numbers, mut texts) = (HashSet::new(), HashSet::new());
    let mut out: Vec<Value> = Vec::new();
    for item in all {
        let fresh = match item {
            Value::Number(it) => numbers.insert(*it),
            Value::Text(it) => texts.insert(Arc::clone(it)),
            other => {
                let mut seen = false;
                for it in &out {
                    seen = seen || machine.equal(it, other)? == Some(true);
                }
                !seen
            }
        };
        if fresh {
            out.push(item.clone());
        }
    }
    Ok(list(out))
}

pub(super) fn flatten(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let Some(all) = values.first().and_then(items) else {
        return Ok(None);
    };
    let mut out = Vec::new();
    let mut open = vec![all.iter()];
    while let Some(mut here) = open.pop() {
        let Some(item) = here.next() else { continue };
        open.push(here);
        machine.charge(1)?;
        match item {
            Value::List(inner) => open.push(inner.iter()),
            other => grow(machine, &mut out, std::slice::from_ref(other))?,
        }
    }
    Ok(list(out))
}

/// Stable; without a function of two items ascending, then all items must be of one ordered kind.
pub(super) fn sort(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let (Some(all), precedes) = (values.first().and_then(items), values.get(1)) else {
        return Ok(None);
    };
    let mut runs: Vec<Vec<Value>> = all.iter().map(|it| vec![it.clone()]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            let run = match pairs.next() {
                Some(right) => merge(machine, left, right, precedes)?,
                None => Some(left),
            };
            let Some(run) = run else { return Ok(None) };
            merged.push(run);
        }
        runs = merged;
    }
    Ok(list(runs.pop().unwrap_or_default()))
}

fn merge(
    machine: &mut Machine<'_>,
    left: Vec<Value>,
    right: Vec<Value>,
    precedes: Option<&Value>,
) -> Result<Option<Vec<Value>>, EvalError> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        machine.charge(1)?;
        let swap = match precedes {
            Some(Value::Function(it)) => machine.apply(it, &[b.clone(), a.clone()])?.as_bool(),
            None | Some(Value::Null) => machine.order(b, a).map(std::cmp::Ordering::is_lt),
            _ => None,
        };
        match swap {
            Some(true) => out.extend(right.next()),
            Some(false) => out.extend(left.next()),
            None => return Ok(None),
        }
    }
    out.extend(left);
    out.extend(right);
    Ok(Some(out))
}

//! Functions over all items of a list. Each takes a list or the items as arguments.

use std::cmp::Ordering;

use yiwang_types::Decimal;

use super::{Given, spread};
use crate::Value;
use crate::machine::Machine;

pub(super) fn min(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    extreme(machine, values, Ordering::Less)
}

pub(super) fn max(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    extreme(machine, values, Ordering::Greater)
}

fn extreme(machine: &mut Machine<'_>, values: &[Value], wanted: Ordering) -> Given {
    let Some((first, rest)) = spread(values).and_then(<[Value]>::split_first) else {
        return Ok(None);
    };
    machine.charge(rest.len())?;
    let mut best = first;
    // also a single item has to be of a kind that has an order
    if machine.order(first, first).is_none() {
        return Ok(None);
    }
    for item in rest {
        match machine.order(item, best) {
            Some(order) if order == wanted => best = item,
            Some(_) => {}
            None => return Ok(None),
        }
    }
    Ok(Some(best.clone()))
}

/// The numbers; none when empty or when anything else is among them.
fn numbers(values: &[Value]) -> Option<Vec<Decimal>> {
    let numbers = spread(values)?
        .iter()
        .map(Value::as_number)
        .collect::<Option<Vec<Decimal>>>()?;
    (!numbers.is_empty()).then_some(numbers)
}

fn total(numbers: &[Decimal]) -> Option<Decimal> {
    numbers.iter().try_fold(Decimal::ZERO, |sum, it| sum.checked_add(*it))
}

fn size(numbers: &[Decimal]) -> Option<Decimal> {
    i64::try_from(numbers.len()).ok().map(Decimal::from_i64)
}

pub(super) fn sum(values: &[Value]) -> Option<Value> {
    total(&numbers(values)?).map(Value::Number)
}

pub(super) fn product(values: &[Value]) -> Option<Value> {
    numbers(values)?
        .iter()
        .try_fold(Decimal::ONE, |product, it| product.checked_mul(*it))
        .map(Value::Number)
}

pub(super) fn mean(values: &[Value]) -> Option<Value> {
    let numbers = numbers(values)?;
    total(&numbers)?.checked_div(size(&numbers)?).map(Value::Number)
}

pub(super) fn median(values: &[Value]) -> Option<Value> {
    let mut numbers = numbers(values)?;
    numbers.sort_unstable();
    let half = numbers.len() / 2;
    let upper = *numbers.get(half)?;
    if numbers.len() % 2 == 1 {
        return Some(Value::Number(upper));
    }
    let lower = *numbers.get(half.checked_sub(1)?)?;
    lower.checked_add(upper)?.checked_div(Decimal::from_i64(2)).map(Value::Number)
}

/// Standard deviation of a sample: over n - 1.
pub(super) fn stddev(values: &[Value]) -> Option<Value> {
    let numbers = numbers(values)?;
    let n = size(&numbers)?;
    let mean = total(&numbers)?.checked_div(n)?;
    let squares = numbers.iter().try_fold(Decimal::ZERO, |sum, it| {
        let off = it.checked_sub(mean)?;
        sum.checked_add(off.checked_mul(off)?)
    })?;
    squares.checked_div(n.checked_sub(Decimal::ONE)?)?.sqrt().map(Value::Number)
}

/// The most frequent numbers, ascending; an empty list has none.
pub(super) fn mode(values: &[Value]) -> Option<Value> {
    let mut numbers = spread(values)?
        .iter()
        .map(Value::as_number)
        .collect::<Option<Vec<Decimal>>>()?;
    numbers.sort_unstable();
    let groups: Vec<&[Decimal]> = numbers.chunk_by(|a, b| a == b).collect();
    let most = groups.iter().map(|it| it.len()).max().unwrap_or(0);
    let modes = groups
        .into_iter()
        .filter(|it| it.len() == most)
        .filter_map(|it| it.first())
        .map(|it| Value::Number(*it));
    Some(Value::list(modes.collect()))
}

pub(super) fn all(values: &[Value]) -> Option<Value> {
    junction(values, false)
}

pub(super) fn any(values: &[Value]) -> Option<Value> {
    junction(values, true)
}

fn junction(values: &[Value], decisive: bool) -> Option<Value> {
    let items = spread(values)?;
    if items.iter().any(|it| it.as_bool() == Some(decisive)) {
        return Some(Value::Bool(decisive));
    }
    items
        .iter()
        .all(|it| it.as_bool().is_some())
        .then_some(Value::Bool(!decisive))
}

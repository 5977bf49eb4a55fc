//! Numbers.

use yiwang_types::{Decimal, Rounding};

use super::Given;
use crate::Value;
use crate::machine::{Machine, NODE};

/// Work of a root, logarithm or exponential.
const SERIES: usize = 30 * NODE;

fn rounded(values: &[Value], rounding: Rounding) -> Option<Value> {
    let (n, rest) = values.split_first()?;
    let scale = match rest.first() {
        None => 0,
        Some(it) => i32::try_from(it.as_i64()?).ok().filter(|it| (-6111..=6176).contains(it))?,
    };
    n.as_number()?.round(scale, rounding).map(Value::Number)
}

pub(super) fn decimal(values: &[Value]) -> Option<Value> {
    rounded(values, Rounding::HalfEven)
}

pub(super) fn floor(values: &[Value]) -> Option<Value> {
    rounded(values, Rounding::Floor)
}

pub(super) fn ceiling(values: &[Value]) -> Option<Value> {
    rounded(values, Rounding::Ceiling)
}

pub(super) fn round_up(values: &[Value]) -> Option<Value> {
    rounded(values, Rounding::Up)
}

pub(super) fn round_down(values: &[Value]) -> Option<Value> {
    rounded(values, Rounding::Down)
}

pub(super) fn round_half_up(values: &[Value]) -> Option<Value> {
    rounded(values, Rounding::HalfUp)
}

pub(super) fn round_half_down(values: &[Value]) -> Option<Value> {
    rounded(values, Rounding::HalfDown)
}

pub(super) fn abs(values: &[Value]) -> Option<Value> {
    match values.first()? {
        Value::Number(it) => Some(Value::Number(it.abs())),
        Value::DaysTime(it) => it.checked_abs().map(Value::DaysTime),
        Value::YearsMonths(it) => it.checked_abs().map(Value::YearsMonths),
        _ => None,
    }
}

pub(super) fn modulo(values: &[Value]) -> Option<Value> {
    let [Value::Number(dividend), Value::Number(divisor)] = values else {
        return None;
    };
    dividend.checked_modulo(*divisor).map(Value::Number)
}

fn series(machine: &mut Machine<'_>, values: &[Value], run: fn(Decimal) -> Option<Decimal>) -> Given {
    machine.charge(SERIES)?;
    Ok(values.first().and_then(Value::as_number).and_then(run).map(Value::Number))
}

pub(super) fn sqrt(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    series(machine, values, Decimal::sqrt)
}

pub(super) fn log(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    series(machine, values, Decimal::ln)
}

pub(super) fn exp(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    series(machine, values, Decimal::exp)
}

fn remainder_of_two(values: &[Value]) -> Option<Decimal> {
    values.first()?.as_number()?.checked_modulo(Decimal::from_i64(2))
}

pub(super) fn odd(values: &[Value]) -> Option<Value> {
    remainder_of_two(values).map(|it| Value::Bool(it == Decimal::ONE))
}

pub(super) fn even(values: &[Value]) -> Option<Value> {
    remainder_of_two(values).map(|it| Value::Bool(it.is_zero()))
}

//! + - * / ** and negation over numbers, texts, dates, times and durations. Whatever has no meaning is null.

use yiwang_types::{Date, Decimal};

use super::{Evaluated, Machine, Scope};
use crate::Value;
use crate::ast::{Node, Operator};
use crate::temporal::{self, DateTime, Time};

const DAY: i64 = 86_400_000;
/// Work of a power, which takes many multiplications.
const POWER: usize = 160;

impl Machine<'_> {
    pub(super) fn chain(&mut self, first: &Node, rest: &[(Operator, Node)], scope: &Scope<'_>) -> Evaluated {
        let mut value = self.eval(first, scope)?;
        for (operator, node) in rest {
            let right = self.eval(node, scope)?;
            value = match (operator, &value, &right) {
                (Operator::Add, Value::Text(a), Value::Text(b)) => self.text(format!("{a}{b}"))?,
                (Operator::Power, ..) => {
                    self.charge(POWER)?;
                    operate(Operator::Power, &value, &right).unwrap_or_default()
                }
                _ => self.operate(*operator, &value, &right),
            };
        }
        Ok(value)
    }

    fn operate(&self, operator: Operator, left: &Value, right: &Value) -> Value {
        match (operator, left, right) {
            (Operator::Subtract, Value::DateTime(_) | Value::Date(_), Value::DateTime(_) | Value::Date(_)) => {
                self.elapsed(left, right).map_or(Value::Null, Value::DaysTime)
            }
            (Operator::Subtract, Value::Time(a), Value::Time(b)) => {
                Value::DaysTime(a.utc(self.env.offset) - b.utc(self.env.offset))
            }
            _ => operate(operator, left, right).unwrap_or_default(),
        }
    }

    /// Milliseconds from the right moment to the left; a day counts from its midnight.
    fn elapsed(&self, left: &Value, right: &Value) -> Option<i64> {
        if let (Value::Date(a), Value::Date(b)) = (left, right) {
            return (i64::from(a.days()) - i64::from(b.days())).checked_mul(DAY);
        }
        let moment = |it: &Value| match it {
            Value::DateTime(it) => Some(it.to_instant(self.env.offset)),
            Value::Date(it) => Some(midnight(*it).to_instant(self.env.offset)),
            _ => None,
        };
        Some(moment(left)?.since(moment(right)?))
    }
}

pub(super) fn negate(value: &Value) -> Value {
    match value {
        Value::Number(it) => Decimal::ZERO.checked_sub(*it).map_or(Value::Null, Value::Number),
        Value::DaysTime(it) => it.checked_neg().map_or(Value::Null, Value::DaysTime),
        Value::YearsMonths(it) => it.checked_neg().map_or(Value::Null, Value::YearsMonths),
        _ => Value::Null,
    }
}

fn operate(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    match operator {
        Operator::Add => add(left, right),
        Operator::Subtract => match (left, right) {
            (Value::Number(a), Value::Number(b)) => a.checked_sub(*b).map(Value::Number),
            _ => add(left, &negate(right)).filter(|_| !matches!(right, Value::Date(_) | Value::DateTime(_))),
        },
        Operator::Multiply => match (left, right) {
            (Value::Number(a), Value::Number(b)) => a.checked_mul(*b).map(Value::Number),
            (Value::Number(by), it) | (it, Value::Number(by)) => scaled(it, |it| it.checked_mul(*by)),
            _ => None,
        },
        Operator::Divide => match (left, right) {
            (Value::Number(a), Value::Number(b)) => a.checked_div(*b).map(Value::Number),
            (Value::DaysTime(a), Value::DaysTime(b)) | (Value::YearsMonths(a), Value::YearsMonths(b)) => {
                Decimal::from_i64(*a).checked_div(Decimal::from_i64(*b)).map(Value::Number)
            }
            (it, Value::Number(by)) => scaled(it, |it| it.checked_div(*by)),
            _ => None,
        },
        Operator::Power => match (left, right) {
            (Value::Number(a), Value::Number(b)) => a.checked_pow(*b).map(Value::Number),
            _ => None,
        },
    }
}

fn add(left: &Value, right: &Value) -> Option<Value> {
    Some(match (left, right) {
        (Value::Number(a), Value::Number(b)) => Value::Number(a.checked_add(*b)?),
        (Value::DaysTime(a), Value::DaysTime(b)) => Value::DaysTime(a.checked_add(*b)?),
        (Value::YearsMonths(a), Value::YearsMonths(b)) => Value::YearsMonths(a.checked_add(*b)?),
        (Value::Date(date), Value::YearsMonths(by)) | (Value::YearsMonths(by), Value::Date(date)) => {
            Value::Date(temporal::plus_months(*date, *by)?)
        }
        (Value::Date(date), Value::DaysTime(by)) | (Value::DaysTime(by), Value::Date(date)) => {
            Value::Date(midnight(*date).plus_millis(*by)?.date())
        }
        (Value::DateTime(it), Value::YearsMonths(by)) | (Value::YearsMonths(by), Value::DateTime(it)) => {
            Value::DateTime(it.plus_months(*by)?)
        }
        (Value::DateTime(it), Value::DaysTime(by)) | (Value::DaysTime(by), Value::DateTime(it)) => {
            Value::DateTime(it.plus_millis(*by)?)
        }
        (Value::Time(it), Value::DaysTime(by)) | (Value::DaysTime(by), Value::Time(it)) => {
            Value::Time(Time::from_millis(it.millis().checked_add(*by)?, it.zone()))
        }
        _ => return None,
    })
}

/// A duration times or divided by a number, cut to whole milliseconds or months.
fn scaled(duration: &Value, apply: impl Fn(Decimal) -> Option<Decimal>) -> Option<Value> {
    let whole = |it: i64| apply(Decimal::from_i64(it))?.round(0, yiwang_types::Rounding::Down)?.to_i64();
    match duration {
        Value::DaysTime(it) => whole(*it).map(Value::DaysTime),
        Value::YearsMonths(it) => whole(*it).map(Value::YearsMonths),
        _ => None,
    }
}

pub(crate) fn midnight(date: Date) -> DateTime {
    DateTime::new(date, Time::from_millis(0, None))
}

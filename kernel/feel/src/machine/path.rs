//! Paths, filters and properties of dates, durations and ranges.

use std::ops::Bound;

use yiwang_types::{Date, Decimal};

use super::{Evaluated, Machine, Scope};
use crate::ast::{Node, Step};
use crate::temporal::Time;
use crate::{EvalError, Range, Value};

const MINUTE: i64 = 60_000;

impl Machine<'_> {
    pub(super) fn postfix(&mut self, base: &Node, steps: &[Step], scope: &Scope<'_>) -> Evaluated {
        let mut value = self.eval(base, scope)?;
        for step in steps {
            self.charge(1)?;
            value = match step {
                Step::Key(key) => self.property(&value, key)?,
                Step::Filter(node) => self.filter(&value, node, scope)?,
                Step::Call(arguments) => self.call_value(&value, arguments, scope)?,
            };
        }
        Ok(value)
    }

    fn property(&mut self, value: &Value, key: &str) -> Evaluated {
        match value {
            Value::Context(it) => Ok(it.get(key).cloned().unwrap_or_default()),
            Value::List(items) => {
                self.charge(items.len())?;
                let picked = items.iter().map(|it| {
                    if matches!(it, Value::List(_)) {
                        Value::Null
                    } else {
                        property(it, key)
                    }
                });
                Ok(Value::list(picked.collect()))
            }
            other => Ok(property(other, key)),
        }
    }

    fn filter(&mut self, value: &Value, node: &Node, scope: &Scope<'_>) -> Evaluated {
        let single;
        let items: &[Value] = match value {
            Value::List(it) => it,
            Value::Null => &[],
            other => {
                single = [other.clone()];
                &single
            }
        };
        if let Some(Value::Number(index)) = node.constant() {
            return Ok(pick(items, *index));
        }
        let Some(first) = items.first() else {
            return Ok(match self.eval(node, scope)? {
                Value::Number(_) => Value::Null,
                _ => Value::list(Vec::new()),
            });
        };
        if let Value::Number(index) = self.eval(node, &scope.item(first))? {
            return Ok(pick(items, index));
        }
        let kept = items
            .iter()
            .map(|it| Ok(self.eval(node, &scope.item(it))?.is_true().then(|| it.clone())));
        let kept = kept
            .filter_map(Result::transpose)
            .collect::<Result<Vec<Value>, EvalError>>()?;
        Ok(Value::list(kept))
    }
}

/// The item at a position from 1, from the end when negative.
fn pick(items: &[Value], index: Decimal) -> Value {
    let at = index.to_i64().and_then(|it| position(it, items.len()));
    at.and_then(|it| items.get(it)).cloned().unwrap_or_default()
}

/// A FEEL position (1 is the first, -1 the last) as an index; `None` for 0 and beyond the ends.
pub(crate) fn position(position: i64, len: usize) -> Option<usize> {
    let len = i64::try_from(len).ok()?;
    let at = if position > 0 {
        position - 1
    } else {
        len.checked_add(position)?
    };
    (position != 0 && (0..len).contains(&at)).then(|| usize::try_from(at).ok())?
}

fn property(value: &Value, key: &str) -> Value {
    let found = match value {
        Value::Context(it) => return it.get(key).cloned().unwrap_or_default(),
        Value::Date(it) => of_date(*it, key),
        Value::DateTime(it) => of_date(it.date(), key).or_else(|| of_time(it.time(), key)),
        Value::Time(it) => of_time(*it, key),
        Value::DaysTime(it) => match key {
            "days" => Some(it / (1440 * MINUTE)),
            "hours" => Some(it / (60 * MINUTE) % 24),
            "minutes" => Some(it / MINUTE % 60),
            "seconds" => Some(it / 1000 % 60),
            _ => None,
        }
        .map(Value::from),
        Value::YearsMonths(it) => match key {
            "years" => Some(it / 12),
            "months" => Some(it % 12),
            _ => None,
        }
        .map(Value::from),
        Value::Range(it) => of_range(it, key),
        _ => None,
    };
    found.unwrap_or_default()
}

fn of_date(date: Date, key: &str) -> Option<Value> {
    let (year, month, day) = date.ymd();
    Some(Value::from(match key {
        "year" => i64::from(year),
        "month" => i64::from(month),
        "day" => i64::from(day),
        "weekday" => i64::from(date.weekday().number_from_monday()),
        _ => return None,
    }))
}

fn of_time(time: Time, key: &str) -> Option<Value> {
    let millis = time.millis();
    Some(match key {
        "hour" => Value::from(millis / (60 * MINUTE)),
        "minute" => Value::from(millis / MINUTE % 60),
        "second" => Value::Number(Decimal::from_scaled(millis % MINUTE, 3)),
        "time offset" => Value::DaysTime(time.zone()?.offset().millis()),
        "timezone" => Value::from(time.zone()?.name()?),
        _ => return None,
    })
}

fn of_range(range: &Range, key: &str) -> Option<Value> {
    Some(match key {
        "start" => range.start(),
        "end" => range.end(),
        "start included" => Value::Bool(matches!(range.low, Bound::Included(_))),
        "end included" => Value::Bool(matches!(range.high, Bound::Included(_))),
        _ => return None,
    })
}

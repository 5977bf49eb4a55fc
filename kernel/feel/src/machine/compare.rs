//! Equality, order, ranges. `None` is the third truth value: the values cannot be compared.

use std::cmp::Ordering;
use std::ops::Bound;

use super::{Evaluated, Machine, Scope};
use crate::ast::{Comparison, Node};
use crate::{EvalError, Range, Value};

type Truth = Result<Option<bool>, EvalError>;

impl Machine<'_> {
    pub fn compare(&mut self, comparison: Comparison, left: &Value, right: &Value) -> Truth {
        let order = match comparison {
            Comparison::Equal => return self.equal(left, right),
            Comparison::NotEqual => return Ok(self.equal(left, right)?.map(|it| !it)),
            _ => self.order(left, right),
        };
        Ok(order.map(|it| match comparison {
            Comparison::Less => it.is_lt(),
            Comparison::LessOrEqual => it.is_le(),
            Comparison::Greater => it.is_gt(),
            _ => it.is_ge(),
        }))
    }

    /// Values of different kinds are not comparable, except that nothing but null equals null.
    pub fn equal(&mut self, left: &Value, right: &Value) -> Truth {
        self.charge(1)?;
        Ok(match (left, right) {
            (Value::Null, Value::Null) => Some(true),
            (Value::Null, _) | (_, Value::Null) => Some(false),
            (Value::Bool(a), Value::Bool(b)) => Some(a == b),
            (Value::Function(a), Value::Function(b)) => Some(a.same(b)),
            (Value::List(a), Value::List(b)) => {
                if a.len() != b.len() {
                    return Ok(Some(false));
                }
                for (a, b) in a.iter().zip(b.iter()) {
                    if self.equal(a, b)? != Some(true) {
                        return Ok(Some(false));
                    }
                }
                Some(true)
            }
            (Value::Context(a), Value::Context(b)) => {
                if a.len() != b.len() {
                    return Ok(Some(false));
                }
                for ((name, a), (other, b)) in a.iter().zip(b.iter()) {
                    if name != other || self.equal(a, b)? != Some(true) {
                        return Ok(Some(false));
                    }
                }
                Some(true)
            }
            (Value::Range(a), Value::Range(b)) => Some(self.equal_ends(&a.low, &b.low)? && self.equal_ends(&a.high, &b.high)?),
            _ => self.order(left, right).map(Ordering::is_eq),
        })
    }

    fn equal_ends(&mut self, a: &Bound<Value>, b: &Bound<Value>) -> Result<bool, EvalError> {
        match (a, b) {
            (Bound::Included(a), Bound::Included(b)) | (Bound::Excluded(a), Bound::Excluded(b)) => {
                Ok(self.equal(a, b)? == Some(true))
            }
            (Bound::Unbounded, Bound::Unbounded) => Ok(true),
            _ => Ok(false),
        }
    }

    /// Order of two values of one kind; moments without zone are taken to be at the place of the evaluation.
    pub fn order(&self, left: &Value, right: &Value) -> Option<Ordering> {
        let local = self.env.offset;
        Some(match (left, right) {
            (Value::Number(a), Value::Number(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Time(a), Value::Time(b)) => a.compare(*b, local),
            (Value::DateTime(a), Value::DateTime(b)) => a.to_instant(local).cmp(&b.to_instant(local)),
            (Value::DaysTime(a), Value::DaysTime(b)) | (Value::YearsMonths(a), Value::YearsMonths(b)) => a.cmp(b),
            _ => return None,
        })
    }

    /// Whether a range holds a point.
    pub fn contains(&self, range: &Range, point: &Value) -> Option<bool> {
        let above = match &range.low {
            Bound::Included(low) => self.order(point, low).map(Ordering::is_ge),
            Bound::Excluded(low) => self.order(point, low).map(Ordering::is_gt),
            Bound::Unbounded => Some(true),
        };
        let below = match &range.high {
            Bound::Included(high) => self.order(point, high).map(Ordering::is_le),
            Bound::Excluded(high) => self.order(point, high).map(Ordering::is_lt),
            Bound::Unbounded => Some(true),
        };
        match (above, below) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    pub(super) fn between(&mut self, parts: &[Node; 3], scope: &Scope<'_>) -> Evaluated {
        let [value, low, high] = parts;
        let value = self.eval(value, scope)?;
        let range = Range {
            low: Bound::Included(self.eval(low, scope)?),
            high: Bound::Included(self.eval(high, scope)?),
        };
        Ok(Value::from(self.contains(&range, &value)))
    }
}

/// A range whose ends are of one kind that has an order.
pub(crate) fn range(low: Bound<Value>, high: Bound<Value>) -> Option<Range> {
    let rank = |it: &Bound<Value>| match it {
        Bound::Included(it) | Bound::Excluded(it) => match it {
            Value::Number(_) => Some(1),
            Value::Text(_) => Some(2),
            Value::Date(_) => Some(3),
            Value::Time(_) => Some(4),
            Value::DateTime(_) => Some(5),
            Value::DaysTime(_) => Some(6),
            Value::YearsMonths(_) => Some(7),
            _ => None,
        },
        Bound::Unbounded => Some(0),
    };
    let (a, b) = (rank(&low)?, rank(&high)?);
    (a == b || a == 0 || b == 0).then_some(Range { low, high })
}

//! for, some, every.

use std::ops::Bound;

use yiwang_types::Decimal;

use super::{Evaluated, Machine, NODE, Scope};
use crate::ast::{Domain, Loop, Quantifier};
use crate::{EvalError, MAX_LIST, Range, Value};

/// What a loop does with each combination of its variables.
enum Goal {
    Collect(Vec<Value>),
    Quantify { decisive: bool, result: Option<bool> },
}

impl Machine<'_> {
    pub(super) fn for_loop(&mut self, it: &Loop, scope: &Scope<'_>) -> Evaluated {
        let mut goal = Goal::Collect(Vec::new());
        if !self.each(it, 0, &mut goal, scope)? {
            return Ok(Value::Null);
        }
        match goal {
            Goal::Collect(items) => self.list(items),
            Goal::Quantify { .. } => Ok(Value::Null),
        }
    }

    pub(super) fn quantified(&mut self, quantifier: Quantifier, it: &Loop, scope: &Scope<'_>) -> Evaluated {
        let decisive = quantifier == Quantifier::Some;
        let mut goal = Goal::Quantify {
            decisive,
            result: Some(!decisive),
        };
        if !self.each(it, 0, &mut goal, scope)? {
            return Ok(Value::Null);
        }
        match goal {
            Goal::Quantify { result, .. } => Ok(Value::from(result)),
            Goal::Collect(_) => Ok(Value::Null),
        }
    }

    /// Runs the variables from `at` on; false when a domain cannot be iterated.
    fn each(&mut self, it: &Loop, at: usize, goal: &mut Goal, scope: &Scope<'_>) -> Result<bool, EvalError> {
        let Some((name, domain)) = it.iterators.get(at) else {
            self.body(it, goal, scope)?;
            return Ok(true);
        };
        let Some(items) = self.domain(domain, scope)? else {
            return Ok(false);
        };
        for item in items.iter() {
            if !self.each(it, at + 1, goal, &scope.one(name, item))? {
                return Ok(false);
            }
            if matches!(goal, Goal::Quantify { decisive, result } if *result == Some(*decisive)) {
                break;
            }
        }
        Ok(true)
    }

    fn body(&mut self, it: &Loop, goal: &mut Goal, scope: &Scope<'_>) -> Result<(), EvalError> {
        match goal {
            Goal::Collect(items) => {
                let value = if it.uses_partial {
                    self.charge(items.len() * NODE)?;
                    let partial = Value::list(items.clone());
                    self.eval(&it.body, &scope.one("partial", &partial))?
                } else {
                    self.eval(&it.body, scope)?
                };
                if items.len() >= MAX_LIST {
                    return Err(EvalError::ListTooLong);
                }
                items.push(value);
            }
            Goal::Quantify { decisive, result } => match self.eval(&it.body, scope)?.as_bool() {
                Some(it) if it == *decisive => *result = Some(it),
                Some(_) => {}
                None => *result = None,
            },
        }
        Ok(())
    }

    fn domain(&mut self, domain: &Domain, scope: &Scope<'_>) -> Result<Option<Items>, EvalError> {
        match domain {
            Domain::Each(node) => Ok(match self.eval(node, scope)? {
                Value::List(it) => Some(Items::Shared(it)),
                Value::Null => None,
                Value::Range(range) => match &*range {
                    Range {
                        low: Bound::Included(low),
                        high: Bound::Included(high),
                    } => self.span(low, high)?.map(Items::Own),
                    _ => None,
                },
                other => Some(Items::Own(vec![other])),
            }),
            Domain::Span(from, to) => {
                let from = self.eval(from, scope)?;
                let to = self.eval(to, scope)?;
                Ok(self.span(&from, &to)?.map(Items::Own))
            }
        }
    }

    /// Whole numbers or days from the first to the last, downwards when the first is greater.
    fn span(&mut self, from: &Value, to: &Value) -> Result<Option<Vec<Value>>, EvalError> {
        let (first, last, make): (i64, i64, fn(i64) -> Value) = match (from, to) {
            (Value::Number(a), Value::Number(b)) => match (a.to_i64(), b.to_i64()) {
                (Some(a), Some(b)) => (a, b, |it| Value::Number(Decimal::from_i64(it))),
                _ => return Ok(None),
            },
            (Value::Date(a), Value::Date(b)) => (i64::from(a.days()), i64::from(b.days()), |it| {
                crate::temporal::date_from_days(it).map_or(Value::Null, Value::Date)
            }),
            _ => return Ok(None),
        };
        if usize::try_from(first.abs_diff(last)).map_or(true, |it| it >= MAX_LIST) {
            return Err(EvalError::ListTooLong);
        }
        let items: Vec<Value> = if first <= last {
            (first..=last).map(make).collect()
        } else {
            (last..=first).rev().map(make).collect()
        };
        self.charge(items.len())?;
        Ok(Some(items))
    }
}

/// The items of a domain without copying a list that exists.
enum Items {
    Shared(std::sync::Arc<Vec<Value>>),
    Own(Vec<Value>),
}

impl Items {
    fn iter(&self) -> std::slice::Iter<'_, Value> {
        match self {
            Items::Shared(it) => it.iter(),
            Items::Own(it) => it.iter(),
        }
    }
}

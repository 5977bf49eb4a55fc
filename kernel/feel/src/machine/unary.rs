//! Unary tests against an input value.

use super::{Machine, Scope};
use crate::ast::Test;
use crate::{EvalError, Value};

impl Machine<'_> {
    /// Whether one of the tests holds; the scope knows the input as `?`.
    pub fn any_test(&mut self, tests: &[Test], input: &Value, scope: &Scope<'_>) -> Result<Option<bool>, EvalError> {
        let mut result = Some(false);
        for test in tests {
            match self.test(test, input, scope)? {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => result = None,
            }
        }
        Ok(result)
    }

    fn test(&mut self, test: &Test, input: &Value, scope: &Scope<'_>) -> Result<Option<bool>, EvalError> {
        match test {
            Test::Any => Ok(Some(true)),
            Test::Not(tests) => Ok(self.any_test(tests, input, scope)?.map(|it| !it)),
            Test::Compare(comparison, node) => {
                let value = self.eval(node, scope)?;
                self.compare(*comparison, input, &value)
            }
            Test::Expression { node, uses_input } => {
                let value = self.eval(node, scope)?;
                match (value, uses_input) {
                    (Value::Bool(it), true) => Ok(Some(it)),
                    (Value::Null, true) => Ok(None),
                    (value, _) => self.meets(input, &value),
                }
            }
        }
    }

    /// Whether the input is the value, in the list or range, or the value is a condition that holds.
    fn meets(&mut self, input: &Value, value: &Value) -> Result<Option<bool>, EvalError> {
        match (value, input) {
            (Value::Range(range), input) if !matches!(input, Value::Range(_)) => {
                self.charge(1)?;
                Ok(self.contains(range, input))
            }
            (Value::List(items), input) => {
                if matches!(input, Value::List(_)) && self.equal(input, value)? == Some(true) {
                    return Ok(Some(true));
                }
                let mut result = Some(false);
                for item in items.iter() {
                    let met = match (item, input) {
                        (Value::Range(range), it) if !matches!(it, Value::Range(_)) => self.contains(range, it),
                        _ => self.equal(input, item)?,
                    };
                    match met {
                        Some(true) => return Ok(Some(true)),
                        Some(false) => {}
                        None => result = None,
                    }
                }
                Ok(result)
            }
            (Value::Bool(it), input) if !matches!(input, Value::Bool(_)) => Ok(Some(*it)),
            _ => self.equal(input, value),
        }
    }
}

//! Calls of built-in functions, function literals and business knowledge models.

use std::sync::Arc;

use super::{Evaluated, Machine, Scope};
use crate::ast::{Accepts, Arguments, Call, Lambda};
use crate::builtin::{Builtin, Pattern};
use crate::value::FunctionKind;
use crate::{Context, EvalError, Function, Value};

impl Machine<'_> {
    pub(super) fn call(&mut self, call: &Call, scope: &Scope<'_>) -> Evaluated {
        if let Some(function @ Value::Function(_)) = scope.find(&call.name) {
            return self.call_value(&function.clone(), &call.arguments, scope);
        }
        match call.builtin {
            Some(builtin) => self.call_builtin(builtin, &call.arguments, call.pattern.as_ref(), scope),
            None => Ok(Value::Null),
        }
    }

    pub(super) fn call_value(&mut self, function: &Value, arguments: &Arguments, scope: &Scope<'_>) -> Evaluated {
        match function {
            Value::Function(Function(FunctionKind::Builtin(it))) => self.call_builtin(*it, arguments, None, scope),
            Value::Function(Function(FunctionKind::Closure { lambda, captured })) => {
                let values = match arguments {
                    Arguments::Positional(items) if items.len() == lambda.parameters.len() => self.values(items.iter(), scope)?,
                    Arguments::Named(items) if items.len() == lambda.parameters.len() => {
                        let ordered: Option<Vec<_>> = lambda
                            .parameters
                            .iter()
                            .map(|(name, _)| items.iter().find(|(it, _)| it == name).map(|(_, node)| node))
                            .collect();
                        let Some(ordered) = ordered else { return Ok(Value::Null) };
                        self.values(ordered.into_iter(), scope)?
                    }
                    _ => return Ok(Value::Null),
                };
                self.apply_lambda(lambda, captured, values)
            }
            _ => Ok(Value::Null),
        }
    }

    /// Calls a function with values that are known, as `sort` does.
    pub fn apply(&mut self, function: &Function, values: &[Value]) -> Evaluated {
        match &function.0 {
            FunctionKind::Builtin(it) => self.run_builtin(*it, values, None),
            FunctionKind::Closure { lambda, captured } => self.apply_lambda(lambda, captured, values.to_vec()),
        }
    }

    fn apply_lambda(&mut self, lambda: &Arc<Lambda>, captured: &Context, values: Vec<Value>) -> Evaluated {
        if values.len() != lambda.parameters.len() {
            return Ok(Value::Null);
        }
        let mut own = Context::new();
        for ((name, accepts), value) in lambda.parameters.iter().zip(values) {
            let value = match accepts {
                Accepts::Anything => value,
                Accepts::Kind(kind) if kind.accepts(&value) => value,
                Accepts::Kind(_) => return Ok(Value::Null),
                Accepts::Item(kind) => self.conform(value, kind)?,
            };
            own.insert(Arc::clone(name), value);
        }
        let outer = Scope::root(captured);
        self.eval(&lambda.body, &outer.context(&own))
    }

    fn call_builtin(
        &mut self,
        builtin: Builtin,
        arguments: &Arguments,
        pattern: Option<&Pattern>,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let values = match arguments {
            Arguments::Positional(items) if builtin.takes(items.len()) => self.values(items.iter(), scope)?,
            Arguments::Positional(_) => return Ok(Value::Null),
            Arguments::Named(items) => {
                let names: Vec<&str> = items.iter().map(|(name, _)| &**name).collect();
                let Some(order) = builtin.order(&names) else {
                    return Ok(Value::Null);
                };
                let mut values = Vec::with_capacity(order.len());
                for at in order {
                    values.push(match at.and_then(|it| items.get(it)) {
                        Some((_, node)) => self.eval(node, scope)?,
                        None => Value::Null,
                    });
                }
                values
            }
        };
        self.run_builtin(builtin, &values, pattern)
    }

    fn values<'n>(
        &mut self,
        nodes: impl Iterator<Item = &'n crate::ast::Node>,
        scope: &Scope<'_>,
    ) -> Result<Vec<Value>, EvalError> {
        nodes.map(|it| self.eval(it, scope)).collect()
    }
}

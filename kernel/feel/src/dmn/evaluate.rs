//! Evaluating a decision with those it requires.

use super::{Definitions, Inner, Outcome};
use crate::machine::{DECISION_UNITS, Machine, Scope};
use crate::{Context, Env, EvalError, Value};

impl Definitions {
    /// Evaluates a decision, found by id or name. `inputs` are the input data by name; all of them are in view.
    pub fn evaluate(&self, decision_id_or_name: &str, inputs: &Context, env: &Env) -> Result<Outcome, EvalError> {
        let inner = &*self.0;
        let missing = || EvalError::NoSuchDecision(decision_id_or_name.to_owned());
        let target = *inner.by_key.get(decision_id_or_name).ok_or_else(missing)?;
        let needed = inner.needed(target);
        let mut machine = Machine::new(env, DECISION_UNITS);
        let mut results: Vec<Value> = vec![Value::Null; inner.decisions.len()];
        for at in inner.order.iter().copied().filter(|it| needed.get(*it) == Some(&true)) {
            let value = inner.run(at, inputs, &results, &mut machine)?;
            if let Some(slot) = results.get_mut(at) {
                *slot = value;
            }
        }
        let value = results.into_iter().nth(target).unwrap_or_default();
        machine.weigh(&value)?;
        Ok(Outcome {
            value,
            matched: machine.trace,
        })
    }
}

impl Inner {
    /// Which decisions a decision needs, itself included.
    pub(super) fn needed(&self, target: usize) -> Vec<bool> {
        let mut needed = vec![false; self.decisions.len()];
        let mut open = vec![target];
        while let Some(at) = open.pop() {
            let Some(flag) = needed.get_mut(at) else { continue };
            if !std::mem::replace(flag, true) {
                open.extend(self.decisions.get(at).iter().flat_map(|it| &it.requires));
            }
        }
        needed
    }

    fn run(&self, at: usize, inputs: &Context, results: &[Value], machine: &mut Machine<'_>) -> Result<Value, EvalError> {
        let Some(decision) = self.decisions.get(at) else {
            return Ok(Value::Null);
        };
        let mut local = Context::new();
        for (name, kind) in &decision.inputs {
            if let (Some(kind), Some(value)) = (kind, inputs.get(name)) {
                local.insert(name.clone(), machine.conform(value.clone(), kind)?);
            }
        }
        for required in &decision.requires {
            if let (Some(it), Some(value)) = (self.decisions.get(*required), results.get(*required)) {
                local.insert(it.variable.clone(), value.clone());
            }
        }
        let outer = Scope::root(inputs);
        let middle = outer.context(&decision.functions);
        let value = machine.eval(&decision.node, &middle.context(&local))?;
        match &decision.result {
            Some(kind) => machine.conform(value, kind),
            None => Ok(value),
        }
    }
}

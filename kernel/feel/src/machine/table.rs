//! Decision tables: which rules match, and what the hit policy makes of them.

use super::{Evaluated, Machine, Scope};
use crate::builtin::Builtin;
use crate::dmn::{Aggregation, HitPolicy, MatchedRule, Rule, Table};
use crate::{Context, EvalError, Value};

/// A matching rule: its index and its output.
type Hit = (usize, Value);

impl Machine<'_> {
    pub(super) fn table(&mut self, table: &Table, scope: &Scope<'_>) -> Evaluated {
        let mut inputs = Vec::with_capacity(table.inputs.len());
        for input in &table.inputs {
            let value = self.eval(&input.expression, scope)?;
            if let Some(allowed) = input.allowed.as_ref().filter(|_| !value.is_null())
                && self.any_test(allowed, &value, &scope.one("?", &value))? != Some(true)
            {
                return Ok(Value::Null);
            }
            inputs.push(value);
        }
        let mut hits = Vec::new();
        for (at, rule) in table.rules.iter().enumerate() {
            if self.matches(rule, &inputs, scope)? {
                hits.push((at, self.output(table, rule, scope)?));
                if table.policy == HitPolicy::First {
                    break;
                }
            }
        }
        if hits.is_empty() {
            return self.no_hit(table, scope);
        }
        self.decide(table, hits)
    }

    fn matches(&mut self, rule: &Rule, inputs: &[Value], scope: &Scope<'_>) -> Result<bool, EvalError> {
        for (tests, input) in rule.tests.iter().zip(inputs) {
            self.charge(1)?;
            if self.any_test(tests, input, &scope.one("?", input))? != Some(true) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn output(&mut self, table: &Table, rule: &Rule, scope: &Scope<'_>) -> Evaluated {
        match (table.outputs.as_slice(), rule.outputs.as_slice()) {
            ([_], [node]) => self.eval(node, scope),
            (outputs, nodes) => {
                let mut context = Context::new();
                for (output, node) in outputs.iter().zip(nodes) {
                    context.insert(output.name.clone(), self.eval(node, scope)?);
                }
                Ok(Value::from(context))
            }
        }
    }

    fn no_hit(&mut self, table: &Table, scope: &Scope<'_>) -> Evaluated {
        if table.outputs.iter().all(|it| it.default.is_none()) {
            let none = if table.policy == HitPolicy::Collect(Some(Aggregation::Count)) {
                Value::from(0_i64)
            } else {
                Value::Null
            };
            return Ok(none);
        }
        let mut context = Context::new();
        for output in &table.outputs {
            let value = match &output.default {
                Some(node) => self.eval(node, scope)?,
                None => Value::Null,
            };
            if table.outputs.len() == 1 {
                return Ok(value);
            }
            context.insert(output.name.clone(), value);
        }
        Ok(Value::from(context))
    }

    fn decide(&mut self, table: &Table, mut hits: Vec<Hit>) -> Evaluated {
        if matches!(table.policy, HitPolicy::Priority | HitPolicy::OutputOrder) {
            let mut ranked = hits.into_iter().map(|it| (rank(table, &it.1), it)).collect::<Vec<_>>();
            ranked.sort_by(|a, b| a.0.cmp(&b.0));
            self.charge(ranked.len())?;
            hits = ranked.into_iter().map(|it| it.1).collect();
        }
        if matches!(table.policy, HitPolicy::Priority) {
            hits.truncate(1);
        }
        for (at, _) in &hits {
            self.trace.extend(table.rules.get(*at).map(|rule| MatchedRule {
                decision: table.owner.clone(),
                rule: at + 1,
                rule_id: rule.id.clone(),
            }));
        }
        let mut outputs: Vec<Value> = hits.into_iter().map(|it| it.1).collect();
        match table.policy {
            // two rules at once break the promise of the table: no answer, and the trace shows both
            HitPolicy::Unique => Ok(if outputs.len() == 1 {
                outputs.pop().unwrap_or_default()
            } else {
                Value::Null
            }),
            HitPolicy::Any => {
                let first = outputs.swap_remove(0);
                for other in &outputs {
                    if self.equal(&first, other)? != Some(true) {
                        return Ok(Value::Null);
                    }
                }
                Ok(first)
            }
            HitPolicy::First | HitPolicy::Priority => Ok(outputs.pop().unwrap_or_default()),
            HitPolicy::RuleOrder | HitPolicy::OutputOrder | HitPolicy::Collect(None) => self.list(outputs),
            HitPolicy::Collect(Some(aggregation)) => {
                let list = self.list(outputs)?;
                let name = match aggregation {
                    Aggregation::Sum => "sum",
                    Aggregation::Min => "min",
                    Aggregation::Max => "max",
                    Aggregation::Count => "count",
                };
                Builtin::find(name).map_or(Ok(Value::Null), |it| self.run_builtin(it, &[list], None))
            }
        }
    }
}

/// Places of the outputs in their lists of values, the most important output first; unlisted values come last.
fn rank(table: &Table, output: &Value) -> Vec<usize> {
    let place = |values: &[Value], it: &Value| values.iter().position(|value| value == it).unwrap_or(usize::MAX);
    match (table.outputs.as_slice(), output) {
        ([single], it) => vec![place(&single.values, it)],
        (outputs, Value::Context(it)) => outputs
            .iter()
            .map(|output| it.get(&output.name).map_or(usize::MAX, |it| place(&output.values, it)))
            .collect(),
        _ => Vec::new(),
    }
}

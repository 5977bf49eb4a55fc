//! What expressions see, and where their values go.

use std::sync::Arc;

use yiwang_feel::{Context, DateTime, Expr, Value};

use crate::model::{Node, Target};
use crate::state::{ROOT, Scope, Token, is_storable};

use super::enter::wrong;
use super::run::Run;
use super::{Effect, StepError};

impl<'a> Run<'a> {
    pub fn evaluate(&self, node: &Node, token: &Token, expression: &Expr) -> Result<Value, StepError> {
        expression
            .eval(&self.context(token), self.env)
            .map_err(|it| StepError::Expression {
                node: node.id.clone(),
                expression: expression.source().chars().take(80).collect(),
                message: it.to_string(),
            })
    }

    /// Variables from the outermost scope inwards, then what the caller gave, which no variable can hide.
    pub fn context(&self, token: &Token) -> Context {
        let mut context = Context::new();
        for scope in self.chain(token.scope).into_iter().rev() {
            extend(&mut context, &scope.variables);
        }
        extend(&mut context, self.data);
        if let Some(record) = &self.record {
            context.insert("record", Value::Context(Arc::clone(record)));
        }
        context.insert("outcome", token.outcome.as_deref().map(Value::text));
        context.insert(
            "process",
            self.about.get_or_init(|| Value::from(self.about_process())).clone(),
        );
        context
    }

    /// A fresh scope for a node with mappings; its input mappings become variables there.
    pub fn open_scope(&mut self, node: &'a Node, mut token: Token) -> Result<Token, StepError> {
        if node.inputs.is_empty() && node.outputs.is_empty() {
            return Ok(token);
        }
        let id = self.fresh_id();
        let element = Some(node.id.clone());
        self.state.scopes.push(Scope {
            id,
            parent: Some(token.scope),
            element,
            variables: Context::new(),
        });
        token.scope = id;
        for mapping in &node.inputs {
            let value = self.evaluate(node, &token, &mapping.source)?;
            self.set_variable(node, id, &mapping.target, value)?;
        }
        Ok(token)
    }

    /// Evaluates the output mappings and drops the scope of the node.
    pub fn close_scope(&mut self, node: &'a Node, mut token: Token) -> Result<Token, StepError> {
        let Some(scope) = self.own_scope(node, &token) else {
            return Ok(token);
        };
        let parent = scope.parent.unwrap_or(ROOT);
        for mapping in &node.outputs {
            let value = self.evaluate(node, &token, &mapping.source)?;
            self.put(node, parent, &mapping.target, value)?;
        }
        self.drop_scope(token.scope);
        token.scope = parent;
        Ok(token)
    }

    /// Drops the scope of a node that is left without being done.
    pub fn abandon_scope(&mut self, node: &Node, token: &mut Token) {
        if let Some(scope) = self.own_scope(node, token) {
            let parent = scope.parent.unwrap_or(ROOT);
            self.drop_scope(token.scope);
            token.scope = parent;
        }
    }

    /// The result of a node: to its target, and under `result` to its output mappings.
    pub fn keep_result(&mut self, node: &Node, token: &Token, target: Option<&Target>, value: Value) -> Result<(), StepError> {
        match target {
            Some(Target::Variable(name)) => self.set_result(node, token, name, value.clone())?,
            Some(target @ Target::Record(_)) => self.put(node, token.scope, target, value.clone())?,
            None => {}
        }
        if self.own_scope(node, token).is_some() && !node.outputs.is_empty() {
            self.set_variable(node, token.scope, "result", value)?;
        }
        Ok(())
    }

    /// A variable set by a node: with output mappings it stays inside the node, without it belongs to the instance.
    pub fn set_result(&mut self, node: &Node, token: &Token, name: &str, value: Value) -> Result<(), StepError> {
        match self.own_scope(node, token).map(|it| (it.id, it.parent.unwrap_or(ROOT))) {
            Some((own, _)) if !node.outputs.is_empty() => self.set_variable(node, own, name, value),
            Some((_, parent)) => self.put(node, parent, &Target::Variable(name.to_owned()), value),
            None => self.put(node, token.scope, &Target::Variable(name.to_owned()), value),
        }
    }

    fn put(&mut self, node: &Node, scope: u32, target: &Target, value: Value) -> Result<(), StepError> {
        match target {
            Target::Record(field) => {
                if !is_storable(&value) {
                    return Err(wrong(node, "可以存的值", &value));
                }
                self.assign(field, value);
                Ok(())
            }
            Target::Variable(name) => {
                let holder = self
                    .chain(scope)
                    .into_iter()
                    .find(|it| it.variables.get(name).is_some())
                    .map_or(ROOT, |it| it.id);
                self.set_variable(node, holder, name, value)
            }
        }
    }

    /// Tells the caller, and lets later expressions of this step see the value. The dictionary entry beside a choice field is
    /// taken out: it belongs to the former value, and only the caller knows the new one.
    fn assign(&mut self, field: &str, value: Value) {
        let data = self.data;
        let given = || match data.get("record") {
            Some(Value::Context(it)) => Arc::clone(it),
            _ => Arc::default(),
        };
        let record = Arc::make_mut(self.record.get_or_insert_with(given));
        record.insert(field, value.clone());
        record.remove(&format!("{field}_entry"));
        self.effects.push(Effect::Assign {
            path: format!("record.{field}"),
            value,
        });
    }

    fn set_variable(&mut self, node: &Node, scope: u32, name: &str, value: Value) -> Result<(), StepError> {
        if !is_storable(&value) {
            return Err(wrong(node, "可以存的值", &value));
        }
        if let Some(scope) = self.state.scope_mut(scope) {
            scope.variables.insert(name, value);
        }
        Ok(())
    }

    fn own_scope(&self, node: &Node, token: &Token) -> Option<&Scope> {
        self.state
            .scope(token.scope)
            .filter(|it| it.element.as_deref() == Some(&node.id))
    }

    fn drop_scope(&mut self, id: u32) {
        self.state.scopes.retain(|it| it.id != id);
    }

    /// A scope and those around it, innermost first.
    fn chain(&self, scope: u32) -> Vec<&Scope> {
        let mut chain: Vec<&Scope> = Vec::new();
        let mut next = self.state.scope(scope);
        // A parent is always older than its child; a stored state that says otherwise must not make a circle.
        while let Some(scope) = next {
            chain.push(scope);
            next = scope.parent.filter(|it| *it < scope.id).and_then(|it| self.state.scope(it));
        }
        chain
    }

    /// What the caller says about the process (its clocks), with `started_at`, and under `done` how often each element was completed.
    fn about_process(&self) -> Context {
        let counted = |id: &String| i64::from(self.state.done(id));
        let done: Context = self
            .process
            .nodes
            .iter()
            .map(|it| (it.id.as_str(), counted(&it.id)))
            .collect();
        let started = self.state.started_at.map(|it| DateTime::from_instant(it, self.env.offset));
        let mut about = self
            .data
            .get("process")
            .and_then(Value::as_context)
            .cloned()
            .unwrap_or_default();
        about.insert("started_at", started);
        about.insert("done", done);
        about
    }
}

fn extend(context: &mut Context, more: &Context) {
    for (name, value) in more.iter() {
        context.insert(name.clone(), value.clone());
    }
}

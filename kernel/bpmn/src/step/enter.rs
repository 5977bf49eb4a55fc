//! What happens when a token comes to a node.

use yiwang_feel::{Context, Value};
use yiwang_types::Instant;

use crate::model::{Candidates, Moment, Node, NodeKind, Rule, Script, Service, UserTask};
use crate::state::Token;

use super::run::Run;
use super::{Effect, StepError};

impl<'a> Run<'a> {
    pub fn enter(&mut self, mut token: Token) -> Result<(), StepError> {
        let node = self.node(&token.node)?;
        if matches!(node.kind, NodeKind::Parallel) {
            return self.enter_parallel(node, token);
        }
        token.via = None;
        self.effects.push(Effect::Entered { node: node.id.clone() });
        let token = self.open_scope(node, token)?;
        match &node.kind {
            NodeKind::Start | NodeKind::Milestone => self.leave(node, token),
            NodeKind::End { status } => self.enter_end(node, token, status.as_ref()),
            NodeKind::User(task) => self.enter_task(node, token, task),
            NodeKind::Service(service) => self.enter_service(node, token, service),
            NodeKind::Rule(rule) => self.enter_rule(node, token, rule),
            NodeKind::Script(script) => self.enter_script(node, token, script),
            NodeKind::Exclusive { default } => self.enter_exclusive(node, token, default.as_deref()),
            NodeKind::Parallel | NodeKind::Boundary(_) | NodeKind::Unsupported(_) => {
                Err(StepError::NotRunnable { node: node.id.clone() })
            }
        }
    }

    fn enter_end(&mut self, node: &'a Node, token: Token, status: Option<&String>) -> Result<(), StepError> {
        if let Some(status) = status {
            self.effects.push(Effect::SetStatus(status.clone()));
        }
        self.complete(node, token)?;
        self.effects.push(Effect::Ended {
            node: node.id.clone(),
            status: status.cloned(),
        });
        Ok(())
    }

    fn enter_task(&mut self, node: &'a Node, token: Token, task: &'a UserTask) -> Result<(), StepError> {
        if let Some(status) = &task.status {
            self.effects.push(Effect::SetStatus(status.clone()));
        }
        let assignee = match &task.assignee {
            None => None,
            Some(expression) => match self.evaluate(node, &token, expression)? {
                Value::Null => None,
                Value::Text(it) => Some(it.to_string()).filter(|it| !it.is_empty()),
                other => return Err(wrong(node, "一个用户的编号", &other)),
            },
        };
        let candidates = match &task.candidates {
            Candidates::Pools(pools) => pools.clone(),
            Candidates::Feel(expression) => pools(node, &self.evaluate(node, &token, expression)?)?,
        };
        if assignee.is_none() && candidates.is_empty() {
            return Err(StepError::NobodyAssigned { node: node.id.clone() });
        }
        let due = self.moment(node, &token, task.due.as_ref())?;
        let follow_up = self.moment(node, &token, task.follow_up.as_ref())?;
        self.effects.push(Effect::OpenTask {
            token: token.id,
            task: node.id.clone(),
            candidates,
            assignee,
            due,
            follow_up,
        });
        self.set_timers(node, &token)?;
        self.wait(token);
        Ok(())
    }

    fn moment(&self, node: &Node, token: &Token, moment: Option<&Moment<Instant>>) -> Result<Option<Instant>, StepError> {
        moment.map_or(Ok(None), |it| self.instant(node, token, it))
    }

    fn enter_service(&mut self, node: &'a Node, token: Token, service: &Service) -> Result<(), StepError> {
        self.effects.push(Effect::Service {
            token: token.id,
            node: node.id.clone(),
            function: service.function.clone(),
            input: Value::from(self.inputs(node, &token)),
            wait: service.wait,
        });
        if service.wait {
            self.set_timers(node, &token)?;
            self.wait(token);
            return Ok(());
        }
        self.leave(node, token)
    }

    /// The input mappings alone, as the host's function gets them.
    fn inputs(&self, node: &Node, token: &Token) -> Context {
        let scope = self
            .state
            .scope(token.scope)
            .filter(|it| it.element.as_deref() == Some(&node.id));
        scope.map(|it| it.variables.clone()).unwrap_or_default()
    }

    fn enter_rule(&mut self, node: &'a Node, token: Token, rule: &Rule) -> Result<(), StepError> {
        let scope = self.context(&token);
        let (result, rules) = self
            .world
            .decide(&rule.decision, &scope)
            .map_err(|message| StepError::Decision {
                node: node.id.clone(),
                decision: rule.decision.clone(),
                message,
            })?;
        self.effects.push(Effect::Decided {
            node: node.id.clone(),
            decision: rule.decision.clone(),
            rules,
        });
        self.keep_result(node, &token, Some(&rule.result), result)?;
        self.leave(node, token)
    }

    fn enter_script(&mut self, node: &'a Node, token: Token, script: &'a Script) -> Result<(), StepError> {
        let Some(expression) = &script.expression else {
            return Err(StepError::NotRunnable { node: node.id.clone() });
        };
        let result = self.evaluate(node, &token, expression)?;
        self.keep_result(node, &token, Some(&script.result), result)?;
        self.leave(node, token)
    }

    fn enter_exclusive(&mut self, node: &'a Node, token: Token, default: Option<&str>) -> Result<(), StepError> {
        let process = self.process;
        let mut chosen = None;
        for flow in process.outgoing(node).filter(|it| Some(it.id.as_str()) != default) {
            let holds = match &flow.condition {
                None => true,
                Some(condition) => self.evaluate(node, &token, condition)?.is_true(),
            };
            if holds {
                chosen = Some(flow);
                break;
            }
        }
        let chosen = chosen.or_else(|| process.outgoing(node).find(|it| Some(it.id.as_str()) == default));
        let Some(flow) = chosen else {
            return Err(StepError::NoFlowFits { node: node.id.clone() });
        };
        let token = self.complete(node, token)?;
        self.follow(flow, &token);
        Ok(())
    }

    /// Waits until each incoming flow has brought a token of this scope, then takes one of each and goes on with the last outcome.
    fn enter_parallel(&mut self, node: &'a Node, token: Token) -> Result<(), StepError> {
        let mut arrived = token.clone();
        let scope = token.scope;
        if token.via.is_some() {
            self.wait(token);
        }
        let process = self.process;
        let mut taken: Vec<u32> = Vec::new();
        // Without a flow it was begun here by `Start { node }` and waits for nobody.
        for flow in process.incoming(node).filter(|_| arrived.via.is_some()) {
            let waiting = self.state.tokens.iter().filter(|it| it.node == node.id && it.scope == scope);
            match waiting
                .filter(|it| it.via.as_deref() == Some(&flow.id))
                .map(|it| it.id)
                .next()
            {
                Some(id) => taken.push(id),
                None => return Ok(()),
            }
        }
        self.state.tokens.retain(|it| !taken.contains(&it.id));
        arrived.via = None;
        self.effects.push(Effect::Entered { node: node.id.clone() });
        self.leave(node, arrived)
    }
}

fn pools(node: &Node, value: &Value) -> Result<Vec<String>, StepError> {
    let wanted = "办理人的文字或列表";
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Text(it) => Ok(it
            .split([',', '\u{ff0c}'])
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()),
        Value::List(items) => items
            .iter()
            .filter(|it| !it.is_null())
            .map(|it| {
                it.as_text()
                    .map(|it| it.trim().to_owned())
                    .ok_or_else(|| wrong(node, wanted, value))
            })
            .collect(),
        other => Err(wrong(node, wanted, other)),
    }
}

pub fn wrong(node: &Node, wanted: &'static str, found: &Value) -> StepError {
    let found: String = found.to_string().chars().take(80).collect();
    StepError::WrongValue {
        node: node.id.clone(),
        wanted,
        found,
    }
}

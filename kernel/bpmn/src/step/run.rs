//! One step in progress: the events, and how tokens move.

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::sync::Arc;

use yiwang_feel::{Context, Env, Value};

use crate::model::{Flow, Node, NodeKind, Process};
use crate::state::{ROOT, Scope, State, Token};

use super::{Closing, Effect, MAX_MOVES, StepError, World};

pub struct Run<'a> {
    pub process: &'a Process,
    pub state: State,
    pub data: &'a Context,
    pub world: &'a dyn World,
    pub env: &'a Env,
    pub effects: Vec<Effect>,
    /// The record as this step has changed it; `None` while unchanged.
    pub record: Option<Arc<Context>>,
    /// What expressions see of the process; made once until another node is done.
    pub about: OnceCell<Value>,
    /// Tokens on their way to the node they name, first come first served.
    moving: VecDeque<Token>,
    moves: u32,
}

impl<'a> Run<'a> {
    pub fn new(process: &'a Process, state: State, data: &'a Context, world: &'a dyn World, env: &'a Env) -> Run<'a> {
        Run {
            process,
            state,
            data,
            world,
            env,
            effects: Vec::new(),
            record: None,
            about: OnceCell::new(),
            moving: VecDeque::new(),
            moves: 0,
        }
    }

    pub fn start(&mut self, node: Option<&str>) -> Result<(), StepError> {
        if !self.state.is_new() {
            return Err(StepError::AlreadyStarted);
        }
        let process = self.process;
        let node = match node {
            Some(id) => process
                .node(id)
                .ok_or_else(|| StepError::NoSuchNode { node: id.to_owned() })?,
            None => process.start().ok_or(StepError::NoStart)?,
        };
        self.state.next = 1;
        self.state.started_at = Some(self.env.now);
        self.state.scopes.push(Scope {
            id: ROOT,
            parent: None,
            element: None,
            variables: Context::new(),
        });
        let id = self.fresh_id();
        self.moving.push_back(Token {
            id,
            node: node.id.clone(),
            scope: ROOT,
            outcome: None,
            via: None,
        });
        Ok(())
    }

    pub fn task_done(&mut self, token: u32, outcome: &str, variables: Context) -> Result<(), StepError> {
        let (mut token, node) = self.take(token)?;
        let Some(task) = node.task() else {
            return Err(StepError::WrongNode {
                token: token.id,
                node: token.node,
            });
        };
        let known: Vec<String> = task.endings().map(str::to_owned).collect();
        if !known.is_empty() && !known.iter().any(|it| it == outcome) {
            return Err(StepError::UnknownOutcome {
                node: token.node,
                outcome: outcome.to_owned(),
                known,
            });
        }
        self.effects.push(Effect::CloseTask {
            token: token.id,
            how: Closing::Done,
        });
        self.cancel_timers(token.id);
        token.outcome = Some(outcome.to_owned());
        for (name, value) in variables.iter() {
            self.set_result(node, &token, name, value.clone())?;
        }
        self.leave(node, token)
    }

    pub fn service_done(&mut self, token: u32, result: Value) -> Result<(), StepError> {
        let (token, node) = self.take(token)?;
        let NodeKind::Service(service) = &node.kind else {
            return Err(StepError::WrongNode {
                token: token.id,
                node: token.node,
            });
        };
        self.cancel_timers(token.id);
        self.keep_result(node, &token, service.result.as_ref(), result)?;
        self.leave(node, token)
    }

    pub fn cancel(&mut self) -> Result<(), StepError> {
        self.require_running()?;
        for token in std::mem::take(&mut self.state.tokens) {
            self.cancel_timers(token.id);
            if self.process.task(&token.node).is_some() {
                self.effects.push(Effect::CloseTask {
                    token: token.id,
                    how: Closing::Cancelled,
                });
            }
            self.effects.push(Effect::Left { node: token.node });
        }
        self.state.scopes.retain(|it| it.id == ROOT);
        Ok(())
    }

    /// Moves tokens until all wait, and gives the outcome of the step.
    pub fn finish(mut self) -> Result<(State, Vec<Effect>), StepError> {
        while let Some(token) = self.moving.pop_front() {
            self.moves += 1;
            if self.moves > MAX_MOVES {
                return Err(StepError::TooManyMoves { node: token.node });
            }
            self.enter(token)?;
        }
        if self.state.tokens.is_empty() {
            self.effects.push(Effect::Completed);
        } else {
            self.report_stuck();
        }
        Ok((self.state, self.effects))
    }

    /// Takes a waiting token out of the state.
    pub fn take(&mut self, id: u32) -> Result<(Token, &'a Node), StepError> {
        self.require_running()?;
        let position = self
            .state
            .tokens
            .iter()
            .position(|it| it.id == id)
            .ok_or(StepError::NoSuchToken { token: id })?;
        let token = self.state.tokens.remove(position);
        let node = self.node(&token.node)?;
        if node.waits() {
            Ok((token, node))
        } else {
            Err(StepError::WrongNode {
                token: id,
                node: token.node,
            })
        }
    }

    pub fn node(&self, id: &str) -> Result<&'a Node, StepError> {
        self.process
            .node(id)
            .ok_or_else(|| StepError::NoSuchNode { node: id.to_owned() })
    }

    pub fn fresh_id(&mut self) -> u32 {
        let id = self.state.next;
        self.state.next = self.state.next.saturating_add(1);
        id
    }

    /// Lets a token wait where it is.
    pub fn wait(&mut self, token: Token) {
        let position = self.state.tokens.partition_point(|it| it.id < token.id);
        self.state.tokens.insert(position, token);
    }

    /// The node is done: hand on its outputs, count it, and take every outgoing flow.
    pub fn leave(&mut self, node: &'a Node, token: Token) -> Result<(), StepError> {
        let token = self.complete(node, token)?;
        let process = self.process;
        for flow in process.outgoing(node) {
            self.follow(flow, &token);
        }
        Ok(())
    }

    /// The node is done: hand on its outputs and count it. The token stands in the scope around the node afterwards.
    pub fn complete(&mut self, node: &'a Node, token: Token) -> Result<Token, StepError> {
        let token = self.close_scope(node, token)?;
        if !matches!(node.kind, NodeKind::Exclusive { .. } | NodeKind::Parallel) {
            self.about.take();
            let count = self.state.done.entry(node.id.clone()).or_insert(0);
            *count = count.saturating_add(1);
        }
        self.effects.push(Effect::Left { node: node.id.clone() });
        Ok(token)
    }

    /// Sends a token along a flow. It gets a fresh id, so that no two visits of a task share one.
    pub fn follow(&mut self, flow: &Flow, from: &Token) {
        let id = self.fresh_id();
        self.moving.push_back(Token {
            id,
            node: flow.target.clone(),
            scope: from.scope,
            outcome: from.outcome.clone(),
            via: Some(flow.id.clone()),
        });
    }

    fn require_running(&self) -> Result<(), StepError> {
        if self.state.tokens.is_empty() {
            Err(StepError::NotRunning)
        } else {
            Ok(())
        }
    }

    /// When only joins are waiting, nothing will ever come: a branch has ended elsewhere.
    fn report_stuck(&mut self) {
        let at_join = |it: &Token| matches!(self.process.node(&it.node).map(|it| &it.kind), Some(NodeKind::Parallel));
        if !self.state.tokens.iter().all(at_join) {
            return;
        }
        let message = "并行汇合等不到其余分支,其余分支已经结束";
        let stuck = self.state.tokens.iter().map(|it| Effect::Incident {
            token: it.id,
            node: it.node.clone(),
            message: message.to_owned(),
        });
        let stuck: Vec<Effect> = stuck.collect();
        self.effects.extend(stuck);
    }
}

//! Timers on the border of waiting nodes.

use yiwang_feel::{DateTime, Value};
use yiwang_types::Instant;

use crate::duration;
use crate::model::{Moment, Node, NodeKind, Timer};
use crate::state::{TimerState, Token};

use super::enter::wrong;
use super::run::Run;
use super::{At, Closing, Effect, StepError};

impl<'a> Run<'a> {
    pub fn timer_fired(&mut self, timer: u32) -> Result<(), StepError> {
        let position = self
            .state
            .timers
            .iter()
            .position(|it| it.id == timer)
            .ok_or(StepError::NoSuchTimer { timer })?;
        let timer = self.state.timers.remove(position);
        let event = self.node(&timer.node)?;
        let NodeKind::Boundary(boundary) = &event.kind else {
            return Err(StepError::WrongNode {
                token: timer.token,
                node: timer.node,
            });
        };
        let mut token = self
            .state
            .token(timer.token)
            .cloned()
            .ok_or(StepError::NoSuchToken { token: timer.token })?;
        let node = self.node(&token.node)?;
        if boundary.interrupting {
            self.interrupt(node, &mut token)?;
        } else if let Some(parent) = self
            .state
            .scope(token.scope)
            .filter(|it| it.element.as_deref() == Some(&node.id))
        {
            token.scope = parent.parent.unwrap_or_default();
        }
        self.effects.push(Effect::Entered { node: event.id.clone() });
        self.leave(event, token)
    }

    /// Sets the timers of a node where a token begins to wait. One whose expression gives null is not set.
    pub fn set_timers(&mut self, node: &'a Node, token: &Token) -> Result<(), StepError> {
        let process = self.process;
        for (event, boundary) in process.boundaries(&node.id) {
            let at = match &boundary.timer {
                None => return Err(StepError::NotRunnable { node: event.id.clone() }),
                Some(Timer::Clock(clock)) => Some(At::Clock(clock.clone())),
                Some(Timer::After(moment)) => self.after(event, token, moment)?.map(At::Instant),
                Some(Timer::At(moment)) => self.instant(event, token, moment)?.map(At::Instant),
            };
            if let Some(at) = at {
                let timer = self.fresh_id();
                self.state.timers.push(TimerState {
                    id: timer,
                    token: token.id,
                    node: event.id.clone(),
                });
                self.effects.push(Effect::SetTimer {
                    timer,
                    node: event.id.clone(),
                    at,
                });
            }
        }
        Ok(())
    }

    pub fn cancel_timers(&mut self, token: u32) {
        let (gone, kept): (Vec<TimerState>, Vec<TimerState>) = std::mem::take(&mut self.state.timers)
            .into_iter()
            .partition(|it| it.token == token);
        self.state.timers = kept;
        self.effects
            .extend(gone.into_iter().map(|it| Effect::CancelTimer { timer: it.id }));
    }

    /// A moment as an instant: dates begin at midnight of the place.
    pub fn instant(&self, node: &Node, token: &Token, moment: &Moment<Instant>) -> Result<Option<Instant>, StepError> {
        let expression = match moment {
            Moment::Fixed(instant) => return Ok(Some(*instant)),
            Moment::Feel(expression) => expression,
        };
        let offset = self.env.offset;
        let value = self.evaluate(node, token, expression)?;
        match &value {
            Value::Null => Ok(None),
            Value::DateTime(it) => Ok(Some(it.to_instant(offset))),
            Value::Date(it) => Ok(Some(Instant::from_local(*it, 0, offset))),
            Value::Text(it) => match DateTime::parse(it) {
                Some(it) => Ok(Some(it.to_instant(offset))),
                None => Err(wrong(node, "日期或时间", &value)),
            },
            _ => Err(wrong(node, "日期或时间", &value)),
        }
    }

    fn after(&self, node: &Node, token: &Token, moment: &Moment<i64>) -> Result<Option<Instant>, StepError> {
        let now = self.env.now;
        let expression = match moment {
            Moment::Fixed(millis) => return Ok(Some(now.plus_millis(*millis))),
            Moment::Feel(expression) => expression,
        };
        let value = self.evaluate(node, token, expression)?;
        let at = match &value {
            Value::Null => return Ok(None),
            Value::DaysTime(millis) => Some(now.plus_millis(*millis)),
            Value::YearsMonths(months) => DateTime::from_instant(now, self.env.offset)
                .plus_months(*months)
                .map(|it| it.to_instant(self.env.offset)),
            Value::Text(it) => duration::parse_millis(it).map(|millis| now.plus_millis(millis)),
            _ => None,
        };
        at.map(Some).ok_or_else(|| wrong(node, "时长", &value))
    }

    /// Ends the waiting of a token without its node being done.
    fn interrupt(&mut self, node: &'a Node, token: &mut Token) -> Result<(), StepError> {
        self.take(token.id)?;
        if node.task().is_some() {
            self.effects.push(Effect::CloseTask {
                token: token.id,
                how: Closing::Cancelled,
            });
        }
        self.cancel_timers(token.id);
        self.abandon_scope(node, token);
        self.effects.push(Effect::Left { node: node.id.clone() });
        Ok(())
    }
}

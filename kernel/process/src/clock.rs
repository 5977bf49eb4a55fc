//! Named clocks: run while one of their tasks is open, stand otherwise and while suspended, end at an element or with the instance.

use yiwang_bpmn::{Clock, Process};
use yiwang_feel::{Context, Env, Value};
use yiwang_types::worktime::{Calendar, Limit, LimitUnit, Period, deadline};
use yiwang_types::{Fault, Instant};

use crate::state::{ClockState, Matter};

impl ClockState {
    /// Whether the limit was missed by then: a standing clock is judged when it stopped.
    pub fn late(&self, now: Instant) -> bool {
        self.ended_at.or(self.paused_since).unwrap_or(now) > self.due
    }

    /// Whether it runs.
    pub fn running(&self) -> bool {
        self.paused_since.is_none() && self.ended_at.is_none()
    }

    /// The pauses as periods.
    pub fn periods(&self) -> Vec<Period> {
        self.pauses
            .iter()
            .filter_map(|(from, until)| Period::new(*from, *until))
            .collect()
    }

    fn schedule(&mut self, calendar: &Calendar) {
        self.due = deadline(calendar, self.started_at, self.limit, &self.periods()).due;
    }

    fn pause(&mut self, now: Instant) {
        if self.running() {
            self.paused_since = Some(now);
        }
    }

    fn resume(&mut self, now: Instant, calendar: &Calendar) {
        if let Some(since) = self.paused_since.take() {
            // A task that hands over to the next one of its clock in the same step has not stood at all.
            if since < now {
                self.pauses.push((since, now));
                self.schedule(calendar);
            }
        }
    }

    /// Makes the limit longer by an amount of its own unit.
    pub(crate) fn extend(&mut self, amount: u32, calendar: &Calendar) {
        self.limit.amount = self.limit.amount.saturating_add(amount);
        self.schedule(calendar);
    }
}

/// Brings the clocks in line with the tasks that are open after a step. `entered` are the elements the step went through.
pub(crate) fn update(
    matter: &mut Matter,
    process: &Process,
    entered: &[String],
    data: &Context,
    env: &Env,
    calendar: &Calendar,
) -> Result<(), Fault> {
    let over = matter.engine.is_completed();
    for clock in &process.clocks {
        let active = matter.suspended.is_none()
            && matter
                .tasks
                .iter()
                .any(|it| it.side.is_none() && clock.runs_while.contains(&it.element));
        let ends = over || clock.ends_at.iter().any(|it| entered.contains(it));
        if let Some(state) = matter.clocks.get_mut(&clock.id).filter(|it| it.ended_at.is_none()) {
            match (ends, active) {
                (true, _) => state.ended_at = Some(state.paused_since.take().unwrap_or(env.now)),
                (false, true) => state.resume(env.now, calendar),
                (false, false) => state.pause(env.now),
            }
        }
        // A clock that ended begins anew when one of its tasks is opened again (a case dispatched to another unit).
        let begins = active && matter.clocks.get(&clock.id).is_none_or(|it| it.ended_at.is_some());
        if begins && let Some(limit) = limit_of(clock, data, env)? {
            let due = deadline(calendar, env.now, limit, &[]).due;
            let fresh = ClockState {
                limit,
                started_at: env.now,
                pauses: Vec::new(),
                paused_since: None,
                ended_at: None,
                due,
            };
            matter.clocks.insert(clock.id.clone(), fresh);
        }
    }
    Ok(())
}

fn limit_of(clock: &Clock, data: &Context, env: &Env) -> Result<Option<Limit>, Fault> {
    let Some(expression) = &clock.limit else { return Ok(None) };
    let value = expression
        .eval(data, env)
        .map_err(|err| Fault::internal(format!("limit of clock {}: {err}", clock.id)))?;
    Ok(limit_from(&value))
}

/// `{amount, unit}` as a limit; anything else is none.
pub fn limit_from(value: &Value) -> Option<Limit> {
    let Value::Context(it) = value else { return None };
    let amount = it
        .get("amount")?
        .as_number()?
        .to_i64()
        .and_then(|it| u32::try_from(it).ok())?;
    let unit = LimitUnit::parse(it.get("unit")?.as_text()?)?;
    Some(Limit { amount, unit })
}

/// The clocks as expressions see them: `process.clock.ID.{due, late, minutes}`.
pub(crate) fn context(matter: &Matter, env: &Env, calendar: &Calendar) -> Context {
    let mut all = Context::default();
    for (id, clock) in &matter.clocks {
        let mut one = Context::default();
        one.insert("late", Value::from(clock.late(env.now)));
        one.insert("due", Value::from(yiwang_feel::DateTime::from_instant(clock.due, env.offset)));
        one.insert("minutes", Value::from(minutes(clock, env.now, calendar)));
        all.insert(id.as_str(), Value::from(one));
    }
    all
}

/// Minutes the clock has run, in its own kind of time.
pub(crate) fn minutes(clock: &ClockState, now: Instant, calendar: &Calendar) -> i64 {
    let until = clock.ended_at.or(clock.paused_since).unwrap_or(now);
    let unit = clock.limit.unit;
    let whole = yiwang_types::worktime::worked_minutes(calendar, clock.started_at, until, unit);
    let stood: i64 = clock
        .pauses
        .iter()
        .map(|(from, to)| yiwang_types::worktime::worked_minutes(calendar, *from, *to, unit))
        .sum();
    whole - stood
}

//! What is done again and again. A schedule is a row with its next moment; whichever node advances the row enqueues the job
//! in the same commit, so that exactly one does. Moments missed while no node ran are made up for once.
//!
//! Two rules are enough (minutes, and a time of day), so there is no cron dialect and no library for one.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use yiwang_store::{Cmp, Decision, Error, Filter, Lock, Locked, Plan, Scope, Select, Value, Write};
use yiwang_types::{Fault, Instant, Offset};

use crate::jobs::{batch, check_kind};
use crate::tables::{FORMAT, SCHEDULE, cells};
use crate::{Job, Jobs};

const DAY_MS: i64 = 86_400_000;
const COLUMNS: [&str; 4] = ["kind", "payload", "rule", "next_at"];

/// A named schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Its name in the whole system. Its job has the unique key `schedule:NAME`: a job that is late is not piled up.
    pub name: String,
    /// Kind of the job.
    pub kind: String,
    /// Payload of the job; its `due_at` is the moment that was planned.
    pub payload: Json,
    /// When.
    pub when: When,
}

/// The moments of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At every multiple of so many minutes (at least 1) since 1970-01-01T00:00Z, so that all nodes mean the same moments.
    EveryMinutes(u32),
    /// Once a day at that time on the wall clock of the place.
    Daily {
        /// 0 to 23.
        hour: u8,
        /// 0 to 59.
        minute: u8,
        /// Of the place.
        offset: Offset,
    },
}

impl When {
    /// The first moment after `now`.
    pub fn next(self, now: Instant) -> Instant {
        let (period, phase) = match self {
            When::EveryMinutes(minutes) => (i64::from(minutes.max(1)) * 60_000, 0),
            When::Daily { hour, minute, offset } => {
                (DAY_MS, (i64::from(hour) * 60 + i64::from(minute)) * 60_000 - offset.millis())
            }
        };
        let into_period = now.plus_millis(-phase).millis().rem_euclid(period);
        now.plus_millis(period - into_period)
    }
}

impl Jobs {
    /// Declares a schedule, as every node does when it starts: a new one first fires at its next moment, a changed one takes
    /// its new rule at once, an unchanged one goes on.
    ///
    /// # Errors
    /// When its kind has other characters than allowed, or it cannot be written.
    pub async fn schedule(&self, it: Schedule) -> Result<(), Fault> {
        check_kind(&it.kind)?;
        let rid = self.store.rids(1).await?.start;
        let now = self.clock.now();
        let rule = serde_json::to_string(&it.when).map_err(Fault::internal)?;
        let plan = Plan::new(vec![lock(&it.name)], move |locked: &Locked| {
            let known = locked.rows.first().and_then(Option::as_ref).and_then(|row| read(row));
            let next_at = match &known {
                Some(known) if known.rule == rule || known.next_at <= now => known.next_at,
                _ => it.when.next(now),
            };
            let row = cells([
                ("rid", rid.into()),
                ("kind", (&it.kind).into()),
                ("format", FORMAT.into()),
                ("payload", it.payload.to_string().into()),
                ("rule", (&rule).into()),
                ("next_at", next_at.into()),
            ]);
            let write = Write::Upsert {
                table: SCHEDULE.into(),
                key: cells([("name", (&it.name).into())]),
                row,
            };
            Decision::Commit(batch(vec![write]), ())
        });
        Ok(self.commit(plan).await?)
    }

    /// Removes a schedule; a job that it has enqueued stays.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn unschedule(&self, name: &str) -> Result<(), Fault> {
        let write = Write::Delete {
            table: SCHEDULE.into(),
            key: cells([("name", name.into())]),
        };
        let plan = Plan::new(Vec::new(), move |_| Decision::Commit(batch(vec![write.clone()]), ()));
        Ok(self.commit(plan).await?)
    }
}

/// Enqueues the jobs of the schedules that are due; gives how many this node fired. One that fails does not stop the others.
pub(crate) async fn fire(jobs: &Jobs) -> Result<u32, Fault> {
    let now = jobs.clock.now();
    let due = Filter::cmp("next_at", Cmp::Le, now).and(Filter::eq("format", FORMAT));
    let names = jobs
        .store
        .select(&Select::new(SCHEDULE, &["name"], Scope::All).filter(due))
        .await?;
    let mut fired = 0;
    for name in names.iter().flatten().filter_map(Value::as_text) {
        match fire_one(jobs, name, now).await {
            Ok(it) => fired += u32::from(it),
            Err(error) => tracing::error!(schedule.name = name, %error, "A schedule could not be fired"),
        }
    }
    Ok(fired)
}

async fn fire_one(jobs: &Jobs, name: &str, now: Instant) -> Result<bool, Fault> {
    let Some(row) = jobs.store.get(SCHEDULE, &[("name", name.into())], &COLUMNS).await? else {
        return Ok(false);
    };
    let planned = read(&row).ok_or_else(|| Fault::internal("it cannot be read"))?;
    let when: When = serde_json::from_str(&planned.rule).map_err(Fault::internal)?;
    let payload = serde_json::from_str(&planned.payload).map_err(Fault::internal)?;
    let mut writes = jobs
        .enqueue(Job::new(planned.kind, payload, planned.next_at).unique(format!("schedule:{name}")))
        .await?;
    let key = cells([("name", name.into())]);
    writes.push(Write::Update {
        table: SCHEDULE.into(),
        key,
        set: cells([("next_at", when.next(now).into())]),
        expect: Some(1),
    });
    let plan = Plan::new(vec![lock(name)], move |locked: &Locked| {
        if locked.rows.first().and_then(Option::as_ref) != Some(&row) || planned.next_at > now {
            return Decision::Conflict("another node was here".to_owned());
        }
        Decision::Commit(batch(writes.clone()), ())
    });
    match jobs.commit(plan).await {
        Ok(()) => Ok(true),
        Err(Error::Conflict(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

struct Planned {
    kind: String,
    payload: String,
    rule: String,
    next_at: Instant,
}

fn read(row: &[Value]) -> Option<Planned> {
    let [kind, payload, rule, next_at] = row else { return None };
    let text = |it: &Value| it.as_text().map(str::to_owned);
    let next_at = Instant::from_millis(next_at.as_int()?);
    Some(Planned {
        kind: text(kind)?,
        payload: text(payload)?,
        rule: text(rule)?,
        next_at,
    })
}

fn lock(name: &str) -> Lock {
    Lock::row(SCHEDULE, [("name", name.into())], &COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let daily = |hour, minute| When::Daily {
            hour,
            minute,
            offset: Offset::CHINA,
        };
        let check = |when: When, now: &str, expected: &str| {
            assert_eq!(
                when.next(Instant::parse(now).unwrap()).to_string(),
                expected,
                "{when:?} after {now}"
            );
        };
        check(daily(2, 30), "2026-10-09T02:29:59.999+08:00", "2026-10-09T02:30:00+08:00");
        check(daily(2, 30), "2026-10-09T02:30:00+08:00", "2026-10-10T02:30:00+08:00");
        check(daily(23, 59), "2026-12-31T23:59:30+08:00", "2027-01-01T23:59:00+08:00");
        check(daily(0, 0), "2026-10-09T12:00:00+08:00", "2026-10-10T00:00:00+08:00");
        check(daily(7, 0), "1969-12-31T23:30:00+08:00", "1970-01-01T07:00:00+08:00");
        check(
            When::EveryMinutes(5),
            "2026-10-09T12:03:10+08:00",
            "2026-10-09T12:05:00+08:00",
        );
        check(
            When::EveryMinutes(5),
            "2026-10-09T12:05:00+08:00",
            "2026-10-09T12:10:00+08:00",
        );
        check(
            When::EveryMinutes(0),
            "2026-10-09T12:05:00+08:00",
            "2026-10-09T12:06:00+08:00",
        );
    }

    #[test]
    fn a_rule_is_stored_like_this() {
        let check = |when: When, text: &str| {
            assert_eq!(serde_json::to_string(&when).unwrap(), text);
            assert_eq!(serde_json::from_str::<When>(text).unwrap(), when);
        };
        check(When::EveryMinutes(5), r#"{"every_minutes":5}"#);
        let daily = When::Daily {
            hour: 2,
            minute: 30,
            offset: Offset::CHINA,
        };
        check(daily, r#"{"daily":{"hour":2,"minute":30,"offset":28800}}"#);
    }
}

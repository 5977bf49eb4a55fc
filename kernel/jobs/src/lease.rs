//! The three plans around a run: claim, renew, settle. Each locks the row of the job and looks at its lease again, so that
//! of two nodes one wins and a node that lost its lease changes nothing.

use yiwang_store::{Decision, Error, Filter, Lock, Locked, Plan, Scope, Select, Sort, Value};
use yiwang_types::Instant;

use crate::Jobs;
use crate::handler::{JobError, Retry};
use crate::jobs::{batch, due};
use crate::tables::{JOB, JOB_COLUMNS, JobRow};
use crate::worker::Options;

/// A job under a lease of this node.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub row: JobRow,
    /// The number of this lease; no other lease ever has it.
    pub lease: i64,
    pub until: Instant,
}

/// What a claim found.
#[derive(Default)]
pub(crate) struct Claimed {
    pub held: Vec<Held>,
    /// Jobs that ended their last attempt without a word and were given up instead.
    pub buried: u32,
    /// Whether there may be more.
    pub more: bool,
}

/// How a run ended for the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Done,
    Retried,
    Dead,
    /// The lease belongs to somebody else now, or the end could not be written.
    Lost,
}

/// Takes due jobs of these kinds, the longest due first. What another node takes meanwhile is left out.
pub(crate) async fn claim(jobs: &Jobs, options: &Options, kinds: &[&str], most: u32) -> Result<Claimed, Error> {
    let now = jobs.clock.now();
    let filter = due(now).and(Filter::within("kind", kinds.iter().copied()));
    let select = Select::new(JOB, &["key"], Scope::All)
        .filter(filter)
        .sort([Sort::up("due_at"), Sort::up("rid")])
        .limit(most);
    let found = jobs.store.select(&select).await?;
    let n_found = u32::try_from(found.len()).unwrap_or(most);
    if n_found == 0 {
        return Ok(Claimed::default());
    }
    let leases = jobs.store.rids(n_found).await?;
    let locks = found
        .into_iter()
        .flatten()
        .map(|key| Lock::row(JOB, [("key", key)], &JOB_COLUMNS))
        .collect();
    let (node, max_attempts, until) = (jobs.node.clone(), options.max_attempts, now.plus_millis(options.lease_ms));
    let more = n_found == most;
    let plan = Plan::new(locks, move |locked: &Locked| {
        let mut writes = Vec::new();
        let mut claimed = Claimed {
            more,
            ..Claimed::default()
        };
        for (row, lease) in locked.rows.iter().zip(leases.clone()) {
            let Some(mut row) = row.as_ref().and_then(JobRow::read) else {
                continue;
            };
            if row.due_at > now || row.lease_until.is_some_and(|it| it > now) {
                continue;
            }
            if row.attempt >= max_attempts {
                let message = "began for the last time and did not end; before that: ";
                writes.extend(row.bury(&format!("{message}{}", row.last_error.as_deref().unwrap_or("nothing")), now));
                claimed.buried += 1;
                continue;
            }
            row.attempt += 1;
            writes.push(row.update([
                ("attempt", row.attempt.into()),
                ("lease", lease.into()),
                ("lease_until", until.into()),
                ("lease_node", Value::Text(node.clone())),
            ]));
            claimed.held.push(Held { row, lease, until });
        }
        Decision::Commit(batch(writes), claimed)
    });
    jobs.commit(plan).await
}

/// Prolongs a lease; `None` when it is not ours any more.
pub(crate) async fn renew(jobs: &Jobs, held: &Held, until: Instant) -> Result<Option<Instant>, Error> {
    let (held, lock) = (held.clone(), lock(held));
    let plan = Plan::new(vec![lock], move |locked: &Locked| match ours(locked, &held) {
        Some(row) => Decision::Commit(batch(vec![row.update([("lease_until", until.into())])]), Some(until)),
        None => Decision::Commit(batch(Vec::new()), None),
    });
    jobs.commit(plan).await
}

/// Writes how a run ended: the job goes, waits longer each time, or is laid with the dead.
pub(crate) async fn settle(jobs: &Jobs, options: &Options, held: &Held, result: Result<(), JobError>) -> Result<Ending, Error> {
    let (now, lock, held, options) = (jobs.clock.now(), lock(held), held.clone(), options.clone());
    let plan = Plan::new(vec![lock], move |locked: &Locked| {
        let Some(row) = ours(locked, &held) else {
            return Decision::Commit(batch(Vec::new()), Ending::Lost);
        };
        let free = [
            ("lease", Value::Null),
            ("lease_until", Value::Null),
            ("lease_node", Value::Null),
        ];
        let (writes, ending) = match &result {
            // Enqueued again under its key while it ran: that one is still to be done.
            done if row.rid != held.row.rid => (
                vec![row.update(free)],
                if done.is_ok() { Ending::Done } else { Ending::Retried },
            ),
            Ok(()) => (vec![row.delete()], Ending::Done),
            Err(error) if error.retry == Retry::Retry && row.attempt < options.max_attempts => {
                let [lease, until, node] = free;
                let due = now.plus_millis(options.back_off_ms(row.attempt));
                let why = ("last_error", clipped(&error.message).into());
                (
                    vec![row.update([lease, until, node, ("due_at", due.into()), why])],
                    Ending::Retried,
                )
            }
            Err(error) => (row.bury(&clipped(&error.message), now), Ending::Dead),
        };
        Decision::Commit(batch(writes), ending)
    });
    jobs.commit(plan).await
}

fn lock(held: &Held) -> Lock {
    Lock::row(JOB, [("key", (&held.row.key).into())], &JOB_COLUMNS)
}

fn ours(locked: &Locked, held: &Held) -> Option<JobRow> {
    let row = locked.rows.first().and_then(Option::as_ref).and_then(JobRow::read)?;
    (row.lease == Some(held.lease)).then_some(row)
}

/// A message as the databases take it: without U+0000, at most 1,000 characters.
fn clipped(message: &str) -> String {
    message.chars().filter(|it| *it != '\0').take(1000).collect()
}

//! The two databases. Both are driven with the same statements and plans; the conformance suite runs on each.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Batch, Decision, Epochs, Error, Locked, Plan, Value};

/// What was sent to the database since the store was opened.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    statements: AtomicU64,
    flights: AtomicU64,
}

impl Stats {
    pub(crate) fn count(&self, statements: usize) {
        self.statements
            .fetch_add(u64::try_from(statements).unwrap_or(0), Ordering::Relaxed);
    }

    pub(crate) fn flight(&self) {
        self.flights.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    pub(crate) fn flights(&self) -> u64 {
        self.flights.load(Ordering::Relaxed)
    }
}

/// Runs a plan's function, so that a panic in it hurts only its caller. With `twice` a second run must give the same.
pub(crate) fn decide<A>(plan: &Plan<A>, locked: &Locked, twice: bool) -> Result<(Batch, A), Error> {
    let run = || {
        catch_unwind(AssertUnwindSafe(|| (plan.decide)(locked)))
            .map_err(|_| Error::Invalid("the plan's function panicked".to_owned()))
    };
    let decision = run()?;
    if twice && outline(&decision) != outline(&run()?) {
        return Err(Error::Invalid(
            "the plan's function decided differently the second time".to_owned(),
        ));
    }
    match decision {
        Decision::Commit(batch, answer) => {
            locks_its_counters(plan, &batch)?;
            Ok((batch, answer))
        }
        Decision::Conflict(why) => Err(Error::Conflict(why)),
        Decision::Refuse(fault) => Err(Error::Refused(fault)),
    }
}

fn outline<A>(decision: &Decision<A>) -> String {
    match decision {
        Decision::Commit(batch, _) => format!("{batch:?}"),
        Decision::Conflict(why) => format!("conflict {why}"),
        Decision::Refuse(fault) => format!("{fault:?}"),
    }
}

fn locks_its_counters<A>(plan: &Plan<A>, batch: &Batch) -> Result<(), Error> {
    let locked = |name: &String| {
        plan.locks
            .iter()
            .any(|it| matches!(it, crate::Lock::Counter(lock) if lock == name))
    };
    match batch.counters.iter().find(|(name, _)| !locked(name)) {
        None => Ok(()),
        Some((name, _)) => Err(Error::Invalid(format!("counter `{name}` is set but was not locked"))),
    }
}

pub(crate) const EPOCHS: &str = "SELECT \"rights\", \"definitions\" FROM \"yw_epoch\" WHERE \"id\" = 1";

pub(crate) fn read_epochs(row: Option<&[Value]>) -> Result<Epochs, Error> {
    match row {
        Some([Value::Int(rights), Value::Int(definitions)]) => Ok(Epochs {
            rights: *rights,
            definitions: *definitions,
        }),
        _ => Err(Error::Database(
            "the store's own tables are missing: migrate first".to_owned(),
        )),
    }
}

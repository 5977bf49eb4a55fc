//! One plan inside the writer's group.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::backend::sqlite::connection::{execute, query};
use crate::backend::sqlite::queue::Job;
use crate::backend::sqlite::writer::Group;
use crate::backend::{EPOCHS, decide, read_epochs};
use crate::catalogue::Catalogue;
use crate::sql::{self, Dialect, Statement};
use crate::{Batch, Epochs, Error, Lock, Locked, Plan, Value};

pub(super) struct PlanJob<A> {
    plan: Plan<A>,
    catalogue: Arc<Catalogue>,
    twice: bool,
    answer: oneshot::Sender<Result<A, Error>>,
    outcome: Option<Result<A, Error>>,
}

impl<A> PlanJob<A> {
    pub(super) fn new(
        plan: Plan<A>,
        catalogue: Arc<Catalogue>,
        twice: bool,
        answer: oneshot::Sender<Result<A, Error>>,
    ) -> PlanJob<A> {
        PlanJob {
            plan,
            catalogue,
            twice,
            answer,
            outcome: None,
        }
    }

    fn attempt(&self, group: &mut Group<'_>) -> Result<A, Error> {
        let locked = self.locked(group)?;
        let (batch, answer) = decide(&self.plan, &locked, self.twice)?;
        if !batch.is_empty() {
            self.write(group, batch)?;
        }
        Ok(answer)
    }

    /// The writer is alone, so that reading is locking.
    fn locked(&self, group: &mut Group<'_>) -> Result<Locked, Error> {
        let mut locked = Locked {
            epochs: epochs(group)?,
            ..Locked::default()
        };
        group.stats.count(self.plan.locks.len());
        for lock in &self.plan.locks {
            let statement = sql::lock(Dialect::Sqlite, &self.catalogue, lock)?;
            let row = query(group.connection, &statement)?.into_iter().next();
            group.note(&statement);
            match lock {
                Lock::Row { columns, .. } => locked.rows.push(row.map(|mut row| {
                    row.truncate(columns.len());
                    row
                })),
                Lock::Counter(_) => locked.counters.push(first_int(row.as_deref())),
            }
        }
        Ok(locked)
    }

    fn write(&self, group: &mut Group<'_>, batch: Batch) -> Result<(), Error> {
        let (rights, definitions) = (batch.bump_rights, batch.bump_definitions);
        let n_changes = i64::try_from(batch.changes.len()).unwrap_or(0);
        let first = if n_changes > 0 { Some(next_change(group)?) } else { None };
        let compiled = sql::batch(Dialect::Sqlite, &self.catalogue, batch, first)?;
        let noted = group.taped.as_ref().map(Vec::len);
        self.step(group, "SAVEPOINT plan")?;
        group.stats.count(compiled.len() + 2);
        for it in compiled {
            let hit = execute(group.connection, &self.catalogue, &it.statement).and_then(|hit| match it.expect {
                Some(wanted) if u64::try_from(hit) != Ok(wanted) => {
                    Err(Error::Conflict(format!("{hit} rows of `{}`, expected {wanted}", it.table)))
                }
                _ => Ok(()),
            });
            if let Err(error) = hit {
                self.undo(group, &error);
                if let (Some(taped), Some(noted)) = (&mut group.taped, noted) {
                    taped.truncate(noted);
                }
                return Err(error);
            }
            group.note(&it.statement);
        }
        self.step(group, "RELEASE plan")?;
        if let Some(first) = first {
            group.state.next_change = Some(first + n_changes);
        }
        if let Some(epochs) = &mut group.state.epochs {
            epochs.rights += i64::from(rights);
            epochs.definitions += i64::from(definitions);
        }
        Ok(())
    }

    fn undo(&self, group: &mut Group<'_>, error: &Error) {
        let gone = group.connection.is_autocommit()
            || self
                .step(group, "ROLLBACK TO plan")
                .and_then(|()| self.step(group, "RELEASE plan"))
                .is_err();
        if gone {
            group.broken = Some(error.clone());
        }
    }

    fn step(&self, group: &mut Group<'_>, text: &str) -> Result<(), Error> {
        let statement = Statement::fixed(text);
        execute(group.connection, &self.catalogue, &statement)?;
        group.note(&statement);
        Ok(())
    }
}

impl<A: Send> Job for PlanJob<A> {
    fn run(&mut self, group: &mut Group<'_>) {
        self.outcome = Some(self.attempt(group));
    }

    fn finish(self: Box<Self>, lost: Option<&Error>) {
        let outcome = match (lost, self.outcome) {
            (Some(error), Some(Ok(_)) | None) => Err(error.clone()),
            (_, Some(outcome)) => outcome,
            (None, None) => Err(Error::Closed),
        };
        // The caller may have gone away; what is committed stays.
        let _ = self.answer.send(outcome);
    }
}

fn epochs(group: &mut Group<'_>) -> Result<Epochs, Error> {
    if let Some(it) = group.state.epochs {
        return Ok(it);
    }
    group.stats.count(1);
    let rows = query(group.connection, &Statement::fixed(EPOCHS))?;
    let it = read_epochs(rows.first().map(Vec::as_slice))?;
    group.state.epochs = Some(it);
    Ok(it)
}

fn next_change(group: &mut Group<'_>) -> Result<i64, Error> {
    if let Some(it) = group.state.next_change {
        return Ok(it);
    }
    group.stats.count(1);
    let rows = query(group.connection, &Statement::fixed("SELECT MAX(\"seq\") FROM \"yw_change\""))?;
    Ok(first_int(rows.first().map(Vec::as_slice)) + 1)
}

fn first_int(row: Option<&[Value]>) -> i64 {
    row.and_then(|it| it.first()).and_then(Value::as_int).unwrap_or(0)
}

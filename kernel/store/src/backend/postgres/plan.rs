//! A plan in two flights: BEGIN with all locks, then all writes with COMMIT.

use std::sync::Arc;

use tokio_postgres::error::SqlState;

use crate::backend::postgres::Postgres;
use crate::backend::postgres::connection::{Connection, Failure, mapped};
use crate::backend::postgres::flight::{Item, Landed, flight};
use crate::backend::{EPOCHS, decide, read_epochs};
use crate::catalogue::Catalogue;
use crate::sql::{self, Compiled, Dialect, Statement};
use crate::{Error, Lock, Locked, Plan, Row, Value};

const ATTEMPTS: u32 = 6;

/// How an attempt ended short of success.
enum Stop {
    /// Nothing was committed and the same plan may run again at once; the error to give when it has been tried enough.
    Again(Error),
    Final(Error),
}

pub(super) async fn commit<A>(store: &Postgres, catalogue: &Arc<Catalogue>, plan: &Plan<A>) -> Result<A, Error> {
    let locks = Locks::new(catalogue, plan)?;
    let mut last = Error::Busy { retry_after_ms: 200 };
    for _ in 0..ATTEMPTS {
        match attempt(store, catalogue, plan, &locks).await {
            Ok(answer) => return Ok(answer),
            Err(Stop::Final(error)) => return Err(error),
            Err(Stop::Again(error)) => last = error,
        }
    }
    Err(last)
}

/// The locks of a plan in the order in which every plan of every node takes them.
struct Locks<'p> {
    plan: &'p [Lock],
    /// Position in the plan and statement.
    ordered: Vec<(usize, Statement)>,
    epochs: Statement,
}

impl<'p> Locks<'p> {
    fn new<A>(catalogue: &Catalogue, plan: &'p Plan<A>) -> Result<Locks<'p>, Error> {
        let mut ordered: Vec<(usize, &Lock)> = plan.locks.iter().enumerate().collect();
        ordered.sort_by(|(_, a), (_, b)| rank(a).cmp(&rank(b)));
        let statement = |(at, lock)| Ok((at, sql::lock(Dialect::Postgres, catalogue, lock)?));
        let ordered = ordered.into_iter().map(statement).collect::<Result<Vec<_>, Error>>()?;
        Ok(Locks {
            plan: &plan.locks,
            ordered,
            epochs: Statement::fixed(EPOCHS),
        })
    }
}

/// Rows by table and key, counters last.
fn rank(lock: &Lock) -> (bool, &str, &[(String, Value)]) {
    match lock {
        Lock::Row { table, key, .. } => (false, table, key),
        Lock::Counter(name) => (true, name, &[]),
    }
}

async fn attempt<A>(store: &Postgres, catalogue: &Arc<Catalogue>, plan: &Plan<A>, locks: &Locks<'_>) -> Result<A, Stop> {
    let lease = store.writes.lease().await.map_err(Stop::Final)?;
    let connection = lease.connection().map_err(Stop::Final)?;
    let begun = tokio::time::timeout(store.write_timeout, begin(store, connection, locks)).await;
    let locked = match begun.map_err(|_| Stop::Final(Error::Timeout))? {
        Ok(it) => it,
        Err(failure) => {
            let stop = before_commit(catalogue, connection, &failure);
            if roll_back(store, connection).await {
                lease.give_back();
            }
            return Err(stop);
        }
    };
    let decided = locked.and_then(|locked| {
        let (batch, answer) = decide(plan, &locked, store.twice)?;
        Ok((sql::batch(Dialect::Postgres, catalogue, batch, None)?, answer))
    });
    let (writes, answer) = match decided {
        Ok(it) => it,
        Err(error) => {
            if roll_back(store, connection).await {
                lease.give_back();
            }
            return Err(Stop::Final(error));
        }
    };
    let done = write(store, catalogue, connection, &writes).await;
    let number = connection.number;
    match &done {
        // The flight ended with COMMIT, which ends the transaction even where it failed.
        Ok(()) | Err((_, Left::Clean)) => lease.give_back(),
        Err((_, Left::Open)) => drop(lease),
    }
    if let (Some(tape), Ok(())) = (&store.tape, &done) {
        let first: Vec<&Statement> = locks.ordered.iter().map(|it| &it.1).chain([&locks.epochs]).collect();
        tape.note(number, [first, writes.iter().map(|it| &it.statement).collect()]);
    }
    done.map(|()| answer).map_err(|(stop, _)| stop)
}

/// What an attempt leaves on the connection.
enum Left {
    Clean,
    Open,
}

/// First flight: BEGIN, the locks, the epochs.
async fn begin(store: &Postgres, connection: &Connection, locks: &Locks<'_>) -> Result<Result<Locked, Error>, Failure> {
    let mut items = Vec::with_capacity(locks.ordered.len() + 2);
    items.push(Item::Simple("BEGIN"));
    for (_, statement) in &locks.ordered {
        items.push(Item::Prepared(connection.prepare(statement).await?, &statement.params));
    }
    items.push(Item::Prepared(connection.prepare(&locks.epochs).await?, &[]));
    store.stats.count(items.len());
    store.stats.flight();
    let mut answers = all(flight(connection, items).await)?;
    let epochs = answers.pop().unwrap_or_default();
    let mut found: Vec<(usize, Option<Vec<Value>>)> = Vec::with_capacity(locks.ordered.len());
    for ((at, _), rows) in locks.ordered.iter().zip(answers.into_iter().skip(1)) {
        found.push((*at, rows.into_iter().next()));
    }
    found.sort_by_key(|(at, _)| *at);
    let mut locked = Locked::default();
    for (lock, (_, row)) in locks.plan.iter().zip(found) {
        match (lock, row) {
            (Lock::Row { columns, .. }, row) => locked.rows.push(row.map(|mut row| {
                row.truncate(columns.len());
                row
            })),
            (Lock::Counter(_), Some(row)) => locked.counters.push(first_int(Some(&row))),
            (Lock::Counter(name), None) => locked.counters.push(new_counter(store, connection, name).await?),
        }
    }
    Ok(read_epochs(epochs.first().map(Vec::as_slice)).map(|epochs| Locked { epochs, ..locked }))
}

/// A counter that is used for the first time: made and locked in a flight of its own.
async fn new_counter(store: &Postgres, connection: &Connection, name: &str) -> Result<i64, Failure> {
    let statement = sql::counter(Dialect::Postgres, &Catalogue::default(), name, None);
    let prepared = connection.prepare(&statement).await?;
    store.stats.count(1);
    store.stats.flight();
    let answers = all(flight(connection, vec![Item::Prepared(prepared, &statement.params)]).await)?;
    Ok(first_int(answers.first().and_then(|it| it.first()).map(Vec::as_slice)))
}

/// Second flight: the writes and COMMIT.
async fn write(
    store: &Postgres,
    catalogue: &Arc<Catalogue>,
    connection: &Connection,
    writes: &[Compiled],
) -> Result<(), (Stop, Left)> {
    let mut items = Vec::with_capacity(writes.len() + 1);
    for it in writes {
        match connection.prepare(&it.statement).await {
            Ok(prepared) => items.push(Item::Prepared(prepared, &it.statement.params)),
            Err(failure) => return Err((before_commit(catalogue, connection, &failure), Left::Open)),
        }
    }
    items.push(Item::Simple("COMMIT"));
    let sent = items.len();
    store.stats.count(sent);
    store.stats.flight();
    let landed = match tokio::time::timeout(store.write_timeout, flight(connection, items)).await {
        Ok(it) => it,
        Err(_) => return Err((Stop::Final(Error::OutcomeUnknown), Left::Open)),
    };
    let commit_sent = landed.answers.len() == sent;
    let first = landed
        .answers
        .iter()
        .enumerate()
        .find_map(|(at, it)| it.as_ref().err().map(|failure| (at, failure)));
    let Some((at, failure)) = first else { return Ok(()) };
    let is_commit = at + 1 == sent;
    if !commit_sent || (failure.is_answered() && !is_commit) {
        // A statement failed before COMMIT, which then rolls back although the driver reports it as success.
        let left = if commit_sent && !failure.is_shutdown() {
            Left::Clean
        } else {
            Left::Open
        };
        let stop = match writes.get(at) {
            Some(Compiled {
                expect: Some(rows),
                table,
                ..
            }) if failure.code() == Some(&SqlState::DIVISION_BY_ZERO) => {
                Stop::Final(Error::Conflict(format!("other than {rows} rows of `{table}`")))
            }
            _ => before_commit(catalogue, connection, failure),
        };
        return Err((stop, left));
    }
    if failure.is_answered() && !failure.is_shutdown() {
        return Err((before_commit(catalogue, connection, failure), Left::Clean));
    }
    Err((Stop::Final(Error::OutcomeUnknown), Left::Open))
}

/// A failure after which nothing can have been committed.
fn before_commit(catalogue: &Catalogue, connection: &Connection, failure: &Failure) -> Stop {
    connection.forget_after(failure);
    let error = mapped(catalogue, failure);
    let again = !failure.is_answered() || failure.is_shutdown() || failure.is_collision() || failure.is_stale_plan();
    if again { Stop::Again(error) } else { Stop::Final(error) }
}

/// Whether the connection is good for another transaction.
async fn roll_back(store: &Postgres, connection: &Connection) -> bool {
    store.stats.count(1);
    store.stats.flight();
    let landed = tokio::time::timeout(store.write_timeout, flight(connection, vec![Item::Simple("ROLLBACK")])).await;
    landed.is_ok_and(|it| all(it).is_ok())
}

fn all(landed: Landed) -> Result<Vec<Vec<Row>>, Failure> {
    let stopped = landed.stopped;
    let answers = landed.answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    if stopped { Err(Failure::lost()) } else { Ok(answers) }
}

fn first_int(row: Option<&[Value]>) -> i64 {
    row.and_then(|it| it.first()).and_then(Value::as_int).unwrap_or(0)
}

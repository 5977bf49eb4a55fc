//! The roofline: the same transactions played again by a program that does nothing else, with the same grouping and connections.

use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use anyhow::Context as _;
use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, NoTls, Statement};

use crate::database::Database;
use crate::tape::{Bound, Said, Transaction};
use crate::watch::Watch;

/// Connections that write, as the store has them on PostgreSQL.
const CONNECTIONS: usize = 8;
/// How often a transaction is tried again whose rows another connection has not written yet: at once at first, then each millisecond, for the
/// other one may have to wait until the database sees that two block each other.
const TRIES: usize = 30_000;
const AT_ONCE: usize = 1_000;
/// Transactions between two moves of the WAL into the database, as the store does it on SQLite under load.
const CHECKPOINT: usize = 64;

/// Plays the transactions; seconds it took.
///
/// # Errors
/// When one of them does not go through.
pub async fn play(database: &Database, transactions: Vec<Transaction>) -> anyhow::Result<f64> {
    match database {
        Database::Sqlite(data) => sqlite(&data.join("yiwang.db"), &transactions),
        Database::Postgres(url) => postgres(url, transactions).await,
    }
}

fn sqlite(file: &Path, transactions: &[Transaction]) -> anyhow::Result<f64> {
    let connection = rusqlite::Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32000; PRAGMA foreign_keys=ON;",
    )?;
    connection.set_prepared_statement_cache_capacity(512);
    let watch = Watch::start();
    for (number, transaction) in transactions.iter().enumerate() {
        if number % CHECKPOINT == CHECKPOINT - 1 {
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for said in transaction.iter().flatten() {
            let mut statement = connection.prepare_cached(&said.text)?;
            for (at, value) in said.values.iter().enumerate() {
                statement.raw_bind_parameter(at + 1, value)?;
            }
            let mut rows = statement.raw_query();
            while rows.next()?.is_some() {}
        }
        connection.execute_batch("COMMIT")?;
    }
    Ok(watch.seconds())
}

impl rusqlite::ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Bound::Null => ValueRef::Null,
            Bound::Int(it) => ValueRef::Integer(*it),
            Bound::Text(it) => ValueRef::Text(it.as_bytes()),
            Bound::Bytes(it) => ValueRef::Blob(it),
        }))
    }
}

async fn postgres(url: &str, transactions: Vec<Transaction>) -> anyhow::Result<f64> {
    let queue = Arc::new(Mutex::new(VecDeque::from(transactions)));
    let mut players = tokio::task::JoinSet::new();
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        connections.push(client);
    }
    let watch = Watch::start();
    for client in connections {
        let queue = Arc::clone(&queue);
        players.spawn(async move {
            let mut player = Player {
                client,
                prepared: HashMap::new(),
            };
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(transaction) = next else { return anyhow::Ok(()) };
                player.play(&transaction).await?;
            }
        });
    }
    while let Some(done) = players.join_next().await {
        done??;
    }
    Ok(watch.seconds())
}

struct Player {
    client: Client,
    prepared: HashMap<Arc<str>, Statement>,
}

impl Player {
    async fn play(&mut self, transaction: &Transaction) -> anyhow::Result<()> {
        for said in transaction.iter().flatten() {
            if !self.prepared.contains_key(&said.text) {
                let statement = self.client.prepare(&said.text).await?;
                self.prepared.insert(Arc::clone(&said.text), statement);
            }
        }
        let (mut last, count) = (None, transaction.len());
        for tried in 0..TRIES {
            let mut failed = None;
            for (at, flight) in transaction.iter().enumerate() {
                let (begin, commit) = (at == 0, at + 1 == count);
                if let Err(error) = self.flight(flight, begin, commit).await {
                    failed = Some(error);
                    break;
                }
            }
            let Some(error) = failed else { return Ok(()) };
            self.client.batch_execute("ROLLBACK").await?;
            last = Some(error);
            if tried < AT_ONCE {
                tokio::task::yield_now().await;
            } else {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        Err(last.context("a transaction that never ran")?)
    }

    /// All statements of a round trip are on their way before the first answer is awaited.
    async fn flight(&self, flight: &[Said], begin: bool, commit: bool) -> anyhow::Result<()> {
        type Sent<'s> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send + 's>>;
        let bare = |text: &'static str| async move { Ok(self.client.batch_execute(text).await?) };
        let mut sent: Vec<Sent<'_>> = Vec::with_capacity(flight.len() + 2);
        if begin {
            sent.push(Box::pin(bare("BEGIN")));
        }
        for said in flight {
            let statement = self.prepared.get(&said.text).context("not prepared")?;
            sent.push(Box::pin(async move {
                let values: Vec<&(dyn ToSql + Sync)> = said.values.iter().map(|it| -> &(dyn ToSql + Sync) { it }).collect();
                let done = self.client.query(statement, &values).await;
                done.map(|_| ()).with_context(|| said.text.to_string())
            }));
        }
        if commit {
            sent.push(Box::pin(bare("COMMIT")));
        }
        let mut answers = Vec::with_capacity(sent.len());
        for it in &mut sent {
            answers.push(poll_fn(|context| Poll::Ready(it.as_mut().poll(context))).await);
        }
        let mut first = None;
        for (it, answer) in sent.into_iter().zip(answers) {
            let answer = match answer {
                Poll::Ready(answer) => answer,
                Poll::Pending => it.await,
            };
            if let (Err(error), None) = (answer, &first) {
                first = Some(error);
            }
        }
        first.map_or(Ok(()), Err)
    }
}

impl ToSql for Bound {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Bound::Null => Ok(IsNull::Yes),
            Bound::Int(it) if *ty == Type::INT4 => i32::try_from(*it)?.to_sql(ty, out),
            Bound::Int(it) => it.to_sql(ty, out),
            Bound::Text(it) => it.as_str().to_sql(ty, out),
            Bound::Bytes(it) => it.as_slice().to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

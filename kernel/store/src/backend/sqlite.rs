//! SQLite in one folder: one writer thread with group commit, pooled readers.

mod connection;
mod migrate;
mod plan;
mod queue;
mod readers;
mod writer;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::backend::Stats;
use crate::backend::sqlite::plan::PlanJob;
use crate::backend::sqlite::queue::Queue;
use crate::backend::sqlite::readers::Readers;
use crate::catalogue::{Catalogue, TableInfo};
use crate::sql::Statement;
use crate::{Durability, Error, Options, Plan, Row, Table};

/// Idle connections kept for point reads; more are opened while more threads read at once.
const IDLE_POINTS: usize = 16;

pub(crate) struct Sqlite {
    file: PathBuf,
    points: Mutex<Vec<Connection>>,
    lists: Readers,
    reports: Readers,
    queue: Arc<Queue>,
    writer: Mutex<Option<JoinHandle<()>>>,
    stats: Arc<Stats>,
    twice: bool,
}

impl Sqlite {
    pub(crate) fn open(folder: &Path, options: &Options, stats: Arc<Stats>) -> Result<Sqlite, Error> {
        std::fs::create_dir_all(folder).map_err(|it| Error::Database(format!("making {}: {it}", folder.display())))?;
        let guard = guard(folder)?;
        let file = folder.join("yiwang.db");
        let connection = connection::writer(&file)?;
        let queue = Arc::new(Queue::new(options));
        let writer = writer::start(connection, &file, guard, queue.clone(), stats.clone(), options.tape.clone())?;
        let list_timeout = Duration::from_millis(options.list_timeout_ms);
        let report_timeout = Duration::from_millis(options.report_timeout_ms);
        Ok(Sqlite {
            lists: Readers::start("list", &file, options.list_connections, options.read_queue, list_timeout)?,
            reports: Readers::start(
                "report",
                &file,
                options.report_connections,
                options.read_queue,
                report_timeout,
            )?,
            points: Mutex::new(Vec::new()),
            writer: Mutex::new(Some(writer)),
            twice: options.run_plans_twice,
            file,
            queue,
            stats,
        })
    }

    /// A point read, inline on the caller's thread: it takes microseconds.
    pub(crate) fn point(&self, statement: &Statement) -> Result<Vec<Row>, Error> {
        self.stats.count(1);
        self.stats.flight();
        let idle = self.points.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(it) => it,
            None => connection::reader(&self.file)?,
        };
        let rows = connection::query(&connection, statement);
        let mut idle = self.points.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_POINTS {
            idle.push(connection);
        }
        rows
    }

    pub(crate) async fn list(&self, statement: Statement) -> Result<Vec<Row>, Error> {
        self.stats.count(1);
        self.stats.flight();
        self.lists.run(statement).await
    }

    pub(crate) async fn report(&self, statement: Statement) -> Result<Vec<Row>, Error> {
        self.stats.count(1);
        self.stats.flight();
        self.reports.run(statement).await
    }

    pub(crate) async fn commit<A: Send + 'static>(&self, catalogue: Arc<Catalogue>, plan: Plan<A>) -> Result<A, Error> {
        let (answer, waiting) = oneshot::channel();
        let lane = plan.lane;
        self.queue
            .push(lane, Box::new(PlanJob::new(plan, catalogue, self.twice, answer)))?;
        waiting.await.unwrap_or(Err(Error::OutcomeUnknown))
    }

    pub(crate) async fn migrate(&self, tables: Vec<Table>, apply: bool) -> Result<(Vec<String>, Vec<TableInfo>), Error> {
        let (answer, waiting) = oneshot::channel();
        let stats = self.stats.clone();
        self.queue.push_alone(Box::new(move |connection| {
            // The caller may have gone away; the migration is done all the same.
            let _ = answer.send(migrate::run(connection, &tables, apply, &stats));
        }))?;
        waiting.await.unwrap_or(Err(Error::Closed))
    }

    pub(crate) async fn durability(&self) -> Result<Vec<Durability>, Error> {
        let (answer, waiting) = oneshot::channel();
        self.queue.push_alone(Box::new(move |connection| {
            // The caller may have gone away.
            let _ = answer.send(connection::durability(connection));
        }))?;
        waiting.await.unwrap_or(Err(Error::Closed))
    }

    /// Answers what waits and ends the threads.
    pub(crate) async fn close(&self) {
        self.stop();
        let handle = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = handle {
            // A panic of the writer has been answered to its callers already.
            let _ = tokio::task::spawn_blocking(move || handle.join()).await;
        }
    }

    fn stop(&self) {
        self.queue.close();
        self.lists.close();
        self.reports.close();
        self.points.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The lock that keeps a second process out of the folder; held by the writer until it ends.
fn guard(folder: &Path) -> Result<File, Error> {
    let path = folder.join("yiwang.lock");
    let failed = |it: std::io::Error| Error::Database(format!("{}: {it}", path.display()));
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Database(format!(
            "the data folder {} is in use by another process",
            folder.display()
        ))),
        Err(TryLockError::Error(it)) => Err(failed(it)),
    }
}

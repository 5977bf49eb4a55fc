//! The writer thread: takes what waits into one transaction, each plan under its own savepoint, then answers them all.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::backend::Stats;
use crate::backend::sqlite::connection::plain;
use crate::backend::sqlite::queue::{Job, Next, Queue};
use crate::sql::Statement;
use crate::stopwatch::Stopwatch;
use crate::{Epochs, Error, Tape};

const MOST_PLANS: usize = 64;
const LONGEST_GROUP: Duration = Duration::from_millis(3);
const IDLE: Duration = Duration::from_millis(500);
/// Groups between two looks at the size of the WAL.
const LOOK: u32 = 64;
const WAL_CHECKPOINT: u64 = 4 << 20;
const WAL_TRUNCATE: u64 = 64 << 20;

/// The open transaction of a group.
pub(super) struct Group<'c> {
    pub connection: &'c Connection,
    pub stats: &'c Stats,
    pub state: State,
    /// Set when SQLite itself ended the transaction (disk full): everything in the group is lost.
    pub broken: Option<Error>,
    /// Its statements so far, where they are written down.
    pub taped: Option<Vec<Statement>>,
}

impl Group<'_> {
    /// Notes a statement of this transaction.
    pub fn note(&mut self, it: &Statement) {
        if let Some(all) = &mut self.taped {
            all.push(it.clone());
        }
    }
}

/// What the single writer knows without asking; `None` until read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct State {
    pub epochs: Option<Epochs>,
    pub next_change: Option<i64>,
}

pub(super) fn start(
    connection: Connection,
    file: &Path,
    guard: File,
    queue: Arc<Queue>,
    stats: Arc<Stats>,
    tape: Option<Tape>,
) -> Result<JoinHandle<()>, Error> {
    let wal = PathBuf::from(format!("{}-wal", file.display()));
    std::thread::Builder::new()
        .name("yiwang-writer".to_owned())
        .spawn(move || {
            let mut writer = Writer {
                connection,
                stats,
                wal,
                queue,
                tape,
                state: State::default(),
                since_look: 0,
                dirty: false,
            };
            writer.run();
            drop(writer);
            drop(guard);
        })
        .map_err(|it| Error::Database(format!("starting the writer: {it}")))
}

struct Writer {
    connection: Connection,
    stats: Arc<Stats>,
    wal: PathBuf,
    queue: Arc<Queue>,
    tape: Option<Tape>,
    state: State,
    since_look: u32,
    dirty: bool,
}

impl Writer {
    fn run(&mut self) {
        loop {
            match self.queue.next(IDLE) {
                Next::Plans => {
                    self.group();
                    self.since_look += 1;
                    if self.since_look >= LOOK {
                        self.look(false);
                    }
                }
                Next::Alone(job) => {
                    job(&mut self.connection);
                    self.state = State::default();
                    self.dirty = true;
                }
                Next::Idle => self.look(true),
                Next::End => break,
            }
        }
        self.checkpoint("TRUNCATE");
    }

    fn group(&mut self) {
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            let error = plain(error);
            while let Some(job) = self.queue.take() {
                job.finish(Some(&error));
            }
            return;
        }
        let watch = Stopwatch::start();
        let mut group = Group {
            connection: &self.connection,
            stats: &self.stats,
            state: self.state,
            broken: None,
            taped: self.tape.as_ref().map(|_| Vec::new()),
        };
        let mut jobs: Vec<Box<dyn Job>> = Vec::with_capacity(8);
        while group.broken.is_none() && jobs.len() < MOST_PLANS && watch.elapsed() < LONGEST_GROUP {
            let last = jobs.len() + 1 == MOST_PLANS;
            let Some(mut job) = last.then(|| self.queue.take_bulk()).flatten().or_else(|| self.queue.take()) else {
                break;
            };
            job.run(&mut group);
            jobs.push(job);
        }
        let lost = match group.broken.take() {
            Some(error) => Some(error),
            None => self.connection.execute_batch("COMMIT").err().map(plain),
        };
        if let (Some(tape), Some(taped), None) = (&self.tape, &group.taped, &lost) {
            tape.note(0, [taped]);
        }
        self.state = if lost.is_some() { State::default() } else { group.state };
        self.stats.count(2);
        self.stats.flight();
        if lost.is_some() && !self.connection.is_autocommit() {
            self.roll_back();
        }
        self.dirty = true;
        for job in jobs {
            job.finish(lost.as_ref());
        }
    }

    fn roll_back(&self) {
        if let Err(error) = self.connection.execute_batch("ROLLBACK") {
            tracing::error!(error = %error, "A failed group could not be rolled back");
        }
    }

    /// Moves the WAL into the database when it has grown or nobody waits. Plain checkpoints never wait for readers.
    fn look(&mut self, idle: bool) {
        self.since_look = 0;
        if !self.dirty {
            return;
        }
        let size = std::fs::metadata(&self.wal).map_or(0, |it| it.len());
        if size > WAL_TRUNCATE {
            self.checkpoint("TRUNCATE");
        } else if idle || size > WAL_CHECKPOINT {
            self.checkpoint("PASSIVE");
        }
        self.dirty = !idle;
    }

    fn checkpoint(&self, mode: &str) {
        let done = self
            .connection
            .query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()));
        if let Err(error) = done {
            tracing::warn!(error = %error, "The WAL could not be moved into the database");
        }
    }
}

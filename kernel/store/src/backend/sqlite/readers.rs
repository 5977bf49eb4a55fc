//! A few threads with read-only connections. A query that takes too long, or whose caller has gone, is interrupted.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, InterruptHandle};
use tokio::sync::oneshot;

use crate::backend::sqlite::connection::{query, reader};
use crate::sql::Statement;
use crate::{Error, Row};

pub(super) struct Readers {
    shared: Arc<Shared>,
    limit: usize,
    timeout: Duration,
    numbers: AtomicU64,
}

struct Shared {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// Per thread: its interrupt handle and the job it runs.
    running: Vec<(InterruptHandle, Option<u64>)>,
    closed: bool,
}

struct Job {
    number: u64,
    statement: Statement,
    answer: oneshot::Sender<Result<Vec<Row>, Error>>,
}

/// Stops the job when its caller no longer waits for it.
struct Waiting<'r> {
    readers: &'r Readers,
    number: u64,
}

impl Readers {
    pub(super) fn start(name: &str, file: &Path, threads: usize, limit: usize, timeout: Duration) -> Result<Readers, Error> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State::default()),
            wake: Condvar::new(),
        });
        for at in 0..threads.max(1) {
            let connection = reader(file)?;
            shared.lock().running.push((connection.get_interrupt_handle(), None));
            let shared = shared.clone();
            std::thread::Builder::new()
                .name(format!("yiwang-{name}-{at}"))
                .spawn(move || shared.work(at, &connection))
                .map_err(|it| Error::Database(format!("starting a reader: {it}")))?;
        }
        Ok(Readers {
            shared,
            limit,
            timeout,
            numbers: AtomicU64::new(1),
        })
    }

    pub(super) async fn run(&self, statement: Statement) -> Result<Vec<Row>, Error> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let (answer, rows) = oneshot::channel();
        {
            let mut state = self.shared.lock();
            if state.closed {
                return Err(Error::Closed);
            }
            if state.waiting.len() >= self.limit {
                return Err(Error::Busy { retry_after_ms: 500 });
            }
            state.waiting.push_back(Job {
                number,
                statement,
                answer,
            });
        }
        self.shared.wake.notify_one();
        let _waiting = Waiting { readers: self, number };
        match tokio::time::timeout(self.timeout, rows).await {
            Ok(Ok(rows)) => rows,
            Ok(Err(_)) => Err(Error::Closed),
            Err(_) => Err(Error::Timeout),
        }
    }

    pub(super) fn close(&self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.waiting.clear();
        for (handle, _) in &state.running {
            handle.interrupt();
        }
        self.shared.wake.notify_all();
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.readers.shared.lock();
        state.waiting.retain(|it| it.number != self.number);
        for (handle, job) in &state.running {
            if *job == Some(self.number) {
                handle.interrupt();
            }
        }
    }
}

impl Shared {
    fn work(&self, thread: usize, connection: &Connection) {
        while let Some(job) = self.next(thread) {
            let rows = query(connection, &job.statement);
            self.mark(thread, None);
            // The caller may have gone away.
            let _ = job.answer.send(rows);
        }
    }

    fn next(&self, thread: usize) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(job) = state.waiting.pop_front() {
                if let Some((_, running)) = state.running.get_mut(thread) {
                    *running = Some(job.number);
                }
                return Some(job);
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn mark(&self, thread: usize, job: Option<u64>) {
        if let Some((_, running)) = self.lock().running.get_mut(thread) {
            *running = job;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

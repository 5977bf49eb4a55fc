//! What waits for the writer: two bounded lanes, and work that wants the connection for itself.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use crate::backend::sqlite::writer::Group;
use crate::{Error, Lane, Options};

/// A plan in the queue.
pub(super) trait Job: Send {
    /// Runs inside the group's transaction and keeps the outcome to itself.
    fn run(&mut self, group: &mut Group<'_>);

    /// Answers after the group's commit; `lost` when that failed.
    fn finish(self: Box<Self>, lost: Option<&Error>);
}

/// Work between groups, e.g. a migration.
pub(super) type Alone = Box<dyn FnOnce(&mut Connection) + Send>;

/// What the writer does next.
pub(super) enum Next {
    Plans,
    Alone(Alone),
    Idle,
    End,
}

pub(super) struct Queue {
    lanes: Mutex<Lanes>,
    wake: Condvar,
    interactive_limit: usize,
    bulk_limit: usize,
}

#[derive(Default)]
struct Lanes {
    interactive: VecDeque<Box<dyn Job>>,
    bulk: VecDeque<Box<dyn Job>>,
    alone: VecDeque<Alone>,
    closed: bool,
}

impl Queue {
    pub(super) fn new(options: &Options) -> Queue {
        Queue {
            lanes: Mutex::new(Lanes::default()),
            wake: Condvar::new(),
            interactive_limit: options.interactive_queue,
            bulk_limit: options.bulk_queue,
        }
    }

    pub(super) fn push(&self, lane: Lane, job: Box<dyn Job>) -> Result<(), Error> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(Error::Closed);
        }
        let (queue, limit, retry_after_ms) = match lane {
            Lane::Interactive => (&mut lanes.interactive, self.interactive_limit, 200),
            Lane::Bulk => (&mut lanes.bulk, self.bulk_limit, 1_000),
        };
        if queue.len() >= limit {
            return Err(Error::Busy { retry_after_ms });
        }
        queue.push_back(job);
        self.wake.notify_one();
        Ok(())
    }

    pub(super) fn push_alone(&self, job: Alone) -> Result<(), Error> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(Error::Closed);
        }
        lanes.alone.push_back(job);
        self.wake.notify_one();
        Ok(())
    }

    /// Waits for work, or for so long.
    pub(super) fn next(&self, idle: Duration) -> Next {
        let mut lanes = self.lock();
        loop {
            if let Some(job) = lanes.alone.pop_front() {
                return Next::Alone(job);
            }
            if !lanes.interactive.is_empty() || !lanes.bulk.is_empty() {
                return Next::Plans;
            }
            if lanes.closed {
                return Next::End;
            }
            let (again, timed_out) = self.wake.wait_timeout(lanes, idle).unwrap_or_else(PoisonError::into_inner);
            lanes = again;
            if timed_out.timed_out() && lanes.interactive.is_empty() && lanes.bulk.is_empty() && lanes.alone.is_empty() {
                return if lanes.closed { Next::End } else { Next::Idle };
            }
        }
    }

    /// The next plan: the interactive lane before the bulk lane.
    pub(super) fn take(&self) -> Option<Box<dyn Job>> {
        let mut lanes = self.lock();
        lanes.interactive.pop_front().or_else(|| lanes.bulk.pop_front())
    }

    /// One plan of the bulk lane, so that it moves even while the interactive lane is never empty.
    pub(super) fn take_bulk(&self) -> Option<Box<dyn Job>> {
        self.lock().bulk.pop_front()
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

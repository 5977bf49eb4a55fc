//! A small pool. A connection goes back only when its user says that nothing is left on it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Error;
use crate::backend::postgres::connection::Connection;

pub(super) struct Pool {
    config: tokio_postgres::Config,
    setup: String,
    permits: Semaphore,
    idle: Mutex<Vec<Connection>>,
    waiting: AtomicUsize,
    queue: usize,
    wait: Duration,
}

/// A connection in use.
pub(super) struct Lease<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
    _permit: SemaphorePermit<'p>,
}

/// Counts one who waits; refuses when too many do.
pub(super) struct Waiting<'c>(&'c AtomicUsize);

impl Pool {
    pub(super) fn new(config: &tokio_postgres::Config, size: usize, queue: usize, statement_ms: u64, wait: Duration) -> Pool {
        let setup = format!(
            "SET statement_timeout = {statement_ms}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}; \
             SET default_transaction_isolation = 'read committed'; SET jit = off",
            wait.as_millis() / 2,
            wait.as_millis()
        );
        Pool {
            config: config.clone(),
            setup,
            permits: Semaphore::new(size.max(1)),
            idle: Mutex::new(Vec::new()),
            waiting: AtomicUsize::new(0),
            queue,
            wait,
        }
    }

    /// For pages and bounded counts, which end early: a bitmap is made whole before its first row.
    pub(super) fn ending_early(self) -> Pool {
        self.told("SET enable_bitmapscan = off")
    }

    /// For statements that are to go by an index, always the same. PostgreSQL has no other way of being told; without it a guess at the number
    /// of matching rows decides, and a wrong one reads and sorts a whole register for its newest twenty. Planned once, they are not planned
    /// for each set of values.
    pub(super) fn by_index(self) -> Pool {
        self.told("SET enable_bitmapscan = off; SET enable_sort = off; SET plan_cache_mode = force_generic_plan")
    }

    fn told(self, settings: &str) -> Pool {
        Pool {
            setup: format!("{}; {settings}", self.setup),
            ..self
        }
    }

    pub(super) async fn lease(&self) -> Result<Lease<'_>, Error> {
        let permit = match self.permits.try_acquire() {
            Ok(it) => it,
            Err(tokio::sync::TryAcquireError::Closed) => return Err(Error::Closed),
            Err(tokio::sync::TryAcquireError::NoPermits) => {
                let _waiting = Waiting::enter(&self.waiting, self.queue, 500)?;
                let waited = tokio::time::timeout(self.wait, self.permits.acquire()).await;
                waited
                    .map_err(|_| Error::Busy { retry_after_ms: 1_000 })?
                    .map_err(|_| Error::Closed)?
            }
        };
        let connection = match self.take() {
            Some(it) => it,
            None => self.dial().await?,
        };
        Ok(Lease {
            pool: self,
            connection: Some(connection),
            _permit: permit,
        })
    }

    pub(super) async fn dial(&self) -> Result<Connection, Error> {
        if self.permits.is_closed() {
            return Err(Error::Closed);
        }
        Connection::dial(&self.config, &self.setup).await
    }

    pub(super) fn close(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn take(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|it| !it.is_closed());
        idle.pop()
    }
}

impl Lease<'_> {
    pub(super) fn connection(&self) -> Result<&Connection, Error> {
        self.connection.as_ref().ok_or(Error::Closed)
    }

    /// Nothing is left on the connection: it may serve others. A lease dropped without this closes it, and the server rolls back.
    pub(super) fn give_back(mut self) {
        if let Some(it) = self
            .connection
            .take()
            .filter(|it| !it.is_closed() && !self.pool.permits.is_closed())
        {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(it);
        }
    }
}

impl<'c> Waiting<'c> {
    pub(super) fn enter(count: &'c AtomicUsize, limit: usize, retry_after_ms: u64) -> Result<Waiting<'c>, Error> {
        let before = count.fetch_add(1, Ordering::Relaxed);
        let it = Waiting(count);
        if before >= limit {
            Err(Error::Busy { retry_after_ms })
        } else {
            Ok(it)
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

//! Taking due jobs and running so many at a time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use yiwang_store::Error;
use yiwang_types::Fault;

use crate::handler::{Handler, JobContext, JobError};
use crate::lease::{Ending, Held, claim};
use crate::run::run;
use crate::{Jobs, schedule};

/// Times and bounds of a worker.
#[derive(Clone, Debug)]
pub struct Options {
    /// Jobs that run at a time.
    pub concurrency: u32,
    /// Milliseconds of a lease: how long a job of a dead node waits at most.
    pub lease_ms: i64,
    /// How often the lease of a running job is prolonged; well below the lease.
    pub renew_every: Duration,
    /// A job is given up after so many attempts.
    pub max_attempts: i64,
    /// Milliseconds between the first attempt and the second; doubled each time.
    pub first_back_off_ms: i64,
    /// The longest wait in milliseconds.
    pub longest_back_off_ms: i64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            concurrency: 4,
            lease_ms: 60_000,
            renew_every: Duration::from_secs(20),
            max_attempts: 10,
            first_back_off_ms: 10_000,
            longest_back_off_ms: 3_600_000,
        }
    }
}

impl Options {
    /// Milliseconds to wait after that attempt, counted from 1.
    pub(crate) fn back_off_ms(&self, attempt: i64) -> i64 {
        let doubled = u32::try_from(attempt - 1)
            .ok()
            .and_then(|it| 2_i64.checked_pow(it))
            .unwrap_or(i64::MAX);
        self.first_back_off_ms.saturating_mul(doubled).min(self.longest_back_off_ms)
    }
}

/// What a call of [`Worker::run_due`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Schedules that this node fired.
    pub fired: u32,
    /// Jobs begun.
    pub claimed: u32,
    /// Jobs done.
    pub done: u32,
    /// Jobs that failed and will be tried again.
    pub retried: u32,
    /// Jobs given up.
    pub dead: u32,
    /// Jobs whose lease went to another node, or whose end could not be written: they run again.
    pub lost: u32,
}

/// Runs the jobs of the kinds it has handlers for; jobs of other kinds wait for a node that knows them.
pub struct Worker {
    jobs: Jobs,
    options: Options,
    handlers: BTreeMap<String, Handler>,
}

impl Worker {
    /// A worker without handlers.
    pub fn new(jobs: Jobs, options: Options) -> Worker {
        Worker {
            jobs,
            options,
            handlers: BTreeMap::new(),
        }
    }

    /// Runs jobs of this kind with that handler, which must be safe to run twice. Its panic counts as a failed attempt; it
    /// is dropped at an `await` when the lease is lost.
    pub fn register<F, R>(&mut self, kind: impl Into<String>, handler: F)
    where
        F: Fn(JobContext) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        self.handlers
            .insert(kind.into(), Arc::new(move |context| Box::pin(handler(context))));
    }

    /// Fires due schedules, then runs at most `limit` due jobs and waits for their end: one round, for tests and for the
    /// command line ([`Worker::serve`] goes on). Dropping the future stops the jobs; they run again when their leases expire.
    ///
    /// # Errors
    /// When the queue cannot be read; jobs that had begun were brought to their end.
    pub async fn run_due(&self, limit: u32) -> Result<Report, Fault> {
        let mut report = Report {
            fired: schedule::fire(&self.jobs).await?,
            ..Report::default()
        };
        let mut running = JoinSet::new();
        let mut left = limit;
        let mut failure = None;
        loop {
            if left > 0 {
                left = self.begin(left, &mut running, &mut report).await.unwrap_or_else(|error| {
                    failure = Some(error);
                    0
                });
            }
            match running.join_next().await {
                Some(ending) => report.count(ending.unwrap_or(Ending::Lost)),
                None if left == 0 => break,
                None => {}
            }
        }
        failure.map_or(Ok(report), |error| Err(error.into()))
    }

    /// Works until `stop`, then waits for the jobs that run. Looks for due schedules and jobs every `poll` and whenever a job
    /// has ended, so that a long job holds up no others. Failures of the queue are logged, and it is tried again.
    pub async fn serve(&self, poll: Duration, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut running: JoinSet<Ending> = JoinSet::new();
        loop {
            if let Err(error) = self.look(&mut running).await {
                tracing::error!(%error, "The queue of jobs could not be read");
            }
            tokio::select! {
                () = &mut stop => break,
                Some(_) = running.join_next(), if !running.is_empty() => {}
                () = tokio::time::sleep(poll) => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    async fn look(&self, running: &mut JoinSet<Ending>) -> Result<(), Fault> {
        schedule::fire(&self.jobs).await?;
        self.begin(u32::MAX, running, &mut Report::default()).await?;
        Ok(())
    }

    /// Claims and starts as many jobs as there is room for; gives how many of `left` may still be looked for.
    async fn begin(&self, left: u32, running: &mut JoinSet<Ending>, report: &mut Report) -> Result<u32, Error> {
        let room = self
            .options
            .concurrency
            .max(1)
            .saturating_sub(u32::try_from(running.len()).unwrap_or(u32::MAX));
        let most = room.min(left);
        if most == 0 {
            return Ok(left);
        }
        let kinds: Vec<&str> = self.handlers.keys().map(String::as_str).collect();
        let claimed = claim(&self.jobs, &self.options, &kinds, most).await?;
        let n_held = u32::try_from(claimed.held.len()).unwrap_or(most);
        report.claimed += n_held;
        report.dead += claimed.buried;
        for held in claimed.held {
            self.start(held, running);
        }
        // A claim that took nothing met another node's: the next call looks again.
        let more = claimed.more && n_held + claimed.buried > 0;
        Ok(if more { left.saturating_sub(n_held) } else { 0 })
    }

    fn start(&self, held: Held, running: &mut JoinSet<Ending>) {
        let Some(handler) = self.handlers.get(&held.row.kind).cloned() else {
            return;
        };
        let (jobs, options) = (self.jobs.clone(), self.options.clone());
        running.spawn(async move { run(&jobs, &options, handler, &held).await });
    }
}

impl Report {
    fn count(&mut self, ending: Ending) {
        match ending {
            Ending::Done => self.done += 1,
            Ending::Retried => self.retried += 1,
            Ending::Dead => self.dead += 1,
            Ending::Lost => self.lost += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let options = Options {
            first_back_off_ms: 10,
            longest_back_off_ms: 75,
            ..Options::default()
        };
        let check = |attempt: i64, expected: i64| assert_eq!(options.back_off_ms(attempt), expected, "{attempt}");
        check(1, 10);
        check(2, 20);
        check(3, 40);
        check(4, 75);
        check(63, 75);
        check(64, 75);
        check(i64::MAX, 75);
    }
}

//! One attempt of one job, from the lease to its end.

use std::time::Duration;

use tokio::task::JoinSet;
use yiwang_store::Error;

use crate::Jobs;
use crate::handler::{Handler, JobContext, JobError};
use crate::lease::{Ending, Held, renew, settle};
use crate::worker::Options;

/// Runs the job and writes how it ended.
pub(crate) async fn run(jobs: &Jobs, options: &Options, handler: Handler, held: &Held) -> Ending {
    let (kind, id, attempt) = (&held.row.kind, held.row.rid, held.row.attempt);
    let result = match serde_json::from_str(&held.row.payload) {
        Ok(payload) => {
            let due_at = held.row.due_at;
            let context = JobContext {
                id,
                kind: kind.clone(),
                payload,
                attempt,
                due_at,
            };
            attend(jobs, options, handler, held, context).await
        }
        Err(it) => Some(Err(JobError::dead(format!("payload is no JSON: {it}")))),
    };
    let Some(result) = result else {
        tracing::warn!(
            job.kind = kind,
            job.id = id,
            job.attempt = attempt,
            "A job lost its lease and was stopped"
        );
        return Ending::Lost;
    };
    if let Err(error) = &result {
        tracing::warn!(job.kind = kind, job.id = id, job.attempt = attempt, %error, "A job failed");
    }
    let mut tries = 0;
    loop {
        match settle(jobs, options, held, result.clone()).await {
            Ok(ending) => return ending,
            Err(Error::Busy { retry_after_ms }) if tries < 10 => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(retry_after_ms)).await;
            }
            Err(error) => {
                tracing::warn!(job.kind = kind, job.id = id, job.attempt = attempt, %error, "The end of a job could not be written");
                return Ending::Lost;
            }
        }
    }
}

/// Runs the handler and prolongs the lease meanwhile; `None` when the lease was lost and the handler was dropped.
async fn attend(
    jobs: &Jobs,
    options: &Options,
    handler: Handler,
    held: &Held,
    context: JobContext,
) -> Option<Result<(), JobError>> {
    // A set of one: its task is aborted with the set, and a panic in it ends here.
    let mut task = JoinSet::new();
    task.spawn(async move { handler(context).await });
    let mut until = held.until;
    loop {
        tokio::select! {
            ended = task.join_next() => {
                return ended.map(|it| it.unwrap_or_else(|why| Err(JobError::retry(format!("the handler did not end: {why}")))));
            }
            () = tokio::time::sleep(options.renew_every) => {
                match renew(jobs, held, jobs.clock.now().plus_millis(options.lease_ms)).await {
                    Ok(renewed) => until = renewed?,
                    Err(error) if jobs.clock.now() < until => {
                        tracing::warn!(job.kind = held.row.kind, job.id = held.row.rid, %error, "A lease was not prolonged yet");
                    }
                    Err(_) => return None,
                }
            }
        }
    }
}

//! Putting jobs into the queue, and looking at it.

use std::sync::Arc;

use serde_json::Value as Json;
use yiwang_store::{
    Aggregate, Batch, Cmp, Decision, Error, Filter, Lane, Lock, Measure, Plan, Scope, Select, Sort, Store, Write,
};
use yiwang_types::{Clock, Code, Fault, Instant};

use crate::tables::{DEAD, FORMAT, JOB, JobRow, cells, tables};

/// The queue of one database, seen from one node. Clones share it.
#[derive(Clone)]
pub struct Jobs {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) node: Arc<str>,
}

/// Work to be done outside the request.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Which handler: letters, digits and `_ - . :` in ASCII.
    pub kind: String,
    /// What the handler needs to know: ids, never personal data. A handler reads what older versions enqueued.
    pub payload: Json,
    /// Not before this moment.
    pub due_at: Instant,
    /// At most one job of the kind waits under this key. A later one takes its place, with its payload, due time and a fresh
    /// count of attempts; when the earlier one is just running, the later one runs after it.
    pub unique_key: Option<String>,
}

/// How many jobs there are, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Due and not taken; also those of which a lease has expired.
    pub due: u64,
    /// Not due yet.
    pub later: u64,
    /// Under a lease.
    pub running: u64,
    /// Given up.
    pub dead: u64,
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadJob {
    /// For [`Jobs::retry_dead`].
    pub id: i64,
    /// Its kind.
    pub kind: String,
    /// Its payload.
    pub payload: Json,
    /// How often it was begun.
    pub attempts: i64,
    /// When it was enqueued.
    pub created_at: Instant,
    /// When it was given up.
    pub died_at: Instant,
    /// Why it failed the last time.
    pub last_error: String,
}

impl Job {
    /// A job without a key.
    pub fn new(kind: impl Into<String>, payload: Json, due_at: Instant) -> Job {
        Job {
            kind: kind.into(),
            payload,
            due_at,
            unique_key: None,
        }
    }

    /// The same under a key.
    #[must_use]
    pub fn unique(self, key: impl Into<String>) -> Job {
        Job {
            unique_key: Some(key.into()),
            ..self
        }
    }
}

impl Jobs {
    /// The queue in this store; makes its tables. `node` names this process among its peers.
    ///
    /// # Errors
    /// When the database cannot be migrated.
    pub async fn open(store: Store, clock: Arc<dyn Clock>, node: impl Into<Arc<str>>) -> Result<Jobs, Fault> {
        store.migrate(&tables()).await?;
        Ok(Jobs {
            store,
            clock,
            node: node.into(),
        })
    }

    /// The writes that enqueue the job, for the batch of the act that wants it.
    ///
    /// # Errors
    /// When the kind has other characters than allowed, or the database gives no id.
    pub async fn enqueue(&self, job: Job) -> Result<Vec<Write>, Fault> {
        check_kind(&job.kind)?;
        let rid = self.store.rids(1).await?.start;
        let row = JobRow {
            key: job
                .unique_key
                .map_or_else(|| format!("#{rid}"), |key| format!("{}/{key}", job.kind)),
            rid,
            kind: job.kind,
            payload: job.payload.to_string(),
            due_at: job.due_at,
            created_at: self.clock.now(),
            ..JobRow::default()
        };
        Ok(vec![row.upsert()])
    }

    /// Enqueues the job in a commit of its own, in the bulk lane.
    ///
    /// # Errors
    /// As [`Jobs::enqueue`], and when the commit fails.
    pub async fn enqueue_now(&self, job: Job) -> Result<(), Fault> {
        let writes = self.enqueue(job).await?;
        let plan = Plan::new(Vec::new(), move |_| Decision::Commit(batch(writes.clone()), ()));
        Ok(self.commit(plan).await?)
    }

    /// How many jobs there are.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn queue_depth(&self) -> Result<Depth, Fault> {
        let now = self.clock.now();
        let taken = Filter::cmp("lease_until", Cmp::Gt, now);
        let later = free(now).and(Filter::cmp("due_at", Cmp::Gt, now));
        let measures = [due(now), later, taken].map(Measure::Count).to_vec();
        let [due, later, running] = self.figures(JOB, measures).await?;
        let [dead] = self.figures(DEAD, vec![Measure::Count(Filter::True)]).await?;
        Ok(Depth {
            due,
            later,
            running,
            dead,
        })
    }

    /// Jobs that were given up, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn dead(&self, limit: u32) -> Result<Vec<DeadJob>, Fault> {
        let columns = ["rid", "kind", "payload", "attempt", "created_at", "died_at", "last_error"];
        let select = Select::new(DEAD, &columns, Scope::All).sort([Sort::down("rid")]).limit(limit);
        let rows = self.store.select(&select).await?;
        let read = |row: &yiwang_store::Row| {
            let [id, kind, payload, attempts, created_at, died_at, last_error] = row.as_slice() else {
                return None;
            };
            Some(DeadJob {
                id: id.as_int()?,
                kind: kind.as_text()?.to_owned(),
                payload: serde_json::from_str(payload.as_text()?).unwrap_or_default(),
                attempts: attempts.as_int()?,
                created_at: Instant::from_millis(created_at.as_int()?),
                died_at: Instant::from_millis(died_at.as_int()?),
                last_error: last_error.as_text()?.to_owned(),
            })
        };
        Ok(rows.iter().filter_map(read).collect())
    }

    /// Puts a dead job back, due now and with a fresh count of attempts. When a newer job waits under its key, that one
    /// stands for both.
    ///
    /// # Errors
    /// `not-found` when there is no such dead job; `version-conflict` when one is enqueued under its key at this moment.
    pub async fn retry_dead(&self, id: i64) -> Result<(), Fault> {
        let columns = ["key", "kind", "payload"];
        let missing = || Fault::new(Code::NotFound, "没有找到这个失败的后台任务。");
        let row = self
            .store
            .get(DEAD, &[("rid", id.into())], &columns)
            .await?
            .ok_or_else(missing)?;
        let text = |at: usize| {
            row.get(at)
                .and_then(yiwang_store::Value::as_text)
                .unwrap_or_default()
                .to_owned()
        };
        let now = self.clock.now();
        let job = JobRow {
            key: text(0),
            rid: id,
            kind: text(1),
            payload: text(2),
            due_at: now,
            created_at: now,
            ..JobRow::default()
        };
        let locks = vec![
            Lock::row(DEAD, [("rid", id.into())], &["rid"]),
            Lock::row(JOB, [("key", (&job.key).into())], &["rid"]),
        ];
        let plan = Plan::new(locks, move |locked| {
            let [Some(_), waiting] = locked.rows.as_slice() else {
                return Decision::Refuse(missing());
            };
            let mut writes = vec![Write::Delete {
                table: DEAD.into(),
                key: cells([("rid", id.into())]),
            }];
            if waiting.is_none() {
                writes.push(job.insert());
            }
            Decision::Commit(batch(writes), ())
        });
        self.commit(plan).await.map_err(|it| match it {
            Error::Unique { .. } => Error::Conflict("one was enqueued under its key just now".to_owned()).into(),
            other => other.into(),
        })
    }

    pub(crate) async fn commit<A: Send + 'static>(&self, plan: Plan<A>) -> Result<A, Error> {
        self.store.commit(plan.lane(Lane::Bulk)).await
    }

    async fn figures<const N: usize>(&self, table: &str, measures: Vec<Measure>) -> Result<[u64; N], Fault> {
        let filter = Filter::True;
        let it = Aggregate {
            table: table.to_owned(),
            filter,
            scope: Scope::All,
            group: Vec::new(),
            measures,
        };
        let row = self.store.aggregate(&it).await?.into_iter().next().unwrap_or_default();
        let figure = |at: usize| {
            row.get(at)
                .and_then(yiwang_store::Value::as_int)
                .and_then(|it| u64::try_from(it).ok())
        };
        Ok(std::array::from_fn(|at| figure(at).unwrap_or(0)))
    }
}

/// A kind has no `/` and `#`, so that the keys of two kinds never meet.
pub(crate) fn check_kind(kind: &str) -> Result<(), Fault> {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "_-.:".contains(it);
    if kind.is_empty() || !kind.chars().all(allowed) {
        return Err(Fault::internal(format!("`{kind}` is no kind of job")));
    }
    Ok(())
}

/// Jobs that may be claimed now.
pub(crate) fn due(now: Instant) -> Filter {
    free(now)
        .and(Filter::cmp("due_at", Cmp::Le, now))
        .and(Filter::eq("format", FORMAT))
}

fn free(now: Instant) -> Filter {
    Filter::Or(vec![Filter::is_null("lease_until"), Filter::cmp("lease_until", Cmp::Le, now)])
}

pub(crate) fn batch(writes: Vec<Write>) -> Batch {
    Batch {
        writes,
        ..Batch::default()
    }
}

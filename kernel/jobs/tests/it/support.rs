//! A store on either database, two nodes, and a clock that stands still until it is moved.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use yiwang_jobs::{Job, JobContext, JobError, Jobs, Options, Worker};
use yiwang_store::{Batch, Config, Decision, Error, Plan, Store, Write};
use yiwang_testkit::postgres::{self, TestDatabase};
use yiwang_types::{Clock, Instant};

/// Runs each function with a fresh fixture on SQLite and on PostgreSQL.
macro_rules! both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::sqlite().await).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::postgres().await).await;
            })*
        }
    };
}
pub(crate) use both;

pub const LEASE: i64 = 60_000;

pub struct StoppedClock(AtomicI64);

impl Clock for StoppedClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

impl StoppedClock {
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

/// Two nodes on one database; the last field keeps the database.
pub struct Fixture {
    pub store: Store,
    pub clock: Arc<StoppedClock>,
    pub one: Jobs,
    pub two: Jobs,
    _place: Place,
}

#[expect(dead_code, reason = "kept until the end of the test")]
enum Place {
    Folder(TempDir),
    Database(TestDatabase),
}

pub async fn sqlite() -> Fixture {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(Config::sqlite(folder.path())).await;
    fixture(store.clone(), store, Place::Folder(folder)).await
}

pub async fn postgres() -> Fixture {
    let database = postgres::database().await;
    let stores = (
        open(Config::postgres(&database.url)).await,
        open(Config::postgres(&database.url)).await,
    );
    fixture(stores.0, stores.1, Place::Database(database)).await
}

async fn open(config: Config) -> Store {
    let options = yiwang_store::Options {
        run_plans_twice: true,
        ..yiwang_store::Options::default()
    };
    Store::open(config.with(options)).await.expect("open")
}

async fn fixture(first: Store, second: Store, place: Place) -> Fixture {
    let start = Instant::parse("2026-10-09T08:00:00+08:00").expect("start");
    let clock = Arc::new(StoppedClock(AtomicI64::new(start.millis())));
    let one = Jobs::open(first.clone(), clock.clone(), "one").await.expect("one");
    let two = Jobs::open(second, clock.clone(), "two").await.expect("two");
    Fixture {
        store: first,
        clock,
        one,
        two,
        _place: place,
    }
}

impl Fixture {
    /// A job that is due now.
    pub fn job(&self, payload: Json) -> Job {
        Job::new("note", payload, self.clock.now())
    }

    /// Numbered jobs that are due now.
    pub async fn enqueue(&self, n: i64) {
        for at in 0..n {
            self.one.enqueue_now(self.job(json!(at))).await.expect("enqueue");
        }
    }
}

pub async fn write(store: &Store, writes: Vec<Write>) -> Result<(), Error> {
    store
        .commit(Plan::new(Vec::new(), move |_| {
            Decision::Commit(
                Batch {
                    writes: writes.clone(),
                    ..Batch::default()
                },
                (),
            )
        }))
        .await
}

pub fn options() -> Options {
    Options {
        lease_ms: LEASE,
        max_attempts: 3,
        first_back_off_ms: 1_000,
        ..Options::default()
    }
}

/// What was run, in order.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<JobContext>>>);

impl Seen {
    pub fn push(&self, it: JobContext) {
        self.0.lock().expect("lock").push(it);
    }

    pub fn take(&self) -> Vec<JobContext> {
        std::mem::take(&mut *self.0.lock().expect("lock"))
    }

    pub fn payloads(&self) -> Vec<Json> {
        self.take().into_iter().map(|it| it.payload).collect()
    }
}

/// A worker whose handler of `note` remembers the job and gives this.
pub fn worker(jobs: &Jobs, seen: &Seen, result: Result<(), JobError>) -> Worker {
    let mut worker = Worker::new(jobs.clone(), options());
    let seen = seen.clone();
    worker.register("note", move |it| {
        seen.push(it);
        let result = result.clone();
        async move { result }
    });
    worker
}

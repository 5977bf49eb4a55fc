//! What is done again and again, in two kinds. What each node keeps in its own memory, and timers, which are due to the second, go by a loop on
//! every node; what one node does for all is a scheduled job of the queue.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value as Json;
use tokio::sync::watch;
use tokio::time::Interval;
use yiwang_files::FileService;
use yiwang_identity::Identity;
use yiwang_jobs::{Jobs, Options, Schedule, When, Worker};
use yiwang_records::Records;
use yiwang_registry::LOOK_EVERY;
use yiwang_types::{Entropy, Fault, digest::hex};

use crate::node::Node;
use crate::system::{SystemClock, SystemEntropy};

/// How long the answer to a write with an idempotency key is kept.
const ANSWER_MINUTES: i64 = 7 * 24 * 60;
/// How often the queue is looked at.
const POLL: Duration = Duration::from_secs(5);

/// Follows the other nodes and fires timers, every second, until it is told to stop. Many timers at once hold up nobody's rights.
pub async fn every_second(node: Node, stopped: watch::Receiver<bool>) {
    tokio::join!(follow(&node, stopped.clone()), fire(&node, stopped));
}

async fn follow(node: &Node, mut stopped: watch::Receiver<bool>) {
    let mut tick = ticks();
    while goes_on(&mut tick, &mut stopped).await {
        told("definitions", node.registry.reload_if_changed().await.map(|_| ()));
        told("directory", node.keeper.refresh_directory().await);
        told("places", node.space.refresh_if_changed().await.map(|_| ()));
    }
}

async fn fire(node: &Node, mut stopped: watch::Receiver<bool>) {
    let mut tick = ticks();
    while goes_on(&mut tick, &mut stopped).await {
        if node.ready.load(Ordering::SeqCst) {
            told("timers", node.processes.fire_due(200).await.map(|_| ()));
        }
    }
}

fn ticks() -> Interval {
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    tick
}

/// Waits for the next look; false once the node is to stop.
async fn goes_on(tick: &mut Interval, stopped: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        _ = tick.tick() => true,
        _ = stopped.wait_for(|it| *it) => false,
    }
}

fn told(what: &'static str, result: Result<(), Fault>) {
    if let Err(fault) = result {
        tracing::warn!(error = %fault, work = what, "Steady work failed; it is tried again");
    }
}

/// Runs the jobs of the queue until it is told to stop; what runs then comes to its end.
pub async fn jobs(node: Node, mut stopped: watch::Receiver<bool>) {
    let mut name = [0_u8; 6];
    SystemEntropy.fill(&mut name);
    let jobs = Jobs::open(node.records.store().clone(), Arc::new(SystemClock), hex(&name)).await;
    let declared = match jobs {
        Ok(jobs) => declare(&jobs).await.map(|()| jobs),
        Err(fault) => Err(fault),
    };
    match declared {
        Ok(jobs) => {
            let worker = worker(jobs, node.records, node.identity, node.files);
            let stop = async move {
                let _ = stopped.wait_for(|it| *it).await;
            };
            worker.serve(POLL, stop).await;
        }
        Err(fault) => tracing::error!(error = %fault, "No jobs run on this node"),
    }
}

/// The schedules of every installation.
async fn declare(jobs: &Jobs) -> Result<(), Fault> {
    for (kind, minutes) in [("sweep-sessions", 10), ("sweep-files", 60), ("sweep-answers", 24 * 60)] {
        let schedule = Schedule {
            name: kind.to_owned(),
            kind: kind.to_owned(),
            payload: Json::Null,
            when: When::EveryMinutes(minutes),
        };
        jobs.schedule(schedule).await?;
    }
    Ok(())
}

fn worker(jobs: Jobs, records: Records, identity: Identity, files: FileService) -> Worker {
    let mut worker = Worker::new(jobs, Options::default());
    let now = records.clone();
    worker.register("sweep-sessions", move |_| {
        let identity = identity.clone();
        async move { Ok(identity.sweep().await.map(|_| ())?) }
    });
    worker.register("sweep-files", move |_| {
        let (files, now) = (files.clone(), now.now());
        async move { Ok(files.sweep(now).await.map(|_| ())?) }
    });
    worker.register("sweep-answers", move |_| {
        let records = records.clone();
        async move {
            let before = records.now().plus_minutes(-ANSWER_MINUTES);
            Ok(records.forget_answers(before).await.map(|_| ())?)
        }
    });
    worker
}

#[cfg(test)]
mod tests {
    use yiwang_files::{Declared, Files, Kind, Limits};
    use yiwang_identity::{NewUser, load_seeds};
    use yiwang_records::rows::{Scope, Select};
    use yiwang_records::{Ctx, Idempotency};
    use yiwang_testkit::system::{BOTH, TestSystem};
    use yiwang_types::digest::unhex;

    use super::*;

    /// A picture of one dot.
    const DOT: &str = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082";

    fn keyed_seed() -> Ctx {
        Ctx::job("seed").with_key(Some(Idempotency {
            key: "once".to_owned(),
            digest: "asked".to_owned(),
        }))
    }

    async fn count(records: &Records, table: &str, column: &str) -> usize {
        let select = Select::new(table, &[column], Scope::All);
        records.rows(&select).await.expect("rows").len()
    }

    /// Rows that the three jobs remove.
    async fn left(records: &Records) -> [usize; 3] {
        [
            count(records, "yw_session", "digest").await,
            count(records, "yw_file", "id").await,
            count(records, "yw_idempotency", "key").await,
        ]
    }

    #[tokio::test]
    async fn what_is_over_is_removed_by_schedule() {
        for on in BOTH {
            let package = yiwang_identity::package();
            let texts: Vec<(&str, &str)> = package
                .iter()
                .map(|it| (it.path.as_str(), std::str::from_utf8(&it.bytes).expect("text")))
                .collect();
            let system = TestSystem::open(on, &texts).await;
            let records = system.records.clone();
            let folder = tempfile::tempdir().expect("folder");
            let identity = Identity::open(records.clone()).await.expect("identity");
            let files = Files::open(folder.path(), Limits::default()).expect("folder");
            let files = FileService::open(records.clone(), files).await.expect("files");
            load_seeds(&records, &[]).await.expect("roles");
            let kernel = Ctx::job("kernel");
            let city = serde_json::json!({ "code": "99", "title": "某省", "level": "province" });
            let city = city.as_object().expect("object");
            records
                .create(&keyed_seed(), "division", city)
                .await
                .expect("a write with a key");
            let post = identity.admin_post(&kernel).await.expect("post");
            let user = NewUser {
                username: "wang".to_owned(),
                name: "王工".to_owned(),
                posts: vec![post],
            };
            identity.add_user(&kernel, &user, "Spring-7x").await.expect("user");
            let signed_in = identity.sign_in("wang", "Spring-7x", "here").await.expect("session");
            let png = unhex(DOT).expect("hex");
            let png = png.as_slice();
            files
                .upload(&Ctx::new(signed_in.subject), png, &Declared::default(), &[Kind::Image])
                .await
                .expect("file");

            let clock: Arc<dyn yiwang_types::Clock> = system.clock.clone();
            let jobs = Jobs::open(records.store().clone(), clock, "here").await.expect("jobs");
            declare(&jobs).await.expect("schedules");
            let worker = worker(jobs, records.clone(), identity, files);
            assert_eq!(worker.run_due(10).await.expect("too early").fired, 0, "{on:?}");
            system.clock.pass_minutes(61);
            let report = worker.run_due(10).await.expect("run");
            assert_eq!((report.fired, report.done), (2, 2), "{on:?}");
            assert_eq!(left(&records).await, [1, 1, 1], "{on:?}: nothing is over yet");
            system.clock.pass_minutes(8 * 24 * 60);
            let report = worker.run_due(10).await.expect("run");
            assert_eq!((report.fired, report.done), (3, 3), "{on:?}");
            assert_eq!(left(&records).await, [0, 0, 0], "{on:?}");
        }
    }
}

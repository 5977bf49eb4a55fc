//! Leases, attempts, the dead.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;
use yiwang_jobs::{Depth, Job, JobError, Jobs, Options, Report, Worker};
use yiwang_store::{Scope, Select, Write};
use yiwang_types::{Clock, Code};

use crate::support::{Fixture, LEASE, Seen, both, options, worker, write};

both!(
    two_workers_share_the_jobs,
    a_job_rides_in_the_batch_of_its_act,
    jobs_wait_for_their_time_and_for_a_node_that_knows_them,
    a_crashed_nodes_job_runs_again_when_its_lease_expires,
    a_job_that_kills_its_node_is_given_up,
    the_lease_of_a_long_job_is_prolonged,
    a_node_that_lost_its_lease_changes_nothing,
    a_failed_job_waits_longer_each_time_and_is_given_up,
    a_panic_is_a_failed_attempt,
    what_cannot_succeed_is_given_up_at_once,
    a_long_job_holds_up_no_others,
);

const NOTHING: Report = Report {
    fired: 0,
    claimed: 0,
    done: 0,
    retried: 0,
    dead: 0,
    lost: 0,
};

/// A worker whose handler says that it has begun and ends when it is told to.
fn waiting(jobs: &Jobs, renew_every: Duration) -> (Worker, Arc<Notify>, Arc<Notify>) {
    let (begun, end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let mut worker = Worker::new(
        jobs.clone(),
        Options {
            renew_every,
            ..options()
        },
    );
    let (tell, wait) = (begun.clone(), end.clone());
    worker.register("note", move |_| {
        let (tell, wait) = (tell.clone(), wait.clone());
        async move {
            tell.notify_one();
            wait.notified().await;
            Ok(())
        }
    });
    (worker, begun, end)
}

async fn two_workers_share_the_jobs(it: Fixture) {
    it.enqueue(60).await;
    let seen = Seen::default();
    let (one, two) = (worker(&it.one, &seen, Ok(())), worker(&it.two, &seen, Ok(())));
    let mut done = 0;
    while done < 60 {
        let (first, second) = tokio::join!(one.run_due(40), two.run_due(40));
        for report in [first.expect("one"), second.expect("two")] {
            assert_eq!(
                report,
                Report {
                    claimed: report.done,
                    done: report.done,
                    ..NOTHING
                }
            );
            done += report.done;
        }
    }
    let mut numbers: Vec<i64> = seen.take().into_iter().map(|it| it.read().expect("number")).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..60).collect::<Vec<i64>>());
    assert_eq!(it.two.queue_depth().await.expect("depth"), Depth::default());
}

async fn a_job_rides_in_the_batch_of_its_act(it: Fixture) {
    let count = async || it.one.queue_depth().await.expect("depth").due;
    let good = it.one.enqueue(it.job(json!({"record": 1}))).await.expect("writes");
    write(&it.store, good.clone()).await.expect("commit");
    assert_eq!(count().await, 1);
    let mut bad = it.one.enqueue(it.job(json!({"record": 2}))).await.expect("writes");
    let [Write::Upsert { key, row, .. }] = good.as_slice() else {
        panic!("{good:?}")
    };
    // The act itself breaks a rule of the database: here a second row with the key of the first.
    bad.push(Write::insert("yw_job", [key.clone(), row.clone()].concat()));
    write(&it.store, bad).await.expect_err("the act fails");
    assert_eq!(count().await, 1);
    let no_kind = Job::new("a/b", json!(null), it.clock.now());
    assert_eq!(it.one.enqueue(no_kind).await.expect_err("kind").code, Code::Internal);
}

async fn jobs_wait_for_their_time_and_for_a_node_that_knows_them(it: Fixture) {
    let later = Job {
        due_at: it.clock.now().plus_minutes(1),
        ..it.job(json!("later"))
    };
    let other = Job {
        kind: "other".to_owned(),
        ..it.job(json!("other"))
    };
    for job in [later, other, it.job(json!("now"))] {
        it.one.enqueue_now(job).await.expect("enqueue");
    }
    let seen = Seen::default();
    let worker = worker(&it.two, &seen, Ok(()));
    assert_eq!(
        worker.run_due(10).await.expect("run"),
        Report {
            claimed: 1,
            done: 1,
            ..NOTHING
        }
    );
    assert_eq!(
        it.one.queue_depth().await.expect("depth"),
        Depth {
            due: 1,
            later: 1,
            ..Depth::default()
        }
    );
    it.clock.advance(60_000);
    worker.run_due(10).await.expect("run");
    assert_eq!(seen.payloads(), [json!("now"), json!("later")]);
}

async fn a_crashed_nodes_job_runs_again_when_its_lease_expires(it: Fixture) {
    it.enqueue(1).await;
    let (crashing, begun, _) = waiting(&it.one, Duration::from_secs(3600));
    let node = tokio::spawn(async move { crashing.run_due(1).await });
    begun.notified().await;
    node.abort();
    assert!(node.await.expect_err("stopped").is_cancelled());
    let seen = Seen::default();
    let two = worker(&it.two, &seen, Ok(()));
    it.clock.advance(LEASE - 1);
    assert_eq!(two.run_due(10).await.expect("run"), NOTHING);
    assert_eq!(
        it.two.queue_depth().await.expect("depth"),
        Depth {
            running: 1,
            ..Depth::default()
        }
    );
    it.clock.advance(1);
    assert_eq!(
        two.run_due(10).await.expect("run"),
        Report {
            claimed: 1,
            done: 1,
            ..NOTHING
        }
    );
    assert_eq!(seen.take().first().map(|it| it.attempt), Some(2));
}

async fn a_job_that_kills_its_node_is_given_up(it: Fixture) {
    it.enqueue(1).await;
    for _ in 0..3 {
        let (crashing, begun, _) = waiting(&it.one, Duration::from_secs(3600));
        let node = tokio::spawn(async move { crashing.run_due(1).await });
        begun.notified().await;
        node.abort();
        it.clock.advance(LEASE);
    }
    let seen = Seen::default();
    assert_eq!(
        worker(&it.two, &seen, Ok(())).run_due(10).await.expect("run"),
        Report { dead: 1, ..NOTHING }
    );
    assert_eq!(seen.take().len(), 0);
    assert_eq!(it.one.dead(10).await.expect("dead").first().map(|it| it.attempts), Some(3));
}

async fn the_lease_of_a_long_job_is_prolonged(it: Fixture) {
    it.enqueue(1).await;
    let (long, begun, end) = waiting(&it.one, Duration::from_millis(1));
    let node = tokio::spawn(async move { long.run_due(1).await });
    begun.notified().await;
    let seen = Seen::default();
    let two = worker(&it.two, &seen, Ok(()));
    for _ in 0..3 {
        it.clock.advance(LEASE - 1);
        let wanted = vec![vec![it.clock.now().plus_millis(LEASE).into()]];
        let lease = Select::new("yw_job", &["lease_until"], Scope::All);
        while it.store.select(&lease).await.expect("lease") != wanted {
            tokio::task::yield_now().await;
        }
        assert_eq!(two.run_due(10).await.expect("run"), NOTHING);
    }
    end.notify_one();
    assert_eq!(
        node.await.expect("task").expect("run"),
        Report {
            claimed: 1,
            done: 1,
            ..NOTHING
        }
    );
}

async fn a_node_that_lost_its_lease_changes_nothing(it: Fixture) {
    for (renew_every, told) in [(Duration::from_secs(3600), true), (Duration::from_millis(1), false)] {
        it.enqueue(1).await;
        let (slow, begun, end) = waiting(&it.one, renew_every);
        let node = tokio::spawn(async move { slow.run_due(1).await });
        begun.notified().await;
        // The other node sees a clock that is a lease ahead, as after a long pause of the first one.
        let (other, begun_again, end_again) = waiting(&ahead(&it).await, Duration::from_secs(3600));
        let second = tokio::spawn(async move { other.run_due(1).await });
        begun_again.notified().await;
        if told {
            end.notify_one();
        }
        assert_eq!(
            node.await.expect("task").expect("run"),
            Report {
                claimed: 1,
                lost: 1,
                ..NOTHING
            },
            "{renew_every:?}"
        );
        assert_eq!(
            it.store.select(&Select::new("yw_job", &["attempt"], Scope::All)).await,
            Ok(vec![vec![2.into()]])
        );
        end_again.notify_one();
        assert_eq!(
            second.await.expect("task").expect("run"),
            Report {
                claimed: 1,
                done: 1,
                ..NOTHING
            }
        );
    }
}

async fn ahead(it: &Fixture) -> Jobs {
    struct Ahead(yiwang_types::Instant);
    impl Clock for Ahead {
        fn now(&self) -> yiwang_types::Instant {
            self.0
        }
    }
    // Far enough ahead for a lease that the first node prolonged meanwhile.
    let clock = Ahead(it.clock.now().plus_millis(LEASE));
    Jobs::open(it.store.clone(), Arc::new(clock), "ahead").await.expect("open")
}

async fn a_failed_job_waits_longer_each_time_and_is_given_up(it: Fixture) {
    it.enqueue(1).await;
    let seen = Seen::default();
    let failing = worker(&it.one, &seen, Err(JobError::retry("no\0 answer")));
    for wait in [1_000, 2_000] {
        assert_eq!(
            failing.run_due(10).await.expect("run"),
            Report {
                claimed: 1,
                retried: 1,
                ..NOTHING
            }
        );
        it.clock.advance(wait - 1);
        assert_eq!(failing.run_due(10).await.expect("run"), NOTHING);
        it.clock.advance(1);
    }
    assert_eq!(
        failing.run_due(10).await.expect("run"),
        Report {
            claimed: 1,
            dead: 1,
            ..NOTHING
        }
    );
    assert_eq!(seen.take().iter().map(|it| it.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    let dead = it.two.dead(10).await.expect("dead");
    let [dead] = dead.as_slice() else { panic!("{dead:?}") };
    assert_eq!(
        (dead.last_error.as_str(), dead.attempts, dead.died_at),
        ("no answer", 3, it.clock.now())
    );
    it.two.retry_dead(dead.id).await.expect("retry");
    assert_eq!(it.two.retry_dead(dead.id).await.expect_err("gone").code, Code::NotFound);
    worker(&it.two, &seen, Ok(())).run_due(10).await.expect("run");
    assert_eq!(
        seen.take().iter().map(|it| (it.id, it.attempt)).collect::<Vec<_>>(),
        [(dead.id, 1)]
    );
    assert_eq!(it.one.queue_depth().await.expect("depth"), Depth::default());
}

async fn a_panic_is_a_failed_attempt(it: Fixture) {
    it.enqueue(2).await;
    let mut worker = Worker::new(it.one.clone(), options());
    worker.register("note", async |it| {
        if it.payload == json!(0) {
            panic!("on purpose")
        } else {
            Ok(())
        }
    });
    assert_eq!(
        worker.run_due(10).await.expect("run"),
        Report {
            claimed: 2,
            done: 1,
            retried: 1,
            ..NOTHING
        }
    );
}

async fn what_cannot_succeed_is_given_up_at_once(it: Fixture) {
    it.one.enqueue_now(it.job(json!("text"))).await.expect("enqueue");
    let mut worker = Worker::new(it.one.clone(), options());
    worker.register("note", async |it| it.read::<i64>().map(|_| ()));
    assert_eq!(
        worker.run_due(10).await.expect("run"),
        Report {
            claimed: 1,
            dead: 1,
            ..NOTHING
        }
    );
    let dead = it.one.dead(10).await.expect("dead");
    assert!(dead[0].last_error.starts_with("payload of `note`: invalid type"), "{dead:?}");
    assert_eq!(dead[0].payload, json!("text"));
}

async fn a_long_job_holds_up_no_others(it: Fixture) {
    let (mut worker, begun, end) = waiting(&it.one, Duration::from_secs(3600));
    let short_done = Arc::new(Notify::new());
    let tell = short_done.clone();
    worker.register("short", move |_| {
        tell.notify_one();
        async { Ok(()) }
    });
    let (stop, wait) = (Arc::new(Notify::new()), Duration::from_millis(1));
    let stopped = stop.clone();
    let serving = tokio::spawn(async move { worker.serve(wait, stopped.notified()).await });
    it.enqueue(1).await;
    begun.notified().await;
    it.two
        .enqueue_now(Job::new("short", json!(null), it.clock.now()))
        .await
        .expect("enqueue");
    short_done.notified().await;
    stop.notify_one();
    end.notify_one();
    serving.await.expect("the long job was waited for");
    assert_eq!(it.two.queue_depth().await.expect("depth"), Depth::default());
}

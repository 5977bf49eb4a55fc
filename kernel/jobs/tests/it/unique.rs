//! Unique keys.

use serde_json::json;
use yiwang_jobs::{JobError, Worker};

use crate::support::{Fixture, Seen, both, options, worker};

both!(
    one_job_waits_under_a_key,
    a_job_enqueued_while_it_runs_runs_again,
    a_newer_job_stands_for_a_dead_one
);

async fn one_job_waits_under_a_key(it: Fixture) {
    for at in 0..3 {
        it.one
            .enqueue_now(it.job(json!(at)).unique("record:1"))
            .await
            .expect("enqueue");
    }
    let (first, second) = tokio::join!(
        it.one.enqueue_now(it.job(json!("a")).unique("record:2")),
        it.two.enqueue_now(it.job(json!("a")).unique("record:2")),
    );
    first.and(second).expect("enqueue");
    assert_eq!(it.one.queue_depth().await.expect("depth").due, 2);
    let seen = Seen::default();
    worker(&it.two, &seen, Ok(())).run_due(10).await.expect("run");
    assert_eq!(seen.payloads().len(), 2);
    it.one
        .enqueue_now(it.job(json!("again")).unique("record:1"))
        .await
        .expect("enqueue");
    worker(&it.two, &seen, Ok(())).run_due(10).await.expect("run");
    assert_eq!(seen.payloads(), [json!("again")]);
}

async fn a_job_enqueued_while_it_runs_runs_again(it: Fixture) {
    it.one.enqueue_now(it.job(json!("first")).unique("k")).await.expect("enqueue");
    let mut meanwhile = Worker::new(it.one.clone(), options());
    let (jobs, again, seen) = (it.two.clone(), it.job(json!("second")).unique("k"), Seen::default());
    let (other, other_seen) = (worker(&it.two, &seen, Ok(())), seen.clone());
    let other = std::sync::Arc::new(other);
    meanwhile.register("note", move |_| {
        let (jobs, again, other) = (jobs.clone(), again.clone(), other.clone());
        async move {
            jobs.enqueue_now(again).await?;
            // Not beside the one that runs: its lease holds the key.
            assert_eq!(other.run_due(10).await?.claimed, 0);
            Ok(())
        }
    });
    assert_eq!(meanwhile.run_due(1).await.expect("run").done, 1);
    worker(&it.two, &seen, Ok(())).run_due(10).await.expect("run");
    let ran: Vec<_> = other_seen.take().into_iter().map(|it| (it.payload, it.attempt)).collect();
    assert_eq!(ran, [(json!("second"), 1)]);
}

async fn a_newer_job_stands_for_a_dead_one(it: Fixture) {
    let seen = Seen::default();
    it.one.enqueue_now(it.job(json!("old")).unique("k")).await.expect("enqueue");
    worker(&it.one, &seen, Err(JobError::dead("useless")))
        .run_due(10)
        .await
        .expect("run");
    it.one.enqueue_now(it.job(json!("new")).unique("k")).await.expect("enqueue");
    let dead = it.one.dead(10).await.expect("dead")[0].id;
    it.one.retry_dead(dead).await.expect("retry");
    seen.take();
    worker(&it.two, &seen, Ok(())).run_due(10).await.expect("run");
    assert_eq!(seen.payloads(), [json!("new")]);
    assert_eq!(it.one.dead(10).await, Ok(Vec::new()));
}

//! Full queues, slow queries, closed stores.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use yiwang_store::{Batch, Decision, Error, Filter, Lane, Lock, Options, Plan, Scope, Select, Store, Write};

use crate::model::{load, things};
use crate::support::{Fixture, both, new_thing, options, write};

both!(
    a_full_queue_says_busy,
    a_slow_list_is_stopped,
    a_closed_store_says_so,
    many_reads_at_once
);

/// A plan that waits inside its function until told to go on.
fn blocking(gate: Arc<Barrier>) -> Plan<()> {
    Plan::new(vec![Lock::Counter("gate".to_owned())], move |_| {
        // On PostgreSQL this runs on a thread of the runtime, which has to go on meanwhile.
        tokio::task::block_in_place(|| gate.wait());
        Decision::Commit(Batch::default(), ())
    })
}

async fn a_full_queue_says_busy(it: Fixture) {
    let small = Options {
        run_plans_twice: false,
        interactive_queue: 4,
        bulk_queue: 2,
        write_connections: 1,
        ..options()
    };
    let it = it.reopened(small).await;
    let gate = Arc::new(Barrier::new(2));
    let store = it.store.clone();
    let first = tokio::spawn({
        let gate = gate.clone();
        async move { store.commit(blocking(gate)).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let waiting: Vec<_> = (0..30)
        .map(|rid| {
            let store = it.store.clone();
            let lane = if rid % 2 == 0 { Lane::Bulk } else { Lane::Interactive };
            tokio::spawn(async move {
                let batch = crate::support::batch(vec![new_thing(rid, [])]);
                store.commit(crate::support::writing(batch).lane(lane)).await
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    tokio::task::spawn_blocking(move || gate.wait()).await.expect("gate");
    first.await.expect("task").expect("the first plan");
    let mut outcomes = Vec::new();
    for task in waiting {
        outcomes.push(task.await.expect("task"));
    }
    let busy = outcomes
        .iter()
        .filter(|it| matches!(it, Err(Error::Busy { retry_after_ms: 1.. })))
        .count();
    let done = outcomes.iter().filter(|it| it.is_ok()).count();
    assert_eq!(busy + done, 30, "{outcomes:?}");
    assert!(done >= 4 && busy >= 20, "{done} done, {busy} busy");
    write(&it.store, vec![new_thing(100, [])]).await.expect("free again");
}

fn slow() -> Select {
    // Every row against every row, three times, with a text search: far more than the time allowed.
    let deep = |inner: Option<Select>| {
        let like = Filter::Like {
            column: "title".to_owned(),
            pattern: "%a%b%c%d%e%f%".to_owned(),
        };
        let nested = inner.map_or(Filter::True, |it| {
            Filter::Not(Box::new(Filter::InSelect {
                column: "rid".to_owned(),
                query: Box::new(it),
            }))
        });
        Select::new("thing", &["rid"], Scope::All).filter(Filter::And(vec![Filter::Not(Box::new(like)), nested]))
    };
    deep(Some(deep(None)))
}

async fn a_slow_list_is_stopped(it: Fixture) {
    let it = it
        .reopened(Options {
            list_timeout_ms: 1,
            ..options()
        })
        .await;
    let long: String = "abcde".repeat(20_000);
    let writes: Vec<Write> = (1..400)
        .map(|rid| new_thing(rid, [("title", long.as_str().into())]))
        .collect();
    write(&it.store, writes).await.expect("rows");
    assert_eq!(it.store.select(&slow()).await, Err(Error::Timeout));
    let it = it.reopened(options()).await;
    assert_eq!(
        it.store
            .select(&Select::new("thing", &["rid"], Scope::All).limit(1))
            .await
            .expect("a quick list")
            .len(),
        1
    );
}

async fn a_closed_store_says_so(it: Fixture) {
    let other: Store = it.store.clone();
    it.store.close().await;
    assert_eq!(write(&other, vec![new_thing(1, [])]).await, Err(Error::Closed));
    assert_eq!(
        other.select(&Select::new("thing", &["rid"], Scope::All)).await,
        Err(Error::Closed)
    );
}

async fn many_reads_at_once(it: Fixture) {
    load(&it.store, &things(50)).await;
    let tasks: Vec<_> = (0..200_i64)
        .map(|at| {
            let store = it.store.clone();
            tokio::spawn(async move {
                let rid = at % 50 + 1;
                let one = store.get("thing", &[("rid", rid.into())], &["rid"]).await.expect("get");
                let list = store
                    .select(&Select::new("thing", &["rid"], Scope::All).filter(Filter::eq("rid", rid)))
                    .await
                    .expect("list");
                assert_eq!((one, list), (Some(vec![rid.into()]), vec![vec![rid.into()]]));
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("task");
    }
}

//! A reader that polls while writers overlap misses nothing, sees nothing twice, and sees each record's versions in order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use yiwang_store::{Batch, Change, Decision, Lock, Plan, Store, Watermark, Write};

use crate::support::{Fixture, Place, batch, both, cells, change, new_thing, write, writing};

both!(a_polling_reader_misses_nothing, the_log_goes_on_after_a_restart);

const RECORDS: i64 = 6;
const ROUNDS: i64 = 25;

async fn bump(store: &Store, rid: i64) {
    let plan = Plan::new(vec![Lock::row("thing", [("rid", rid.into())], &["version"])], move |locked| {
        let version = locked.rows[0].as_ref().and_then(|it| it[0].as_int()).unwrap_or(0) + 1;
        let set = cells([("version", version.into())]);
        let update = Write::Update {
            table: "thing".into(),
            key: cells([("rid", rid.into())]),
            set,
            expect: Some(1),
        };
        Decision::Commit(
            Batch {
                changes: vec![change(rid, version)],
                ..batch(vec![update])
            },
            (),
        )
    });
    store.commit(plan).await.expect("commit");
}

async fn poll(store: Store, finished: Arc<AtomicBool>, wanted: usize) -> Vec<Change> {
    let mut seen = Vec::new();
    let mut mark = Watermark::default();
    let mut quiet = 0;
    while seen.len() < wanted && quiet < 200 {
        let (changes, next) = store.changes(&mark, 7).await.expect("changes");
        if changes.is_empty() {
            assert_eq!(next.seq, mark.seq);
            // Transactions of other tests on the same server hold PostgreSQL's horizon back for a moment.
            quiet += i32::from(finished.load(Ordering::Relaxed));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        seen.extend(changes);
        mark = next;
    }
    seen
}

async fn a_polling_reader_misses_nothing(it: Fixture) {
    write(&it.store, (1..=RECORDS).map(|rid| new_thing(rid, [])).collect())
        .await
        .expect("rows");
    let nodes = [it.store.clone(), it.second().await];
    let finished = Arc::new(AtomicBool::new(false));
    let wanted = usize::try_from(RECORDS * ROUNDS * 2).expect("few");
    let reader = tokio::spawn(poll(it.store.clone(), finished.clone(), wanted));
    let tasks: Vec<_> = (0..RECORDS * 2)
        .map(|at| {
            let store = nodes[usize::try_from(at % 2).expect("0 or 1")].clone();
            tokio::spawn(async move {
                for _ in 0..ROUNDS {
                    bump(&store, at / 2 + 1).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("writer");
    }
    finished.store(true, Ordering::Relaxed);
    let seen = reader.await.expect("reader");
    let mut versions: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for it in seen {
        assert_eq!(
            (it.register.as_str(), it.id.as_str()),
            ("thing", format!("id-{}", it.rid).as_str())
        );
        versions.entry(it.rid).or_default().push(it.version);
    }
    let expected: Vec<i64> = (2..ROUNDS * 2 + 2).collect();
    for rid in 1..=RECORDS {
        assert_eq!(versions.get(&rid), Some(&expected), "record {rid}");
    }
}

async fn the_log_goes_on_after_a_restart(it: Fixture) {
    let log = |version: i64| {
        writing(Batch {
            changes: vec![change(1, version), change(2, version)],
            ..Batch::default()
        })
    };
    it.store.commit(log(1)).await.expect("commit");
    let first = poll(it.store.clone(), Arc::new(AtomicBool::new(true)), 2).await;
    assert_eq!(first, [change(1, 1), change(2, 1)]);
    let it = it.reopened(crate::support::options()).await;
    it.store.commit(log(2)).await.expect("commit");
    let all = poll(it.store.clone(), Arc::new(AtomicBool::new(true)), 4).await;
    assert_eq!(all, [change(1, 1), change(2, 1), change(1, 2), change(2, 2)]);
    let mark = Watermark::at(6);
    assert_eq!(mark.to_string().parse(), Ok(mark));
    for text in ["x", "6", "6.0.0.0", "6.0.y"] {
        assert_eq!(text.parse::<Watermark>(), Err(()), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_are_not_committed_yet_are_waited_for() {
    let it = crate::support::postgres().await;
    let Place::Database(database) = &it.place else {
        panic!("PostgreSQL")
    };
    let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls)
        .await
        .expect("connect");
    tokio::spawn(connection);
    let line = |version: i64| {
        format!("INSERT INTO yw_change (register, id, rid, version, kind) VALUES ('thing', 'id-1', 1, {version}, 'update')")
    };
    let log = |version: i64| {
        writing(Batch {
            changes: vec![change(1, version)],
            ..Batch::default()
        })
    };
    it.store.commit(log(1)).await.expect("commit");
    client
        .batch_execute(&format!("BEGIN; {}", line(2)))
        .await
        .expect("an open transaction");
    it.store.commit(log(3)).await.expect("commit");
    let (first, mut mark) = it.store.changes(&Watermark::default(), 10).await.expect("log");
    assert_eq!(first, [change(1, 1)]);
    for _ in 0..3 {
        let (more, next) = it.store.changes(&mark, 10).await.expect("log");
        assert_eq!(more, []);
        mark = next.to_string().parse().expect("a watermark");
    }
    client.batch_execute("COMMIT").await.expect("commit");
    it.store.commit(log(4)).await.expect("commit");
    let finished = Arc::new(AtomicBool::new(true));
    let all = poll(it.store.clone(), finished.clone(), 4).await;
    assert_eq!(all, [1, 2, 3, 4].map(|it| change(1, it)));
    // A number that was rolled back leaves a hole for good.
    client
        .batch_execute(&format!("BEGIN; {}; ROLLBACK", line(5)))
        .await
        .expect("a rollback");
    it.store.commit(log(6)).await.expect("commit");
    let all = poll(it.store.clone(), finished, 5).await;
    assert_eq!(all, [1, 2, 3, 4, 6].map(|it| change(1, it)));
}

//! What a plan sees and what becomes of it, and how many statements it costs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use yiwang_store::{Backend, Batch, Decision, Error, Lane, Lock, Plan, Value, Write};
use yiwang_types::{Code, Fault};

use crate::support::{Fixture, batch, both, cells, change, new_thing, options, write, writing};

both!(
    a_plan_sees_its_locks_in_its_own_order,
    refusal_and_conflict_write_nothing,
    a_plan_that_is_not_pure_is_found_out,
    a_panic_hurts_only_its_own_plan,
    one_bad_plan_does_not_hurt_its_neighbours,
    statements_per_plan_are_few,
);

async fn a_plan_sees_its_locks_in_its_own_order(it: Fixture) {
    write(
        &it.store,
        vec![new_thing(1, [("code", "a".into())]), new_thing(2, [("code", "b".into())])],
    )
    .await
    .expect("rows");
    let locks = vec![
        Lock::Counter("z".to_owned()),
        Lock::row("thing", [("rid", 2.into())], &["code", "version"]),
        Lock::row("thing", [("rid", 9.into())], &["code"]),
        Lock::Counter("a".to_owned()),
        Lock::row("thing", [("code", "a".into())], &["rid"]),
        Lock::row("thing", [("rid", 1.into())], &[]),
    ];
    let plan = Plan::new(locks.clone(), |locked| {
        let counters = vec![("z".to_owned(), 26), ("a".to_owned(), 1)];
        Decision::Commit(
            Batch {
                counters,
                ..Batch::default()
            },
            locked.clone(),
        )
    });
    let first = it.store.commit(plan.clone()).await.expect("plan");
    assert_eq!(first.counters, [0, 0]);
    assert_eq!(
        first.rows,
        [Some(vec!["b".into(), 1.into()]), None, Some(vec![1.into()]), Some(vec![])]
    );
    assert_eq!(it.store.commit(plan).await.expect("plan").counters, [26, 1]);
    let unlocked = Batch {
        counters: vec![("z".to_owned(), 5)],
        ..Batch::default()
    };
    assert!(matches!(it.store.commit(writing(unlocked)).await, Err(Error::Invalid(_))));
    let no_key = Plan::new(vec![Lock::row("thing", [("rank", 2.into())], &[])], |_| {
        Decision::Commit(Batch::default(), ())
    });
    assert!(matches!(it.store.commit(no_key).await, Err(Error::Invalid(_))));
}

async fn refusal_and_conflict_write_nothing(it: Fixture) {
    let counter = || vec![Lock::Counter("n".to_owned())];
    let refuse = Plan::<()>::new(counter(), |_| Decision::Refuse(Fault::new(Code::TaskDone, "已经办完")));
    let Err(Error::Refused(fault)) = it.store.commit(refuse).await else {
        panic!("refused")
    };
    assert_eq!(fault.code, Code::TaskDone);
    let conflict = Plan::<()>::new(counter(), |_| Decision::Conflict("version 2".to_owned()));
    assert_eq!(it.store.commit(conflict).await, Err(Error::Conflict("version 2".to_owned())));
    let failing = Plan::new(counter(), |_| {
        let counters = vec![("n".to_owned(), 7)];
        let changes = vec![change(1, 1)];
        Decision::Commit(
            Batch {
                counters,
                changes,
                bump_rights: true,
                ..batch(vec![new_thing(1, []), new_thing(1, [])])
            },
            (),
        )
    });
    assert!(matches!(it.store.commit(failing).await, Err(Error::Unique { .. })));
    let see = Plan::new(counter(), |locked| {
        Decision::Commit(Batch::default(), (locked.counters.clone(), locked.epochs.rights))
    });
    assert_eq!(it.store.commit(see).await, Ok((vec![0], 0)));
    assert_eq!(it.store.get("thing", &[("rid", 1.into())], &["rid"]).await, Ok(None));
    assert_eq!(
        it.store
            .changes(&yiwang_store::Watermark::default(), 10)
            .await
            .expect("log")
            .0,
        []
    );
}

async fn a_plan_that_is_not_pure_is_found_out(it: Fixture) {
    let calls = Arc::new(AtomicI64::new(0));
    let counted = calls.clone();
    let plan = Plan::new(vec![], move |_| {
        let rid = 100 + counted.fetch_add(1, Ordering::Relaxed);
        Decision::Commit(batch(vec![new_thing(rid, [])]), ())
    });
    assert!(matches!(it.store.commit(plan.clone()).await, Err(Error::Invalid(_))));
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    let trusting = it
        .reopened(yiwang_store::Options {
            run_plans_twice: false,
            ..options()
        })
        .await;
    assert_eq!(trusting.store.commit(plan).await, Ok(()));
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}

async fn a_panic_hurts_only_its_own_plan(it: Fixture) {
    let panicking = Plan::<()>::new(vec![Lock::Counter("n".to_owned())], |_| panic!("on purpose"));
    assert!(matches!(it.store.commit(panicking).await, Err(Error::Invalid(_))));
    write(&it.store, vec![new_thing(1, [])]).await.expect("the store goes on");
}

async fn one_bad_plan_does_not_hurt_its_neighbours(it: Fixture) {
    write(&it.store, vec![new_thing(1, [("code", "taken".into())])])
        .await
        .expect("row");
    let mut tasks = Vec::new();
    for rid in 2..400_i64 {
        let store = it.store.clone();
        let bad = rid % 3 == 0;
        let lane = if rid % 2 == 0 { Lane::Bulk } else { Lane::Interactive };
        tasks.push(tokio::spawn(async move {
            let code: Value = if bad { "taken".into() } else { Value::Null };
            let plan = writing(Batch {
                changes: vec![change(rid, 1)],
                ..batch(vec![new_thing(rid, [("code", code)])])
            });
            (rid, bad, store.commit(plan.lane(lane)).await)
        }));
    }
    let mut good = 1;
    for task in tasks {
        let (rid, bad, outcome) = task.await.expect("task");
        assert_eq!(outcome.is_err(), bad, "{rid}: {outcome:?}");
        let there = it
            .store
            .get("thing", &[("rid", rid.into())], &["rid"])
            .await
            .expect("get")
            .is_some();
        assert_eq!(there, !bad, "{rid}");
        good += i64::from(!bad);
    }
    let all = yiwang_store::Select::new("thing", &["rid"], yiwang_store::Scope::All);
    assert_eq!(it.store.count(&all, 1000).await.expect("count").value, good as u64);
}

async fn statements_per_plan_are_few(it: Fixture) {
    let store = &it.store;
    write(store, vec![new_thing(1, [])]).await.expect("row");
    let plan = |version: i64| {
        let locks = vec![
            Lock::row("thing", [("rid", 1.into())], &["version"]),
            Lock::Counter("c".to_owned()),
        ];
        Plan::new(locks, move |locked| {
            let key = cells([("rid", 1.into()), ("version", version.into())]);
            let set = cells([("version", (version + 1).into())]);
            let update = Write::Update {
                table: "thing".into(),
                key,
                set,
                expect: Some(1),
            };
            let rows = (0..4).map(|at| new_thing(version * 10 + at, []));
            let counters = vec![("c".to_owned(), locked.counters[0] + 1)];
            let writes = std::iter::once(update).chain(rows).collect();
            Decision::Commit(
                Batch {
                    counters,
                    changes: vec![change(1, version)],
                    ..batch(writes)
                },
                (),
            )
        })
    };
    for version in 1..3 {
        store.commit(plan(version)).await.expect("warm");
    }
    let before = (store.statements(), store.flights());
    store.commit(plan(3)).await.expect("plan");
    let used = (store.statements() - before.0, store.flights() - before.1);
    // SQLite: BEGIN, 2 locks, SAVEPOINT, update, 4 inserts, counter, log, RELEASE, COMMIT.
    // PostgreSQL: BEGIN, 2 locks, epochs; update, inserts in one statement, counter, log, COMMIT.
    let expected = if store.backend() == Backend::Sqlite { (13, 1) } else { (9, 2) };
    assert_eq!(used, expected);
    let before = (store.statements(), store.flights());
    store.get("thing", &[("rid", 1.into())], &["version"]).await.expect("get");
    assert_eq!((store.statements() - before.0, store.flights() - before.1), (1, 1));
}

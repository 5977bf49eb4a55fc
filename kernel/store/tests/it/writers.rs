//! Two writers and more: no lost update, no gap, no deadlock, conflicts found.

use std::collections::BTreeSet;

use yiwang_store::{Batch, Decision, Error, Lock, Plan, Store, Write};

use crate::support::{Fixture, batch, both, cells, new_thing, write};

both!(
    counters_have_no_gaps,
    no_update_is_lost,
    locks_in_any_order_do_not_deadlock,
    a_row_that_changed_meanwhile_is_a_conflict,
    of_two_equal_inserts_one_wins,
);

async fn nodes(it: &Fixture) -> [Store; 2] {
    [it.store.clone(), it.second().await]
}

async fn counters_have_no_gaps(it: Fixture) {
    let nodes = nodes(&it).await;
    let mut tasks = Vec::new();
    for at in 0..120_usize {
        let store = nodes[at % 2].clone();
        tasks.push(tokio::spawn(async move {
            let plan = Plan::new(vec![Lock::Counter("case:2026".to_owned())], move |locked| {
                if at % 10 == 3 {
                    return Decision::Conflict("gives up".to_owned());
                }
                let number = locked.counters[0] + 1;
                // A plan of every ten breaks a rule of the database after it has taken a number.
                let rid = if at % 10 == 7 { 1 } else { number + 1000 };
                let counters = vec![("case:2026".to_owned(), number)];
                Decision::Commit(
                    Batch {
                        counters,
                        ..batch(vec![new_thing(rid, [])])
                    },
                    number,
                )
            });
            store.commit(plan).await
        }));
    }
    write(&it.store, vec![new_thing(1, [])]).await.ok();
    let mut numbers = BTreeSet::new();
    for task in tasks {
        if let Ok(number) = task.await.expect("task") {
            assert!(numbers.insert(number), "{number} twice");
        }
    }
    let expected: BTreeSet<i64> = (1..=i64::try_from(numbers.len()).expect("few")).collect();
    assert!(numbers.len() >= 96);
    assert_eq!(numbers, expected);
}

fn increment(locks: Vec<Lock>, rids: Vec<i64>) -> Plan<()> {
    Plan::new(locks, move |locked| {
        let mut writes = Vec::new();
        for (rid, row) in rids.iter().zip(&locked.rows) {
            let Some(n) = row.as_ref().and_then(|it| it[0].as_int()) else {
                return Decision::Conflict("missing".to_owned());
            };
            let set = cells([("n", (n + 1).into())]);
            writes.push(Write::Update {
                table: "thing".into(),
                key: cells([("rid", (*rid).into())]),
                set,
                expect: Some(1),
            });
        }
        Decision::Commit(batch(writes), ())
    })
}

fn row_lock(rid: i64) -> Lock {
    Lock::row("thing", [("rid", rid.into())], &["n"])
}

async fn no_update_is_lost(it: Fixture) {
    write(&it.store, vec![new_thing(1, [("n", 0.into())])]).await.expect("row");
    let nodes = nodes(&it).await;
    let tasks: Vec<_> = (0..100_usize)
        .map(|at| {
            let store = nodes[at % 2].clone();
            tokio::spawn(async move { store.commit(increment(vec![row_lock(1)], vec![1])).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("task").expect("commit");
    }
    assert_eq!(
        it.store.get("thing", &[("rid", 1.into())], &["n"]).await,
        Ok(Some(vec![100.into()]))
    );
}

async fn locks_in_any_order_do_not_deadlock(it: Fixture) {
    let rids: Vec<i64> = (1..=5).collect();
    write(&it.store, rids.iter().map(|rid| new_thing(*rid, [("n", 0.into())])).collect())
        .await
        .expect("rows");
    let nodes = nodes(&it).await;
    let tasks: Vec<_> = (0..100_usize)
        .map(|at| {
            let mut mine = rids.clone();
            mine.rotate_left(at % 5);
            if at % 2 == 1 {
                mine.reverse();
            }
            mine.truncate(3);
            let store = nodes[at % 2].clone();
            tokio::spawn(async move {
                let locks = mine
                    .iter()
                    .map(|rid| row_lock(*rid))
                    .chain([Lock::Counter(format!("c{}", at % 3))])
                    .collect();
                store.commit(increment(locks, mine)).await
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("task").expect("commit");
    }
    let mut sum = 0;
    for rid in rids {
        sum += it
            .store
            .get("thing", &[("rid", rid.into())], &["n"])
            .await
            .expect("get")
            .expect("row")[0]
            .as_int()
            .expect("n");
    }
    assert_eq!(sum, 300);
}

async fn a_row_that_changed_meanwhile_is_a_conflict(it: Fixture) {
    write(&it.store, vec![new_thing(1, [])]).await.expect("row");
    let prepared = |version: i64| {
        Plan::new(vec![Lock::row("thing", [("rid", 1.into())], &["version"])], move |locked| {
            let found = locked.rows[0].as_ref().and_then(|it| it[0].as_int());
            if found != Some(version) {
                return Decision::Conflict(format!("version {found:?}"));
            }
            let set = cells([("version", (version + 1).into())]);
            Decision::Commit(
                batch(vec![Write::Update {
                    table: "thing".into(),
                    key: cells([("rid", 1.into())]),
                    set,
                    expect: Some(1),
                }]),
                (),
            )
        })
    };
    let [one, two] = nodes(&it).await;
    let (first, second) = tokio::join!(one.commit(prepared(1)), two.commit(prepared(1)));
    let conflicts = [&first, &second]
        .into_iter()
        .filter(|it| **it == Err(Error::Conflict("version Some(2)".to_owned())))
        .count();
    assert_eq!(
        (first.is_ok() || second.is_ok(), conflicts),
        (true, 1),
        "{first:?} {second:?}"
    );
    assert_eq!(it.store.commit(prepared(2)).await, Ok(()), "prepared again");
}

async fn of_two_equal_inserts_one_wins(it: Fixture) {
    let [one, two] = nodes(&it).await;
    for round in 0..20_i64 {
        let row = |at: i64| vec![new_thing(round * 2 + at, [("code", format!("k{round}").into())])];
        let (first, second) = tokio::join!(write(&one, row(0)), write(&two, row(1)));
        let taken = Err(Error::Unique {
            index: "code".to_owned(),
            table: "thing".to_owned(),
        });
        assert!(
            (first.is_ok() && second == taken) || (second.is_ok() && first == taken),
            "{first:?} {second:?}"
        );
    }
}

//! Aggregates, counts, inner ids.

use std::collections::{BTreeMap, HashSet};

use yiwang_store::{Aggregate, Cmp, Filter, Measure, Scope, Select, Value};

use crate::model::{load, things, truth};
use crate::support::{Fixture, both};

both!(figures_per_group, figures_without_rows, inner_ids_are_never_given_twice);

fn measures() -> Vec<Measure> {
    vec![
        Measure::Count(Filter::True),
        Measure::Count(Filter::cmp("n", Cmp::Gt, 0)),
        Measure::Sum("n".to_owned(), Filter::cmp("rid", Cmp::Le, 60)),
        Measure::Min("title".to_owned()),
        Measure::Max("n".to_owned()),
    ]
}

async fn figures_per_group(it: Fixture) {
    let rows = things(120);
    load(&it.store, &rows).await;
    let branches = vec![Filter::cmp("rank", Cmp::Lt, 2), Filter::cmp("rid", Cmp::Lt, 50)];
    let what = Aggregate {
        table: "thing".to_owned(),
        filter: Filter::cmp("rid", Cmp::Gt, 3),
        scope: Scope::Branches(branches),
        group: vec!["n".to_owned(), "rank".to_owned()],
        measures: measures(),
    };
    let mut groups: BTreeMap<(Value, Value), Vec<_>> = BTreeMap::new();
    for thing in rows.iter().filter(|it| crate::model::visible(it, &what.filter, &what.scope)) {
        groups
            .entry((thing["n"].clone(), thing["rank"].clone()))
            .or_default()
            .push(thing);
    }
    let figures = groups.into_iter().map(|((n, rank), list)| {
        let positive = list
            .iter()
            .filter(|it| truth(it, &Filter::cmp("n", Cmp::Gt, 0)) == Some(true))
            .count();
        let summed: Vec<i64> = list
            .iter()
            .filter(|it| it["rid"] <= Value::Int(60))
            .filter_map(|it| it["n"].as_int())
            .collect();
        let sum: Option<i64> = (!summed.is_empty()).then(|| summed.iter().sum());
        let lowest = list.iter().map(|it| it["title"].clone()).filter(|it| !it.is_null()).min();
        let highest = list.iter().map(|it| it["n"].clone()).filter(|it| !it.is_null()).max();
        vec![
            n,
            rank,
            (list.len() as i64).into(),
            (positive as i64).into(),
            sum.into(),
            lowest.into(),
            highest.into(),
        ]
    });
    assert_eq!(it.store.aggregate(&what).await, Ok(figures.collect()));
}

async fn figures_without_rows(it: Fixture) {
    let what = Aggregate {
        table: "thing".to_owned(),
        filter: Filter::True,
        scope: Scope::nothing(),
        group: vec![],
        measures: measures(),
    };
    let expected = vec![vec![0.into(), 0.into(), Value::Null, Value::Null, Value::Null]];
    assert_eq!(it.store.aggregate(&what).await, Ok(expected.clone()));
    assert_eq!(
        it.store
            .aggregate(&Aggregate {
                scope: Scope::All,
                ..what.clone()
            })
            .await,
        Ok(expected)
    );
    let grouped = Aggregate {
        group: vec!["n".to_owned()],
        ..what
    };
    assert_eq!(it.store.aggregate(&grouped).await, Ok(vec![]));
    let none = it
        .store
        .count(&Select::new("thing", &["rid"], Scope::nothing()), 10)
        .await
        .expect("count");
    assert_eq!((none.value, none.exact), (0, true));
}

async fn inner_ids_are_never_given_twice(it: Fixture) {
    let second = it.second().await;
    let mut tasks = Vec::new();
    for at in 0..40_u32 {
        let store = if at % 2 == 0 { it.store.clone() } else { second.clone() };
        tasks.push(tokio::spawn(async move {
            let mut got = Vec::new();
            for n in [1, 5, 400, 3_000, 12_000] {
                let range = store.rids(n + at).await.expect("ids");
                assert_eq!(range.end - range.start, i64::from(n + at));
                got.extend(range);
            }
            got
        }));
    }
    let mut seen = HashSet::new();
    for task in tasks {
        for rid in task.await.expect("task") {
            assert!(rid > 0 && seen.insert(rid), "{rid} twice");
        }
    }
    let warm = it.store.rids(1).await.expect("an id");
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let before = it.store.statements();
    let next = it.store.rids(1).await.expect("an id");
    assert!(next.start > warm.start);
    assert_eq!(it.store.statements(), before, "an id at hand costs no statement");
}

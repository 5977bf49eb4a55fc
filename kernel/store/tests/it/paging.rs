//! Pages by key over ties and missing values, in both directions; chunks.

use proptest::prelude::*;
use yiwang_store::{Filter, Scope, Select, Sort, Value};

use crate::filters::sort;
use crate::model::{Thing, load, order, row, things};
use crate::support::{Fixture, both, property};

both!(pages_join_to_the_whole_list, chunks_give_every_row_once);

const COLUMNS: [&str; 5] = ["rid", "rank", "n", "title", "code"];

async fn pages_join_to_the_whole_list(it: Fixture) {
    let rows = things(45);
    load(&it.store, &rows).await;
    let (store, rows) = (&it.store, &rows);
    let scope = prop_oneof![
        Just(Scope::All),
        Just(Scope::Branches(vec![
            Filter::eq("rank", 1),
            Filter::is_null("n"),
            Filter::cmp("rid", yiwang_store::Cmp::Gt, 20)
        ])),
    ];
    property(60, (sort(), 1_u32..20, scope), |(sort, size, scope)| async move {
        let mut select = Select::new("thing", &COLUMNS, scope).sort(sort).limit(size);
        let total = store.order(&select).expect("order");
        let mut expected: Vec<&Thing> = rows
            .iter()
            .filter(|it| crate::model::visible(it, &Filter::True, &select.scope))
            .collect();
        expected.sort_by(|a, b| order(a, b, &total));
        let mut seen: Vec<Vec<Value>> = Vec::new();
        loop {
            let page = store.select(&select).await.expect("page");
            let Some(last) = page.last() else { break };
            let place = |sort: &Sort| COLUMNS.iter().position(|it| *it == sort.column).expect("a column");
            select.after = Some(total.iter().map(|sort| last[place(sort)].clone()).collect());
            seen.extend(page);
            assert!(seen.len() <= rows.len(), "{select:?}");
        }
        let expected: Vec<_> = expected.into_iter().map(|it| row(it, &COLUMNS)).collect();
        assert_eq!(seen, expected, "{select:?}");
    });
}

async fn chunks_give_every_row_once(it: Fixture) {
    let rows = things(50);
    load(&it.store, &rows).await;
    for (chunk, limit, expected) in [(7, 0, 50), (7, 20, 20), (100, 0, 50), (25, 0, 50), (1, 3, 3)] {
        let select = Select::new("thing", &["code"], Scope::All)
            .sort([Sort::down("n")])
            .limit(limit);
        let mut chunks = it.store.chunks(&select, chunk).await.expect("chunks");
        let mut seen = Vec::new();
        while let Some(rows) = chunks.next().await.expect("a chunk") {
            assert!(!rows.is_empty() && rows.len() <= chunk as usize);
            seen.extend(rows);
        }
        let whole = it
            .store
            .select(&Select {
                limit: expected,
                ..select
            })
            .await
            .expect("whole");
        assert_eq!(seen, whole, "{chunk} {limit}");
        assert_eq!(seen.len(), expected as usize);
    }
    let nothing = Select::new("thing", &["code"], Scope::nothing()).limit(0);
    assert_eq!(it.store.chunks(&nothing, 5).await.expect("chunks").next().await, Ok(None));
}

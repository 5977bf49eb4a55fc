//! Tables grow with their definitions; rows and retired columns stay.

use yiwang_store::{Column, ColumnType, Error, Filter, Index, Scope, Select, Store, Table, Value, Write};

use crate::support::{Fixture, both, cells, new_thing, options, thing, write};

both!(
    a_second_run_does_nothing,
    columns_and_indexes_are_added,
    a_retired_column_stays_readable,
    two_nodes_migrate_at_once,
    a_plan_shows_and_changes_nothing,
    bad_declarations_are_refused,
    an_index_over_equal_rows_fails_as_a_whole,
);

async fn a_second_run_does_nothing(it: Fixture) {
    assert_eq!(it.store.migrate(&[thing()]).await, Ok(vec![]));
    let it = it.reopened(options()).await;
    assert_eq!(it.store.migrate(&[thing()]).await, Ok(vec![]));
}

async fn columns_and_indexes_are_added(it: Fixture) {
    write(&it.store, vec![new_thing(1, [])]).await.expect("row");
    let mut table = thing();
    table.columns.push(Column::required("street", ColumnType::Text));
    table.indexes.push(Index::unique("street", &["street"]));
    let statements = it.store.migrate(std::slice::from_ref(&table)).await.expect("migrate");
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert_eq!(it.store.migrate(&[table]).await, Ok(vec![]));
    let old = it.store.get("thing", &[("rid", 1.into())], &["street"]).await;
    assert_eq!(old, Ok(Some(vec![Value::Null])));
    assert!(
        matches!(write(&it.store, vec![new_thing(2, [])]).await, Err(Error::Invalid(_))),
        "a new row needs it"
    );
    write(&it.store, vec![new_thing(2, [("street", "人民路".into())])])
        .await
        .expect("row");
    let twice = write(&it.store, vec![new_thing(3, [("street", "人民路".into())])]).await;
    assert_eq!(
        twice,
        Err(Error::Unique {
            index: "street".to_owned(),
            table: "thing".to_owned()
        })
    );
}

async fn a_retired_column_stays_readable(it: Fixture) {
    let row = |rid: i64| new_thing(rid, [("rank", 7.into()), ("code", format!("c{rid}").into())]);
    write(&it.store, vec![row(1), row(2)]).await.expect("rows");
    let mut table = thing();
    table.columns.retain(|it| it.name != "rank");
    table.indexes.retain(|it| it.name != "rank");
    let statements = it.store.migrate(std::slice::from_ref(&table)).await.expect("migrate");
    assert!(!statements.is_empty());
    assert_eq!(it.store.migrate(&[table]).await, Ok(vec![]));
    let without = Write::insert("thing", cells([("rid", 3.into()), ("version", 1.into())]));
    write(&it.store, vec![without])
        .await
        .expect("a row without the retired column");
    let select = Select::new("thing", &["rid", "rank", "code"], Scope::All);
    let expected = vec![
        vec![1.into(), 7.into(), "c1".into()],
        vec![2.into(), 7.into(), "c2".into()],
        vec![3.into(), Value::Null, Value::Null],
    ];
    assert_eq!(it.store.select(&select).await, Ok(expected));
    let taken = write(
        &it.store,
        vec![Write::insert(
            "thing",
            cells([("rid", 4.into()), ("version", 1.into()), ("code", "c1".into())]),
        )],
    )
    .await;
    assert_eq!(
        taken,
        Err(Error::Unique {
            index: "code".to_owned(),
            table: "thing".to_owned()
        }),
        "indexes survive"
    );
}

async fn two_nodes_migrate_at_once(it: Fixture) {
    let second = it.second().await;
    let wide = |at: usize| {
        let mut table = thing();
        table
            .columns
            .extend((0..12).map(|n| Column::new(format!("f{n}"), ColumnType::Int)));
        table.indexes.push(Index::new("f1", &["f1", "rid"]));
        let other = Table {
            name: format!("extra{}", at / 2),
            ..thing()
        };
        [table, other]
    };
    let tasks: Vec<_> = (0..6)
        .map(|at| {
            let store: Store = if at % 2 == 0 { it.store.clone() } else { second.clone() };
            tokio::spawn(async move { store.migrate(&wide(at)).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("task").expect("migrate");
    }
    assert_eq!(it.store.migrate(&wide(0)).await, Ok(vec![]));
    let select = Select::new("thing", &["f11"], Scope::All).filter(Filter::is_null("f1"));
    assert_eq!(second.select(&select).await, Ok(vec![]));
}

async fn a_plan_shows_and_changes_nothing(it: Fixture) {
    let table = Table {
        name: "other".to_owned(),
        ..thing()
    };
    let planned = it.store.plan_migration(std::slice::from_ref(&table)).await.expect("plan");
    assert!(
        planned.iter().any(|it| it.starts_with("CREATE TABLE \"other\"")),
        "{planned:?}"
    );
    assert!(matches!(
        it.store.get("other", &[("rid", 1.into())], &["rid"]).await,
        Err(Error::Invalid(_))
    ));
    assert_eq!(it.store.migrate(&[table]).await, Ok(planned));
}

async fn bad_declarations_are_refused(it: Fixture) {
    let check = async |change: &dyn Fn(&mut Table), what: &str| {
        let mut table = thing();
        change(&mut table);
        let Err(Error::Invalid(why)) = it.store.migrate(&[table]).await else {
            panic!("{what}")
        };
        assert!(why.contains(what), "{why}");
    };
    check(&|it| it.name = "yw_change".to_owned(), "belongs to the store").await;
    check(&|it| it.name = "Thing".to_owned(), "is not a name").await;
    check(&|it| it.columns[1].name = "a\"b".to_owned(), "is not a name").await;
    check(&|it| it.columns.push(Column::new("n", ColumnType::Int)), "declared twice").await;
    check(&|it| it.key = vec![], "without columns").await;
    check(&|it| it.key = vec!["version".to_owned()], "has the key").await;
    check(&|it| it.indexes.push(Index::new("z", &["zz"])), "no column `zz`").await;
    check(&|it| it.columns[4].ty = ColumnType::Bytes, "is Text, not Bytes").await;
}

async fn an_index_over_equal_rows_fails_as_a_whole(it: Fixture) {
    write(
        &it.store,
        vec![new_thing(1, [("n", 5.into())]), new_thing(2, [("n", 5.into())])],
    )
    .await
    .expect("rows");
    let mut table = thing();
    table.columns.push(Column::new("late", ColumnType::Int));
    table.indexes.push(Index::unique("late", &["n"]));
    assert!(matches!(it.store.migrate(&[table]).await, Err(Error::Database(_))));
    let planned = it.store.plan_migration(&[thing()]).await.expect("plan");
    assert_eq!(planned, Vec::<String>::new());
    write(&it.store, vec![new_thing(3, [])]).await.expect("the store goes on");
}

//! Single rows: insert, get, update, upsert, delete, and what is refused.

use yiwang_store::{Batch, Error, Filter, Scope, Select, Sort, Value, Write};

use crate::support::{Fixture, both, cells, new_thing, write};

both!(
    a_row_is_written_read_changed_and_removed,
    values_come_back_as_they_were,
    equal_rows_are_refused_by_name,
    nonsense_is_refused_before_the_database_sees_it,
    epochs_rise,
);

async fn a_row_is_written_read_changed_and_removed(it: Fixture) {
    let store = &it.store;
    let read = async || {
        store
            .get("thing", &[("rid", 1.into())], &["title", "version"])
            .await
            .expect("get")
    };
    assert_eq!(read().await, None);
    write(store, vec![new_thing(1, [("title", "路灯".into())])])
        .await
        .expect("insert");
    assert_eq!(read().await, Some(vec!["路灯".into(), 1.into()]));
    let update = |version: i64, expect| Write::Update {
        table: "thing".into(),
        key: cells([("rid", 1.into()), ("version", version.into())]),
        set: cells([("version", (version + 1).into()), ("title", Value::Null)]),
        expect,
    };
    write(store, vec![update(1, Some(1))]).await.expect("update");
    assert_eq!(read().await, Some(vec![Value::Null, 2.into()]));
    let stale = write(store, vec![new_thing(2, []), update(1, Some(1))]).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    assert_eq!(
        store.get("thing", &[("rid", 2.into())], &["rid"]).await,
        Ok(None),
        "nothing of a conflict stays"
    );
    write(store, vec![update(1, None)]).await.expect("no row need be hit");
    let upsert = |title: &str| Write::Upsert {
        table: "thing".into(),
        key: cells([("rid", 3.into())]),
        row: cells([("version", 1.into()), ("rank", 1.into()), ("title", title.into())]),
    };
    for title in ["旧", "新"] {
        write(store, vec![upsert(title)]).await.expect("upsert");
    }
    assert_eq!(
        store.get("thing", &[("rid", 3.into())], &["title"]).await,
        Ok(Some(vec!["新".into()]))
    );
    write(
        store,
        vec![Write::Delete {
            table: "thing".into(),
            key: cells([("rid", 1.into())]),
        }],
    )
    .await
    .expect("delete");
    assert_eq!(read().await, None);
    assert_eq!(store.get("thing", &[("rid", 3.into())], &[]).await, Ok(Some(vec![])));
}

async fn values_come_back_as_they_were(it: Fixture) {
    let values = [
        ("n", Value::Int(i64::MIN)),
        ("x", Value::Int(i64::MAX)),
        ("title", "多行\n文字 '\"\\%_ 😀𠮷 ﷽".into()),
        ("blob", Value::Bytes((0..=255).collect())),
    ];
    write(&it.store, vec![new_thing(1, values.clone())]).await.expect("insert");
    let row = it
        .store
        .get("thing", &[("rid", 1.into())], &["n", "x", "title", "blob", "code"])
        .await
        .expect("get")
        .expect("a row");
    let expected: Vec<Value> = values.into_iter().map(|(_, value)| value).chain([Value::Null]).collect();
    assert_eq!(row, expected);
    write(
        &it.store,
        vec![new_thing(2, [("title", "".into()), ("blob", Value::Bytes(vec![]))])],
    )
    .await
    .expect("insert");
    let row = it.store.get("thing", &[("rid", 2.into())], &["title", "blob"]).await;
    assert_eq!(row, Ok(Some(vec!["".into(), Value::Bytes(vec![])])), "empty is not missing");
}

async fn equal_rows_are_refused_by_name(it: Fixture) {
    let store = &it.store;
    write(
        store,
        vec![
            new_thing(1, [("code", "a".into())]),
            new_thing(2, [("title", "t".into()), ("n", 1.into())]),
        ],
    )
    .await
    .expect("rows");
    let check = async |row: Write, expected: Option<&str>| {
        let expected = expected.map_or(Ok(()), |index| {
            Err(Error::Unique {
                index: index.to_owned(),
                table: "thing".to_owned(),
            })
        });
        assert_eq!(write(store, vec![row]).await, expected);
    };
    check(new_thing(1, []), Some("key")).await;
    check(new_thing(3, [("code", "a".into())]), Some("code")).await;
    check(new_thing(4, [("code", Value::Null)]), None).await;
    check(new_thing(5, [("code", "A".into())]), None).await;
    let pair = |rid: i64, blob: Value| new_thing(rid, [("title", "t".into()), ("n", 1.into()), ("blob", blob)]);
    check(pair(6, Value::Null), None).await;
    check(pair(7, vec![1].into()), None).await;
    check(pair(8, vec![2].into()), Some("pair")).await;
    check(
        new_thing(9, [("title", Value::Null), ("n", 1.into()), ("blob", vec![3].into())]),
        None,
    )
    .await;
    check(
        new_thing(10, [("title", Value::Null), ("n", 1.into()), ("blob", vec![4].into())]),
        None,
    )
    .await;
}

async fn nonsense_is_refused_before_the_database_sees_it(it: Fixture) {
    let store = &it.store;
    let before = store.statements();
    let invalid = |outcome: Result<(), Error>| assert!(matches!(outcome, Err(Error::Invalid(_))), "{outcome:?}");
    let select = |columns: &[&str], filter: Filter| Select::new("thing", columns, Scope::All).filter(filter);
    let read = async |select: Select| invalid(store.select(&select).await.map(|_| ()));
    invalid(store.get("thing", &[("rank", 1.into())], &["rid"]).await.map(|_| ()));
    invalid(store.get("things", &[("rid", 1.into())], &["rid"]).await.map(|_| ()));
    invalid(store.get("thing", &[("rid", 1.into())], &["r\"id"]).await.map(|_| ()));
    read(select(&["rid\" FROM x; --"], Filter::True)).await;
    read(select(&[], Filter::True)).await;
    read(select(&["rid"], Filter::eq("rid", "1"))).await;
    read(select(&["rid"], Filter::eq("title", "a\0b"))).await;
    read(select(
        &["rid"],
        Filter::Like {
            column: "title".to_owned(),
            pattern: "a\\".to_owned(),
        },
    ))
    .await;
    read(select(
        &["rid"],
        Filter::Like {
            column: "n".to_owned(),
            pattern: "a".to_owned(),
        },
    ))
    .await;
    read(select(&["rid"], Filter::within("n", 0..5_000_i64))).await;
    read((0..100).fold(select(&["rid"], Filter::True), |it, _| Select {
        filter: Filter::Not(Box::new(it.filter.clone())),
        ..it
    }))
    .await;
    read(select(&["rid"], Filter::True).limit(1_000_000)).await;
    read(Select {
        after: Some(vec![1.into()]),
        ..select(&["rid"], Filter::True).sort([Sort::up("rank")])
    })
    .await;
    assert_eq!(store.statements(), before);
    let refused = async |write_: Write| invalid(write(store, vec![new_thing(7, []), write_]).await);
    refused(Write::insert("thing", cells([("rid", 1.into()), ("version", 1.into())]))).await;
    refused(new_thing(1, [("title", 5.into())])).await;
    refused(new_thing(1, [("titel", "x".into())])).await;
    refused(Write::Delete {
        table: "thing".into(),
        key: vec![],
    })
    .await;
    refused(Write::Update {
        table: "thing".into(),
        key: cells([("rid", 7.into())]),
        set: vec![],
        expect: None,
    })
    .await;
    refused(Write::Update {
        table: "thing".into(),
        key: cells([("rid", 7.into())]),
        set: cells([("rank", Value::Null)]),
        expect: None,
    })
    .await;
    refused(Write::Upsert {
        table: "thing".into(),
        key: cells([("n", 7.into())]),
        row: vec![],
    })
    .await;
    assert_eq!(store.get("thing", &[("rid", 7.into())], &["rid"]).await, Ok(None));
}

async fn epochs_rise(it: Fixture) {
    let first = it.store.epochs().await.expect("epochs");
    let bump = Batch {
        bump_rights: true,
        ..Batch::default()
    };
    it.store.commit(crate::support::writing(bump)).await.expect("bump");
    let bump = Batch {
        bump_rights: true,
        bump_definitions: true,
        ..Batch::default()
    };
    it.store.commit(crate::support::writing(bump)).await.expect("bump");
    let second = it.second().await.epochs().await.expect("epochs");
    assert_eq!((second.rights - first.rights, second.definitions - first.definitions), (2, 1));
    let seen = yiwang_store::Plan::new(vec![], |locked| {
        yiwang_store::Decision::Commit(Batch::default(), locked.epochs)
    });
    assert_eq!(it.store.commit(seen).await, Ok(second));
}

//! Filters and scopes against a model in memory, on random queries.

use proptest::prelude::*;
use proptest::sample::select;
use yiwang_store::{Cmp, Filter, Point, Polygon, Scope, Select, Shape, Sort, Value};

use crate::model::{Thing, intersects, load, order, row, things, visible};
use crate::support::{Fixture, both, new_thing, property, write};

both!(
    random_filters_and_scopes_give_the_rows_of_the_model,
    points_in_shapes_as_the_model_has_them,
    far_points_and_fine_borders,
    like_is_the_same_everywhere,
    text_sorts_by_bytes,
    a_filter_may_ask_another_table,
);

fn value(column: &str) -> BoxedStrategy<Value> {
    match column {
        "title" => select(vec!["", "a", "A", "ab", "路灯", "井盖", "Ä", "😀"])
            .prop_map(Value::from)
            .boxed(),
        "code" => (0_i64..60).prop_map(|it| Value::from(format!("c{it}"))).boxed(),
        _ => prop_oneof![9 => (-4_i64..12).prop_map(Value::Int), 1 => Just(Value::Null)].boxed(),
    }
}

fn leaf() -> impl Strategy<Value = Filter> {
    let op = select(vec![Cmp::Eq, Cmp::Ne, Cmp::Lt, Cmp::Le, Cmp::Gt, Cmp::Ge]);
    let column = select(vec!["rid", "rank", "n", "title", "code", "x"]);
    (column, op, 0..6).prop_flat_map(|(column, op, kind)| {
        let name = column.to_owned();
        let leaf = (proptest::collection::vec(value(column), 2..6), "[a%_路灯b\\\\]{0,3}").prop_map(move |(values, pattern)| {
            let (low, high) = (
                values[0].clone().min(values[1].clone()),
                values[0].clone().max(values[1].clone()),
            );
            match kind {
                0 => Filter::IsNull(name.clone()),
                1 => Filter::In {
                    column: name.clone(),
                    values,
                },
                2 => Filter::Between {
                    column: name.clone(),
                    low,
                    high,
                },
                3 => Filter::Like {
                    column: "title".to_owned(),
                    pattern: pattern.replace('\\', "\\\\"),
                },
                _ => Filter::cmp(name.clone(), op, low),
            }
        });
        leaf.boxed()
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![8 => leaf(), 1 => Just(Filter::True), 1 => Just(Filter::False)];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Filter::Or),
            inner.prop_map(|it| Filter::Not(Box::new(it))),
        ]
    })
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![1 => Just(Scope::All), 5 => proptest::collection::vec(leaf(), 0..5).prop_map(Scope::Branches)]
}

pub fn sort() -> impl Strategy<Value = Vec<Sort>> {
    let one = (select(vec!["rank", "n", "title", "code", "rid"]), any::<bool>()).prop_map(|(column, descending)| Sort {
        column: column.to_owned(),
        descending,
    });
    proptest::collection::vec(one, 0..3)
}

async fn random_filters_and_scopes_give_the_rows_of_the_model(it: Fixture) {
    let rows = things(60);
    load(&it.store, &rows).await;
    let (store, rows) = (&it.store, &rows);
    property(
        150,
        (filter(), scope(), sort(), 0_u32..70),
        |(filter, scope, sort, limit)| async move {
            let select = Select {
                scope: scope.clone(),
                ..Select::new("thing", &["rid", "title"], Scope::All)
            };
            let select = select.filter(filter.clone()).sort(sort).limit(limit);
            let total = store.order(&select).expect("order");
            let mut expected: Vec<&Thing> = rows.iter().filter(|it| visible(it, &filter, &scope)).collect();
            expected.sort_by(|a, b| order(a, b, &total));
            let count = store.count(&select, 20).await.expect("count");
            assert_eq!(
                (count.value, count.exact),
                (expected.len().min(20) as u64, expected.len() <= 20),
                "{select:?}"
            );
            let expected: Vec<_> = expected
                .into_iter()
                .take(limit as usize)
                .map(|it| row(it, &["rid", "title"]))
                .collect();
            assert_eq!(store.select(&select).await, Ok(expected), "{select:?}");
        },
    );
}

fn polygon() -> impl Strategy<Value = Polygon> {
    let point = || (0_i64..12, 0_i64..12);
    let ring = proptest::collection::vec(point(), 1..7);
    proptest::collection::vec(ring, 1..3).prop_map(|rings| Polygon { rings })
}

async fn points_in_shapes_as_the_model_has_them(it: Fixture) {
    let rows = things(200);
    load(&it.store, &rows).await;
    let (store, rows) = (&it.store, &rows);
    let shape = proptest::collection::vec(polygon(), 1..3).prop_map(|polygons| Shape { polygons });
    property(100, shape, |shape| async move {
        let filter = Filter::Intersects {
            x: "x".to_owned(),
            y: "y".to_owned(),
            shape,
        };
        let expected: Vec<_> = rows
            .iter()
            .filter(|it| visible(it, &filter, &Scope::All))
            .map(|it| row(it, &["rid"]))
            .collect();
        let select = Select::new("thing", &["rid"], Scope::All).filter(filter).limit(500);
        assert_eq!(store.select(&select).await, Ok(expected), "{select:?}");
    });
}

async fn far_points_and_fine_borders(it: Fixture) {
    let store = &it.store;
    let degree = 10_000_000_i64;
    let origin = (119 * degree + 1_234_567, 29 * degree + 7_654_321);
    // A star of 250 points with borders that are no grid lines.
    let ring: Vec<Point> = (0..250_i64)
        .map(|at| {
            let (angle, reach) = (at as f64 * std::f64::consts::TAU / 250.0, if at % 2 == 0 { 9.9 } else { 4.3 });
            (
                origin.0 + (angle.cos() * reach * degree as f64) as i64,
                origin.1 + (angle.sin() * reach * degree as f64) as i64,
            )
        })
        .collect();
    let mut points: Vec<Point> = ring.iter().step_by(10).copied().collect();
    points.extend(
        ring.iter()
            .step_by(7)
            .flat_map(|it| [(it.0 + 1, it.1), (it.0, it.1 - 1), (it.0 - 1, it.1 + 1)]),
    );
    points.extend(ring.windows(2).map(|it| ((it[0].0 + it[1].0) / 2, (it[0].1 + it[1].1) / 2)));
    points.extend([
        origin,
        (0, 0),
        (180 * degree, 90 * degree),
        (i64::MAX, i64::MIN),
        (i64::MIN, i64::MAX),
    ]);
    let rows = points
        .iter()
        .zip(1..)
        .map(|(it, rid)| new_thing(rid, [("x", it.0.into()), ("y", it.1.into())]))
        .collect();
    write(store, rows).await.expect("points");
    let shape = Shape::ring(ring);
    let expected: Vec<_> = points
        .iter()
        .zip(1_i64..)
        .filter(|(it, _)| intersects(**it, &shape))
        .map(|(_, rid)| vec![Value::Int(rid)])
        .collect();
    assert!(expected.len() > 100 && expected.len() < points.len() - 100);
    let filter = |shape: Shape| Filter::Intersects {
        x: "x".to_owned(),
        y: "y".to_owned(),
        shape,
    };
    let select = |shape: Shape| Select::new("thing", &["rid"], Scope::All).filter(filter(shape)).limit(1000);
    assert_eq!(store.select(&select(shape.clone())).await, Ok(expected));
    let refused = [
        Shape { polygons: vec![] },
        Shape::ring(vec![]),
        Shape::ring((0..501).map(|it| (it, it * it % 77)).collect()),
        Shape::bbox((0, 0), (20 * degree + 1, 1)),
        Shape::bbox((179 * degree, 0), (181 * degree, 1)),
    ];
    for shape in refused {
        assert!(matches!(
            store.select(&select(shape)).await,
            Err(yiwang_store::Error::Invalid(_))
        ));
    }
}

async fn like_is_the_same_everywhere(it: Fixture) {
    let texts = [
        "",
        "a",
        "A",
        "ab",
        "aXb",
        "100%",
        "a_b",
        "a\\b",
        "路灯",
        "路灯坏了",
        "😀",
        "Straße",
        "line\nbreak",
    ];
    let rows = texts
        .iter()
        .zip(1..)
        .map(|(text, rid)| new_thing(rid, [("title", (*text).into())]))
        .collect();
    write(&it.store, rows).await.expect("rows");
    for pattern in [
        "", "%", "_", "a%", "A%", "%b", "a_b", "a\\_b", "a\\\\b", "%\\%", "路_", "%灯%", "__", "str%", "%\n%", "\\a", "a%b%",
    ] {
        let matches = |text: &&str| crate::model::like(&text.chars().collect::<Vec<_>>(), &pattern.chars().collect::<Vec<_>>());
        let expected: Vec<Vec<Value>> = texts.iter().filter(|it| matches(it)).map(|it| vec![(*it).into()]).collect();
        let filter = Filter::Like {
            column: "title".to_owned(),
            pattern: pattern.to_owned(),
        };
        let select = Select::new("thing", &["title"], Scope::All).filter(filter);
        assert_eq!(it.store.select(&select).await, Ok(expected), "{pattern}");
    }
}

async fn text_sorts_by_bytes(it: Fixture) {
    let mut texts = [
        "b", "a", "B", "A", "ä", "z", "中", "阿", "张", "龙", "😀", "\u{ff21}", "a b", "a-b", "ab", "10", "9", "É", "e",
    ];
    let rows = texts
        .iter()
        .zip(1..)
        .map(|(text, rid)| new_thing(rid, [("title", (*text).into())]))
        .collect();
    write(&it.store, rows).await.expect("rows");
    texts.sort_unstable();
    let expected: Vec<Vec<Value>> = texts.iter().map(|it| vec![(*it).into()]).collect();
    let select = Select::new("thing", &["title"], Scope::All);
    assert_eq!(
        it.store.select(&select.clone().sort([Sort::up("title")])).await,
        Ok(expected.clone())
    );
    let above = select.filter(Filter::cmp("title", Cmp::Gt, "张")).sort([Sort::up("title")]);
    let expected: Vec<_> = expected.into_iter().filter(|it| it[0] > "张".into()).collect();
    assert_eq!(it.store.select(&above).await, Ok(expected));
}

async fn a_filter_may_ask_another_table(it: Fixture) {
    let store = &it.store;
    let list = (1..=9)
        .map(|rid| new_thing(rid, [("n", (rid % 4).into()), ("rank", (rid % 2).into())]))
        .collect();
    write(store, list).await.expect("rows");
    let inner = |scope: Scope| Select::new("thing", &["n"], scope).filter(Filter::eq("rank", 1)).limit(0);
    let outer = |scope: Scope| {
        let filter = Filter::InSelect {
            column: "rid".to_owned(),
            query: Box::new(inner(scope)),
        };
        Select::new("thing", &["rid"], Scope::All).filter(filter)
    };
    let ids = async |select: Select| {
        store
            .select(&select)
            .await
            .expect("rows")
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(outer(Scope::All)).await, [1.into(), 3.into()]);
    assert_eq!(ids(outer(Scope::nothing())).await, []);
    let branches = Scope::Branches(vec![Filter::eq("rid", 1), Filter::eq("rid", 5)]);
    assert_eq!(ids(outer(branches)).await, [1.into()]);
}

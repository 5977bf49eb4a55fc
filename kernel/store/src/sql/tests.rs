//! The SQL text of typical statements, per dialect. `INSTA_UPDATE=always` accepts a wanted change.

use std::fmt::Write as _;

use crate::catalogue::Catalogue;
use crate::sql::{self, Dialect, Physical, Statement, Way};
use crate::{
    Aggregate, Batch, Change, Cmp, Column, ColumnType, Filter, Index, Lead, Lock, Measure, Scope, Select, Shape, Sort, Table,
    Value, Write,
};

fn tables() -> Vec<Table> {
    vec![
        Table {
            name: "matter".to_owned(),
            columns: vec![
                Column::required("rid", ColumnType::Int),
                Column::required("id", ColumnType::Text),
                Column::required("version", ColumnType::Int),
                Column::required("created_at", ColumnType::Int),
                Column::new("division", ColumnType::Text),
                Column::new("title", ColumnType::Text),
                Column::new("x", ColumnType::Int),
                Column::new("y", ColumnType::Int),
                Column::new("area", ColumnType::Bytes),
            ],
            key: vec!["rid".to_owned()],
            indexes: vec![
                Index::unique("id", &["id"]),
                Index::new("division_created", &["division", "created_at"]),
                Index {
                    where_not_null: vec!["x".to_owned(), "y".to_owned()],
                    ..Index::new("place", &["x", "y"])
                },
            ],
        },
        Table {
            name: "branch".to_owned(),
            columns: vec![
                Column::required("above", ColumnType::Text),
                Column::required("below", ColumnType::Text),
            ],
            key: vec!["above".to_owned(), "below".to_owned()],
            indexes: vec![Index::new("below", &["below"])],
        },
    ]
}

struct Page(String, Dialect, Catalogue);

impl Page {
    fn put(&mut self, title: &str, it: &Statement) {
        let Statement { text, params, .. } = it;
        writeln!(self.0, "-- {title}\n{text}\n-- {params:?}\n").expect("a String takes it");
    }

    fn select(&mut self, title: &str, it: &Select) {
        self.select_by(title, it, Lead::Conditions);
    }

    fn select_by(&mut self, title: &str, it: &Select, lead: Lead) {
        let statement = sql::select(self.1, &self.2, it, lead).expect(title);
        self.put(title, &statement);
    }
}

fn page(dialect: Dialect) -> String {
    let (statements, infos) = sql::migration(dialect, &Physical::default(), &tables()).expect("migration");
    let mut page = Page(String::new(), dialect, Catalogue::default().with(infos));
    writeln!(page.0, "-- migration\n{}\n", statements.join("\n")).expect("a String takes it");
    reads(&mut page);
    writes(&mut page);
    page.0
}

fn reads(page: &mut Page) {
    let (dialect, catalogue) = (page.1, page.2.clone());
    let point = sql::point(dialect, &catalogue, "matter", &[("id", "x".into())], &["rid", "title"]).expect("point");
    page.put("a row by its outer id", &point);
    let all = Select::new("matter", &["id", "title"], Scope::All);
    page.select("newest first", &all.clone().sort([Sort::down("created_at")]));
    let next = Select {
        after: Some(vec![9.into(), 4.into()]),
        ..all.clone().sort([Sort::down("created_at")])
    };
    page.select("the next page", &next);
    let nulls = Select {
        after: Some(vec!["甲".into(), 4.into()]),
        ..all.clone().sort([Sort::down("division")])
    };
    page.select("the next page over a column that may be NULL", &nulls);
    let scope = Scope::Branches(vec![
        Filter::eq("division", "330781"),
        Filter::within("division", ["330701", "330702", "330703"]),
    ]);
    let scoped = Select {
        scope,
        ..all
            .clone()
            .sort([Sort::down("created_at")])
            .filter(Filter::cmp("version", Cmp::Gt, 1))
    };
    page.select("a union of scope branches", &scoped);
    page.select_by("the same where many rows match", &scoped, Lead::Order);
    let in_division = scoped.clone().filter(Filter::And(vec![
        Filter::eq("division", "330781"),
        Filter::cmp("version", Cmp::Gt, 1),
        Filter::cmp("created_at", Cmp::Lt, 9),
    ]));
    page.select_by("an equality that helps the order", &in_division, Lead::Order);
    page.put("its count", &sql::count(dialect, &catalogue, &scoped, 1000).expect("count"));
    page.select(
        "no branch, no rows",
        &Select {
            scope: Scope::nothing(),
            ..all.clone()
        },
    );
    let below = Select::new("branch", &["below"], Scope::All).filter(Filter::eq("above", "330781"));
    let filter = Filter::And(vec![
        Filter::InSelect {
            column: "division".to_owned(),
            query: Box::new(below),
        },
        Filter::Not(Box::new(Filter::Like {
            column: "title".to_owned(),
            pattern: "%路灯\\_%".to_owned(),
        })),
        Filter::Or(vec![
            Filter::is_null("x"),
            Filter::Between {
                column: "x".to_owned(),
                low: 1.into(),
                high: 2.into(),
            },
        ]),
    ]);
    page.select("filters", &all.clone().filter(filter));
    let shape = Shape::ring(vec![(0, 0), (10, 0), (0, 10)]);
    let filter = Filter::Intersects {
        x: "x".to_owned(),
        y: "y".to_owned(),
        shape,
    };
    page.select("points in a triangle", &all.filter(filter));
    let aggregate = Aggregate {
        table: "matter".to_owned(),
        filter: Filter::True,
        scope: Scope::Branches(vec![Filter::eq("division", "a"), Filter::eq("division", "b")]),
        group: vec!["division".to_owned()],
        measures: vec![
            Measure::Count(Filter::True),
            Measure::Count(Filter::is_set("title")),
            Measure::Sum("version".to_owned(), Filter::cmp("created_at", Cmp::Ge, 5)),
            Measure::Max("title".to_owned()),
        ],
    };
    page.put(
        "an aggregate",
        &sql::aggregate(dialect, &catalogue, &aggregate).expect("aggregate"),
    );
    page.put("the change log", &sql::changes(dialect, 8, 100));
}

fn writes(page: &mut Page) {
    let (dialect, catalogue) = (page.1, page.2.clone());
    for lock in [
        Lock::row("matter", [("rid", 1.into())], &["version"]),
        Lock::Counter("2026".to_owned()),
    ] {
        page.put("a lock", &sql::lock(dialect, &catalogue, &lock).expect("lock"));
    }
    let row = |rid: i64| {
        Write::insert(
            "branch",
            vec![("above".into(), rid.to_string().into()), ("below".into(), "x".into())],
        )
    };
    let key = || vec![("rid".into(), Value::Int(1))];
    let set = || vec![("title".into(), Value::from("新")), ("version".into(), Value::Int(2))];
    let writes = vec![
        row(1),
        row(2),
        row(3),
        Write::Update {
            table: "matter".into(),
            key: key(),
            set: set(),
            expect: Some(1),
        },
        Write::Update {
            table: "matter".into(),
            key: key(),
            set: set(),
            expect: None,
        },
        Write::Upsert {
            table: "branch".into(),
            key: vec![("above".into(), "1".into()), ("below".into(), "2".into())],
            row: vec![],
        },
        Write::Delete {
            table: "matter".into(),
            key: key(),
        },
    ];
    let change = |version: i64| Change {
        register: "matter".into(),
        id: "u".into(),
        rid: 1,
        version,
        kind: "update".into(),
    };
    let batch = Batch {
        writes,
        changes: vec![change(1), change(2)],
        counters: vec![("2026".to_owned(), 5)],
        bump_rights: true,
        bump_definitions: false,
    };
    let first = (dialect == Dialect::Sqlite).then_some(11);
    for it in sql::batch(dialect, &catalogue, batch, first).expect("batch") {
        page.put("a write", &it.statement);
    }
}

#[test]
fn sqlite_text() {
    insta::assert_snapshot!("statements.sqlite", page(Dialect::Sqlite));
}

#[test]
fn postgres_text() {
    insta::assert_snapshot!("statements.postgres", page(Dialect::Postgres));
}

#[test]
fn index_names_fit_and_differ() {
    let check = |table: &str, index: &str| {
        let name = sql::physical_index_name(table, index);
        assert!(name.len() <= 60, "{name}");
        name
    };
    assert_eq!(check("matter", "id"), "ix_matter_id");
    let long = "a".repeat(40);
    assert_ne!(check(&long, &format!("{long}1")), check(&long, &format!("{long}2")));
}

#[test]
fn the_way_to_the_rows_is_told_where_postgresql_guesses_badly() {
    let (_, infos) = sql::migration(Dialect::Postgres, &Physical::default(), &tables()).expect("migration");
    let catalogue = Catalogue::default().with(infos);
    let all = Select::new("matter", &["id"], Scope::All);
    let branches = vec![Filter::eq("division", "a"), Filter::eq("division", "b")];
    let either = Filter::Or(vec![Filter::eq("id", "x"), Filter::eq("title", "x")]);
    for (title, select, lead, way) in [
        (
            "keys that are the order",
            all.clone().filter(Filter::within("rid", [1, 2])),
            Lead::Conditions,
            Way::Index,
        ),
        (
            "keys that are not",
            all.clone().filter(Filter::within("id", ["a", "b"])),
            Lead::Conditions,
            Way::Early,
        ),
        (
            "one of two conditions",
            all.clone().filter(either),
            Lead::Conditions,
            Way::Free,
        ),
        ("any order", all.clone().sort([Sort::down("title")]), Lead::Order, Way::Early),
        (
            "branches that an index orders",
            Select {
                scope: Scope::Branches(branches),
                ..all.sort([Sort::down("created_at")])
            },
            Lead::Conditions,
            Way::Index,
        ),
    ] {
        let found = sql::select(Dialect::Postgres, &catalogue, &select, lead).expect(title).way;
        assert_eq!(found, way, "{title}");
    }
}

//! A fresh store on either database, one table, and random inputs.

use std::future::Future;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config as PropertyConfig, TestRunner};
use tempfile::TempDir;
use yiwang_store::{
    Batch, Change, Column, ColumnType, Config, Decision, Error, Index, Name, Options, Plan, Store, Table, Value, Write,
};
use yiwang_testkit::postgres::{self, TestDatabase};

/// Runs each function with a fresh fixture on SQLite and on PostgreSQL.
macro_rules! both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::sqlite().await).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::postgres().await).await;
            })*
        }
    };
}
pub(crate) use both;

pub struct Fixture {
    pub store: Store,
    pub place: Place,
}

pub enum Place {
    Folder(TempDir),
    Database(TestDatabase),
}

impl Place {
    pub fn config(&self, options: Options) -> Config {
        match self {
            Place::Folder(it) => Config::sqlite(it.path()).with(options),
            Place::Database(it) => Config::postgres(&it.url).with(options),
        }
    }
}

impl Fixture {
    pub async fn new(place: Place, options: Options) -> Fixture {
        let store = Store::open(place.config(options)).await.expect("open");
        store.migrate(&[thing()]).await.expect("migrate");
        Fixture { store, place }
    }

    /// Another node on the same database; SQLite has only one.
    pub async fn second(&self) -> Store {
        match &self.place {
            Place::Folder(_) => self.store.clone(),
            Place::Database(_) => {
                let store = Store::open(self.place.config(options())).await.expect("open");
                store.migrate(&[thing()]).await.expect("migrate");
                store
            }
        }
    }

    /// The same database opened anew, as after a restart.
    pub async fn reopened(self, options: Options) -> Fixture {
        self.store.close().await;
        Fixture::new(self.place, options).await
    }
}

pub fn options() -> Options {
    Options {
        run_plans_twice: true,
        ..Options::default()
    }
}

pub async fn sqlite() -> Fixture {
    Fixture::new(Place::Folder(tempfile::tempdir().expect("a folder")), options()).await
}

pub async fn postgres() -> Fixture {
    Fixture::new(Place::Database(postgres::database().await), options()).await
}

pub fn thing() -> Table {
    Table {
        name: "thing".to_owned(),
        columns: vec![
            Column::required("rid", ColumnType::Int),
            Column::required("version", ColumnType::Int),
            Column::required("rank", ColumnType::Int),
            Column::new("code", ColumnType::Text),
            Column::new("title", ColumnType::Text),
            Column::new("n", ColumnType::Int),
            Column::new("x", ColumnType::Int),
            Column::new("y", ColumnType::Int),
            Column::new("blob", ColumnType::Bytes),
        ],
        key: vec!["rid".to_owned()],
        indexes: vec![
            Index::unique("code", &["code"]),
            Index {
                where_not_null: vec!["blob".to_owned()],
                ..Index::unique("pair", &["title", "n"])
            },
            Index::new("rank", &["rank", "rid"]),
            Index::new("n", &["n"]),
        ],
    }
}

/// `[("a", value)]` as the cells of a write.
pub fn cells<const N: usize>(list: [(&'static str, Value); N]) -> Vec<(Name, Value)> {
    list.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// A new row with the required columns and these.
pub fn new_thing<const N: usize>(rid: i64, more: [(&'static str, Value); N]) -> Write {
    let mut row = cells([("rid", rid.into()), ("version", 1.into())]);
    if !more.iter().any(|(name, _)| *name == "rank") {
        row.push(("rank".into(), 0.into()));
    }
    row.extend(cells(more));
    Write::insert("thing", row)
}

pub fn batch(writes: Vec<Write>) -> Batch {
    Batch {
        writes,
        ..Batch::default()
    }
}

/// A plan without locks that writes this.
pub fn writing(batch: Batch) -> Plan<()> {
    Plan::new(Vec::new(), move |_| Decision::Commit(batch.clone(), ()))
}

pub async fn write(store: &Store, writes: Vec<Write>) -> Result<(), Error> {
    store.commit(writing(batch(writes))).await
}

pub fn change(rid: i64, version: i64) -> Change {
    Change {
        register: "thing".into(),
        id: format!("id-{rid}").into(),
        rid,
        version,
        kind: "update".into(),
    }
}

/// Runs an asynchronous property from a test on a runtime of several threads.
pub fn property<S: Strategy, F: Future<Output = ()>>(cases: u32, strategy: S, body: impl Fn(S::Value) -> F) {
    let config = PropertyConfig {
        cases,
        failure_persistence: None,
        ..PropertyConfig::default()
    };
    let handle = tokio::runtime::Handle::current();
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&strategy, |input| {
            handle.block_on(body(input));
            Ok(())
        })
    });
    outcome.unwrap_or_else(|it| panic!("{it}"));
}

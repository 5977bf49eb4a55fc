//! A fresh system in one line: a private database, a clock that stands, the definitions a test brings.

use std::sync::Arc;

use yiwang_authz::{Seat, Subject, SubjectKind};
use yiwang_process::Processes;
use yiwang_records::{Ctx, KeyRing, Options, Records};
use yiwang_registry::{Registry, SourceFile};
use yiwang_store::{Config, Store};
use yiwang_types::Offset;

use crate::postgres::{self, TestDatabase};
use crate::time::{ManualClock, SeededEntropy};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// SQLite in a temporary folder.
    Sqlite,
    /// PostgreSQL on the shared throw-away cluster.
    Postgres,
}

/// Both databases, for tests that must hold on each.
pub const BOTH: [On; 2] = [On::Sqlite, On::Postgres];

/// A system of its own.
pub struct TestSystem {
    /// The pipeline.
    pub records: Records,
    /// The definitions.
    pub registry: Arc<Registry>,
    /// The engine.
    pub processes: Processes,
    /// The clock; it stands until it is moved.
    pub clock: Arc<ManualClock>,
    config: Config,
    files: Vec<SourceFile>,
    _folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

impl TestSystem {
    /// Opens a system at Friday 2026-10-09 09:00 in China. Every plan's function runs twice. Panics with the reason when it cannot.
    pub async fn open(on: On, files: &[(&str, &str)]) -> TestSystem {
        let folder = tempfile::tempdir().unwrap_or_else(|err| panic!("temporary folder: {err}"));
        let database = match on {
            On::Sqlite => None,
            On::Postgres => Some(postgres::database().await),
        };
        let config = match &database {
            None => Config::sqlite(folder.path()),
            Some(it) => Config::postgres(&it.url),
        };
        let config = config.with(yiwang_store::Options {
            run_plans_twice: true,
            ..yiwang_store::Options::default()
        });
        let files: Vec<SourceFile> = files
            .iter()
            .map(|(path, text)| SourceFile {
                path: (*path).to_owned(),
                bytes: text.as_bytes().into(),
            })
            .collect();
        let clock = Arc::new(ManualClock::at("2026-10-09T09:00:00+08:00"));
        let parts = node(&config, &files, Arc::clone(&clock)).await;
        TestSystem {
            records: parts.0,
            registry: parts.1,
            processes: parts.2,
            clock,
            config,
            files,
            _folder: folder,
            _database: database,
        }
    }

    /// A second node on the same database. PostgreSQL only: a SQLite folder has one process.
    pub async fn second_node(&self) -> (Records, Arc<Registry>, Processes) {
        node(&self.config, &self.files, Arc::clone(&self.clock)).await
    }

    /// A context of somebody in a department with roles, responsible for divisions.
    pub async fn staff(&self, user: &str, department: &str, roles: &[&str], divisions: &[&str]) -> Ctx {
        let epoch = self.records.epochs().await.map(|it| it.rights).unwrap_or_default();
        Ctx::new(Arc::new(staff(user, department, roles, divisions, epoch)))
    }
}

/// A subject without registers behind it.
pub fn staff(user: &str, department: &str, roles: &[&str], divisions: &[&str], rights_epoch: i64) -> Subject {
    let owned = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let seat = Seat {
        post: format!("post of {user}"),
        department: department.to_owned(),
        department_path: owned(&[department]),
        departments_below: owned(&[department]),
        divisions: owned(divisions),
        roles: owned(roles),
    };
    Subject {
        kind: SubjectKind::Staff,
        id: user.to_owned(),
        name: format!("名{user}"),
        seats: vec![seat],
        on_behalf: None,
        rights_epoch,
    }
}

async fn node(config: &Config, files: &[SourceFile], clock: Arc<ManualClock>) -> (Records, Arc<Registry>, Processes) {
    let entropy = Arc::new(SeededEntropy::new(7));
    let store = Store::open(config.clone()).await.unwrap_or_else(|err| panic!("store: {err}"));
    let keys = KeyRing::parse(&KeyRing::generate(&SeededEntropy::new(1))).unwrap_or_else(|err| panic!("keys: {err}"));
    let options = Options {
        store,
        keys,
        clock,
        entropy,
        offset: Offset::CHINA,
    };
    let records = Records::open(options).await.unwrap_or_else(|err| panic!("records: {err}"));
    let registry = Registry::open(records.clone(), files)
        .await
        .unwrap_or_else(|err| panic!("registry: {err}"));
    let broken: Vec<String> = registry.current().diagnostics.iter().map(ToString::to_string).collect();
    assert!(broken.is_empty(), "definitions of the test:\n{}", broken.join("\n"));
    let registry = Arc::new(registry);
    let processes = Processes::open(records.clone(), Arc::clone(&registry))
        .await
        .unwrap_or_else(|err| panic!("process: {err}"));
    (records, registry, processes)
}

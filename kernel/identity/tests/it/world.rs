//! A small town on a fresh database, and nodes that share it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use serde_json::{Map, Value as Json};
use yiwang_identity::{Identity, Site, load_seeds, package};
use yiwang_model::{Model, SourceFile};
use yiwang_records::{Ctx, KeyRing, Records};
use yiwang_store::{Config, Options, Store};
use yiwang_testkit::postgres::{TestDatabase, database};
use yiwang_types::{Clock, Code, Entropy, Fault, Instant, Offset, Sm3Digest};

/// The password of the town's users.
pub const PASSWORD: &str = "Plum-blossom-7";
const USERS: [&str; 4] = ["admin", "li", "wang", "retired"];

/// An app with the roles of the town and a register to write to.
const APP: &[(&str, &str)] = &[
    (
        "apps/town/app.yaml",
        "format: 1\napp: town\ntitle: 小镇\nprovides: [note]\nneeds: [division, department, post, role, user]\n",
    ),
    (
        "apps/town/registers/note.yaml",
        "format: 1\nregister: note\ntitle: 便条\ndivision: division\nfields:\n  - {name: title, title: 标题, type: text, required: true}\n",
    ),
    (
        "apps/town/roles.yaml",
        r#"format: 1
roles:
  - {role: clerk, title: 办事员, grants: [{register: note, actions: [read, create], scope: division}]}
  - {role: chief, title: 值班长, grants: [{register: note, actions: [read, create, update], scope: all}]}
  - {role: reader, title: 查阅员, grants: [{register: note, actions: [read], scope: all}]}
  - {role: "job:night", title: 夜间作业, grants: [{register: note, actions: [read, delete], scope: all}]}
"#,
    ),
];

const SEEDS: &[(&str, &str)] = &[
    (
        "overlays/town/overlay.yaml",
        "format: 1\nplace: town\ntitle: 小镇\ndivision: \"990101\"\n",
    ),
    (
        "overlays/town/seed/10_division.yaml",
        r#"format: 1
register: division
records:
  - {code: "990101", title: 小县, level: county}
  - {code: "990101100", title: 北镇, level: town, parent: "990101"}
  - {code: "990101101", title: 南镇, level: town, parent: "990101"}
  - {code: "990101100001", title: 河边村, level: village, parent: "990101100"}
"#,
    ),
    (
        "overlays/town/seed/20_department.yaml",
        r#"format: 1
register: department
records:
  - {code: mayor, title: 小县人民政府, short_title: 县政府, kind: government, order: 20}
  - {code: works, title: 小县住房和城乡建设局, kind: government, parent: mayor, order: 40}
  - {code: party, title: 中共小县委员会, short_title: 县委, kind: party, order: 10}
  - {code: roads, title: 小县市政处, kind: institution, parent: works, order: 50}
  - {code: water, title: 小县供水有限公司, short_title: 供水公司, kind: external, contract_from: 2026-01-01, contract_until: 2026-12-31}
  - {code: finance, title: 小县财政局, kind: government, parent: mayor, order: 30}
"#,
    ),
    (
        "overlays/town/seed/30_post.yaml",
        r#"format: 1
register: post
records:
  - {code: works_clerk, title: 住建局办事员, department: works, divisions: ["990101100"], roles: [clerk], order: 10}
  - {code: mayor_chief, title: 值班长, department: mayor, divisions: ["990101"], roles: [chief], order: 20}
  - {code: keeper, title: 系统管理员, department: mayor, roles: [admin], order: 10}
"#,
    ),
    (
        "overlays/town/seed/40_user.yaml",
        r#"format: 1
register: user
records:
  - {username: li, name: 李晓明, posts: [works_clerk], phone: "19900000001", order: 1}
  - {username: wang, name: 王建国, posts: [mayor_chief], order: 2}
  - {username: admin, name: 余知行, posts: [keeper], order: 3}
  - {username: retired, name: 赵先生, posts: [works_clerk], disabled: true, order: 4}
  - {username: new_one, name: 钱小姐, posts: [works_clerk]}
"#,
    ),
];

/// A clock that stands still until it is moved.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn forward_millis(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn forward_minutes(&self, minutes: i64) {
        self.forward_millis(minutes * 60_000);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// The same bytes in every run, other bytes on every node.
struct SeededEntropy {
    node: u64,
    count: AtomicU64,
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let count = self.count.fetch_add(1, Ordering::SeqCst);
            let digest = Sm3Digest::of(&[self.node.to_be_bytes(), count.to_be_bytes()].concat());
            chunk.copy_from_slice(&digest.as_bytes()[..chunk.len()]);
        }
    }
}

enum Home {
    /// One process holds the folder, so the nodes share the store.
    Sqlite(Store, #[expect(dead_code, reason = "removes the folder")] tempfile::TempDir),
    /// Every node has its own connections.
    Postgres(TestDatabase),
}

/// A database, a clock, the definitions.
pub struct World {
    home: Home,
    pub clock: Arc<ManualClock>,
    files: Vec<SourceFile>,
    nodes: AtomicU64,
}

/// One node.
pub struct Node {
    pub records: Records,
    pub identity: Identity,
}

impl World {
    pub async fn sqlite() -> World {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Config::sqlite(folder.path()).with(options())).await.unwrap();
        World::at(Home::Sqlite(store, folder))
    }

    pub async fn postgres() -> World {
        World::at(Home::Postgres(database().await))
    }

    fn at(home: Home) -> World {
        let start = Instant::parse("2026-10-09T09:00:00+08:00").unwrap();
        let clock = Arc::new(ManualClock(AtomicI64::new(start.millis())));
        World {
            home,
            clock,
            files: [package(), sources(APP), sources(SEEDS)].concat(),
            nodes: AtomicU64::new(0),
        }
    }

    /// The same with other files than those of the town.
    pub fn with_files(self, files: Vec<SourceFile>) -> World {
        World {
            files: [package(), sources(APP), files].concat(),
            ..self
        }
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// A node with the definitions in force and nothing loaded.
    pub async fn node(&self) -> Node {
        let node = self.nodes.fetch_add(1, Ordering::SeqCst);
        let store = match &self.home {
            Home::Sqlite(store, _) => store.clone(),
            Home::Postgres(database) => Store::open(Config::postgres(&database.url).with(options())).await.unwrap(),
        };
        let entropy = Arc::new(SeededEntropy {
            node,
            count: AtomicU64::new(0),
        });
        // All nodes of an installation share its keys.
        let keys = KeyRing::parse(&KeyRing::generate(&SeededEntropy {
            node: u64::MAX,
            count: AtomicU64::new(0),
        }))
        .unwrap();
        let clock: Arc<dyn Clock> = self.clock.clone();
        let options = yiwang_records::Options {
            store,
            keys,
            clock,
            entropy,
            offset: Offset::CHINA,
        };
        let records = Records::open(options).await.unwrap();
        records.install(load(&self.files)).await.unwrap();
        let identity = Identity::open(records.clone()).await.unwrap();
        Node { records, identity }
    }

    /// A node of the town: seeds loaded, four users with the password.
    pub async fn town(&self) -> Node {
        let node = self.node().await;
        load_seeds(&node.records, &node.records.model().seeds).await.unwrap();
        assert_eq!(node.identity.demo_users(Site::Demo, &USERS, PASSWORD).await.unwrap(), 4);
        node
    }
}

impl Node {
    pub async fn id_of(&self, username: &str) -> String {
        self.identity
            .directory()
            .await
            .unwrap()
            .person_named(username)
            .unwrap()
            .id
            .clone()
    }

    /// A context of a user as the API makes it.
    pub async fn ctx(&self, username: &str) -> Ctx {
        let subject = self.identity.subject_of(&self.id_of(username).await).await.unwrap();
        Ctx {
            refresh: Some(self.identity.refresh()),
            ..Ctx::new(subject)
        }
    }

    /// Changes a record of a system register as the administrator.
    pub async fn change(&self, register: &str, field: &str, key: &str, values: Json) -> Result<(), Fault> {
        let found = self.records.system("test").find(register, field, key).await.unwrap().unwrap();
        let ctx = self.ctx("admin").await;
        self.records
            .update(&ctx, register, &found.id, found.version, &object(values))
            .await
            .map(|_| ())
    }

    pub async fn sign_in(&self, username: &str) -> String {
        self.identity.sign_in(username, PASSWORD, "10.0.0.7").await.unwrap().token
    }

    pub async fn session_code(&self, token: &str) -> Option<Code> {
        self.identity.session(token).await.err().map(|it| it.code)
    }

    /// The acts on the audit chains, in order of time.
    pub async fn audited(&self, acts: &[&str]) -> Vec<String> {
        use yiwang_store::{Filter, Scope, Select, Sort};
        let filter = Filter::within("act", acts.iter().copied());
        let select = Select::new("yw_audit", &["act"], Scope::All)
            .filter(filter)
            .sort(vec![Sort::up("rid")])
            .limit(100);
        let rows = self.records.store().select(&select).await.unwrap();
        rows.iter().map(|it| it[0].as_text().unwrap().to_owned()).collect()
    }

    pub async fn audit_is_whole(&self) {
        let report = self.records.verify_audit().await.unwrap();
        assert_eq!(report.findings.len(), 0, "{:?}", report.findings);
        assert!(report.rows > 0);
    }
}

/// The Model of files without a mistake.
pub fn load(files: &[SourceFile]) -> Model {
    let (model, diagnostics) = yiwang_model::load(files);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    model
}

pub fn object(values: Json) -> Map<String, Json> {
    values.as_object().unwrap().clone()
}

pub fn sources(files: &[(&str, &str)]) -> Vec<SourceFile> {
    files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().into(),
        })
        .collect()
}

/// The folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

fn options() -> Options {
    Options {
        run_plans_twice: true,
        write_connections: 2,
        list_connections: 2,
        report_connections: 1,
        ..Options::default()
    }
}

/// Runs each test on both databases.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$name($crate::world::World::sqlite().await).await })*
        }
        mod postgres {
            $(#[tokio::test] async fn $name() { super::$name($crate::world::World::postgres().await).await })*
        }
    };
}
pub(crate) use on_both;

//! A county with its people and no geography: what the binary has before it loads the demo.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::BoxFuture;
use yiwang_app_urban::{Cast, DemoReport, Progress};
use yiwang_authz::Subject;
use yiwang_identity::Identity;
use yiwang_process::Processes;
use yiwang_records::{Ctx, KeyRing, Options, Records};
use yiwang_registry::{Registry, SourceFile};
use yiwang_space::Space;
use yiwang_store::{Config, Store};
use yiwang_testkit::time::{ManualClock, SeededEntropy};
use yiwang_types::{Clock, Fault, Id, Instant, Offset};

pub struct County {
    pub records: Records,
    pub processes: Processes,
    pub space: Space,
    pub cast: People,
    clock: Arc<ManualClock>,
    _folder: tempfile::TempDir,
}

/// The demo users; pictures are only counted.
pub struct People {
    identity: Identity,
    records: Records,
    pub pictures: AtomicU64,
}

impl County {
    pub async fn open(now: &str) -> County {
        let folder = tempfile::tempdir().expect("folder");
        let store = Store::open(Config::sqlite(folder.path())).await.expect("store");
        let clock = Arc::new(ManualClock::at(now));
        let keys = KeyRing::parse(&KeyRing::generate(&SeededEntropy::new(1))).expect("keys");
        let entropy = Arc::new(SeededEntropy::new(7));
        let options = Options {
            store,
            keys,
            clock: clock.clone(),
            entropy,
            offset: Offset::CHINA,
        };
        let records = Records::open(options).await.expect("records");
        let registry = Arc::new(Registry::open(records.clone(), &files()).await.expect("registry"));
        let errors: Vec<String> = registry
            .current()
            .diagnostics
            .iter()
            .filter(|it| it.severity == yiwang_types::Severity::Error)
            .map(ToString::to_string)
            .collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        let processes = Processes::open(records.clone(), registry).await.expect("processes");
        let identity = Identity::open(records.clone()).await.expect("identity");
        yiwang_identity::load_seeds(&records, &records.model().seeds)
            .await
            .expect("seeds");
        let space = Space::open(records.clone(), None).await.expect("space");
        let cast = People {
            identity,
            records: records.clone(),
            pictures: AtomicU64::new(0),
        };
        County {
            records,
            processes,
            space,
            cast,
            clock,
            _folder: folder,
        }
    }

    pub async fn load(&self) -> Result<DemoReport, Fault> {
        yiwang_app_urban::load_small(
            &self.processes,
            &self.space,
            &self.cast,
            self.now(),
            990_124,
            |_: Progress| {},
        )
        .await
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// A demo user at work.
    pub async fn user(&self, name: &str) -> Ctx {
        Ctx::new(self.cast.subject(name).await.expect("user"))
    }
}

impl Cast for People {
    fn subject<'a>(&'a self, username: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>> {
        Box::pin(async move {
            let found = self.records.system("test").find("user", "username", username).await?;
            let id = found.map(|it| it.id).ok_or_else(|| Fault::internal(username))?;
            self.identity.subject_of(&id).await
        })
    }

    fn picture<'a>(&'a self, _: &'a Ctx, _: &'a str, png: &'a [u8]) -> BoxFuture<'a, Result<String, Fault>> {
        assert!(png.starts_with(b"\x89PNG"));
        let number = self.pictures.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move { Ok(Id::new(Instant::from_millis(1_790_000_000_000), &SeededEntropy::new(number)).to_string()) })
    }
}

/// The packages of the repository as the binary holds them.
fn files() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let mut files = yiwang_identity::package();
    files.extend(yiwang_space::package_files());
    for part in ["apps", "overlays"] {
        below(&root.join(part), part, &mut files);
    }
    files
}

fn below(folder: &PathBuf, prefix: &str, files: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        let name = format!("{prefix}/{}", path.file_name().expect("name").to_string_lossy());
        if path.is_dir() {
            below(&path, &name, files);
        } else if [".yaml", ".bpmn", ".dmn", ".html"].iter().any(|it| name.ends_with(it)) {
            files.push(SourceFile {
                path: name,
                bytes: std::fs::read(&path).expect("file").into(),
            });
        }
    }
}

//! One running node: every kernel part opened in its order. The only composition.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, bail};
use yiwang_files::{FileService, Files, Limits};
use yiwang_identity::{Identity, Site};
use yiwang_process::Processes;
use yiwang_records::rows::{ColumnType, Filter, Lane, Scope, Select, Table, Value};
use yiwang_records::tables::required;
use yiwang_records::{Options, Records, RowWrite};
use yiwang_registry::Registry;
use yiwang_space::Space;
use yiwang_store::{Store, Tape};
use yiwang_types::{Clock, Fault, Offset};

use crate::doors::Keeper;
use crate::folder::Folder;
use crate::packages;
use crate::shared;
use crate::system::{SystemClock, SystemEntropy};

/// Users of the demo, all with one password.
pub const DEMO_USERS: [&str; 10] = [
    "collector1",
    "collector2",
    "intake1",
    "chief1",
    "dispatcher1",
    "handler1",
    "handler2",
    "supervisor1",
    "leader1",
    "admin",
];

/// What is known of the installation as a whole, by name.
pub const INSTALLATION: &str = "yw_installation";
/// Size of the demo that is none.
const REAL: &str = "no";

/// How a node is opened.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// URL of a PostgreSQL database.
    pub database: Option<String>,
    /// Folder with the files, the same for all nodes of a database.
    pub files: Option<PathBuf>,
    /// Start or go on as a demo of this size.
    pub demo: Option<String>,
    /// Where every write is recorded in clear, for a bench.
    pub record_writes: Option<PathBuf>,
}

/// An open node.
#[derive(Clone)]
pub struct Node {
    /// Its folder.
    pub folder: Folder,
    /// The pipeline.
    pub records: Records,
    /// The definitions.
    pub registry: Arc<Registry>,
    /// Users, sessions.
    pub identity: Identity,
    /// Identity at the door.
    pub keeper: Keeper,
    /// The engine.
    pub processes: Processes,
    /// Cells and places.
    pub space: Space,
    /// Photos and papers.
    pub files: FileService,
    /// Size of the demo, when it is one.
    pub demo: Option<String>,
    /// Set once everything is loaded.
    pub ready: Arc<AtomicBool>,
    /// Held until the last clone is gone.
    _lock: Arc<File>,
}

/// Faults of the kernel as sentences for the person at the terminal.
pub fn told(fault: Fault) -> anyhow::Error {
    let mut text = fault.detail;
    for it in fault.fields {
        text.push_str(&format!("\n  {}:{},{}", it.field, it.message, it.remedy));
    }
    if let Some(it) = fault.internal {
        text.push_str(&format!("({it})"));
    }
    anyhow::Error::msg(text)
}

impl Node {
    /// Opens every part.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub async fn open(folder: Folder, settings: &Settings) -> anyhow::Result<Node> {
        let entropy = Arc::new(SystemEntropy);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let lock = folder.lock()?;
        let kept = folder.keys()?;
        let mut config = folder.database(settings.database.as_deref())?;
        if let Some(path) = &settings.record_writes {
            let tape = Some(Tape::create(path).with_context(|| format!("建不了 {}", path.display()))?);
            config = config.with(yiwang_store::Options {
                tape,
                ..yiwang_store::Options::default()
            });
        }
        let store = Store::open(config)
            .await
            .map_err(|err| anyhow::anyhow!("打不开数据库:{err}"))?;
        let keys = match kept {
            Some(it) => it,
            None if Records::expects_keys(&store).await.map_err(told)? => bail!(
                "密钥文件 {} 不见了,而数据库里的姓名、电话等是用它加密的。从备份恢复这个文件(或设 YIWANG_KEYS)再启动;不会另造新密钥,那样旧的内容永远读不出来",
                folder.path("keys").display()
            ),
            None => folder.make_keys(entropy.as_ref())?,
        };
        let records = Records::open(Options {
            store,
            keys,
            clock,
            entropy,
            offset: Offset::CHINA,
        })
        .await
        .map_err(told)?;
        let registry = Arc::new(Registry::open(records.clone(), &packages::embedded()).await.map_err(told)?);
        let identity = Identity::open(records.clone()).await.map_err(told)?;
        let space = Space::open(records.clone(), None).await.map_err(told)?;
        let processes = Processes::open(records.clone(), Arc::clone(&registry)).await.map_err(told)?;
        let demo = installation(&records, &identity, settings.demo.as_deref()).await?;
        let place = folder.files(settings.files.as_deref())?;
        let files = Files::open(&place, Limits::default()).context("打不开文件目录")?;
        let files = FileService::open(records.clone(), files).await.map_err(told)?;
        shared::claim(&records, &files, &place).await?;
        folder.remember_files(&place)?;
        let keeper = Keeper::new(identity.clone());
        Ok(Node {
            folder,
            records,
            registry,
            identity,
            keeper,
            processes,
            space,
            files,
            demo,
            ready: Arc::new(AtomicBool::new(false)),
            _lock: Arc::new(lock),
        })
    }

    /// Loads the seeds that are missing. The records of the place are invented: only a demo takes them.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub async fn seed(&self) -> anyhow::Result<()> {
        let model = self.records.model();
        let place = model.overlay.as_ref().map(|it| format!("overlays/{}/", it.place));
        let of_place = |file: &str| place.as_ref().is_some_and(|it| file.starts_with(it));
        let seeds: Vec<_> = model
            .seeds
            .iter()
            .filter(|it| self.demo.is_some() || !of_place(&it.file))
            .cloned()
            .collect();
        yiwang_identity::load_seeds(&self.records, &seeds).await.map_err(told)?;
        Ok(())
    }

    /// Loads what a fresh installation needs: seeds, and for a demo its users, geography and cases.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub async fn load(&self) -> anyhow::Result<()> {
        self.seed().await?;
        if self.demo.is_some() {
            let password = self.folder.demo_password(&SystemEntropy)?;
            self.identity
                .demo_users(Site::Demo, &DEMO_USERS, &password)
                .await
                .map_err(told)?;
            crate::demo::load(self).await?;
            self.space.refresh_if_changed().await.map_err(told)?;
            println!("演示用户:{}", DEMO_USERS.join(" "));
            println!("演示密码:{password}(也在 {})", self.folder.path("demo-password").display());
        } else if !self.identity.has_any_user().await.map_err(told)? {
            println!("还没有人能登录。另开一个窗口建第一个管理员:");
            println!(
                "  yiwang user add admin --data {}",
                self.folder.path("").display().to_string().trim_end_matches('/')
            );
        }
        self.keeper.refresh_directory().await.map_err(told)?;
        self.ready.store(true, Ordering::SeqCst);
        println!("就绪");
        Ok(())
    }
}

/// Makes the table of what is known of the installation.
pub async fn make_table(records: &Records) -> anyhow::Result<()> {
    let table = Table {
        name: INSTALLATION.to_owned(),
        columns: vec![required("name", ColumnType::Text), required("value", ColumnType::Text)],
        key: vec!["name".to_owned()],
        indexes: vec![],
    };
    records.migrate(&[table]).await.map_err(told)?;
    Ok(())
}

/// Whether this is a demo: marked inside the database when it was begun, for good, either way. Where people can sign in already, nothing
/// begins, whatever became of the mark.
async fn installation(records: &Records, identity: &Identity, wanted: Option<&str>) -> anyhow::Result<Option<String>> {
    make_table(records).await?;
    let select = Select::new(INSTALLATION, &["value"], Scope::All).filter(Filter::eq("name", "demo"));
    let rows = records.rows(&select).await.map_err(told)?;
    let marked = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::as_text)
        .map(str::to_owned);
    let is_real = match marked.as_deref() {
        Some(mark) => mark == REAL,
        None => wanted.is_some() && identity.has_any_user().await.map_err(told)?,
    };
    if is_real && wanted.is_some() {
        bail!("这个数据文件夹是正式的,不能改成演示;演示请用新的文件夹");
    }
    let size = marked.clone().unwrap_or_else(|| wanted.unwrap_or(REAL).to_owned());
    if marked.is_none() {
        let mark = RowWrite::Upsert {
            table: INSTALLATION.into(),
            key: vec![("name".into(), Value::from("demo"))],
            row: vec![("value".into(), Value::from(size.as_str()))],
        };
        records.write_rows(Lane::Interactive, vec![mark]).await.map_err(told)?;
        tracing::info!(demo = size, "An installation begins");
    }
    Ok((size != REAL).then_some(size))
}

#[cfg(test)]
mod tests {
    use yiwang_testkit::system::{BOTH, TestSystem};

    use super::*;

    #[tokio::test]
    async fn a_database_with_people_becomes_no_demo_even_without_a_mark() {
        for on in BOTH {
            let package = yiwang_identity::package();
            let texts: Vec<(&str, &str)> = package
                .iter()
                .map(|it| (it.path.as_str(), std::str::from_utf8(&it.bytes).expect("text")))
                .collect();
            let system = TestSystem::open(on, &texts).await;
            let identity = Identity::open(system.records.clone()).await.expect("identity");
            let credential = RowWrite::Insert {
                table: "yw_credential".into(),
                row: vec![
                    ("user_id".into(), Value::from("somebody")),
                    ("hash".into(), Value::from("hash")),
                    ("changed_at".into(), Value::Int(0)),
                    ("previous".into(), Value::from("[]")),
                ],
            };
            let written = system.records.write_rows(Lane::Interactive, vec![credential]).await;
            written.expect("somebody who can sign in");
            let told = installation(&system.records, &identity, Some("small"))
                .await
                .expect_err("a demo");
            assert!(told.to_string().contains("不能改成演示"), "{on:?}: {told}");
            let begun = installation(&system.records, &identity, None).await.expect("a real one");
            assert_eq!(begun, None, "{on:?}");
        }
    }
}

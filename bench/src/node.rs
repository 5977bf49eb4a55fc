//! A node without doors: the kernel's parts on a data folder, to fill it in bulk.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use yiwang_authz::Subject;
use yiwang_files::{FileService, Files, Limits};
use yiwang_identity::Identity;
use yiwang_model::SourceFile;
use yiwang_process::Processes;
use yiwang_records::{KeyRing, Options, Records};
use yiwang_registry::Registry;
use yiwang_space::Space;
use yiwang_store::{Config, Store};
use yiwang_types::Offset;

use crate::watch::{MachineClock, MachineEntropy};

/// The parts that a filling needs.
pub struct Node {
    /// The engine, and the pipeline under it.
    pub processes: Processes,
    /// Uploads.
    pub files: FileService,
    /// Users.
    pub identity: Identity,
    store: Store,
    _space: Space,
}

impl Node {
    /// Opens a data folder with the definitions of these packages.
    ///
    /// # Errors
    /// What the kernel says.
    pub async fn open(data: &Path, config: Config, packages: &[SourceFile]) -> anyhow::Result<Node> {
        let store = Store::open(config).await?;
        let entropy = Arc::new(MachineEntropy);
        let keys = match KeyRing::load(&data.join("keys")).map_err(anyhow::Error::msg)? {
            Some(it) => it,
            // The database knows its keys from now on.
            None => KeyRing::create(&data.join("keys"), entropy.as_ref()).map_err(anyhow::Error::msg)?,
        };
        let records = Records::open(Options {
            store: store.clone(),
            keys,
            clock: Arc::new(MachineClock),
            entropy,
            offset: Offset::CHINA,
        })
        .await?;
        let registry = Arc::new(Registry::open(records.clone(), packages).await?);
        let identity = Identity::open(records.clone()).await?;
        let space = Space::open(records.clone(), None).await?;
        let processes = Processes::open(records.clone(), registry).await?;
        let files = Files::open(&data.join("files"), Limits::default())?;
        Ok(Node {
            files: FileService::open(records, files).await?,
            processes,
            identity,
            store,
            _space: space,
        })
    }

    /// A user of the demo.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn subject(&self, username: &str) -> anyhow::Result<Arc<Subject>> {
        let directory = self.identity.directory().await?;
        let person = directory
            .person_named(username)
            .with_context(|| format!("no user {username}"))?;
        Ok(self.identity.subject_of(&person.id).await?)
    }

    /// Answers what waits, then closes the database.
    pub async fn close(self) {
        self.store.close().await;
    }
}

/// The packages of the kernel's own parts, which every node has.
pub fn own_packages() -> Vec<SourceFile> {
    let mut files = yiwang_identity::package();
    files.extend(yiwang_space::package_files());
    files
}

/// The same files as inside the binary, so that no other definitions come into force.
///
/// # Errors
/// When a file of the checkout cannot be read.
pub fn packages(checkout: &Path) -> anyhow::Result<Vec<SourceFile>> {
    let mut files = own_packages();
    for part in ["apps", "overlays"] {
        below(&checkout.join(part), part, &mut files)?;
    }
    Ok(files)
}

fn below(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            below(&entry.path(), &path, files)?;
        } else if [".yaml", ".bpmn", ".dmn", ".html"].iter().any(|it| path.ends_with(it)) {
            let bytes = std::fs::read(entry.path())?.into();
            files.push(SourceFile { path, bytes });
        }
    }
    Ok(())
}

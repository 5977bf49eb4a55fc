//! The stored cases under every run: made once for each shape of the tables, kept in a cache, copied for each run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use yiwang_testkit::postgres::Cluster;
use yiwang_types::{Clock as _, Sm3Digest};

use crate::database::Database;
use crate::fill::fill;
use crate::node::{Node, packages};
use crate::server::Launch;
use crate::watch::{MachineClock, Watch};

/// Settings of the bench's own PostgreSQL: those of a small server, and full durability.
const SETTINGS: &str = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=512MB -c max_wal_size=4GB \
     -c max_connections=100";
/// Changes when the filling itself changes.
const VERSION: &str = "1";

/// Where everything is.
#[derive(Clone, Debug)]
pub struct Places {
    /// The binary `yiwang`.
    pub binary: PathBuf,
    /// The checkout, for the files of the apps.
    pub checkout: PathBuf,
    /// Where snapshots are kept.
    pub cache: PathBuf,
    /// Stored cases.
    pub cases: u64,
}

/// A ground of one's own: a copy of the snapshot, its database running.
pub struct Ground {
    /// The data folder.
    pub data: PathBuf,
    /// The database.
    pub database: Database,
    /// The bench's PostgreSQL, when that is the database.
    pub cluster: Option<Cluster>,
}

/// Seconds that a filling took; none when the snapshot was there.
pub type Filled = Option<f64>;

impl Ground {
    /// A fresh copy in the folder `name` of the cache.
    ///
    /// # Errors
    /// What the filling, the disk or the database says.
    pub async fn fresh(places: &Places, backend: &str, name: &str) -> anyhow::Result<(Ground, Filled)> {
        let snapshot = places.cache.join(format!("{backend}-{}", shape(places).await?));
        let mut filled = None;
        if !snapshot.join("complete").exists() {
            let watch = Watch::start();
            remove(&snapshot)?;
            make(places, backend, &snapshot).await?;
            std::fs::write(snapshot.join("complete"), "")?;
            filled = Some(watch.seconds());
        }
        let own = places.cache.join(format!("{name}-{backend}"));
        remove(&own)?;
        copy(&snapshot, &own)?;
        Ok((Ground::at(&own, backend)?, filled))
    }

    fn at(folder: &Path, backend: &str) -> anyhow::Result<Ground> {
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        let (database, cluster) = if backend == "sqlite" {
            (Database::Sqlite(data.clone()), None)
        } else {
            let cluster = Cluster::start(&folder.join("cluster"), SETTINGS).map_err(anyhow::Error::msg)?;
            // The folder remembers its database, whose socket is another one now.
            let remembered = data.join("database");
            if remembered.exists() {
                std::fs::write(remembered, cluster.url())?;
            }
            (Database::Postgres(cluster.url()), Some(cluster))
        };
        Ok(Ground { data, database, cluster })
    }

    /// How the server is started on it.
    pub fn launch(&self, places: &Places) -> Launch {
        Launch {
            binary: places.binary.clone(),
            data: self.data.clone(),
            database: self.database.url(),
            tape: None,
        }
    }

    /// Number of the PostgreSQL process.
    pub fn database_pid(&self) -> Option<u32> {
        self.cluster.as_ref()?.pid()
    }
}

async fn make(places: &Places, backend: &str, snapshot: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(snapshot)?;
    let ground = Ground::at(snapshot, backend)?;
    eprintln!("bench: no snapshot for {backend} yet; storing {} cases", places.cases);
    ground.launch(places).start_ready().await?.stop().await?;
    let node = Node::open(&ground.data, ground.database.config(), &packages(&places.checkout)?).await?;
    fill(node, places.cases, MachineClock.now()).await?;
    let stored = ground.database.cases().await?;
    ensure!(stored >= i64::try_from(places.cases)?, "only {stored} cases are stored");
    Ok(())
}

/// A digest over the shape of the tables as this checkout makes them, and over how they are filled.
async fn shape(places: &Places) -> anyhow::Result<String> {
    let probe = places.cache.join("probe");
    remove(&probe)?;
    std::fs::create_dir_all(&probe)?;
    let node = Node::open(&probe, yiwang_store::Config::sqlite(&probe), &packages(&places.checkout)?).await?;
    node.close().await;
    let connection = rusqlite::Connection::open(probe.join("yiwang.db"))?;
    let mut statement =
        connection.prepare("SELECT \"sql\" FROM \"sqlite_master\" WHERE \"sql\" IS NOT NULL ORDER BY \"name\"")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let all = lines.collect::<Result<Vec<_>, _>>()?.join("\n");
    remove(&probe)?;
    let digest = Sm3Digest::of(format!("{all}\n{VERSION}\n{}", places.cases).as_bytes()).to_string();
    Ok(digest.get(..12).unwrap_or(&digest).to_owned())
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(())
}

/// Owners and modes too: PostgreSQL insists on them.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let status = Command::new("cp").args(["-a", "--reflink=auto"]).arg(from).arg(to).status()?;
    ensure!(status.success(), "copying {} failed", from.display());
    // What was just copied is on disk before anything is measured.
    Command::new("sync").status()?;
    Ok(())
}

//! Peers beside ours, round by round, so that what else the machine does falls on all of them: process engines, then data over HTTP.

mod dialect;
pub mod engine;
mod fleet;
mod http;
mod loops;
mod table;

use std::path::{Path, PathBuf};

use clap::Args;
use tokio_postgres::NoTls;
use yiwang_testkit::postgres::Cluster;

use crate::results::Results;

/// Settings of the PostgreSQL that ours and the peers share: full durability.
const SETTINGS: &str =
    "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=256MB -c max_connections=100";

/// What the comparison needs.
#[derive(Args, Clone, Debug)]
pub struct Peers {
    /// The binary `yiwang`.
    #[arg(long, default_value = "target/debug/yiwang")]
    binary: PathBuf,
    /// Folder of the peers, as `bench/peers/install.sh` has filled it.
    #[arg(long, default_value = "target/peers")]
    folder: PathBuf,
    /// The scripts that run them.
    #[arg(long, default_value = "bench/peers")]
    scripts: PathBuf,
    /// Where the rows go.
    #[arg(long, default_value = "bench/peers.json")]
    results: PathBuf,
    /// Rounds; each contender has its turn in each.
    #[arg(long, default_value_t = 2)]
    rounds: usize,
    /// Peers that run only when they are named, by comma: directus.
    #[arg(long, value_delimiter = ',')]
    with: Vec<String>,
    /// Only this part: engines, http.
    #[arg(long)]
    only: Option<String>,
}

/// Where everything is, in full.
struct Places {
    binary: PathBuf,
    peers: PathBuf,
    scripts: PathBuf,
    /// Data of this run; empty at its start.
    run: PathBuf,
    with: Vec<String>,
    cluster: Cluster,
}

impl Places {
    /// A database of its own on the shared server.
    async fn database(&self, name: &str) -> anyhow::Result<String> {
        let (client, connection) = tokio_postgres::connect(&self.cluster.url(), NoTls).await?;
        let driver = tokio::spawn(connection);
        client
            .batch_execute(&format!("CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
            .await?;
        drop(client);
        driver.await??;
        let url = self.cluster.url();
        Ok(url.strip_suffix("postgres").unwrap_or(&url).to_owned() + name)
    }

    fn script(&self, name: &str) -> PathBuf {
        self.scripts.join(name)
    }
}

/// Runs both parts and writes the rows.
///
/// # Errors
/// When ours fails; a peer that fails is said and left out.
pub async fn run(args: &Peers) -> anyhow::Result<()> {
    let peers = args.folder.canonicalize()?;
    let run = peers.join("run");
    if run.exists() {
        std::fs::remove_dir_all(&run)?;
    }
    std::fs::create_dir_all(&run)?;
    let cluster = Cluster::start(&run.join("cluster"), SETTINGS).map_err(anyhow::Error::msg)?;
    let places = Places {
        binary: args.binary.canonicalize()?,
        scripts: args.scripts.canonicalize()?,
        peers,
        run,
        with: args.with.clone(),
        cluster,
    };
    let mut results = Results::new(Path::new("."));
    let has = |part: &str| args.only.as_deref().is_none_or(|it| it == part);
    println!(
        "Figures of a shared machine are low bounds; compare by CPU-second or CPU time. {} rounds in turn.",
        args.rounds
    );
    if has("engines") {
        let lines = loops::run(&places, args.rounds).await?;
        table::engines(&lines);
        loops::note(&lines, &mut results);
        results.write(&args.results)?;
    }
    if has("http") {
        let lines = http::run(&places, args.rounds).await?;
        table::http(&lines);
        http::note(&lines, &mut results);
        results.write(&args.results)?;
    }
    Ok(())
}

/// A count as a number to divide by.
fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

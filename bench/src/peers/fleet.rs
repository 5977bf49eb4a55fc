//! The servers of the comparison over HTTP: ours and the peers, each with a register of streets of the same four
//! fields. That of ours is the one of the demo, with the few streets of its town.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value as Json;
use tokio::process::{Child, Command};

use super::Places;
use super::dialect::{DIRECTUS, Dialect, KINTO, OURS, directus_schema, kinto_schema};
use crate::client::Client;
use crate::server::{Launch, Server};
use crate::watch::Watch;

/// Seconds until a peer has to answer.
const PATIENCE: f64 = 120.0;
/// Who keeps the register of streets in the demo.
const KEEPER: &str = "admin";

/// A running system.
pub struct System {
    /// How to ask it.
    pub dialect: &'static Dialect,
    /// Host and port.
    pub address: String,
    /// Header lines that say who asks.
    pub head: String,
    process: Process,
}

enum Process {
    Ours(Server),
    Peer(Child),
}

/// Starts ours and what is there of the peers; what does not start is said and left out.
///
/// # Errors
/// When ours does not start.
pub async fn start(places: &Places) -> anyhow::Result<Vec<System>> {
    let mut systems = Vec::new();
    let urls = [None, Some(places.database("streets").await?)];
    for (dialect, database) in OURS.iter().zip(urls) {
        systems.push(start_ours(places, dialect, database).await?);
    }
    let urls = [None, Some(places.database("kinto").await?)];
    for (dialect, database) in KINTO.iter().zip(urls) {
        if places.peers.join("venv/bin/kinto").exists() {
            // Any name and password is a person of its own.
            let head = "authorization: Basic YmVuY2g6YmVuY2g=\r\n";
            let peer = start_peer(places, dialect, ("kinto.sh", database), head, &kinto_schema()).await;
            join(peer, dialect, &mut systems);
        }
    }
    if places.with.iter().any(|it| it == "directus") {
        let head = "authorization: Bearer bench\r\n";
        let peer = start_peer(places, &DIRECTUS, ("directus.sh", None), head, &directus_schema()).await;
        join(peer, &DIRECTUS, &mut systems);
    }
    Ok(systems)
}

fn join(peer: anyhow::Result<System>, dialect: &Dialect, systems: &mut Vec<System>) {
    match peer {
        Ok(it) => systems.push(it),
        Err(why) => println!("bench-peers: {} ({}) is left out: {why:#}", dialect.name, dialect.mode),
    }
}

async fn start_ours(places: &Places, dialect: &'static Dialect, database: Option<String>) -> anyhow::Result<System> {
    let launch = Launch {
        binary: places.binary.clone(),
        data: places.run.join(format!("ours-{}", dialect.mode)),
        database,
        tape: None,
    };
    std::fs::create_dir_all(&launch.data)?;
    let server = launch.start_ready().await?;
    let cookies = server.sign_in(&[KEEPER]).await?;
    Ok(System {
        dialect,
        address: server.address.clone(),
        head: format!("cookie: {}\r\n", cookies.of(KEEPER)),
        process: Process::Ours(server),
    })
}

async fn start_peer(
    places: &Places,
    dialect: &'static Dialect,
    (script, database): (&str, Option<String>),
    head: &str,
    schema: &[(&str, &str, Json)],
) -> anyhow::Result<System> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
    let folder = places.run.join(format!("{}-{}", dialect.name, dialect.mode));
    let mut command = Command::new(places.script(script));
    command.args([&places.peers, &folder]).arg(&port).args(database);
    command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().with_context(|| format!("starting {script}"))?;
    let address = format!("127.0.0.1:{port}");
    let mut client = answering(&address, &mut child, &folder).await?;
    client.carry(head.to_owned());
    for (method, path, body) in schema {
        let reply = client
            .send(method, path, "", "application/json", body.to_string().as_bytes())
            .await?;
        ensure!(reply.status < 300, "{path}: {}", String::from_utf8_lossy(reply.body));
    }
    Ok(System {
        dialect,
        address,
        head: head.to_owned(),
        process: Process::Peer(child),
    })
}

/// A connection, as soon as there is one.
async fn answering(address: &str, child: &mut Child, folder: &Path) -> anyhow::Result<Client> {
    let watch = Watch::start();
    while watch.seconds() < PATIENCE {
        if let Ok(client) = Client::connect(address).await {
            return Ok(client);
        }
        if let Some(status) = child.try_wait()? {
            bail!("it ended with {status}; its log is in {}", folder.display());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("it does not answer within {PATIENCE} seconds")
}

impl System {
    /// Number of its process.
    pub fn pid(&self) -> u32 {
        match &self.process {
            Process::Ours(server) => server.pid(),
            Process::Peer(child) => child.id().unwrap_or(0),
        }
    }

    /// Stops it.
    ///
    /// # Errors
    /// When it does not go.
    pub async fn stop(self) -> anyhow::Result<()> {
        match self.process {
            Process::Ours(server) => server.stop().await,
            Process::Peer(mut child) => Ok(child.kill().await?),
        }
    }
}

//! The built binary under load: started, watched through /proc, stopped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::client::{Client, header};

/// Password of the demo's users in a bench.
pub const PASSWORD: &str = "Bench-only-2026";

/// How a server is started.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The binary `yiwang`.
    pub binary: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// URL of the database; none for SQLite.
    pub database: Option<String>,
    /// Where the writes are recorded to, if at all.
    pub tape: Option<PathBuf>,
}

/// A running server.
pub struct Server {
    child: Child,
    /// Host and port.
    pub address: String,
}

impl Launch {
    /// Starts the server; it may not be ready yet.
    ///
    /// # Errors
    /// When there is no binary or no port.
    pub fn start(&self) -> anyhow::Result<Server> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new(&self.binary);
        command
            .args(["serve", "--demo", "--listen", &address, "--data"])
            .arg(&self.data);
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        if let Some(tape) = &self.tape {
            command.arg("--record-writes").arg(tape);
        }
        command.env("YIWANG_DEMO_PASSWORD", PASSWORD).env("YIWANG_LOG", "warn");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let child = command
            .spawn()
            .with_context(|| format!("starting {}: build it first", self.binary.display()))?;
        Ok(Server { child, address })
    }

    /// Starts the server and waits until it says that it is ready.
    ///
    /// # Errors
    /// When it ends before.
    pub async fn start_ready(&self) -> anyhow::Result<Server> {
        let mut server = self.start()?;
        let out = server.child.stdout.take().context("the server has no output")?;
        let mut lines = BufReader::new(out).lines();
        while let Some(line) = lines.next_line().await? {
            if line == "就绪" {
                // Whatever it prints later must not fill the pipe.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(server);
            }
        }
        bail!("the server ended before it was ready: {}", server.child.wait().await?)
    }
}

impl Server {
    /// Number of the process.
    pub fn pid(&self) -> u32 {
        self.child.id().unwrap_or(0)
    }

    /// Stops it as `kill` does and waits.
    ///
    /// # Errors
    /// When it does not go.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.pid().to_string();
        Command::new("kill").arg(&pid).status().await?;
        tokio::time::timeout(Duration::from_secs(30), self.child.wait())
            .await
            .context("the server does not stop")??;
        Ok(())
    }

    /// Signs users in; the cookie of each.
    ///
    /// # Errors
    /// When the server does not let them in.
    pub async fn sign_in(&self, users: &[&'static str]) -> anyhow::Result<Cookies> {
        let mut client = Client::connect(&self.address).await?;
        let mut all = BTreeMap::new();
        for user in users {
            let body = serde_json::json!({ "username": user, "password": PASSWORD }).to_string();
            let reply = client.post("/api/v1/session", "", &body).await?;
            reply.expect(200).with_context(|| format!("signing in {user}"))?;
            let cookie = header(reply.head, "set-cookie").and_then(|it| it.split(';').next());
            all.insert(*user, cookie.context("no cookie")?.to_owned());
        }
        Ok(Cookies(all))
    }
}

/// Session cookies by user.
#[derive(Clone, Debug)]
pub struct Cookies(BTreeMap<&'static str, String>);

impl Cookies {
    /// The cookie of a user; empty when he has none.
    pub fn of(&self, user: &str) -> &str {
        self.0.get(user).map_or("", String::as_str)
    }
}

/// CPU seconds of a process so far.
pub fn cpu_seconds(pid: u32) -> f64 {
    fields(Path::new(&format!("/proc/{pid}/stat"))).map_or(0.0, |it| ticks(&it, 11..13))
}

/// CPU seconds of a process and of all its children, ended ones included.
pub fn cpu_seconds_with_children(pid: u32) -> f64 {
    let own = fields(Path::new(&format!("/proc/{pid}/stat"))).map_or(0.0, |it| ticks(&it, 11..15));
    let folders = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let children = folders.filter_map(|it| fields(&it.path().join("stat")));
    let of = pid.to_string();
    own + children
        .filter(|it| it.get(1) == Some(&of))
        .map(|it| ticks(&it, 11..13))
        .sum::<f64>()
}

/// Resident memory of a process in MB.
pub fn resident_mb(pid: u32) -> f64 {
    memory_mb(pid, "VmRSS:")
}

/// Most resident memory of a process so far in MB.
pub fn peak_resident_mb(pid: u32) -> f64 {
    memory_mb(pid, "VmHWM:")
}

fn memory_mb(pid: u32, figure: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|it| it.strip_prefix(figure))
        .and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

/// The fields of a `stat` file behind the name in parentheses.
fn fields(path: &Path) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(path).ok()?;
    let rest = text.rsplit_once(')')?.1;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

/// Linux counts CPU time in hundredths of a second.
fn ticks(fields: &[String], range: std::ops::Range<usize>) -> f64 {
    let all = fields.get(range).unwrap_or_default();
    all.iter().filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / 100.0
}

//! Process engines in turn: each runs one stretch in a process of its own and says what it took.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};
use tokio::process::Command;

use super::{Places, float};
use crate::results::Results;
use crate::server::cpu_seconds_with_children;

/// What a stretch took, as every loop prints it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Took {
    /// Instances run to their end.
    pub count: usize,
    /// Those that took the branch of large amounts: 49 of a hundred.
    pub large: usize,
    /// Seconds by the wall.
    pub wall_s: f64,
    /// CPU seconds of the process.
    pub cpu_s: f64,
    /// Most resident memory.
    pub rss_mb: f64,
    /// Size of a state at the user task, where it is written.
    pub state_bytes: f64,
}

/// All stretches of one contender in one mode.
pub struct Line {
    /// `ours` or the peer.
    pub name: &'static str,
    /// Where the state is kept.
    pub mode: &'static str,
    command: Vec<String>,
    /// Sums of counts and times, most memory.
    pub took: Took,
    /// CPU seconds of the database beside it.
    pub database_cpu_s: f64,
    left_out: bool,
}

impl Line {
    /// Instances in a second by the wall.
    pub fn per_s(&self) -> f64 {
        float(self.took.count) / self.took.wall_s
    }

    /// Instances in a CPU second of the process.
    pub fn per_cpu_s(&self) -> f64 {
        float(self.took.count) / self.took.cpu_s.max(0.01)
    }
}

/// Runs all of them so many rounds; those that ran are in the answer.
///
/// # Errors
/// When ours does not run.
pub async fn run(places: &Places, rounds: usize) -> anyhow::Result<Vec<Line>> {
    let mut lines = contenders(places).await?;
    for _ in 0..rounds {
        for line in lines.iter_mut().filter(|it| !it.left_out) {
            if let Err(why) = turn(places, line).await {
                if line.name == "ours" {
                    return Err(why);
                }
                println!("bench-peers: {} ({}) is left out: {why:#}", line.name, line.mode);
                line.left_out = true;
            }
        }
    }
    lines.retain(|it| !it.left_out);
    Ok(lines)
}

/// As rows.
pub fn note(lines: &[Line], results: &mut Results) {
    for line in lines {
        let mut row = |name: &str, value, unit| results.push(line.name, &format!("process_{}_{name}", line.mode), value, unit);
        row("per_s", line.per_s(), "1/s");
        row("per_cpu_s", line.per_cpu_s(), "1/s");
        row("rss_mb", line.took.rss_mb, "MB");
        if line.took.state_bytes > 0.0 {
            row("state_bytes", line.took.state_bytes, "B");
        }
        if line.mode.starts_with("postgres") {
            row("database_cpu_ms", line.database_cpu_s * 1000.0 / float(line.took.count), "ms");
        }
    }
}

async fn turn(places: &Places, line: &mut Line) -> anyhow::Result<()> {
    let (program, arguments) = line.command.split_first().context("no command")?;
    let database = || places.cluster.pid().map_or(0.0, cpu_seconds_with_children);
    let before = database();
    let mut command = Command::new(program);
    command.args(arguments).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{}",
            said.lines()
                .rfind(|it| !it.trim().is_empty())
                .unwrap_or("it failed without a word")
        );
    }
    let took: Took = serde_json::from_slice(&output.stdout).context("no figures")?;
    ensure!(
        took.large == took.count / 100 * 49,
        "{} of {} took the branch of large amounts",
        took.large,
        took.count
    );
    line.database_cpu_s += database() - before;
    let sum = &mut line.took;
    sum.count += took.count;
    sum.wall_s += took.wall_s;
    sum.cpu_s += took.cpu_s;
    sum.rss_mb = sum.rss_mb.max(took.rss_mb);
    sum.state_bytes = took.state_bytes;
    Ok(())
}

/// Ours before the peers of the same mode. Counts are whole hundreds.
async fn contenders(places: &Places) -> anyhow::Result<Vec<Line>> {
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let ours = std::env::current_exe()?;
    let our = |mode: &str, count: &str, more: &[&str]| {
        let start = [text(ours.clone()), "engine".to_owned(), mode.to_owned(), count.to_owned()];
        start.into_iter().chain(more.iter().map(|it| (*it).to_owned())).collect()
    };
    let peer = |program: PathBuf, script: &str, mode: &str, count: &str, folder: PathBuf| {
        vec![
            text(program),
            text(places.script(script)),
            mode.to_owned(),
            count.to_owned(),
            text(folder),
        ]
    };
    let python = || places.peers.join("venv/bin/python");
    let spiff = |mode: &str| peer(python(), "spiff.py", mode, "1000", places.run.clone());
    let node = |mode: &str| peer("node".into(), "bpmn_engine.mjs", mode, "300", places.peers.clone());
    let viewflow = |mode: &str| peer(python(), "viewflow_loop.py", mode, "200", places.run.clone());
    let folder = text(places.run.join("claims"));
    let sqlite = ["--folder", &folder];
    let (our_url, their_url) = (places.database("claims").await?, places.database("viewflow").await?);
    let postgres = ["--folder", &folder, "--database", &our_url];
    let together = ["--together", "16"];
    let mut viewflow_postgres = viewflow("postgres");
    viewflow_postgres.push(their_url);
    let lines = vec![
        ("ours", "memory", our("memory", "500000", &[])),
        ("SpiffWorkflow", "memory", spiff("memory")),
        ("bpmn-engine", "memory", node("memory")),
        ("ours", "json", our("json", "300000", &[])),
        ("SpiffWorkflow", "json", spiff("json")),
        ("bpmn-engine", "json", node("json")),
        ("ours", "sqlite", our("stored", "2000", &sqlite)),
        ("SpiffWorkflow", "sqlite", spiff("sqlite")),
        ("viewflow", "sqlite", viewflow("sqlite")),
        (
            "ours",
            "sqlite_16",
            our("stored", "10000", &[&sqlite[..], &together].concat()),
        ),
        ("ours", "postgres", our("stored", "2000", &postgres)),
        ("viewflow", "postgres", viewflow_postgres),
        (
            "ours",
            "postgres_16",
            our("stored", "10000", &[&postgres[..], &together].concat()),
        ),
    ];
    let line = |(name, mode, command)| Line {
        name,
        mode,
        command,
        took: Took::default(),
        database_cpu_s: 0.0,
        left_out: false,
    };
    Ok(lines.into_iter().map(line).collect())
}

//! Process engines in turn: each runs one stretch in a process of its own and says what it took.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};
use tokio::process::Command;

use super::{Places, float};
use crate::results::Results;
use crate::server::cpu_seconds_with_children;

/// Name, where the state is kept, command; ours before the peers of the same kind. Counts are whole hundreds.
const CONTENDERS: [(&str, &str, &str); 13] = [
    ("ours", "memory", "{ours} engine memory 500000"),
    ("SpiffWorkflow", "memory", "{python} {scripts}/spiff.py memory 1000 {run}"),
    ("bpmn-engine", "memory", "node {scripts}/bpmn_engine.mjs memory 300 {peers}"),
    ("ours", "json", "{ours} engine json 300000"),
    ("SpiffWorkflow", "json", "{python} {scripts}/spiff.py json 1000 {run}"),
    ("bpmn-engine", "json", "node {scripts}/bpmn_engine.mjs json 300 {peers}"),
    ("ours", "sqlite", "{ours} engine stored 2000 --folder {run}/claims"),
    ("SpiffWorkflow", "sqlite", "{python} {scripts}/spiff.py sqlite 1000 {run}"),
    ("viewflow", "sqlite", "{python} {scripts}/viewflow_loop.py sqlite 200 {run}"),
    (
        "ours",
        "sqlite_16",
        "{ours} engine stored 10000 --together 16 --folder {run}/claims",
    ),
    (
        "ours",
        "postgres",
        "{ours} engine stored 2000 --folder {run}/claims --database {claims}",
    ),
    (
        "viewflow",
        "postgres",
        "{python} {scripts}/viewflow_loop.py postgres 200 {run} {viewflow}",
    ),
    (
        "ours",
        "postgres_16",
        "{ours} engine stored 10000 --together 16 --folder {run}/claims --database {claims}",
    ),
];

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

/// With the places of this run instead of the words in braces.
async fn contenders(places: &Places) -> anyhow::Result<Vec<Line>> {
    let ours = std::env::current_exe()?;
    let path = |it: &Path| it.to_string_lossy().into_owned();
    let words = [
        ("{ours}", path(&ours)),
        ("{python}", path(&places.peers.join("venv/bin/python"))),
        ("{scripts}", path(&places.scripts)),
        ("{peers}", path(&places.peers)),
        ("{run}", path(&places.run)),
        ("{claims}", places.database("claims").await?),
        ("{viewflow}", places.database("viewflow").await?),
    ];
    let filled = |part: &str| {
        words
            .iter()
            .fold(part.to_owned(), |it, (word, value)| it.replace(word, value))
    };
    let line = |(name, mode, command): (_, _, &str)| Line {
        name,
        mode,
        command: command.split(' ').map(filled).collect(),
        took: Took::default(),
        database_cpu_s: 0.0,
        left_out: false,
    };
    Ok(CONTENDERS.into_iter().map(line).collect())
}

//! Our engine on the process of the comparison, as a process of its own like each peer: the pure step in memory, its state through JSON, or
//! matters in a database.

mod stored;

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::{Args, ValueEnum};
use yiwang_bpmn::{Effect, Event, State, World, parse, step};
use yiwang_feel::{Context, Env, Value};
use yiwang_types::{Clock as _, Offset};

use super::loops::Took;
use crate::server::{cpu_seconds, peak_resident_mb};
use crate::watch::{MachineClock, Watch};

const MODEL: &str = include_str!("../../peers/app/claim.bpmn");

/// How the state is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Nowhere.
    Memory,
    /// Written as JSON and read back at the user task.
    Json,
    /// In a database, two commits an instance.
    Stored,
}

/// One stretch of instances.
#[derive(Args, Clone, Debug)]
pub struct Engine {
    mode: Mode,
    count: usize,
    /// Instances on their way at once, when they are stored.
    #[arg(long, default_value_t = 1)]
    together: usize,
    /// Data folder, when they are stored.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// URL of a database; none for SQLite.
    #[arg(long)]
    database: Option<String>,
}

/// Runs the stretch and says what it took.
///
/// # Errors
/// What the engine says.
pub async fn run(args: &Engine) -> anyhow::Result<()> {
    let took = match args.mode {
        Mode::Stored => stored::run(args).await?,
        Mode::Memory | Mode::Json => pure(args.mode, args.count)?,
    };
    println!("{}", serde_json::to_string(&took)?);
    Ok(())
}

struct NoDecisions;

impl World for NoDecisions {
    fn decide(&self, decision: &str, _: &Context) -> Result<(Value, Vec<u32>), String> {
        Err(format!("no decision {decision}"))
    }
}

fn pure(mode: Mode, count: usize) -> anyhow::Result<Took> {
    let (definitions, _) = parse(MODEL, "claim.bpmn");
    let definitions = definitions.context("the process is not read")?;
    let process = definitions.process("claim").context("no process")?;
    let env = Env {
        now: MachineClock.now(),
        offset: Offset::CHINA,
    };
    let (mut large, mut bytes) = (0, 0);
    let begun = (Watch::start(), cpu_seconds(std::process::id()));
    for number in 0..count {
        let empty = Context::new();
        let (mut state, effects) = step(
            process,
            &State::default(),
            Event::Start { node: None },
            &empty,
            &NoDecisions,
            &env,
        )?;
        let open = effects.iter().find_map(|it| match it {
            Effect::OpenTask { token, .. } => Some(*token),
            _ => None,
        });
        if mode == Mode::Json {
            let text = state.to_bytes();
            bytes += text.len();
            state = State::from_bytes(&text).map_err(|it| anyhow::anyhow!("{it}"))?;
        }
        let record: Context = [("amount", Value::from(amount(number)))].into_iter().collect();
        let data: Context = [("record", Value::from(record))].into_iter().collect();
        let done = Event::TaskDone {
            token: open.context("no task is open")?,
            outcome: "agree",
            variables: Context::new(),
        };
        let (state, effects) = step(process, &state, done, &data, &NoDecisions, &env)?;
        ensure!(state.is_completed(), "instance {number} is not over");
        large += usize::from(effects.contains(&Effect::SetStatus("LARGE".to_owned())));
    }
    Ok(took(count, large, bytes, begun))
}

fn amount(number: usize) -> i64 {
    i64::try_from(number % 100).unwrap_or(0)
}

fn took(count: usize, large: usize, bytes: usize, begun: (Watch, f64)) -> Took {
    Took {
        count,
        large,
        wall_s: begun.0.seconds(),
        cpu_s: cpu_seconds(std::process::id()) - begun.1,
        rss_mb: peak_resident_mb(std::process::id()),
        state_bytes: super::float(bytes) / super::float(count),
    }
}

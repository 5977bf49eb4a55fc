//! `bench`: load on the built binary on both databases, with the figures that the product is held to.

mod case;
mod client;
mod database;
mod draw;
mod fill;
mod ground;
mod lanes;
mod lists;
mod load;
mod node;
mod peers;
mod replay;
mod results;
mod server;
mod suite;
mod tape;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use ground::Places;
use results::Results;
use suite::Plan;

/// Load on the built binary: lifecycles, lists, starts, memory, roofline.
#[derive(Parser)]
#[command(name = "bench", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    load: Load,
}

#[derive(Subcommand)]
enum Other {
    /// Other systems beside ours.
    Peers(peers::Peers),
    /// One stretch of our engine, as the comparison runs it.
    #[command(hide = true)]
    Engine(peers::engine::Engine),
}

#[derive(Args)]
struct Load {
    /// Databases, by comma.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    backend: Vec<String>,
    /// Seconds of lifecycles.
    #[arg(long, default_value_t = 20.0)]
    seconds: f64,
    /// Most lifecycles; the uploads of the first 8,000 are made before.
    #[arg(long, default_value_t = 8_000)]
    most: u64,
    /// Stored cases.
    #[arg(long, default_value_t = 100_000)]
    cases: u64,
    /// The binary `yiwang`.
    #[arg(long, default_value = "target/debug/yiwang")]
    binary: PathBuf,
    /// Folder for snapshots and runs.
    #[arg(long, default_value = "target/bench")]
    cache: PathBuf,
    /// Where the rows go.
    #[arg(long, default_value = "bench/results.json")]
    results: PathBuf,
    /// Only this part: lifecycles, lists, start, roofline.
    #[arg(long)]
    only: Option<String>,
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let done = runtime
        .map_err(anyhow::Error::from)
        .and_then(|it| it.block_on(run(Cli::parse())));
    match done {
        Ok(0) => ExitCode::SUCCESS,
        Ok(missed) => {
            eprintln!("bench: {missed} figures miss their target");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<usize> {
    match cli.other {
        None => load(cli.load).await,
        Some(Other::Peers(args)) => peers::run(&args).await.map(|()| 0),
        Some(Other::Engine(args)) => peers::engine::run(&args).await.map(|()| 0),
    }
}

async fn load(cli: Load) -> anyhow::Result<usize> {
    let checkout = std::env::current_dir()?;
    std::fs::create_dir_all(&cli.cache)?;
    let places = Places {
        binary: cli.binary.canonicalize()?,
        cache: cli.cache.canonicalize()?,
        cases: cli.cases,
        checkout,
    };
    let mut results = Results::new(&places.checkout);
    let plan = Plan {
        seconds: cli.seconds,
        most: cli.most,
        only: cli.only,
    };
    for backend in &cli.backend {
        suite::run(&places, backend, &plan, &mut results).await?;
        results.write(&cli.results)?;
    }
    Ok(results.missed())
}

//! One database from start to end: durability, lifecycles, lists, second start, memory.

use std::rc::Rc;
use std::time::Duration;

use anyhow::ensure;
use yiwang_types::Clock as _;

use crate::case::PLAYERS;
use crate::client::Client;
use crate::ground::{Ground, Places};
use crate::lists::{self, percentile};
use crate::load::{self, Photos, Stretch, milliseconds};
use crate::replay;
use crate::results::Results;
use crate::server::{Cookies, Launch, Server, cpu_seconds, cpu_seconds_with_children, resident_mb};
use crate::tape;
use crate::watch::{MachineClock, Watch};

/// What is measured, and for how long.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Seconds of lifecycles.
    pub seconds: f64,
    /// Most lifecycles.
    pub most: u64,
    /// Only one part.
    pub only: Option<String>,
}

impl Plan {
    fn has(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|it| it == part)
    }
}

/// Readers of lists who play nothing.
const READERS: [&str; 8] = [
    "intake1",
    "collector1",
    "collector2",
    "dispatcher1",
    "handler1",
    "handler2",
    "chief1",
    "leader1",
];
/// Seconds of lifecycles before the clock starts, so that statements are prepared.
const WARM_UP: f64 = 3.0;
/// Most uploads made before the clock starts.
const PHOTOS: u64 = 8_000;
/// Lifecycles that are written down for the roofline.
const TAPED: u64 = 2_000;
/// Seconds of each kind of list.
const LISTS: f64 = 6.0;
/// Seconds that a node rests before its memory is read.
const REST: Duration = Duration::from_secs(5);

/// Runs everything on one database.
///
/// # Errors
/// What keeps a figure from being taken.
pub async fn run(places: &Places, backend: &str, plan: &Plan, results: &mut Results) -> anyhow::Result<()> {
    let (ground, filled) = Ground::fresh(places, backend, "run").await?;
    if let Some(seconds) = filled {
        results.note(backend, "fill_s", seconds, "s");
    }
    println!("{backend:<10} {}", ground.database.durability().await?);
    results.note(backend, "stored_cases", float(ground.database.cases().await?), "cases");
    let launch = ground.launch(places);
    let server = launch.start_ready().await?;
    let cookies = server.sign_in(&READERS).await?;
    let mut rate = None;
    if plan.has("lifecycles") {
        rate = Some(lifecycles(&ground, &server, &cookies, plan, results).await?);
    }
    if plan.has("lists") {
        for (name, questions) in [("task_list", lists::TASKS), ("case_list", lists::CASES)] {
            let before = cpu_seconds(server.pid());
            let read = lists::ask(&server, &cookies, questions, LISTS).await?;
            let cpu = cpu_seconds(server.pid()) - before;
            results.note(backend, &format!("{name}_p95_ms"), percentile(&read.calls, 95), "ms");
            results.note(backend, &format!("{name}_p50_ms"), percentile(&read.calls, 50), "ms");
            results.note(
                backend,
                &format!("{name}_per_s"),
                ratio(read.calls.len(), read.seconds),
                "1/s",
            );
            results.note(
                backend,
                &format!("{name}_cpu_ms"),
                cpu * 1000.0 / float_of(read.calls.len()),
                "ms",
            );
            for (at, (who, path)) in questions.iter().enumerate() {
                let own: Vec<f64> = read.by_question.iter().filter(|it| it.0 == at).map(|it| it.1).collect();
                println!("{:>57.2} ms p95 {who} {path}", percentile(&own, 95));
            }
        }
    }
    server.stop().await?;
    if plan.has("start") {
        second_start(&launch, backend, &cookies, results).await?;
    }
    drop(ground);
    if let Some(rate) = rate.filter(|_| plan.only.is_none()) {
        roofline(places, backend, rate, results).await?;
    }
    Ok(())
}

/// The transactions of some lifecycles, written down by the server, are played again by a bare driver on a fresh copy.
async fn roofline(places: &Places, backend: &str, rate: f64, results: &mut Results) -> anyhow::Result<()> {
    let (ground, _) = Ground::fresh(places, backend, "taped").await?;
    let tape = places.cache.join(format!("{backend}.tape"));
    let launch = Launch {
        tape: Some(tape.clone()),
        ..ground.launch(places)
    };
    let server = launch.start_ready().await?;
    let cookies = server.sign_in(&PLAYERS).await?;
    let photos = Rc::new(Photos::upload(&server, &cookies, usize::try_from(TAPED)?).await?);
    let stretch = |seed, most| Stretch {
        seed,
        seconds: 60.0,
        most,
    };
    load::play(&server, &cookies, Rc::clone(&photos), stretch(3, TAPED / 4)).await?;
    let offset = std::fs::metadata(&tape)?.len();
    let run = load::play(&server, &cookies, photos, stretch(4, TAPED)).await?;
    server.stop().await?;
    drop(ground);
    let (before, behind) = tape::read(&tape, offset)?;
    let (ground, _) = Ground::fresh(places, backend, "taped").await?;
    replay::play(&ground.database, before).await?;
    let (count, lifecycles) = (behind.len(), float_of(usize::try_from(run.lifecycles)?));
    let seconds = replay::play(&ground.database, behind).await?;
    results.note(backend, "roofline_transactions", float_of(count), "commits");
    results.note(backend, "roofline_lifecycles_per_s", lifecycles / seconds, "1/s");
    results.note(backend, "write_roofline_ratio", rate * seconds / lifecycles, "");
    std::fs::remove_file(&tape)?;
    Ok(())
}

async fn lifecycles(
    ground: &Ground,
    server: &Server,
    cookies: &Cookies,
    plan: &Plan,
    results: &mut Results,
) -> anyhow::Result<f64> {
    ensure!(
        PLAYERS.iter().all(|it| !cookies.of(it).is_empty()),
        "a player is not signed in"
    );
    let backend = ground.database.name();
    let due = async || ground.database.due(MachineClock.now().millis()).await;
    load::drained(due).await?;
    let each = usize::try_from(plan.most.min(PHOTOS))? / 2 + 600;
    let photos = Rc::new(Photos::upload(server, cookies, each).await?);
    let warm = Stretch {
        seed: 1,
        seconds: WARM_UP,
        most: 1_000,
    };
    load::play(server, cookies, Rc::clone(&photos), warm).await?;
    let closed = ground.database.closed().await?;
    let own = || cpu_seconds(std::process::id());
    let theirs = || ground.database_pid().map_or(0.0, cpu_seconds_with_children);
    let before = (cpu_seconds(server.pid()), own(), theirs());
    let stretch = Stretch {
        seed: 2,
        seconds: plan.seconds,
        most: plan.most,
    };
    let run = load::play(server, cookies, photos, stretch).await?;
    let drain = load::drained(due).await?;
    let spent = (cpu_seconds(server.pid()) - before.0, own() - before.1, theirs() - before.2);
    for error in run.errors.iter().take(5) {
        println!("{backend:<10} error: {error}");
    }
    let found = ground.database.closed().await? - closed;
    ensure!(
        found >= i64::try_from(run.lifecycles)?,
        "{} lifecycles were acknowledged, {found} are stored",
        run.lifecycles
    );
    let lifecycles = float(i64::try_from(run.lifecycles)?);
    results.note(backend, "lifecycles_per_s", lifecycles / (run.seconds + drain), "1/s");
    results.note(backend, "errors", float_of(run.errors.len()), "calls");
    results.note(backend, "drain_s", drain, "s");
    results.note(backend, "call_p50_ms", percentile(&run.calls, 50), "ms");
    results.note(backend, "call_p95_ms", percentile(&run.calls, 95), "ms");
    results.note(backend, "call_p99_ms", percentile(&run.calls, 99), "ms");
    results.note(backend, "server_cpu_ms_per_lifecycle", spent.0 * 1000.0 / lifecycles, "ms");
    results.note(backend, "client_cpu_ms_per_lifecycle", spent.1 * 1000.0 / lifecycles, "ms");
    if ground.cluster.is_some() {
        results.note(backend, "database_cpu_ms_per_lifecycle", spent.2 * 1000.0 / lifecycles, "ms");
    }
    Ok(lifecycles / (run.seconds + drain))
}

/// Started again on the same folder: to the first answered task list of a session that outlived the stop, then at rest.
async fn second_start(launch: &Launch, backend: &str, cookies: &Cookies, results: &mut Results) -> anyhow::Result<()> {
    let watch = Watch::start();
    let server = launch.start()?;
    loop {
        if let Ok(mut client) = Client::connect(&server.address).await
            && let Ok(reply) = client.get("/api/v1/tasks?box=todo", cookies.of("intake1")).await
            && reply.status == 200
        {
            break;
        }
        ensure!(watch.seconds() < 60.0, "no task list within a minute of the start");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    results.note(backend, "second_start_ms", milliseconds(watch), "ms");
    tokio::time::sleep(REST).await;
    results.note(backend, "rss_mb_idle", resident_mb(server.pid()), "MB");
    server.stop().await
}

fn ratio(count: usize, seconds: f64) -> f64 {
    float_of(count) / seconds
}

fn float_of(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

fn float(count: i64) -> f64 {
    i32::try_from(count).map_or(f64::MAX, f64::from)
}

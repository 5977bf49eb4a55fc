//! What the urban app cannot say in data: the seeded demonstration county. One seed and one moment make the same county, the same cases and
//! the same way of each through its process every time (row ids and progress codes apart, which are random by design).
//!
//! Everything goes through the write pipeline: geography as job `demo`, reports and acts as the demo users, at their time.

mod cases;
mod company;
mod draw;
mod file;
mod geography;
mod ground;
mod picture;
mod play;
mod script;
mod stories;
mod town;

use futures::future::BoxFuture;
use std::sync::Arc;

use yiwang_authz::Subject;
use yiwang_process::Processes;
use yiwang_records::Ctx;
use yiwang_space::Space;
use yiwang_types::{Fault, Instant};

use crate::file::DemoFile;
use crate::town::Town;

/// Parameters of the invented county.
const LANXI: &str = include_str!("../../../../overlays/lanxi/demo.yaml");
/// The job that makes geography and registers what machines report.
const JOB: &str = "demo";

/// Who plays, and where their pictures go.
pub trait Cast: Send + Sync {
    /// The subject of a demo user with the rights of now. Users and their posts must stand before the demo is loaded.
    fn subject<'a>(&'a self, username: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>>;

    /// Keeps a drawn picture (PNG) as an upload of that subject; gives the id that a `files` field takes. The same picture comes many times.
    fn picture<'a>(&'a self, ctx: &'a Ctx, name: &'a str, png: &'a [u8]) -> BoxFuture<'a, Result<String, Fault>>;
}

/// How far the loading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being made, in Chinese.
    pub what: &'static str,
    /// How many are made.
    pub done: usize,
    /// Of how many.
    pub total: usize,
}

/// What was made by this call; all 0 when the demo was there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemoReport {
    /// Unit grid cells.
    pub cells: usize,
    /// Grounds of divisions.
    pub boundaries: usize,
    /// Streets.
    pub streets: usize,
    /// Addresses.
    pub addresses: usize,
    /// Components.
    pub components: usize,
    /// Cases.
    pub cases: usize,
    /// Acts on cases, creations not counted.
    pub acts: usize,
    /// Timers that fired.
    pub timers: usize,
}

/// Loads `--demo=small`: 400 cells, 2,000 components, 500 cases over the last half year. Does nothing where it is loaded already; geography
/// that is incomplete (a load was cut off) is completed, cases are made only where there are none.
///
/// # Errors
/// The fault of the first record or act that does not go in, with what was being done.
pub async fn load_small(
    processes: &Processes,
    space: &Space,
    cast: &dyn Cast,
    now: Instant,
    seed: u64,
    progress: impl Fn(Progress) + Send + Sync,
) -> Result<DemoReport, Fault> {
    let file = DemoFile::read(LANXI).map_err(|why| Fault::internal(format!("demo.yaml: {why}")))?;
    let town = Town::draw(&file, "small", seed, processes)?;
    let mut report = geography::load(processes, space, &town, now, &progress).await?;
    space.refresh_if_changed().await?;
    if play::is_loaded(processes).await? {
        return Ok(report);
    }
    let scripts = cases::draw(&town, processes, now, seed)?;
    let played = play::play(processes, cast, &town, scripts, now, &progress).await?;
    report.cases = played.cases;
    report.acts = played.acts;
    report.timers = played.timers;
    Ok(report)
}

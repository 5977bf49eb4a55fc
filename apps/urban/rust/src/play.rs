//! Plays all scripts in the order of time: several acts at once, timers at their moment, so that what is late is late.

mod acting;

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;

use futures::future::join_all;
use yiwang_process::Processes;
use yiwang_types::{Date, Fault, Instant, Offset};

use crate::company::Company;
use crate::geography::At;
use crate::picture::{Moment, Trouble};
use crate::script::{Script, What};
use crate::town::Town;
use crate::{Cast, Progress};
use acting::Case;

/// Acts on their way at once, each on a case of its own.
const TOGETHER: usize = 16;
/// Timers fired in one go.
const TIMERS: u32 = 200;

/// What was played.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Played {
    pub cases: usize,
    pub acts: usize,
    pub timers: usize,
}

/// Everything that every act needs.
pub(crate) struct Stage<'a, 'b> {
    pub processes: &'a Processes,
    pub cast: &'a dyn Cast,
    pub company: Company,
    pub town: &'a Town<'b>,
    pub now: Instant,
    pub pictures: Vec<(Trouble, Moment, Vec<u8>)>,
}

/// Whether there is any case at all.
pub(crate) async fn is_loaded(processes: &Processes) -> Result<bool, Fault> {
    Ok(processes.records().system("demo").stamp("urban_case").await?.0 > 0)
}

/// Plays the scripts until `now`.
pub(crate) async fn play(
    processes: &Processes,
    cast: &dyn Cast,
    town: &Town<'_>,
    scripts: Vec<Script>,
    now: Instant,
    progress: &(impl Fn(Progress) + Send + Sync),
) -> Result<Played, Fault> {
    let company = Company::gather(processes, cast).await?;
    let stage = Stage {
        processes,
        cast,
        company,
        town,
        now,
        pictures: acting::pictures(),
    };
    let total = scripts.len();
    let mut cases: Vec<Option<Case>> = scripts
        .into_iter()
        .filter(|it| it.at <= now)
        .map(|it| Some(Case::new(it)))
        .collect();
    let mut queue: BinaryHeap<Reverse<(Instant, usize)>> = BinaryHeap::new();
    queue.extend(
        cases
            .iter()
            .enumerate()
            .filter_map(|(at, case)| Some(Reverse((case.as_ref()?.due()?, at)))),
    );
    let mut played = Played::default();
    while let Some(batch) = next_batch(&mut queue, &cases) {
        let (at, due) = match batch.as_slice() {
            [(due, at)] if case(&cases, *at).is_some_and(Case::timer_is_next) => (*at, *due),
            _ => {
                let taken: Vec<(usize, Case)> = batch
                    .iter()
                    .filter_map(|(_, at)| Some((*at, cases.get_mut(*at)?.take()?)))
                    .collect();
                for (at, result) in join_all(taken.into_iter().map(|(at, case)| one(&stage, at, case))).await {
                    let case = result?;
                    played.cases += usize::from(case.acts == 0);
                    played.acts += usize::from(case.acts > 0);
                    queue.extend(case.due().map(|due| Reverse((due, at))));
                    if let Some(slot) = cases.get_mut(at) {
                        *slot = Some(case);
                    }
                }
                progress(Progress {
                    what: "案卷",
                    done: played.cases,
                    total,
                });
                continue;
            }
        };
        played.timers += fire(&stage, due).await?;
        if let Some(case) = cases.get_mut(at).and_then(Option::as_mut) {
            case.timer_fired();
            queue.extend(case.due().map(|due| Reverse((due, at))));
        }
    }
    played.timers += fire(&stage, now).await?;
    Ok(played)
}

async fn one(stage: &Stage<'_, '_>, at: usize, mut case: Case) -> (usize, Result<Case, Fault>) {
    let name = case.name.clone();
    let done = case.step(stage).await;
    (at, done.map(|()| case).map_err(|fault| explained(&name, fault)))
}

fn case(cases: &[Option<Case>], at: usize) -> Option<&Case> {
    cases.get(at).and_then(Option::as_ref)
}

/// The next acts that do not disturb each other: every case once, one case number and one report number of a day at a time (so that the same
/// case has the same number in every run), a timer alone.
fn next_batch(queue: &mut BinaryHeap<Reverse<(Instant, usize)>>, cases: &[Option<Case>]) -> Option<Vec<(Instant, usize)>> {
    let mut batch = Vec::new();
    let mut days: BTreeSet<Date> = BTreeSet::new();
    let mut filing = false;
    while let Some(Reverse((due, at))) = queue.peek().copied() {
        let Some(next) = case(cases, at) else { break };
        let timer = next.timer_is_next();
        let disturbs = match next.what() {
            None => !days.insert(due.date(Offset::CHINA)),
            Some(What::Task { element, .. }) if element == "intake" => std::mem::replace(&mut filing, true),
            Some(_) => false,
        };
        if !batch.is_empty() && (timer || disturbs) {
            break;
        }
        queue.pop();
        batch.push((due, at));
        if timer || batch.len() >= TOGETHER {
            break;
        }
    }
    (!batch.is_empty()).then_some(batch)
}

/// Fires what is due by then. No case is behind that moment, so every timer that fires is one whose deadline passed without an act.
async fn fire(stage: &Stage<'_, '_>, at: Instant) -> Result<usize, Fault> {
    let fired = stage.processes.at(Arc::new(At(at))).fire_due(TIMERS).await?;
    Ok(usize::try_from(fired).unwrap_or(0))
}

/// The fault with what was being played, for the log.
fn explained(name: &str, fault: Fault) -> Fault {
    let why = format!(
        "demo {name}: {} {:?} {}",
        fault.code,
        fault.fields,
        fault.internal.clone().unwrap_or_default()
    );
    fault.because(why)
}

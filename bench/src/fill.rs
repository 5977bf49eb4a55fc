//! Fills a demo folder with stored cases: through the write pipeline, in its bulk lane, each act at its own past moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use serde_json::Value as Json;
use tokio::task::JoinSet;
use yiwang_authz::Subject;
use yiwang_files::{Declared, Kind};
use yiwang_process::{ActInput, NewMatter, Writer};
use yiwang_records::rows::Lane;
use yiwang_records::{Ctx, Saved};
use yiwang_types::Instant;

use crate::case::{Case, PLAYERS, REGISTER, Step};
use crate::draw::Draw;
use crate::load::PHOTO;
use crate::node::Node;
use crate::watch::Standing;

/// Cases on their way at once.
const TOGETHER: u64 = 16;
/// Days over which the cases lie.
const DAYS: u64 = 730;
/// Of a hundred cases so many were turned away at the desk, and so many are open now at one of the five steps; the others are closed.
const REFUSED: u64 = 75;
const OPEN: u64 = 5;
const SEED: u64 = 100_000;

struct Stage {
    node: Node,
    users: BTreeMap<&'static str, Arc<Subject>>,
    now: Instant,
}

/// Makes so many cases.
///
/// # Errors
/// The fault of the first act that does not go in.
pub async fn fill(node: Node, cases: u64, now: Instant) -> anyhow::Result<()> {
    let mut users = BTreeMap::new();
    for name in PLAYERS {
        users.insert(name, node.subject(name).await?);
    }
    let stage = Arc::new(Stage { node, users, now });
    let mut under_way: JoinSet<anyhow::Result<()>> = JoinSet::new();
    for number in 0..cases {
        if number >= TOGETHER
            && let Some(done) = under_way.join_next().await
        {
            done??;
        }
        if number % 10_000 == 0 {
            eprintln!("bench: {number} of {cases} cases are stored");
        }
        let stage = Arc::clone(&stage);
        under_way.spawn(async move { one(&stage, number).await.with_context(|| format!("case {number}")) });
    }
    while let Some(done) = under_way.join_next().await {
        done??;
    }
    while stage.node.processes.fire_due(500).await? > 0 {}
    let stage = Arc::into_inner(stage).context("a case is still under way")?;
    stage.node.close().await;
    Ok(())
}

async fn one(stage: &Stage, number: u64) -> anyhow::Result<()> {
    let case = Case::draw(SEED, number);
    let fate = number % 100;
    let mut draw = Draw::of(SEED + 1, number);
    let open = fate >= 100 - OPEN;
    // What is still open came in lately.
    let minutes = if open {
        60 + draw.below(2_000)
    } else {
        4_000 + draw.below(DAYS * 1_440)
    };
    let reported = stage.now.plus_minutes(-i64::try_from(minutes).unwrap_or(0));
    let new = NewMatter {
        fields: case.fields.clone(),
        notes: Default::default(),
        writer: Writer::Outside,
    };
    let processes = stage.node.processes.at(Arc::new(Standing(reported)));
    let mut saved = processes.create(&ctx(stage, case.reporter)?, REGISTER, &new).await?;
    if fate < REFUSED {
        act(stage, &saved, &Case::refusal(), reported.plus_minutes(5)).await?;
        return Ok(());
    }
    let done = if open { usize::try_from(fate % OPEN)? } else { 5 };
    let photo = if done > 2 {
        upload(stage, case.handler).await?
    } else {
        String::new()
    };
    for (at, step) in case.steps(&photo).iter().take(done).enumerate() {
        let later = i64::try_from(at + 1).unwrap_or(0) * 7;
        saved = act(stage, &saved, step, reported.plus_minutes(later)).await?;
    }
    Ok(())
}

async fn act(stage: &Stage, saved: &Saved, step: &Step, at: Instant) -> anyhow::Result<Saved> {
    let task = saved
        .answer
        .get("tasks")
        .and_then(|it| it.get(0)?.get("id")?.as_str())
        .context("no task is open")?;
    let input = ActInput {
        outcome: Some(step.outcome.to_owned()),
        form: step.form.clone(),
        comment: step.comment.map(str::to_owned),
    };
    let processes = stage.node.processes.at(Arc::new(Standing(at)));
    let done = processes.act(&ctx(stage, step.who)?, task, "complete", &input).await;
    done.with_context(|| format!("{} by {}: {}", step.outcome, step.who, Json::Object(step.form.clone())))
}

async fn upload(stage: &Stage, user: &str) -> anyhow::Result<String> {
    let declared = Declared {
        name: Some("photo.png".to_owned()),
        media_type: Some("image/png".to_owned()),
    };
    let ctx = ctx(stage, user)?;
    Ok(stage.node.files.upload(&ctx, PHOTO, &declared, &[Kind::Image]).await?.id)
}

fn ctx(stage: &Stage, user: &str) -> anyhow::Result<Ctx> {
    let subject = stage.users.get(user).with_context(|| format!("no player {user}"))?;
    Ok(Ctx {
        lane: Lane::Bulk,
        ..Ctx::new(Arc::clone(subject))
    })
}

//! The process of the comparison on a node: a matter is created in one commit and its task ended in another.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use serde_json::{Map, json};
use yiwang_model::SourceFile;
use yiwang_process::{ActInput, NewMatter, Writer};
use yiwang_records::Ctx;
use yiwang_store::Config;
use yiwang_testkit::system::staff;

use super::{Engine, MODEL, amount, took};
use crate::lanes;
use crate::node::{Node, own_packages};
use crate::peers::loops::Took;
use crate::server::cpu_seconds;
use crate::watch::Watch;

const APP: [(&str, &str); 5] = [
    ("apps/claims/app.yaml", include_str!("../../../peers/app/app.yaml")),
    ("apps/claims/roles.yaml", include_str!("../../../peers/app/roles.yaml")),
    (
        "apps/claims/registers/claim.yaml",
        include_str!("../../../peers/app/claim.yaml"),
    ),
    (
        "apps/claims/forms/approve.yaml",
        include_str!("../../../peers/app/approve.yaml"),
    ),
    ("apps/claims/processes/claim.bpmn", MODEL),
];

/// Matters from their creation to their end, so many at a time.
///
/// # Errors
/// What the node says.
pub async fn run(args: &Engine) -> anyhow::Result<Took> {
    let node = Rc::new(open(args).await?);
    let epoch = node.processes.records().epochs().await?.rights;
    let clerk = Arc::new(staff("clerk1", "desk", &["clerk"], &[], epoch));
    let (next, large) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let begun = (Watch::start(), cpu_seconds(std::process::id()));
    let mut clients = Vec::new();
    for _ in 0..args.together {
        let (node, clerk, next, large, count) = (
            Rc::clone(&node),
            Arc::clone(&clerk),
            Rc::clone(&next),
            Rc::clone(&large),
            args.count,
        );
        clients.push(async move {
            while next.get() < count {
                let number = next.replace(next.get() + 1);
                let status = one(&node, &Ctx::new(Arc::clone(&clerk)), number).await?;
                large.set(large.get() + usize::from(status == "LARGE"));
            }
            anyhow::Ok(())
        });
    }
    lanes::all(clients).await?;
    let took = took(args.count, large.get(), 0, begun);
    Rc::into_inner(node).context("an instance is still under way")?.close().await;
    Ok(took)
}

async fn open(args: &Engine) -> anyhow::Result<Node> {
    let folder = args.folder.as_deref().context("where is it to be stored? --folder")?;
    std::fs::create_dir_all(folder)?;
    let config = match &args.database {
        None => Config::sqlite(folder),
        Some(url) => Config::postgres(url),
    };
    let own = APP.iter().map(|(path, text)| SourceFile {
        path: (*path).to_owned(),
        bytes: text.as_bytes().into(),
    });
    let packages: Vec<SourceFile> = own_packages().into_iter().chain(own).collect();
    let node = Node::open(folder, config, &packages).await?;
    let broken = &node.processes.registry().current().diagnostics;
    ensure!(broken.is_empty(), "{broken:?}");
    Ok(node)
}

/// Creates a matter (first commit) and ends its task (second); its status behind that.
async fn one(node: &Node, ctx: &Ctx, number: usize) -> anyhow::Result<String> {
    let fields = [("title".to_owned(), json!(format!("报销单{number}")))]
        .into_iter()
        .collect::<Map<_, _>>();
    let new = NewMatter {
        fields,
        notes: Map::new(),
        writer: Writer::Outside,
    };
    let saved = node.processes.create(ctx, "claim", &new).await?;
    let task = saved.answer.get("tasks").and_then(|it| it.get(0)?.get("id")?.as_str());
    let input = ActInput {
        outcome: Some("agree".to_owned()),
        form: [("amount".to_owned(), json!(amount(number)))].into_iter().collect(),
        comment: None,
    };
    let task = task.context("no task is open")?;
    Ok(node.processes.act(ctx, task, "complete", &input).await?.status)
}

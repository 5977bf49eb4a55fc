//! The demo county, played into a fresh demo folder.

use std::sync::Arc;

use futures::future::BoxFuture;
use yiwang_app_urban::{Cast, load_small};
use yiwang_authz::Subject;
use yiwang_files::{Declared, Kind};
use yiwang_records::Ctx;
use yiwang_types::{Code, Fault};

use crate::node::{Node, told};

/// Every demo of one version begins with the same county.
const SEED: u64 = 990_124;

/// The demo's people and their pictures.
struct Company<'a>(&'a Node);

impl Cast for Company<'_> {
    fn subject<'a>(&'a self, username: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>> {
        Box::pin(async move {
            let directory = self.0.identity.directory().await?;
            let person = directory.person_named(username);
            let id = person.map(|it| it.id.clone());
            let id = id.ok_or_else(|| Fault::new(Code::NotFound, format!("没有演示用户 {username}")))?;
            self.0.identity.subject_of(&id).await
        })
    }

    fn picture<'a>(&'a self, ctx: &'a Ctx, name: &'a str, png: &'a [u8]) -> BoxFuture<'a, Result<String, Fault>> {
        Box::pin(async move {
            let declared = Declared {
                name: Some(name.to_owned()),
                media_type: Some("image/png".to_owned()),
            };
            Ok(self.0.files.upload(ctx, png, &declared, &[Kind::Image]).await?.id)
        })
    }
}

/// Loads geography and cases unless they are there.
///
/// # Errors
/// A sentence for the person at the terminal.
pub async fn load(node: &Node) -> anyhow::Result<()> {
    let tell = |it: yiwang_app_urban::Progress| {
        if it.done == it.total {
            tracing::info!(what = it.what, count = it.total, "The demo is being made");
        }
    };
    let now = node.records.now();
    let report = load_small(&node.processes, &node.space, &Company(node), now, SEED, tell)
        .await
        .map_err(told)?;
    tracing::info!(
        cells = report.cells,
        components = report.components,
        cases = report.cases,
        acts = report.acts,
        "The demo is there"
    );
    Ok(())
}

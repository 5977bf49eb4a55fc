//! `yiwang serve`: the node, its routers, its steady work, and an orderly end.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::admin;
use crate::doors::{self, Door};
use crate::folder::Folder;
use crate::node::{Node, Settings};
use crate::work;

/// Serves until it is told to stop.
///
/// # Errors
/// A sentence for the person at the terminal.
pub async fn run(folder: Folder, listen: SocketAddr, settings: &Settings, door: &Door) -> anyhow::Result<()> {
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("端口 {listen} 不能用;换一个:--listen 127.0.0.1:端口"))?;
    let address = listener.local_addr()?;
    let node = Node::open(folder, settings).await?;
    let (stop, stopped) = watch::channel(false);
    let loading = {
        let node = node.clone();
        let stop = stop.clone();
        tokio::spawn(async move {
            if let Err(err) = node.load().await {
                tracing::error!(error = format!("{err:#}"), "Loading failed");
                let _ = stop.send(true);
            }
        })
    };
    let steady = tokio::spawn(work::every_second(node.clone(), stopped.clone()));
    let jobs = tokio::spawn(work::jobs(node.clone(), stopped.clone()));
    let admin = tokio::spawn(admin::serve(node.clone(), stopped.clone()));
    println!(
        "一网 {} 在 http://{address}/ 打开;管理台 http://{address}/staff",
        env!("CARGO_PKG_VERSION")
    );
    tokio::spawn(signals(stop));
    let mut end = stopped.clone();
    yiwang_api::serve(listener, doors::router(&node, door), async move {
        let _ = end.wait_for(|it| *it).await;
    })
    .await;
    let _ = tokio::join!(loading, steady, jobs, admin);
    let _ = std::fs::remove_file(node.folder.socket());
    node.records.store().clone().close().await;
    Ok(())
}

async fn signals(stop: watch::Sender<bool>) {
    let mut term = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(it) => it,
        Err(err) => {
            tracing::error!(error = %err, "No signal handler");
            return;
        }
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("Stopping");
    let _ = stop.send(true);
}

/// The runtime of the binary.
///
/// # Errors
/// When it cannot be made.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(5));
    result
}

/// Where logs go: to standard error, as the environment's `YIWANG_LOG` asks (default: warnings, own notes).
pub fn log() {
    let filter = std::env::var("YIWANG_LOG").unwrap_or_else(|_| "warn,yiwang=info".to_owned());
    let filter = tracing_subscriber::EnvFilter::try_new(filter).unwrap_or_default();
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

//! Clients side by side on one thread.

use tokio::task::{JoinSet, LocalSet};

/// Runs all of them to their end.
///
/// # Errors
/// The first fault; the others are stopped.
pub async fn all<F>(lanes: Vec<F>) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>> + 'static,
{
    let local = LocalSet::new();
    let mut running = JoinSet::new();
    for lane in lanes {
        running.spawn_local_on(lane, &local);
    }
    let ended = async {
        while let Some(done) = running.join_next().await {
            done??;
        }
        Ok(())
    };
    local.run_until(ended).await
}

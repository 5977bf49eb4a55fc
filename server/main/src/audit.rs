//! `yiwang audit verify`.

use tokio::sync::mpsc::UnboundedSender;

use crate::admin::Line;
use crate::node::{Node, told};

/// Recomputes every chain; exit code 1 when something does not fit.
///
/// # Errors
/// What the store says.
pub async fn run(node: &Node, say: &UnboundedSender<Line>) -> anyhow::Result<u8> {
    let report = node.records.verify_audit().await.map_err(told)?;
    for finding in &report.findings {
        let _ = say.send(Line::Say(format!(
            "{} 第 {} 行:{}",
            finding.chain, finding.seq, finding.message
        )));
    }
    let verdict = if report.findings.is_empty() { "完整" } else { "有问题" };
    let _ = say.send(Line::Say(format!(
        "chains={} rows={} findings={} {verdict}",
        report.chains,
        report.rows,
        report.findings.len()
    )));
    Ok(u8::from(!report.findings.is_empty()))
}

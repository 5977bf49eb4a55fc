//! `yiwang token`: a bearer token for a program, with the rights of a user. It is printed once and kept nowhere.

use tokio::sync::mpsc::UnboundedSender;
use yiwang_records::Ctx;

use crate::admin::Line;
use crate::node::{Node, told};

/// Makes a token.
///
/// # Errors
/// When there is no such user; what the store says.
pub async fn run(node: &Node, user: &str, name: &str, days: u16, say: &UnboundedSender<Line>) -> anyhow::Result<u8> {
    let id = node.identity.user_named(user).await.map_err(told)?;
    let expires = node.records.now().plus_minutes(i64::from(days) * 24 * 60);
    let token = node
        .identity
        .create_token(&Ctx::job("kernel"), &id, name, expires)
        .await
        .map_err(told)?;
    let _ = say.send(Line::Say(token));
    Ok(0)
}

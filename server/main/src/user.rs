//! `yiwang user`: people who may sign in, added and helped from the machine itself. The first administrator comes this way: before him nobody
//! could allow anything.

use anyhow::bail;
use tokio::sync::mpsc::UnboundedSender;
use yiwang_identity::NewUser;
use yiwang_records::Ctx;

use crate::admin::Line;
use crate::folder::generate_password;
use crate::node::{Node, told};
use crate::system::SystemEntropy;

/// Adds a user. Without posts he becomes system administrator, which only the first one may.
///
/// # Errors
/// When a part is wrong or taken; what the store says.
pub async fn add(node: &Node, user: &NewUser, password: Option<&str>, say: &UnboundedSender<Line>) -> anyhow::Result<u8> {
    let ctx = Ctx::job("kernel");
    let mut user = user.clone();
    if user.posts.is_empty() {
        if node.identity.has_any_user().await.map_err(told)? {
            bail!("写明岗位:--post 岗位代码(可写几次);不写岗位只能建第一个管理员");
        }
        // The command may come before the first start.
        node.seed().await?;
        user.posts = vec![node.identity.admin_post(&ctx).await.map_err(told)?];
        if user.name.is_empty() {
            user.name = "系统管理员".to_owned();
        }
    }
    if user.name.is_empty() {
        bail!("写明姓名:--name 姓名");
    }
    let (password, generated) = chosen(password);
    node.identity.add_user(&ctx, &user, &password).await.map_err(told)?;
    let posts = user.posts.join("、");
    let _ = say.send(Line::Say(format!("已建用户 {},岗位 {posts};首次登录须改密码", user.username)));
    tell(&password, generated, say);
    Ok(0)
}

/// Gives a user a new password, which he has to change at the next sign-in; his sessions end.
///
/// # Errors
/// When there is no such user or the password will not do; what the store says.
pub async fn password(node: &Node, username: &str, password: Option<&str>, say: &UnboundedSender<Line>) -> anyhow::Result<u8> {
    let id = node.identity.user_named(username).await.map_err(told)?;
    let (password, generated) = chosen(password);
    node.identity
        .set_password(&Ctx::job("kernel"), &id, &password)
        .await
        .map_err(told)?;
    let _ = say.send(Line::Say(format!("已换 {username} 的密码;下次登录须改密码")));
    tell(&password, generated, say);
    Ok(0)
}

fn chosen(given: Option<&str>) -> (String, bool) {
    match given {
        Some(it) => (it.to_owned(), false),
        None => (generate_password(&SystemEntropy), true),
    }
}

/// The last line is the generated password alone, for people and scripts; one that was given is not repeated.
fn tell(password: &str, generated: bool, say: &UnboundedSender<Line>) {
    if generated {
        let _ = say.send(Line::Note("密码只显示这一次:".to_owned()));
        let _ = say.send(Line::Say(password.to_owned()));
    }
}

//! `DIR/admin.sock`: the command line talks to a running server, because a folder has one process. One request a connection: a JSON line, then
//! data; answered by lines, the last one `{"exit": n}`.

use std::os::unix::fs::PermissionsExt as _;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use yiwang_identity::NewUser;

use crate::folder::Folder;
use crate::node::Node;
use crate::{audit, import, token, user};

/// What the command line asks.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// Take in a file: its content follows.
    Import {
        /// Register.
        register: String,
        /// Import definition; the only one of the register when not given.
        mapping: Option<String>,
    },
    /// Recompute the audit chains.
    AuditVerify,
    /// Make a bearer token with the rights of a user.
    Token {
        /// User name.
        user: String,
        /// What it is for.
        name: String,
        /// Days until it ends.
        days: u16,
    },
    /// Add somebody who may sign in.
    UserAdd {
        /// Who.
        user: NewUser,
        /// The first password; one is made when none is given.
        password: Option<String>,
    },
    /// Give a user a new password.
    UserPassword {
        /// User name.
        username: String,
        /// The password; one is made when none is given.
        password: Option<String>,
    },
}

/// A line of the answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// To be printed.
    Say(String),
    /// To be printed to standard error.
    Note(String),
    /// The end, with the exit code.
    Exit(u8),
}

/// Serves the socket until the node stops.
pub async fn serve(node: Node, mut stopped: watch::Receiver<bool>) {
    let path = node.folder.socket();
    let _ = std::fs::remove_file(&path);
    let listener = match UnixListener::bind(&path) {
        Ok(it) => it,
        Err(err) => {
            tracing::error!(error = %err, "The command line's socket cannot be opened");
            return;
        }
    };
    // The folder is 0700; the socket itself is closed to others all the same.
    let _ = std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600));
    loop {
        let accepted = tokio::select! {
            it = listener.accept() => it,
            _ = stopped.wait_for(|it| *it) => return,
        };
        if let Ok((stream, _)) = accepted {
            let node = node.clone();
            tokio::spawn(async move {
                if let Err(err) = answer(&node, stream).await {
                    tracing::warn!(error = format!("{err:#}"), "A command over the socket failed");
                }
            });
        }
    }
}

/// Does what is asked, on the node of a running server or on one opened for it; gives the exit code.
///
/// # Errors
/// A sentence for the person at the terminal.
pub async fn act(node: &Node, ask: &Ask, bytes: &[u8], say: &UnboundedSender<Line>) -> anyhow::Result<u8> {
    match ask {
        Ask::Import { register, mapping } => import::run(node, register, mapping.as_deref(), bytes, say).await,
        Ask::AuditVerify => audit::run(node, say).await,
        Ask::Token { user, name, days } => token::run(node, user, name, *days, say).await,
        Ask::UserAdd { user, password } => user::add(node, user, password.as_deref(), say).await,
        Ask::UserPassword { username, password } => user::password(node, username, password.as_deref(), say).await,
    }
}

async fn answer(node: &Node, stream: UnixStream) -> anyhow::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut reading = BufReader::new(reading);
    let mut line = String::new();
    reading.read_line(&mut line).await?;
    let ask: Ask = serde_json::from_str(&line).context("读不懂的命令")?;
    let (say, mut said) = tokio::sync::mpsc::unbounded_channel::<Line>();
    let work = async {
        let mut bytes = Vec::new();
        reading.read_to_end(&mut bytes).await?;
        let exit = match act(node, &ask, &bytes, &say).await {
            Ok(exit) => exit,
            Err(err) => {
                let _ = say.send(Line::Note(format!("{err:#}")));
                1
            }
        };
        let _ = say.send(Line::Exit(exit));
        drop(say);
        anyhow::Ok(())
    };
    let write = async {
        while let Some(line) = said.recv().await {
            writing
                .write_all(format!("{}\n", serde_json::to_string(&line)?).as_bytes())
                .await?;
        }
        anyhow::Ok(())
    };
    let (worked, written) = tokio::join!(work, write);
    worked.and(written)
}

/// Asks a running server; none when no server runs on this folder.
///
/// # Errors
/// When the connection breaks.
pub async fn ask(folder: &Folder, ask: &Ask, data: &[u8]) -> anyhow::Result<Option<u8>> {
    let Ok(stream) = UnixStream::connect(folder.socket()).await else {
        return Ok(None);
    };
    let (reading, mut writing) = stream.into_split();
    let question = format!("{}\n", serde_json::to_string(ask)?);
    let send = async {
        writing.write_all(question.as_bytes()).await?;
        writing.write_all(data).await?;
        writing.shutdown().await?;
        anyhow::Ok(())
    };
    let receive = async {
        let mut lines = BufReader::new(reading).lines();
        while let Some(line) = lines.next_line().await? {
            match serde_json::from_str(&line)? {
                Line::Exit(exit) => return Ok(exit),
                line => show(&line),
            }
        }
        anyhow::bail!("服务在回答之前断开了")
    };
    let (sent, exit) = tokio::join!(send, receive);
    let exit = exit?;
    sent?;
    Ok(Some(exit))
}

/// Prints a line where it belongs.
pub fn show(line: &Line) {
    match line {
        Line::Say(text) => println!("{text}"),
        Line::Note(text) => eprintln!("{text}"),
        Line::Exit(_) => {}
    }
}

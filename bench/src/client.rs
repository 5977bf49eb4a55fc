//! A client that costs little: one keep-alive connection, requests written by hand, answers read into one buffer.

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A keep-alive connection.
pub struct Client {
    stream: TcpStream,
    sent: Vec<u8>,
    got: Vec<u8>,
    head: String,
}

/// An answer.
pub struct Reply<'c> {
    /// HTTP status.
    pub status: u16,
    /// Everything before the body.
    pub head: &'c str,
    /// The body.
    pub body: &'c [u8],
}

impl Reply<'_> {
    /// The body, when the status is the one wanted.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn expect(&self, status: u16) -> anyhow::Result<&[u8]> {
        ensure!(
            self.status == status,
            "{} instead of {status}: {}",
            self.status,
            String::from_utf8_lossy(self.body)
        );
        Ok(self.body)
    }
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(address: &str) -> anyhow::Result<Client> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client {
            stream,
            sent: Vec::with_capacity(4096),
            got: Vec::with_capacity(65_536),
            head: String::new(),
        })
    }

    /// Header lines, each with its end, that go with every request from now on.
    pub fn carry(&mut self, head: String) {
        self.head = head;
    }

    /// A read.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn get(&mut self, path: &str, cookie: &str) -> anyhow::Result<Reply<'_>> {
        self.send("GET", path, cookie, "application/json", &[]).await
    }

    /// A write of JSON.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn post(&mut self, path: &str, cookie: &str, body: &str) -> anyhow::Result<Reply<'_>> {
        self.send("POST", path, cookie, "application/json", body.as_bytes()).await
    }

    /// Any request.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn send(&mut self, method: &str, path: &str, cookie: &str, kind: &str, body: &[u8]) -> anyhow::Result<Reply<'_>> {
        self.sent.clear();
        let length = body.len().to_string();
        let mut parts = vec![method, " ", path, " HTTP/1.1\r\nhost: bench\r\n"];
        if !cookie.is_empty() {
            parts.extend(["cookie: ", cookie, "\r\n"]);
        }
        if method != "GET" {
            parts.extend(["content-type: ", kind, "\r\ncontent-length: ", &length, "\r\n"]);
        }
        parts.extend([self.head.as_str(), "\r\n"]);
        for part in parts {
            self.sent.extend_from_slice(part.as_bytes());
        }
        self.sent.extend_from_slice(body);
        self.stream.write_all(&self.sent).await?;
        self.read().await
    }

    async fn read(&mut self) -> anyhow::Result<Reply<'_>> {
        self.got.clear();
        let end = loop {
            if let Some(end) = self.got.windows(4).position(|it| it == b"\r\n\r\n") {
                break end;
            }
            self.more().await?;
        };
        let head = std::str::from_utf8(self.got.get(..end).unwrap_or_default())?;
        let status = head.get(9..12).context("no status line")?.parse()?;
        let length: usize = match header(head, "content-length") {
            Some(it) => it.parse()?,
            None if status == 204 => 0,
            None => bail!("an answer without length: {head}"),
        };
        while self.got.len() < end + 4 + length {
            self.more().await?;
        }
        let head = std::str::from_utf8(self.got.get(..end).unwrap_or_default())?;
        Ok(Reply {
            status,
            head,
            body: self.got.get(end + 4..).unwrap_or_default(),
        })
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        ensure!(
            self.stream.read_buf(&mut self.got).await? > 0,
            "the server closed the connection"
        );
        Ok(())
    }
}

/// A header's value.
pub fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .filter_map(|it| it.split_once(':'))
        .find(|(it, _)| it.eq_ignore_ascii_case(name))
        .map(|it| it.1.trim())
}

//! JSON lines: read while they arrive, one at a time, so that a file of any length needs the memory of one line.

use axum::extract::Request;
use axum::http::header;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use serde::de::DeserializeOwned;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use yiwang_types::{Code, Fault};

use super::json::{broken_off, parse, too_large};
use super::{BodyDoc, Input};
use crate::app::App;

/// Longest line in bytes.
const LONGEST: usize = 1_000_000;

/// A body of JSON lines.
pub(crate) struct Lines {
    pieces: BoxStream<'static, Result<Bytes, axum::Error>>,
    held: BytesMut,
    left: usize,
    most: usize,
    number: usize,
    ended: bool,
}

/// One line that is not blank.
pub(crate) struct Line {
    /// Counted from 1, blank ones included.
    pub(crate) number: usize,
    bytes: Bytes,
}

impl Line {
    /// What stands in it.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        parse(&self.bytes)
    }
}

impl Input for Lines {
    async fn read(request: Request, app: &App) -> Result<(Lines, Option<Bytes>), Fault> {
        let (parts, body) = request.into_parts();
        let media = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !["application/x-ndjson", "application/jsonl", "application/json-lines"].contains(&media.as_str()) {
            let detail = "导入的内容应为每行一个 JSON;请写明 Content-Type: application/x-ndjson。";
            return Err(Fault::new(Code::UnsupportedMedia, detail));
        }
        let most = app.options.transfer_bytes;
        let pieces = body.into_data_stream().boxed();
        Ok((
            Lines {
                pieces,
                held: BytesMut::new(),
                left: most,
                most,
                number: 0,
                ended: false,
            },
            None,
        ))
    }

    fn described() -> Option<BodyDoc> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("每行一个 JSON:{\"fields\": {…}, \"notes\": {…}}"));
        Some(BodyDoc {
            media: "application/x-ndjson",
            schema: schema.into(),
            schemas: vec![],
        })
    }
}

impl Lines {
    /// The next line that is not blank.
    ///
    /// # Errors
    /// When the body is too large or breaks off; what came before has been handed out.
    pub(crate) async fn next(&mut self) -> Result<Option<Line>, Fault> {
        loop {
            if let Some(end) = self.held.iter().position(|it| *it == b'\n') {
                let line = self.held.split_to(end + 1);
                if let Some(line) = self.line(line) {
                    return Ok(Some(line));
                }
                continue;
            }
            if self.held.len() > LONGEST {
                return Err(too_large(LONGEST));
            }
            if self.ended {
                let rest = self.held.split();
                return Ok(self.line(rest));
            }
            match self.pieces.next().await.transpose().map_err(broken_off)? {
                None => self.ended = true,
                Some(piece) => {
                    self.left = self.left.checked_sub(piece.len()).ok_or_else(|| too_large(self.most))?;
                    self.held.extend_from_slice(&piece);
                }
            }
        }
    }

    fn line(&mut self, bytes: BytesMut) -> Option<Line> {
        self.number += 1;
        let blank = bytes.iter().all(u8::is_ascii_whitespace);
        (!blank).then(|| Line {
            number: self.number,
            bytes: bytes.freeze(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(pieces: &[&'static [u8]], most: usize) -> (Vec<(usize, String)>, Option<Code>) {
        let pieces: Vec<Result<Bytes, axum::Error>> = pieces.iter().map(|it| Ok(Bytes::from_static(it))).collect();
        let pieces = futures::stream::iter(pieces).boxed();
        let mut lines = Lines {
            pieces,
            held: BytesMut::new(),
            left: most,
            most,
            number: 0,
            ended: false,
        };
        let mut all = Vec::new();
        loop {
            match lines.next().await {
                Ok(Some(line)) => all.push((line.number, line.parse::<serde_json::Value>().unwrap().to_string())),
                Ok(None) => return (all, None),
                Err(fault) => return (all, Some(fault.code)),
            }
        }
    }

    #[tokio::test]
    async fn lines_come_whole_whatever_the_pieces() {
        let expected = vec![(1, "1".to_owned()), (3, "\"二\"".to_owned()), (4, "3".to_owned())];
        let whole: &[&[u8]] = &["1\n\n\"二\"\r\n3".as_bytes()];
        assert_eq!(read(whole, 1000).await, (expected.clone(), None));
        let pieces: &[&[u8]] = &[b"1\n\n\"", &[0xe4], &[0xba, 0x8c], b"\"\r", b"\n", b"3\n"];
        assert_eq!(read(pieces, 1000).await, (expected, None));
        assert_eq!(read(&[], 10).await, (vec![], None));
        assert_eq!(
            read(&[b"1\n", b"234567890\n"], 10).await,
            (vec![(1, "1".to_owned())], Some(Code::TooLarge))
        );
    }
}

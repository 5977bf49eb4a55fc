//! The body of a form as it was sent, both ways in which a form can be sent. Photos are kept while they come in.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use yiwang_types::{Code, Fault};

use crate::services::Photos;

/// Longest single answer, in bytes; ten times the longest field.
const MAX_TEXT: usize = 256 * 1024;
/// Most parts in a form.
const MAX_PARTS: usize = 60;
/// Photos taken from one request.
const MAX_PHOTOS: usize = 6;

/// What was sent.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    texts: BTreeMap<String, String>,
    /// Ids of photos that were kept.
    pub(crate) photos: Vec<String>,
    /// Photos that were refused, each with its name and reason.
    pub(crate) refused: Vec<(String, Fault)>,
    /// Set when the rest of the body could not be read; what came before it stands.
    pub(crate) broken: Option<Fault>,
}

impl Answers {
    /// The answer to a question.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// The answer as a whole number.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.text(name)?.trim().parse().ok()
    }

    /// Reads the body. Never fails: what could not be read stands in `broken`.
    pub(crate) async fn read(request: Request, photos: &dyn Photos) -> Answers {
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default();
        let mut answers = Answers::default();
        let done = if kind.starts_with("multipart/form-data") {
            answers.read_parts(request, photos).await
        } else {
            answers.read_plain(request).await
        };
        answers.broken = done.err();
        answers
    }

    async fn read_plain(&mut self, request: Request) -> Result<(), Fault> {
        let body = axum::body::Bytes::from_request(request, &())
            .await
            .map_err(|it| too_large_or_cut(it.status().as_u16(), it))?;
        for (at, (name, value)) in form_urlencoded::parse(&body).enumerate() {
            if at >= MAX_PARTS || value.len() > MAX_TEXT {
                return Err(too_large());
            }
            // A wrong percent code comes out as the replacement character.
            if value.contains('\u{fffd}') {
                return Err(Fault::new(
                    Code::BadText,
                    "填写的文字读不出来（不是 UTF-8）。请换一个浏览器再试。",
                ));
            }
            self.texts.insert(name.into_owned(), value.into_owned());
        }
        Ok(())
    }

    async fn read_parts(&mut self, request: Request, photos: &dyn Photos) -> Result<(), Fault> {
        let mut parts = Multipart::from_request(request, &()).await.map_err(bad_form)?;
        for _ in 0..MAX_PARTS {
            let Some(mut part) = parts
                .next_field()
                .await
                .map_err(|it| too_large_or_cut(it.status().as_u16(), it))?
            else {
                return Ok(());
            };
            let name = part.name().unwrap_or_default().to_owned();
            let Some(file_name) = part.file_name().map(str::to_owned) else {
                let mut bytes = Vec::new();
                while let Some(piece) = part.chunk().await.map_err(|it| too_large_or_cut(it.status().as_u16(), it))? {
                    if bytes.len() + piece.len() > MAX_TEXT {
                        return Err(too_large());
                    }
                    bytes.extend_from_slice(&piece);
                }
                let text = String::from_utf8(bytes).map_err(|it| {
                    Fault::new(Code::BadText, "填写的文字读不出来（不是 UTF-8）。请换一个浏览器再试。").because(it)
                })?;
                self.texts.insert(name, text);
                continue;
            };
            self.read_photo(part, file_name, photos).await?;
        }
        Err(too_large())
    }

    /// Takes a photo to its end even when it is refused, so that the browser hears the answer.
    async fn read_photo(
        &mut self,
        mut part: axum::extract::multipart::Field<'_>,
        file_name: String,
        photos: &dyn Photos,
    ) -> Result<(), Fault> {
        let media_type = part.content_type().map(str::to_owned);
        let mut upload = None;
        let mut trouble = None;
        let mut empty = true;
        while let Some(piece) = part.chunk().await.map_err(|it| too_large_or_cut(it.status().as_u16(), it))? {
            empty = empty && piece.is_empty();
            if empty || trouble.is_some() {
                continue;
            }
            if self.photos.len() >= MAX_PHOTOS {
                trouble = Some(Fault::new(Code::TooLarge, "照片太多了。"));
                continue;
            }
            if upload.is_none() {
                match photos.begin().await {
                    Ok(it) => upload = Some(it),
                    Err(it) => trouble = Some(it),
                }
            }
            if let Some(upload) = upload.as_mut() {
                trouble = upload.write(&piece).await.err();
            }
        }
        // A file box left empty sends a part without name and content.
        if empty && file_name.is_empty() {
            return Ok(());
        }
        let done = match (trouble, upload) {
            (Some(fault), _) => Err(fault),
            (None, Some(upload)) => upload.finish(Some(file_name.clone()), media_type).await,
            (None, None) => Err(Fault::new(
                Code::BadFile,
                "照片没有传上：文件是空的。请重新拍一张，已填的内容都还在。",
            )),
        };
        match done {
            Ok(id) if self.photos.contains(&id) => {}
            Ok(id) => self.photos.push(id),
            Err(fault) => self.refused.push((file_name, fault)),
        }
        Ok(())
    }
}

fn too_large() -> Fault {
    Fault::new(
        Code::TooLarge,
        "发来的内容太大，没有收下。照片一次少传几张，文字写短一些，再试一次。",
    )
}

fn bad_form(cause: impl std::fmt::Display) -> Fault {
    Fault::new(
        Code::BadMultipart,
        "表单没有完整地传到，可能是网络断了。请返回上一页再提交一次。",
    )
    .because(cause)
}

fn too_large_or_cut(status: u16, cause: impl std::fmt::Display) -> Fault {
    if status == 413 {
        too_large().because(cause)
    } else {
        bad_form(cause)
    }
}

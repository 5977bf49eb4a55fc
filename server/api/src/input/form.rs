//! Multipart forms with a file.

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest as _, Request};
use axum::http::StatusCode;
use bytes::Bytes;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use yiwang_types::{Code, Fault};

use super::{BodyDoc, Input};
use crate::app::App;

/// A form being read.
pub(crate) struct Form {
    parts: Multipart,
    most: usize,
}

/// A file of a form while it arrives.
pub(crate) struct Part<'a> {
    field: Field<'a>,
    most: usize,
}

impl Input for Form {
    async fn read(request: Request, app: &App) -> Result<(Form, Option<Bytes>), Fault> {
        let most = app.options.transfer_bytes;
        match Multipart::from_request(request, app).await {
            Ok(parts) => Ok((Form { parts, most }, None)),
            Err(it) => {
                let detail = "上传文件要用 multipart/form-data,并写明 boundary。";
                Err(Fault::new(Code::UnsupportedMedia, detail).because(it))
            }
        }
    }

    fn described() -> Option<BodyDoc> {
        let file = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        let form = ObjectBuilder::new().property("file", file).required("file");
        Some(BodyDoc {
            media: "multipart/form-data",
            schema: form.into(),
            schemas: vec![],
        })
    }
}

impl Form {
    /// The next part; none at the end.
    ///
    /// # Errors
    /// `bad-multipart` when the form breaks off, `too-large` beyond the limit.
    pub(crate) async fn next(&mut self) -> Result<Option<Part<'_>>, Fault> {
        let most = self.most;
        let field = self.parts.next_field().await.map_err(|it| broken(&it, most))?;
        Ok(field.map(|field| Part { field, most }))
    }
}

impl Part<'_> {
    /// Its name in the form.
    pub(crate) fn name(&self) -> Option<&str> {
        self.field.name()
    }

    /// Name and media type as the sender gave them.
    pub(crate) fn declared(&self) -> (Option<String>, Option<String>) {
        (
            self.field.file_name().map(str::to_owned),
            self.field.content_type().map(str::to_owned),
        )
    }

    /// The next piece.
    ///
    /// # Errors
    /// `bad-multipart` when the form breaks off, `too-large` beyond the limit.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        self.field.chunk().await.map_err(|it| broken(&it, self.most))
    }
}

fn broken(error: &MultipartError, most: usize) -> Fault {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Fault::new(
            Code::TooLarge,
            format!("文件超过上限({} MB);请压缩后再传。", most / 1_000_000),
        );
    }
    Fault::new(Code::BadMultipart, "上传的表单不完整;请检查网络,重新上传。").because(error)
}

//! What the answers look like. Kernel types do not serialise towards clients; these do, and nothing reads them back.

pub(crate) mod csv;
pub(crate) mod definition;
pub(crate) mod file;
pub(crate) mod record;
pub(crate) mod space;
pub(crate) mod stats;
pub(crate) mod task;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use yiwang_types::{Instant, Offset};

use crate::error::Problem;

/// What a handler answers.
pub(crate) type Answer<T> = Result<Json<T>, Problem>;

/// A view with the version of its record, and where it is when it has just been made.
pub(crate) struct Tagged<T> {
    pub(crate) version: i64,
    pub(crate) location: Option<String>,
    pub(crate) view: T,
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let status = if self.location.is_some() {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        let mut response = (status, Json(self.view)).into_response();
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&format!("\"{}\"", self.version)) {
            headers.insert(header::ETAG, value);
        }
        if let Some(value) = self.location.and_then(|it| HeaderValue::from_str(&it).ok()) {
            headers.insert(header::LOCATION, value);
        }
        response
    }
}

/// An instant as clients see it: RFC 3339 with the offset of the place.
pub(crate) fn moment(at: Instant, offset: Offset) -> String {
    at.to_rfc3339(offset)
}

//! Reading requests: paths, parameters, versions, bodies. Everything wrong is said in Chinese with its place.

mod form;
mod json;
mod lines;
mod place;
mod query;

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use utoipa::openapi::{RefOr, Schema};
use yiwang_types::{Code, Fault};

pub(crate) use form::Form;
pub(crate) use json::Json;
pub(crate) use lines::{Line, Lines};
pub(crate) use place::{LAT, LON, needed_point, point};
pub(crate) use query::{Pairs, Param, Query, QueryParams};

use crate::app::App;
use crate::error::Problem;

/// A body that a write can take.
pub(crate) trait Input: Sized + Send + 'static {
    /// Reads it; gives its bytes when they are at hand, for the idempotency digest.
    fn read(request: Request, app: &App) -> impl Future<Output = Result<(Self, Option<Bytes>), Fault>> + Send;

    /// How it is described; none when there is no body.
    fn described() -> Option<BodyDoc>;
}

/// A body in the API document.
pub(crate) struct BodyDoc {
    pub(crate) media: &'static str,
    pub(crate) schema: RefOr<Schema>,
    pub(crate) schemas: Vec<(String, RefOr<Schema>)>,
}

/// No body; whatever is sent is not read.
pub(crate) struct NoBody;

impl Input for NoBody {
    async fn read(_: Request, _: &App) -> Result<(NoBody, Option<Bytes>), Fault> {
        Ok((NoBody, Some(Bytes::new())))
    }

    fn described() -> Option<BodyDoc> {
        None
    }
}

/// Parts of the path.
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<At<T>, Problem> {
        if parts.uri.path().contains("%00") {
            return Err(Fault::new(Code::BadRequest, "地址里有不能用的字符;请检查链接是否完整。").into());
        }
        match axum::extract::Path::<T>::from_request_parts(parts, app).await {
            Ok(it) => Ok(At(it.0)),
            Err(PathRejection::FailedToDeserializePathParams(it))
                if matches!(it.kind(), ErrorKind::InvalidUtf8InPathParam { .. }) =>
            {
                Err(Fault::new(Code::BadText, "地址里的文字不是有效的 UTF-8。").into())
            }
            Err(it) => Err(Fault::new(Code::BadRequest, "地址写得不对;请对照接口说明。")
                .because(it)
                .into()),
        }
    }
}

/// The version a change is based on, from `If-Match`.
pub(crate) struct IfMatch(pub(crate) i64);

impl FromRequestParts<App> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<IfMatch, Problem> {
        Ok(IfMatch(version(&parts.headers)?))
    }
}

fn version(headers: &HeaderMap) -> Result<i64, Fault> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Err(Fault::new(
            Code::VersionMissing,
            "没有说明改的是哪个版本;请先读取记录,把版本号放进请求头 If-Match。",
        ));
    };
    let number = value
        .to_str()
        .ok()
        .and_then(|it| it.trim().strip_prefix('"')?.strip_suffix('"')?.parse::<i64>().ok());
    number
        .filter(|it| *it > 0)
        .ok_or_else(|| Fault::new(Code::BadRequest, "请求头 If-Match 应写成带双引号的版本号,如 \"5\"。"))
}

/// The client's key, 1 to 200 visible characters.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Fault> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let bytes = value.as_bytes();
    let visible = (1..=200).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
    match value.to_str() {
        Ok(text) if visible => Ok(Some(text.to_owned())),
        _ => Err(Fault::new(
            Code::BadRequest,
            "请求头 Idempotency-Key 应为 1 到 200 个字母、数字或符号,不含空格。",
        )),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn one(name: &'static str, value: &[u8]) -> HeaderMap {
        [(header::HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap())]
            .into_iter()
            .collect()
    }

    #[test]
    fn versions() {
        let check = |value: &str, expected: Result<i64, Code>| {
            assert_eq!(
                version(&one("if-match", value.as_bytes())).map_err(|it| it.code),
                expected,
                "{value}"
            );
        };
        check("\"5\"", Ok(5));
        check(" \"12\" ", Ok(12));
        for bad in [
            "5",
            "*",
            "W/\"5\"",
            "\"\"",
            "\"0\"",
            "\"-1\"",
            "\"5",
            "\"99999999999999999999\"",
        ] {
            check(bad, Err(Code::BadRequest));
        }
        assert_eq!(version(&HeaderMap::new()).unwrap_err().code, Code::VersionMissing);
    }

    #[test]
    fn keys() {
        let check = |value: &[u8], expected: bool| {
            assert_eq!(idempotency_key(&one("idempotency-key", value)).is_ok(), expected, "{value:?}");
        };
        check(b"0192-ab", true);
        check(&[b'k'; 200], true);
        check(&[b'k'; 201], false);
        check(b"", false);
        check(b"a b", false);
        check("键".as_bytes(), false);
        assert_eq!(idempotency_key(&HeaderMap::new()), Ok(None));
    }
}

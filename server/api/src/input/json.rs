//! JSON bodies: bounded, UTF-8, with line and column of the first mistake.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use utoipa::ToSchema;
use yiwang_types::{Code, Fault, FieldFault};

use super::{BodyDoc, Input};
use crate::app::App;

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned + ToSchema + Send + 'static> Input for Json<T> {
    async fn read(request: Request, app: &App) -> Result<(Json<T>, Option<Bytes>), Fault> {
        let (parts, body) = request.into_parts();
        let bytes = whole(&parts.headers, body, app.options.json_bytes).await?;
        if bytes.is_empty() {
            // An act without a form needs no body.
            return Ok((Json(parse(b"{}")?), Some(bytes)));
        }
        if !is_json(&parts.headers) {
            return Err(Fault::new(
                Code::UnsupportedMedia,
                "请求内容应为 JSON;请写明 Content-Type: application/json。",
            ));
        }
        Ok((Json(parse(&bytes)?), Some(bytes)))
    }

    fn described() -> Option<BodyDoc> {
        let mut schemas = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut schemas);
        let schema = utoipa::openapi::Ref::from_schema_name(T::name()).into();
        Some(BodyDoc {
            media: "application/json",
            schema,
            schemas,
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let (media, parameters) = text.split_once(';').unwrap_or((&text, ""));
    let charset = parameters
        .split(';')
        .find_map(|it| it.trim().strip_prefix("charset="))
        .map(|it| it.trim_matches('"'));
    media.trim() == "application/json" && charset.is_none_or(|it| it == "utf-8" || it == "utf8")
}

/// The whole body, at most so many bytes.
async fn whole(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Fault> {
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.parse::<usize>().ok());
    if declared.is_some_and(|it| it > most) {
        return Err(too_large(most));
    }
    let mut stream = body.into_data_stream();
    let mut all = BytesMut::new();
    let mut first = None;
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(broken_off)?;
        if all.len() + first.as_ref().map_or(0, Bytes::len) + piece.len() > most {
            return Err(too_large(most));
        }
        // Most bodies come in one piece and need no copy.
        match (first.take(), all.is_empty()) {
            (None, true) => first = Some(piece),
            (None, false) => all.extend_from_slice(&piece),
            (Some(begin), _) => {
                all.extend_from_slice(&begin);
                all.extend_from_slice(&piece);
            }
        }
    }
    Ok(first.unwrap_or_else(|| all.freeze()))
}

pub(super) fn broken_off(error: axum::Error) -> Fault {
    Fault::new(Code::BadRequest, "内容没有传完;请检查网络后再试。").because(error)
}

pub(super) fn too_large(most: usize) -> Fault {
    Fault::new(
        Code::TooLarge,
        format!("内容超过上限({} KB);请减少内容,附件请单独上传。", most / 1000),
    )
}

/// Reads JSON; says where the first mistake is.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    if let Err(error) = std::str::from_utf8(bytes) {
        let at = error.valid_up_to() + 1;
        return Err(Fault::new(
            Code::BadText,
            format!("内容的第 {at} 个字节起不是有效的 UTF-8;请转成 UTF-8 再提交。"),
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| told(&error))
}

fn told(error: &serde_json::Error) -> Fault {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let what = match error.classify() {
        Category::Eof => "没有写完",
        Category::Data => return shape(&text, line, column),
        _ if text.starts_with("recursion limit") => "嵌套太深",
        _ => "有语法错误",
    };
    Fault::new(Code::BadJson, format!("JSON 第 {line} 行第 {column} 列{what}。")).because(text)
}

/// The JSON is whole but is not what is asked for: said on the field where the reader names one.
fn shape(text: &str, line: usize, column: usize) -> Fault {
    let named = text.split('`').nth(1).unwrap_or_default();
    let detail = format!("JSON 第 {line} 行第 {column} 列的内容不是这里要的;请对照接口说明。");
    let fault = if text.starts_with("missing field") {
        FieldFault::new(named, "required", format!("缺少“{named}”"), "补上这一项")
    } else if text.starts_with("unknown field") {
        let known: Vec<&str> = text.split('`').skip(3).step_by(2).collect();
        FieldFault::new(
            named,
            "unknown-field",
            format!("没有“{named}”这一项"),
            format!("可用的有:{}", known.join("、")),
        )
    } else if text.starts_with("duplicate field") {
        FieldFault::new(named, "duplicate", format!("“{named}”写了两次"), "只留一个")
    } else {
        return Fault::new(Code::BadJson, detail).because(text);
    };
    Fault {
        fields: vec![fault],
        ..Fault::new(Code::BadJson, detail).because(text)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        #[expect(dead_code, reason = "only read by the test's parser")]
        title: String,
        #[expect(dead_code, reason = "only read by the test's parser")]
        count: Option<u32>,
    }

    #[test]
    fn mistakes_have_their_place() {
        let check = |input: &[u8], code: Code, words: &str, rule: Option<&str>| {
            let fault = parse::<Asked>(input).unwrap_err();
            let text = String::from_utf8_lossy(input);
            assert_eq!(fault.code, code, "{text}");
            assert!(fault.detail.contains(words), "{text}: {}", fault.detail);
            assert_eq!(fault.fields.first().map(|it| it.rule.as_str()), rule, "{text}");
        };
        check(b"{\"title\": \"a\",}", Code::BadJson, "第 1 行第 15 列有语法错误", None);
        check(b"{\n  \"title\" 1}", Code::BadJson, "第 2 行", None);
        check(b"{\"title\": \"a", Code::BadJson, "没有写完", None);
        check("[".repeat(1000).as_bytes(), Code::BadJson, "不是这里要的", None);
        check(b"{}", Code::BadJson, "不是这里要的", Some("required"));
        check(b"{\"title\": 5}", Code::BadJson, "第 1 行", None);
        check(
            b"{\"title\": \"a\", \"b\": 1}",
            Code::BadJson,
            "接口说明",
            Some("unknown-field"),
        );
        check(
            b"{\"title\": \"a\", \"title\": \"b\"}",
            Code::BadJson,
            "接口说明",
            Some("duplicate"),
        );
        check(b"{\"title\": \"\xff\"}", Code::BadText, "第 12 个字节", None);
        let deep = format!("{{\"title\": {}1{}}}", "[".repeat(300), "]".repeat(300));
        assert!(
            parse::<serde_json::Value>(deep.as_bytes())
                .unwrap_err()
                .detail
                .contains("嵌套太深")
        );
        let fault = parse::<Asked>(b"{\"title\": \"a\", \"cuont\": 1}").unwrap_err();
        assert_eq!(fault.fields[0].remedy, "可用的有:title、count");
    }

    #[test]
    fn media_types() {
        let check = |value: &str, expected: bool| {
            let headers = [(header::CONTENT_TYPE, value.parse().unwrap())].into_iter().collect();
            assert_eq!(is_json(&headers), expected, "{value}");
        };
        check("application/json", true);
        check("Application/JSON; charset=UTF-8", true);
        check("application/json; charset=gbk", false);
        check("application/x-www-form-urlencoded", false);
        check("text/json", false);
        assert!(!is_json(&HeaderMap::new()));
    }
}

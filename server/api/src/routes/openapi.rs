//! The API document, OpenAPI 3.1, from the descriptions of the routes. Its order is stable, so that it can be compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use utoipa::PartialSchema as _;
use utoipa::ToSchema as _;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApiBuilder, Paths, Ref, Required, ResponseBuilder, ResponsesBuilder};
use yiwang_types::Code;

use super::RouteInfo;
use super::doc::{Doc, parameter};
use crate::access::COOKIE;
use crate::error::{FieldErrorView, PROBLEM_JSON, ProblemView, status_of};

const SESSION: &str = "session";
const BEARER: &str = "bearer";

/// What the parts of paths are.
const PATH_PARTS: &[(&str, &str)] = &[
    ("register", "登记簿"),
    ("id", "标识(UUID)"),
    ("act", "办理动作,如 claim、complete、return"),
    ("process", "流程"),
    ("report", "统计表"),
    ("code", "查询码"),
    ("field", "字段"),
    ("page", "手册的页"),
];

pub(super) fn document(docs: Vec<(Arc<RouteInfo>, Doc)>) -> String {
    let mut paths = Paths::new();
    let mut schemas = BTreeMap::new();
    for (name, schema) in problem_schemas() {
        schemas.insert(name, schema);
    }
    for (info, doc) in docs {
        let more = doc.body.as_ref().map(|it| it.schemas.clone()).unwrap_or_default();
        schemas.extend(doc.schemas.iter().cloned().chain(more));
        let Some(method) = method_of(&info.method) else { continue };
        paths.add_path_operation(info.path, vec![method], operation(&info, doc));
    }
    let session = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(COOKIE, "登录后的会话")));
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme(SESSION, session)
        .security_scheme(BEARER, SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)))
        .build();
    let info = InfoBuilder::new()
        .title("一网")
        .version("v1")
        .description(Some(
            "县级数字政府的接口。出错时答复 application/problem+json,其中 code 不变,说明见 docs/errors。",
        ))
        .build();
    let document = OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components))
        .build();
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

fn problem_schemas() -> super::doc::Schemas {
    let mut all = vec![
        ("Problem".to_owned(), ProblemView::schema()),
        ("FieldError".to_owned(), FieldErrorView::schema()),
    ];
    ProblemView::schemas(&mut all);
    all
}

fn operation(info: &RouteInfo, mut doc: Doc) -> OperationBuilder {
    for part in info.path.split('/').filter_map(|it| it.strip_prefix('{')?.strip_suffix('}')) {
        let title = PATH_PARTS.iter().find(|(name, _)| *name == part).map_or(part, |it| it.1);
        doc.parameters
            .push(parameter(part, ParameterIn::Path, title, Type::String, Required::True));
        doc.problems.push(Code::NotFound);
    }
    let body = doc.body.take().map(|it| {
        let required = if it.media == "application/json" {
            Required::False
        } else {
            Required::True
        };
        RequestBodyBuilder::new()
            .content(it.media, ContentBuilder::new().schema(Some(it.schema)).build())
            .required(Some(required))
            .build()
    });
    let security = if doc.signed_in {
        vec![
            SecurityRequirement::new(SESSION, Vec::<String>::new()),
            SecurityRequirement::new(BEARER, Vec::<String>::new()),
        ]
    } else {
        vec![SecurityRequirement::default()]
    };
    OperationBuilder::new()
        .operation_id(Some(doc.id))
        .summary(Some(doc.summary))
        .tag(doc.tag)
        .securities(Some(security))
        .parameters(Some(std::mem::take(&mut doc.parameters)))
        .request_body(body)
        .responses(responses(&doc).build())
}

fn responses(doc: &Doc) -> ResponsesBuilder {
    let (status, media, schema) = &doc.answer;
    let mut good = ResponseBuilder::new().description(if *status == StatusCode::NO_CONTENT {
        "已办"
    } else {
        "结果"
    });
    if let Some(schema) = schema {
        good = good.content(*media, ContentBuilder::new().schema(Some(schema.clone())).build());
    }
    if doc.etag {
        let text = ObjectBuilder::new().schema_type(Type::String);
        good = good.header(
            "ETag",
            HeaderBuilder::new()
                .schema(Some(text))
                .description(Some("记录的版本,用于 If-Match"))
                .build(),
        );
    }
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in &doc.problems {
        let codes = by_status.entry(status_of(*code).as_u16()).or_default();
        if !codes.contains(code) {
            codes.push(*code);
        }
    }
    let mut all = ResponsesBuilder::new().response(status.as_str(), good.build());
    for (status, codes) in by_status {
        let words: Vec<String> = codes.iter().map(|it| format!("{it} {}", it.title())).collect();
        let schema = Ref::from_schema_name("Problem");
        let problem = ResponseBuilder::new().description(words.join(";"));
        let problem = problem.content(PROBLEM_JSON, ContentBuilder::new().schema(Some(schema)).build());
        all = all.response(status.to_string(), problem.build());
    }
    all
}

fn method_of(method: &Method) -> Option<HttpMethod> {
    Some(match *method {
        Method::GET => HttpMethod::Get,
        Method::POST => HttpMethod::Post,
        Method::PATCH => HttpMethod::Patch,
        Method::PUT => HttpMethod::Put,
        Method::DELETE => HttpMethod::Delete,
        _ => return None,
    })
}

//! What every request passes, whatever its route: number, place, time limit, panics, problems, headers, counters.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use tokio::time::Instant;
use yiwang_types::{Code, Fault};

use crate::app::App;
use crate::error::{self, Problem};
use crate::gates::Class;
use crate::routes::RouteInfo;

/// Header with the number of a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer; the public site sends the same.
pub const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Runs a handler inside the shell.
pub(crate) async fn run<F, Fut>(app: App, route: &RouteInfo, request: Request, call: F) -> Response
where
    F: FnOnce(Request, App) -> Fut,
    Fut: Future<Output = Response> + Send,
{
    // A duration for the metrics and the log; nothing stored or decided comes from it.
    let began = Instant::now();
    let id = number(&app, request.headers());
    let mut response = match app.gates.enter(route.class).await {
        Ok(_place) => limited(&app, route, request, call).await,
        Err(fault) => Problem(fault).into_response(),
    };
    if let Some(fault) = response.extensions_mut().remove::<Arc<Fault>>() {
        let id = id.to_str().unwrap_or_default();
        log(&fault, id, route);
        error::render(&fault, id, &mut response);
    }
    harden(response.headers_mut(), &id);
    let took = began.elapsed();
    app.meters.note(route, response.status().as_u16(), took);
    let (status, micros) = (response.status().as_u16(), took.as_micros());
    tracing::debug!(request.id = ?id, http.route = route.path, http.status = status, duration_us = %micros, "Request answered");
    response
}

async fn limited<F, Fut>(app: &App, route: &RouteInfo, request: Request, call: F) -> Response
where
    F: FnOnce(Request, App) -> Fut,
    Fut: Future<Output = Response> + Send,
{
    let limit = match route.class {
        Class::Transfer => app.options.transfer_timeout,
        _ => app.options.timeout,
    };
    let work = AssertUnwindSafe(call(request, app.clone())).catch_unwind();
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => Problem(Fault::internal(format!("panic: {}", words_of(panic.as_ref())))).into_response(),
        Err(_) => {
            let detail = "处理时间太长,已停止;请缩小范围再查。提交内容的,请用同一幂等键重试,不会重复保存。";
            Problem(Fault::new(Code::Timeout, detail)).into_response()
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

/// The client's own number when it is a plain word, else the next of this node.
fn number(app: &App, headers: &HeaderMap) -> HeaderValue {
    let plain = |it: &&HeaderValue| {
        (1..=64).contains(&it.len())
            && it
                .as_bytes()
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    if let Some(given) = headers.get(REQUEST_ID).filter(plain) {
        return given.clone();
    }
    let next = app.requests.fetch_add(1, Ordering::Relaxed);
    HeaderValue::from_str(&format!("{:x}-{next:x}", app.started)).unwrap_or(HeaderValue::from_static("unknown"))
}

/// What the server itself got wrong is logged here and nowhere else. Neither path nor body: both may hold personal data.
fn log(fault: &Fault, id: &str, route: &RouteInfo) {
    let (code, internal) = (fault.code.as_str(), fault.internal.as_deref().unwrap_or_default());
    if fault.code == Code::Internal {
        tracing::error!(
            request.id = id,
            http.route = route.path,
            error.code = code,
            error.internal = internal,
            "A request failed inside"
        );
    } else if error::status_of(fault.code).is_server_error() {
        tracing::warn!(
            request.id = id,
            http.route = route.path,
            error.code = code,
            error.internal = internal,
            "A request was turned away"
        );
    }
}

fn harden(headers: &mut HeaderMap, id: &HeaderValue) {
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(REQUEST_ID, id.clone());
}

//! Health, metrics, the API document.

use std::fmt::Write as _;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use yiwang_types::{Code, Fault};

use crate::access::{Monitor, Open, Who};
use crate::app::App;
use crate::error::Problem;
use crate::gates::Class;
use crate::meters::heading;
use crate::routes::{Doc, Routes};

const TAG: &str = "运行";

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(TAG, "getHealth", "是否已经启动完毕")
        .class(Class::Probe)
        .raw("text/plain");
    routes.get("/healthz", Open, doc.problems(&[Code::Unavailable]), health);
    let doc = Doc::new(TAG, "getReadiness", "数据库是否应答")
        .class(Class::Probe)
        .raw("text/plain");
    routes.get("/readyz", Open, doc.problems(&[Code::Unavailable]), readiness);
    let doc = Doc::new(TAG, "getMetrics", "运行指标(Prometheus 文本)")
        .class(Class::Probe)
        .raw("text/plain");
    routes.get("/metrics", Monitor, doc, metrics);
    let doc = Doc::new(TAG, "getOpenApi", "接口说明(OpenAPI 3.1)").raw("application/json");
    routes.get("/api/v1/openapi.json", Open, doc, document);
}

fn ready(app: &App) -> Result<(), Fault> {
    if app.ready.load(Ordering::Acquire) {
        return Ok(());
    }
    Err(Fault::new(Code::Unavailable, "系统正在启动,请稍等。"))
}

async fn health(_: Who<Open>, State(app): State<App>) -> Result<&'static str, Problem> {
    ready(&app)?;
    Ok("ok\n")
}

async fn readiness(_: Who<Open>, State(app): State<App>) -> Result<&'static str, Problem> {
    ready(&app)?;
    let silent = |fault: Fault| Fault::new(Code::Unavailable, "数据库没有应答,请稍后再试。").because(fault);
    app.records.epochs().await.map_err(silent)?;
    Ok("ok\n")
}

async fn metrics(_: Who<Monitor>, State(app): State<App>) -> Response {
    let mut text = String::with_capacity(8 * 1024);
    app.meters.write(&mut text);
    let places = app.gates.named().map(|(name, gate)| (name, gate.fullness()));
    gauge(
        &mut text,
        "yiwang_admission_in_use",
        "gauge",
        "Requests in progress by class.",
        places.map(|(name, it)| (name, it.0)),
    );
    gauge(
        &mut text,
        "yiwang_admission_places",
        "gauge",
        "Requests allowed at a time by class.",
        places.map(|(name, it)| (name, it.1)),
    );
    gauge(
        &mut text,
        "yiwang_admission_waiting",
        "gauge",
        "Requests waiting for a place by class.",
        places.map(|(name, it)| (name, it.2)),
    );
    gauge(
        &mut text,
        "yiwang_admission_refused_total",
        "counter",
        "Requests turned away by class.",
        places.map(|(name, it)| (name, it.3)),
    );
    let store = app.records.store();
    heading(
        &mut text,
        "yiwang_store_statements_total",
        "counter",
        "Statements sent to the database.",
    );
    let _ = writeln!(text, "yiwang_store_statements_total {}", store.statements());
    heading(
        &mut text,
        "yiwang_store_flights_total",
        "counter",
        "Round trips to the database.",
    );
    let _ = writeln!(text, "yiwang_store_flights_total {}", store.flights());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn gauge<T: std::fmt::Display>(out: &mut String, name: &str, kind: &str, help: &str, values: [(&str, T); 3]) {
    heading(out, name, kind, help);
    for (class, value) in values {
        let _ = writeln!(out, "{name}{{class=\"{class}\"}} {value}");
    }
}

async fn document(_: Who<Open>) -> Response {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let text = DOCUMENT.get_or_init(crate::openapi).as_str();
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}

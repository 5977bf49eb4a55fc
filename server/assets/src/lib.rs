//! The web clients, built into the binary: the staff console under `/staff`, the public site's script under `/assets`.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

include!(concat!(env!("OUT_DIR"), "/table.rs"));

struct File {
    name: &'static str,
    plain: &'static [u8],
    packed: Option<&'static [u8]>,
}

/// What the console's pages may load: scripts of this server only; styles set by its widgets; map pictures and workers of its own.
const CONSOLE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
);
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ALWAYS_ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// Serves `/staff`, whatever page of the console it names, and `/assets`.
pub fn router() -> Router {
    Router::new()
        .route("/staff", get(|| async { Redirect::permanent("/staff/") }))
        .route("/staff/", get(console))
        .route("/staff/assets/{*name}", get(console_asset))
        .route("/staff/{*page}", get(console))
        .route("/assets/{*name}", get(portal_asset))
}

/// Address of the public site's script; none when the binary was built without it.
pub fn portal_script() -> Option<String> {
    let script = FILES
        .iter()
        .find(|it| it.name.starts_with("portal/portal-") && it.name.ends_with(".js"))?;
    Some(format!("/assets/{}", script.name.strip_prefix("portal/")?))
}

async fn console(headers: HeaderMap) -> Response {
    let mut response = match find("console/index.html") {
        Some(file) => answer(file, &headers, ALWAYS_ASK),
        None => unbuilt(),
    };
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, CONSOLE_POLICY);
    response
}

async fn console_asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    asset(&format!("console/assets/{name}"), &headers)
}

async fn portal_asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    asset(&format!("portal/{name}"), &headers)
}

/// A file whose name holds a digest of its content, so that it may be kept for good.
fn asset(name: &str, headers: &HeaderMap) -> Response {
    match find(name) {
        Some(file) => answer(file, headers, FOREVER),
        None => (StatusCode::NOT_FOUND, "没有这个文件;页面可能已更新,请刷新。").into_response(),
    }
}

fn find(name: &str) -> Option<&'static File> {
    FILES.iter().find(|it| it.name == name)
}

fn answer(file: &'static File, headers: &HeaderMap, keep: HeaderValue) -> Response {
    let takes_gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.split(',').any(|one| one.trim().starts_with("gzip")));
    let packed = file.packed.filter(|_| takes_gzip);
    let mut response = Body::from(packed.unwrap_or(file.plain)).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(file.name)));
    out.insert(header::CACHE_CONTROL, keep);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if packed.is_some() {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json" | "map") => "application/json",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

fn unbuilt() -> Response {
    let why = MISSING.unwrap_or("").replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>管理台未构建</title><h1>这个程序里没有管理台</h1>\
         <p>构建时没能生成网页。装好 node 20 或更新的版本,再运行 make run。接口 /api/v1 和公众页面照常可用。</p><pre>{why}</pre></html>"
    );
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (StatusCode::SERVICE_UNAVAILABLE, kind, page).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn get_page(path: &str) -> Response {
        let request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty());
        router().oneshot(request.expect("a request")).await.expect("an answer")
    }

    #[tokio::test]
    async fn every_page_of_the_console_is_the_one_page() {
        for path in ["/staff/", "/staff/r/anything/1", "/staff/help"] {
            let response = get_page(path).await;
            assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY), "{path}");
            let expected = if MISSING.is_none() {
                StatusCode::OK
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            };
            assert_eq!(response.status(), expected, "{path}");
        }
        assert_eq!(get_page("/staff").await.status(), StatusCode::PERMANENT_REDIRECT);
    }

    #[tokio::test]
    async fn scripts_are_packed_and_kept_and_what_is_missing_is_said() {
        assert_eq!(get_page("/staff/assets/nothing.js").await.status(), StatusCode::NOT_FOUND);
        for file in FILES.iter().filter(|it| it.name.starts_with("console/assets/")) {
            let path = format!("/staff/{}", file.name.trim_start_matches("console/"));
            let response = get_page(&path).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers().get(header::CACHE_CONTROL), Some(&FOREVER), "{path}");
            assert_eq!(
                response.headers().contains_key(header::CONTENT_ENCODING),
                file.packed.is_some(),
                "{path}"
            );
        }
    }
}

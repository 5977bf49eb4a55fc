//! What every answer carries, and which requests are not heard: changes asked for by another site.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;

/// The site's own script only and none inside a page, nothing from elsewhere, in no frame.
const POLICY: &str = "default-src 'self'; script-src 'self'; object-src 'none'; img-src 'self' data: blob:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // Not `no-referrer`: browsers then send `Origin: null` with forms. The address of a progress page never leaves the site.
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(self), microphone=()",
    ),
];

/// Puts the headers on an answer; pages are kept by the browser's own history and by nobody else.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Not `no-store`: going back in the middle of a report would then ask to send the form again.
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
    response
}

/// Whether a change is asked for by a page of this site. A client that says nothing of its origin is no browser, and so carries nobody's
/// cookies.
pub(crate) fn same_site(method: &Method, headers: &HeaderMap) -> bool {
    if !matches!(*method, Method::POST | Method::PUT | Method::PATCH | Method::DELETE) {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match headers.get(ORIGIN).map(|it| it.to_str().unwrap_or_default()) {
        None => true,
        Some(origin) => {
            let host = origin.split_once("://").map(|it| it.1);
            host.is_some() && host == text(HOST.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_own_forms() {
        let check = |method: Method, pairs: &[(&str, &str)], expected: bool| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(
                    HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                );
            }
            assert_eq!(same_site(&method, &headers), expected, "{method} {pairs:?}");
        };
        check(Method::GET, &[("sec-fetch-site", "cross-site")], true);
        check(Method::POST, &[], true);
        check(Method::POST, &[("sec-fetch-site", "same-origin"), ("origin", "null")], true);
        check(Method::POST, &[("sec-fetch-site", "cross-site")], false);
        check(Method::POST, &[("sec-fetch-site", "same-site")], false);
        check(
            Method::POST,
            &[("origin", "http://a.example:8080"), ("host", "a.example:8080")],
            true,
        );
        check(
            Method::POST,
            &[("origin", "https://evil.example"), ("host", "a.example")],
            false,
        );
        check(Method::POST, &[("origin", "null"), ("host", "a.example")], false);
        check(Method::POST, &[("origin", "https://a.example")], false);
    }
}

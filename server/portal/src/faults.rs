//! What every wrong turn answers: a page that says what happened, what to do, and has a way back.

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;
use yiwang_types::{Code, Fault};

use crate::app::{App, Shared};
use crate::view::Shell;
use crate::words::{t, typeset};

/// Seconds after which to try again when nobody knows better.
const PATIENCE: u64 = 30;

#[derive(Serialize)]
struct FaultPage {
    heading: &'static str,
    detail: String,
    way: Way,
}

/// Where a page about something wrong leads.
#[derive(Serialize)]
pub(crate) struct Way {
    href: String,
    title: &'static str,
}

impl Way {
    /// To the first page.
    fn home() -> Way {
        Way {
            href: "/".to_owned(),
            title: t("error_home"),
        }
    }

    /// To the page where a code is entered.
    pub(crate) fn lookup() -> Way {
        Way {
            href: "/p".to_owned(),
            title: t("error_lookup"),
        }
    }

    /// To the progress page with this code.
    pub(crate) fn progress(code: &str) -> Way {
        Way {
            href: format!("/p/{code}"),
            title: t("error_progress"),
        }
    }
}

/// A page that says what went wrong and what to do, and leads to the first page.
pub(crate) fn fault_page(app: &App, shell: Shell, fault: &Fault) -> Response {
    fault_page_to(app, shell, fault, Way::home())
}

/// The same with another way back. No code is shown: it says nothing to residents, and the log has it.
pub(crate) fn fault_page_to(app: &App, shell: Shell, fault: &Fault, way: Way) -> Response {
    if let Some(internal) = &fault.internal {
        tracing::error!(code = %fault.code, %internal, "A public page failed");
    }
    let status = status_of(fault.code);
    let page = FaultPage {
        heading: heading_of(status),
        detail: typeset(&fault.detail),
        way,
    };
    let shell = shell.wrong_if(true).titled(page.heading);
    let mut response = app.views.page(status, "error.html", &shell, &page);
    if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = fault.wait_ms.map_or(PATIENCE, |it| it.div_ceil(1_000));
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What the framework refuses by itself, an address that cannot be read above all, it refuses in English: here it becomes a page.
pub(crate) async fn in_words(State(app): State<Shared>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let plain = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|it| it.as_bytes().starts_with(b"text/plain"));
    if !plain || !response.status().is_client_error() {
        return response;
    }
    // The switches lead to the first page: this address leads nowhere.
    let shell = app.shell(&app.site(), &headers, &Uri::from_static("/"));
    fault_page(&app, shell, &Fault::new(Code::NotFound, t("not_found")))
}

fn heading_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => t("error_404"),
        StatusCode::METHOD_NOT_ALLOWED => t("error_405"),
        StatusCode::PAYLOAD_TOO_LARGE => t("error_413"),
        StatusCode::FORBIDDEN => t("error_403"),
        StatusCode::TOO_MANY_REQUESTS => t("error_429"),
        StatusCode::SERVICE_UNAVAILABLE => t("error_503"),
        it if it.is_server_error() => t("error_500"),
        _ => t("error_422"),
    }
}

/// Status of a fault on a page; unknown ones are 500.
pub(crate) fn status_of(code: Code) -> StatusCode {
    match code {
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::BadRequest | Code::BadMultipart | Code::BadText | Code::BadJson => StatusCode::BAD_REQUEST,
        Code::Invalid | Code::PlaceOutside | Code::PlaceOnBorder | Code::BadFile | Code::SecretLevel => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::ForeignOrigin | Code::Forbidden | Code::NotSignedIn => StatusCode::FORBIDDEN,
        Code::AlreadyRated | Code::ActNotAllowed | Code::KeyReused | Code::VersionConflict => StatusCode::CONFLICT,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::Busy | Code::Unavailable | Code::Timeout | Code::OutcomeUnknown | Code::DefinitionBroken => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

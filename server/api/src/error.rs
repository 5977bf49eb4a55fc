//! The one table from codes to statuses, and problems as RFC 9457 has them. Kernel faults know no HTTP.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use yiwang_types::{Code, Fault, FieldFault};

/// Media type of problems.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// The status of a code. Statuses are those of `docs/errors/*.md`; a test compares.
pub const fn status_of(code: Code) -> StatusCode {
    match code {
        Code::NotSignedIn | Code::SignInFailed => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::ForeignOrigin | Code::MaskedField | Code::PasswordMustChange | Code::Separation => {
            StatusCode::FORBIDDEN
        }
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::BadRequest | Code::BadJson | Code::BadText | Code::BadMultipart | Code::BadFilter | Code::BadExpression => {
            StatusCode::BAD_REQUEST
        }
        Code::ActNotAllowed | Code::AlreadyRated | Code::TaskDone | Code::TaskTaken => StatusCode::CONFLICT,
        Code::VersionConflict => StatusCode::PRECONDITION_FAILED,
        Code::VersionMissing => StatusCode::PRECONDITION_REQUIRED,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::Invalid | Code::BadFile | Code::KeyReused | Code::PlaceOnBorder | Code::PlaceOutside | Code::SecretLevel => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Code::TooManyRequests | Code::LockedOut => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Busy | Code::OutcomeUnknown | Code::Unavailable | Code::DefinitionBroken => StatusCode::SERVICE_UNAVAILABLE,
        Code::Timeout => StatusCode::GATEWAY_TIMEOUT,
    }
}

/// A fault on its way out. The body is written by the shell, which knows the request's number.
#[derive(Debug)]
pub(crate) struct Problem(pub(crate) Fault);

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Problem {
        Problem(fault)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0.code).into_response();
        response.extensions_mut().insert(Arc::new(self.0));
        response
    }
}

/// A problem (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemView<'a> {
    /// Help page of the code.
    #[serde(rename = "type")]
    kind: String,
    /// Short Chinese title of the code.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What happened and what to do, in Chinese.
    detail: &'a str,
    /// Stable code.
    code: &'static str,
    /// This one occurrence; the same number stands in the log and in the header `x-request-id`.
    instance: String,
    /// Every field that has to be mended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldErrorView<'a>>,
}

/// A field that has to be mended.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldError)]
pub(crate) struct FieldErrorView<'a> {
    /// Name of the field in the register or form.
    field: &'a str,
    /// The rule it breaks.
    rule: &'a str,
    /// What is wrong, in Chinese.
    message: &'a str,
    /// What to do, in Chinese.
    remedy: &'a str,
}

impl<'a> FieldErrorView<'a> {
    pub(crate) fn of(it: &'a FieldFault) -> FieldErrorView<'a> {
        FieldErrorView {
            field: &it.field,
            rule: &it.rule,
            message: &it.message,
            remedy: &it.remedy,
        }
    }
}

/// Writes the body of a problem into a response; headers that are already there (Allow) stay.
pub(crate) fn render(fault: &Fault, request_id: &str, response: &mut Response) {
    let status = status_of(fault.code);
    let view = ProblemView {
        kind: format!("/docs/errors/{}", fault.code),
        title: fault.code.title(),
        status: status.as_u16(),
        detail: &fault.detail,
        code: fault.code.as_str(),
        instance: format!("urn:yiwang:request:{request_id}"),
        errors: fault.fields.iter().map(FieldErrorView::of).collect(),
    };
    *response.status_mut() = status;
    *response.body_mut() = Body::from(serde_json::to_vec(&view).unwrap_or_default());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.remove(header::CONTENT_LENGTH);
    if let Some(seconds) = retry_after(fault) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"yiwang\""));
    }
}

/// Whole seconds to wait, where waiting helps.
fn retry_after(fault: &Fault) -> Option<u64> {
    let usual = match fault.code {
        Code::Busy | Code::OutcomeUnknown => 1,
        Code::Unavailable => 5,
        Code::TooManyRequests | Code::LockedOut => 60,
        _ => return None,
    };
    Some(fault.wait_ms.map_or(usual, |it| it.div_ceil(1000).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The help pages are the promise: each names its status in its third line.
    #[test]
    fn statuses_are_those_of_the_help_pages() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
        for code in Code::ALL {
            let page =
                std::fs::read_to_string(folder.join(format!("{code}.md"))).unwrap_or_else(|_| panic!("no page for {code}"));
            let status = status_of(*code).as_u16().to_string();
            let line = page.lines().find(|it| it.starts_with("HTTP 状态")).unwrap_or_default();
            assert!(line.contains(&status), "{code}: the page says “{line}”, the table {status}");
        }
    }

    #[test]
    fn waiting_times() {
        let check = |fault: Fault, expected: Option<u64>| assert_eq!(retry_after(&fault), expected, "{fault}");
        check(Fault::new(Code::Busy, ""), Some(1));
        check(Fault::new(Code::Busy, "").after_ms(2_001), Some(3));
        check(Fault::new(Code::LockedOut, "").after_ms(900_000), Some(900));
        check(Fault::new(Code::TooManyRequests, "").after_ms(0), Some(1));
        check(Fault::new(Code::Invalid, "").after_ms(5), None);
        check(Fault::internal("x"), None);
    }
}

//! Entering a progress code, and what a code that nothing has is answered.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use yiwang_types::{Code, Fault, text};

use crate::app::{App, Shared};
use crate::faults::{Way, fault_page_to};
use crate::site::Site;
use crate::view::Shell;
use crate::words::{fill, t};

/// No code is longer.
const LONGEST: usize = 40;

#[derive(Serialize)]
struct LookupPage {
    code: String,
    unknown: Option<String>,
}

/// What the look-up form sends.
#[derive(Deserialize)]
pub(crate) struct Lookup {
    code: Option<String>,
}

/// `/p`: enter the code; with one, on to its page.
pub(crate) async fn lookup(State(app): State<Shared>, Query(wanted): Query<Lookup>, headers: HeaderMap, uri: Uri) -> Response {
    let site = app.site();
    let shell = app.shell(&site, &headers, &uri);
    match wanted.code.as_deref().map(normal) {
        Some(Some(code)) => Redirect::to(&format!("/p/{code}")).into_response(),
        Some(None) => {
            let typed = wanted.code.unwrap_or_default();
            let unknown = if typed.trim().is_empty() {
                t("code_empty").to_owned()
            } else {
                unknown_words(&site)
            };
            lookup_page(&app, shell, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(unknown))
        }
        None => lookup_page(&app, shell, StatusCode::OK, String::new(), None),
    }
}

fn unknown_words(site: &Site) -> String {
    site.portals
        .values()
        .next()
        .map_or(t("code_unknown"), |it| it.file.word("lookup_unknown"))
        .to_owned()
}

fn lookup_page(app: &App, shell: Shell, status: StatusCode, code: String, unknown: Option<String>) -> Response {
    let shell = shell
        .wrong_if(unknown.is_some())
        .titled(t("lookup_title"))
        .in_part("progress");
    app.views.page(status, "lookup.html", &shell, &LookupPage { code, unknown })
}

/// The code as the registers hold it: no spaces and hyphens, upper case, half width. None for what cannot be one.
pub(super) fn normal(typed: &str) -> Option<String> {
    let plain: String = text::code_form(typed)
        .chars()
        .filter(|it| !matches!(it, '-' | '_' | '.' | '—'))
        .collect();
    let code = plain.to_ascii_uppercase();
    let fits = (6..=LONGEST).contains(&code.len()) && code.bytes().all(|it| it.is_ascii_alphanumeric());
    fits.then_some(code)
}

/// The page for a code that nothing has: it was mistyped, or somebody is guessing.
pub(super) fn guessed(app: &App, shell: Shell, from: &str, typed: &str) -> Response {
    let Some(wait) = app.guesses.wrong(from, app.services.clock.now()) else {
        return unknown(app, shell, typed);
    };
    let minutes = wait.div_ceil(60_000).to_string();
    let fault = Fault::new(Code::TooManyRequests, fill("code_too_many", &[("n", &minutes)])).after_ms(wait);
    fault_page_to(app, shell, &fault, Way::lookup())
}

/// The page for what was typed and is nothing.
pub(super) fn unknown(app: &App, shell: Shell, typed: &str) -> Response {
    let shown: String = typed.chars().take(LONGEST).collect();
    let words = unknown_words(&app.site());
    lookup_page(app, shell, StatusCode::NOT_FOUND, shown, Some(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_people_write_them() {
        let check = |typed: &str, expected: Option<&str>| assert_eq!(normal(typed).as_deref(), expected, "{typed}");
        check(" k7qm-3fvx 9t2p ", Some("K7QM3FVX9T2P"));
        check("Ｋ７ＱＭ３ＦＶＸ９Ｔ２Ｐ", Some("K7QM3FVX9T2P"));
        check("", None);
        check("查询码", None);
        check("ABC", None);
        check(&"A".repeat(41), None);
        check("ABCDEF' OR 1=1", None);
    }
}

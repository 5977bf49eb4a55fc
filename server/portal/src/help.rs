//! Pages of the manual and of error codes.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::Serialize;
use yiwang_help::Page;

use crate::app::{App, Shared};
use crate::pages::not_found;

#[derive(Serialize)]
struct HelpPage<'a> {
    heading: &'a str,
    html: &'a str,
}

/// `/help/{page}`
pub(crate) async fn manual(State(app): State<Shared>, Path(name): Path<String>, headers: HeaderMap, uri: Uri) -> Response {
    match app.services.help.manual_page(&name) {
        Some(page) => shown(&app, page, &headers, &uri),
        None => not_found(State(app), headers, uri).await,
    }
}

/// `/docs/errors/{code}`
pub(crate) async fn error(State(app): State<Shared>, Path(code): Path<String>, headers: HeaderMap, uri: Uri) -> Response {
    match app.services.help.error_page(&code) {
        Some(page) => shown(&app, page, &headers, &uri),
        None => not_found(State(app), headers, uri).await,
    }
}

fn shown(app: &App, page: &Page, headers: &HeaderMap, uri: &Uri) -> Response {
    let shell = app.shell(&app.site(), headers, uri).titled(page.title.clone());
    let page = HelpPage {
        heading: &page.title,
        html: &page.html,
    };
    app.page("help.html", shell, &page)
}

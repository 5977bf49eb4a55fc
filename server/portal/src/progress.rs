//! Looking a report up by its code, and rating what was done. Whoever has the code is the reporter.

mod facts;
mod lookup;
mod rating;
mod show;

use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use yiwang_files::Rendition;
use yiwang_model::FieldValue;
use yiwang_types::{Code, Fault};

use crate::answers::Answers;
use crate::app::{Origin, Shared};
use crate::faults::fault_page;
use crate::guard::same_site;
pub(crate) use crate::progress::lookup::lookup;
use crate::progress::lookup::{guessed, normal, unknown};
use crate::services::Found;
use crate::site::{Portal, Site};
use crate::view::{Shell, answer, time};
use crate::words::{t, with_limits};

#[derive(Serialize)]
struct ReceivedPage {
    heading: String,
    entrance: String,
    received_at: String,
    number_label: String,
    number: String,
    code_label: String,
    code: String,
    /// The code in pieces that the eye can hold.
    pieces: Vec<String>,
    keep: String,
    next: String,
    /// How soon, when the process knows it.
    when: Option<String>,
    earlier: bool,
}

/// What the page after a report is told.
#[derive(Deserialize)]
pub(crate) struct Hint {
    earlier: Option<String>,
}

/// A code and the number of a photo.
type Which = (String, usize);

/// Which photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// Those of the report.
    Before,
    /// Those of the work done.
    After,
}

/// A record with its entrance.
struct Matter {
    app: Shared,
    site: Arc<Site>,
    portal: Arc<Portal>,
    found: Found,
    code: String,
}

impl Matter {
    /// Finds the record, or the page that says it is not there.
    async fn find(app: &Shared, shell: &Shell, from: &str, typed: &str) -> Result<Matter, Box<Response>> {
        let site = app.site();
        let Some(code) = normal(typed) else {
            return Err(Box::new(unknown(app, shell.clone(), typed)));
        };
        for portal in site.portals.values() {
            match app.services.matters.find(&portal.file.register, &code).await {
                Ok(None) => {}
                Ok(Some(found)) => {
                    return Ok(Matter {
                        app: Arc::clone(app),
                        portal: Arc::clone(portal),
                        site: Arc::clone(&site),
                        found,
                        code,
                    });
                }
                Err(fault) => return Err(Box::new(fault_page(app, shell.clone(), &fault))),
            }
        }
        Err(Box::new(guessed(app, shell.clone(), from, typed)))
    }

    fn value(&self, field: &str) -> &FieldValue {
        self.found.values.get(field).unwrap_or(&FieldValue::Null)
    }

    fn text(&self, field: &str) -> String {
        self.value(field).as_text().unwrap_or_default().to_owned()
    }

    fn photo_ids(&self, moment: Moment) -> &[String] {
        let progress = &self.portal.file.progress;
        let shown = match moment {
            Moment::Before => &progress.before,
            Moment::After => &progress.photos,
        };
        match shown.as_ref().map(|it| self.value(&it.field)) {
            Some(FieldValue::List(ids)) => ids,
            _ => &[],
        }
    }
}

/// Answers about one matter are not kept by anybody on the way, nor found by search engines.
fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

/// `/p/{code}`
pub(crate) async fn progress(
    State(app): State<Shared>,
    Path(code): Path<String>,
    Origin(from): Origin,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let shell = app.shell(&app.site(), &headers, &uri);
    private(match Matter::find(&app, &shell, &from, &code).await {
        Ok(matter) => matter.page(StatusCode::OK, shell, &Answers::default(), &[]).await,
        Err(response) => *response,
    })
}

/// `/p/{code}/received`: number and code of a fresh report.
pub(crate) async fn received(
    State(app): State<Shared>,
    Path(code): Path<String>,
    Query(hint): Query<Hint>,
    Origin(from): Origin,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let shell = app.shell(&app.site(), &headers, &uri);
    let matter = match Matter::find(&app, &shell, &from, &code).await {
        Ok(it) => it,
        Err(response) => return private(*response),
    };
    let file = &matter.portal.file;
    let word = |name: &str| file.word(name).to_owned();
    let page = ReceivedPage {
        heading: t("received_title").to_owned(),
        entrance: word("heading"),
        received_at: time::moment(matter.found.created_at, app.services.offset),
        number_label: word("done_number"),
        number: matter.text(&file.progress.number),
        code_label: word("done_code"),
        code: matter.code.clone(),
        pieces: pieces(&matter.code),
        keep: word("done_keep"),
        next: word("done_next"),
        when: with_limits(file.word("done_when"), &app.services.matters.limits(&file.register)).filter(|it| !it.is_empty()),
        earlier: hint.earlier.is_some(),
    };
    private(app.page("received.html", shell.titled(t("received_title")).in_part("report"), &page))
}

/// Four characters each, as on bank cards.
fn pieces(code: &str) -> Vec<String> {
    let chars: Vec<char> = code.chars().collect();
    chars.chunks(4).map(|it| it.iter().collect()).collect()
}

/// `/p/{code}/photos/{number}`: a clean copy of a photo of the work done, counted from 1.
pub(crate) async fn photo_after(
    State(app): State<Shared>,
    Path(which): Path<Which>,
    Origin(from): Origin,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let shell = app.shell(&app.site(), &headers, &uri);
    photo(&app, shell, &from, which, Moment::After).await
}

/// `/p/{code}/before/{number}`: the same of a photo that came with the report.
pub(crate) async fn photo_before(
    State(app): State<Shared>,
    Path(which): Path<Which>,
    Origin(from): Origin,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let shell = app.shell(&app.site(), &headers, &uri);
    photo(&app, shell, &from, which, Moment::Before).await
}

async fn photo(app: &Shared, shell: Shell, from: &str, (code, number): Which, moment: Moment) -> Response {
    let matter = match Matter::find(app, &shell, from, &code).await {
        Ok(it) => it,
        Err(response) => return private(*response),
    };
    let Some(id) = number.checked_sub(1).and_then(|it| matter.photo_ids(moment).get(it)) else {
        return private(matter.fault(shell, &Fault::new(Code::NotFound, t("not_found"))));
    };
    private(match app.services.photos.drawn(id, Rendition::Public).await {
        Ok(bytes) => answer(StatusCode::OK, Rendition::MEDIA_TYPE, bytes),
        Err(fault) => matter.fault(shell, &fault),
    })
}

/// `POST /p/{code}`: the rating, once.
pub(crate) async fn rate(
    State(app): State<Shared>,
    Path(code): Path<String>,
    Origin(from): Origin,
    request: Request,
) -> Response {
    let shell = app.shell(&app.site(), request.headers(), request.uri());
    if !same_site(request.method(), request.headers()) {
        return fault_page(&app, shell, &Fault::new(Code::ForeignOrigin, t("foreign")));
    }
    let matter = match Matter::find(&app, &shell, &from, &code).await {
        Ok(it) => it,
        Err(response) => return private(*response),
    };
    let answers = Answers::read(request, &*app.services.photos).await;
    if let Some(fault) = &answers.broken {
        return private(matter.fault(shell, fault));
    }
    private(matter.rate(shell, &answers).await)
}

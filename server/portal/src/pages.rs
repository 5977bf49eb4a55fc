//! The pages without a form.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, HeaderValue, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use yiwang_space::sketch::ViewQuery;
use yiwang_types::{Code, Fault};

use crate::app::{App, Shared};
use crate::display::{Display, safe_back};
use crate::faults::fault_page;
use crate::report::{LARGE, SMALL};
use crate::site::{PRIVACY, Part, Portal};
use crate::view::answer;
use crate::words::{fill, t, typeset, with_limits};

#[derive(Serialize)]
struct HomePage {
    heading: String,
    entrances: Vec<Entrance>,
}

#[derive(Serialize)]
struct Entrance {
    heading: String,
    lead: String,
    not_emergency: String,
    href: String,
    states: Vec<Part>,
}

#[derive(Serialize)]
struct HowPage {
    entrances: Vec<How>,
}

#[derive(Serialize)]
struct How {
    heading: String,
    steps: Vec<HowStepView>,
    states: Vec<Part>,
    not_emergency: String,
}

#[derive(Serialize)]
struct HowStepView {
    title: String,
    text: String,
    limit: Option<String>,
}

#[derive(Serialize)]
struct PrivacyPage {
    entrances: Vec<Privacy>,
}

#[derive(Serialize)]
struct Privacy {
    heading: String,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct ArticlePage {
    heading: String,
    paragraphs: Vec<String>,
    items: Vec<String>,
    after: Vec<String>,
}

fn states(portal: &Portal) -> Vec<Part> {
    let part = |it: &crate::site::StateWord| Part {
        title: it.word.clone(),
        text: it.text.clone(),
    };
    portal.file.state_words.iter().map(part).collect()
}

/// `/`
pub(crate) async fn home(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Response {
    let site = app.site();
    let entrance = |it: &std::sync::Arc<Portal>| Entrance {
        heading: it.file.word("heading").to_owned(),
        lead: it.file.word("lead").to_owned(),
        not_emergency: it.file.word("not_emergency").to_owned(),
        href: format!("/report/{}", it.file.register),
        states: states(it),
    };
    // One entrance speaks for the site; several need a word above them all.
    let mut all = site.portals.values();
    let heading = match (all.next(), all.next()) {
        (Some(only), None) => only.file.word("home"),
        _ => t("home_title"),
    };
    let page = HomePage {
        heading: heading.to_owned(),
        entrances: site.portals.values().map(entrance).collect(),
    };
    let shell = app.shell(&site, &headers, &uri).titled(heading);
    app.page("home.html", shell, &page)
}

/// `/how-it-works`
pub(crate) async fn how_it_works(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Response {
    let site = app.site();
    let how = |it: &std::sync::Arc<Portal>| {
        let limits = app.services.matters.limits(&it.file.register);
        let step = |it: &crate::site::HowStep| HowStepView {
            title: it.title.clone(),
            text: it.text.clone(),
            limit: it.limit.as_ref().and_then(|it| with_limits(it, &limits)),
        };
        How {
            heading: it.file.word("heading").to_owned(),
            steps: it.file.how_it_works.iter().map(step).collect(),
            states: states(it),
            not_emergency: it.file.word("not_emergency").to_owned(),
        }
    };
    let page = HowPage {
        entrances: site.portals.values().map(how).collect(),
    };
    app.page(
        "how_it_works.html",
        app.shell(&site, &headers, &uri).titled(t("how_title")).helped("how-it-works"),
        &page,
    )
}

/// `/privacy`
pub(crate) async fn privacy(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Response {
    let site = app.site();
    let privacy = |it: &std::sync::Arc<Portal>| {
        let part = |key: &&str| {
            let text = it.file.privacy.get(*key)?.clone();
            Some(Part {
                title: t(&format!("privacy_{key}")).to_owned(),
                text,
            })
        };
        Privacy {
            heading: it.file.word("heading").to_owned(),
            parts: PRIVACY.iter().filter_map(part).collect(),
        }
    };
    let page = PrivacyPage {
        entrances: site.portals.values().map(privacy).collect(),
    };
    app.page(
        "privacy.html",
        app.shell(&site, &headers, &uri).titled(t("privacy_title")),
        &page,
    )
}

/// `/accessibility`
pub(crate) async fn accessibility(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Response {
    article(&app, &headers, &uri, "access", 6)
}

/// `/site-errors`
pub(crate) async fn site_errors(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Response {
    article(&app, &headers, &uri, "found_error", 3)
}

/// A page whose words are all in the catalogue: title, a paragraph, items, a last paragraph with the place's telephone.
fn article(app: &App, headers: &HeaderMap, uri: &Uri, key: &str, items: usize) -> Response {
    let site = app.site();
    let heading = t(&format!("{key}_title")).to_owned();
    let phone = site
        .footer
        .get("phone")
        .map(|it| typeset(it))
        .unwrap_or_else(|| t("default_phone").to_owned());
    let page = ArticlePage {
        heading: heading.clone(),
        paragraphs: vec![t(&format!("{key}_lead")).to_owned()],
        items: (1..=items).map(|it| t(&format!("{key}_item_{it}")).to_owned()).collect(),
        after: vec![fill(&format!("{key}_after"), &[("phone", &phone)])],
    };
    app.page("article.html", app.shell(&site, headers, uri).titled(heading), &page)
}

/// What the switches send.
#[derive(Deserialize)]
pub(crate) struct Wishes {
    text: Option<String>,
    contrast: Option<String>,
    back: Option<String>,
}

/// `/display`: keeps the wish in a cookie and goes back.
pub(crate) async fn display(headers: HeaderMap, Query(wishes): Query<Wishes>) -> Response {
    let chosen = [&wishes.text, &wishes.contrast].into_iter().flatten();
    let display = chosen.fold(Display::of(&headers), |it, wish| it.with(wish));
    let mut response = Redirect::to(safe_back(wishes.back.as_deref())).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&display.cookie()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// `/style/{file}`: the style sheet under its hashed name.
pub(crate) async fn style(State(app): State<Shared>, Path(file): Path<String>, headers: HeaderMap, uri: Uri) -> Response {
    let css = app.site();
    let css = &css.css;
    let mut response = match css.href.strip_prefix("/style/") {
        Some(name) if name == file => {
            let mut it = answer(StatusCode::OK, "text/css; charset=utf-8", css.text.clone());
            it.headers_mut()
                .insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
            it
        }
        // Another node's sheet, while definitions are changing: better nearly right than none, but not kept.
        Some(_) if file.starts_with("portal-") && file.ends_with(".css") => {
            answer(StatusCode::OK, "text/css; charset=utf-8", css.text.clone())
        }
        _ => return not_found(State(app), headers, uri).await,
    };
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// `/sketch/{size}.svg`: the street sketch for one of the two sizes.
pub(crate) async fn sketch(
    State(app): State<Shared>,
    Path(file): Path<String>,
    Query(query): Query<ViewQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let size = match file.as_str() {
        "small.svg" => SMALL,
        "large.svg" => LARGE,
        _ => return not_found(State(app), headers, uri).await,
    };
    let Some(sketch) = app.services.places.sketch() else {
        return not_found(State(app), headers, uri).await;
    };
    let view = sketch.view_of(&query, size.0, size.1);
    let mut response = answer(StatusCode::OK, "image/svg+xml", sketch.svg(&view));
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=600"));
    response
}

/// What is asked while an address is being typed.
#[derive(Deserialize)]
pub(crate) struct Words {
    q: Option<String>,
}

/// `/places?q=`: titles of the places that the beginning of an address may mean, for the suggestions under its box.
pub(crate) async fn places(State(app): State<Shared>, Query(words): Query<Words>) -> Response {
    const LONGEST: usize = 200;
    let typed: String = words.q.unwrap_or_default().chars().take(LONGEST).collect();
    let found = match typed.trim() {
        "" => Vec::new(),
        typed => app.services.places.find(typed),
    };
    let titles: Vec<String> = found.into_iter().map(|it| it.title).collect();
    let body = serde_json::to_vec(&titles).unwrap_or_default();
    let mut response = answer(StatusCode::OK, "application/json", body);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    response
}

/// Every address that is none.
pub(crate) async fn not_found(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Response {
    let site = app.site();
    fault_page(
        &app,
        app.shell(&site, &headers, &uri),
        &Fault::new(Code::NotFound, t("not_found")),
    )
}

/// A known address asked in a way it does not know. The switches lead to the first page: this address may not be asked by GET.
pub(crate) async fn wrong_method(State(app): State<Shared>, headers: HeaderMap, OriginalUri(_): OriginalUri) -> Response {
    let site = app.site();
    let shell = app.shell(&site, &headers, &Uri::from_static("/"));
    fault_page(&app, shell, &Fault::new(Code::MethodNotAllowed, t("wrong_method")))
}

//! Public pages that work without scripts, and more comfortably with one: reporting a problem, following it by its code, rating what was done.
//!
//! Which register a report goes into, its questions and its words come from the apps (`portal/texts.yaml`); name, colours and footer from
//! the overlay. A page is one view struct and one template. What a visitor typed travels with him, signed; the server keeps nothing but the
//! photos.

mod answers;
mod app;
mod display;
mod faults;
mod guard;
mod guesses;
mod help;
mod kernel;
mod pages;
mod progress;
mod report;
mod seal;
mod services;
mod site;
mod view;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

pub use kernel::{KernelMatters, KernelPhotos};
pub use services::{
    AddressOf, Answer, ClockFace, Counting, Found, Located, Matters, PhotoUpload, Photos, Places, PortalServices, Secret, Side,
    Spot,
};
pub use site::check;

/// Bytes of a report with its photos: three of the largest and the words.
const MAX_REPORT: usize = 64_000_000;
/// Bytes of any other form.
const MAX_FORM: usize = 256 * 1024;

/// The public pages, with the pages for wrong addresses and methods as the fallback of the whole server.
pub fn router(services: PortalServices) -> Router {
    let app: app::Shared = Arc::new(app::App::new(services));
    Router::new()
        .route("/", get(pages::home))
        .route("/report", get(report::entrance))
        .route(
            "/report/{register}",
            post(report::answer)
                .layer(DefaultBodyLimit::max(MAX_REPORT))
                .get(report::begin),
        )
        .route("/p", get(progress::lookup))
        .route(
            "/p/{code}",
            post(progress::rate)
                .layer(DefaultBodyLimit::max(MAX_FORM))
                .get(progress::progress),
        )
        .route("/p/{code}/received", get(progress::received))
        .route("/p/{code}/photos/{number}", get(progress::photo_after))
        .route("/p/{code}/before/{number}", get(progress::photo_before))
        .route("/how-it-works", get(pages::how_it_works))
        .route("/privacy", get(pages::privacy))
        .route("/help/{page}", get(help::manual))
        .route("/docs/errors/{code}", get(help::error))
        .route("/accessibility", get(pages::accessibility))
        .route("/site-errors", get(pages::site_errors))
        .route("/display", get(pages::display))
        .route("/sketch/{file}", get(pages::sketch))
        .route("/style/{file}", get(pages::style))
        .route("/places", get(pages::places))
        .method_not_allowed_fallback(pages::wrong_method)
        .fallback(pages::not_found)
        .layer(from_fn_with_state(Arc::clone(&app), faults::in_words))
        .layer(from_fn(guard::headers))
        .with_state(app)
}

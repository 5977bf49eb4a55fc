//! HTTP areas, views, OpenAPI, the one table of error statuses.
//!
//! A request passes the shell (number, admission, time limit, problems), the access that its route declares, and a handler that extracts,
//! makes one kernel call and maps the result to a view.

mod access;
mod app;
mod areas;
mod error;
mod feed;
mod gates;
mod import;
mod input;
mod labels;
mod limiter;
mod linger;
mod meters;
mod places;
mod public;
mod routes;
mod serve;
mod shell;
mod views;

pub use access::{Peer, client_address};
pub use app::{Account, Admitted, DirectoryEntry, Doorkeeper, Options, Services};
pub use error::status_of;
pub use gates::Admission;
pub use limiter::Rate;
pub use serve::serve;
pub use shell::SECURITY_HEADERS;

use axum::Router;

/// The API over the services.
pub fn router(services: Services, options: Options) -> Router {
    areas::all().serve(services, options)
}

/// The API document as it is committed: OpenAPI 3.1, pretty JSON.
pub fn openapi() -> String {
    areas::all().openapi()
}

/// Every route with its access, as it is approved in `routes.txt`.
pub fn routes() -> String {
    areas::all().text()
}

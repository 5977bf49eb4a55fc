//! The services with what the pages make of them.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;

use crate::display::Display;
use crate::guesses::Guesses;
use crate::services::PortalServices;
use crate::site::{Latest, Site};
use crate::view::{Shell, Views};

/// Shared by all handlers.
pub(crate) struct App {
    pub(crate) services: PortalServices,
    pub(crate) views: Views,
    pub(crate) guesses: Guesses,
    latest: Latest,
}

/// What a handler is handed.
pub(crate) type Shared = Arc<App>;

impl App {
    pub(crate) fn new(services: PortalServices) -> App {
        App {
            services,
            views: Views::new(),
            guesses: Guesses::default(),
            latest: Latest::default(),
        }
    }

    pub(crate) fn site(&self) -> Arc<Site> {
        self.latest.of(self.services.matters.model())
    }

    /// The frame of a page for this visitor.
    pub(crate) fn shell(&self, site: &Site, headers: &HeaderMap, uri: &Uri) -> Shell {
        let back = uri.path_and_query().map_or("/", |it| it.as_str());
        Shell::new(site, Display::of(headers), back, &self.services)
    }

    /// A page.
    pub(crate) fn page(&self, template: &str, shell: Shell, page: &impl serde::Serialize) -> Response {
        self.views.page(StatusCode::OK, template, &shell, page)
    }
}

/// The address a request comes from.
pub(crate) struct Origin(pub(crate) String);

impl FromRequestParts<Shared> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Origin, Infallible> {
        Ok(Origin((app.services.address)(parts)))
    }
}

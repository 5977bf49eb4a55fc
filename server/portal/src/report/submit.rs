//! The last page sent: the report becomes a record.

use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, json};
use yiwang_model::FieldValue;
use yiwang_process::NewMatter;
use yiwang_records::{Idempotency, Saved, Writer};
use yiwang_types::digest::Sm3Digest;
use yiwang_types::{Code, Fault, FieldFault};

use crate::report::check::{Ready, ready, refusal};
use crate::report::{Stage, Turned, Visit};
use crate::words::fill;

impl Visit<'_> {
    pub(super) async fn submit(self) -> Response {
        let ready = match ready(self.app, &self.site, &self.portal, &self.draft) {
            Ok(it) => it,
            Err(faults) => return self.show(Turned::wrong(Stage::Check, faults)).await,
        };
        if let Some(fault) = self.lost_photo().await {
            return self.show(fault).await;
        }
        let mut notes = Map::new();
        notes.insert("channel".to_owned(), json!("portal"));
        let new = NewMatter {
            fields: ready.fields.clone(),
            notes,
            writer: Writer::Outside,
        };
        let register = &self.portal.file.register;
        // The digest is of the report, not of its content: sent again with other words it is still the same case, and the page says so.
        let digest = Sm3Digest::of(format!("{register}\n{}", self.draft.key).as_bytes()).to_string();
        let key = Idempotency {
            key: format!("report:{}", self.draft.key),
            digest,
        };
        match self.app.services.matters.submit(register, &new, key).await {
            Ok(saved) => self.received(&saved, &ready).await,
            Err(fault) => {
                log(&fault);
                let turned = self.refused(&fault);
                self.show(turned).await
            }
        }
    }

    async fn received(&self, saved: &Saved, ready: &Ready) -> Response {
        let field = self.portal.register.progress_code.as_deref().unwrap_or_default();
        let Some(code) = saved.numbers.get(field) else {
            let fault = Fault::internal("the record was made without a progress code");
            log(&fault);
            return crate::faults::fault_page(self.app, self.shell.clone(), &fault);
        };
        // Not knowing is no reason to withhold the number: then the hint is left out.
        let found = self
            .app
            .services
            .matters
            .find(&self.portal.file.register, code)
            .await
            .ok()
            .flatten();
        let changed = found.is_some_and(|it| ready.values.iter().any(|(name, value)| differs(it.values.get(name), value)));
        let hint = if changed { "?earlier=1" } else { "" };
        Redirect::to(&format!("/p/{code}/received{hint}")).into_response()
    }

    /// A photo that was swept away, because the report lay about for more than a day.
    async fn lost_photo(&self) -> Option<Turned> {
        let field = self.portal.file.steps.iter().find_map(|it| it.field.clone())?;
        for (at, id) in self.draft.photos.iter().enumerate() {
            let drawn = self.app.services.photos.drawn(id, yiwang_files::Rendition::Thumbnail).await;
            if drawn.is_err_and(|it| it.code == Code::NotFound) {
                let number = (at + 1).to_string();
                let fault = FieldFault::new(field, "gone", fill("photo_gone", &[("number", &number)]), "");
                return Some(Turned::wrong(Stage::Check, vec![fault]));
            }
        }
        None
    }

    /// The page with all answers again, and what to do.
    fn refused(&self, fault: &Fault) -> Turned {
        let status = crate::faults::status_of(fault.code);
        let point = self.portal.file.steps.iter().find_map(|it| it.point.clone());
        let faults = match point {
            // The kernel names cells and codes; a resident chooses on his own page.
            Some(point) if fault.code == Code::PlaceOnBorder => {
                vec![FieldFault::new(point, "border", self.portal.file.word("near_border"), "")]
            }
            _ => fault.fields.clone(),
        };
        let notice = faults.is_empty().then(|| refusal(&fault.detail));
        Turned {
            faults,
            notice,
            status,
            ..Turned::to(Stage::Check)
        }
    }
}

fn differs(stored: Option<&FieldValue>, sent: &FieldValue) -> bool {
    stored.unwrap_or(&FieldValue::Null) != sent && !(sent.is_empty() && stored.is_none())
}

fn log(fault: &Fault) {
    if fault.internal.is_some() {
        tracing::error!(code = %fault.code, internal = fault.internal.as_deref(), "A public report was not taken");
    }
}

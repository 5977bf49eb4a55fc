//! What a reader may see of a record: clear, masked or not at all, decided per field and per record.

use serde_json::{Map, Value as Json};
use yiwang_authz::{FieldAccess, Permission};
use yiwang_model::{Field, FieldValue, Mask};
use yiwang_types::{Instant, MaskKind, mask};

use crate::ctx::Ctx;
use crate::engine::Records;
use crate::loaded::Loaded;
use crate::scope;
use crate::width::Width;

/// A record as one reader sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// UUID.
    pub id: String,
    /// Version for `If-Match`.
    pub version: i64,
    /// State.
    pub status: String,
    /// Name in lists as the reader may see it; the id where it is hidden from him.
    pub label: String,
    /// When it was made.
    pub created_at: Instant,
    /// Last change.
    pub updated_at: Instant,
    /// Fields the reader may see; masked ones hold their masked text.
    pub fields: Map<String, Json>,
    /// Which of them are masked.
    pub masked: Vec<String>,
}

impl Records {
    /// The record as the permission lets it be seen, in this width. `participants` are the reader's own participant keys that are noted for
    /// it, needed only when the permission speaks of participants.
    pub(crate) fn view(
        &self,
        ctx: &Ctx,
        permission: &Permission,
        record: &Loaded,
        participants: &[String],
        width: &Width,
    ) -> View {
        let env = self.env(self.now());
        let weighs = width.weighs_grants(&record.register, permission);
        let covers = |terms: &[yiwang_authz::ScopeTerm]| !weighs || scope::covers(terms, record, participants, &ctx.subject);
        let whole = width.reads_all(&record.register);
        let seen = || whole.then(|| record.context(&self.model(), self.offset()));
        let visible = permission.fields.of_record(seen, &env, covers);
        let mut view = View {
            id: record.id.clone(),
            version: record.version,
            status: record.status.clone(),
            label: label(record, visible.access(&record.register.label)),
            created_at: record.created_at,
            updated_at: record.updated_at,
            fields: Map::new(),
            masked: Vec::new(),
        };
        for field in &record.register.fields {
            let value = record.value(&field.name);
            if !width.shows(field, value) {
                continue;
            }
            match visible.access_of(field) {
                FieldAccess::Hidden => {}
                FieldAccess::Clear => {
                    view.fields.insert(field.name.clone(), value.to_json(self.offset()));
                }
                FieldAccess::Masked => {
                    view.fields.insert(field.name.clone(), masked(field, value));
                    view.masked.push(field.name.clone());
                }
            }
        }
        view
    }
}

fn label(record: &Loaded, access: FieldAccess) -> String {
    match (access, record.register.field(&record.register.label)) {
        (FieldAccess::Clear, _) => record.label().to_owned(),
        (FieldAccess::Masked, Some(field)) => masked(field, record.value(&field.name))
            .as_str()
            .unwrap_or(&record.id)
            .to_owned(),
        _ => record.id.clone(),
    }
}

fn masked(field: &Field, value: &FieldValue) -> Json {
    let FieldValue::Text(clear) = value else { return Json::Null };
    let kind = field
        .sensitive
        .filter(|it| *it != Mask::All)
        .and_then(|it| MaskKind::parse(it.as_str()));
    Json::from(kind.map_or_else(|| "***".to_owned(), |it| mask::mask(it, clear)))
}

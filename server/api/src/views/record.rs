//! Records, their pages and what was done with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;
use yiwang_records::{Counted, Entry, Page, Saved, View};
use yiwang_types::Offset;

use super::{Tagged, moment};
use crate::labels::Labels;

/// A record as the reader may see it.
#[derive(Serialize, ToSchema)]
#[schema(as = Record)]
pub(crate) struct RecordView {
    /// UUID.
    id: String,
    /// Version, for `If-Match`.
    version: i64,
    /// State set by the process; empty when there is none.
    status: String,
    /// Title of the state for people.
    status_title: String,
    /// Name of the record in lists.
    label: String,
    /// When it was made.
    created_at: String,
    /// Last change.
    updated_at: String,
    /// Fields by name; masked ones hold their masked text.
    #[schema(value_type = Object)]
    fields: Map<String, Json>,
    /// Names of the masked fields.
    masked: Vec<String>,
    /// Display texts of choices and references that are set and seen in clear, by field; several joined by 、.
    labels: BTreeMap<String, String>,
}

impl RecordView {
    pub(crate) fn of(it: View, labels: &Labels, offset: Offset) -> RecordView {
        RecordView {
            status_title: labels.status(&it),
            labels: labels.texts(&it),
            id: it.id,
            version: it.version,
            status: it.status,
            label: it.label,
            created_at: moment(it.created_at, offset),
            updated_at: moment(it.updated_at, offset),
            fields: it.fields,
            masked: it.masked,
        }
    }

    pub(crate) fn tagged(it: View, labels: &Labels, offset: Offset) -> Tagged<RecordView> {
        Tagged {
            version: it.version,
            location: None,
            view: RecordView::of(it, labels, offset),
        }
    }
}

/// A page of records.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordPage)]
pub(crate) struct RecordPageView {
    /// The records in the order asked for.
    items: Vec<RecordView>,
    /// Mark of the next page, for `after`; none at the end.
    next: Option<String>,
    /// How many there are.
    count: CountView,
}

/// A bounded count.
#[derive(Serialize, ToSchema)]
#[schema(as = Count)]
pub(crate) struct CountView {
    /// The count, or the bound at which counting stopped.
    value: u64,
    /// Whether it is the whole count.
    exact: bool,
}

impl From<Counted> for CountView {
    fn from(it: Counted) -> CountView {
        CountView {
            value: it.value,
            exact: it.exact,
        }
    }
}

impl RecordPageView {
    pub(crate) fn of(page: Page, labels: &Labels, offset: Offset) -> RecordPageView {
        let items = page.items.into_iter().map(|it| RecordView::of(it, labels, offset)).collect();
        RecordPageView {
            items,
            next: page.next,
            count: page.count.into(),
        }
    }
}

/// Fields of a new or changed record by name; null empties a field.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(as = RecordInput, value_type = Object)]
pub(crate) struct RecordInput(pub(crate) Map<String, Json>);

/// Why a record is deleted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeleteInput)]
pub(crate) struct DeleteInput {
    /// Kept in the history.
    pub(crate) reason: String,
}

/// What a write did.
#[derive(Serialize, ToSchema)]
#[schema(as = Saved)]
pub(crate) struct SavedView {
    /// Register of the record.
    register: String,
    /// UUID of the record.
    id: String,
    /// Its version now.
    version: i64,
    /// Its state now.
    status: String,
    /// Numbers and codes given by this write.
    numbers: BTreeMap<String, String>,
    /// What else there is to know, by name.
    #[schema(value_type = Object)]
    answer: Map<String, Json>,
}

impl SavedView {
    pub(crate) fn tagged(it: Saved) -> Tagged<SavedView> {
        Tagged {
            version: it.version,
            location: None,
            view: SavedView::of(it),
        }
    }

    pub(crate) fn created(it: Saved) -> Tagged<SavedView> {
        let location = format!("{}/registers/{}/records/{}", crate::routes::BASE, it.register, it.id);
        Tagged {
            location: Some(location),
            ..SavedView::tagged(it)
        }
    }

    fn of(it: Saved) -> SavedView {
        SavedView {
            register: it.register,
            id: it.id,
            version: it.version,
            status: it.status,
            numbers: it.numbers,
            answer: it.answer,
        }
    }
}

/// Everything that was done with a record, in order.
#[derive(Serialize, ToSchema)]
#[schema(as = Timeline)]
pub(crate) struct TimelineView {
    /// The acts.
    items: Vec<EntryView>,
}

/// One act on a record.
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
pub(crate) struct EntryView {
    /// Place in the chain of the matter, from 1.
    seq: i64,
    /// Version after it.
    version: i64,
    /// When.
    at: String,
    /// `staff`, `resident`, `firm`, `token`, `job`.
    subject_kind: String,
    /// Name to show.
    subject_name: String,
    /// Title of the department in whose name it was done; its code where no title is known.
    department: Option<String>,
    /// The act.
    act: String,
    /// Name of the step.
    step: Option<String>,
    /// Chosen outcome.
    outcome: Option<String>,
    /// What was written.
    comment: Option<String>,
    /// Changed fields, notes and by what right; in the history only.
    #[serde(skip_serializing_if = "Json::is_null")]
    #[schema(value_type = Object, required = false)]
    content: Json,
}

impl TimelineView {
    /// `department` gives a title by code.
    pub(crate) fn of(entries: Vec<Entry>, offset: Offset, department: impl Fn(&str) -> Option<String>) -> TimelineView {
        let view = |it: Entry| EntryView {
            seq: it.seq,
            version: it.version,
            at: moment(it.at, offset),
            subject_kind: it.subject_kind,
            subject_name: it.subject_name,
            department: it.department.map(|code| department(&code).unwrap_or(code)),
            act: it.act,
            step: it.step,
            outcome: it.outcome,
            comment: it.comment,
            content: it.content,
        };
        TimelineView {
            items: entries.into_iter().map(view).collect(),
        }
    }
}

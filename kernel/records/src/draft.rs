//! One unit of work on one matter, prepared outside any transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json};
use yiwang_feel::{Context, Value as Feel};
use yiwang_model::{FieldValue, Model, Register, Values};
use yiwang_store::Write;
use yiwang_types::{Fault, Instant, Offset};

use crate::loaded::Loaded;
use crate::participants::Participant;

/// By what right something is done; written into the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// A grant of a role.
    Grant(String),
    /// A task that the subject holds or may take; proved by the process.
    Task(String),
    /// The engine itself: a timer, a clock.
    Engine(&'static str),
}

/// What is being done, as the timeline tells it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Deed {
    /// One of the vocabulary of acts, or `create`, `update`, `delete`.
    pub act: String,
    /// Name of the task it happened in.
    pub step: Option<String>,
    /// Chosen outcome.
    pub outcome: Option<String>,
    /// What the person wrote.
    pub comment: Option<String>,
    /// Form values that do not go into the record, and other facts of the act.
    pub notes: Map<String, Json>,
}

impl Deed {
    /// An act without more.
    pub fn of(act: &str) -> Deed {
        Deed {
            act: act.to_owned(),
            ..Deed::default()
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Base {
    Fresh { rid: i64, id: String },
    Existing(Arc<Loaded>),
}

/// A prepared change of one record with everything that must commit together with it.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) register: Arc<Register>,
    pub(crate) base: Base,
    pub(crate) at: Instant,
    pub(crate) authority: Authority,
    pub(crate) department: Option<String>,
    pub(crate) deed: Deed,
    pub(crate) changes: BTreeMap<String, FieldValue>,
    pub(crate) status: Option<String>,
    pub(crate) gapless: Vec<String>,
    pub(crate) extra: Vec<Write>,
    pub(crate) participants: Vec<Participant>,
    pub(crate) dismissed: Vec<Participant>,
    pub(crate) deletes: bool,
    pub(crate) answer: Map<String, Json>,
}

impl Draft {
    pub(crate) fn new(register: Arc<Register>, base: Base, at: Instant, authority: Authority, deed: Deed) -> Draft {
        Draft {
            register,
            base,
            at,
            authority,
            department: None,
            deed,
            changes: BTreeMap::new(),
            status: None,
            gapless: Vec::new(),
            extra: Vec::new(),
            participants: Vec::new(),
            dismissed: Vec::new(),
            deletes: false,
            answer: Map::new(),
        }
    }

    /// The register.
    pub fn register(&self) -> &Arc<Register> {
        &self.register
    }

    /// The moment of the act; one for everything in the draft.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// The record's number inside.
    pub fn rid(&self) -> i64 {
        match &self.base {
            Base::Fresh { rid, .. } => *rid,
            Base::Existing(it) => it.rid,
        }
    }

    /// The record's UUID.
    pub fn id(&self) -> &str {
        match &self.base {
            Base::Fresh { id, .. } => id,
            Base::Existing(it) => &it.id,
        }
    }

    /// The record as it stood; none when it is being made.
    pub fn before(&self) -> Option<&Arc<Loaded>> {
        match &self.base {
            Base::Fresh { .. } => None,
            Base::Existing(it) => Some(it),
        }
    }

    /// What is being done.
    pub fn deed(&self) -> &Deed {
        &self.deed
    }

    /// What is being done, to be completed.
    pub fn deed_mut(&mut self) -> &mut Deed {
        &mut self.deed
    }

    /// The value of a field after this draft.
    pub fn value(&self, field: &str) -> &FieldValue {
        match (self.changes.get(field), self.before()) {
            (Some(it), _) => it,
            (None, Some(before)) => before.value(field),
            (None, None) => &FieldValue::Null,
        }
    }

    /// Changes a field; setting what it already holds is no change.
    ///
    /// # Errors
    /// When the register has no such field.
    pub fn set(&mut self, field: &str, value: FieldValue) -> Result<(), Fault> {
        if self.register.field(field).is_none() {
            return Err(Fault::internal(format!("{}: no field {field}", self.register.name)));
        }
        if self.before().is_some_and(|it| *it.value(field) == value) {
            self.changes.remove(field);
        } else {
            self.changes.insert(field.to_owned(), value);
        }
        Ok(())
    }

    /// State after this draft.
    pub fn status(&self) -> &str {
        self.status
            .as_deref()
            .unwrap_or_else(|| self.before().map_or("", |it| it.status.as_str()))
    }

    /// In the name of which department it is done, for somebody with several posts.
    #[must_use]
    pub fn in_name_of(mut self, department: Option<String>) -> Draft {
        self.department = department;
        self
    }

    /// Changes the state.
    pub fn set_status(&mut self, status: &str) {
        self.status = Some(status.to_owned());
    }

    /// Asks for a gapless number in a field; it is given inside the commit, counters last. A number that was given once stays, however
    /// often the process comes by.
    pub fn number(&mut self, field: &str) {
        let given = !matches!(self.value(field), FieldValue::Null);
        if !given && !self.gapless.iter().any(|it| it == field) {
            self.gapless.push(field.to_owned());
        }
    }

    /// Adds a row of another table (task, timer, job ...) that commits with the record.
    pub fn with(&mut self, write: Write) {
        self.extra.push(write);
    }

    /// Notes who has to do with the record from now on.
    pub fn involve(&mut self, participant: Participant) {
        if !self.participants.contains(&participant) {
            self.participants.push(participant);
        }
    }

    /// Notes who has nothing to do with the record any more.
    pub fn dismiss(&mut self, participant: Participant) {
        if !self.dismissed.contains(&participant) {
            self.dismissed.push(participant);
        }
    }

    /// Marks the record deleted (a recorded act; the row stays).
    pub fn delete(&mut self) {
        self.deletes = true;
    }

    /// Adds to the answer of the call.
    pub fn answer(&mut self, key: &str, value: Json) {
        self.answer.insert(key.to_owned(), value);
    }

    /// The values after this draft.
    pub fn values(&self) -> Values {
        let mut values = self.before().map(|it| it.values.clone()).unwrap_or_default();
        values.extend(self.changes.iter().map(|(name, value)| (name.clone(), value.clone())));
        values
    }

    /// The record after this draft, as expressions see it; dictionary entries are those of the day of the act.
    pub fn record_context(&self, model: &Model, offset: Offset) -> Context {
        let today = self.at.date(offset);
        let mut context = yiwang_model::record_context(&self.register, &self.values(), &model.dictionaries, today, offset);
        context.insert("id", Feel::from(self.id()));
        context.insert("status", Feel::from(self.status()));
        context
    }

    /// Whether the content (not only the state of the matter) changes.
    pub(crate) fn changes_content(&self) -> bool {
        !self.changes.is_empty() || self.status.is_some() || !self.gapless.is_empty() || self.deletes
    }
}

//! What is seen of the fields: clear, masked or not at all, depending on the grants that cover a record.

use std::collections::BTreeSet;
use std::sync::Arc;

use yiwang_feel::{Context, Env, Expr};
use yiwang_model::{Field, Grant, Register, holds};

use crate::decide::ScopeTerm;

/// How a field is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldAccess {
    /// Not at all.
    Hidden,
    /// Masked.
    Masked,
    /// In clear.
    Clear,
}

/// What one grant shows of the records it covers.
#[derive(Clone, Debug)]
pub struct GrantView {
    /// The records it covers, as held through one post.
    pub scope: Vec<ScopeTerm>,
    reveal: BTreeSet<String>,
    reveal_when: Option<Expr>,
    hide: BTreeSet<String>,
}

impl GrantView {
    pub(crate) fn new(scope: Vec<ScopeTerm>, grant: &Grant) -> GrantView {
        GrantView {
            scope,
            reveal: grant.reveal.clone(),
            reveal_when: grant.reveal_when.clone(),
            hide: grant.hide.clone(),
        }
    }
}

/// The fields of a register as the subject sees them through his grants. Without a grant that covers a record nothing of
/// it is seen.
#[derive(Clone, Debug)]
pub struct FieldView {
    register: Arc<Register>,
    grants: Vec<GrantView>,
}

impl FieldView {
    pub(crate) fn new(register: Arc<Register>, grants: Vec<GrantView>) -> FieldView {
        FieldView { register, grants }
    }

    /// The grants, for callers that must know which scopes matter.
    pub fn grants(&self) -> &[GrantView] {
        &self.grants
    }

    /// The fields that some grant hides: whether they are seen depends on which grants cover a record.
    pub fn hidden_by_some(&self) -> impl Iterator<Item = &str> {
        self.grants.iter().flat_map(|it| &it.hide).map(String::as_str)
    }

    /// The view of one record: `record` gives its fields by name as expressions see them and is asked only where a grant wants
    /// to know; without them `reveal_when` is not true. `covers` tells whether the record lies in a scope.
    pub fn of_record(
        &self,
        record: impl FnOnce() -> Option<Context>,
        env: &Env,
        covers: impl Fn(&[ScopeTerm]) -> bool,
    ) -> RecordView<'_> {
        let needs_record = self.grants.iter().any(|it| it.reveal_when.is_some());
        let context: Option<Context> = if needs_record {
            record().map(|it| [("record", it)].into_iter().collect())
        } else {
            None
        };
        let opens = |grant: &GrantView| match (&grant.reveal_when, &context) {
            (None, _) => true,
            (Some(when), Some(context)) => holds(when, context, env),
            (Some(_), None) => false,
        };
        let covering = self.grants.iter().filter(|it| covers(&it.scope));
        RecordView {
            register: &self.register,
            grants: covering.map(|it| (it, opens(it))).collect(),
        }
    }

    /// How one field of one record is delivered; for several fields take [`FieldView::of_record`] once.
    pub fn access(&self, field: &str, record: Option<&Context>, env: &Env, covers: impl Fn(&[ScopeTerm]) -> bool) -> FieldAccess {
        self.of_record(|| record.cloned(), env, covers).access(field)
    }

    /// Whether a field is in clear on every record that the subject can see at all. Only such a field may be filtered,
    /// sorted, grouped, suggested or counted by.
    pub fn is_always_clear(&self, field: &str) -> bool {
        let sensitive = is_sensitive(&self.register, field);
        let clear = |it: &GrantView| grant_access(it, it.reveal_when.is_none(), field, sensitive) == FieldAccess::Clear;
        let everywhere = |it: &GrantView| it.scope.contains(&ScopeTerm::All);
        !self.grants.is_empty() && (self.grants.iter().all(clear) || self.grants.iter().any(|it| everywhere(it) && clear(it)))
    }
}

/// The view of one record.
#[derive(Clone, Debug)]
pub struct RecordView<'a> {
    register: &'a Register,
    /// The grants that cover the record, and whether each reveals.
    grants: Vec<(&'a GrantView, bool)>,
}

impl RecordView<'_> {
    /// How a field is delivered: as the most generous grant that covers the record says.
    pub fn access(&self, field: &str) -> FieldAccess {
        self.of(field, is_sensitive(self.register, field))
    }

    /// The same for a field of the register at hand, which need not be looked up.
    pub fn access_of(&self, field: &Field) -> FieldAccess {
        self.of(&field.name, field.sensitive.is_some())
    }

    fn of(&self, field: &str, sensitive: bool) -> FieldAccess {
        let each = self
            .grants
            .iter()
            .map(|(grant, opens)| grant_access(grant, *opens, field, sensitive));
        each.max().unwrap_or(FieldAccess::Hidden)
    }
}

fn grant_access(grant: &GrantView, opens: bool, field: &str, sensitive: bool) -> FieldAccess {
    if grant.hide.contains(field) {
        FieldAccess::Hidden
    } else if !sensitive || (opens && grant.reveal.contains(field)) {
        FieldAccess::Clear
    } else {
        FieldAccess::Masked
    }
}

/// A field the register does not know counts as sensitive.
fn is_sensitive(register: &Register, field: &str) -> bool {
    register.any_field(field).is_none_or(|it| it.sensitive.is_some())
}

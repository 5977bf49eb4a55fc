//! What data cannot say: named functions that see a draft before it is checked, in a fixed order. They are synchronous and pure; what they
//! need from outside (an index of cells) they hold themselves.

use yiwang_authz::Subject;
use yiwang_model::Model;
use yiwang_types::{FieldFault, Instant};

use crate::draft::Draft;

/// What a hook may look at.
pub struct HookContext<'a> {
    /// Definitions in force.
    pub model: &'a Model,
    /// Who acts.
    pub subject: &'a Subject,
    /// When.
    pub now: Instant,
}

/// A function on drafts of every register; it decides itself which it means.
pub trait Hook: Send + Sync {
    /// Name in logs.
    fn name(&self) -> &'static str;

    /// Completes or refuses a draft before validation of rules. All faults at once.
    ///
    /// # Errors
    /// A fault of another kind than a field's (a point outside the county).
    fn before_save(
        &self,
        draft: &mut Draft,
        context: &HookContext<'_>,
        faults: &mut Vec<FieldFault>,
    ) -> Result<(), yiwang_types::Fault>;
}

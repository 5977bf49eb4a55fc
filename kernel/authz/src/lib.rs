//! Decides who may do what to which records, and says why. Decides only: never reads the store, never evaluates a scope.
//!
//! [`decide`] gives the scope as terms that `kernel/records` compiles into the query, and the view of fields that depends on
//! which grant covers a record. Nothing is allowed but by a grant in `roles.yaml`; jobs and residents are no exception.

mod decide;
mod explain;
mod fields;
mod separation;
mod subject;

pub use decide::{Action, Decision, Permission, ScopeTerm, decide};
pub use explain::Explanation;
pub use fields::{FieldAccess, FieldView, GrantView, RecordView};
pub use separation::{Acted, SeparationRule, may_act_separately};
pub use subject::{Seat, Subject, SubjectKind};

//! The one write pipeline and the scoped reads. Everything that changes a register passes here: authorise, normalise, validate, hooks,
//! save, history, audit chain, change feed, in one batch. Every read carries the subject's row scope inside the query.

mod aggregate;
mod alike;
mod audit;
mod choices;
mod column;
mod ctx;
pub mod cursor;
mod draft;
mod engine;
mod export;
mod faults;
mod filter;
mod follow;
mod guard;
mod history;
mod hooks;
mod idempotency;
mod key_check;
mod keys;
mod list;
mod loaded;
mod mine;
mod numbers;
mod participants;
mod references;
pub mod rows;
mod save;
mod scope;
mod system;
pub mod tables;
mod verify;
mod view;
mod width;

pub use aggregate::{Figure, Tabulated, Tabulation};
pub use alike::{Alike, Candidate};
pub use choices::{Choice, ChoiceParams};
pub use ctx::{Ctx, Idempotency, Refresh};
pub use draft::{Authority, Deed, Draft};
pub use engine::{Options, Records, Trouble, Writer};
pub use export::{Export, ExportRows};
pub use follow::Follower;
pub use guard::Guard;
pub use history::Entry;
pub use hooks::{Hook, HookContext};
pub use keys::KeyRing;
pub use list::{Counted, ListParams, Page};
pub use loaded::Loaded;
pub use mine::{Mine, MineParams, Part};
pub use participants::Participant;
pub use save::Saved;
pub use system::{Event, SystemReader};
pub use verify::{AuditFinding, AuditReport};
pub use view::View;
// Upper crates declare and write their own projection rows through these, without naming the store.
pub use yiwang_store::Write as RowWrite;

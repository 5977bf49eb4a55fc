//! Definitions in the database: every file by its content hash, sets of files by the hash of their list, activations in order. A running matter
//! keeps the set it began with; what is new applies to new matters; calendar and decisions are those of the day.

mod calendar;
mod check;
mod compile;
mod store;

use std::time::Duration;

pub use compile::{Definitions, compile};
pub use store::Registry;
pub use yiwang_model::SourceFile;

/// How often a node looks for what other nodes changed; what one activates is in force on all within two seconds.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

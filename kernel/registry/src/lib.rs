//! Definitions in the database: every file by its content hash, sets of files by the hash of their list, activations in order. A running matter
//! keeps the set it began with; what is new applies to new matters; calendar and decisions are those of the day.

mod calendar;
mod check;
mod compile;
mod store;

pub use compile::{Definitions, compile};
pub use store::Registry;
pub use yiwang_model::SourceFile;

//! Which earlier reports may be about the same thing: near in place and time, of the same class, from the same phone, in the same words.
//!
//! It only hints; a person decides. The phone is compared by its keyed hash, never in clear. The caller fetches a bounded set of candidates
//! (by box, time and hash) through scoped reads; this crate scores them.

mod likeness;
mod words;

pub use likeness::{Hint, Rules, Subject, Weights, hints};
pub use words::{Alike, likeness_of_texts};

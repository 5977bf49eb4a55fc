//! Which earlier reports may be about the same thing: near in place and time, of the same class, from the same phone, in the same words.
//!
//! It only hints; a person decides. The phone is compared by its keyed hash, never in clear. [`Matching`] reads a bounded set of candidates
//! (by box, time, title and hash) within the reader's scope; [`hints`] scores them and is pure.

mod likeness;
mod matching;
mod words;

pub use likeness::{Hint, Rules, Subject, Weights, hints};
pub use matching::Matching;
pub use words::{Alike, likeness_of_texts};

//! Small values that every other crate shares. No I/O, no clock, no randomness: both are parameters ([`Clock`], [`Entropy`]).

mod date;
mod decimal;
mod diagnostic;
pub mod digest;
mod fault;
mod id;
pub mod ident;
mod instant;
pub mod mask;
pub mod text;
pub mod worktime;

pub use date::{Date, Weekday};
pub use decimal::{Decimal, Rounding};
pub use diagnostic::{Diagnostic, Place, Severity};
pub use digest::Sm3Digest;
pub use fault::{Code, Fault, FieldFault};
pub use id::Id;
pub use instant::{Clock, Entropy, Instant, Offset};
pub use mask::MaskKind;
pub use worktime::{Calendar, CalendarParts, Deadline, Limit, LimitUnit, OfficeHours, Period};

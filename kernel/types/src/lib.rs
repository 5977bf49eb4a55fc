//! Small values that every other crate shares. No I/O, no clock, no randomness: both are parameters ([`Clock`], [`Entropy`]).

mod date;
mod decimal;
mod diagnostic;
mod fault;
mod id;
mod instant;
pub mod worktime;

pub use date::{Date, Weekday};
pub use decimal::{Decimal, Rounding};
pub use diagnostic::{Diagnostic, Place, Severity};
pub use fault::{Code, Fault, FieldFault};
pub use id::Id;
pub use instant::{Clock, Entropy, Instant, Offset};
pub use worktime::{Calendar, CalendarParts, Deadline, Limit, LimitUnit, OfficeHours, Period};

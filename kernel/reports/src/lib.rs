//! Declared statistics: from a definition and counted rows to a table, its file and the words that explain each figure.
//!
//! The caller counts (through scoped reads, in chunks) over values that were stored at the act; nothing here reads a record. So a table of
//! last year stays the same when limits or calendars change.

mod csv;
mod declared;
mod explain;
mod period;
mod plan;
mod table;

pub use csv::{CsvCell, csv_document};
pub use explain::{explain_figure, explain_measure};
pub use period::{Grain, Period, periods};
pub use plan::{Definition, Formula, GroupBy, Measure, Order, PeriodBy, Plan};
pub use table::{Column, Empty, Figure, GroupCell, GroupLabel, Labels, Range, Row, Table, TableRow, Tally, evaluate};

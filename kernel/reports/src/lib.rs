//! Declared statistics: from a definition and counted rows to a table, its file and the words that explain each figure.
//!
//! Values were stored at the act, so a table of last year stays the same when limits or calendars change. [`Reports`] lets `records` count
//! within the reader's scope and reads no record itself; all the rest is pure.

mod csv;
mod declared;
mod explain;
mod period;
mod plan;
mod run;
mod table;

pub use csv::{BYTE_ORDER_MARK, CsvCell, csv_document, csv_lines};
pub use explain::{explain_figure, explain_measure};
pub use period::{Grain, Period, periods};
pub use plan::{Definition, Formula, GroupBy, Measure, Order, PeriodBy, Plan};
pub use run::{Directory, ReportInfo, ReportParams, Reports};
pub use table::{Column, Empty, Figure, GroupCell, GroupLabel, Labels, Range, Row, Table, TableRow, Tally, evaluate};

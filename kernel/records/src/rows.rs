//! What upper crates need to declare, read and write tables that are no registers (tasks, timers, sessions). They name this module, never the store.

pub use yiwang_store::{Cmp, ColumnType, Filter, Lane, Row, Scope, Select, Sort, Table, Value};

//! Query tree, CQL2 text, two backends, write plans, change log.
//!
//! Prepare outside, commit short: a caller reads and decides without a transaction and hands over a [`Plan`] (rows and
//! counters to lock, and a pure function); the store locks, lets the function re-check, and makes one durable commit.
//! SQLite and PostgreSQL behave alike: integer, text and bytes only, binary collation, NULL lowest, the same LIKE.

mod backend;
mod catalogue;
mod change_log;
mod config;
pub mod cql2;
mod error;
mod name;
mod plan;
mod query;
mod rids;
mod schema;
mod shape;
mod sql;
mod stopwatch;
mod store;
mod tape;
mod value;

pub use config::{Backend, Config, Durability, Options};
pub use error::Error;
pub use name::Name;
pub use plan::{Batch, Change, Decide, Decision, Epochs, Lane, Lock, Locked, Plan, Watermark, Write};
pub use query::{Aggregate, Cmp, Count, Filter, Lead, Measure, Scope, Select, Sort};
pub use schema::{Column, ColumnType, Index, Table};
pub use shape::{Point, Polygon, Shape};
pub use store::{Chunks, Store};
pub use tape::Tape;
pub use value::{Row, Value};

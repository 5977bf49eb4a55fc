//! The conformance suite: every test with a `Fixture` runs on both databases.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions, reason = "tests")]

mod change_log;
mod durability;
mod filters;
mod limits;
mod lost_answers;
mod migration;
mod model;
mod paging;
mod plans;
mod reads;
mod rows;
mod support;
mod writers;

//! The queue on both databases, as two nodes see it.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod queue;
mod schedules;
mod support;
mod unique;

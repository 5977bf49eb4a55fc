//! The ground in memory and the place hook, on a real pipeline.

#![expect(clippy::expect_used, reason = "tests")]

mod follows;
mod hook;
mod town;

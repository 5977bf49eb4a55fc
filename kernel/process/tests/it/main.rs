//! The engine over the pipeline, on both databases, with an invented app.

#![expect(clippy::expect_used, reason = "helpers of tests fail with the test")]

mod acts;
mod boxes;
mod clocks;
mod cost;
mod definitions;
mod holding;
mod office;
mod pinned;
mod requests;
mod standing;
mod together;

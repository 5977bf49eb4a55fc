//! The pipeline on both databases, with an invented app.

#![expect(clippy::expect_used, reason = "helpers of tests fail with the test")]

mod audit;
mod exports;
mod keys;
mod lists;
mod shop;
mod writes;

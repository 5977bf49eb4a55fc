//! Decisions by table, and by random combinations against a plain model.

#![expect(clippy::expect_used, reason = "tests")]

mod against_plain_model;
mod decisions;
mod fixture;
mod separation;

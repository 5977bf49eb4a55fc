//! The API over a real system, in process: one invented register of requests, its people, both databases where it matters.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test's helpers fail by panicking, like its tests"
)]

mod access;
mod accounts;
mod bodies;
mod documents;
mod exports;
mod files;
mod ground;
mod imports;
mod labels;
mod limits;
mod matters;
mod office;
mod options;
mod orders;
mod public;
mod records;
mod typed;

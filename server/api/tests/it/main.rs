//! The API over a real system, in process: one invented register of requests, its people, both databases where it matters.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test's helpers fail by panicking, like its tests"
)]

mod access;
mod bodies;
mod documents;
mod files;
mod imports;
mod limits;
mod matters;
mod office;
mod public;
mod records;

//! The public pages in the process: real app files, the kernel faked where it would need a database.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod client;
mod flow;
mod look;
mod pages;
mod photos;
mod place;
mod places;
mod progress;
mod world;

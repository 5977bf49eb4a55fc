//! FEEL and DMN from the outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    missing_docs
)]

mod builtins;
mod cost;
mod errors;
mod expressions;
mod hit_policies;
mod models;
mod names;
mod soup;
mod support;
mod tck;
mod unary;

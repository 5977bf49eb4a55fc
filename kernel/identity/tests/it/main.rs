//! Identity on both databases, with a clock that moves when told to.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it should be"
)]

mod directory;
mod package;
mod passwords;
mod seeds;
mod sessions;
mod sign_in;
mod tokens;
mod world;

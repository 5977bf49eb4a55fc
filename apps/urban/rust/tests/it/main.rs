//! The demonstration county on a real database, with the definitions and people of the repository.

#![expect(clippy::expect_used, reason = "tests")]

mod county;
mod demo;
mod public_limits;

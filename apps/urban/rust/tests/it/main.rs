//! The demonstration county on a real database, with the definitions and people of the repository.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod county;
mod demo;

//! Reports run over real records, on both databases.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod brute;
mod rights;
mod shop;
mod units;

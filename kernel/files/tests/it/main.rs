//! Files and the records that hold them, on both databases, with an invented app.

#![expect(clippy::expect_used, reason = "tests")]

mod desk;
mod rights;
mod saving;
mod sweeping;

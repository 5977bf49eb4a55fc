//! Hints within the reader's scope, on both databases, with an invented app.

#![expect(clippy::expect_used, reason = "tests")]

mod hints;

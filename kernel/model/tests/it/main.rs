//! The crate from outside: packages in, Model and diagnostics out.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions, reason = "tests")]

mod apps;
mod docs;
mod form;
mod load;
mod overlay;
mod schema;
mod validate;

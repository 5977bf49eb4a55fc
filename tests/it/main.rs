//! The built binary: a demo begun, played and proved, over HTTP, on both databases.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test ends where it goes wrong")]

mod bad_input;
mod browser;
mod case_in_browser;
mod check;
mod client;
mod folder;
mod knife;
mod messages;
mod play;
mod public_pages;
mod reporting;
mod site;
mod steps;
mod template;
mod two_nodes;
mod users;

//! The built binary: a demo begun, played and proved, over HTTP, on both databases.

mod bad_input;
mod folder;
mod messages;
mod play;
mod site;

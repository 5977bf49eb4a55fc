//! A fresh system in one line. For tests only: failing to start is a panic with a clear message.

pub mod postgres;
#[cfg(feature = "system")]
pub mod system;
pub mod time;

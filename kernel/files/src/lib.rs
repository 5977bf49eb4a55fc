//! Files by their content: one place on disk for each digest, accepted by what is inside and never by what the name says.
//!
//! The name a person gave is never part of a path; it belongs to the record that refers to the file. Originals are kept byte for byte as
//! evidence; what leaves for the public is drawn anew, without the position and the device that a camera writes into a photo.
//!
//! An upload belongs to who made it until a record holds it; from then on whoever may read the record's field may read the file.

mod inspect;
mod render;
mod service;
mod store;
mod words;

pub use inspect::{Content, Declared, Kind, Limits, inspect};
pub use render::{Rendition, render};
pub use service::{FileService, FileView, Swept};
pub use store::{Backend, Candidate, Files, Stored, Upload};
pub use yiwang_types::Sm3Digest as Digest;

//! The API over a real system, in process: one invented register of requests, its people, both databases where it matters.

mod access;
mod bodies;
mod documents;
mod files;
mod imports;
mod limits;
mod matters;
mod office;
mod public;
mod records;

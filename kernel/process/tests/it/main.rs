//! The engine over the pipeline, on both databases, with an invented app.

mod acts;
mod clocks;
mod office;
mod requests;
mod together;

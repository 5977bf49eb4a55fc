//! The pipeline on both databases, with an invented app.

mod audit;
mod lists;
mod shop;
mod writes;

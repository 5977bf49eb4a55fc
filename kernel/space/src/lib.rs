//! Places: integer coordinates, areas, unit grid cells, the plain street sketch of the public site, addresses.
//!
//! Every coordinate is CGCS2000 in units of 1e-7 degree. Questions of side ("in which cell", "do two cells overlap") are answered exactly
//! on integers; only lengths and areas use floating point. Nothing here reads a clock or a database: the caller brings the rows.

pub mod cells;
pub mod geocode;
pub mod geometry;
pub mod sketch;

mod float;
mod point;
mod tree;

pub use point::{BBox, Point, Scale, UNITS_PER_DEGREE, haversine};

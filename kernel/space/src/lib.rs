//! Places: integer coordinates, areas, unit grid cells, the plain street sketch of the public site, addresses.
//!
//! Every coordinate is CGCS2000 in units of 1e-7 degree. Questions of side ("in which cell", "do two cells overlap") are answered exactly
//! on integers; only lengths and areas use floating point.
//!
//! [`Space`] keeps the ground of the registers in memory, [`PlaceHook`] derives cell, division and responsibility grid from a point inside
//! the write pipeline. Below them nothing reads a clock or a database.

pub mod cells;
pub mod geocode;
pub mod geometry;
pub mod sketch;

mod float;
mod ground;
mod hook;
mod known;
mod package;
mod point;
mod space;
mod tree;

pub use ground::{CellGround, Neighbourhood};
pub use hook::PlaceHook;
pub use known::{Around, CellName, Known, Whereabouts};
pub use package::package_files;
pub use point::{BBox, Point, Scale, UNITS_PER_DEGREE, haversine};
pub use space::Space;

//! Areas: polygons with holes, checked once when they come in, asked exactly afterwards.

mod check;
mod geojson;
mod measure;
mod segment;
mod side;
mod simplify;

pub use check::{Flaw, Limits};
pub use geojson::{area_to_geojson, parse_area, parse_point, point_to_json};
pub use side::Side;

pub(crate) use check::doubled_area;
pub(crate) use measure::line_metres;
pub(crate) use segment::{Meeting, meeting, on_segment};
pub(crate) use side::{Doubled, ring_side};
pub(crate) use simplify::simplify_line;

use crate::{BBox, Point};

/// A closed line without its repeated last point; three points at least, no two neighbours equal.
pub type Ring = Vec<Point>;

/// One outer ring, counter-clockwise, and its holes, clockwise (RFC 7946).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polygon {
    pub(crate) outer: Ring,
    pub(crate) holes: Vec<Ring>,
}

impl Polygon {
    /// The border.
    pub fn outer(&self) -> &[Point] {
        &self.outer
    }

    /// The borders of what is cut out.
    pub fn holes(&self) -> &[Ring] {
        &self.holes
    }

    /// Outer ring first, then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.outer).chain(&self.holes)
    }
}

/// One or several polygons whose interiors are apart: a cell, a community, a county. Only [`Area::checked`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    polygons: Vec<Polygon>,
    bbox: BBox,
}

impl Area {
    /// Checks rings as they come from a file: each polygon is its outer ring and its holes, closed by repeating the first point or not.
    ///
    /// # Errors
    /// Every flaw found (at most a handful), each with a Chinese sentence and a remedy.
    pub fn checked(polygons: Vec<Vec<Ring>>, limits: &Limits) -> Result<Area, Vec<Flaw>> {
        let polygons = check::polygons(polygons, limits)?;
        let bbox = BBox::around(polygons.iter().flat_map(|it| &it.outer)).ok_or_else(|| vec![Flaw::empty()])?;
        Ok(Area { polygons, bbox })
    }

    /// The area of a box; `None` when the box has no extent.
    pub fn of_box(bbox: BBox) -> Option<Area> {
        let (low, high) = (bbox.low(), bbox.high());
        let ring = vec![
            low,
            Point::clamped(high.lon(), low.lat()),
            high,
            Point::clamped(low.lon(), high.lat()),
        ];
        Area::checked(vec![vec![ring]], &Limits::default()).ok()
    }

    /// The polygons.
    pub fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }

    /// The smallest box around it.
    pub const fn bbox(&self) -> BBox {
        self.bbox
    }

    /// Every ring of every polygon.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.polygons.iter().flat_map(Polygon::rings)
    }
}

/// The edges of a closed ring, the last back to the first.
pub(crate) fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

//! Point in polygon, exactly.

use crate::geometry::{Area, Polygon, edges};
use crate::{BBox, Point};

/// Where a point lies towards an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Strictly inside.
    Inside,
    /// Exactly on a border line.
    Border,
    /// Outside.
    Outside,
}

/// A place in half units, so that the middle of two points is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doubled {
    lon: i64,
    lat: i64,
}

impl Doubled {
    pub(crate) fn of(point: Point) -> Doubled {
        Doubled::middle(point, point)
    }

    pub(crate) fn middle(a: Point, b: Point) -> Doubled {
        Doubled {
            lon: a.lon() + b.lon(),
            lat: a.lat() + b.lat(),
        }
    }
}

impl Area {
    /// Where the point lies; a point on a shared border of two polygons counts as border.
    pub fn side(&self, point: Point) -> Side {
        if self.bbox().contains(point) {
            self.side_doubled(Doubled::of(point))
        } else {
            Side::Outside
        }
    }

    /// Inside or on the border.
    pub fn contains(&self, point: Point) -> bool {
        self.side(point) != Side::Outside
    }

    /// Whether the boxes meet at all; the cheap question before the dear one.
    pub fn may_meet(&self, other: BBox) -> bool {
        self.bbox().meets(other)
    }

    pub(crate) fn side_doubled(&self, point: Doubled) -> Side {
        let mut answer = Side::Outside;
        for polygon in self.polygons() {
            match polygon_side(polygon, point) {
                Side::Inside => return Side::Inside,
                Side::Border => answer = Side::Border,
                Side::Outside => {}
            }
        }
        answer
    }
}

fn polygon_side(polygon: &Polygon, point: Doubled) -> Side {
    let outer = ring_side(&polygon.outer, point);
    if outer != Side::Inside {
        return outer;
    }
    for hole in &polygon.holes {
        match ring_side(hole, point) {
            Side::Inside => return Side::Outside,
            Side::Border => return Side::Border,
            Side::Outside => {}
        }
    }
    Side::Inside
}

/// Counts the edges that a ray to the east crosses; an edge belongs to its lower end, so that a vertex is counted once.
pub(crate) fn ring_side(ring: &[Point], point: Doubled) -> Side {
    let mut inside = false;
    for (from, to) in edges(ring) {
        let (a, b) = (Doubled::of(from), Doubled::of(to));
        let left = left_of(a, b, point);
        if left == 0 && between(a.lon, b.lon, point.lon) && between(a.lat, b.lat, point.lat) {
            return Side::Border;
        }
        let upward = b.lat > a.lat;
        if (a.lat > point.lat) != (b.lat > point.lat) && (left > 0) == upward {
            inside = !inside;
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

fn left_of(a: Doubled, b: Doubled, c: Doubled) -> i128 {
    i128::from(b.lon - a.lon) * i128::from(c.lat - a.lat) - i128::from(b.lat - a.lat) * i128::from(c.lon - a.lon)
}

fn between(a: i64, b: i64, value: i64) -> bool {
    a.min(b) <= value && value <= a.max(b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::Limits;

    fn p(lon: i64, lat: i64) -> Point {
        Point::clamped(lon, lat)
    }

    /// Another way to the answer: how often the border winds around the point, summed over quadrant steps.
    fn winds_around(ring: &[Point], at: Point) -> bool {
        let mut winding = 0;
        for (a, b) in edges(ring) {
            let side = crate::geometry::segment::turn(a, b, at);
            if a.lat() <= at.lat() && b.lat() > at.lat() && side > 0 {
                winding += 1;
            } else if a.lat() > at.lat() && b.lat() <= at.lat() && side < 0 {
                winding -= 1;
            }
        }
        winding != 0
    }

    #[test]
    fn knows_border_hole_and_corner() {
        let square = vec![p(0, 0), p(100, 0), p(100, 100), p(0, 100)];
        let hole = vec![p(40, 40), p(60, 40), p(60, 60), p(40, 60)];
        let far = vec![p(200, 0), p(300, 0), p(250, 90)];
        let area = Area::checked(vec![vec![square, hole], vec![far]], &Limits::default()).unwrap();
        let check = |lon, lat, expected| assert_eq!(area.side(p(lon, lat)), expected, "{lon} {lat}");
        check(10, 10, Side::Inside);
        check(50, 50, Side::Outside);
        check(40, 50, Side::Border);
        check(0, 0, Side::Border);
        check(100, 50, Side::Border);
        check(101, 50, Side::Outside);
        check(-1, 100, Side::Outside);
        check(250, 50, Side::Inside);
        check(150, 0, Side::Outside);
    }

    #[test]
    fn the_whole_earth_does_not_overflow() {
        let (w, s) = (-1_800_000_000, -900_000_000);
        let area = Area::checked(vec![vec![vec![p(w, s), p(-w, s), p(-w, -s), p(w, -s)]]], &Limits::default()).unwrap();
        assert_eq!(area.side(p(0, 0)), Side::Inside);
        assert_eq!(area.side(p(w, s)), Side::Border);
    }

    proptest! {
        #[test]
        fn agrees_with_the_winding_number(
            radii in prop::collection::vec(5_i64..1000, 3..40),
            probes in prop::collection::vec((-1100_i64..1100, -1100_i64..1100), 40),
        ) {
            let area_ring = star(&radii);
            let Ok(area) = Area::checked(vec![vec![area_ring]], &Limits::default()) else { return Ok(()) };
            let ring = area.polygons()[0].outer().to_vec();
            for (lon, lat) in probes {
                let on_border = edges(&ring).any(|(a, b)| crate::geometry::on_segment(a, b, p(lon, lat)));
                let expected = if on_border { Side::Border } else if winds_around(&ring, p(lon, lat)) { Side::Inside } else { Side::Outside };
                prop_assert_eq!(area.side(p(lon, lat)), expected);
            }
        }
    }

    /// A ring around the origin with those distances at equal angles.
    fn star(radii: &[i64]) -> Vec<Point> {
        let count = u32::try_from(radii.len()).unwrap();
        radii
            .iter()
            .zip(0_u32..)
            .map(|(radius, at)| {
                let angle = std::f64::consts::TAU * f64::from(at) / f64::from(count);
                let reach = crate::float::float(*radius);
                p(
                    crate::float::round(reach * angle.cos()),
                    crate::float::round(reach * angle.sin()),
                )
            })
            .collect()
    }
}

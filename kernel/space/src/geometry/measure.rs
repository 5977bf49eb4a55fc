//! Lengths and areas on the ellipsoid.

use crate::Point;
use crate::float::float;
use crate::geometry::{Area, Polygon, edges};
use crate::point::{ECCENTRICITY_2, SEMI_MAJOR, Scale, radians};

impl Area {
    /// Metres from the point to the nearest border line, whether it lies inside or outside.
    pub fn border_metres(&self, from: Point) -> f64 {
        let scale = Scale::at(from);
        self.rings()
            .flat_map(|ring| edges(ring))
            .map(|(a, b)| segment_metres(scale, from, a, b))
            .fold(f64::INFINITY, f64::min)
    }

    /// Area in m² on the ellipsoid (lines taken as straight in longitude and latitude).
    pub fn square_metres(&self) -> f64 {
        self.polygons().iter().map(polygon_square_metres).sum()
    }
}

/// Metres from a point to a piece of line, on the plane touching at the point.
pub(crate) fn segment_metres(scale: Scale, from: Point, a: Point, b: Point) -> f64 {
    let flat = |it: Point| {
        (
            float(it.lon() - from.lon()) * scale.east,
            float(it.lat() - from.lat()) * scale.north,
        )
    };
    let ((ax, ay), (bx, by)) = (flat(a), flat(b));
    let (dx, dy) = (bx - ax, by - ay);
    let length_2 = dx * dx + dy * dy;
    let along = if length_2 > 0.0 {
        (-(ax * dx + ay * dy) / length_2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (ax + along * dx).hypot(ay + along * dy)
}

/// Metres from a point to an open line; infinite when the line has no piece.
pub(crate) fn line_metres(scale: Scale, from: Point, line: &[Point]) -> f64 {
    line.iter()
        .zip(line.iter().skip(1))
        .map(|(a, b)| segment_metres(scale, from, *a, *b))
        .fold(f64::INFINITY, f64::min)
}

fn polygon_square_metres(polygon: &Polygon) -> f64 {
    let holes: f64 = polygon.holes.iter().map(|it| ring_square_metres(it)).sum();
    ring_square_metres(&polygon.outer) - holes
}

pub(crate) fn ring_square_metres(ring: &[Point]) -> f64 {
    let Some(first) = ring.first() else { return 0.0 };
    let base = zone(first.lat());
    let sum: f64 = edges(ring)
        .map(|(a, b)| radians(b.lon() - a.lon()) * ((zone(a.lat()) - base) + (zone(b.lat()) - base)) / 2.0)
        .sum();
    sum.abs()
}

/// Area per radian of longitude between the equator and a latitude.
fn zone(lat: i64) -> f64 {
    let sine = radians(lat).sin();
    let eccentricity = ECCENTRICITY_2.sqrt();
    let semi_minor_2 = SEMI_MAJOR * SEMI_MAJOR * (1.0 - ECCENTRICITY_2);
    let stretched = sine / (1.0 - ECCENTRICITY_2 * sine * sine);
    semi_minor_2 / 2.0 * (stretched + (eccentricity * sine).atanh() / eccentricity)
}

#[cfg(test)]
mod tests {
    use crate::geometry::{Area, Limits};
    use crate::{BBox, Point};

    #[test]
    fn a_hundred_metre_square_has_a_hectare() {
        let low = Point::clamped(1_194_700_000, 292_100_000);
        let area = Area::of_box(BBox::of(low).join(BBox::of(low.moved(100.0, 100.0)))).unwrap();
        assert!((area.square_metres() - 10_000.0).abs() < 5.0, "{}", area.square_metres());
        assert!((area.border_metres(low.moved(30.0, 50.0)) - 30.0).abs() < 0.02);
        assert!((area.border_metres(low.moved(-3.0, -4.0)) - 5.0).abs() < 0.02);
    }

    #[test]
    fn the_whole_earth_has_its_known_area() {
        let area = Area::of_box(BBox::of(Point::clamped(i64::MIN, i64::MIN)).join(BBox::of(Point::clamped(i64::MAX, i64::MAX))))
            .unwrap();
        assert!(
            (area.square_metres() / 510_065_621.7e6 - 1.0).abs() < 1e-6,
            "{}",
            area.square_metres()
        );
    }

    #[test]
    fn a_hole_is_taken_off() {
        let at = |east, north| Point::clamped(1_194_700_000, 292_100_000).moved(east, north);
        let ring = |from: f64, to: f64| vec![at(from, from), at(to, from), at(to, to), at(from, to)];
        let area = Area::checked(vec![vec![ring(0.0, 100.0), ring(40.0, 60.0)]], &Limits::default()).unwrap();
        assert!((area.square_metres() - 9_600.0).abs() < 5.0);
        assert!((area.border_metres(at(50.0, 50.0)) - 10.0).abs() < 0.05);
    }
}

//! A point, a box, and how long a unit is in metres.

use crate::float::{float, round};

/// Units of a degree: coordinates are integers of 1e-7 degree, about 1 cm.
pub const UNITS_PER_DEGREE: i64 = 10_000_000;

const LON_LIMIT: i64 = 180 * UNITS_PER_DEGREE;
const LAT_LIMIT: i64 = 90 * UNITS_PER_DEGREE;
/// CGCS2000 ellipsoid (GB/T 30428.3 asks for this system): semi-major axis in metres and first eccentricity squared.
pub(crate) const SEMI_MAJOR: f64 = 6_378_137.0;
pub(crate) const ECCENTRICITY_2: f64 = 0.006_694_380_022_903_416;
const MEAN_RADIUS: f64 = 6_371_008.8;

/// A place on the ground, longitude and latitude in 1e-7 degree, CGCS2000. Always within ±180° and ±90°, so that the exact arithmetic of
/// this crate cannot overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    lon: i64,
    lat: i64,
}

impl Point {
    /// The point of those units; `None` beyond ±180° or ±90°.
    pub fn new(lon: i64, lat: i64) -> Option<Point> {
        ((-LON_LIMIT..=LON_LIMIT).contains(&lon) && (-LAT_LIMIT..=LAT_LIMIT).contains(&lat)).then_some(Point { lon, lat })
    }

    /// The point of those units, moved to the limit where it lies beyond.
    pub fn clamped(lon: i64, lat: i64) -> Point {
        Point {
            lon: lon.clamp(-LON_LIMIT, LON_LIMIT),
            lat: lat.clamp(-LAT_LIMIT, LAT_LIMIT),
        }
    }

    /// The nearest point to those degrees; `None` for what is not a number or beyond the limits.
    pub fn from_degrees(lon: f64, lat: f64) -> Option<Point> {
        if !lon.is_finite() || !lat.is_finite() {
            return None;
        }
        Point::new(round(lon * float(UNITS_PER_DEGREE)), round(lat * float(UNITS_PER_DEGREE)))
    }

    /// Longitude in 1e-7 degree.
    pub const fn lon(self) -> i64 {
        self.lon
    }

    /// Latitude in 1e-7 degree.
    pub const fn lat(self) -> i64 {
        self.lat
    }

    /// Longitude and latitude in degrees.
    pub fn degrees(self) -> (f64, f64) {
        (
            float(self.lon) / float(UNITS_PER_DEGREE),
            float(self.lat) / float(UNITS_PER_DEGREE),
        )
    }

    /// Metres east and north of `origin` on the plane that touches there; good to a few cm within some kilometres.
    pub fn offset_from(self, origin: Point) -> (f64, f64) {
        let scale = Scale::at(origin);
        (
            float(self.lon - origin.lon) * scale.east,
            float(self.lat - origin.lat) * scale.north,
        )
    }

    /// The point so many metres east and north.
    pub fn moved(self, east: f64, north: f64) -> Point {
        let scale = Scale::at(self);
        Point::clamped(
            self.lon.saturating_add(round(east / scale.east)),
            self.lat.saturating_add(round(north / scale.north)),
        )
    }

    /// Metres to another point on the local plane; use [`haversine`] beyond some kilometres.
    pub fn metres_to(self, other: Point) -> f64 {
        let (east, north) = other.offset_from(self);
        east.hypot(north)
    }
}

/// Metres per unit of 1e-7 degree at a latitude, from the radii of curvature of the ellipsoid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Metres per unit of longitude; never 0, so that it can be divided by.
    pub east: f64,
    /// Metres per unit of latitude.
    pub north: f64,
}

impl Scale {
    /// The scale at a point.
    pub fn at(point: Point) -> Scale {
        let lat = radians(point.lat);
        let bulge = 1.0 - ECCENTRICITY_2 * lat.sin().powi(2);
        let unit = radians(1);
        let across = SEMI_MAJOR / bulge.sqrt();
        Scale {
            east: across * lat.cos().max(1e-9) * unit,
            north: across * (1.0 - ECCENTRICITY_2) / bulge * unit,
        }
    }
}

/// Metres along the great circle of a sphere; within 0.6 % of the ellipsoid at any distance.
pub fn haversine(from: Point, to: Point) -> f64 {
    let (lat1, lat2) = (radians(from.lat), radians(to.lat));
    let half_lat = (lat2 - lat1) / 2.0;
    let half_lon = radians(to.lon - from.lon) / 2.0;
    let h = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
    2.0 * MEAN_RADIUS * h.sqrt().min(1.0).asin()
}

pub(crate) fn radians(units: i64) -> f64 {
    (float(units) / float(UNITS_PER_DEGREE)).to_radians()
}

/// A box of coordinates, borders included. Made only from points, so west ≤ east and south ≤ north.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BBox {
    low: Point,
    high: Point,
}

impl BBox {
    /// The box of one point.
    pub const fn of(point: Point) -> BBox {
        BBox { low: point, high: point }
    }

    /// The smallest box around all points; `None` without points.
    pub fn around<'a>(points: impl IntoIterator<Item = &'a Point>) -> Option<BBox> {
        points.into_iter().map(|it| BBox::of(*it)).reduce(BBox::join)
    }

    /// The box that covers both.
    #[must_use]
    pub fn join(self, other: BBox) -> BBox {
        BBox {
            low: Point {
                lon: self.low.lon.min(other.low.lon),
                lat: self.low.lat.min(other.low.lat),
            },
            high: Point {
                lon: self.high.lon.max(other.high.lon),
                lat: self.high.lat.max(other.high.lat),
            },
        }
    }

    /// The box moved outward by that many metres on each side: the cheap first sieve of a search in the database.
    #[must_use]
    pub fn grown(self, metres: f64) -> BBox {
        let metres = metres.max(0.0);
        self.join(BBox::of(self.low.moved(-metres, -metres)))
            .join(BBox::of(self.high.moved(metres, metres)))
            .join(BBox::of(self.low.moved(metres, -metres)))
            .join(BBox::of(self.high.moved(-metres, metres)))
    }

    /// South-west corner.
    pub const fn low(self) -> Point {
        self.low
    }

    /// North-east corner.
    pub const fn high(self) -> Point {
        self.high
    }

    /// The middle.
    pub fn center(self) -> Point {
        Point {
            lon: (self.low.lon + self.high.lon) / 2,
            lat: (self.low.lat + self.high.lat) / 2,
        }
    }

    /// Whether the point is inside or on the border.
    pub fn contains(self, point: Point) -> bool {
        self.meets(BBox::of(point))
    }

    /// Whether the boxes share at least a point.
    pub fn meets(self, other: BBox) -> bool {
        self.low.lon <= other.high.lon
            && other.low.lon <= self.high.lon
            && self.low.lat <= other.high.lat
            && other.low.lat <= self.high.lat
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_on_earth() {
        assert_eq!(Point::from_degrees(f64::NAN, 0.0), None);
        assert_eq!(Point::from_degrees(180.1, 0.0), None);
        assert_eq!(Point::from_degrees(0.0, -90.1), None);
        assert_eq!(Point::new(i64::MAX, i64::MIN), None);
        assert_eq!(
            Point::from_degrees(119.471_234_5, 29.21),
            Point::new(1_194_712_345, 292_100_000)
        );
    }

    #[test]
    fn a_degree_has_the_length_of_the_ellipsoid() {
        let scale = Scale::at(Point::clamped(0, 30 * UNITS_PER_DEGREE));
        assert!((scale.north * 1e7 - 110_852.4).abs() < 1.0, "{}", scale.north * 1e7);
        assert!((scale.east * 1e7 - 96_486.3).abs() < 1.0, "{}", scale.east * 1e7);
        assert!(Scale::at(Point::clamped(0, LAT_LIMIT)).east > 0.0);
    }

    #[test]
    fn haversine_agrees_with_the_plane_nearby() {
        let from = Point::clamped(1_194_700_000, 292_100_000);
        let to = from.moved(300.0, -400.0);
        assert!((from.metres_to(to) - 500.0).abs() < 0.05);
        assert!((haversine(from, to) - 500.0).abs() < 3.0);
    }

    #[test]
    fn a_grown_box_holds_what_is_within_the_distance() {
        let at = Point::clamped(1_194_700_000, 292_100_000);
        let grown = BBox::of(at).grown(100.0);
        assert!(grown.contains(at.moved(99.0, 99.0)));
        assert!(!grown.contains(at.moved(101.0, 0.0)));
    }
}

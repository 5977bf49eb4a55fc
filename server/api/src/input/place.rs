//! A point in the parameters `lon` and `lat`, in degrees.

use yiwang_space::Point;

use super::{Pairs, Param};

/// The parameter `lon`.
pub(crate) const LON: Param = Param {
    name: "lon",
    title: "经度,度",
    integer: false,
};

/// The parameter `lat`.
pub(crate) const LAT: Param = Param {
    name: "lat",
    title: "纬度,度",
    integer: false,
};

/// The point, when both are given; one alone is a mistake.
pub(crate) fn point(pairs: &mut Pairs) -> Option<Point> {
    match (pairs.degrees("lon", 180.0), pairs.degrees("lat", 90.0)) {
        (Some(lon), Some(lat)) => Point::from_degrees(lon, lat),
        (Some(_), None) => {
            pairs.missing("lat");
            None
        }
        (None, Some(_)) => {
            pairs.missing("lon");
            None
        }
        (None, None) => None,
    }
}

/// The point that must be given; the place in between is never used, as a mistake is noted.
pub(crate) fn needed_point(pairs: &mut Pairs) -> Point {
    let point = point(pairs);
    if point.is_none() && !pairs.has_faults() {
        pairs.missing("lon");
        pairs.missing("lat");
    }
    point.unwrap_or(Point::clamped(0, 0))
}

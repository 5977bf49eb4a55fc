//! Areas on the map in integers of 1e-7 degree, so that both databases give the same answer for a point on a border.

const DEGREE: i64 = 10_000_000;
const MOST_VERTICES: usize = 500;
const WIDEST: i64 = 20 * DEGREE;

/// Longitude and latitude in 1e-7 degree.
pub type Point = (i64, i64);

/// An outer ring and holes. A ring may or may not repeat its first point at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polygon {
    /// The outer ring first, then the holes.
    pub rings: Vec<Vec<Point>>,
}

/// One or several polygons. A point on any border, also that of a hole, lies in the shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The polygons; they may touch or overlap.
    pub polygons: Vec<Polygon>,
}

impl Shape {
    /// A polygon without holes.
    pub fn ring(points: Vec<Point>) -> Shape {
        Shape {
            polygons: vec![Polygon { rings: vec![points] }],
        }
    }

    /// The rectangle between two corners.
    pub fn bbox(low: Point, high: Point) -> Shape {
        Shape::ring(vec![low, (high.0, low.1), high, (low.0, high.1)])
    }

    /// Lowest and highest corner; `None` without any point.
    pub fn bounds(&self) -> Option<(Point, Point)> {
        bounds(self.polygons.iter().flat_map(|it| it.rings.iter().flatten()))
    }

    /// Checks what the database is to work with: at least one point, at most 500, within ±180 and ±90 degrees, at most 20 degrees
    /// wide and high. The message is Chinese, for the person who drew it.
    pub fn check(&self) -> Result<(), String> {
        let vertices: usize = self.polygons.iter().flat_map(|it| &it.rings).map(Vec::len).sum();
        let Some((low, high)) = self.bounds() else {
            return Err("范围里没有坐标点。".to_owned());
        };
        if self.polygons.iter().any(|it| it.rings.iter().any(Vec::is_empty)) {
            return Err("范围里有空的环。".to_owned());
        }
        if vertices > MOST_VERTICES {
            return Err(format!("范围有 {vertices} 个点,最多 {MOST_VERTICES} 个,请简化。"));
        }
        if low.0 < -180 * DEGREE || high.0 > 180 * DEGREE || low.1 < -90 * DEGREE || high.1 > 90 * DEGREE {
            return Err("坐标超出经度 ±180、纬度 ±90。".to_owned());
        }
        if high.0 - low.0 > WIDEST || high.1 - low.1 > WIDEST {
            return Err("范围跨度超过 20 度,请缩小。".to_owned());
        }
        Ok(())
    }
}

impl Polygon {
    /// Lowest and highest corner; `None` without any point.
    pub fn bounds(&self) -> Option<(Point, Point)> {
        bounds(self.rings.iter().flatten())
    }

    /// Every edge of every ring, closed, the lower end first.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.rings.iter().flat_map(|ring| {
            let next = ring.iter().skip(1).chain(ring.first());
            ring.iter()
                .zip(next)
                .map(|(a, b)| if (a.1, a.0) <= (b.1, b.0) { (*a, *b) } else { (*b, *a) })
        })
    }
}

fn bounds<'a>(points: impl Iterator<Item = &'a Point>) -> Option<(Point, Point)> {
    points.fold(None, |found, it| {
        let (low, high) = found.unwrap_or((*it, *it));
        Some(((low.0.min(it.0), low.1.min(it.1)), (high.0.max(it.0), high.1.max(it.1))))
    })
}

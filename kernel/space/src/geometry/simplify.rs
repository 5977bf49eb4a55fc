//! Fewer vertices for drawing and sending (Douglas–Peucker).

use crate::Point;
use crate::geometry::measure::segment_metres;
use crate::geometry::{Area, Limits, Ring};
use crate::point::Scale;

impl Area {
    /// The area with those vertices left out that lie within `metres` of the simpler line. Where that would spoil the shape (lines that
    /// cross, a ring that vanishes) the area stays as it is.
    #[must_use]
    pub fn simplified(&self, metres: f64) -> Area {
        let rings = self
            .polygons()
            .iter()
            .map(|it| it.rings().map(|ring| simplify_ring(ring, metres)).collect())
            .collect();
        let limits = Limits {
            vertices: usize::MAX,
            polygons: usize::MAX,
        };
        Area::checked(rings, &limits).unwrap_or_else(|_| self.clone())
    }
}

fn simplify_ring(ring: &Ring, metres: f64) -> Ring {
    let Some(first) = ring.first() else { return Vec::new() };
    let far = ring
        .iter()
        .enumerate()
        .max_by(|a, b| first.metres_to(*a.1).total_cmp(&first.metres_to(*b.1)))
        .map_or(0, |it| it.0);
    let (near_half, far_half) = ring.split_at(far);
    let Some(turning) = far_half.first() else {
        return ring.clone();
    };
    let mut out = simplify_line(&[near_half, &[*turning]].concat(), metres);
    out.pop();
    out.extend(simplify_line(&[far_half, &[*first]].concat(), metres));
    out.pop();
    out
}

/// The line with the vertices left out that lie within `metres` of the simpler line; both ends stay.
pub(crate) fn simplify_line(line: &[Point], metres: f64) -> Vec<Point> {
    let mut keep = vec![false; line.len()];
    let mut open = vec![(0, line.len().saturating_sub(1))];
    while let Some((from, to)) = open.pop() {
        for end in [from, to] {
            if let Some(it) = keep.get_mut(end) {
                *it = true;
            }
        }
        let (Some(a), Some(b)) = (line.get(from), line.get(to)) else {
            continue;
        };
        let worst = line
            .iter()
            .enumerate()
            .take(to)
            .skip(from + 1)
            .map(|(at, it)| (at, segment_metres(Scale::at(*it), *it, *a, *b)))
            .max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some((at, _)) = worst.filter(|it| it.1 > metres) {
            open.extend([(from, at), (at, to)]);
        }
    }
    line.iter().zip(keep).filter(|it| it.1).map(|it| *it.0).collect()
}

#[cfg(test)]
mod tests {
    use crate::Point;
    use crate::geometry::{Area, Limits};

    #[test]
    fn leaves_out_what_hardly_shows() {
        let at = |east, north| Point::clamped(1_194_700_000, 292_100_000).moved(east, north);
        let wavy: Vec<Point> = [
            (0.0, 0.0),
            (50.0, 0.4),
            (100.0, 0.0),
            (100.3, 50.0),
            (100.0, 100.0),
            (50.0, 99.8),
            (0.0, 100.0),
        ]
        .into_iter()
        .map(|(east, north)| at(east, north))
        .collect();
        let area = Area::checked(vec![vec![wavy]], &Limits::default()).unwrap();
        let simple = area.simplified(1.0);
        assert_eq!(simple.polygons()[0].outer().len(), 4);
        assert!((simple.square_metres() - area.square_metres()).abs() < 60.0);
        assert_eq!(area.simplified(0.0), area);
        assert_eq!(area.simplified(1000.0), area, "a shape that would vanish stays");
    }
}

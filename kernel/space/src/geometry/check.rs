//! What must hold of an area before anything is computed with it.

use yiwang_types::FieldFault;

use crate::geometry::{Doubled, Meeting, Polygon, Ring, Side, edges, meeting, ring_side};
use crate::{BBox, Point};

const MOST_FLAWS: usize = 5;

/// How much is taken in.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Vertices of all rings together.
    pub vertices: usize,
    /// Polygons of an area.
    pub polygons: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            vertices: 20_000,
            polygons: 500,
        }
    }
}

/// What is wrong with an area, in Chinese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Stable kebab-case name of the rule.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: &'static str,
    /// Where, if the flaw has a place.
    pub at: Option<Point>,
}

impl Flaw {
    /// The flaw as the fault of a field.
    pub fn of_field(&self, field: &str) -> FieldFault {
        FieldFault::new(field, self.rule, &self.message, self.remedy)
    }

    pub(crate) fn new(rule: &'static str, message: impl Into<String>, remedy: &'static str) -> Flaw {
        Flaw {
            rule,
            message: message.into(),
            remedy,
            at: None,
        }
    }

    pub(crate) fn empty() -> Flaw {
        Flaw::new("area-empty", "范围里没有图形", "请画出至少一个多边形")
    }

    fn at(self, point: Point) -> Flaw {
        let (lon, lat) = point.degrees();
        Flaw {
            message: format!("{}(经度 {lon}、纬度 {lat} 处)", self.message),
            at: Some(point),
            ..self
        }
    }
}

pub(super) fn polygons(input: Vec<Vec<Ring>>, limits: &Limits) -> Result<Vec<Polygon>, Vec<Flaw>> {
    if input.is_empty() {
        return Err(vec![Flaw::empty()]);
    }
    if input.len() > limits.polygons {
        let text = format!("范围由 {} 个图形组成,最多 {} 个", input.len(), limits.polygons);
        return Err(vec![Flaw::new("area-polygons", text, "请分成几条记录")]);
    }
    let vertices: usize = input.iter().flatten().map(Vec::len).sum();
    if vertices > limits.vertices {
        let text = format!("范围有 {vertices} 个顶点,最多 {} 个", limits.vertices);
        return Err(vec![Flaw::new("area-vertices", text, "请先简化边界再上传")]);
    }
    let mut flaws = Vec::new();
    let polygons: Vec<Polygon> = input.into_iter().filter_map(|it| polygon(it, &mut flaws)).collect();
    if flaws.is_empty() {
        lines(&polygons, &mut flaws);
    }
    if flaws.is_empty() {
        nesting(&polygons, &mut flaws);
    }
    flaws.truncate(MOST_FLAWS);
    if flaws.is_empty() { Ok(polygons) } else { Err(flaws) }
}

fn polygon(rings: Vec<Ring>, flaws: &mut Vec<Flaw>) -> Option<Polygon> {
    let mut rings = rings
        .into_iter()
        .filter_map(|it| ring(it, flaws))
        .collect::<Vec<_>>()
        .into_iter();
    let Some(mut outer) = rings.next() else {
        flaws.push(Flaw::empty());
        return None;
    };
    if doubled_area(&outer) < 0 {
        outer.reverse();
    }
    let mut holes: Vec<Ring> = rings.collect();
    for hole in holes.iter_mut().filter(|it| doubled_area(it) > 0) {
        hole.reverse();
    }
    Some(Polygon { outer, holes })
}

fn ring(mut ring: Ring, flaws: &mut Vec<Flaw>) -> Option<Ring> {
    ring.dedup();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 || doubled_area(&ring) == 0 {
        let flaw = Flaw::new("area-flat", "边界线围不成一块地", "请至少点三个不在一条线上的点");
        flaws.push(match ring.first() {
            Some(first) => flaw.at(*first),
            None => flaw,
        });
        return None;
    }
    Some(ring)
}

/// Twice the signed area in square units, exact; positive when counter-clockwise.
pub(crate) fn doubled_area(ring: &[Point]) -> i128 {
    edges(ring)
        .map(|(a, b)| i128::from(a.lon()) * i128::from(b.lat()) - i128::from(b.lon()) * i128::from(a.lat()))
        .sum()
}

struct Line {
    ends: (Point, Point),
    bbox: BBox,
    polygon: usize,
    ring: usize,
    at: usize,
    ring_len: usize,
}

/// Sweeps all edges from west to east and looks at every pair whose boxes meet.
fn lines(polygons: &[Polygon], flaws: &mut Vec<Flaw>) {
    let mut lines: Vec<Line> = Vec::new();
    for (polygon, it) in polygons.iter().enumerate() {
        for (ring, points) in it.rings().enumerate() {
            lines.extend(edges(points).enumerate().map(|(at, ends)| Line {
                ends,
                bbox: BBox::of(ends.0).join(BBox::of(ends.1)),
                polygon,
                ring,
                at,
                ring_len: points.len(),
            }));
        }
    }
    lines.sort_by_key(|it| it.bbox.low());
    for (at, first) in lines.iter().enumerate() {
        let reach = lines
            .iter()
            .skip(at + 1)
            .take_while(|it| it.bbox.low().lon() <= first.bbox.high().lon());
        for second in reach.filter(|it| it.bbox.meets(first.bbox)) {
            flaws.extend(pair(first, second));
            if flaws.len() >= MOST_FLAWS {
                return;
            }
        }
    }
}

fn pair(first: &Line, second: &Line) -> Option<Flaw> {
    let meeting = meeting(first.ends, second.ends);
    let same_ring = first.polygon == second.polygon && first.ring == second.ring;
    let fine = match meeting {
        Meeting::Apart => true,
        Meeting::Touch(_) if same_ring => neighbours(first, second),
        Meeting::Touch(_) => true,
        Meeting::Overlap => first.polygon != second.polygon,
        Meeting::Cross => false,
    };
    if fine {
        return None;
    }
    let flaw = if same_ring {
        Flaw::new(
            "area-self-intersection",
            "边界线自己交叉或重叠",
            "请移动交叉处的顶点,使边界线不相交",
        )
    } else {
        Flaw::new(
            "area-crossing",
            "范围内几条边界线互相交叉",
            "请移动交叉处的顶点,使各块不重叠、空洞在块内",
        )
    };
    Some(flaw.at(first.ends.0))
}

fn neighbours(first: &Line, second: &Line) -> bool {
    let apart = first.at.abs_diff(second.at);
    apart == 1 || apart == first.ring_len - 1
}

/// With no lines crossing, one look at the vertices tells whether holes lie inside and polygons apart.
fn nesting(polygons: &[Polygon], flaws: &mut Vec<Flaw>) {
    for polygon in polygons {
        for (at, hole) in polygon.holes.iter().enumerate() {
            if let Some(point) = first_on_side(hole, &polygon.outer, Side::Outside) {
                flaws.push(Flaw::new("area-hole-outside", "空洞不在范围内", "请把空洞移到边界线以内").at(point));
            }
            let others = polygon.holes.iter().enumerate().filter(|it| it.0 != at);
            for point in others.filter_map(|it| first_on_side(hole, it.1, Side::Inside)) {
                flaws.push(Flaw::new("area-hole-nested", "空洞互相重叠", "请合并重叠的空洞").at(point));
            }
        }
    }
    for (at, polygon) in polygons.iter().enumerate() {
        for other in polygons.iter().enumerate().filter(|it| it.0 != at).map(|it| it.1) {
            let inside = first_on_side(&polygon.outer, &other.outer, Side::Inside).filter(|it| {
                !other
                    .holes
                    .iter()
                    .any(|hole| ring_side(hole, Doubled::of(*it)) != Side::Outside)
            });
            if let Some(point) = inside {
                flaws.push(Flaw::new("area-overlap", "范围的几块互相重叠", "请合并重叠的几块").at(point));
            }
            if flaws.len() >= MOST_FLAWS {
                return;
            }
        }
    }
}

fn first_on_side(points: &[Point], of: &[Point], side: Side) -> Option<Point> {
    points.iter().copied().find(|it| ring_side(of, Doubled::of(*it)) == side)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Area;

    fn ring(points: &[(i64, i64)]) -> Ring {
        points.iter().map(|(lon, lat)| Point::clamped(*lon, *lat)).collect()
    }

    const SQUARE: &[(i64, i64)] = &[(0, 0), (100, 0), (100, 100), (0, 100)];

    #[test]
    fn names_every_flaw() {
        let check = |polygons: Vec<Vec<&[(i64, i64)]>>, expected: Option<&str>| {
            let input = polygons.iter().map(|it| it.iter().map(|it| ring(it)).collect()).collect();
            let found = Area::checked(input, &Limits::default()).err().map(|it| it[0].rule);
            assert_eq!(found, expected, "{polygons:?}");
        };
        check(vec![], Some("area-empty"));
        check(vec![vec![]], Some("area-empty"));
        check(vec![vec![&[(0, 0), (1, 1)]]], Some("area-flat"));
        check(vec![vec![&[(0, 0), (5, 5), (9, 9)]]], Some("area-flat"));
        check(
            vec![vec![&[(0, 0), (100, 100), (100, 0), (0, 90)]]],
            Some("area-self-intersection"),
        );
        check(
            vec![vec![&[(0, 0), (100, 0), (100, 100), (100, 150), (100, 100), (0, 100)]]],
            Some("area-self-intersection"),
        );
        check(
            vec![vec![&[(0, 0), (50, 0), (100, 0), (100, 100), (50, 0), (0, 100)]]],
            Some("area-self-intersection"),
        );
        check(vec![vec![SQUARE, &[(90, 90), (110, 90), (110, 110)]]], Some("area-crossing"));
        check(
            vec![vec![SQUARE, &[(200, 200), (210, 200), (210, 210)]]],
            Some("area-hole-outside"),
        );
        check(
            vec![vec![SQUARE, &[(10, 10), (90, 10), (90, 90)], &[(50, 20), (60, 20), (60, 30)]]],
            Some("area-hole-nested"),
        );
        check(
            vec![vec![SQUARE], vec![&[(10, 10), (20, 10), (20, 20)]]],
            Some("area-overlap"),
        );
        check(vec![vec![SQUARE], vec![&[(100, 0), (200, 0), (200, 100), (100, 100)]]], None);
        check(
            vec![
                vec![SQUARE, &[(10, 10), (20, 10), (20, 20)]],
                vec![&[(12, 11), (19, 11), (19, 18)]],
            ],
            None,
        );
        check(vec![vec![SQUARE, &[(0, 0), (20, 10), (20, 20)]]], None);
        check(vec![vec![&[(0, 0), (100, 0), (100, 0), (100, 100), (0, 100), (0, 0)]]], None);
    }

    #[test]
    fn too_many_vertices_are_refused_before_work() {
        let long: Ring = (0..20_001).map(|it| Point::clamped(it, it * it % 97)).collect();
        let flaws = Area::checked(vec![vec![long]], &Limits::default()).unwrap_err();
        assert_eq!(flaws[0].message, "范围有 20001 个顶点,最多 20000 个");
    }

    #[test]
    fn rings_are_turned_the_agreed_way() {
        let mut clockwise = ring(SQUARE);
        clockwise.reverse();
        let area = Area::checked(vec![vec![clockwise]], &Limits::default()).unwrap();
        assert!(doubled_area(area.polygons()[0].outer()) > 0);
    }
}

//! How two line pieces meet, exactly.

use crate::Point;

/// What two pieces have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meeting {
    /// Nothing.
    Apart,
    /// One point, which is an end of at least one of them.
    Touch(Point),
    /// One point inside both.
    Cross,
    /// A stretch of some length.
    Overlap,
}

/// Twice the signed area of the triangle: positive when `c` lies left of the way from `a` to `b`.
pub(crate) fn turn(a: Point, b: Point, c: Point) -> i128 {
    let (ab_lon, ab_lat) = (i128::from(b.lon() - a.lon()), i128::from(b.lat() - a.lat()));
    let (ac_lon, ac_lat) = (i128::from(c.lon() - a.lon()), i128::from(c.lat() - a.lat()));
    ab_lon * ac_lat - ab_lat * ac_lon
}

/// Whether the point lies on the piece, ends included.
pub(crate) fn on_segment(a: Point, b: Point, p: Point) -> bool {
    turn(a, b, p) == 0 && within(a, b, p)
}

fn within(a: Point, b: Point, p: Point) -> bool {
    (a.lon().min(b.lon())..=a.lon().max(b.lon())).contains(&p.lon())
        && (a.lat().min(b.lat())..=a.lat().max(b.lat())).contains(&p.lat())
}

/// How the piece `a`–`b` meets the piece `c`–`d`. Both have some length.
pub(crate) fn meeting((a, b): (Point, Point), (c, d): (Point, Point)) -> Meeting {
    let (c_side, d_side) = (turn(a, b, c).signum(), turn(a, b, d).signum());
    let (a_side, b_side) = (turn(c, d, a).signum(), turn(c, d, b).signum());
    if c_side * d_side < 0 && a_side * b_side < 0 {
        return Meeting::Cross;
    }
    let mut shared: Vec<Point> = [a, b].into_iter().filter(|it| on_segment(c, d, *it)).collect();
    shared.extend([c, d].into_iter().filter(|it| on_segment(a, b, *it)));
    match shared.split_first() {
        None => Meeting::Apart,
        Some((first, rest)) if rest.iter().all(|it| it == first) => Meeting::Touch(*first),
        Some(_) => Meeting::Overlap,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_way_to_meet() {
        let p = |lon, lat| Point::clamped(lon, lat);
        let check = |first: [i64; 4], second: [i64; 4], expected: Meeting| {
            let [a, b, c, d] = first;
            let [e, f, g, h] = second;
            assert_eq!(
                meeting((p(a, b), p(c, d)), (p(e, f), p(g, h))),
                expected,
                "{first:?} {second:?}"
            );
            assert_eq!(
                meeting((p(e, f), p(g, h)), (p(c, d), p(a, b))),
                expected,
                "{second:?} {first:?} turned round"
            );
        };
        check([0, 0, 10, 10], [0, 10, 10, 0], Meeting::Cross);
        check([0, 0, 10, 0], [0, 1, 10, 1], Meeting::Apart);
        check([0, 0, 10, 0], [11, 0, 20, 0], Meeting::Apart);
        check([0, 0, 10, 0], [10, 0, 20, 5], Meeting::Touch(p(10, 0)));
        check([0, 0, 10, 0], [10, 0, 20, 0], Meeting::Touch(p(10, 0)));
        check([0, 0, 10, 0], [5, 0, 5, 9], Meeting::Touch(p(5, 0)));
        check([0, 0, 10, 0], [5, 0, 20, 0], Meeting::Overlap);
        check([0, 0, 10, 0], [0, 0, 10, 0], Meeting::Overlap);
    }
}

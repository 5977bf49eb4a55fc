//! Whether the cells cover their place without gap and overlap (GB/T 30428: 全覆盖, 不重叠), decided exactly.
//!
//! Every border line is cut at every corner that lies on it. If then no two lines cross, each piece lies wholly inside, outside or on the
//! border of any cell, and its exact middle tells which. A piece without its counterpart bounds the covered place; such pieces form loops, and
//! a loop that runs clockwise encloses a gap.

use std::collections::{BTreeMap, HashMap};

use crate::cells::{Cell, CellCode, CellIndex};
use crate::float::{float, float_wide};
use crate::geometry::{Area, Doubled, Meeting, Side, edges, meeting, on_segment};
use crate::point::Scale;
use crate::tree::Tree;
use crate::{BBox, Point};

/// What is to be checked beside the cells themselves.
#[derive(Clone, Debug, Default)]
pub struct Cover {
    /// The place that must be covered, e.g. the county; none checks only the inner gaps.
    pub whole: Option<Area>,
    /// Gaps up to this many m² are left out: rounding of slanting borders to 1e-7 degree leaves slivers.
    pub tolerance_m2: f64,
}

/// One thing wrong with the division into cells.
#[derive(Clone, Debug, PartialEq)]
pub enum CoverFlaw {
    /// The code is not one of 15 digits, or not of the cell's community.
    BadCode {
        /// The code as it stands.
        code: String,
        /// What is wrong with it.
        message: String,
    },
    /// Two cells have the same code.
    SameCode {
        /// The code.
        code: String,
    },
    /// Two cells share ground.
    Overlap {
        /// Codes in ascending order.
        codes: [String; 2],
        /// A place where they do.
        at: Point,
    },
    /// Ground between cells that belongs to none.
    Gap {
        /// A corner of it.
        at: Point,
        /// Its size.
        square_metres: f64,
    },
    /// A corner of a cell lies outside the whole.
    Beyond {
        /// The cell.
        code: String,
        /// The corner.
        at: Point,
    },
    /// Ground of the whole, at its border or as a whole stretch, that no cell covers.
    Uncovered {
        /// Its size, inner gaps included.
        square_metres: f64,
    },
}

impl CoverFlaw {
    /// The flaw in Chinese, with what to do.
    pub fn message(&self) -> String {
        let place = |it: &Point| {
            let (lon, lat) = it.degrees();
            format!("经度 {lon}、纬度 {lat}")
        };
        match self {
            CoverFlaw::BadCode { code, message } => format!("单元网格 {code}:{message}"),
            CoverFlaw::SameCode { code } => format!("有两个单元网格用了同一代码 {code}。请改其中一个的顺序号。"),
            CoverFlaw::Overlap { codes: [a, b], at } => {
                format!("单元网格 {a} 与 {b} 在{}处重叠。请把公共边界改成同一条线。", place(at))
            }
            CoverFlaw::Gap { at, square_metres } => {
                format!(
                    "单元网格之间在{}处有 {square_metres:.1} 平方米空隙。请把相邻网格的边界接上。",
                    place(at)
                )
            }
            CoverFlaw::Beyond { code, at } => format!("单元网格 {code} 在{}处超出本区域边界。请把边界收回。", place(at)),
            CoverFlaw::Uncovered { square_metres } => format!("本区域有 {square_metres:.1} 平方米没有单元网格。请补画单元网格。"),
        }
    }
}

/// Checks codes, overlaps, gaps and, when given, the whole. Gaps are looked for only where nothing overlaps.
pub fn check_cover(index: &CellIndex, cover: &Cover) -> Vec<CoverFlaw> {
    let mut flaws = codes(index.cells());
    let lines = lines(index.cells());
    let overlaps = overlaps(index, &lines);
    if overlaps.is_empty() {
        flaws.extend(
            gaps(&lines)
                .into_iter()
                .filter(|it| !matches!(it, CoverFlaw::Gap { square_metres, .. } if *square_metres <= cover.tolerance_m2)),
        );
        flaws.extend(
            cover
                .whole
                .as_ref()
                .map(|it| against_whole(index.cells(), it, cover.tolerance_m2))
                .unwrap_or_default(),
        );
    }
    flaws.extend(overlaps.into_iter().map(|(codes, at)| CoverFlaw::Overlap { codes, at }));
    flaws
}

fn codes(cells: &[Cell]) -> Vec<CoverFlaw> {
    let mut flaws = Vec::new();
    for cell in cells {
        match CellCode::parse(&cell.code) {
            Err(flaw) => flaws.push(CoverFlaw::BadCode {
                code: cell.code.clone(),
                message: format!("{}。{}。", flaw.message, flaw.remedy),
            }),
            Ok(code) if code.community() != cell.division => flaws.push(CoverFlaw::BadCode {
                code: cell.code.clone(),
                message: format!("代码与所属社区 {} 不符。请改代码或所属社区。", cell.division),
            }),
            Ok(_) => {}
        }
    }
    let repeated = cells.iter().zip(cells.iter().skip(1)).filter(|(a, b)| a.code == b.code);
    flaws.extend(repeated.map(|it| CoverFlaw::SameCode { code: it.0.code.clone() }));
    flaws
}

/// A piece of border with the covered side on its left.
struct Piece<'a> {
    ends: (Point, Point),
    cell: &'a Cell,
}

struct Lines<'a> {
    pieces: Vec<Piece<'a>>,
    /// Cells whose borders cross, and where.
    crossings: Vec<([String; 2], Point)>,
}

fn lines(cells: &[Cell]) -> Lines<'_> {
    let whole: Vec<Piece<'_>> = cells
        .iter()
        .flat_map(|cell| {
            cell.area
                .rings()
                .flat_map(|it| edges(it))
                .map(move |ends| Piece { ends, cell })
        })
        .collect();
    let tree = Tree::build(whole.iter().map(|it| BBox::of(it.ends.0).join(BBox::of(it.ends.1))));
    let mut out = Lines {
        pieces: Vec::new(),
        crossings: Vec::new(),
    };
    for (at, piece) in whole.iter().enumerate() {
        let (from, to) = piece.ends;
        let mut cuts = vec![from, to];
        for (other_at, other) in tree
            .query(BBox::of(from).join(BBox::of(to)))
            .into_iter()
            .filter_map(|it| whole.get(it).map(|other| (it, other)))
        {
            cuts.extend(
                [other.ends.0, other.ends.1]
                    .into_iter()
                    .filter(|it| on_segment(from, to, *it)),
            );
            if at < other_at && other.cell.code != piece.cell.code && meeting(piece.ends, other.ends) == Meeting::Cross {
                out.crossings.push((pair(piece.cell, other.cell), from));
            }
        }
        cuts.sort_unstable();
        cuts.dedup();
        if from > to {
            cuts.reverse();
        }
        out.pieces.extend(cuts.iter().zip(cuts.iter().skip(1)).map(|it| Piece {
            ends: (*it.0, *it.1),
            cell: piece.cell,
        }));
    }
    out
}

fn pair(a: &Cell, b: &Cell) -> [String; 2] {
    let mut codes = [a.code.clone(), b.code.clone()];
    codes.sort();
    codes
}

/// Each overlapping pair once.
fn overlaps(index: &CellIndex, lines: &Lines<'_>) -> BTreeMap<[String; 2], Point> {
    let mut found: BTreeMap<[String; 2], Point> = lines.crossings.iter().cloned().collect();
    let mut owners: HashMap<(Point, Point), &Cell> = HashMap::new();
    for piece in &lines.pieces {
        let (from, to) = piece.ends;
        if let Some(other) = owners.insert(piece.ends, piece.cell) {
            found.entry(pair(other, piece.cell)).or_insert(from);
        }
        let middle = Doubled::middle(from, to);
        for other in index
            .query(BBox::of(from).join(BBox::of(to)))
            .filter(|it| !std::ptr::eq(*it, piece.cell))
        {
            if other.area.side_doubled(middle) == Side::Inside {
                found.entry(pair(other, piece.cell)).or_insert(from);
            }
        }
    }
    found
}

/// Loops of pieces without counterpart that run clockwise.
fn gaps(lines: &Lines<'_>) -> Vec<CoverFlaw> {
    let all: std::collections::HashSet<(Point, Point)> = lines.pieces.iter().map(|it| it.ends).collect();
    let mut leaving: BTreeMap<Point, Vec<Point>> = BTreeMap::new();
    for (from, to) in lines
        .pieces
        .iter()
        .map(|it| it.ends)
        .filter(|(from, to)| !all.contains(&(*to, *from)))
    {
        leaving.entry(from).or_default().push(to);
    }
    let mut found = Vec::new();
    while let Some(ring) = take_loop(&mut leaving) {
        let doubled = crate::geometry::doubled_area(&ring);
        if let Some(at) = ring.first().filter(|_| doubled < 0) {
            found.push(CoverFlaw::Gap {
                at: *at,
                square_metres: square_metres(-doubled, *at),
            });
        }
    }
    found
}

/// Walks from any piece, at each corner taking the way furthest to the right, so that the ground without cells stays on the right.
fn take_loop(leaving: &mut BTreeMap<Point, Vec<Point>>) -> Option<Vec<Point>> {
    let start = *leaving.keys().next()?;
    let mut ring = vec![start];
    let (mut before, mut here) = (None, start);
    loop {
        let ways = leaving.get_mut(&here)?;
        let rightmost = (0..ways.len()).min_by(|a, b| {
            let bend = |at: &usize| ways.get(*at).map_or(0.0, |to| bend(before, here, *to));
            bend(a).total_cmp(&bend(b))
        })?;
        let next = ways.swap_remove(rightmost);
        if ways.is_empty() {
            leaving.remove(&here);
        }
        if next == start {
            return Some(ring);
        }
        ring.push(next);
        (before, here) = (Some(here), next);
    }
}

/// Angle turned at `here`, right negative, in radians.
fn bend(before: Option<Point>, here: Point, to: Point) -> f64 {
    let Some(before) = before else { return 0.0 };
    let heading = |a: Point, b: Point| float(b.lat() - a.lat()).atan2(float(b.lon() - a.lon()));
    let turned = heading(here, to) - heading(before, here);
    if turned > std::f64::consts::PI {
        turned - std::f64::consts::TAU
    } else if turned < -std::f64::consts::PI {
        turned + std::f64::consts::TAU
    } else {
        turned
    }
}

fn against_whole(cells: &[Cell], whole: &Area, tolerance_m2: f64) -> Vec<CoverFlaw> {
    let mut flaws = Vec::new();
    for cell in cells {
        let corner = cell.area.rings().flatten().find(|it| !whole.contains(**it));
        flaws.extend(corner.map(|at| CoverFlaw::Beyond {
            code: cell.code.clone(),
            at: *at,
        }));
    }
    let doubled = |area: &Area| area.rings().map(|it| crate::geometry::doubled_area(it)).sum::<i128>();
    let missing = doubled(whole) - cells.iter().map(|it| doubled(&it.area)).sum::<i128>();
    let missing = square_metres(missing, whole.bbox().center());
    if missing > tolerance_m2 {
        flaws.push(CoverFlaw::Uncovered { square_metres: missing });
    }
    flaws
}

fn square_metres(doubled_units: i128, at: Point) -> f64 {
    let scale = Scale::at(at);
    float_wide(doubled_units) / 2.0 * scale.east * scale.north
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cells::tests::{ORIGIN, SIDE, board};
    use crate::geometry::Limits;

    fn check(cells: Vec<Cell>, expected: &[&str]) {
        let whole = Area::of_box(
            BBox::around(&[
                Point::clamped(ORIGIN.0, ORIGIN.1),
                Point::clamped(ORIGIN.0 + 4 * SIDE, ORIGIN.1 - 3 * SIDE),
            ])
            .unwrap(),
        );
        let found = check_cover(
            &CellIndex::build(cells),
            &Cover {
                whole,
                tolerance_m2: 0.0,
            },
        );
        let words: Vec<String> = found
            .iter()
            .map(|it| format!("{it:?}").split([' ', '{']).next().unwrap().to_owned())
            .collect();
        assert_eq!(words, expected, "{found:?}");
    }

    #[test]
    fn a_board_covers_its_place() {
        check(board(4, 3), &[]);
    }

    #[test]
    fn names_gaps_overlaps_and_codes() {
        let without_inner: Vec<Cell> = board(4, 3).into_iter().filter(|it| it.code != "330781001001004").collect();
        check(without_inner, &["Gap", "Uncovered"]);
        let without_corner: Vec<Cell> = board(4, 3).into_iter().filter(|it| it.code != "330781001001001").collect();
        check(without_corner, &["Uncovered"]);
        let mut twice = board(4, 3);
        twice.push(Cell {
            code: "330781001001099".to_owned(),
            ..twice[0].clone()
        });
        check(twice, &["Overlap"]);
        let mut same_code = board(4, 3);
        same_code[1].code = same_code[0].code.clone();
        check(same_code, &["SameCode"]);
        let mut wrong_place = board(4, 3);
        wrong_place[0].division = "330781001009".to_owned();
        check(wrong_place, &["BadCode"]);
        check(board(5, 3), &["Beyond", "Beyond", "Beyond"]);
    }

    #[test]
    fn borders_that_cross_at_corners_only_are_found_too() {
        let p = |lon: i64, lat: i64| Point::clamped(ORIGIN.0 + lon * SIDE, ORIGIN.1 - lat * SIDE);
        let cell = |code: &str, ring: Vec<Point>| Cell {
            code: code.to_owned(),
            division: "330781001001".to_owned(),
            duty_grid: String::new(),
            area: Area::checked(vec![vec![ring]], &Limits::default()).unwrap(),
        };
        let lying = cell(
            "330781001001001",
            vec![p(0, 1), p(1, 1), p(2, 1), p(3, 1), p(3, 2), p(2, 2), p(1, 2), p(0, 2)],
        );
        let standing = cell("330781001001002", vec![p(1, 0), p(2, 0), p(2, 3), p(1, 3)]);
        let found = check_cover(&CellIndex::build(vec![lying.clone(), standing]), &Cover::default());
        assert!(matches!(found.as_slice(), [CoverFlaw::Overlap { .. }]), "{found:?}");
        let found = check_cover(
            &CellIndex::build(vec![
                lying.clone(),
                Cell {
                    code: "330781001001009".to_owned(),
                    ..lying
                },
            ]),
            &Cover::default(),
        );
        assert!(found[0].message().contains("330781001001001 与 330781001001009"), "{found:?}");
    }

    proptest! {
        /// Inner corners pushed about leave a cover; taking a cell away, or moving one corner of one cell alone, never does.
        #[test]
        fn pushed_corners_cover_and_damage_shows(
            pushes in prop::collection::vec((-3000_i64..3000, -3000_i64..3000), 9),
            victim in 0_usize..16,
            damage in 1_i64..3000,
        ) {
            let cells = pushed(&pushes);
            let flaws = check_cover(&CellIndex::build(cells.clone()), &Cover::default());
            prop_assert!(flaws.is_empty(), "{:?}", flaws);
            let mut damaged = cells;
            let ring = damaged[victim].area.polygons()[0].outer().to_vec();
            let moved: Vec<Point> = ring.iter().enumerate().map(|(at, it)| if at == 0 { Point::clamped(it.lon() + damage, it.lat() + damage / 2) } else { *it }).collect();
            damaged[victim].area = Area::checked(vec![vec![moved]], &Limits::default()).unwrap();
            let whole = Area::of_box(BBox::around(&[Point::clamped(0, 0), Point::clamped(4 * SIDE, 4 * SIDE)]).unwrap());
            let flaws = check_cover(&CellIndex::build(damaged), &Cover { whole, tolerance_m2: 0.0 });
            prop_assert!(!flaws.is_empty());
        }
    }

    /// Four by four cells whose nine inner corners are pushed.
    fn pushed(pushes: &[(i64, i64)]) -> Vec<Cell> {
        let corner = |column: i64, row: i64| {
            let inner = (1..4).contains(&column) && (1..4).contains(&row);
            let (east, north) = if inner {
                pushes[usize::try_from(column - 1 + (row - 1) * 3).unwrap()]
            } else {
                (0, 0)
            };
            Point::clamped(column * SIDE + east, row * SIDE + north)
        };
        (0..16)
            .map(|at| {
                let (column, row) = (at % 4, at / 4);
                let ring = vec![
                    corner(column, row),
                    corner(column + 1, row),
                    corner(column + 1, row + 1),
                    corner(column, row + 1),
                ];
                Cell {
                    code: format!("330781001001{:03}", at + 1),
                    division: "330781001001".to_owned(),
                    duty_grid: String::new(),
                    area: Area::checked(vec![vec![ring]], &Limits::default()).unwrap(),
                }
            })
            .collect()
    }
}

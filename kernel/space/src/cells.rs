//! The unit grid: which cell a point lies in, and whether it is a border case.

mod code;
mod cover;

pub use code::{CellCode, number_cells};
pub use cover::{Cover, CoverFlaw, check_cover};

use crate::geometry::Area;
use crate::tree::Tree;
use crate::{BBox, Point};

/// Within this many metres of a cell of another community or responsibility the caller asks instead of deciding.
pub const BORDER_METRES: f64 = 10.0;

/// One unit grid cell (单元网格).
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// 15-digit code, see [`CellCode`].
    pub code: String,
    /// Code of the community or village it belongs to.
    pub division: String,
    /// Code of the responsibility grid (责任网格) it belongs to.
    pub duty_grid: String,
    /// Its ground.
    pub area: Area,
}

/// Answer of [`CellIndex::locate`].
#[derive(Clone, Debug, PartialEq)]
pub enum Located<'a> {
    /// In a cell.
    Inside {
        /// The cell; on a shared line the one with the lowest code.
        cell: &'a Cell,
        /// Cells of another community or responsibility whose border is that near, nearest first, with metres.
        near: Vec<(&'a Cell, f64)>,
    },
    /// In no cell: outside the covered place.
    Outside {
        /// The nearest cell and the metres to it; none when there are no cells.
        nearest: Option<(&'a Cell, f64)>,
    },
}

/// All cells of a place, ready to be asked.
#[derive(Debug, Default)]
pub struct CellIndex {
    cells: Vec<Cell>,
    tree: Tree,
}

impl CellIndex {
    /// Builds the index; the cells are kept in order of their code.
    pub fn build(mut cells: Vec<Cell>) -> CellIndex {
        cells.sort_by(|a, b| a.code.cmp(&b.code));
        let tree = Tree::build(cells.iter().map(|it| it.area.bbox()));
        CellIndex { cells, tree }
    }

    /// The cells in order of their code.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cell of that code.
    pub fn by_code(&self, code: &str) -> Option<&Cell> {
        let at = self.cells.binary_search_by(|it| it.code.as_str().cmp(code)).ok()?;
        self.cells.get(at)
    }

    /// Where the point lies, with border cases within [`BORDER_METRES`].
    pub fn locate(&self, point: Point) -> Located<'_> {
        self.locate_within(point, BORDER_METRES)
    }

    /// Where the point lies, with border cases within `border_metres`.
    pub fn locate_within(&self, point: Point, border_metres: f64) -> Located<'_> {
        let holding = self.query(BBox::of(point)).find(|it| it.area.contains(point));
        let Some(cell) = holding else {
            return Located::Outside {
                nearest: self.nearest(point),
            };
        };
        let mut near = self.nearby(point, border_metres);
        near.retain(|(it, _)| it.division != cell.division || it.duty_grid != cell.duty_grid);
        Located::Inside { cell, near }
    }

    /// Cells that lie within so many metres of the point, nearest first; 0 m for the cell that holds it.
    pub fn nearby(&self, point: Point, metres: f64) -> Vec<(&Cell, f64)> {
        let reach = BBox::of(point).grown(metres);
        let mut found: Vec<(&Cell, f64)> = self
            .query(reach)
            .map(|it| (it, distance(it, point)))
            .filter(|it| it.1 <= metres)
            .collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.code.cmp(&b.0.code)));
        found
    }

    /// The nearest cell and the metres to it.
    pub fn nearest(&self, point: Point) -> Option<(&Cell, f64)> {
        let (at, metres) = self
            .tree
            .nearest(point, |at| self.cells.get(at).map(|it| distance(it, point)))?;
        self.cells.get(at).map(|it| (it, metres))
    }

    pub(crate) fn query(&self, wanted: BBox) -> impl Iterator<Item = &Cell> {
        self.tree.query(wanted).into_iter().filter_map(|it| self.cells.get(it))
    }
}

fn distance(cell: &Cell, point: Point) -> f64 {
    if cell.area.contains(point) {
        0.0
    } else {
        cell.area.border_metres(point)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) const ORIGIN: (i64, i64) = (1_194_700_000, 292_100_000);
    /// Units of a side of a test cell, about 100 m.
    pub(crate) const SIDE: i64 = 10_000;

    /// A chessboard of cells; two columns make a community, each column a responsibility grid.
    pub(crate) fn board(columns: i64, rows: i64) -> Vec<Cell> {
        (0..columns * rows)
            .map(|at| {
                let (column, row) = (at % columns, at / columns);
                let low = Point::clamped(ORIGIN.0 + column * SIDE, ORIGIN.1 - (row + 1) * SIDE);
                let high = Point::clamped(low.lon() + SIDE, low.lat() + SIDE);
                let division = format!("{:012}", 330_781_001_001 + column / 2);
                Cell {
                    code: format!("{division}{:03}", column % 2 + row * 2 + 1),
                    division,
                    duty_grid: format!("Z{column}"),
                    area: Area::of_box(BBox::of(low).join(BBox::of(high))).unwrap(),
                }
            })
            .collect()
    }

    fn at(column: f64, row: f64) -> Point {
        Point::clamped(ORIGIN.0, ORIGIN.1).moved(0.0, 0.0).shifted(column, row)
    }

    impl Point {
        fn shifted(self, column: f64, row: f64) -> Point {
            let side = crate::float::float(SIDE);
            Point::clamped(
                self.lon() + crate::float::round(column * side),
                self.lat() - crate::float::round(row * side),
            )
        }
    }

    #[test]
    fn names_border_cases_of_others_only() {
        let index = CellIndex::build(board(4, 2));
        let check = |column, row, code: &str, expected: &[&str]| match index.locate(at(column, row)) {
            Located::Inside { cell, near } => {
                let near: Vec<&str> = near.iter().map(|it| it.0.code.as_str()).collect();
                assert_eq!((cell.code.as_str(), near.as_slice()), (code, expected), "{column} {row}");
            }
            other => panic!("{column} {row}: {other:?}"),
        };
        check(0.5, 0.5, "330781001001001", &[]);
        check(0.5, 0.99, "330781001001001", &[]);
        check(0.95, 0.5, "330781001001001", &["330781001001002"]);
        check(1.95, 0.5, "330781001001002", &["330781001002001"]);
        check(2.0, 1.0, "330781001001002", &["330781001002001", "330781001002003"]);
        check(0.03, 1.5, "330781001001003", &[]);
    }

    #[test]
    fn outside_is_named_with_the_way_back() {
        let index = CellIndex::build(board(4, 2));
        let Located::Outside {
            nearest: Some((cell, metres)),
        } = index.locate(at(-1.0, 0.5))
        else {
            panic!()
        };
        assert_eq!(cell.code, "330781001001001");
        assert!((metres - 97.3).abs() < 1.0, "{metres}");
        assert_eq!(
            CellIndex::build(Vec::new()).locate(at(0.0, 0.0)),
            Located::Outside { nearest: None }
        );
        let far = Point::clamped(-700_000_000, -100_000_000);
        assert!(matches!(index.locate(far), Located::Outside { nearest: Some(_) }));
    }

    #[test]
    fn nearby_is_sorted_and_bounded() {
        let index = CellIndex::build(board(6, 6));
        let found = index.nearby(at(0.5, 0.5), 60.0);
        assert_eq!(
            found.first().map(|it| (it.0.code.as_str(), it.1)),
            Some(("330781001001001", 0.0))
        );
        assert_eq!(found.len(), 3);
        assert!(index.by_code("330781001003012").is_some());
        assert!(index.by_code("1").is_none());
    }

    proptest! {
        #[test]
        fn every_point_of_a_covered_place_has_one_cell(column in 0.0..6.0, row in 0.0..5.0) {
            let index = CellIndex::build(board(6, 5));
            let point = at(column, row);
            let Located::Inside { cell, near } = index.locate(point) else { panic!("{point:?}") };
            prop_assert!(cell.area.contains(point));
            for (other, metres) in near {
                prop_assert!(metres <= BORDER_METRES && (other.division != cell.division || other.duty_grid != cell.duty_grid));
            }
        }
    }
}

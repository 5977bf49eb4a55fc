//! Places over indexes in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use yiwang_space::Point;
use yiwang_space::cells::{Cell, CellIndex, Located as InCells};
use yiwang_space::geocode::{Candidate, Geocoder, Precision};
use yiwang_space::geometry::Area;
use yiwang_space::sketch::Sketch;

use yiwang_portal::{Located, Places, Side, Spot};

/// Candidates shown for an address.
const SPOTS: usize = 5;
/// Sides asked about at a corner.
const SIDES: usize = 4;

/// Indexes of one county. Whoever holds the registers builds it anew when they change.
#[derive(Clone, Debug)]
pub struct PlaceIndex {
    /// Unit grid cells.
    pub cells: Arc<CellIndex>,
    /// Addresses and streets.
    pub geocoder: Arc<Geocoder>,
    /// The street sketch.
    pub sketch: Option<Arc<Sketch>>,
    /// The county's ground; what lies in it and in no cell is taken too. None: the cells alone decide.
    pub ground: Option<Arc<Area>>,
    /// Names of divisions by code.
    pub titles: BTreeMap<String, String>,
}

impl PlaceIndex {
    fn title(&self, cell: &Cell) -> String {
        self.titles
            .get(&cell.division)
            .cloned()
            .unwrap_or_else(|| cell.division.clone())
    }

    fn sides(&self, at: Point, cell: &Cell, near: &[(&Cell, f64)]) -> Vec<Side> {
        let others = near.iter().map(|it| it.0).filter(|it| it.division != cell.division);
        let side = |it: &Cell| Side {
            key: it.code.clone(),
            title: self.title(it),
            at,
        };
        std::iter::once(cell).chain(others).take(SIDES).map(side).collect()
    }
}

impl Places for PlaceIndex {
    fn locate(&self, point: Point) -> Located {
        match self.cells.locate(point) {
            // Two responsibility grids of one community are no question for a resident.
            InCells::Inside { cell, near } => match self.sides(point, cell, &near) {
                sides if sides.len() > 1 => Located::Border(sides),
                _ => Located::Inside,
            },
            InCells::Outside { .. } if self.ground.as_ref().is_some_and(|it| it.contains(point)) => Located::Inside,
            InCells::Outside { .. } => Located::Outside,
        }
    }

    fn words(&self, point: Point) -> String {
        self.geocoder.around(point, Some(&self.cells)).words()
    }

    fn find(&self, words: &str) -> Vec<Spot> {
        let spot = |it: Candidate| Spot {
            exact: it.precision == Precision::Exact,
            key: it.id,
            title: it.text,
            at: it.at,
        };
        let found: Vec<Spot> = self.geocoder.find(words, SPOTS).into_iter().map(spot).collect();
        // Who wrote a house number that is known does not mean the house next to it.
        let exact: Vec<Spot> = found.iter().filter(|it| it.exact).cloned().collect();
        if exact.is_empty() { found } else { exact }
    }

    fn sketch(&self) -> Option<Arc<Sketch>> {
        self.sketch.clone()
    }
}

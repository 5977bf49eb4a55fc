//! The ground as the public pages ask for it.

use std::sync::Arc;

use yiwang_portal::{Located, Places, Side, Spot};
use yiwang_space::geocode::{Candidate, Precision};
use yiwang_space::sketch::Sketch;
use yiwang_space::{CellName, Point, Space, Whereabouts};

/// Candidates shown for an address.
const SPOTS: usize = 5;
/// Sides asked about at a corner.
const SIDES: usize = 4;

/// Places of a node.
pub struct Ground(pub Space);

impl Places for Ground {
    fn locate(&self, point: Point) -> Located {
        match self.0.locate(point) {
            Whereabouts::Outside { .. } => Located::Outside,
            Whereabouts::Cell { cell, near } if !near.is_empty() => {
                let others = near.into_iter().map(|(it, _)| it).filter(|it| it.division != cell.division);
                let sides: Vec<Side> = std::iter::once(cell.clone())
                    .chain(others)
                    .take(SIDES)
                    .map(|it| side(it, point))
                    .collect();
                // Two responsibility grids of one community make no difference to a resident.
                if sides.len() > 1 {
                    Located::Border(sides)
                } else {
                    Located::Inside
                }
            }
            _ => Located::Inside,
        }
    }

    fn words(&self, point: Point) -> String {
        self.0.around(point).words
    }

    fn find(&self, words: &str) -> Vec<Spot> {
        let found: Vec<Spot> = self.0.geocode(words, SPOTS).into_iter().enumerate().map(spot).collect();
        let exact: Vec<Spot> = found.iter().filter(|it| it.exact).cloned().collect();
        if exact.is_empty() { found } else { exact }
    }

    fn sketch(&self) -> Option<Arc<Sketch>> {
        let known = self.0.known();
        (!known.is_empty()).then(|| known.sketch())
    }
}

fn side(cell: CellName, at: Point) -> Side {
    Side {
        key: cell.code,
        title: cell.division_title,
        at,
    }
}

fn spot((number, it): (usize, Candidate)) -> Spot {
    Spot {
        key: number.to_string(),
        title: it.text,
        at: it.at,
        exact: it.precision == Precision::Exact,
    }
}

//! What is known of the ground at one moment: cells, boundaries, streets, addresses, names. Built from records, asked without a database.

mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use read::Source;

use crate::cells::{Cell, CellIndex, Located};
use crate::geocode::{Candidate, Geocoder};
use crate::geometry::Area;
use crate::sketch::Sketch;
use crate::{BBox, Point};

/// A cell with the names people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellName {
    /// 15-digit code.
    pub code: String,
    /// Code of its community or village.
    pub division: String,
    /// Title of its community or village; the code when it has none.
    pub division_title: String,
    /// Code of its responsibility grid (责任网格); empty when it has none.
    pub duty_grid: String,
    /// Title of its responsibility grid; empty when it has none.
    pub duty_grid_title: String,
}

impl CellName {
    /// Community and responsibility grid in words.
    pub fn words(&self) -> String {
        if self.duty_grid_title.is_empty() {
            self.division_title.clone()
        } else {
            format!("{} {}", self.division_title, self.duty_grid_title)
        }
    }
}

/// Where a point lies.
#[derive(Clone, Debug, PartialEq)]
pub enum Whereabouts {
    /// No ground is known: a fresh installation.
    Unknown,
    /// In a cell.
    Cell {
        /// The cell.
        cell: CellName,
        /// Cells of another community or responsibility grid within 10 m, nearest first, with the metres.
        near: Vec<(CellName, f64)>,
    },
    /// In no cell, but on the ground of a division.
    Division {
        /// Code of the smallest division that holds it.
        code: String,
        /// Its title.
        title: String,
    },
    /// Outside.
    Outside {
        /// The nearest place in words and the metres to it.
        nearest: Option<(String, f64)>,
    },
}

/// What lies around a point, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// One line for a form or list, e.g. `人民路12号附近(约 30 米)`; empty when nothing is near.
    pub words: String,
    /// The nearest address and the metres to it.
    pub address: Option<(String, f64)>,
    /// The nearest street and the metres to it.
    pub street: Option<(String, f64)>,
    /// Code and title of the community.
    pub community: Option<(String, String)>,
}

/// A boundary of a division.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) division: String,
    pub(crate) area: Area,
}

/// Everything at one moment.
#[derive(Debug)]
pub struct Known {
    cells: CellIndex,
    grounds: Vec<Ground>,
    titles: BTreeMap<String, String>,
    sketch: Arc<Sketch>,
    geocoder: Geocoder,
}

impl Default for Known {
    fn default() -> Known {
        Known {
            cells: CellIndex::default(),
            grounds: Vec::new(),
            titles: BTreeMap::new(),
            sketch: Arc::new(Sketch::build(Point::clamped(0, 0), Vec::new(), Vec::new())),
            geocoder: Geocoder::default(),
        }
    }
}

impl Known {
    /// Whether there is neither a cell nor a boundary.
    pub fn is_empty(&self) -> bool {
        self.cells.cells().is_empty() && self.grounds.is_empty()
    }

    /// The street sketch of the public site.
    pub fn sketch(&self) -> Arc<Sketch> {
        Arc::clone(&self.sketch)
    }

    /// The cells.
    pub fn cells(&self) -> &CellIndex {
        &self.cells
    }

    /// Where the point lies.
    pub fn locate(&self, point: Point) -> Whereabouts {
        if self.is_empty() {
            return Whereabouts::Unknown;
        }
        match self.cells.locate(point) {
            Located::Inside { cell, near } => {
                let near = near.into_iter().map(|(it, metres)| (self.name(it), metres)).collect();
                Whereabouts::Cell {
                    cell: self.name(cell),
                    near: one_each(near),
                }
            }
            Located::Outside { nearest } => {
                let holding = self
                    .grounds
                    .iter()
                    .filter(|it| it.area.contains(point))
                    .max_by_key(|it| it.division.len());
                match holding {
                    Some(it) => Whereabouts::Division {
                        code: it.division.clone(),
                        title: self.title(&it.division),
                    },
                    None => Whereabouts::Outside {
                        nearest: self.nearest(point, nearest),
                    },
                }
            }
        }
    }

    /// The cell of that code.
    pub fn cell(&self, code: &str) -> Option<CellName> {
        self.cells.by_code(code).map(|it| self.name(it))
    }

    /// Cells within so many metres, nearest first.
    pub fn nearby(&self, point: Point, metres: f64) -> Vec<(CellName, f64)> {
        self.cells
            .nearby(point, metres)
            .into_iter()
            .map(|(it, metres)| (self.name(it), metres))
            .collect()
    }

    /// Places that the words may mean, the likeliest first.
    pub fn geocode(&self, words: &str, limit: usize) -> Vec<Candidate> {
        self.geocoder.find(words, limit)
    }

    /// What lies around a point.
    pub fn around(&self, point: Point) -> Around {
        let found = self.geocoder.around(point, Some(&self.cells));
        Around {
            words: found.words(),
            address: found.address.map(|(it, metres)| (it.text.clone(), metres)),
            street: found.street.map(|(it, metres)| (it.name.clone(), metres)),
            community: found.community.map(|it| (it.to_owned(), self.title(it))),
        }
    }

    pub(crate) fn drawn(&self) -> &Sketch {
        &self.sketch
    }

    fn title(&self, division: &str) -> String {
        self.titles.get(division).cloned().unwrap_or_else(|| division.to_owned())
    }

    pub(crate) fn name(&self, cell: &Cell) -> CellName {
        CellName {
            code: cell.code.clone(),
            division: cell.division.clone(),
            division_title: self.title(&cell.division),
            duty_grid: cell.duty_grid.clone(),
            duty_grid_title: if cell.duty_grid.is_empty() {
                String::new()
            } else {
                self.title(&cell.duty_grid)
            },
        }
    }

    /// The nearer of the nearest cell and the nearest small division.
    fn nearest(&self, point: Point, cell: Option<(&Cell, f64)>) -> Option<(String, f64)> {
        let most = self.grounds.iter().map(|it| it.division.len()).max().unwrap_or(0);
        let small = self.grounds.iter().filter(|it| it.division.len() == most);
        let ground = small.map(|it| (self.title(&it.division), it.area.border_metres(point)));
        let cell = cell.map(|(it, metres)| (self.title(&it.division), metres));
        ground.chain(cell).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn extent(cells: &CellIndex) -> Option<BBox> {
        cells.cells().iter().map(|it| it.area.bbox()).reduce(BBox::join)
    }
}

/// Of several cells of one responsibility the nearest is enough: they differ in nothing that matters for the work.
fn one_each(near: Vec<(CellName, f64)>) -> Vec<(CellName, f64)> {
    let mut kept: Vec<(CellName, f64)> = Vec::new();
    for it in near {
        if kept
            .iter()
            .all(|(known, _)| known.division != it.0.division || known.duty_grid != it.0.duty_grid)
        {
            kept.push(it);
        }
    }
    kept
}

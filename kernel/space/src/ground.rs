//! What lies around a point as shapes for a map of the office: cells and streets.

use crate::geometry::{Area, line_metres};
use crate::known::{CellName, Known};
use crate::point::Scale;
use crate::sketch::Street;
use crate::{BBox, Point};

/// A cell with its ground.
#[derive(Clone, Debug)]
pub struct CellGround<'a> {
    /// Its names.
    pub name: CellName,
    /// Its ground.
    pub area: &'a Area,
    /// Whether the point lies in it.
    pub here: bool,
}

/// Cells and streets around a point, nearest first.
#[derive(Clone, Debug)]
pub struct Neighbourhood<'a> {
    /// Cells.
    pub cells: Vec<CellGround<'a>>,
    /// Streets.
    pub streets: Vec<&'a Street>,
}

impl Known {
    /// Cells and streets within so many metres, at most `most` of each.
    pub fn neighbourhood(&self, point: Point, metres: f64, most: usize) -> Neighbourhood<'_> {
        let near = self.cells().nearby(point, metres);
        let here = near.iter().find(|it| it.0.area.contains(point)).map(|it| it.0.code.clone());
        let cells = near.into_iter().take(most).map(|(cell, _)| CellGround {
            name: self.name(cell),
            area: &cell.area,
            here: here.as_ref() == Some(&cell.code),
        });
        Neighbourhood {
            cells: cells.collect(),
            streets: self.streets_near(point, metres, most),
        }
    }

    fn streets_near(&self, point: Point, metres: f64, most: usize) -> Vec<&Street> {
        let scale = Scale::at(point);
        let reach = BBox::of(point).grown(metres);
        let measured = self
            .drawn()
            .streets_in(reach)
            .map(|it| (line_metres(scale, point, &it.line), it));
        let mut near: Vec<(f64, &Street)> = measured.filter(|it| it.0 <= metres).collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
        near.truncate(most);
        near.into_iter().map(|it| it.1).collect()
    }
}

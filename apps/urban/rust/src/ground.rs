//! Geometry of the invented town: base units to points, cells, lines.

use serde_json::{Value as Json, json};
use yiwang_space::{Point, Scale};

use crate::file::{Geometry, Rect};

/// A place in base units, x to the east, y to the south.
pub(crate) type Spot = [f64; 2];

/// Where a spot lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CellAt {
    pub code: String,
    pub division: String,
    pub duty_grid: String,
}

/// The geometry at a scale.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub geometry: &'a Geometry,
    /// Cells along a base unit.
    pub scale: i64,
    /// Metres of a base unit to the east and to the south.
    pub unit: [f64; 2],
}

impl<'a> Ground<'a> {
    /// The geometry with so many cells along a base unit.
    pub(crate) fn new(geometry: &'a Geometry, scale: i64) -> Ground<'a> {
        let cell = geometry.cell;
        let at = Scale::at(Point::clamped(
            geometry.origin.lon,
            geometry.origin.lat - 10 * scale * cell.lat,
        ));
        Ground {
            geometry,
            scale,
            unit: [at.east * float(cell.lon * scale), at.north * float(cell.lat * scale)],
        }
    }
}

impl Ground<'_> {
    /// The point of a spot.
    pub(crate) fn point(&self, [x, y]: Spot) -> Point {
        let [east, south] = [x, y].map(|it| it * float(self.scale));
        let (origin, cell) = (self.geometry.origin, self.geometry.cell);
        Point::clamped(
            origin.lon + whole(east * float(cell.lon)),
            origin.lat - whole(south * float(cell.lat)),
        )
    }

    /// The same as the API takes it.
    pub(crate) fn location(&self, spot: Spot) -> Json {
        let (lon, lat) = self.point(spot).degrees();
        json!({ "lon": lon, "lat": lat })
    }

    /// Metres between spots.
    pub(crate) fn metres(&self, a: Spot, b: Spot) -> f64 {
        let [east, south] = self.unit;
        ((a[0] - b[0]) * east).hypot((a[1] - b[1]) * south)
    }

    /// A rectangle of base units as a closed GeoJSON ring, counter-clockwise.
    pub(crate) fn polygon(&self, [x, y, width, height]: [f64; 4]) -> Json {
        let corners = [[x, y], [x, y + height], [x + width, y + height], [x + width, y], [x, y]];
        let ring: Vec<Json> = corners.iter().map(|it| self.position(*it)).collect();
        json!({ "type": "Polygon", "coordinates": [ring] })
    }

    /// A spot as a GeoJSON position.
    pub(crate) fn position(&self, spot: Spot) -> Json {
        let (lon, lat) = self.point(spot).degrees();
        json!([lon, lat])
    }

    /// The cell that holds a spot; on a line the one to the south-east.
    pub(crate) fn cell_at(&self, [x, y]: Spot) -> Option<CellAt> {
        let [column, row] = [x, y].map(|it| floor(it * float(self.scale)));
        let community = self.geometry.communities.iter().find(|it| self.holds(it, column, row))?;
        let grid = self.geometry.duty_grids.iter().find(|it| self.holds(it, column, row))?;
        let [left, top, width, _] = community.rect.map(|it| it * self.scale);
        let order = (row - top) * width + column - left + 1;
        Some(CellAt {
            code: format!("{}{order:03}", community.code),
            division: community.code.clone(),
            duty_grid: grid.code.clone(),
        })
    }

    /// Every cell with its area, rows from north to south, in a row from west to east.
    pub(crate) fn cells(&self) -> Vec<(CellAt, Json)> {
        let [width, height] = self.size();
        let side = 1.0 / float(self.scale);
        let all = (0..height).flat_map(|row| (0..width).map(move |column| [float(column) * side, float(row) * side]));
        all.filter_map(|[x, y]| {
            Some((
                self.cell_at([x + side / 2.0, y + side / 2.0])?,
                self.polygon([x, y, side, side]),
            ))
        })
        .collect()
    }

    /// m² of a cell.
    pub(crate) fn cell_area(&self) -> i64 {
        let [east, south] = self.unit;
        whole(east * south / float(self.scale * self.scale))
    }

    /// Cells from west to east and from north to south.
    fn size(&self) -> [i64; 2] {
        let far = |at: usize| {
            let ends = self
                .geometry
                .communities
                .iter()
                .filter_map(|it| Some(it.rect.get(at)? + it.rect.get(at + 2)?));
            ends.max().unwrap_or(0) * self.scale
        };
        [far(0), far(1)]
    }

    fn holds(&self, rect: &Rect, column: i64, row: i64) -> bool {
        let [x, y, width, height] = rect.rect.map(|it| it * self.scale);
        (x..x + width).contains(&column) && (y..y + height).contains(&row)
    }
}

/// The spot so far along a line, in base units, and the direction there; the end beyond it.
pub(crate) fn along(line: &[Spot], mut far: f64) -> Option<(Spot, Spot)> {
    let mut last = None;
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        if length <= 0.0 {
            continue;
        }
        let direction = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
        if far <= length {
            return Some(([a[0] + direction[0] * far, a[1] + direction[1] * far], direction));
        }
        far -= length;
        last = Some((*b, direction));
    }
    last
}

/// Length of a line in base units.
pub(crate) fn length(line: &[Spot]) -> f64 {
    line.iter()
        .zip(line.iter().skip(1))
        .map(|(a, b)| (b[0] - a[0]).hypot(b[1] - a[1]))
        .sum()
}

/// Exact below 2^53, far above every number here.
#[expect(clippy::as_conversions, reason = "no lossless From exists; the values are far below 2^53")]
pub(crate) fn float(value: i64) -> f64 {
    value as f64
}

/// The nearest whole number.
#[expect(
    clippy::as_conversions,
    reason = "a float to integer cast saturates, which is what is wanted"
)]
pub(crate) fn whole(value: f64) -> i64 {
    value.round() as i64
}

fn floor(value: f64) -> i64 {
    whole(value.floor())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::DemoFile;

    #[test]
    fn cells_are_numbered_inside_their_community() {
        let file = DemoFile::read(crate::LANXI).expect("demo.yaml");
        for (scale, count) in [(1, 400), (2, 1600)] {
            let ground = Ground::new(&file.geometry, scale);
            let cells = ground.cells();
            let codes: std::collections::BTreeSet<&str> = cells.iter().map(|it| it.0.code.as_str()).collect();
            assert_eq!((cells.len(), codes.len()), (count, count));
            assert_eq!(cells[0].0.code, "990124001001001");
            assert!(
                cells
                    .iter()
                    .all(|(it, _)| it.duty_grid.starts_with(&it.division) && it.code.starts_with(&it.division))
            );
        }
        let ground = Ground::new(&file.geometry, 1);
        assert_eq!(
            ground.cell_at([7.05, 9.2]).map(|it| it.division).as_deref(),
            Some("990124002003")
        );
        assert_eq!(ground.cell_at([-0.1, 3.0]), None);
        assert!((9_900..10_200).contains(&ground.cell_area()), "{}", ground.cell_area());
    }

    #[test]
    fn walks_a_line() {
        let line = [[0.0, 0.0], [4.0, 0.0], [4.0, 3.0]];
        assert_eq!(along(&line, 5.0), Some(([4.0, 1.0], [0.0, 1.0])));
        assert_eq!(along(&line, 9.0), Some(([4.0, 3.0], [0.0, 1.0])));
        assert!((length(&line) - 7.0).abs() < 1e-9);
    }
}

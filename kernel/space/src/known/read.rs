//! From records to what is known. A record that cannot be read as ground is left out and logged: one bad cell does not blind the others.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use yiwang_model::FieldValue;
use yiwang_records::Loaded;
use yiwang_types::Date;

use crate::cells::{Cell, CellIndex};
use crate::geocode::{Address, Geocoder, StreetLine};
use crate::geometry::{Area, Limits, parse_area};
use crate::known::{Ground, Known};
use crate::sketch::{Community, Sketch, Street, StreetWidth};
use crate::{BBox, Point};

/// Digits of a county's code; shorter or equal ones are written in front of addresses.
const COUNTY_DIGITS: usize = 6;
/// Digits of a community's code.
const COMMUNITY_DIGITS: usize = 12;

/// The records of the held registers.
#[derive(Default)]
pub(crate) struct Source {
    pub(crate) cells: Vec<Loaded>,
    pub(crate) boundaries: Vec<Loaded>,
    pub(crate) streets: Vec<Loaded>,
    pub(crate) addresses: Vec<Loaded>,
    pub(crate) divisions: Vec<Loaded>,
}

impl Source {
    /// Everything on that day. `origin` names the views of the sketch; without one the south-west corner of the cells is taken.
    pub(crate) fn build(&self, origin: Option<Point>, today: Date) -> Known {
        let titles: BTreeMap<String, String> = self
            .divisions
            .iter()
            .filter_map(|it| Some((it.text("code")?.to_owned(), it.text("title")?.to_owned())))
            .collect();
        let cells = CellIndex::build(self.cells.iter().filter(|it| in_force(it, today)).filter_map(cell).collect());
        let grounds: Vec<Ground> = self.boundaries.iter().filter_map(ground).collect();
        let streets: Vec<(StreetLine, StreetWidth)> = self.streets.iter().filter_map(street).collect();
        let prefixes: Vec<&str> = titles
            .iter()
            .filter(|(code, _)| code.len() <= COUNTY_DIGITS)
            .map(|(_, title)| title.as_str())
            .collect();
        let origin = origin
            .or_else(|| Known::extent(&cells).map(BBox::low))
            .unwrap_or(Point::clamped(0, 0));
        let drawn = streets.iter().map(|(it, width)| Street {
            name: it.name.clone(),
            line: it.line.clone(),
            width: *width,
        });
        let sketch = Sketch::build(origin, drawn.collect(), communities(&cells, &titles));
        let addresses = self.addresses.iter().filter_map(address).collect();
        let geocoder = Geocoder::build(addresses, streets.into_iter().map(|it| it.0).collect(), &prefixes);
        Known {
            cells,
            grounds,
            titles,
            sketch: sketch.into(),
            geocoder,
        }
    }
}

fn in_force(record: &Loaded, today: Date) -> bool {
    !matches!(record.value("valid_until"), FieldValue::Date(it) if *it < today)
}

fn cell(record: &Loaded) -> Option<Cell> {
    Some(Cell {
        code: record.text("code")?.to_owned(),
        division: record.text("division")?.to_owned(),
        duty_grid: record.text("duty_grid").unwrap_or_default().to_owned(),
        area: area(record)?,
    })
}

fn ground(record: &Loaded) -> Option<Ground> {
    Some(Ground {
        division: record.text("division")?.to_owned(),
        area: area(record)?,
    })
}

fn area(record: &Loaded) -> Option<Area> {
    let FieldValue::Area(json) = record.value("area") else {
        return None;
    };
    match parse_area(json, "area", &Limits::default()) {
        Ok(it) => Some(it),
        Err(faults) => {
            tracing::warn!(register = %record.register.name, record.id = %record.id, faults = ?faults, "An area cannot be used");
            None
        }
    }
}

fn street(record: &Loaded) -> Option<(StreetLine, StreetWidth)> {
    let FieldValue::Json(json) = record.value("line") else {
        return None;
    };
    let line: Vec<Point> = json.get("coordinates")?.as_array()?.iter().filter_map(position).collect();
    let aliases = record.text("aliases").unwrap_or_default();
    let width = if *record.value("rank") == FieldValue::Int(1) {
        StreetWidth::Main
    } else {
        StreetWidth::Side
    };
    let street = StreetLine {
        id: record.id.clone(),
        name: record.text("title")?.to_owned(),
        aliases: aliases
            .split('、')
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect(),
        line,
    };
    Some((street, width))
}

fn position(json: &Json) -> Option<Point> {
    match json.as_array()?.as_slice() {
        [lon, lat, ..] => Point::from_degrees(lon.as_f64()?, lat.as_f64()?),
        _ => None,
    }
}

fn address(record: &Loaded) -> Option<Address> {
    let FieldValue::Point { lon, lat } = record.value("location") else {
        return None;
    };
    Some(Address {
        id: record.id.clone(),
        text: record.text("text")?.to_owned(),
        street: record.text("street").unwrap_or_default().to_owned(),
        community: record.text("division").unwrap_or_default().to_owned(),
        at: Point::new(*lon, *lat)?,
    })
}

/// Each community's name in the middle of its cells.
fn communities(cells: &CellIndex, titles: &BTreeMap<String, String>) -> Vec<Community> {
    let mut boxes: BTreeMap<&str, BBox> = BTreeMap::new();
    for cell in cells.cells().iter().filter(|it| it.division.len() == COMMUNITY_DIGITS) {
        let mine = cell.area.bbox();
        boxes
            .entry(&cell.division)
            .and_modify(|it| *it = it.join(mine))
            .or_insert(mine);
    }
    let named = |(code, bbox): (&str, BBox)| {
        Some(Community {
            name: titles.get(code)?.clone(),
            at: bbox.center(),
        })
    };
    boxes.into_iter().filter_map(named).collect()
}

//! The town as drawn: addresses along its streets, components with their owners. Nothing is written here.

mod components;

use std::collections::BTreeMap;

use yiwang_process::Processes;
use yiwang_types::Fault;

use crate::file::{DemoFile, Street, Variant};
use crate::ground::{CellAt, Ground, Spot, along, float, length, whole};

/// Everything that stands in the town.
pub(crate) struct Town<'a> {
    pub file: &'a DemoFile,
    pub ground: Ground<'a>,
    pub variant: Variant,
    pub addresses: Vec<Address>,
    pub components: Vec<Component>,
    /// Titles of classes by code.
    pub classes: BTreeMap<String, String>,
    /// Titles of divisions by code.
    pub divisions: BTreeMap<String, String>,
}

/// A house number.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub street: String,
    pub number: i64,
    pub spot: Spot,
    pub cell: CellAt,
}

/// A thing of the city.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub code: String,
    pub class: String,
    pub spot: Spot,
    pub fields: serde_json::Map<String, serde_json::Value>,
}

impl Address {
    pub(crate) fn text(&self) -> String {
        format!("{}{}号", self.street, self.number)
    }
}

impl<'a> Town<'a> {
    /// Draws a variant of the file.
    pub(crate) fn draw(file: &'a DemoFile, variant: &str, seed: u64, processes: &Processes) -> Result<Town<'a>, Fault> {
        let variant = *file
            .variants
            .get(variant)
            .ok_or_else(|| Fault::internal(format!("demo.yaml has no variant {variant}")))?;
        let ground = Ground::new(&file.geometry, variant.scale);
        let model = processes.records().model();
        let dictionary = model.dictionaries.get("urban_class");
        let entries = dictionary.iter().flat_map(|it| &it.entries);
        let seeds = model
            .seeds
            .iter()
            .filter(|it| it.register == "division")
            .flat_map(|it| &it.records);
        let title = |it: &serde_json::Map<String, serde_json::Value>| {
            Some((it.get("code")?.as_str()?.to_owned(), it.get("title")?.as_str()?.to_owned()))
        };
        let mut town = Town {
            file,
            ground,
            variant,
            addresses: addresses(&ground),
            components: Vec::new(),
            classes: entries.map(|it| (it.code.clone(), it.title.clone())).collect(),
            divisions: seeds.filter_map(title).collect(),
        };
        town.components = components::draw(&town, seed);
        Ok(town)
    }

    /// The nearest house.
    pub(crate) fn nearest_address(&self, spot: Spot) -> Option<&Address> {
        self.addresses
            .iter()
            .min_by(|a, b| self.ground.metres(a.spot, spot).total_cmp(&self.ground.metres(b.spot, spot)))
    }

    /// The nearest component of a class.
    pub(crate) fn nearest_component(&self, class: &str, spot: Spot) -> Option<&Component> {
        let all = self.components.iter().filter(|it| it.class == class);
        all.min_by(|a, b| self.ground.metres(a.spot, spot).total_cmp(&self.ground.metres(b.spot, spot)))
    }

    /// Digits of the county in front of every code.
    pub(crate) fn county(&self) -> &str {
        self.file
            .geometry
            .communities
            .first()
            .and_then(|it| it.code.get(..6))
            .unwrap_or_default()
    }
}

/// Odd numbers on the north or west side, even ones opposite, each from the street's first point.
fn addresses(ground: &Ground<'_>) -> Vec<Address> {
    let rule = &ground.geometry.addresses;
    let mut all = Vec::new();
    for street in &ground.geometry.streets {
        for (at, (spot, direction)) in stations(ground, street, rule.step).into_iter().enumerate() {
            let pair = i64::try_from(at).unwrap_or(0) * 2;
            for (number, side) in [(pair + 1, Side::First), (pair + 2, Side::Second)] {
                let spot = beside(ground, spot, direction, rule.offset, side);
                if let Some(cell) = ground.cell_at(spot) {
                    all.push(Address {
                        street: street.name.clone(),
                        number,
                        spot,
                        cell,
                    });
                }
            }
        }
    }
    all
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// North or west.
    First,
    /// South or east.
    Second,
}

/// Spots every so many metres along a street with the direction there.
fn stations(ground: &Ground<'_>, street: &Street, step: f64) -> Vec<(Spot, Spot)> {
    let metre = 1.0 / mean(ground.unit);
    let count = whole((length(&street.line) / (step * metre)).floor());
    (0..count)
        .filter_map(|at| along(&street.line, (float(at) + 0.5) * step * metre))
        .collect()
}

/// A spot so many metres beside the axis.
pub(crate) fn beside(ground: &Ground<'_>, spot: Spot, direction: Spot, metres: f64, side: Side) -> Spot {
    let [east, south] = ground.unit;
    let mut normal = [direction[1], -direction[0]];
    if (normal[0] + normal[1] < 0.0) != (side == Side::First) {
        normal = normal.map(|it| -it);
    }
    [spot[0] + normal[0] * metres / east, spot[1] + normal[1] * metres / south]
}

pub(crate) fn mean([a, b]: [f64; 2]) -> f64 {
    f64::midpoint(a, b)
}

//! Where the components stand and whose they are.

use serde_json::{Map, Value as Json, json};
use yiwang_types::Date;

use super::{Component, Side, Town, beside, mean};
use crate::draw::Draw;
use crate::file::{ComponentClass, Where};
use crate::ground::{Spot, along, float, length};

/// Nothing stands nearer to the edge of the town than this, in base units.
const EDGE: f64 = 0.02;
/// Metres by which things stand out of line.
const JITTER: f64 = 5.0;

/// All components; with factor n every class has n times its count.
pub(super) fn draw(town: &Town<'_>, seed: u64) -> Vec<Component> {
    let mut all = Vec::with_capacity(town.variant.components);
    for class in &town.file.components.classes {
        let count = class.count * town.variant.factor;
        for at in 0..count {
            let mut draw = Draw::of(seed, &class.class, at);
            let spot = clamped(town, place(town, class, at, count, &mut draw));
            all.push(component(town, class, at, spot, &mut draw));
        }
    }
    all
}

fn component(town: &Town<'_>, class: &ComponentClass, at: usize, spot: Spot, draw: &mut Draw) -> Component {
    let code = format!("{}{}{:06}", town.county(), class.class.trim_start_matches('C'), at + 1);
    let title = town.classes.get(&class.class).map_or(class.class.as_str(), String::as_str);
    let mut fields = Map::new();
    let mut put = |name: &str, value: Json| drop(fields.insert(name.to_owned(), value));
    put("code", json!(code));
    put("title", json!(title));
    put("class", json!(class.class));
    put("location", town.ground.location(spot));
    if let Some(cell) = town.ground.cell_at(spot) {
        put("cell", json!(cell.code));
    }
    if let Some(near) = town.nearest_address(spot) {
        put("address", json!(format!("{}附近", near.text())));
    }
    let orphan = class.class.starts_with("C01") && title.contains("井盖") && draw.chance(town.file.components.without_owner);
    let whose = [
        ("supervisor", &class.supervisor, true),
        ("owner", &class.owner, !orphan),
        ("keeper", &class.keeper, !orphan),
    ];
    for (name, unit, known) in whose {
        if let Some(unit) = unit.as_ref().filter(|_| known) {
            put(name, json!(unit));
        }
    }
    let states: Vec<(&String, &f64)> = town.file.components.states.iter().collect();
    if let Some((state, _)) = states.get(draw.weighted(states.iter().map(|it| *it.1))) {
        put("state", json!(state));
    }
    if let Some(day) = initial_date(town, draw) {
        put("initial_date", json!(day.to_string()));
    }
    Component {
        code,
        class: class.class.clone(),
        spot,
        fields,
    }
}

fn initial_date(town: &Town<'_>, draw: &mut Draw) -> Option<Date> {
    let dates = &town.file.components.initial_dates;
    let (from, until) = (Date::parse(&dates.from)?, Date::parse(&dates.until)?);
    let days = usize::try_from(until.days() - from.days()).ok()?;
    Some(from.plus_days(i32::try_from(draw.below(days)).ok()?))
}

fn place(town: &Town<'_>, class: &ComponentClass, at: usize, count: usize, draw: &mut Draw) -> Spot {
    let geometry = town.ground.geometry;
    match class.place {
        Where::Along => along_streets(town, class, at, count, draw),
        Where::Crossing => {
            let crossings = crossings(town);
            let near = crossings.get(at % crossings.len().max(1)).copied().unwrap_or([10.0, 7.0]);
            jittered(town, near, 20.0, draw)
        }
        Where::River => {
            let far = (float(i64::try_from(at).unwrap_or(0)) + draw.unit()) / float(i64::try_from(count.max(1)).unwrap_or(1));
            along(&geometry.river.line, far * length(&geometry.river.line)).map_or([10.0, 15.5], |it| it.0)
        }
        Where::Park => match geometry.parks.get(at % geometry.parks.len().max(1)) {
            Some(park) => [
                park.rect[0] + draw.unit() * park.rect[2],
                park.rect[1] + draw.unit() * park.rect[3],
            ],
            None => [10.0, 10.0],
        },
        Where::Block => {
            let side = 1.0 / float(town.ground.scale);
            let cell = |draw: &mut Draw| (draw.between(0.0, 20.0) / side).floor() * side;
            let corner = [cell(draw), cell(draw)];
            corner.map(|it| it + side * draw.between(0.1, 0.9))
        }
    }
}

/// Spread evenly over all streets of the class's ranks, on both sides in turn, at the edge of the roadway.
fn along_streets(town: &Town<'_>, class: &ComponentClass, at: usize, count: usize, draw: &mut Draw) -> Spot {
    let streets: Vec<_> = town
        .ground
        .geometry
        .streets
        .iter()
        .filter(|it| class.ranks.contains(&it.rank))
        .collect();
    let whole: f64 = streets.iter().map(|it| length(&it.line)).sum();
    let step = whole / float(i64::try_from(count.max(1)).unwrap_or(1));
    let mut far = (float(i64::try_from(at).unwrap_or(0)) + 0.5) * step;
    for street in streets {
        let here = length(&street.line);
        if far <= here
            && let Some((spot, direction)) = along(&street.line, far)
        {
            let side = if at.is_multiple_of(2) { Side::First } else { Side::Second };
            let spot = beside(&town.ground, spot, direction, f64::from(street.width) / 2.0 - 2.0, side);
            return jittered(town, spot, JITTER, draw);
        }
        far -= here;
    }
    [10.0, 7.0]
}

fn jittered(town: &Town<'_>, spot: Spot, metres: f64, draw: &mut Draw) -> Spot {
    let unit = mean(town.ground.unit);
    spot.map(|it| it + draw.between(-metres, metres) / unit)
}

/// Inside the town.
fn clamped(town: &Town<'_>, spot: Spot) -> Spot {
    let far = |at: usize| {
        let ends = town
            .ground
            .geometry
            .communities
            .iter()
            .filter_map(|it| Some(it.rect.get(at)? + it.rect.get(at + 2)?));
        float(ends.max().unwrap_or(0)) - EDGE
    };
    [spot[0].clamp(EDGE, far(0)), spot[1].clamp(EDGE, far(1))]
}

/// Where two streets of the first two ranks meet.
fn crossings(town: &Town<'_>) -> Vec<Spot> {
    let streets: Vec<_> = town.ground.geometry.streets.iter().filter(|it| it.rank <= 2).collect();
    let mut found = Vec::new();
    for (at, one) in streets.iter().enumerate() {
        for other in streets.iter().skip(at + 1) {
            for a in one.line.iter().zip(one.line.iter().skip(1)) {
                found.extend(other.line.iter().zip(other.line.iter().skip(1)).filter_map(|b| meeting(a, b)));
            }
        }
    }
    found
}

/// The point two pieces share.
fn meeting(a: (&Spot, &Spot), b: (&Spot, &Spot)) -> Option<Spot> {
    let way = |it: (&Spot, &Spot)| [it.1[0] - it.0[0], it.1[1] - it.0[1]];
    let (u, v) = (way(a), way(b));
    let cross = u[0] * v[1] - u[1] * v[0];
    let between = [b.0[0] - a.0[0], b.0[1] - a.0[1]];
    let s = (between[0] * v[1] - between[1] * v[0]) / cross;
    let t = (between[0] * u[1] - between[1] * u[0]) / cross;
    let inside = |it: f64| (0.0..=1.0).contains(&it);
    (inside(s) && inside(t)).then(|| [a.0[0] + u[0] * s, a.0[1] + u[1] * s])
}

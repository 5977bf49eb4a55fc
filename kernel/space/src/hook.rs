//! Cell, division and responsibility grid follow from the point, for every register that declares `place`.

use std::sync::Arc;

use yiwang_model::{FieldValue, Place};
use yiwang_records::{Draft, Hook, HookContext};
use yiwang_types::{Code, Fault, FieldFault};

use crate::Point;
use crate::known::{CellName, Known, Whereabouts};
use crate::space::{Places, Space};

/// Fills the fields of `place` when the point is set; refuses what lies outside; asks at a border. Without any ground in the database it does
/// nothing, so that an installation can begin before its survey is loaded.
pub struct PlaceHook(Places);

impl PlaceHook {
    /// Asks what this space knows, also after it has refreshed.
    pub fn new(space: &Space) -> PlaceHook {
        PlaceHook(space.places().clone())
    }
}

impl Hook for PlaceHook {
    fn name(&self) -> &'static str {
        "place"
    }

    fn before_save(&self, draft: &mut Draft, _: &HookContext<'_>, faults: &mut Vec<FieldFault>) -> Result<(), Fault> {
        let register = Arc::clone(draft.register());
        let Some(place) = &register.place else { return Ok(()) };
        let known = self.0.known();
        let moved = changed(draft, &place.point);
        let named = place
            .cell
            .as_deref()
            .filter(|it| changed(draft, it))
            .and_then(|it| draft.value(it).as_text().map(str::to_owned));
        if known.is_empty() || !moved && named.is_none() {
            return Ok(());
        }
        match *draft.value(&place.point) {
            FieldValue::Point { lon, lat } => settle(draft, place, &known, Point::clamped(lon, lat), named.as_deref(), faults),
            _ => without_point(draft, place, &known, named.as_deref(), faults),
        }
    }
}

fn changed(draft: &Draft, field: &str) -> bool {
    draft.before().map_or(!draft.value(field).is_empty(), |before| {
        before.value(field) != draft.value(field)
    })
}

fn settle(
    draft: &mut Draft,
    place: &Place,
    known: &Known,
    at: Point,
    named: Option<&str>,
    faults: &mut Vec<FieldFault>,
) -> Result<(), Fault> {
    match known.locate(at) {
        Whereabouts::Unknown => Ok(()),
        Whereabouts::Outside { nearest } => Err(outside(place, nearest)),
        Whereabouts::Division { code, .. } => {
            if let (Some(field), Some(_)) = (&place.cell, named) {
                faults.push(FieldFault::new(
                    field.as_str(),
                    "place",
                    "这个位置还没有划单元网格",
                    "去掉单元网格,或者重新选位置",
                ));
                return Ok(());
            }
            fill(draft, place, None, Some(&code))
        }
        Whereabouts::Cell { cell, near } => {
            let choices: Vec<CellName> = std::iter::once(cell).chain(near.into_iter().map(|it| it.0)).collect();
            choose(draft, place, known, at, &choices, named, faults)
        }
    }
}

/// The cell that was named, if it may be; else the only one; else the question.
fn choose(
    draft: &mut Draft,
    place: &Place,
    known: &Known,
    at: Point,
    choices: &[CellName],
    named: Option<&str>,
    faults: &mut Vec<FieldFault>,
) -> Result<(), Fault> {
    let Some(field) = &place.cell else {
        return fill(draft, place, choices.first(), None);
    };
    // An answer given before stays the answer while the point moves along the same border.
    let answer = draft.value(field).as_text().map(str::to_owned);
    let alike = |it: &CellName, code: &str| {
        known
            .cell(code)
            .is_some_and(|named| named.division == it.division && named.duty_grid == it.duty_grid)
    };
    let near = |code: &str| {
        known
            .nearby(at, crate::cells::BORDER_METRES)
            .iter()
            .any(|(it, _)| it.code == code)
    };
    let chosen = answer
        .as_deref()
        .filter(|code| near(code) && choices.iter().any(|it| alike(it, code)))
        .and_then(|code| known.cell(code));
    match (chosen, named, choices) {
        // A neighbour of the same responsibility is no question, so the point decides between those two.
        (Some(it), _, [only]) if it.code != only.code && named.is_none() => fill(draft, place, Some(only), None),
        (Some(it), ..) => fill(draft, place, Some(&it), None),
        (None, Some(_), _) => {
            let list = choices.iter().map(|it| it.code.as_str()).collect::<Vec<_>>().join("、");
            faults.push(FieldFault::new(
                field.as_str(),
                "place",
                "单元网格与位置不符",
                format!("改为 {list},或者不填,由位置得出"),
            ));
            Ok(())
        }
        // Where two responsibility grids of one community meet, the point itself says which; only a community is worth a question.
        (None, None, [first, others @ ..]) if others.iter().all(|it| it.division == first.division) => {
            fill(draft, place, Some(first), None)
        }
        (None, None, _) => Err(on_border(field, choices)),
    }
}

/// The point was taken away, or a cell was named where there is none.
fn without_point(
    draft: &mut Draft,
    place: &Place,
    known: &Known,
    named: Option<&str>,
    faults: &mut Vec<FieldFault>,
) -> Result<(), Fault> {
    let Some(code) = named else {
        return fill(draft, place, None, None);
    };
    match (known.cell(code), &place.cell) {
        (None, Some(field)) => {
            faults.push(FieldFault::new(
                field.as_str(),
                "place",
                format!("没有单元网格 {code}"),
                "核对 15 位代码,或者在地图上选位置",
            ));
            Ok(())
        }
        (cell, _) => fill(draft, place, cell.as_ref(), None),
    }
}

fn fill(draft: &mut Draft, place: &Place, cell: Option<&CellName>, division: Option<&str>) -> Result<(), Fault> {
    let value = |it: Option<&str>| {
        it.filter(|it| !it.is_empty())
            .map_or(FieldValue::Null, |it| FieldValue::Text(it.to_owned()))
    };
    let parts = [
        (&place.cell, cell.map(|it| it.code.as_str())),
        (&place.division, cell.map(|it| it.division.as_str()).or(division)),
        (&place.duty_grid, cell.map(|it| it.duty_grid.as_str())),
    ];
    for (field, text) in parts {
        if let Some(field) = field {
            draft.set(field, value(text))?;
        }
    }
    Ok(())
}

fn outside(place: &Place, nearest: Option<(String, f64)>) -> Fault {
    let near = nearest
        .map(|(name, metres)| format!(";最近的是{name},相距{}", distance(metres)))
        .unwrap_or_default();
    let remedy = "在本县范围内重新选位置;外县的事请向当地反映";
    let fields = vec![FieldFault::new(
        place.point.as_str(),
        "place-outside",
        format!("这个位置不在本县范围{near}"),
        remedy,
    )];
    Fault {
        fields,
        ..Fault::new(Code::PlaceOutside, format!("这个位置不在本县范围{near}。请重新选位置。"))
    }
}

/// Every choice is a fault of the cell field: its rule is `choose:CODE`, its message the names.
fn on_border(field: &str, choices: &[CellName]) -> Fault {
    let list = choices
        .iter()
        .map(|it| format!("{}({})", it.words(), it.code))
        .collect::<Vec<_>>()
        .join(",还是");
    let choice = |it: &CellName| {
        FieldFault::new(
            field,
            format!("choose:{}", it.code),
            it.words(),
            format!("单元网格填 {}", it.code),
        )
    };
    let fields = choices.iter().map(choice).collect();
    Fault {
        fields,
        ..Fault::new(Code::PlaceOnBorder, format!("位置在边界上,请确认属于{list}。"))
    }
}

/// Metres in words, rounded as people say them.
fn distance(metres: f64) -> String {
    match crate::float::round(metres) {
        it @ ..=999 => format!("约 {it} 米"),
        it => format!("约 {} 公里", (it + 500) / 1000),
    }
}

//! Field values to physical columns and back.

use serde_json::Value as Json;
use yiwang_model::{Field, FieldType, FieldValue};
use yiwang_store::Value;
use yiwang_types::{Date, Fault, Instant};

use crate::keys::{KeyRing, Sealed};
use crate::tables;

/// The name under which a sensitive value is hashed: equal values of one kind are found across registers.
pub(crate) fn kind_of(field: &Field) -> &'static str {
    match field.ty {
        FieldType::Phone => "phone",
        FieldType::PersonName => "person_name",
        FieldType::CitizenId => "citizen_id",
        FieldType::Uscc => "uscc",
        _ => "text",
    }
}

/// The place a sealed value belongs to.
pub(crate) fn place_of(register: &str, field: &Field) -> String {
    format!("{register}.{}", field.name)
}

/// The column names of a field.
pub(crate) fn names(field: &Field) -> Vec<String> {
    tables::physical(&field.ty, field.sensitive.is_some())
        .iter()
        .map(|(suffix, _)| format!("{}{suffix}", field.name))
        .collect()
}

/// The physical values of a field, in the order of [`names`].
pub(crate) fn encode(field: &Field, value: &FieldValue, sealed: Option<&Sealed>) -> Vec<Value> {
    if field.sensitive.is_some() {
        return match sealed {
            Some(it) => vec![Value::Bytes(it.bytes.clone()), Value::Bytes(it.hash.clone())],
            None => vec![Value::Null, Value::Null],
        };
    }
    match (&field.ty, value) {
        (FieldType::Point, FieldValue::Point { lon, lat }) => vec![Value::Int(*lon), Value::Int(*lat)],
        (FieldType::Point, _) => vec![Value::Null, Value::Null],
        (FieldType::Area, FieldValue::Area(geometry)) => {
            let mut all = vec![Value::from(geometry.to_string())];
            let (x0, y0, x1, y1) = bounds(geometry);
            all.extend([x0, y0, x1, y1].map(Value::Int));
            all
        }
        (FieldType::Area, _) => vec![Value::Null; 5],
        (_, value) => vec![single(value)],
    }
}

fn single(value: &FieldValue) -> Value {
    match value {
        FieldValue::Null | FieldValue::Point { .. } => Value::Null,
        FieldValue::Bool(it) => Value::Int(i64::from(*it)),
        FieldValue::Int(it) | FieldValue::Scaled(it, _) => Value::Int(*it),
        FieldValue::Text(it) => Value::from(it.as_str()),
        FieldValue::Date(it) => Value::Int(i64::from(it.days())),
        FieldValue::DateTime(it) => Value::Int(it.millis()),
        FieldValue::List(it) => Value::from(Json::from(it.clone()).to_string()),
        FieldValue::Area(it) | FieldValue::Json(it) => Value::from(it.to_string()),
    }
}

/// Reads the columns of a field back. Sealed values are opened.
pub(crate) fn decode(register: &str, field: &Field, columns: &[Value], keys: &KeyRing) -> Result<FieldValue, Fault> {
    let broken = || Fault::internal(format!("{register}.{}: stored value has an unexpected type", field.name));
    let first = columns.first().unwrap_or(&Value::Null);
    if matches!(first, Value::Null) {
        return Ok(FieldValue::Null);
    }
    if field.sensitive.is_some() {
        let bytes = first.as_bytes().ok_or_else(broken)?;
        return keys.open(&place_of(register, field), bytes).map(FieldValue::Text);
    }
    let int = || first.as_int().ok_or_else(broken);
    let text = || first.as_text().ok_or_else(broken);
    let json = || serde_json::from_str::<Json>(text()?).map_err(|_| broken());
    Ok(match &field.ty {
        FieldType::Point => FieldValue::Point {
            lon: int()?,
            lat: columns.get(1).and_then(Value::as_int).ok_or_else(broken)?,
        },
        FieldType::Integer => FieldValue::Int(int()?),
        FieldType::Decimal => FieldValue::Scaled(int()?, field.scale),
        FieldType::Money => FieldValue::Scaled(int()?, 2),
        FieldType::Boolean => FieldValue::Bool(int()? != 0),
        FieldType::Date => FieldValue::Date(Date::from_days(i32::try_from(int()?).map_err(|_| broken())?)),
        FieldType::DateTime => FieldValue::DateTime(Instant::from_millis(int()?)),
        FieldType::Area => FieldValue::Area(json()?),
        FieldType::Json => FieldValue::Json(json()?),
        FieldType::Files => list(&json()?),
        _ if field.many => list(&json()?),
        _ => FieldValue::Text(text()?.to_owned()),
    })
}

fn list(json: &Json) -> FieldValue {
    let items = json.as_array().map(Vec::as_slice).unwrap_or_default();
    FieldValue::List(items.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect())
}

/// Bounding box of a GeoJSON geometry in 1e-7 degree, rounded outwards.
fn bounds(geometry: &Json) -> (i64, i64, i64, i64) {
    let mut all = (i64::MAX, i64::MAX, i64::MIN, i64::MIN);
    if let Some(coordinates) = geometry.get("coordinates") {
        widen(coordinates, &mut all);
    }
    all
}

fn widen(node: &Json, all: &mut (i64, i64, i64, i64)) {
    let Some(items) = node.as_array() else { return };
    if let [x, y, ..] = items.as_slice()
        && let (Some(x), Some(y)) = (scaled(x), scaled(y))
    {
        *all = (all.0.min(x), all.1.min(y), all.2.max(x), all.3.max(y));
        return;
    }
    items.iter().for_each(|it| widen(it, all));
}

/// A JSON number of degrees as an integer of 1e-7 degree, read from its text so that no binary fraction comes in between.
pub(crate) fn scaled(number: &Json) -> Option<i64> {
    let text = number.as_number()?.to_string();
    yiwang_types::Decimal::parse(&text)?
        .round(7, yiwang_types::Rounding::HalfUp)?
        .to_scaled(7)
}

//! Values of fields, normalised.

use serde_json::{Map, Value as Json, json};
use yiwang_feel::{Context, DateTime, Value};
use yiwang_types::{Date, Decimal, Instant, Offset};

/// The value of a field in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum FieldValue {
    /// No value.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number times ten to the scale: `Scaled(1250, 2)` is 12.50. Money is scaled by 2.
    Scaled(i64, u32),
    /// Text of every text-like type, a code, an id.
    Text(String),
    /// A day.
    Date(Date),
    /// A moment.
    DateTime(Instant),
    /// A position, CGCS2000, in 1e-7 degrees.
    Point {
        /// Longitude.
        lon: i64,
        /// Latitude.
        lat: i64,
    },
    /// Codes, ids.
    List(Vec<String>),
    /// GeoJSON Polygon or MultiPolygon, CGCS2000.
    Area(Json),
    /// Anything.
    Json(Json),
}

impl FieldValue {
    /// Whether there is no value: null, an empty text, an empty list.
    pub fn is_empty(&self) -> bool {
        match self {
            FieldValue::Null => true,
            FieldValue::Text(it) => it.is_empty(),
            FieldValue::List(it) => it.is_empty(),
            _ => false,
        }
    }

    /// The text of a text-like value.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            FieldValue::Text(it) => Some(it),
            _ => None,
        }
    }

    /// As the API writes it; moments with the offset of the place.
    pub fn to_json(&self, offset: Offset) -> Json {
        match self {
            FieldValue::Null => Json::Null,
            FieldValue::Bool(it) => Json::Bool(*it),
            FieldValue::Int(it) => Json::from(*it),
            FieldValue::Scaled(value, scale) => Json::from(scaled_text(*value, *scale)),
            FieldValue::Text(it) => Json::from(it.as_str()),
            FieldValue::Date(it) => Json::from(it.to_string()),
            FieldValue::DateTime(it) => Json::from(it.to_rfc3339(offset)),
            FieldValue::Point { lon, lat } => json!({"lon": degrees(*lon), "lat": degrees(*lat)}),
            FieldValue::List(it) => Json::from(it.as_slice()),
            FieldValue::Area(it) | FieldValue::Json(it) => it.clone(),
        }
    }

    /// As expressions see it; moments in the wall clock of the place.
    pub fn to_feel(&self, offset: Offset) -> Value {
        match self {
            FieldValue::Null => Value::Null,
            FieldValue::Bool(it) => Value::from(*it),
            FieldValue::Int(it) => Value::from(*it),
            FieldValue::Scaled(value, scale) => Value::from(Decimal::from_scaled(*value, *scale)),
            FieldValue::Text(it) => Value::from(it.as_str()),
            FieldValue::Date(it) => Value::from(*it),
            FieldValue::DateTime(it) => Value::from(DateTime::from_instant(*it, offset)),
            FieldValue::Point { lon, lat } => {
                let part = |it: i64| Value::from(Decimal::from_scaled(it, POINT_SCALE));
                Value::from([("lon", part(*lon)), ("lat", part(*lat))].into_iter().collect::<Context>())
            }
            FieldValue::List(it) => Value::from(it.iter().map(|it| Value::from(it.as_str())).collect::<Vec<_>>()),
            FieldValue::Area(it) | FieldValue::Json(it) => Value::from_json(it),
        }
    }
}

/// Decimals of a degree in a stored position.
pub const POINT_SCALE: u32 = 7;

/// A scaled number with all its decimals: `12.50`.
pub fn scaled_text(value: i64, scale: u32) -> String {
    let width = usize::try_from(scale).unwrap_or(0) + 1;
    let digits = format!("{:0width$}", value.unsigned_abs());
    let (whole, part) = digits.split_at(digits.len() + 1 - width);
    let sign = if value < 0 { "-" } else { "" };
    if scale == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

/// Degrees as a JSON number; the nearest float of at most seven decimals is exact to the stored value when read back.
fn degrees(value: i64) -> Json {
    scaled_text(value, POINT_SCALE).parse::<f64>().map_or(Json::Null, Json::from)
}

/// The values of a record as a JSON object.
pub fn values_to_json<'a>(values: impl IntoIterator<Item = (&'a String, &'a FieldValue)>, offset: Offset) -> Map<String, Json> {
    values
        .into_iter()
        .map(|(name, it)| (name.clone(), it.to_json(offset)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_scaled_numbers_in_full() {
        for (value, scale, expected) in [
            (1250, 2, "12.50"),
            (-5, 2, "-0.05"),
            (0, 2, "0.00"),
            (7, 0, "7"),
            (i64::MIN, 2, "-92233720368547758.08"),
        ] {
            assert_eq!(scaled_text(value, scale), expected);
        }
    }

    #[test]
    fn converts_both_ways_out() {
        let point = FieldValue::Point {
            lon: 1_200_000_001,
            lat: 300_000_000,
        };
        assert_eq!(point.to_json(Offset::CHINA), json!({"lon": 120.0000001, "lat": 30.0}));
        let moment = FieldValue::DateTime(Instant::parse("2026-10-09T08:30:00Z").expect("instant"));
        assert_eq!(moment.to_json(Offset::CHINA), json!("2026-10-09T16:30:00+08:00"));
        assert_eq!(
            FieldValue::Scaled(1250, 2).to_feel(Offset::CHINA).as_number(),
            Decimal::parse("12.5")
        );
    }
}

//! Surfaces: GeoJSON Polygon and MultiPolygon.

use serde_json::{Value as Json, json};

use super::normalise::{Problem, wrong_type};
use super::numbers::position;
use crate::value::FieldValue;

/// Most corners of one surface.
const MAX_CORNERS: usize = 20_000;

/// Checks that rings are closed and inside the ranges. Crossing rings are left to `kernel/space`, which keeps the input.
pub(super) fn area(json: &Json) -> Result<FieldValue, Problem> {
    let kind = json.get("type").and_then(Json::as_str);
    let coordinates = json.get("coordinates").and_then(Json::as_array);
    let (Some(kind), Some(parts)) = (kind, coordinates) else {
        return Err(not_area());
    };
    let mut corners = 0;
    match kind {
        "Polygon" => polygon(parts, &mut corners)?,
        "MultiPolygon" if !parts.is_empty() => {
            for it in parts {
                polygon(it.as_array().ok_or_else(not_area)?, &mut corners)?;
            }
        }
        _ => return Err(not_area()),
    }
    Ok(FieldValue::Area(json!({"type": kind, "coordinates": parts})))
}

fn polygon(rings: &[Json], corners: &mut usize) -> Result<(), Problem> {
    if rings.is_empty() {
        return Err(not_area());
    }
    for ring in rings {
        let points = ring.as_array().ok_or_else(not_area)?;
        *corners += points.len();
        if *corners > MAX_CORNERS {
            return Err(Problem::new("max-length", "拐点太多", "简化边界,最多 20000 个拐点"));
        }
        for point in points {
            let Some([lon, lat]) = point.as_array().map(Vec::as_slice) else {
                return Err(not_area());
            };
            position(lon, lat)?;
        }
        if points.len() < 4 || points.first() != points.last() {
            return Err(Problem::new("format", "的边界没有闭合", "首尾要是同一点,至少三个不同的拐点"));
        }
    }
    Ok(())
}

fn not_area() -> Problem {
    wrong_type("面,GeoJSON 的 Polygon 或 MultiPolygon")
}

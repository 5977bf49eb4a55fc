//! Numbers and positions, exactly: no value passes through a float.

use serde_json::Value as Json;
use yiwang_types::text::one_line;
use yiwang_types::{Decimal, Rounding};

use super::normalise::{Problem, shown, wrong_type};
use crate::field::{Field, FieldType};
use crate::value::{FieldValue, POINT_SCALE, scaled_text};

pub(super) fn number(field: &Field, json: &Json) -> Result<FieldValue, Problem> {
    let (text, it) = decimal(json)?;
    let scaled = it
        .to_scaled(field.scale)
        .ok_or_else(|| match (it.to_scaled(9), field.scale) {
            (Some(_), 0) => Problem::new("scale", format!("应是整数,现在是 “{}”", shown(&text)), "填写整数"),
            (Some(_), scale) => Problem::new("scale", format!("最多 {scale} 位小数"), "去掉多余的小数"),
            (None, _) => Problem::new("range", "数字太大或小数太多", "检查是不是多写了数字"),
        })?;
    if let Some(min) = field.min.filter(|it| scaled < *it) {
        let limit = scaled_text(min, field.scale);
        return Err(Problem::new(
            "min",
            format!("不能小于 {limit}"),
            format!("填写 {limit} 或更大的数"),
        ));
    }
    if let Some(max) = field.max_value.filter(|it| scaled > *it) {
        let limit = scaled_text(max, field.scale);
        return Err(Problem::new(
            "max-value",
            format!("不能大于 {limit}"),
            format!("填写 {limit} 或更小的数"),
        ));
    }
    Ok(match field.ty {
        FieldType::Integer => FieldValue::Int(scaled),
        _ => FieldValue::Scaled(scaled, field.scale),
    })
}

/// `{"lon":..,"lat":..}` or GeoJSON `{"type":"Point","coordinates":[lon,lat]}`, CGCS2000.
pub(super) fn point(json: &Json) -> Result<FieldValue, Problem> {
    let parts = match json.get("coordinates").and_then(Json::as_array).map(Vec::as_slice) {
        Some([lon, lat]) => Some((lon, lat)),
        Some(_) => None,
        None => json.get("lon").zip(json.get("lat")),
    };
    let (lon, lat) = parts.ok_or_else(|| wrong_type("位置,如 {\"lon\": 119.5, \"lat\": 29.2}"))?;
    let (lon, lat) = position(lon, lat)?;
    Ok(FieldValue::Point { lon, lat })
}

/// A longitude and latitude in 1e-7 degrees, within their ranges.
pub(super) fn position(lon: &Json, lat: &Json) -> Result<(i64, i64), Problem> {
    let degrees = |it: &Json, limit: i64| -> Result<Option<i64>, Problem> {
        let rounded = decimal(it)?.1.round(7, Rounding::HalfEven);
        let scaled = rounded.and_then(|it| it.to_scaled(POINT_SCALE));
        Ok(scaled.filter(|it| it.abs() <= limit * 10_000_000))
    };
    match (degrees(lon, 180)?, degrees(lat, 90)?) {
        (Some(lon), Some(lat)) => Ok((lon, lat)),
        (Some(_), None) if degrees(lat, 180)?.is_some() => {
            Err(Problem::new("range", "纬度超出 90 度", "是不是把经度和纬度写反了?"))
        }
        _ => Err(Problem::new("range", "经纬度超出范围", "经度在 ±180 之间,纬度在 ±90 之间")),
    }
}

/// A JSON number or the text of one, with full-width digits folded.
fn decimal(json: &Json) -> Result<(String, Decimal), Problem> {
    let text = match json {
        Json::Number(it) => it.to_string(),
        Json::String(it) => one_line(it),
        _ => return Err(wrong_type("数字")),
    };
    let plain = !text.is_empty() && text.len() <= 60;
    let it = Decimal::parse(&text).filter(|_| plain);
    let problem = || Problem::new("format", format!("“{}” 不是数字", shown(&text)), "只写数字和小数点");
    it.ok_or_else(problem).map(|it| (text.clone(), it))
}

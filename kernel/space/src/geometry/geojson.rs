//! GeoJSON (RFC 7946) in and out; degrees outside, integers inside.

use serde_json::{Value, json};
use yiwang_types::FieldFault;

use crate::Point;
use crate::geometry::{Area, Flaw, Limits, Polygon, Ring};

/// Reads a GeoJSON `Polygon` or `MultiPolygon`.
///
/// # Errors
/// Every flaw as a fault of `field`: wrong type, open ring, coordinates out of range, too many vertices, crossing lines.
pub fn parse_area(value: &Value, field: &str, limits: &Limits) -> Result<Area, Vec<FieldFault>> {
    let parsed = match value.get("type").and_then(Value::as_str) {
        Some("Polygon") => rings(value.get("coordinates"), limits).map(|it| vec![it]),
        Some("MultiPolygon") => {
            list(value.get("coordinates")).and_then(|it| it.iter().map(|it| rings(Some(it), limits)).collect())
        }
        _ => Err(Flaw::new(
            "geojson-type",
            "范围要用 GeoJSON 的 Polygon 或 MultiPolygon",
            "请检查 type 的写法",
        )),
    };
    let area = parsed.map_err(|it| vec![it]).and_then(|it| Area::checked(it, limits));
    area.map_err(|flaws| flaws.iter().map(|it| it.of_field(field)).collect())
}

/// Reads `{"lon":..,"lat":..}` or a GeoJSON `Point`.
///
/// # Errors
/// A fault of `field` when it is neither or lies beyond ±180°, ±90°.
pub fn parse_point(value: &Value, field: &str) -> Result<Point, FieldFault> {
    let pair = match value.get("coordinates").and_then(Value::as_array).map(Vec::as_slice) {
        Some([lon, lat] | [lon, lat, _]) => lon.as_f64().zip(lat.as_f64()),
        Some(_) => None,
        None => value
            .get("lon")
            .and_then(Value::as_f64)
            .zip(value.get("lat").and_then(Value::as_f64)),
    };
    pair.and_then(|(lon, lat)| Point::from_degrees(lon, lat)).ok_or_else(|| {
        FieldFault::new(
            field,
            "point",
            "位置读不懂",
            "请写成 {\"lon\":119.47,\"lat\":29.21},经度在前,单位为度",
        )
    })
}

/// Writes `{"lon":..,"lat":..}` in degrees.
pub fn point_to_json(point: Point) -> Value {
    let (lon, lat) = point.degrees();
    json!({ "lon": lon, "lat": lat })
}

/// Writes a `Polygon`, or a `MultiPolygon` when there are several; rings closed, outer counter-clockwise.
pub fn area_to_geojson(area: &Area) -> Value {
    match area.polygons() {
        [only] => json!({ "type": "Polygon", "coordinates": coordinates(only) }),
        several => json!({ "type": "MultiPolygon", "coordinates": several.iter().map(coordinates).collect::<Vec<_>>() }),
    }
}

fn coordinates(polygon: &Polygon) -> Value {
    let rings = polygon.rings().map(|ring| {
        let closed = ring.iter().chain(ring.first());
        Value::Array(closed.map(|it| it.degrees()).map(|(lon, lat)| json!([lon, lat])).collect())
    });
    Value::Array(rings.collect())
}

fn list(value: Option<&Value>) -> Result<&Vec<Value>, Flaw> {
    value
        .and_then(Value::as_array)
        .ok_or_else(|| Flaw::new("geojson-coordinates", "范围的坐标不是列表", "请检查 coordinates 的写法"))
}

fn rings(value: Option<&Value>, limits: &Limits) -> Result<Vec<Ring>, Flaw> {
    list(value)?.iter().map(|it| ring(it, limits)).collect()
}

fn ring(value: &Value, limits: &Limits) -> Result<Ring, Flaw> {
    let positions = list(Some(value))?;
    if positions.len() > limits.vertices.saturating_add(1) {
        let text = format!("范围有 {} 个顶点,最多 {} 个", positions.len(), limits.vertices);
        return Err(Flaw::new("area-vertices", text, "请先简化边界再上传"));
    }
    let points = positions.iter().map(position).collect::<Result<Ring, Flaw>>()?;
    if points.len() < 4 || points.first() != points.last() {
        return Err(Flaw::new(
            "geojson-closed",
            "边界线没有闭合",
            "每条边界线至少四个点,最后一点与第一点相同",
        ));
    }
    Ok(points)
}

fn position(value: &Value) -> Result<Point, Flaw> {
    let pair = match value.as_array().map(Vec::as_slice) {
        Some([lon, lat] | [lon, lat, _]) => lon.as_f64().zip(lat.as_f64()),
        _ => None,
    };
    pair.and_then(|(lon, lat)| Point::from_degrees(lon, lat)).ok_or_else(|| {
        Flaw::new(
            "geojson-position",
            format!("坐标 {} 不对", short(value)),
            "每个点写成 [经度, 纬度],单位为度",
        )
    })
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let text = r#"{"type":"MultiPolygon","coordinates":[[[[119.1,29.1],[119.2,29.1],[119.2,29.2],[119.1,29.1]]],
            [[[119.3,29.1],[119.4,29.1],[119.4123457,29.2],[119.3,29.1]]]]}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        let area = parse_area(&value, "area", &Limits::default()).unwrap();
        assert_eq!(area_to_geojson(&area), value);
    }

    #[test]
    fn names_what_is_wrong() {
        let check = |text: &str, expected: &str| {
            let value: Value = serde_json::from_str(text).unwrap();
            let faults = parse_area(
                &value,
                "area",
                &Limits {
                    vertices: 6,
                    polygons: 2,
                },
            )
            .unwrap_err();
            assert_eq!(
                (faults[0].field.as_str(), faults[0].rule.as_str()),
                ("area", expected),
                "{text}"
            );
        };
        check("[]", "geojson-type");
        check(r#"{"type":"Point","coordinates":[1,2]}"#, "geojson-type");
        check(r#"{"type":"Polygon"}"#, "geojson-coordinates");
        check(r#"{"type":"Polygon","coordinates":[]}"#, "area-empty");
        check(
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#,
            "geojson-closed",
        );
        check(
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],["x",1],[0,0]]]}"#,
            "geojson-position",
        );
        check(
            r#"{"type":"Polygon","coordinates":[[[0,0],[190,0],[1,1],[0,0]]]}"#,
            "geojson-position",
        );
        check(
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[2,1],[2,2],[3,2],[3,3],[0,0]]]}"#,
            "area-vertices",
        );
        check(
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,0.9],[0,0]]]}"#,
            "area-self-intersection",
        );
    }

    #[test]
    fn points_come_in_two_shapes() {
        let check = |text: &str, expected: Option<(i64, i64)>| {
            let value: Value = serde_json::from_str(text).unwrap();
            let found = parse_point(&value, "location").ok().map(|it| (it.lon(), it.lat()));
            assert_eq!(found, expected, "{text}");
        };
        check(r#"{"lon":119.4612345,"lat":29.2}"#, Some((1_194_612_345, 292_000_000)));
        check(
            r#"{"type":"Point","coordinates":[119.5,29.2]}"#,
            Some((1_195_000_000, 292_000_000)),
        );
        check(r#"{"lat":29.2}"#, None);
        check(r#"{"lon":"119","lat":29.2}"#, None);
        check(r#"{"coordinates":[119.5]}"#, None);
        check(r#"{"lon":29.2,"lat":119.5}"#, None);
    }
}

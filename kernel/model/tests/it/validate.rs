use serde_json::{Map, Value as Json, json};
use yiwang_model::{FieldValue, Mode, Values, validate, validate_internal, values_to_json};
use yiwang_types::{Date, FieldFault, Offset};

use crate::apps::whole;

fn run(input: Json, mode: Mode<'_>) -> Result<Values, Vec<FieldFault>> {
    let model = whole();
    let today = Date::from_ymd(2026, 10, 9).expect("day");
    let input: Map<String, Json> = input.as_object().expect("object").clone();
    validate(
        &model.registers["upkeep_case"],
        &model.dictionaries,
        &input,
        mode,
        today,
        Offset::CHINA,
    )
}

fn rules(faults: &[FieldFault]) -> Vec<String> {
    faults.iter().map(|it| format!("{} {}", it.field, it.rule)).collect()
}

/// Each value of a field in a change, with what is stored as JSON or the rule it breaks.
#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn values_are_normalised_or_refused() {
    let existing = Values::new();
    let too_long = "长".repeat(21);
    for (field, input, expected) in [
        ("title", json!(" 井盖\n缺失１２ "), Ok(json!("井盖 缺失12"))),
        ("title", json!(too_long), Err("max-length")),
        ("title", json!(["a"]), Err("type")),
        ("title", json!("机密★5年"), Err("secret-level")),
        ("title", json!("  "), Err("required")),
        ("description", json!("一\r\n二"), Ok(json!("一\n二"))),
        ("class", json!("C0101"), Ok(json!("C0101"))),
        ("class", json!("C0102"), Err("choice")),
        ("class", json!("E0101"), Err("choice")),
        ("class", json!("E0102"), Err("choice")),
        ("class", Json::Null, Ok(Json::Null)),
        ("tags", json!(["C01", "C0101", "C01"]), Ok(json!(["C01", "C0101"]))),
        ("tags", json!("C01"), Ok(json!(["C01"]))),
        ("tags", json!(["C01", "X"]), Err("choice")),
        (
            "location",
            json!({"lon": 119.5, "lat": 29.21}),
            Ok(json!({"lon": 119.5, "lat": 29.21})),
        ),
        (
            "location",
            json!({"type": "Point", "coordinates": [119.123_456_78, 29]}),
            Ok(json!({"lon": 119.123_456_8, "lat": 29.0})),
        ),
        ("location", json!({"lon": 29.2, "lat": 119.5}), Err("range")),
        ("location", json!({"lon": 200, "lat": 100}), Err("range")),
        ("location", json!("119,29"), Err("type")),
        ("reporter_phone", json!("+86 138-0000-1234"), Ok(json!("13800001234"))),
        ("reporter_phone", json!("12"), Err("format")),
        ("contact_allowed", json!(true), Ok(json!(true))),
        ("contact_allowed", json!("yes"), Err("type")),
        ("handler", json!("D01"), Ok(json!("D01"))),
        ("handler", json!("D 01"), Err("format")),
        ("found_by", json!("not-a-uuid"), Err("format")),
        (
            "found_by",
            json!("0190B5A0-0000-7000-8000-000000000001"),
            Ok(json!("0190b5a0-0000-7000-8000-000000000001")),
        ),
        ("cost", json!("12.5"), Ok(json!("12.50"))),
        ("cost", json!(12.34), Ok(json!("12.34"))),
        ("cost", json!("１２"), Ok(json!("12.00"))),
        ("cost", json!("12.345"), Err("scale")),
        ("cost", json!("1e400"), Err("range")),
        ("cost", json!("1,000"), Err("format")),
        ("cost", json!(-1), Err("min")),
        ("cost", json!("1000.51"), Err("max-value")),
        (
            "photos",
            json!(["0190b5a0-0000-7000-8000-000000000001"]),
            Ok(json!(["0190b5a0-0000-7000-8000-000000000001"])),
        ),
        ("photos", json!(["a", "b", "c", "d"]), Err("max-count")),
        (
            "reported_at",
            json!("2026-10-09T08:30:00Z"),
            Ok(json!("2026-10-09T16:30:00+08:00")),
        ),
        (
            "reported_at",
            json!("2026-10-09T16:30"),
            Ok(json!("2026-10-09T16:30:00+08:00")),
        ),
        ("reported_at", json!("2026-10-09"), Err("format")),
        ("reported_at", json!("2026-10-09T25:30"), Err("format")),
        ("found_on", json!("20261009"), Ok(json!("2026-10-09"))),
        ("found_on", json!("2026-02-30"), Err("format")),
        ("plate", json!("AB12"), Ok(json!("AB12"))),
        ("plate", json!("xAB12"), Err("pattern")),
        ("return_count", json!(3), Err("computed")),
        ("case_number", json!("2026000001"), Err("computed")),
        ("titel", json!("x"), Err("unknown-field")),
        (
            "surface",
            json!({"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}),
            Ok(json!({"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]})),
        ),
        (
            "surface",
            json!({"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 2]]]}),
            Err("format"),
        ),
        (
            "surface",
            json!({"type": "Polygon", "coordinates": [[[1, 1], [2, 100], [2, 2], [1, 1]]]}),
            Err("range"),
        ),
        ("surface", json!({"type": "Point", "coordinates": [1, 1]}), Err("type")),
    ] {
        let mut object = Map::new();
        object.insert(field.to_owned(), input.clone());
        match (run(Json::Object(object), Mode::Update { existing: &existing }), expected) {
            (Ok(values), Ok(expected)) => {
                assert_eq!(values_to_json(&values, Offset::CHINA)[field], expected, "{field} {input}");
            }
            (Err(faults), Err(rule)) => {
                assert_eq!(rules(&faults), [format!("{field} {rule}")], "{input}");
                assert!(!faults[0].message.is_empty() && !faults[0].remedy.is_empty());
            }
            (found, expected) => panic!("{field} {input}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn all_faults_come_at_once() {
    let faults = run(
        json!({"titel": "x", "class": "C010", "cost": "viel", "found_on": "gestern", "return_count": 1}),
        Mode::Create,
    );
    let faults = faults.expect_err("invalid");
    assert_eq!(
        rules(&faults),
        [
            "class choice",
            "cost format",
            "found_on format",
            "return_count computed",
            "titel unknown-field",
            "title required"
        ]
    );
    assert_eq!(faults[0].message, "类别:没有选项 “C010”");
    assert_eq!(
        (faults[4].remedy.as_str(), faults[5].message.as_str()),
        ("是不是 `title`?", "标题没有填写")
    );
}

#[test]
fn defaults_at_creation_and_old_codes_may_stay() {
    let values = run(json!({"title": "井盖"}), Mode::Create).expect("valid");
    assert_eq!(values["contact_allowed"], FieldValue::Bool(false));
    assert_eq!(
        values["return_count"],
        FieldValue::Int(0),
        "the default of a computed field is filled in"
    );
    let existing = Values::from([
        ("title".to_owned(), FieldValue::Text("井盖".to_owned())),
        ("class".to_owned(), FieldValue::Text("E0101".to_owned())),
    ]);
    let values = run(json!({"class": "E0101"}), Mode::Update { existing: &existing }).expect("the old code may stay");
    assert_eq!(values.len(), 1, "a change fills in nothing");
    assert!(run(json!({"title": null}), Mode::Update { existing: &existing }).is_err());
}

#[test]
fn the_kernel_may_write_computed_fields() {
    let model = whole();
    let today = Date::from_ymd(2026, 10, 9).expect("day");
    let input = json!({"return_count": 2}).as_object().expect("object").clone();
    let existing = Values::new();
    let mode = Mode::Update { existing: &existing };
    let values = validate_internal(
        &model.registers["upkeep_case"],
        &model.dictionaries,
        &input,
        mode,
        today,
        Offset::CHINA,
    );
    assert_eq!(values.expect("valid")["return_count"], FieldValue::Int(2));
}

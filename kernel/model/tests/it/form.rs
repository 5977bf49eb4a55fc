use serde_json::{Value as Json, json};
use yiwang_model::{FieldValue, Values, check_rules, record_context, validate_form};
use yiwang_types::{Date, Instant, Offset};

use crate::apps::whole;

fn object(json: Json) -> serde_json::Map<String, Json> {
    json.as_object().expect("object").clone()
}

#[test]
fn a_form_gives_record_own_values_and_comment() {
    let model = whole();
    let (form, case) = (&model.forms["intake_file"], &model.registers["upkeep_case"]);
    let today = Date::from_ymd(2026, 10, 9).expect("day");
    let existing = Values::from([("title".to_owned(), FieldValue::Text("井盖缺失".to_owned()))]);
    let check = |input: Json| {
        validate_form(
            form,
            case,
            &model.dictionaries,
            &object(input),
            &existing,
            today,
            Offset::CHINA,
        )
    };
    let done = check(json!({"class": "C0101", "finding": "属实", "remark": "已电话核实"})).expect("valid");
    assert_eq!(done.record.keys().collect::<Vec<_>>(), ["class"]);
    assert_eq!(done.form.keys().collect::<Vec<_>>(), ["class", "finding", "remark"]);
    assert_eq!(done.comment, ["已电话核实"]);
    let faults = check(json!({"title": "", "clas": "C0101"})).expect_err("invalid");
    let found: Vec<(&str, &str)> = faults.iter().map(|it| (it.field.as_str(), it.rule.as_str())).collect();
    assert_eq!(
        found,
        [
            ("clas", "unknown-field"),
            ("class", "required"),
            ("title", "required"),
            ("finding", "required")
        ]
    );
    assert_eq!(faults[0].remedy, "是不是 `class`?");
}

#[test]
fn rules_see_the_record_and_fail_closed() {
    let model = whole();
    let case = &model.registers["upkeep_case"];
    let today = Date::from_ymd(2026, 10, 9).expect("day");
    let env = yiwang_feel::Env {
        now: Instant::from_millis(0),
        offset: Offset::CHINA,
    };
    let faults = |values: Values| {
        let record = record_context(case, &values, &model.dictionaries, today, Offset::CHINA);
        let context = [("record", record)].into_iter().collect();
        check_rules(&case.rules, &context, &env)
    };
    let allowed = ("contact_allowed".to_owned(), FieldValue::Bool(true));
    let phone = ("reporter_phone".to_owned(), FieldValue::Text("13800000000".to_owned()));
    assert!(faults(Values::new()).is_empty());
    assert!(faults(Values::from([allowed.clone(), phone])).is_empty());
    assert_eq!(faults(Values::from([allowed]))[0].message, "允许联系时要留电话");
    let nothing = yiwang_feel::Context::new();
    assert_eq!(
        check_rules(&model.forms["intake_file"].rules, &nothing, &env).len(),
        1,
        "null does not hold"
    );
}

#[test]
fn choices_bring_their_entry() {
    let model = whole();
    let case = &model.registers["upkeep_case"];
    let today = Date::from_ymd(2026, 10, 9).expect("day");
    let values = Values::from([("class".to_owned(), FieldValue::Text("C0101".to_owned()))]);
    let record = yiwang_feel::Value::from(record_context(case, &values, &model.dictionaries, today, Offset::CHINA));
    for (path, expected) in [
        ("class_entry.title", "上水井盖"),
        ("class_entry.values.kind", "part"),
        ("class_entry.parent", "C01"),
    ] {
        assert_eq!(record.get(path).and_then(|it| it.as_text()), Some(expected), "{path}");
    }
    assert!(record.get("title").is_some_and(yiwang_feel::Value::is_null));
}

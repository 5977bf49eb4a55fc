use yiwang_model::Mask;

use crate::apps::{CLASSES, lines, loaded};

const FILE: &str = "overlays/lanxi/registers/upkeep_case.yaml";

fn extension(rest: &str) -> String {
    format!("format: 1\nextend: upkeep_case\n{rest}")
}

#[test]
fn a_place_may_add_and_tighten() {
    let text = extension(
        "fields: [{name: street, title: 街道, type: text}]
tighten:
  - {field: title, title: 问题, max: 15}
  - {field: description, required: true}
  - {field: reporter_phone, mask: all}
  - {field: cost, min: 1, max_value: 500}
  - {field: photos, max_count: 2}
  - {field: plate, sensitive: true}
rules:
  - {when: \"record.street != '老街'\", field: street, message: 老街已改名, remedy: 写新街}
",
    )
    .replace('\'', "\\\"");
    let (model, found) = loaded(&[(FILE, &text)]);
    assert_eq!(lines(&found), Vec::<String>::new());
    let case = &model.registers["upkeep_case"];
    assert_eq!(
        case.field("title").map(|it| (it.title.as_str(), it.max)),
        Some(("问题", Some(15)))
    );
    assert!(case.field("description").is_some_and(|it| it.required) && case.field("street").is_some());
    assert_eq!(case.field("reporter_phone").and_then(|it| it.sensitive), Some(Mask::All));
    assert_eq!(case.field("plate").and_then(|it| it.sensitive), Some(Mask::All));
    assert_eq!(
        case.field("cost").map(|it| (it.min, it.max_value)),
        Some((Some(100), Some(50_000)))
    );
    assert_eq!(case.rules.len(), 2);
}

#[test]
fn a_place_may_not_weaken() {
    for (rest, expected) in [
        ("tighten: [{field: title, required: false}]", "3:36 weakened"),
        ("tighten: [{field: title, max: 30}]", "3:31 weakened"),
        ("tighten: [{field: reporter_phone, sensitive: false}]", "3:46 weakened"),
        ("tighten: [{field: reporter_phone, mask: person_name}]", "3:41 weakened"),
        ("tighten: [{field: cost, min: -1}]", "3:30 weakened"),
        ("tighten: [{field: cost, max_value: 2000}]", "3:36 weakened"),
        ("tighten: [{field: photos, max_count: 9}]", "3:38 weakened"),
        ("tighten: [{field: titel, max: 3}]", "3:19 missing-reference"),
        ("tighten: [{field: location, max: 3}]", "3:34 option-unfit"),
        (
            "fields: [{name: street, title: 街道, type: text, required: true}]",
            "3:58 not-allowed",
        ),
        ("fields: [{name: title, title: 标题, type: text}]", "3:10 duplicate"),
        ("rules: []\nremove: [title]", "4:1 unknown-key"),
        (
            "fields: [{name: x, title: 街道, type: choice, dictionary: strets}]",
            "3:57 missing-reference",
        ),
    ] {
        let (model, found) = loaded(&[(FILE, &extension(rest))]);
        assert_eq!(lines(&found), [format!("{FILE}:{expected}")], "{rest}\n{found:#?}");
        assert!(model.disabled.contains_key("overlay:lanxi") && model.registers.contains_key("upkeep_case"));
        assert_eq!(
            model.registers["upkeep_case"].field("title").map(|it| it.max),
            Some(Some(20)),
            "left as the app has it"
        );
    }
}

#[test]
fn a_place_replaces_dictionaries_and_decisions_over_its_base() {
    let base =
        "format: 1\nplace: base\nbase: true\ntitle: 底稿\ntheme: {colour: blue, size: 1}\nfooter: {host: 待填, icp: 待填}\n";
    let own = CLASSES.replace("上水井盖", "自来水井盖");
    let (model, found) = loaded(&[
        ("overlays/base/overlay.yaml", base),
        ("overlays/base/dictionaries/upkeep_class.yaml", CLASSES),
        ("overlays/lanxi/dictionaries/upkeep_class.yaml", &own),
        ("overlays/lanxi/decisions/dispatch.dmn", "<own/>"),
    ]);
    assert_eq!(lines(&found), Vec::<String>::new());
    assert_eq!(
        model.dictionaries["upkeep_class"].entry("C0101").map(|it| it.title.as_str()),
        Some("自来水井盖")
    );
    assert_eq!(&*model.decisions["dispatch"].text, "<own/>");
    let overlay = model.overlay.expect("overlay");
    assert_eq!(
        (overlay.place.as_str(), overlay.footer["host"].as_str()),
        ("lanxi", Some("澜溪县人民政府"))
    );
    assert_eq!(
        (overlay.theme["colour"].as_str(), overlay.footer["icp"].as_str()),
        (Some("blue"), Some("待填"))
    );
}

#[test]
fn a_broken_or_second_place_is_left_out() {
    let (model, found) = loaded(&[
        ("overlays/lanxi/decisions/dispach.dmn", "<x/>"),
        ("overlays/second/overlay.yaml", "format: 1\nplace: second\ntitle: 另一个\n"),
    ]);
    assert_eq!(
        lines(&found),
        [
            "overlays/lanxi/decisions/dispach.dmn:0:0 missing-reference",
            "overlays/second/overlay.yaml:0:0 several-places"
        ]
    );
    assert!(model.overlay.is_none() && model.registers.contains_key("upkeep_case"));
}

use std::sync::Arc;

use yiwang_model::{FieldType, GrantTarget, MeasureKind, Scope, SourceFile, load};
use yiwang_types::{Calendar, Date, Offset};

use crate::apps::{CASE, CLASSES, FORM, REPORT, ROLES, county_with, lines, loaded, whole};

const CASE_FILE: &str = "apps/upkeep/registers/upkeep_case.yaml";

/// Loads the county with one text of one file replaced. Each diagnostic of that file must have this code and stand where
/// this text begins.
fn check(path: &'static str, text: &str, from: &str, to: &str, expected: &[(&str, &str)]) {
    assert!(text.contains(from), "{from} is not in {path}");
    let text = text.replacen(from, to, 1);
    let (_, found) = loaded(&[(path, &text)]);
    let here: Vec<_> = found.iter().filter(|it| it.place.file == path).collect();
    assert_eq!(here.len(), expected.len(), "{to}\n{found:#?}");
    for (it, (code, begins)) in here.into_iter().zip(expected) {
        let line = text.lines().nth(it.place.line as usize - 1).expect("line");
        let rest: String = line.chars().skip(it.place.column as usize - 1).collect();
        assert_eq!(it.code, *code, "{to}\n{found:#?}");
        assert!(rest.starts_with(begins), "{to}: points at “{rest}”, not “{begins}”");
    }
    assert!(found.iter().all(|it| !it.message.is_empty() && !it.remedy.is_empty()));
}

#[test]
fn a_count_says_in_words_what_it_counts() {
    let model = whole();
    let said = |name: &str| {
        let measures = &model.reports["by_month"].measures;
        let found = measures.iter().find(|it| it.name == name).expect("measure");
        match &found.kind {
            MeasureKind::Count { filter, means, .. } => (filter.as_str(), means.as_deref()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(said("filed"), ("case_number is not null", None));
    assert_eq!(said("waiting"), ("case_number is null", Some("还没有立案的")));
    assert_eq!(said("reported"), ("", None), "all records");
    let with_a_sum = "sum: return_count, means: 全部}";
    let path = "apps/upkeep/reports/by_month.yaml";
    check(path, REPORT, "sum: return_count}", with_a_sum, &[("contradiction", "全部")]);
}

#[test]
fn a_whole_county_has_no_mistakes() {
    let model = whole();
    let case = &model.registers["upkeep_case"];
    assert_eq!(case.field("location").expect("field").columns().len(), 2);
    assert_eq!(
        case.unique,
        [
            vec!["title", "found_on"],
            vec!["report_number"],
            vec!["case_number"],
            vec!["progress_code"]
        ]
    );
    assert_eq!(case.field("division").expect("implied").register.as_deref(), Some("division"));
    assert!(case.field("division").expect("implied").by_key && !case.field("found_by").expect("user").by_key);
    assert!(case.columns().iter().all(|it| it.name != "division"));
    assert!(case.field("case_number").expect("number").computed);
    assert_eq!(case.any_field("created_at").map(|it| it.ty), Some(FieldType::DateTime));
    assert_eq!(
        model.roles["intake"].grants[1].target,
        GrantTarget::Report("by_month".to_owned())
    );
    assert_eq!(
        model.roles["intake"].grants[1].scope[1],
        Scope::Department("handler".to_owned())
    );
    assert!(matches!(&model.reports["by_month"].measures[0].kind, MeasureKind::Count { place, .. } if place.line == 9));
    assert_eq!(model.seeds[0].records[0]["code"], "0990124");
    assert_eq!(model.parameter("upkeep.close_by").and_then(|it| it.as_str()), Some("chief"));
    assert!(model.portal_templates.contains_key("upkeep/report.html"));
    let calendar = Calendar::new(model.calendar_parts(Offset::CHINA)).expect("calendar");
    let day = |it| Date::from_ymd(2026, 10, it).expect("day");
    assert!(!calendar.is_working_day(day(1)) && calendar.is_working_day(day(10)));
}

#[test]
fn every_mistake_of_a_register_has_its_place() {
    for (from, to, code, begins) in [
        ("max: 20", "maxx: 20", "unknown-key", "maxx"),
        ("max: 20", "max: many", "wrong-type", "many"),
        ("max: 20", "min: 20", "option-unfit", "20"),
        ("max: 20, required: true", "max: 20, max: 30", "duplicate-key", "max: 30"),
        ("title: 标题,", "help: 标题,", "missing-key", "{name: title"),
        ("name: surface,", "name: Surface,", "bad-name", "Surface"),
        ("label: title", "label: titel", "missing-reference", "titel"),
        (
            "process: upkeep_case",
            "process: upkeep_cases",
            "missing-reference",
            "upkeep_cases",
        ),
        (
            "dictionary: upkeep_class}",
            "dictionary: upkeep_clas}",
            "missing-reference",
            "upkeep_clas}",
        ),
        (
            "register: department",
            "register: departmnt",
            "missing-reference",
            "departmnt",
        ),
        ("type: point", "type: pont", "unknown-word", "pont"),
        (
            "type: boolean, default: false",
            "type: boolean, default: vielleicht",
            "bad-default",
            "vielleicht",
        ),
        (
            "pattern: \"{yyyy}{seq:6}\"",
            "pattern: \"{yy}{seq:6}\"",
            "bad-pattern",
            "\"{yy}",
        ),
        (
            "at: act, gapless",
            "at: create, gapless",
            "contradiction",
            "{field: case_number",
        ),
        ("[A-Z]{2}", "[A-Z{2}", "bad-pattern", "\"[A-Z{2}"),
        ("!= true or", "!= true ore", "bad-feel", "ore"),
        (
            "record.reporter_phone != null",
            "record.reporter_phon != null",
            "unknown-name",
            "\"record",
        ),
        (
            "record.contact_allowed !=",
            "recrd.contact_allowed !=",
            "unknown-name",
            "\"recrd",
        ),
        ("title: 标题, type: text", "title: 拆迁标题, type: text", "dead-word", "拆迁"),
        ("format: 1", "format: 2", "bad-format", "2"),
        ("title: 城管案卷", "system: true\ntitle: 城管案卷", "not-allowed", "true"),
        ("title: 城管案卷", "title:", "missing-key", "format"),
        ("name: plate", "name: created_at", "reserved-name", "created_at"),
        ("name: plate", "name: location_x", "duplicate", "format"),
        (
            "register: upkeep_case",
            "register: upkeep_cases",
            "name-differs",
            "upkeep_cases",
        ),
        (
            "unique: [[title, found_on]]",
            "unique: [[title, found]]",
            "missing-reference",
            "found]",
        ),
        (
            "computed: true",
            "required: true, computed: true",
            "contradiction",
            "{name: return_count",
        ),
        (
            "dictionary: upkeep_class, many",
            "dictionary: upkeep_class, narrowed_by: title, many",
            "wrong-type",
            "title",
        ),
        (
            "type: area",
            "type: json, parts: {unit: handlr}",
            "missing-reference",
            "handlr",
        ),
    ] {
        check(CASE_FILE, CASE, from, to, &[(code, begins)]);
    }
    check(CASE_FILE, CASE, "fields:", "fields", &[("yaml-syntax", "")]);
}

#[test]
fn dictionaries_are_checked_as_closely() {
    let dictionary = "apps/upkeep/dictionaries/upkeep_class.yaml";
    check(
        dictionary,
        CLASSES,
        "parent: C01",
        "parent: C02",
        &[("missing-reference", "C02")],
    );
    check(
        dictionary,
        CLASSES,
        "code: E0101",
        "code: C0101",
        &[("duplicate", "{code: C0101, title: 旧")],
    );
    check(
        dictionary,
        CLASSES,
        "until: 2020-12-31",
        "until: 2020-13-31",
        &[("wrong-type", "2020-13-31")],
    );
    let circle = [("bad-parent", "C0101}"), ("bad-parent", "C01,")];
    check(
        dictionary,
        CLASSES,
        "title: 公用设施}",
        "title: 公用设施, parent: C0101}",
        &circle,
    );
}

#[test]
fn roles_are_checked_as_closely() {
    let roles = "apps/upkeep/roles.yaml";
    check(
        roles,
        ROLES,
        "actions: [read, create",
        "actions: [raed, create",
        &[("unknown-word", "raed")],
    );
    check(
        roles,
        ROLES,
        "scope: all",
        "scope: everything",
        &[("unknown-word", "everything")],
    );
    check(
        roles,
        ROLES,
        "department:handler",
        "department:found_by",
        &[("wrong-type", "\"department:found_by")],
    );
    check(
        roles,
        ROLES,
        "reveal: [reporter_phone]",
        "reveal: [title]",
        &[("wrong-type", "title]")],
    );
    check(
        roles,
        ROLES,
        "report: by_month",
        "report: by_mont",
        &[("missing-reference", "by_mont,")],
    );
    check(
        roles,
        ROLES,
        "record.contact_allowed = true",
        "record.allowed = true",
        &[("unknown-name", "\"record.allowed")],
    );
    check(roles, ROLES, "    title: 受理员\n", "", &[("missing-key", "role: intake")]);
}

#[test]
fn forms_are_checked_as_closely() {
    let form = "apps/upkeep/forms/intake_file.yaml";
    check(form, FORM, "field: class", "field: clas", &[("missing-reference", "clas,")]);
    check(
        form,
        FORM,
        "{field: title}",
        "{field: title, max: 5}",
        &[("option-unfit", "max: 5")],
    );
    check(form, FORM, "class_entry", "title_entry", &[("unknown-name", "\"=form")]);
    for help in ["原{clas}", "建议{title.limit}"] {
        let asked = format!("{{field: title, help: \"{help}\"}}");
        let place = format!("\"{help}");
        check(form, FORM, "{field: title}", &asked, &[("missing-reference", &place)]);
    }
    let create = |set: &str| format!("title: 立案\ncreate: {{roles: [intake], set: {{{set}}}}}\n");
    check(
        form,
        FORM,
        "title: 立案\n",
        &create("clas: C0101"),
        &[("missing-reference", "clas:")],
    );
    check(
        form,
        FORM,
        "title: 立案\n",
        &create("report_number: SB1"),
        &[("not-allowed", "report_number:")],
    );
    let clash = [("duplicate", "title, title: 备注"), ("duplicate", "{name: title")];
    check(form, FORM, "name: remark", "name: title", &[clash[1], clash[0]]);
}

#[test]
fn block_scalars_place_feel_mistakes_on_their_line() {
    let rule = "  - when: |\n      record.title != null\n      and and\n    message: 不对\n    remedy: 改\nstored_values";
    check(
        CASE_FILE,
        &format!("{CASE}stored_values: []\n"),
        "stored_values",
        rule,
        &[("bad-feel", "and")],
    );
}

#[test]
fn mistakes_of_all_files_come_at_once_and_only_the_app_is_disabled() {
    let (model, found) = loaded(&[
        (CASE_FILE, &CASE.replace("max: 20", "maxx: 20")),
        ("apps/upkeep/roles.yaml", &ROLES.replace("scope: all", "scope: alles")),
        (
            "apps/permits/app.yaml",
            "format: 1\napp: permits\ntitle: 许可\nneeds: [upkeep_case]\n",
        ),
        ("apps/notes/app.yaml", "format: 1\napp: notes\ntitle: 便笺\n"),
        (
            "apps/notes/registers/note.yaml",
            "format: 1\nregister: note\ntitle: 便笺\nfields: [{name: text, title: 文字, type: text}]\n",
        ),
    ]);
    assert!(found.len() >= 4, "{found:#?}");
    let disabled: Vec<&str> = model.disabled.keys().map(String::as_str).collect();
    assert_eq!(disabled, ["permits", "upkeep"]);
    assert!(model.registers.contains_key("division") && !model.registers.contains_key("upkeep_case"));
    assert!(!model.roles.contains_key("intake") && !model.apps.contains_key("permits"));
    assert!(lines(&model.disabled["permits"])[0].ends_with("need-disabled"));
}

#[test]
fn packages_are_checked_against_each_other() {
    let without = "format: 1\napp: upkeep\ntitle: 智慧城管\nprovides: [upkeep_cas]\nneeds: [division, department]\n";
    let (_, found) = loaded(&[("apps/upkeep/app.yaml", without), ("apps/bad/registers/x.yaml", "format: 1")]);
    let at = lines(&found);
    for expected in [
        "apps/bad/app.yaml:0:0 missing-file",
        "apps/upkeep/app.yaml:4:12 missing-reference",
        "apps/upkeep/registers/upkeep_case.yaml:20:61 undeclared-need",
        "overlays/lanxi/overlay.yaml:7:14 missing-reference",
    ] {
        assert!(at.iter().any(|it| it == expected), "{expected} not in {at:#?}");
    }
    let again = "format: 1\nregister: upkeep_case\ntitle: 又一个\nfields: [{name: a, title: 甲, type: text}]\n";
    let (model, found) = loaded(&[
        ("apps/other/app.yaml", "format: 1\napp: other\ntitle: 别的\n"),
        ("apps/upkeep_two/app.yaml", "format: 1\napp: upkeep_two\ntitle: 又一个\n"),
        ("apps/upkeep_two/registers/upkeep_case.yaml", again),
    ]);
    assert_eq!(lines(&found), ["apps/upkeep_two/registers/upkeep_case.yaml:2:11 duplicate"]);
    assert!(model.registers["upkeep_case"].app == "upkeep" && model.disabled.contains_key("upkeep_two"));
}

#[test]
fn unreadable_files_give_a_diagnostic() {
    let mut files = county_with(&[]);
    files.push(SourceFile {
        path: "apps/upkeep/forms/latin.yaml".to_owned(),
        bytes: Arc::from(&b"format: 1\nform: \xe9\n"[..]),
    });
    files.push(SourceFile {
        path: "apps/upkeep/forms/bomb.yaml".to_owned(),
        bytes: Arc::from(&b"a: &a [x]\nb: [*a, *a]\n"[..]),
    });
    files.push(SourceFile {
        path: "apps/upkeep/forms/late.yml".to_owned(),
        bytes: Arc::from(&b"format: 1"[..]),
    });
    let (model, found) = load(&files);
    assert_eq!(
        lines(&found),
        [
            "apps/upkeep/forms/bomb.yaml:1:4 alias",
            "apps/upkeep/forms/late.yml:0:0 misplaced-file",
            "apps/upkeep/forms/latin.yaml:2:0 not-utf8",
        ]
    );
    assert!(model.disabled.contains_key("upkeep"));
}

#[test]
fn any_bytes_give_diagnostics_and_no_panic() {
    let pieces = [
        "",
        "format: 1",
        "[",
        "{",
        "- a",
        "register: upkeep_case",
        "fields: [{}]",
        "\t",
        "null",
        "a: {b: [c: d]}",
        "fields: 3",
    ];
    for one in pieces {
        for two in pieces {
            for path in [
                CASE_FILE,
                "apps/upkeep/roles.yaml",
                "overlays/lanxi/overlay.yaml",
                "apps/upkeep/app.yaml",
            ] {
                let text = format!(" {one}\n{two}");
                let (_, found) = loaded(&[(path, &text)]);
                assert!(!found.is_empty());
            }
        }
    }
}

#[test]
fn a_place_names_fields_that_can_hold_it() {
    let with = |place: &str| format!("division: division\nplace: {place}\n");
    let it = |place: &str, expected: &[(&str, &str)]| check(CASE_FILE, CASE, "division: division\n", &with(place), expected);
    it("{point: location, division: division, cell: title}", &[]);
    it("{point: where}", &[("missing-reference", "where")]);
    it("{point: title}", &[("wrong-type", "title")]);
    it("{point: location, cell: photos}", &[("wrong-type", "photos")]);
    it(
        "{point: location, duty_grid: reporter_name}",
        &[("wrong-type", "reporter_name")],
    );
    it("{division: division}", &[("missing-key", "{division")]);
}

#[test]
fn likeness_names_fields_that_can_be_compared() {
    let with = |similar: &str| format!("division: division\nsimilar: {similar}\n");
    let it = |similar: &str, expected: &[(&str, &str)]| check(CASE_FILE, CASE, "division: division\n", &with(similar), expected);
    it("{point: location, phone: reporter_phone, title: title}", &[]);
    it("{point: where}", &[("missing-reference", "where")]);
    it("{time: title}", &[("wrong-type", "title")]);
    it(
        "{phone: title, text: location}",
        &[("wrong-type", "title"), ("wrong-type", "location")],
    );
    it("{place: location}", &[("unknown-key", "place")]);
}

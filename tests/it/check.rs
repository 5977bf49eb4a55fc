//! `yiwang check`: every mistake of app files, with file, line, code and a Chinese remedy, and never a crash.

use std::path::Path;

use crate::site::yiwang;

const APP: &str = "format: 1\napp: shop\ntitle: 小店\n";

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join("apps/shop").join(path);
        std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        std::fs::write(path, text).expect("file");
    }
}

/// What is printed, and the exit code.
fn check(root: &Path) -> (String, Option<i32>) {
    let output = yiwang().arg("check").arg(root).output().expect("check");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

#[test]
fn what_is_inside_the_binary_is_right() {
    let output = yiwang().arg("check").output().expect("check");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("错误 0"), "{told}");
}

/// Every expected mistake, as `FILE:LINE: code part`, is told about the app with these files.
#[track_caller]
fn mistakes(files: &[(&str, &str)], expected: &[&str]) {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), files);
    let (told, exit) = check(folder.path());
    assert_eq!(exit, Some(1), "{told}");
    for it in expected {
        let (place, parts) = it.split_once(": ").expect("place: parts");
        let fits = |line: &str| {
            let (at, said) = line.split_once(": ").unwrap_or_default();
            let here = at == format!("apps/shop/{place}") || at.starts_with(&format!("apps/shop/{place}:"));
            here && said.contains("改法:") && parts.split(' ').all(|part| said.contains(part))
        };
        assert!(told.lines().any(fits), "{it} is not in\n{told}");
    }
}

#[test]
fn unknown_keys_and_needs_of_an_app() {
    mistakes(
        &[(
            "app.yaml",
            "format: 1\napp: shop\ntitle: 小店\ncolour: red\nneeds: [nowhere]\n",
        )],
        &["app.yaml:4: unknown-key colour", "app.yaml:5: missing-reference nowhere"],
    );
}

#[test]
fn registers_and_roles() {
    mistakes(
        &[
            ("app.yaml", APP),
            (
                "registers/sale.yaml",
                "format: 1\nregister: sale\ntitle: 销售\nfields:\n  - {name: title, title: 标题, type: text}\n  - {name: Amount, title: 金额, type: money}\n  \
                 - {name: kind, title: 种类, type: choice, dictionary: no_such}\n  - {name: who, title: 谁, type: texr}\nrules:\n  \
                 - {when: 'record.title =', message: 错, remedy: 改}\n  - {when: 'record.titel = null', message: 错, remedy: 改}\n",
            ),
            (
                "roles.yaml",
                "format: 1\nroles:\n  - role: seller\n    title: 店员\n    grants:\n      - {register: sale, actions: [raed], scope: galaxy}\n",
            ),
        ],
        &[
            "registers/sale.yaml:6: bad-name Amount",
            "registers/sale.yaml:7: missing-reference no_such",
            "registers/sale.yaml:8: unknown-word `text`",
            "registers/sale.yaml:10: bad-feel 没有写完",
            "registers/sale.yaml:11: unknown-name `title`",
            "roles.yaml:6: unknown-word `read`",
            "roles.yaml:6: unknown-word galaxy",
        ],
    );
}

#[test]
fn dictionaries_and_the_layout_of_yaml() {
    mistakes(
        &[
            ("app.yaml", APP),
            (
                "dictionaries/colour.yaml",
                "format: 1\ndictionary: colour\ntitle: &a 颜色\nentries: []\n",
            ),
            ("dictionaries/size.yaml", "format: 1\ndictionary: size\ntitle: [\n"),
            (
                "dictionaries/kind.yaml",
                "format: 2\ndictionary: kinds\ntitle: 种类\nentries: []\n",
            ),
            ("dictionaries/odd.yml", "format: 1\n"),
        ],
        &[
            "dictionaries/colour.yaml:3: alias 锚点",
            "dictionaries/size.yaml:4: yaml-syntax ",
            "dictionaries/kind.yaml:1: ",
            "dictionaries/kind.yaml:2: name-differs kind",
            "dictionaries/odd.yml:0: misplaced-file .yaml",
        ],
    );
}

#[test]
fn processes_and_decisions_cut_short() {
    mistakes(
        &[
            ("app.yaml", APP),
            (
                "processes/sale.bpmn",
                "<?xml version=\"1.0\"?>\n<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\">\n <bpmn:process id=\"sale\" isExecutable=\"true\">\n  \
                 <bpmn:startEvent id=\"s\"/>\n  <bpmn:sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"gone\"/>\n  <bpmn:complexGateway id=\"g\"/>\n </bpmn:process>\n\
                 </bpmn:definitions>\n",
            ),
            ("processes/cut.bpmn", "<?xml version=\"1.0\"?>\n<bpmn:definitions>\n"),
            ("decisions/cut.dmn", "<definitions>\n<decision id=\"x\">\n"),
        ],
        &[
            "processes/sale.bpmn:5: gone",
            "processes/sale.bpmn:6: complexGateway",
            "processes/cut.bpmn: ",
            "decisions/cut.dmn: ",
        ],
    );
}

#[test]
fn the_words_of_the_public_pages() {
    mistakes(
        &[
            ("app.yaml", APP),
            (
                "registers/sale.yaml",
                "format: 1\nregister: sale\ntitle: 销售\nprogress_code: code\nfields:\n  - {name: code, title: 查询码, type: text}\n  - {name: title, title: 标题, type: text}\n",
            ),
            (
                "dictionaries/state.yaml",
                "format: 1\ndictionary: state\ntitle: 状态\nentries:\n  - {code: OPEN, title: 待办, values: {public: 等着}}\n",
            ),
            (
                "forms/tell.yaml",
                "format: 1\nform: tell\nregister: sale\ntitle: 反映\nfields:\n  - {field: title}\n",
            ),
            (
                "portal/texts.yaml",
                "format: 1\nportal: shop\nregister: sale\nform: tell\nsteps:\n  - {kind: words, step: what, title: 什么, short: 事, fields: [{field: titel}]}\n\
                 state_dictionary: state\nstate_words: [{word: 已收到, text: 在看}]\nprogress: {number: code}\ntexts: {home: 来}\nprivacy: {whose: 谁}\n",
            ),
        ],
        &[
            "portal/texts.yaml:6: bad-portal titel",
            "portal/texts.yaml:8: bad-portal 等着",
            "portal/texts.yaml:10: bad-portal heading",
            "portal/texts.yaml:11: bad-portal whose",
        ],
    );
}

#[test]
fn keys_of_the_public_pages() {
    mistakes(
        &[
            ("app.yaml", APP),
            (
                "portal/texts.yaml",
                "format: 1\nportal: shop\nregister: sale\nstep: 1\nprogress:\n  dates:\n    - {field: at, title: 时间, or_create: true}\n",
            ),
        ],
        &[
            "portal/texts.yaml:4: unknown-key steps",
            "portal/texts.yaml:7: unknown-key or_created",
        ],
    );
}

#[test]
fn deep_and_long_feel_is_refused_and_bytes_are_no_text() {
    let folder = tempfile::tempdir().expect("folder");
    let head = "format: 1\nregister: sale\ntitle: 销售\nfields:\n  - {name: title, title: 标题, type: text}\nrules:\n";
    let rule = |when: &str| format!("  - {{when: '{when}', message: 错, remedy: 改}}\n");
    let deep = format!("{}1{} = 1", "(".repeat(5_000), ")".repeat(5_000));
    let long = format!("record.title = \"{}\"", "很".repeat(200_000));
    let nots = format!("{}true{}", "not(".repeat(1_000), ")".repeat(1_000));
    let text = format!("{head}{}{}{}{}", rule("1 = 1"), rule(&deep), rule(&long), rule(&nots));
    write(folder.path(), &[("app.yaml", APP), ("registers/sale.yaml", &text)]);
    std::fs::write(
        folder.path().join("apps/shop/roles.yaml"),
        b"format: 1\nroles:\n  - {role: a, title: \xff}\n",
    )
    .expect("file");
    let (told, exit) = check(folder.path());
    assert_eq!(exit, Some(1), "{told}");
    for (place, part) in [
        ("registers/sale.yaml:8:", "嵌套超过"),
        ("registers/sale.yaml:9:", "表达式超过"),
        ("registers/sale.yaml:10:", "嵌套超过"),
        ("roles.yaml:3:", "不是 UTF-8"),
    ] {
        let fits = |line: &str| line.starts_with(&format!("apps/shop/{place}")) && line.contains(part);
        assert!(told.lines().any(fits), "{place} {part}\n{told}");
    }
    assert!(!told.contains("registers/sale.yaml:7:"), "the rule that is right: {told}");
}

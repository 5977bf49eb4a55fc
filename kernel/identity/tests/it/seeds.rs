//! Loading seeds: those of the repository's overlays, again and again, and bad ones.

use serde_json::json;
use yiwang_identity::{SeedReport, load_seeds};
use yiwang_model::SourceFile;
use yiwang_types::Code;

use crate::world::{World, object, on_both, repository, sources};

on_both!(
    overlays_go_in_once,
    a_changed_record_stays_as_the_place_has_it,
    a_bad_seed_names_its_line,
    roles_are_those_of_the_apps,
    registers_check_their_rules,
);

/// The seeds of the system registers that the overlays of the repository bring, under heads that need no app, and an app with the roles that
/// their posts carry.
fn overlays() -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut roles = std::collections::BTreeSet::new();
    for overlay in std::fs::read_dir(repository().join("overlays"))
        .unwrap()
        .flatten()
        .filter(|it| it.path().is_dir())
    {
        let place = overlay.file_name().into_string().unwrap();
        let head = std::fs::read_to_string(overlay.path().join("overlay.yaml")).unwrap();
        let base = head.lines().any(|it| it.starts_with("base: true"));
        let path = |name: &str| format!("overlays/{place}/{name}");
        files.extend(sources(&[(
            &path("overlay.yaml"),
            &format!("format: 1\nplace: {place}\ntitle: 地方\nbase: {base}\n"),
        )]));
        for seed in std::fs::read_dir(overlay.path().join("seed")).unwrap().flatten() {
            let name = seed.file_name().into_string().unwrap();
            if !["division", "department", "post", "user"]
                .iter()
                .any(|it| name.ends_with(&format!("_{it}.yaml")))
            {
                continue;
            }
            let text = std::fs::read_to_string(seed.path()).unwrap();
            for list in text.split("roles: [").skip(1) {
                roles.extend(list.split(']').next().unwrap().split(',').map(|it| it.trim().to_owned()));
            }
            files.extend(sources(&[(&path(&format!("seed/{name}")), &text)]));
        }
    }
    let roles: String = roles.iter().map(|it| format!("  - {{role: {it}, title: {it}}}\n")).collect();
    let app = "format: 1\napp: roles\ntitle: 角色\n";
    files.extend(sources(&[
        ("apps/roles/app.yaml", app),
        ("apps/roles/roles.yaml", &format!("format: 1\nroles:\n{roles}")),
    ]));
    files
}

async fn overlays_go_in_once(world: World) {
    let world = world.with_files(overlays());
    let node = world.node().await;
    let model = node.records.model();
    let all: usize = model.seeds.iter().map(|it| it.records.len()).sum();
    assert!(all > 200, "{all}");
    let first = load_seeds(&node.records, &model.seeds).await.unwrap();
    assert_eq!(
        first,
        SeedReport {
            new: all.try_into().unwrap(),
            unchanged: 0
        }
    );
    let again = load_seeds(&world.node().await.records, &model.seeds).await.unwrap();
    assert_eq!(
        again,
        SeedReport {
            new: 0,
            unchanged: all.try_into().unwrap()
        }
    );
    let directory = node.identity.directory().await.unwrap();
    let order: Vec<&str> = directory.departments().iter().map(|it| it.code.as_str()).collect();
    let listed = model
        .seeds
        .iter()
        .filter(|it| it.register == "department")
        .flat_map(|it| &it.records);
    let listed: Vec<&str> = listed.map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(order, listed, "the official order is that of the list");
    assert!(directory.people().iter().all(|it| !it.posts.is_empty()));
    for person in directory.people() {
        assert!(
            !node.identity.subject_of(&person.id).await.unwrap().roles().is_empty(),
            "{}",
            person.username
        );
    }
    node.audit_is_whole().await;
}

async fn a_changed_record_stays_as_the_place_has_it(world: World) {
    let node = world.town().await;
    node.change("department", "code", "works", json!({ "title": "小县住建局" }))
        .await
        .unwrap();
    let report = load_seeds(&node.records, &node.records.model().seeds).await.unwrap();
    assert_eq!(report.new, 0);
    world.clock.forward_millis(2_001);
    assert_eq!(
        node.identity.directory().await.unwrap().title("department", "works"),
        Some("小县住建局")
    );
}

async fn a_bad_seed_names_its_line(world: World) {
    let seed = r#"format: 1
register: division
records:
  - {code: "990101", title: 小县, level: county}
  - {code: "990101100", title: 北镇, level: town, parent: "990102"}
"#;
    let files = [
        ("overlays/t/overlay.yaml", "format: 1\nplace: t\ntitle: 某地\n"),
        ("overlays/t/seed/10_division.yaml", seed),
    ];
    let world = world.with_files(sources(&files));
    let node = world.node().await;
    let fault = load_seeds(&node.records, &node.records.model().seeds).await.unwrap_err();
    assert_eq!(fault.code, Code::Invalid, "{fault}");
    assert!(
        fault
            .detail
            .starts_with("初始数据 overlays/t/seed/10_division.yaml 第 5 行没有写入:"),
        "{}",
        fault.detail
    );
    assert!(fault.detail.contains("990102"), "{}", fault.detail);
    assert!(fault.fields.iter().all(|it| it.field == "parent"), "{:?}", fault.fields);
}

async fn roles_are_those_of_the_apps(world: World) {
    let node = world.town().await;
    let roles = node.records.system("test").all("role").await.unwrap();
    let mut titles: Vec<(&str, &str)> = roles
        .iter()
        .map(|it| (it.text("code").unwrap(), it.text("title").unwrap()))
        .collect();
    titles.sort_unstable();
    let expected = [
        ("admin", "系统管理员"),
        ("auditor", "审计管理员"),
        ("chief", "值班长"),
        ("clerk", "办事员"),
        ("reader", "查阅员"),
    ];
    assert_eq!(titles, expected);
    // A post never carries the role of a job or one that nobody defines.
    let fault = node
        .change(
            "post",
            "code",
            "works_clerk",
            json!({ "roles": ["clerk", "job:night", "king"] }),
        )
        .await
        .unwrap_err();
    let faults: Vec<(&str, &str)> = fault.fields.iter().map(|it| (it.field.as_str(), it.rule.as_str())).collect();
    assert_eq!(faults, [("roles", "reference"); 2]);
}

async fn registers_check_their_rules(world: World) {
    let node = world.town().await;
    let ctx = node.ctx("admin").await;
    for (register, values, expected) in [
        (
            "division",
            json!({ "code": "990102", "title": "甲", "level": "town" }),
            &["code"][..],
        ),
        (
            "division",
            json!({ "code": "990102100", "title": "甲", "level": "town", "parent": "990101" }),
            &["parent"],
        ),
        (
            "division",
            json!({ "code": "990102", "title": "甲", "level": "country" }),
            &["level"],
        ),
        (
            "department",
            json!({ "code": "x", "title": "甲", "kind": "government", "contract_until": "2026-01-01" }),
            &["contract_from"],
        ),
        (
            "department",
            json!({ "code": "x", "title": "甲", "kind": "external", "contract_from": "2026-02-01", "contract_until": "2026-01-01" }),
            &["contract_until"],
        ),
        (
            "department",
            json!({ "code": "x", "title": "甲", "kind": "party", "parent": "x" }),
            &["parent"],
        ),
        (
            "department",
            json!({ "code": "works", "title": "甲", "kind": "party" }),
            &["code"],
        ),
        ("user", json!({ "username": "li", "name": "李四" }), &["username"]),
        (
            "user",
            json!({ "username": "Li Si", "name": "李四", "phone": "12", "posts": ["a b"] }),
            &["username", "posts", "phone"],
        ),
    ] {
        let fault = node
            .records
            .create(&ctx, register, &object(values.clone()))
            .await
            .unwrap_err();
        let mut fields: Vec<&str> = fault.fields.iter().map(|it| it.field.as_str()).collect();
        let mut expected = expected.to_vec();
        fields.sort_unstable();
        fields.dedup();
        expected.sort_unstable();
        assert_eq!((fault.code, fields), (Code::Invalid, expected), "{values}");
    }
}

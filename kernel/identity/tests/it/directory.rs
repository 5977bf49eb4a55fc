//! Names, trees, official order.

use serde_json::json;

use crate::world::{World, on_both};

on_both!(lists_in_official_order, knows_names_and_trees, follows_changes);

async fn lists_in_official_order(world: World) {
    let it = world.town().await.identity.directory().await.unwrap();
    let departments: Vec<&str> = it.departments().iter().map(|it| it.code.as_str()).collect();
    assert_eq!(
        departments,
        ["party", "mayor", "finance", "works", "roads", "water"],
        "by number, the unnumbered last"
    );
    let posts: Vec<&str> = it.posts().iter().map(|it| it.code.as_str()).collect();
    assert_eq!(
        posts,
        ["keeper", "mayor_chief", "works_clerk"],
        "by department, then by number"
    );
    let people: Vec<&str> = it.people().iter().map(|it| it.username.as_str()).collect();
    assert_eq!(people, ["wang", "admin", "li", "retired", "new_one"]);
    let mut mentioned = vec!["works", "unknown", "party", "mayor"];
    mentioned.sort_by_key(|code| it.rank("department", code).unwrap_or(usize::MAX));
    assert_eq!(mentioned, ["party", "mayor", "works", "unknown"]);
}

async fn knows_names_and_trees(world: World) {
    let node = world.town().await;
    let it = node.identity.directory().await.unwrap();
    let li = node.id_of("li").await;
    for (register, key, title, short) in [
        ("division", "990101100", Some("北镇"), Some("北镇")),
        ("department", "mayor", Some("小县人民政府"), Some("县政府")),
        (
            "department",
            "works",
            Some("小县住房和城乡建设局"),
            Some("小县住房和城乡建设局"),
        ),
        ("post", "mayor_chief", Some("值班长"), Some("值班长")),
        ("user", li.as_str(), Some("李晓明"), Some("李晓明")),
        ("department", "nowhere", None, None),
        ("note", "mayor", None, None),
    ] {
        assert_eq!(
            (it.title(register, key), it.short_title(register, key)),
            (title, short),
            "{register} {key}"
        );
    }
    assert_eq!(it.departments_below("mayor"), ["mayor", "finance", "works", "roads"]);
    assert_eq!(it.department_path("roads"), ["roads", "works", "mayor"]);
    assert_eq!(it.division_path("990101100001"), ["990101100001", "990101100", "990101"]);
    assert_eq!(
        it.divisions_below("990101"),
        ["990101", "990101100", "990101100001", "990101101"]
    );
    assert_eq!(
        it.department("water").unwrap().contract_until,
        yiwang_types::Date::parse("2026-12-31")
    );
    assert!(it.departments_below("nowhere").is_empty());
}

async fn follows_changes(world: World) {
    let (here, there) = (world.town().await, world.node().await);
    let before = there.identity.directory().await.unwrap();
    here.change(
        "department",
        "code",
        "finance",
        json!({ "order": 5, "short_title": "财政局" }),
    )
    .await
    .unwrap();
    world.clock.forward_millis(1_000);
    let after = there.identity.directory().await.unwrap();
    assert_eq!(after.departments()[0].code, "finance");
    assert_eq!(after.short_title("department", "finance"), Some("财政局"));
    assert_eq!(before.departments()[0].code, "party", "who holds the old one keeps it");
    world.clock.forward_millis(2_001);
    let again = there.identity.directory().await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&after, &again), "nothing changed, nothing read");
}

use serde_json::{Value as Json, json};
use yiwang_types::{Code, Fault};

use crate::town::{NORTH, SOUTH, Town, WEST, point};

/// A border in cells' sides: 5 m.
const NEAR: f64 = 0.06;

fn choices(fault: &Fault) -> Vec<&str> {
    fault
        .fields
        .iter()
        .map(|it| it.rule.strip_prefix("choose:").expect("a choice"))
        .collect()
}

#[tokio::test]
async fn a_point_finds_its_cell() {
    let town = Town::built().await;
    let check = async |spot: Json, expected: [&str; 3]| {
        let tree = town.create("tree", json!({ "spot": spot })).await.expect("tree");
        assert_eq!(town.place_of(&tree).await, expected);
    };
    check(point(0.5, 0.5), ["990124001001001", WEST[0], WEST[1]]).await;
    check(point(1.5, 0.5), ["990124001002001", NORTH[0], NORTH[1]]).await;
    check(point(1.5, 1.5), ["990124001002002", SOUTH[0], SOUTH[1]]).await;
    // Beside a cell of the same community and grid there is nothing to ask.
    check(point(0.5, 1.0 - NEAR), ["990124001001001", WEST[0], WEST[1]]).await;
    // In no cell, on the ground of the street office; then of the county alone.
    check(point(3.0, 3.0), ["", "990124001", ""]).await;
    check(point(20.0, 20.0), ["", "990124", ""]).await;
    let without = town
        .create("tree", json!({ "title": "无位置" }))
        .await
        .expect("no point needed");
    assert_eq!(town.place_of(&without).await, ["", "", ""]);
}

#[tokio::test]
async fn outside_the_county_is_refused_with_the_way_back() {
    let town = Town::built().await;
    let fault = town
        .create("tree", json!({ "spot": point(60.0, 0.5) }))
        .await
        .expect_err("outside");
    assert_eq!((fault.code, fault.fields[0].field.as_str()), (Code::PlaceOutside, "spot"));
    assert!(
        fault.detail.contains("最近的是云台街道,相距约 4 公里") || fault.detail.contains("最近的是书院社区,相距约 5 公里"),
        "{}",
        fault.detail
    );
}

#[tokio::test]
async fn a_border_is_asked_about_and_the_answer_taken() {
    let town = Town::built().await;
    let spot = point(1.0 - NEAR, 0.5);
    let fault = town.create("tree", json!({ "spot": spot })).await.expect_err("asked");
    assert_eq!(
        (fault.code, choices(&fault)),
        (Code::PlaceOnBorder, vec!["990124001001001", "990124001002001"])
    );
    assert!(
        fault
            .detail
            .contains("松岭社区 松岭责任网格1(990124001001001),还是书院社区 书院责任网格1(990124001002001)"),
        "{}",
        fault.detail
    );
    let tree = town
        .create("tree", json!({ "spot": spot, "cell": "990124001002001" }))
        .await
        .expect("answered");
    assert_eq!(town.place_of(&tree).await, ["990124001002001", NORTH[0], NORTH[1]]);
    // A change elsewhere asks nothing; a move along the border keeps the answer; a move inland asks nothing more.
    town.update(&tree, json!({ "title": "槐树" })).await.expect("title");
    town.update(&tree, json!({ "spot": point(1.0 - NEAR, 0.6) }))
        .await
        .expect("moved");
    assert_eq!(town.place_of(&tree).await[0], "990124001002001");
    town.update(&tree, json!({ "spot": point(0.5, 0.5) }))
        .await
        .expect("moved inland");
    assert_eq!(town.place_of(&tree).await, ["990124001001001", WEST[0], WEST[1]]);
    // Where three meet there are three choices; the answer may change later without the point.
    let corner = town
        .create("tree", json!({ "spot": point(1.0 + NEAR, 1.0 - NEAR) }))
        .await
        .expect_err("asked");
    assert_eq!(choices(&corner).len(), 3);
    let tree = town
        .create(
            "tree",
            json!({ "spot": point(1.0 + NEAR, 1.0 - NEAR), "cell": "990124001001001" }),
        )
        .await
        .expect("answered");
    town.update(&tree, json!({ "cell": "990124001002002" }))
        .await
        .expect("another answer");
    assert_eq!(town.place_of(&tree).await, ["990124001002002", SOUTH[0], SOUTH[1]]);
}

#[tokio::test]
async fn a_wrong_cell_is_told_on_its_field() {
    let town = Town::built().await;
    let check = async |fields: Json, message: &str| {
        let fault = town.create("tree", fields).await.expect_err("refused");
        assert_eq!((fault.code, fault.fields[0].field.as_str()), (Code::Invalid, "cell"));
        assert!(fault.fields[0].message.contains(message), "{fault:?}");
    };
    check(json!({ "spot": point(0.5, 0.5), "cell": "990124001002001" }), "与位置不符").await;
    check(
        json!({ "spot": point(3.0, 3.0), "cell": "990124001002001" }),
        "还没有划单元网格",
    )
    .await;
    check(json!({ "cell": "990124001009009" }), "没有单元网格").await;
    let tree = town
        .create("tree", json!({ "cell": "990124001002001" }))
        .await
        .expect("a cell without a point");
    assert_eq!(town.place_of(&tree).await, ["990124001002001", NORTH[0], NORTH[1]]);
    let tree = town.create("tree", json!({ "spot": point(0.5, 0.5) })).await.expect("tree");
    town.update(&tree, json!({ "spot": null })).await.expect("point taken away");
    assert_eq!(town.place_of(&tree).await, ["", "", ""]);
}

#[tokio::test]
async fn without_a_survey_nothing_is_asked() {
    let town = Town::empty().await;
    assert!(town.space.is_empty());
    let tree = town.create("tree", json!({ "spot": point(60.0, 0.5) })).await.expect("tree");
    assert_eq!(town.place_of(&tree).await, ["", "", ""]);
}

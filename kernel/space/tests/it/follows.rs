use serde_json::json;
use yiwang_space::{Point, Whereabouts};

use crate::town::{Town, square};

fn spot(east: i64, south: i64) -> Point {
    Point::clamped(1_275_000_000 + east * 1000, 430_500_000 - south * 1000)
}

#[tokio::test]
async fn words_lead_to_places_and_back() {
    let town = Town::built().await;
    let found = town.space.geocode("澜溪县文化路12号", 3);
    assert_eq!(found.first().map(|it| it.text.as_str()), Some("文化路12号"));
    assert_eq!(
        town.space.geocode("老文化路", 1).first().map(|it| it.text.as_str()),
        Some("文化路")
    );
    let around = town.space.around(spot(5, 4));
    assert!(around.words.starts_with("文化路12号"), "{}", around.words);
    assert_eq!(around.community.map(|it| it.1).as_deref(), Some("松岭社区"));
    assert_eq!(
        town.space.nearby(spot(5, 5), 60.0).first().map(|it| it.0.code.as_str()),
        Some("990124001001001")
    );
    let known = town.space.known();
    let svg = known.sketch().svg(&known.sketch().home(400, 300));
    assert!(svg.contains("文化路") && svg.contains("松岭社区"), "{svg}");
}

#[tokio::test]
async fn memory_follows_the_registers_and_the_day() {
    let town = Town::built().await;
    assert!(!town.space.refresh_if_changed().await.expect("nothing changed"));
    let here = spot(25, 5);
    assert!(matches!(town.space.locate(here), Whereabouts::Division { .. }));
    let area = square(2.0, 0.0, 1.0);
    let cell = json!({ "code": "990124001002003", "division": "990124001002", "area": area, "valid_until": "2026-10-10" });
    let cell = town.create("grid_cell", cell).await.expect("cell");
    assert!(town.space.refresh_if_changed().await.expect("a new cell"));
    assert!(matches!(town.space.locate(here), Whereabouts::Cell { cell, .. } if cell.code == "990124001002003"));
    town.clock.set("2026-10-11T00:00:01+08:00");
    assert!(town.space.refresh_if_changed().await.expect("a new day"));
    assert!(matches!(town.space.locate(here), Whereabouts::Division { .. }));
    town.update(&cell, json!({ "valid_until": null })).await.expect("valid again");
    assert!(town.space.refresh_if_changed().await.expect("a change"));
    assert!(matches!(town.space.locate(here), Whereabouts::Cell { .. }));
    let view = town.records.get(&town.ctx, "grid_cell", &cell.id).await.expect("get");
    town.records
        .delete(&town.ctx, "grid_cell", &cell.id, view.version, "重新测绘")
        .await
        .expect("delete");
    assert!(town.space.refresh_if_changed().await.expect("a deletion"));
    assert!(matches!(town.space.locate(here), Whereabouts::Division { .. }));
}

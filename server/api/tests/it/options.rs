//! What references may be filled with.

use serde_json::{Value as Json, json};
use yiwang_testkit::system::{BOTH, On};
use yiwang_types::Code;

use crate::office::Office;
use crate::orders::{LAT, LON, SIDE, office};

async fn options(office: &Office, who: &str, field: &str, query: &str) -> Vec<(String, String, Json)> {
    let path = format!("/api/v1/registers/order/fields/{field}/options?{query}");
    let found = office.get(who, &path).await.ok(200).json();
    let text = |it: &Json| it.as_str().unwrap().to_owned();
    let items = found["items"].as_array().unwrap().iter();
    items
        .map(|it| (text(&it["value"]), text(&it["title"]), it["note"].clone()))
        .collect()
}

fn values(options: &[(String, String, Json)]) -> Vec<&str> {
    options.iter().map(|it| it.0.as_str()).collect()
}

#[tokio::test]
async fn departments_come_in_official_order_and_by_words() {
    let office = office(On::Sqlite).await;
    let all = options(&office, "rosa", "unit", "").await;
    assert_eq!(all[0], ("d2".to_owned(), "二单位".to_owned(), json!("二单位全称")));
    assert_eq!(values(&all), ["d2", "d1"]);
    assert_eq!(values(&options(&office, "rosa", "unit", "q=一单位全").await), ["d1"]);
    assert_eq!(values(&options(&office, "rosa", "unit", "limit=1").await), ["d2"]);
}

/// More things a little further away than are compared, all older than the few at hand.
#[tokio::test]
async fn a_crowd_in_the_distance_does_not_hide_what_is_at_hand() {
    let office = office(On::Sqlite).await;
    let seed = yiwang_records::Ctx::job("seed");
    let (lon, lat) = (LON + SIDE * 40.0, LAT - SIDE * 40.0);
    let far = (0..1_050).map(|n| (format!("f{n}"), SIDE * 2.0));
    let near = (0..3).map(|n| (format!("n{n}"), SIDE * 0.1));
    for (code, away) in far.chain(near) {
        let fields = json!({ "code": code, "title": "路灯", "spot": { "lon": lon + away, "lat": lat } });
        let made = office.system.records.create(&seed, "thing", fields.as_object().unwrap());
        made.await.unwrap();
    }
    let found = options(&office, "anna", "thing", &format!("lon={lon}&lat={lat}&limit=5")).await;
    assert_eq!(found.len(), 5);
    assert_eq!(values(&found)[..3], ["n0", "n1", "n2"]);
}

#[tokio::test]
async fn records_come_within_the_readers_scope_and_nearest_first() {
    for on in BOTH {
        let office = office(on).await;
        assert_eq!(values(&options(&office, "anna", "thing", "").await), ["t1", "t2", "t3"]);
        assert_eq!(
            values(&options(&office, "rosa", "thing", "").await),
            ["t1", "t3"],
            "those of his unit"
        );
        assert_eq!(values(&options(&office, "anna", "thing", "q=灯").await), ["t1", "t2"]);
        assert_eq!(values(&options(&office, "anna", "thing", "q=t3").await), ["t3"]);
        let near = format!("lon={}&lat={}", LON + SIDE * 0.62, LAT - SIDE / 2.0);
        let found = options(&office, "anna", "thing", &near).await;
        assert_eq!(values(&found), ["t3", "t2", "t1"]);
        assert_eq!(found[0].2, "约 2 米");
        assert_eq!(
            values(&options(&office, "anna", "thing", &format!("{near}&q=灯&limit=1")).await),
            ["t2"]
        );
        // Who does not see where things are is not told which is nearest.
        let unsorted = options(&office, "olga", "thing", &near).await;
        assert_eq!((values(&unsorted), &unsorted[0].2), (vec!["t1", "t2", "t3"], &json!("t1")));
        let cells = options(&office, "anna", "cell", &near).await;
        assert_eq!(values(&cells), ["990124001001001", "990124001002001"]);
        assert_eq!(cells[0].2, "松岭社区 松岭1号责任网格,就在这里");
        assert_eq!(values(&options(&office, "anna", "cell", "q=书院").await), ["990124001002001"]);
        // A register of the kernel is open to people in office; that it was read without a grant is noted.
        let divisions = options(&office, "rosa", "area", "q=社区").await;
        assert_eq!(values(&divisions), ["990124001001", "990124001002"]);
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_his_has_no_options() {
    let office = office(On::Sqlite).await;
    let path = |field: &str, query: &str| format!("/api/v1/registers/order/fields/{field}/options{query}");
    for field in ["title", "nothing", "secret"] {
        office
            .get("rosa", &path(field, ""))
            .await
            .problem(404, Code::NotFound, "引用字段");
    }
    office.get("nico", &path("unit", "")).await.problem(403, Code::Forbidden, "");
    office.get("", &path("unit", "")).await.problem(401, Code::NotSignedIn, "");
    let wrong = office.get("anna", &path("thing", "?lon=200&lat=x")).await;
    assert_eq!(
        wrong.problem(400, Code::BadRequest, "")["errors"].as_array().unwrap().len(),
        2
    );
    office
        .get("anna", &path("thing", "?lon=120"))
        .await
        .problem(400, Code::BadRequest, "");
}

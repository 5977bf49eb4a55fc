//! The ground over HTTP.

use serde_json::json;
use yiwang_testkit::system::On;
use yiwang_types::Code;

use crate::orders::{LAT, LON, SIDE, office};

#[tokio::test]
async fn what_lies_around_a_point() {
    let office = office(On::Sqlite).await;
    let at = format!("lon={}&lat={}", LON + SIDE / 4.0, LAT - SIDE / 4.0);
    let near = office.get("rosa", &format!("/api/v1/space/around?{at}")).await.ok(200).json();
    assert_eq!(near["type"], "FeatureCollection");
    let features = near["features"].as_array().unwrap();
    let shapes: Vec<_> = features
        .iter()
        .map(|it| (&it["properties"]["kind"], &it["geometry"]["type"], &it["properties"]["here"]))
        .collect();
    assert_eq!(
        json!(shapes),
        json!([
            ["cell", "Polygon", true],
            ["cell", "Polygon", false],
            ["street", "LineString", false]
        ])
    );
    assert_eq!(features[0]["properties"]["title"], "松岭社区 松岭1号责任网格");
    assert_eq!(
        features[0]["geometry"]["coordinates"][0].as_array().unwrap().len(),
        5,
        "closed"
    );
    let few = office
        .get("rosa", &format!("/api/v1/space/around?{at}&metres=10"))
        .await
        .ok(200)
        .json();
    assert_eq!(few["features"].as_array().unwrap().len(), 1);
    office
        .get("rosa", "/api/v1/space/around?lat=43")
        .await
        .problem(400, Code::BadRequest, "");
    office
        .get("", &format!("/api/v1/space/around?{at}"))
        .await
        .problem(401, Code::NotSignedIn, "");
}

#[tokio::test]
async fn where_a_point_lies() {
    let office = office(On::Sqlite).await;
    let locate = |lon: f64| {
        let office = &office;
        async move {
            let path = format!("/api/v1/space/locate?lon={lon}&lat={}", LAT - SIDE / 4.0);
            office.get("rosa", &path).await.ok(200).json()
        }
    };
    assert_eq!(
        locate(LON + SIDE / 4.0).await,
        json!({ "cell": { "code": "990124001001001", "title": "松岭社区 松岭1号责任网格" },
                "division": { "code": "990124001001", "title": "松岭社区" }, "border": [], "outside": false })
    );
    let border = locate(LON + SIDE * 0.99).await;
    assert_eq!(border["border"], json!([{ "code": "990124001002001", "title": "书院社区" }]));
    assert_eq!(
        locate(LON - 1.0).await,
        json!({ "cell": null, "division": null, "border": [], "outside": true })
    );
    let found = office.get("rosa", "/api/v1/space/find?q=人民路").await.ok(200).json();
    assert_eq!(found["items"][0]["title"], "人民路");
    assert!(found["items"][0]["lon"].as_f64().unwrap() > LON);
    assert_eq!(
        office.get("rosa", "/api/v1/space/find?q=没有的路").await.ok(200).json(),
        json!({ "items": [] })
    );
}

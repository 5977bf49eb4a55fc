//! Display texts: of what is seen in clear and within the reader's scope, and of nothing else.

use serde_json::{Value as Json, json};
use yiwang_testkit::system::{BOTH, On};

use crate::office::Office;
use crate::orders::{LAT, LON, SIDE, office, order};

async fn labels(office: &Office, who: &str, id: &str) -> Json {
    let view = office
        .get(who, &format!("/api/v1/registers/order/records/{id}"))
        .await
        .ok(200)
        .json();
    view["labels"].clone()
}

#[tokio::test]
async fn codes_and_references_have_texts() {
    for on in BOTH {
        let office = office(on).await;
        let first = order(&office, json!({ "title": "头一张" })).await;
        let spot = json!({ "lon": LON + SIDE / 4.0, "lat": LAT - SIDE / 2.0 });
        let id = order(
            &office,
            json!({ "title": "换灯泡", "source": "web", "sources": ["desk", "web"], "unit": "d1", "thing": "t2", "before": first,
                    "secret": "desk", "phone": "13900001234", "spot": spot }),
        )
        .await;
        assert_eq!(
            labels(&office, "anna", &id).await,
            json!({ "source": "网页", "sources": "窗口、网页", "unit": "一单位", "thing": "二号灯", "before": "头一张", "secret": "窗口",
                    "cell": "990124001001001", "area": "990124001001", "grid": "99012400100101" })
        );
        // The thing is another unit's: its code stands in the record, its name is not for him. What is hidden has no text.
        let reader = labels(&office, "rosa", &id).await;
        assert_eq!(
            (reader["thing"].as_str(), reader.get("secret"), reader.get("phone")),
            (Some("t2"), None, None)
        );
        let page = office.get("rosa", "/api/v1/registers/order/records").await.ok(200).json();
        assert_eq!(page["items"][0]["labels"], reader);
        assert_eq!(labels(&office, "anna", &first).await, json!({}));
    }
}

#[tokio::test]
async fn states_have_titles_in_records_lists_and_boxes() {
    let office = Office::open().await;
    let id = office.request(json!({ "title": "一件事", "source": "desk" })).await;
    let record = office
        .get("rosa", &format!("/api/v1/registers/request/records/{id}"))
        .await
        .ok(200)
        .json();
    assert_eq!((&record["status"], &record["status_title"]), (&json!("OPEN"), &json!("待办")));
    assert_eq!(record["labels"], json!({ "source": "窗口" }));
    let todo = office.get("anna", "/api/v1/tasks").await.ok(200).json();
    assert_eq!(todo["items"][0]["record"]["status_title"], "待办");
    assert_eq!(
        todo["items"][0]["light"],
        json!({ "light": "green", "word": "正常", "remaining": "剩 2 个工作日 7 小时" })
    );
    assert_eq!(todo["count"], json!({ "value": 1, "exact": true }));
    let started = office.get("anna", "/api/v1/tasks?box=started&q=一件").await.ok(200).json();
    let row = &started["items"][0];
    assert_eq!(
        (&row["id"], &row["name"], &row["record_id"]),
        (&Json::Null, &json!("办理"), &json!(id))
    );
    assert_eq!(row["record"]["labels"]["source"], "窗口");
    assert_eq!(
        office.get("anna", "/api/v1/tasks?box=cc").await.ok(200).json()["count"]["value"],
        0
    );
    let task = office.task_of(&id).await;
    let view = office.get("anna", &format!("/api/v1/tasks/{task}")).await.ok(200).json();
    assert_eq!(view["record"]["labels"]["source"], "窗口");
    office
        .post(
            "anna",
            &format!("/api/v1/tasks/{task}/complete"),
            json!({ "outcome": "answer", "form": { "answer": "好" } }),
        )
        .await
        .ok(200);
    let started = office.get("anna", "/api/v1/tasks?box=started").await.ok(200).json();
    assert_eq!(
        (&started["items"][0]["name"], &started["items"][0]["light"]),
        (&json!("办结"), &Json::Null)
    );
}

/// A page costs no more statements for more rows or more references.
#[tokio::test]
async fn texts_of_a_page_are_read_together() {
    let office = office(On::Sqlite).await;
    let store = office.system.records.store();
    let mut costs = Vec::new();
    for round in 0..2 {
        for n in 0..5 {
            let thing = format!("t{}", n % 3 + 1);
            order(
                &office,
                json!({ "title": format!("{round}.{n}"), "unit": "d1", "thing": thing }),
            )
            .await;
        }
        let before = store.statements();
        office.get("anna", "/api/v1/registers/order/records").await.ok(200);
        costs.push(store.statements() - before);
    }
    assert_eq!(
        costs,
        [3, 3],
        "count, rows, names of the things; departments are known by heart or by name"
    );
}

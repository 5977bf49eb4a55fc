//! Records over HTTP: make, read, change, delete, page; the same key tells the same.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value as Json, json};
use yiwang_api::Options;
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::office::Office;

const RECORDS: &str = "/api/v1/registers/request/records";
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_record_lives() {
    for on in BOTH {
        let office = Office::on(on, Options::default()).await;
        let made = office
            .post("anna", RECORDS, json!({ "title": " 路灯 不亮 ", "phone": "13912345678" }))
            .await
            .ok(201);
        let saved = made.json();
        let id = saved["id"].as_str().unwrap();
        assert_eq!(made.header("location"), Some(format!("{RECORDS}/{id}").as_str()));
        assert_eq!(made.header("etag"), Some("\"1\""));
        assert_eq!(
            (saved["status"].as_str(), saved["numbers"]["number"].as_str()),
            (Some("OPEN"), Some("SQ20260001"))
        );
        let path = format!("{RECORDS}/{id}");
        let read = office.get("anna", &path).await.ok(200);
        assert_eq!(read.header("etag"), Some("\"1\""));
        let record = read.json();
        assert_eq!(record["fields"]["title"], "路灯 不亮");
        assert_eq!(
            (record["fields"]["phone"].as_str(), &record["masked"]),
            (Some("13912345678"), &json!([]))
        );
        assert_eq!(record["created_at"], "2026-10-09T09:00:00+08:00");
        let masked = office.get("rosa", &path).await.ok(200).json();
        assert_eq!(masked["masked"], json!(["phone"]));
        assert!(!masked.to_string().contains("13912345678"));
        let change = r#"{"title":"路灯全灭"}"#;
        let changed = office
            .call("anna", Method::PATCH, &path, &[JSON, ("if-match", "\"1\"")], change)
            .await
            .ok(200);
        assert_eq!(changed.header("etag"), Some("\"2\""));
        office
            .call("bert", Method::PATCH, &path, &[JSON, ("if-match", "\"1\"")], change)
            .await
            .problem(412, Code::VersionConflict, "");
        let history = office.get("anna", &format!("{path}/history")).await.ok(200).json();
        assert_eq!(history["items"][1]["content"]["changes"]["title"], "路灯全灭");
        assert_eq!(history["items"][1]["department"], "一单位");
        office
            .get("rosa", &format!("{path}/history"))
            .await
            .problem(403, Code::Forbidden, "");
        let timeline = office.get("rosa", &format!("{path}/timeline")).await.ok(200).json();
        assert_eq!(timeline["items"][0]["act"], "create");
        assert!(timeline["items"][1].get("content").is_none());
        let gone = office
            .call(
                "anna",
                Method::DELETE,
                &path,
                &[JSON, ("if-match", "\"2\"")],
                r#"{"reason":"重复"}"#,
            )
            .await
            .ok(200);
        assert_eq!(gone.json()["version"], 3);
        office.get("anna", &path).await.problem(404, Code::NotFound, "");
    }
}

#[tokio::test]
async fn lists_page_and_count() {
    let office = Office::open().await;
    for n in 0..5 {
        office
            .request(json!({ "title": format!("事 {n}"), "source": if n < 3 { "web" } else { "desk" } }))
            .await;
    }
    let mut path = format!("{RECORDS}?limit=2&sort=title");
    let mut titles = Vec::new();
    loop {
        let page = office.get("rosa", &path).await.ok(200).json();
        assert_eq!(page["count"], json!({ "value": 5, "exact": true }));
        titles.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["fields"]["title"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{RECORDS}?limit=2&sort=title&after={next}");
    }
    assert_eq!(titles, ["事 0", "事 1", "事 2", "事 3", "事 4"]);
    let web = office
        .get("rosa", &format!("{RECORDS}?filter=source%3D%27web%27"))
        .await
        .ok(200)
        .json();
    assert_eq!(web["count"]["value"], 3);
    let one = office.get("rosa", &format!("{RECORDS}?q=SQ20260004")).await.ok(200).json();
    assert_eq!(one["items"][0]["fields"]["title"], "事 3");
}

#[tokio::test]
async fn the_same_key_tells_the_same() {
    for on in BOTH {
        let office = Office::on(on, Options::default()).await;
        let send = async |who: &str, key: &str, body: &str| {
            office
                .call(who, Method::POST, RECORDS, &[JSON, ("idempotency-key", key)], body.to_owned())
                .await
        };
        let first = send("anna", "k-1", r#"{"title":"一件事"}"#).await.ok(201).json();
        let again = send("anna", "k-1", r#"{"title":"一件事"}"#).await.ok(201).json();
        assert_eq!(first, again);
        send("anna", "k-1", r#"{"title":"另一件"}"#)
            .await
            .problem(422, Code::KeyReused, "幂等键");
        let other = send("bert", "k-1", r#"{"title":"一件事"}"#).await.ok(201).json();
        assert_ne!(first["id"], other["id"], "a key belongs to its subject");
        let count = office.get("anna", RECORDS).await.ok(200).json()["count"]["value"].clone();
        assert_eq!(count, 2);
        let (a, b) = tokio::join!(
            send("anna", "k-2", r#"{"title":"两次"}"#),
            send("anna", "k-2", r#"{"title":"两次"}"#)
        );
        assert_eq!(a.ok(201).json()["id"], b.ok(201).json()["id"]);
    }
}

#[tokio::test]
async fn definitions_describe_themselves() {
    let office = Office::open().await;
    let register = office.get("anna", "/api/v1/registers/request").await.ok(200).json();
    let field = |name: &str| {
        register["fields"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["name"] == name)
            .cloned()
            .unwrap_or(Json::Null)
    };
    assert_eq!(
        (field("title")["type"].as_str(), field("title")["max"].as_u64()),
        (Some("text"), Some(30))
    );
    assert_eq!(field("phone")["sensitive"], true);
    assert_eq!(register["states"], "request_state");
    assert_eq!(
        register["dictionaries"]["request_state"][0],
        json!({ "code": "OPEN", "title": "待办", "values": { "public": "已收到", "public_step": "正在看" } })
    );
    assert_eq!(register["dictionaries"]["request_source"][1]["title"], "窗口");
    assert_eq!(register["forms"]["answer"]["fields"][0]["title"], "答复");
    assert_eq!(
        register["creates"],
        json!([{ "form": "report", "set": { "source": "desk" } }])
    );
    let reader = office.get("rosa", "/api/v1/registers/request").await.ok(200).json();
    assert_eq!(reader["creates"], json!([]), "who may not create is offered no form for it");
    let alike = office
        .post("anna", "/api/v1/registers/request/similar", json!({ "title": "路灯不亮" }))
        .await;
    assert_eq!(
        alike.ok(200).json(),
        json!({ "items": [] }),
        "the register declares no likeness"
    );
    let apps = office.get("nico", "/api/v1/apps").await.ok(200).json();
    assert_eq!(
        apps["items"][0],
        json!({ "name": "office", "title": "办事", "provides": ["request"] })
    );
    let process = office.get("rosa", "/api/v1/processes/request").await.ok(200).json();
    assert_eq!(process["steps"][0]["acts"]["refuse"], "不予办理");
    assert!(process["xml"].as_str().unwrap().starts_with("<?xml"));
    let document = office
        .call("", Method::GET, "/api/v1/openapi.json", &[], Body::empty())
        .await
        .ok(200);
    assert_eq!(document.bytes, yiwang_api::openapi().into_bytes());
}

#[tokio::test]
async fn statistics_count_what_the_reader_may_count() {
    for on in BOTH {
        let office = Office::on(on, Options::default()).await;
        for source in ["web", "web", "desk"] {
            office.request(json!({ "title": "一件事", "source": source })).await;
        }
        let path = "/api/v1/registers/request/stats/by_source";
        let table = office.get("rosa", path).await.ok(200).json();
        assert_eq!(
            (table["title"].as_str(), &table["keys"]),
            (Some("来源统计"), &json!(["登记时间", "来源"]))
        );
        // A reader goes from a figure to its records: the condition of the column and of the row as a filter of the list.
        assert_eq!(table["fields"], json!(["created_at", "source"]));
        let counted = |at: usize| table["columns"][at]["filter"].as_str();
        let filter = format!(
            "({}) AND source = '{}'",
            counted(0).unwrap(),
            table["rows"][0]["groups"][0]["key"].as_str().unwrap()
        );
        let list = format!(
            "/api/v1/registers/request/records?filter={}",
            filter.replace(' ', "+").replace('=', "%3D").replace('\'', "%27")
        );
        assert_eq!(office.get("rosa", &list).await.ok(200).json()["count"]["value"], 2);
        assert_eq!(counted(2), None);
        let rows: Vec<(&str, &str)> = table["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                (
                    it["groups"][0]["title"].as_str().unwrap(),
                    it["figures"][0]["text"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(rows, [("网页", "2"), ("窗口", "1")]);
        assert_eq!(table["rows"][0]["period"]["label"], "2026年10月");
        assert_eq!(
            (&table["totals"][0]["text"], &table["totals"][2]["text"]),
            (&json!("3"), &json!("0.00"))
        );
        let csv = office.get("rosa", &format!("{path}?format=csv&last=3")).await.ok(200);
        assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(String::from_utf8_lossy(&csv.bytes).contains("2026年10月"));
        office.get("anna", path).await.problem(403, Code::Forbidden, "");
        office
            .get("rosa", &format!("{path}?from=yesterday"))
            .await
            .problem(400, Code::BadRequest, "");
        office
            .get("rosa", "/api/v1/registers/request/stats/nothing")
            .await
            .problem(404, Code::NotFound, "统计表");
    }
}

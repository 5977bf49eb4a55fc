//! Imports: counts and error lines; a second run changes nothing.

use axum::http::Method;
use serde_json::json;
use yiwang_api::Options;
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::office::{Office, Reply};

async fn send(office: &Office, who: &str, text: String) -> Reply {
    office
        .call(
            who,
            Method::POST,
            "/api/v1/registers/request/import",
            &[("content-type", "application/x-ndjson")],
            text,
        )
        .await
}

#[tokio::test]
async fn rows_go_in_once() {
    for on in BOTH {
        let office = Office::on(on, Options::default()).await;
        let row = |n: usize| {
            json!({ "fields": { "title": format!("事 {n}"), "foreign": format!("F{n}") }, "notes": { "votes": n } }).to_string()
        };
        let mut text: String = (1..=50).map(|n| row(n) + "\n").collect();
        text.push_str("\n{\"fields\": {\"title\": \"\"}}\n{broken\n");
        let first = send(&office, "anna", text.clone()).await.ok(200).json();
        assert_eq!(
            (&first["new"], &first["unchanged"], &first["refused"]),
            (&json!(50), &json!(0), &json!(2))
        );
        assert_eq!(
            (&first["errors"][0]["line"], &first["errors"][0]["code"]),
            (&json!(52), &json!("invalid"))
        );
        assert_eq!(
            (&first["errors"][1]["line"], &first["errors"][1]["code"]),
            (&json!(53), &json!("bad-json"))
        );
        let second = send(&office, "anna", text).await.ok(200).json();
        assert_eq!(
            (&second["new"], &second["unchanged"], &second["refused"]),
            (&json!(0), &json!(50), &json!(2))
        );
        let page = office
            .get("anna", "/api/v1/registers/request/records?limit=1")
            .await
            .ok(200)
            .json();
        assert_eq!(page["count"]["value"], 50);
        let path = format!(
            "/api/v1/registers/request/records/{}/history",
            page["items"][0]["id"].as_str().unwrap()
        );
        assert!(office.get("anna", &path).await.ok(200).json()["items"][0]["content"]["notes"]["votes"].is_u64());
        send(&office, "rosa", row(51)).await.problem(403, Code::Forbidden, "");
        let wrong = office
            .call(
                "anna",
                Method::POST,
                "/api/v1/registers/request/import",
                &[("content-type", "text/csv")],
                "a",
            )
            .await;
        wrong.problem(415, Code::UnsupportedMedia, "x-ndjson");
    }
}

//! The public routes: report, progress, rating once; nothing of staff or of other people.

use axum::http::Method;
use serde_json::json;
use yiwang_types::Code;

use crate::office::Office;

#[tokio::test]
async fn a_resident_reports_asks_and_rates() {
    let office = Office::open().await;
    let body = json!({ "words": "门口的路灯不亮,晚上看不清", "phone": "13912345678" });
    let receipt = office.post("", "/api/v1/public/request", body).await.ok(201).json();
    let code = receipt["code"].as_str().unwrap();
    assert_eq!(receipt["numbers"]["code"], code);
    assert!(receipt.get("id").is_none());
    let made = office.get("anna", "/api/v1/registers/request/records").await.ok(200).json()["items"][0].clone();
    assert_eq!(made["fields"]["title"], "门口的路灯不亮,晚上看不清");
    assert_eq!(made["fields"]["source"], "web");
    let path = format!("/api/v1/public/progress/{code}");
    let progress = office.get("", &path).await.ok(200).json();
    assert_eq!(
        (progress["state"].as_str(), progress["step"].as_str()),
        (Some("已收到"), Some("正在看"))
    );
    let rating = json!({ "form": { "rating": 5 } });
    office
        .post("", &format!("{path}/rating"), rating.clone())
        .await
        .problem(409, Code::ActNotAllowed, "");
    let task = office.task_of(made["id"].as_str().unwrap()).await;
    let answer = json!({ "outcome": "answer", "form": { "answer": "修好了" } });
    office
        .post("anna", &format!("/api/v1/tasks/{task}/complete"), answer)
        .await
        .ok(200);
    let progress = office.get("", &path.to_lowercase()).await.ok(200);
    let text = String::from_utf8_lossy(&progress.bytes).into_owned();
    assert!(!text.contains("anna") && !text.contains("139"), "{text}");
    assert_eq!(progress.json()["answers"], json!([{ "title": "答复", "text": "修好了" }]));
    assert_eq!(progress.json()["state"], "已结束");
    office
        .post("", &format!("{path}/rating"), json!({ "form": { "rating": 9 } }))
        .await
        .problem(422, Code::Invalid, "");
    office.post("", &format!("{path}/rating"), rating.clone()).await.ok(204);
    office
        .post("", &format!("{path}/rating"), rating)
        .await
        .problem(409, Code::AlreadyRated, "已经评价");
    office
        .get("", "/api/v1/public/progress/NOSUCHCODE00")
        .await
        .problem(404, Code::NotFound, "查询码");
}

#[tokio::test]
async fn only_the_fields_of_the_form_are_taken() {
    let office = Office::open().await;
    let post = async |body: serde_json::Value| office.post("", "/api/v1/public/request", body).await;
    let problem = post(json!({ "words": "门口的路灯不亮", "source": "desk", "foreign": "1", "answer": "x" }))
        .await
        .problem(422, Code::Invalid, "");
    let mut fields: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["field"].as_str().unwrap())
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["answer", "foreign", "source"]);
    let problem = post(json!({ "title": "灯" })).await.problem(422, Code::Invalid, "");
    assert_eq!(problem["errors"][0]["field"], "words");
    let problem = post(json!({ "words": "短" })).await.problem(422, Code::Invalid, "");
    assert_eq!(problem["errors"][0]["message"], "写得太短");
    office
        .post("", "/api/v1/public/nothing", json!({}))
        .await
        .problem(404, Code::NotFound, "网上受理");
}

#[tokio::test]
async fn a_repeated_report_is_one_report() {
    let office = Office::open().await;
    let headers = [("content-type", "application/json"), ("idempotency-key", "0192-report")];
    let send = async || {
        office
            .call(
                "",
                Method::POST,
                "/api/v1/public/request",
                &headers,
                r#"{"words":"门口的路灯不亮"}"#,
            )
            .await
            .ok(201)
            .json()
    };
    assert_eq!(send().await, send().await);
    assert_eq!(
        office.get("anna", "/api/v1/registers/request/records").await.ok(200).json()["count"]["value"],
        1
    );
}

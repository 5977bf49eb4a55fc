//! A matter over HTTP: box, task, acts, clocks.

use serde_json::{Value as Json, json};
use yiwang_api::Options;
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::office::Office;

#[tokio::test]
async fn a_request_is_handled() {
    for on in BOTH {
        let office = Office::on(on, Options::default()).await;
        let id = office.request(json!({ "title": "一件事" })).await;
        let record = format!("/api/v1/registers/request/records/{id}");
        let task = format!("/api/v1/tasks/{}", office.task_of(&id).await);
        let view = office.get("anna", &task).await.ok(200).json();
        let acts: Vec<&str> = view["acts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["act"].as_str().unwrap())
            .collect();
        assert_eq!(acts, ["claim", "complete"]);
        assert_eq!(
            view["acts"][1]["outcomes"][1],
            json!({ "id": "refuse", "title": "不予办理", "form": null, "comment_required": true })
        );
        assert_eq!(view["forms"]["answer"]["fields"][0]["required"], true);
        assert_eq!(view["record"]["id"], id.as_str());
        assert_eq!(view["clocks"][0]["light"]["word"], "正常");
        let reader = office.get("rosa", &task).await.ok(200).json();
        assert!(reader["acts"].as_array().unwrap().is_empty() && reader["hindrance"].is_string());
        office
            .post("anna", &format!("{task}/lease"), Json::Null)
            .await
            .problem(409, Code::TaskTaken, "");
        office.post("anna", &format!("{task}/claim"), json!({})).await.ok(200);
        office
            .post(
                "bert",
                &format!("{task}/complete"),
                json!({ "outcome": "refuse", "comment": "不办" }),
            )
            .await
            .problem(409, Code::TaskTaken, "名anna");
        office.system.clock.pass_minutes(2);
        let lease = office.post("anna", &format!("{task}/lease"), Json::Null).await.ok(200).json();
        assert_eq!(lease["until"], "2026-10-09T09:07:00+08:00");
        let wrong = office
            .post(
                "anna",
                &format!("{task}/complete"),
                json!({ "outcome": "answer", "form": {} }),
            )
            .await;
        assert_eq!(wrong.problem(422, Code::Invalid, "")["errors"][0]["field"], "answer");
        office
            .post("anna", &format!("{task}/dance"), json!({}))
            .await
            .problem(409, Code::ActNotAllowed, "");
        office
            .post("anna", &format!("{task}/complete"), json!({ "outcom": "answer" }))
            .await
            .problem(400, Code::BadJson, "");
        let done = office
            .post(
                "anna",
                &format!("{task}/complete"),
                json!({ "outcome": "answer", "form": { "answer": "修好了" } }),
            )
            .await
            .ok(200);
        assert_eq!(done.json()["status"], "DONE");
        office
            .post("bert", &format!("{task}/claim"), json!({}))
            .await
            .problem(409, Code::TaskDone, "");
        let boxed = office.get("anna", "/api/v1/tasks?box=done").await.ok(200).json();
        assert_eq!(
            (boxed["items"][0]["act"].as_str(), boxed["items"][0]["outcome"].as_str()),
            (Some("complete"), Some("answer"))
        );
        let clocks = office.get("rosa", &format!("{record}/clocks")).await.ok(200).json();
        assert_eq!(
            (clocks["items"][0]["state"].as_str(), clocks["items"][0]["late"].as_bool()),
            (Some("ended"), Some(false))
        );
        assert_eq!(
            office.get("anna", &format!("{record}/tasks")).await.ok(200).json()["items"],
            json!([])
        );
    }
}

#[tokio::test]
async fn acts_without_a_task() {
    let office = Office::open().await;
    let id = office.request(json!({ "title": "一件事" })).await;
    let record = format!("/api/v1/registers/request/records/{id}");
    let acts = office.get("anna", &format!("{record}/acts")).await.ok(200).json();
    assert_eq!(acts["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (
            acts["items"][0]["act"].as_str(),
            acts["items"][0]["comment_required"].as_bool()
        ),
        (Some("urge"), Some(true))
    );
    assert_eq!(
        office.get("rosa", &format!("{record}/acts")).await.ok(200).json()["items"],
        json!([])
    );
    office
        .post("anna", &format!("{record}/acts/urge"), json!({}))
        .await
        .problem(422, Code::Invalid, "");
    let urged = office
        .post("anna", &format!("{record}/acts/urge"), json!({ "comment": "请抓紧" }))
        .await
        .ok(200);
    assert!(urged.header("etag").is_some());
    office
        .post("rosa", &format!("{record}/acts/urge"), json!({ "comment": "快" }))
        .await
        .problem(403, Code::Forbidden, "");
    assert_eq!(office.get("anna", &record).await.ok(200).json()["fields"]["urged"], 1);
    let open = office.get("anna", &format!("{record}/tasks")).await.ok(200).json();
    assert_eq!(
        (open["items"][0]["name"].as_str(), open["items"][0]["mine"].as_bool()),
        (Some("办理"), Some(true))
    );
}

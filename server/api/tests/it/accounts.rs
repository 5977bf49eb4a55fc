//! One's own account: what may be done before the password is changed; and the open pages.

use axum::body::Body;
use axum::http::{Method, Request};
use futures::StreamExt as _;
use serde_json::json;
use tower::ServiceExt as _;
use yiwang_api::Options;
use yiwang_testkit::system::{BOTH, On};
use yiwang_types::Code;

use crate::office::{MUST_CHANGE, Office};

#[tokio::test]
async fn before_the_password_is_changed_little_is_allowed() {
    let office = Office::open().await;
    let session = format!("yw_session={MUST_CHANGE}anna");
    let cookie = [("cookie", session.as_str()), ("content-type", "application/json")];
    let me = office.call("", Method::GET, "/api/v1/me", &cookie, "").await.ok(200).json();
    assert_eq!((&me["name"], &me["must_change_password"]), (&json!("名anna"), &json!(true)));
    office
        .call("", Method::GET, "/api/v1/tasks", &cookie, "")
        .await
        .problem(403, Code::PasswordMustChange, "密码");
    let change = |body: serde_json::Value| office.call("", Method::POST, "/api/v1/me/password", &cookie, body.to_string());
    let wrong = change(json!({ "current": "wrong", "new": "Better-2026" })).await;
    assert_eq!(wrong.problem(422, Code::Invalid, "")["errors"][0]["field"], "current");
    change(json!({ "current": "right" })).await.problem(400, Code::BadJson, "");
    change(json!({ "current": "right", "new": "Better-2026" })).await.ok(204);
    let foreign = [
        ("cookie", session.as_str()),
        ("content-type", "application/json"),
        ("origin", "https://elsewhere.example"),
    ];
    let body = json!({ "current": "right", "new": "Better-2026" }).to_string();
    office
        .call("", Method::POST, "/api/v1/me/password", &foreign, body)
        .await
        .problem(403, Code::ForeignOrigin, "");
    office.call("", Method::DELETE, "/api/v1/session", &cookie, "").await.ok(204);
    let me = office.get("anna", "/api/v1/me").await.ok(200).json();
    assert_eq!(me["must_change_password"], false);
    office
        .post(
            "anna",
            "/api/v1/me/password",
            json!({ "current": "right", "new": "Better-2026" }),
        )
        .await
        .problem(403, Code::Forbidden, "令牌");
}

#[tokio::test]
async fn the_manual_is_open() {
    let office = Office::open().await;
    let list = office.get("", "/api/v1/help").await.ok(200).json();
    assert_eq!(list, json!({ "items": [{ "page": "todo", "title": "待办" }] }));
    let page = office.get("", "/api/v1/help/todo").await.ok(200).json();
    assert_eq!(
        page,
        json!({ "page": "todo", "title": "待办", "html": "<p>先办<strong>快到期</strong>的。</p>\n" })
    );
    office
        .get("", "/api/v1/help/nothing")
        .await
        .problem(404, Code::NotFound, "手册");
}

/// Waits for the next piece of a stream; a minute is more than any of them takes.
async fn piece(stream: &mut (impl futures::Stream<Item = Result<axum::body::Bytes, axum::Error>> + Unpin)) -> String {
    let next = tokio::time::timeout(std::time::Duration::from_secs(60), stream.next()).await;
    let bytes = next.expect("a piece within a minute").expect("an open stream").unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn an_open_page_is_told_that_something_changed_on_any_node() {
    for on in BOTH {
        let office = Office::on(on, Options::default()).await;
        let request = Request::builder()
            .uri("/api/v1/events")
            .header("cookie", "yw_session=bert")
            .body(Body::empty())
            .unwrap();
        let response = office.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = response.into_body().into_data_stream();
        assert_eq!(piece(&mut stream).await, "retry: 3000\n\n");
        let event = "event: tasks\ndata: {}\n\n";
        assert_eq!(piece(&mut stream).await, event, "whoever connects asks once");
        match on {
            On::Sqlite => drop(office.request(json!({ "title": "一件事" })).await),
            // Another node writes; this one only reads the log.
            On::Postgres => {
                let (_, _, processes) = office.system.second_node().await;
                let anna = office.system.staff("anna", "d1", &["desk"], &[]).await;
                let new = yiwang_process::NewMatter {
                    fields: json!({ "title": "一件事" }).as_object().cloned().unwrap(),
                    notes: Default::default(),
                    writer: yiwang_process::Writer::Outside,
                };
                processes.create(&anna, "request", &new).await.unwrap();
            }
        }
        assert_eq!(piece(&mut stream).await, event);
    }
    let office = Office::open().await;
    office.get("", "/api/v1/events").await.problem(401, Code::NotSignedIn, "");
}

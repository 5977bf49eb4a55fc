//! Bad input: each with its status, code and Chinese words.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;
use yiwang_types::Code;

use crate::office::Office;

const RECORDS: &str = "/api/v1/registers/request/records";

#[tokio::test]
async fn unknown_routes_and_methods() {
    let office = Office::open().await;
    for path in [
        "/api/v1/nothing",
        "/api",
        "/api/",
        "/api/v2/me",
        "/other",
        "/api/v1/registers/request/records/1/2/3/4",
    ] {
        office.get("anna", path).await.problem(404, Code::NotFound, "没有这个地址");
    }
    for (method, path, allow) in [
        (Method::PUT, RECORDS, "GET,HEAD,POST"),
        (Method::POST, "/api/v1/me", "GET,HEAD"),
        (Method::GET, "/api/v1/session", "POST,DELETE"),
        (Method::TRACE, "/healthz", "GET,HEAD"),
    ] {
        let reply = office.call("anna", method.clone(), path, &[], Body::empty()).await;
        reply.problem(405, Code::MethodNotAllowed, "请求方法");
        assert_eq!(reply.header("allow"), Some(allow), "{method} {path}");
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let office = Office::open().await;
    let json = [("content-type", "application/json")];
    let post = async |headers: &[(&str, &str)], body: Vec<u8>| office.call("anna", Method::POST, RECORDS, headers, body).await;
    post(&json, b"{\"title\": \"\xff\"}".to_vec())
        .await
        .problem(400, Code::BadText, "第 12 个字节");
    post(&json, b"{\"title\":\n 1,}".to_vec())
        .await
        .problem(400, Code::BadJson, "第 2 行第 4 列");
    post(&json, b"[1]".to_vec()).await.problem(400, Code::BadJson, "不是这里要的");
    post(&json, "[".repeat(200_000).into_bytes())
        .await
        .problem(400, Code::BadJson, "");
    post(&json, vec![b' '; 1_000_001])
        .await
        .problem(413, Code::TooLarge, "1000 KB");
    post(&[], b"{\"title\": \"a\"}".to_vec())
        .await
        .problem(415, Code::UnsupportedMedia, "application/json");
    post(&[("content-type", "application/x-www-form-urlencoded")], b"title=a".to_vec())
        .await
        .problem(415, Code::UnsupportedMedia, "");
    let session = office
        .call("", Method::POST, "/api/v1/session", &json, r#"{"username":"anna"}"#)
        .await;
    let problem = session.problem(400, Code::BadJson, "");
    assert_eq!(problem["errors"][0]["field"], "password");
    let stream = futures::stream::iter((0..11).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100_000])));
    office
        .call("anna", Method::POST, RECORDS, &json, Body::from_stream(stream))
        .await
        .problem(413, Code::TooLarge, "");
    let stream = futures::stream::iter([Ok(b"{\"ti".to_vec()), Err(std::io::Error::other("gone"))]);
    office
        .call("anna", Method::POST, RECORDS, &json, Body::from_stream(stream))
        .await
        .problem(400, Code::BadRequest, "没有传完");
}

#[tokio::test]
async fn all_field_errors_at_once() {
    let office = Office::open().await;
    let body = json!({ "title": "很".repeat(31), "phone": "12x", "source": "moon", "rating": 5, "colour": "red" });
    let reply = office.post("anna", RECORDS, body).await;
    let problem = reply.problem(422, Code::Invalid, "需要修改");
    let mut fields: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["field"].as_str().unwrap())
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["colour", "phone", "rating", "source", "title"]);
    for it in problem["errors"].as_array().unwrap() {
        assert!(
            ["rule", "message", "remedy"]
                .iter()
                .all(|key| !it[key].as_str().unwrap().is_empty()),
            "{it}"
        );
    }
}

#[tokio::test]
async fn parameters_and_headers() {
    let office = Office::open().await;
    let get = async |query: &str| office.get("anna", &format!("{RECORDS}?{query}")).await;
    get("limit=0&colour=red").await.problem(400, Code::BadRequest, "2 个参数");
    get("after=xyz").await.problem(400, Code::BadRequest, "after");
    get("q=%ff").await.problem(400, Code::BadText, "UTF-8");
    get("filter=title%20%3D").await.problem(400, Code::BadFilter, "");
    get("filter=nothing%20%3D%201").await.problem(400, Code::BadFilter, "nothing");
    let deep = format!("filter={}1%3D1{}", "(".repeat(40), ")".repeat(40));
    get(&deep).await.problem(400, Code::BadFilter, "");
    let long = format!("filter=title%3D%27{}%27", "x".repeat(4_000));
    get(&long).await.problem(400, Code::BadFilter, "");
    office
        .get("rosa", &format!("{RECORDS}?sort=phone"))
        .await
        .problem(403, Code::MaskedField, "脱敏");
    office
        .get("anna", "/api/v1/tasks?box=bin")
        .await
        .problem(400, Code::BadRequest, "");
    office
        .get("anna", "/api/v1/registers/%ff")
        .await
        .problem(400, Code::BadText, "UTF-8");
    let id = office.request(json!({ "title": "一件事" })).await;
    let patch = async |headers: &[(&str, &str)]| {
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .copied()
            .chain([("content-type", "application/json")])
            .collect();
        office
            .call(
                "anna",
                Method::PATCH,
                &format!("{RECORDS}/{id}"),
                &headers,
                r#"{"title":"别的事"}"#,
            )
            .await
    };
    patch(&[]).await.problem(428, Code::VersionMissing, "If-Match");
    patch(&[("if-match", "5")]).await.problem(400, Code::BadRequest, "双引号");
    patch(&[("if-match", "\"7\"")])
        .await
        .problem(412, Code::VersionConflict, "第 7 版");
    patch(&[("if-match", "\"1\""), ("idempotency-key", "a b")])
        .await
        .problem(400, Code::BadRequest, "Idempotency-Key");
    patch(&[("if-match", "\"1\"")]).await.ok(200);
}

#[tokio::test]
async fn headers_of_every_answer() {
    let office = Office::open().await;
    for path in ["/healthz", "/api/v1/me", "/api/v1/nothing", "/api/v1/openapi.json"] {
        let reply = office
            .call("anna", Method::GET, path, &[("x-request-id", "abc-1")], Body::empty())
            .await;
        assert_eq!(reply.header("x-request-id"), Some("abc-1"));
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("same-origin"));
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
    }
    let reply = office
        .call("anna", Method::GET, "/healthz", &[("x-request-id", "a b")], Body::empty())
        .await;
    assert_ne!(
        reply.header("x-request-id"),
        Some("a b"),
        "a number that is no plain word is not taken over"
    );
}

//! Who is let in: cookies, tokens, origins; every protected route refuses a stranger.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use yiwang_api::{Options, Peer};
use yiwang_testkit::system::On;
use yiwang_types::Code;

use crate::office::Office;

#[tokio::test]
async fn every_route_that_asks_for_a_session_refuses_a_stranger() {
    let office = Office::open().await;
    let mut seen = 0;
    for line in yiwang_api::routes().lines() {
        let [access, method, path] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        if !["signed-in", "grant"].contains(&access) {
            continue;
        }
        let path = path.replace("{register}", "request").replace(['{', '}'], "");
        let method: Method = method.parse().unwrap();
        for (headers, words) in [
            (vec![("if-match", "\"1\"")], "请先登录"),
            (vec![("if-match", "\"1\""), ("authorization", "Bearer fake")], "会话已失效"),
            (vec![("if-match", "\"1\""), ("cookie", "yw_session=fake")], "会话已失效"),
            (vec![("if-match", "\"1\""), ("authorization", "Basic YTpi")], "Bearer"),
        ] {
            let reply = office.call("", method.clone(), &path, &headers, Body::empty()).await;
            reply.problem(401, Code::NotSignedIn, words);
            assert!(reply.header("www-authenticate").is_some());
        }
        seen += 1;
    }
    assert!(seen > 20, "{seen} routes");
}

#[tokio::test]
async fn metrics_are_for_the_machine_itself_and_for_programs() {
    let office = Office::open().await;
    let from = |peer: &str, headers: &[(&str, &str)]| {
        let peer = Peer(peer.parse().unwrap());
        let mut request = Request::builder().uri("/metrics").extension(peer);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        office.send(request.body(Body::empty()).unwrap())
    };
    from("127.0.0.1", &[]).await.ok(200);
    from("::1", &[]).await.ok(200);
    from("10.1.2.3", &[("authorization", "Bearer anna")]).await.ok(200);
    for (peer, headers) in [
        ("10.1.2.3", vec![]),
        ("127.0.0.1", vec![("x-forwarded-for", "10.1.2.3")]),
        ("10.1.2.3", vec![("cookie", "yw_session=anna")]),
    ] {
        from(peer, &headers).await.problem(401, Code::NotSignedIn, "本机");
    }
    let fake = from("10.1.2.3", &[("authorization", "Bearer fake")]).await;
    fake.problem(401, Code::NotSignedIn, "会话已失效");
}

#[tokio::test]
async fn signing_in_and_out() {
    let office = Office::open().await;
    let wrong = office
        .post("", "/api/v1/session", json!({ "username": "anna", "password": "wrong" }))
        .await;
    wrong.problem(401, Code::SignInFailed, "账号或密码");
    let reply = office
        .post("", "/api/v1/session", json!({ "username": "anna", "password": "right" }))
        .await
        .ok(200);
    let cookie = reply.header("set-cookie").unwrap();
    assert_eq!(cookie, "yw_session=anna; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax");
    assert!(!String::from_utf8_lossy(&reply.bytes).contains("token"));
    let json = reply.json();
    assert_eq!(
        (json["me"]["id"].as_str(), json["expires_at"].as_str()),
        (Some("anna"), Some("2026-10-09T21:00:00+08:00"))
    );
    assert_eq!(
        json["me"]["posts"][0]["department"],
        json!({ "code": "d1", "title": "一单位" })
    );
    assert_eq!(json["me"]["posts"][0]["roles"][0]["title"], "窗口");
    let with = [("cookie", "yw_session=anna")];
    let me = office
        .call("", Method::GET, "/api/v1/me", &with, Body::empty())
        .await
        .ok(200)
        .json();
    assert_eq!((me["name"].as_str(), me["demo"].as_bool()), (Some("名anna"), Some(true)));
    let out = office
        .call("", Method::DELETE, "/api/v1/session", &with, Body::empty())
        .await
        .ok(204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn a_session_begun_over_tls_stays_there() {
    let sign_in = async |forwarded: bool, proto: &str| {
        let options = Options {
            forwarded,
            ..Options::default()
        };
        let office = Office::on(On::Sqlite, options).await;
        let headers = [("content-type", "application/json"), ("x-forwarded-proto", proto)];
        let body = r#"{"username":"anna","password":"right"}"#;
        let reply = office.call("", Method::POST, "/api/v1/session", &headers, body).await.ok(200);
        reply.header("set-cookie").unwrap().contains("; Secure")
    };
    assert!(sign_in(true, "https").await);
    assert!(sign_in(true, "http, https").await, "the last one is the proxy's word");
    assert!(!sign_in(true, "https, http").await);
    assert!(!sign_in(false, "https").await, "without a proxy anybody can say so");
}

#[tokio::test]
async fn what_a_page_asks_by_itself_keeps_no_session_alive() {
    let office = Office::open().await;
    let at_rest = async |path: &str, background: &[(&str, &str)]| {
        let before = office.at_rest.load(Ordering::Relaxed);
        let headers = [&[("cookie", "yw_session=anna")], background].concat();
        office.call("", Method::GET, path, &headers, Body::empty()).await.ok(200);
        office.at_rest.load(Ordering::Relaxed) - before
    };
    for path in ["/api/v1/me", "/api/v1/tasks?box=todo"] {
        assert_eq!(at_rest(path, &[]).await, 0, "{path}");
        assert_eq!(at_rest(path, &[("x-yiwang-background", "1")]).await, 1, "{path}");
        assert_eq!(at_rest(path, &[("x-yiwang-background", "0")]).await, 0, "{path}");
    }
}

#[tokio::test]
async fn a_write_with_a_cookie_must_come_from_our_own_page() {
    let office = Office::open().await;
    let path = "/api/v1/registers/request/records";
    let send = async |origin: &[(&'static str, &'static str)], status: u16| {
        let base = [
            ("cookie", "yw_session=anna"),
            ("host", "county.example"),
            ("content-type", "application/json"),
        ];
        let headers: Vec<(&str, &str)> = base.iter().chain(origin).copied().collect();
        let reply = office.call("", Method::POST, path, &headers, r#"{"title":"一件事"}"#).await;
        if status == 403 {
            reply.problem(403, Code::ForeignOrigin, "别的网站");
        } else {
            reply.ok(status);
        }
    };
    send(&[], 201).await;
    send(
        &[("origin", "https://county.example"), ("sec-fetch-site", "same-origin")],
        201,
    )
    .await;
    send(&[("origin", "https://evil.example")], 403).await;
    send(&[("sec-fetch-site", "cross-site")], 403).await;
    let headers = [
        ("origin", "https://evil.example"),
        ("content-type", "application/json"),
        ("host", "county.example"),
    ];
    office
        .call(
            "",
            Method::POST,
            "/api/v1/session",
            &headers,
            r#"{"username":"anna","password":"right"}"#,
        )
        .await
        .problem(403, Code::ForeignOrigin, "");
    // A token is not sent by a browser on its own, so its origin does not matter.
    office
        .call("anna", Method::POST, path, &headers, r#"{"title":"一件事"}"#)
        .await
        .ok(201);
}

#[tokio::test]
async fn grants_decide_what_is_seen() {
    let office = Office::open().await;
    let of = async |who: &str| office.get(who, "/api/v1/registers").await.ok(200).json()["items"].clone();
    assert_eq!(
        of("anna").await[0]["may"],
        json!(["read", "create", "update", "delete", "history"])
    );
    assert_eq!(of("rosa").await[0]["may"], json!(["read"]));
    assert_eq!(of("nico").await, json!([]));
    office
        .get("nico", "/api/v1/registers/request")
        .await
        .problem(403, Code::Forbidden, "");
    office
        .get("nico", "/api/v1/registers/request/records")
        .await
        .problem(403, Code::Forbidden, "");
    office
        .get("nico", "/api/v1/processes/request")
        .await
        .problem(404, Code::NotFound, "没有这个流程");
    office
        .post("rosa", "/api/v1/registers/request/records", json!({ "title": "一件事" }))
        .await
        .problem(403, Code::Forbidden, "");
    office
        .get("anna", "/api/v1/registers/nothing")
        .await
        .problem(404, Code::NotFound, "nothing");
}

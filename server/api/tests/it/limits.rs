//! Health, metrics, full queues, too many requests, time limits, panics.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use serde_json::json;
use yiwang_api::{Admission, Options, Rate};
use yiwang_testkit::system::On;
use yiwang_types::Code;

use crate::office::Office;

#[tokio::test]
async fn health_waits_for_what_is_loaded() {
    let office = Office::open().await;
    office.ready.store(false, Ordering::Release);
    let reply = office.get("", "/healthz").await;
    reply.problem(503, Code::Unavailable, "正在启动");
    assert_eq!(reply.header("retry-after"), Some("5"));
    office.get("", "/readyz").await.problem(503, Code::Unavailable, "");
    office.ready.store(true, Ordering::Release);
    office.get("", "/healthz").await.ok(200);
    office.get("", "/readyz").await.ok(200);
    office.get("anna", "/api/v1/me").await.ok(200);
    let text = String::from_utf8(office.get("anna", "/metrics").await.ok(200).bytes).unwrap();
    for line in [
        "yiwang_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
        "yiwang_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"503\"} 1",
        "yiwang_http_requests_total{method=\"GET\",route=\"/api/v1/me\",status=\"200\"} 1",
        "yiwang_admission_places{class=\"write\"} 128",
        "yiwang_admission_in_use{class=\"read\"} 0",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    assert!(text.contains("yiwang_store_statements_total "));
}

/// A request whose body never comes holds its place.
fn endless() -> Body {
    Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>())
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_back() {
    let admission = Admission {
        reads: 1,
        writes: 1,
        transfers: 1,
        wait: Duration::from_millis(20),
    };
    let options = Options {
        admission,
        timeout: Duration::from_millis(500),
        ..Options::default()
    };
    let office = Office::on(On::Sqlite, options).await;
    let json = [("content-type", "application/json")];
    let path = "/api/v1/registers/request/records";
    let slow = office.call("anna", Method::POST, path, &json, endless());
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let refused = office.post("anna", path, json!({ "title": "一件事" })).await;
        refused.problem(503, Code::Busy, "系统繁忙");
        assert_eq!(refused.header("retry-after"), Some("1"));
        office.get("anna", path).await.ok(200);
        office.get("", "/healthz").await.ok(200);
    };
    let (slow, ()) = tokio::join!(slow, meanwhile);
    slow.problem(504, Code::Timeout, "时间太长");
    office.post("anna", path, json!({ "title": "一件事" })).await.ok(201);
}

#[tokio::test]
async fn too_many_attempts() {
    let rate = |burst| Some(Rate { burst, per_minute: 6 });
    let options = Options {
        sign_in_address: rate(4),
        sign_in_user: rate(2),
        public_writes: rate(1),
        forwarded: true,
        ..Options::default()
    };
    let office = Office::on(On::Sqlite, options).await;
    let sign_in = async |user: &str, from: &str| {
        let body = json!({ "username": user, "password": "wrong" }).to_string();
        let headers = [("content-type", "application/json"), ("x-forwarded-for", from)];
        office.call("", Method::POST, "/api/v1/session", &headers, body).await
    };
    for _ in 0..2 {
        sign_in("anna", "10.0.0.1").await.problem(401, Code::SignInFailed, "");
    }
    sign_in(" ANNA ", "10.0.0.9")
        .await
        .problem(429, Code::TooManyRequests, "请等");
    let reply = sign_in("anna", "10.0.0.9").await;
    reply.problem(429, Code::TooManyRequests, "请等");
    assert_eq!(reply.header("retry-after"), Some("11"));
    sign_in("b", "10.0.0.1").await.problem(401, Code::SignInFailed, "");
    sign_in("c", "10.0.0.1, 10.0.0.1").await.problem(401, Code::SignInFailed, "");
    sign_in("d", "1.1.1.1, 10.0.0.1")
        .await
        .problem(429, Code::TooManyRequests, "");
    sign_in("e", "10.0.0.2").await.problem(401, Code::SignInFailed, "");
    let report = async || {
        office
            .post("", "/api/v1/public/request", json!({ "words": "门口的路灯不亮" }))
            .await
    };
    report().await.ok(201);
    report().await.problem(429, Code::TooManyRequests, "内容都还在");
    office.system.clock.pass_minutes(1);
    report().await.ok(201);
}

#[tokio::test]
async fn a_panic_is_an_internal_problem_without_its_words() {
    let office = Office::open().await;
    let reply = office
        .post("", "/api/v1/session", json!({ "username": "panic", "password": "x" }))
        .await;
    let problem = reply.problem(500, Code::Internal, "已记录");
    assert!(!problem.to_string().contains("secret of the log"));
    office.get("anna", "/api/v1/me").await.ok(200);
}

#[tokio::test]
async fn the_accept_loop_answers_and_ends() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let office = Office::open().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(yiwang_api::serve(listener, office.router.clone(), async {
        let _ = ended.await;
    }));
    let mut idle = tokio::net::TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /healthz HT").await.unwrap();
    let ask = async |head: &str| {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    };
    let text = ask("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 200 OK") && text.ends_with("ok\n"), "{text}");
    assert!(ask("nonsense\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    let many = format!("GET /healthz HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200));
    assert!(ask(&many).await.starts_with("HTTP/1.1 431"));
    end.send(()).unwrap();
    drop(idle);
    server.await.unwrap();
}

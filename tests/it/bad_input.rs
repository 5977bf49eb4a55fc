//! Bad input gets its status, its code and a Chinese sentence.

use crate::site::{BOTH, Site};

struct Answer {
    status: u16,
    body: String,
}

fn call(base: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{base}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = agent.run(request.body(body.to_vec()).expect("request")).expect("answer");
    Answer {
        status: answer.status().as_u16(),
        body: answer.body_mut().read_to_string().expect("body"),
    }
}

#[test]
fn whatever_is_wrong_is_said_in_chinese() {
    let site = Site::demo(BOTH[0]);
    let json = [("content-type", "application/json")];
    let public = "/api/v1/public/urban_case";
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a [u8], u16, &'a str, &'a str);
    let cases: [Case<'_>; 10] = [
        ("GET", "/api/v1/tasks", &[], b"", 401, "not-signed-in", "登录"),
        (
            "GET",
            "/api/v1/tasks",
            &[("cookie", "yw_session=0000")],
            b"",
            401,
            "not-signed-in",
            "登录",
        ),
        ("GET", "/api/v1/nowhere", &[], b"", 404, "not-found", ""),
        ("PUT", "/api/v1/session", &json, b"{}", 405, "method-not-allowed", ""),
        ("POST", public, &json, b"{\"title\":", 400, "bad-json", "JSON"),
        ("POST", public, &json, b"{\"title\":\"\xff\"}", 400, "bad-", "UTF-8"),
        (
            "POST",
            public,
            &json,
            "{\"title\":\"坑\",\"colour\":1}".as_bytes(),
            422,
            "invalid",
            "colour",
        ),
        (
            "POST",
            public,
            &json,
            "{\"title\":\"坑\",\"description\":\"有坑\",\"location\":{\"lon\":10.0,\"lat\":10.0}}".as_bytes(),
            422,
            "place-outside",
            "县",
        ),
        (
            "GET",
            "/api/v1/public/progress/NOSUCHCODE12",
            &[],
            b"",
            404,
            "not-found",
            "查询码",
        ),
        (
            "POST",
            "/api/v1/session",
            &json,
            b"{\"username\":\"intake1\",\"password\":\"wrong\"}",
            401,
            "sign-in-failed",
            "密码",
        ),
    ];
    for (method, path, headers, body, status, code, part) in cases {
        let answer = call(&site.base, method, path, headers, body);
        let told = format!("{method} {path}: {} {}", answer.status, answer.body);
        assert_eq!(answer.status, status, "{told}");
        assert!(
            answer.body.contains(&format!("\"code\":\"{code}")) && answer.body.contains(part),
            "{told}"
        );
    }
}

//! Bad input gets its status, its code and a Chinese sentence: at the door of the built binary.

use std::io::Write as _;
use std::net::TcpStream;

use serde_json::{Value as Json, json};

use crate::client::{self, Body, People, until};
use crate::site::{Answer, BOTH, PASSWORD, Site, call, sign_in};

const PUBLIC: &str = "/api/v1/public/urban_case";
const RECORDS: &str = "/api/v1/registers/urban_case/records";
const JSON: (&str, &str) = ("content-type", "application/json");

/// A request, and what must come back: method, path, headers, body; status, code (or its beginning), part of the sentence.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a [u8], u16, &'a str, &'a str);

#[track_caller]
fn refused(site: &Site, cases: &[Case<'_>]) {
    for (method, path, headers, body, status, code, part) in cases {
        let answer = call(&site.base, method, path, headers, body);
        let shown: String = path.chars().take(80).collect();
        problem(&format!("{method} {shown}"), &answer, *status, code, part);
    }
}

/// Status, code and sentence of a problem.
#[track_caller]
fn problem(what: &str, answer: &Answer, status: u16, code: &str, part: &str) {
    let told = format!("{what}: {} {}", answer.status, answer.body);
    assert_eq!(answer.status, status, "{told}");
    assert!(
        answer.body.contains(&format!("\"code\":\"{code}")) && answer.body.contains(part),
        "{told}"
    );
    let detail = serde_json::from_str::<Json>(&answer.body).expect("JSON")["detail"]
        .as_str()
        .map(str::to_owned);
    let chinese = |it: char| ('\u{4e00}'..='\u{9fff}').contains(&it);
    assert!(detail.is_some_and(|it| it.chars().any(chinese)), "{told}");
}

#[test]
fn whoever_is_nobody_is_told_in_chinese() {
    let site = Site::demo(BOTH[0]);
    let fake = [("cookie", "yw_session=0000")];
    let made_up = format!("yw_session={}", "A".repeat(43));
    refused(
        &site,
        &[
            ("GET", "/api/v1/tasks", &[], b"", 401, "not-signed-in", "登录"),
            ("GET", "/api/v1/tasks", &fake, b"", 401, "not-signed-in", "登录"),
            (
                "GET",
                "/api/v1/tasks",
                &[("cookie", &made_up)],
                b"",
                401,
                "not-signed-in",
                "登录",
            ),
            (
                "GET",
                "/api/v1/tasks",
                &[("authorization", "Bearer yiwang_0")],
                b"",
                401,
                "not-signed-in",
                "",
            ),
            (
                "GET",
                "/api/v1/tasks",
                &[("authorization", "Basic YTpi")],
                b"",
                401,
                "not-signed-in",
                "Bearer",
            ),
            ("GET", "/api/v1/nowhere", &[], b"", 404, "not-found", "没有这个地址"),
            (
                "PUT",
                "/api/v1/session",
                &[JSON],
                b"{}",
                405,
                "method-not-allowed",
                "请求方法",
            ),
            (
                "BREW",
                "/api/v1/session",
                &[JSON],
                b"{}",
                405,
                "method-not-allowed",
                "请求方法",
            ),
            ("DELETE", PUBLIC, &[], b"", 405, "method-not-allowed", "请求方法"),
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
                &[JSON],
                br#"{"username":"intake1","password":"wrong"}"#,
                401,
                "sign-in-failed",
                "密码",
            ),
            (
                "POST",
                "/api/v1/session",
                &[JSON],
                br#"{"username":"intake1"}"#,
                400,
                "bad-json",
                "password",
            ),
        ],
    );
    let page = call(&site.base, "GET", "/no/such/page", &[], b"");
    assert!(
        page.status == 404 && page.body.contains("没有"),
        "{} {}",
        page.status,
        page.body
    );
    let page = call(&site.base, "DELETE", "/report/urban_case", &[], b"");
    assert_eq!(page.status, 405, "{}", page.body);
}

#[test]
fn bodies_that_say_nothing_sensible_are_refused_with_every_fault_at_once() {
    let site = Site::demo(BOTH[0]);
    let deep = format!("{{\"title\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let long = format!("{{\"title\":\"{}\"}}", "长".repeat(400_000));
    refused(
        &site,
        &[
            ("POST", PUBLIC, &[JSON], b"{\"title\":", 400, "bad-json", "JSON"),
            ("POST", PUBLIC, &[JSON], deep.as_bytes(), 400, "bad-json", "JSON"),
            ("POST", PUBLIC, &[JSON], b"[]", 400, "bad-json", ""),
            ("POST", PUBLIC, &[JSON], b"{\"title\":\"\xff\"}", 400, "bad-text", "UTF-8"),
            ("POST", PUBLIC, &[JSON], long.as_bytes(), 413, "too-large", "KB"),
            (
                "POST",
                PUBLIC,
                &[("content-type", "text/plain")],
                b"title",
                415,
                "unsupported-media",
                "application/json",
            ),
            (
                "POST",
                PUBLIC,
                &[JSON],
                "{\"title\":\"坑\",\"colour\":1}".as_bytes(),
                422,
                "invalid",
                "colour",
            ),
            (
                "POST",
                PUBLIC,
                &[JSON],
                "{\"title\":\"坑\",\"description\":\"有坑\",\"location\":{\"lon\":10.0,\"lat\":10.0}}".as_bytes(),
                422,
                "place-outside",
                "县",
            ),
            (
                "POST",
                PUBLIC,
                &[JSON],
                "{\"title\":\"坑\",\"description\":\"有坑\",\"location\":{\"lon\":127.51229,\"lat\":43.0452}}".as_bytes(),
                422,
                "place-on-border",
                "社区",
            ),
        ],
    );
    let wrong = json!({ "title": "很".repeat(101), "reporter_phone": "12x", "contact_allowed": "maybe", "location": "here", "colour": 1 });
    let answer = call(&site.base, "POST", PUBLIC, &[JSON], wrong.to_string().as_bytes());
    problem("all at once", &answer, 422, "invalid", "需要修改");
    let faults = serde_json::from_str::<Json>(&answer.body).expect("JSON")["errors"].clone();
    let all = faults.as_array().cloned().unwrap_or_default();
    for field in ["title", "reporter_phone", "contact_allowed", "location", "colour"] {
        let fault = all
            .iter()
            .find(|it| it["field"] == field)
            .unwrap_or_else(|| panic!("{field}: {faults}"));
        let said = |key: &str| fault[key].as_str().is_some_and(|it| !it.is_empty());
        assert!(said("rule") && said("message") && said("remedy"), "{fault}");
    }
}

#[test]
fn filters_and_parameters_are_bounded() {
    let site = Site::demo(BOTH[0]);
    let cookie = sign_in(&site.base, "intake1", PASSWORD)
        .map_err(|it| it.body)
        .expect("signed in");
    let me = [("cookie", cookie.as_str())];
    let of = |filter: &str| {
        format!(
            "{RECORDS}?filter={}",
            filter.bytes().map(|it| format!("%{it:02X}")).collect::<String>()
        )
    };
    let nested = |depth: usize| of(&format!("{}title = 'x'{}", "(".repeat(depth), ")".repeat(depth)));
    let nots = of(&format!("{}title = 'x'", "not ".repeat(200)));
    let long = |letters: usize| of(&format!("title = '{}'", "x".repeat(letters)));
    refused(
        &site,
        &[
            ("GET", &nested(100), &me, b"", 400, "bad-filter", "层"),
            ("GET", &nots, &me, b"", 400, "bad-filter", "层"),
            ("GET", &long(4_000), &me, b"", 400, "bad-filter", "4000"),
            ("GET", &of("title ="), &me, b"", 400, "bad-filter", ""),
            ("GET", &of("nothing = 1"), &me, b"", 400, "bad-filter", "nothing"),
            ("GET", &of("title = 1; drop table yw_user"), &me, b"", 400, "bad-filter", ""),
            ("GET", &of("reporter_phone > '1'"), &me, b"", 403, "masked-field", "脱敏"),
            ("GET", &format!("{RECORDS}?filter=%ff"), &me, b"", 400, "bad-text", "UTF-8"),
            ("GET", &format!("{RECORDS}?limit=0"), &me, b"", 400, "bad-request", "limit"),
            ("GET", &format!("{RECORDS}?after=zzz"), &me, b"", 400, "bad-request", "after"),
            ("GET", "/api/v1/registers/no_such/records", &me, b"", 404, "not-found", ""),
            ("GET", "/api/v1/registers/%ff/records", &me, b"", 400, "bad-text", "UTF-8"),
            ("GET", "/api/v1/tasks?box=bin", &me, b"", 400, "bad-request", "box"),
        ],
    );
    for good in [nested(30), long(3_900)] {
        let answer = call(&site.base, "GET", &good, &me, b"");
        assert_eq!(answer.status, 200, "just within the bounds: {}", answer.body);
    }
}

#[test]
fn files_are_what_they_are_and_not_what_they_are_called() {
    let site = Site::demo(BOTH[0]);
    let cookie = sign_in(&site.base, "intake1", PASSWORD)
        .map_err(|it| it.body)
        .expect("signed in");
    let part = |media: &str, bytes: &[u8]| {
        let head =
            format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\ncontent-type: {media}\r\n\r\n");
        [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat()
    };
    let png = client::photo(1);
    let script = part("image/png", b"<html><script>alert(1)</script></html>");
    let program = part("image/png", b"MZ\x90\x00\x03\x00\x00\x00");
    let cut = part("image/png", &png[..png.len() / 2]);
    let empty = part("image/png", b"");
    let huge = part("image/png", &[png.as_slice(), &vec![0; 20_000_001]].concat());
    let unfinished = &part("image/png", &png)[..60];
    let form = [
        ("cookie", cookie.as_str()),
        ("content-type", "multipart/form-data; boundary=b"),
    ];
    let bare = [("cookie", cookie.as_str()), ("content-type", "multipart/form-data")];
    let text = [("cookie", cookie.as_str()), JSON];
    refused(
        &site,
        &[
            ("POST", "/api/v1/files", &form, &script, 422, "bad-file", "不是照片"),
            ("POST", "/api/v1/files", &form, &program, 422, "bad-file", "不是照片"),
            ("POST", "/api/v1/files", &form, &cut, 422, "bad-file", "损坏"),
            ("POST", "/api/v1/files", &form, &empty, 422, "bad-file", "空"),
            ("POST", "/api/v1/files", &form, &huge, 413, "too-large", "MB"),
            ("POST", "/api/v1/files", &form, unfinished, 400, "bad-multipart", ""),
            ("POST", "/api/v1/files", &bare, &script, 415, "unsupported-media", "multipart"),
            ("POST", "/api/v1/files", &text, b"{}", 415, "unsupported-media", "multipart"),
            (
                "GET",
                "/api/v1/files/01926c5a-1234-7fff-bfff-000000000000",
                &form,
                b"",
                404,
                "not-found",
                "",
            ),
        ],
    );
    assert_eq!(
        call(&site.base, "POST", "/api/v1/files", &form, &part("image/png", &png)).status,
        201
    );
}

#[test]
fn two_clerks_cannot_hold_one_task_and_a_repeated_post_is_one_act() {
    for on in BOTH {
        let site = Site::demo(on);
        let people = People::at(&site.base).signed_in(&["intake1", "chief1", "handler1"]);
        let new = json!({ "title": "井盖碎了", "description": "井盖碎了一半", "location": { "lon": 127.5006, "lat": 43.0496 } });
        let report = |key: &str, body: &Json| {
            let headers = [JSON, ("idempotency-key", key)];
            call(&site.base, "POST", PUBLIC, &headers, body.to_string().as_bytes())
        };
        // The same report at once and again: one record, one answer.
        let (one, two) = std::thread::scope(|scope| {
            let one = scope.spawn(|| report("once", &new));
            let two = scope.spawn(|| report("once", &new));
            (one.join().expect("one"), two.join().expect("two"))
        });
        assert_eq!((one.status, &one.body), (two.status, &two.body), "{on:?}");
        assert_eq!((one.status, &one.body), (201, &report("once", &new).body), "{on:?}");
        let other = report(
            "once",
            &json!({ "title": "别的事", "description": "别的事", "address": "县前街" }),
        );
        problem("the same key, another content", &other, 422, "key-reused", "幂等键");

        let numbers = serde_json::from_str::<Json>(&one.body).expect("JSON")["numbers"].clone();
        let number = numbers["report_number"].as_str().expect("number");
        let list = people
            .get("intake1", &format!("/registers/urban_case/records?q={number}"))
            .good("list");
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
        let case = list["items"][0]["id"].clone();
        let tasks = people.get("intake1", "/tasks?box=todo&limit=200").good("tasks");
        let items = tasks["items"].as_array().cloned().unwrap_or_default();
        let task = items.iter().find(|it| it["record"]["id"] == case).expect("task")["id"].clone();
        let path = format!("/tasks/{}", task.as_str().expect("id"));
        let act = |who: &str, act: &str, key: Option<&str>, body: Json| {
            people.post(who, &format!("{path}/{act}"), key, &Body::Json(body))
        };

        // A second clerk of the same desk.
        let second = second_clerk(&site);
        let cookie = [("cookie", second.as_str()), JSON];
        let claim = |headers: &[(&str, &str)]| call(&site.base, "POST", &format!("/api/v1{path}/claim"), headers, b"{}");
        act("intake1", "claim", None, json!({})).good("claim");
        problem("a task that another clerk holds", &claim(&cookie), 409, "task-taken", "");
        let file = json!({ "outcome": "file", "form": { "class": "E0110", "condition": "E0110-2" } });
        let taken = call(
            &site.base,
            "POST",
            &format!("/api/v1{path}/complete"),
            &cookie,
            file.to_string().as_bytes(),
        );
        problem("an act on it", &taken, 409, "task-taken", "");

        // Nothing chosen, everything said at once; then done, and the repeated act is the same answer.
        let answer = act("intake1", "complete", None, json!({ "outcome": "file" }));
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (422, "invalid"),
            "{:?}",
            answer.json()
        );
        let answer = act("intake1", "complete", None, json!({ "outcome": "vanish" }));
        assert!((400..500).contains(&answer.status), "{:?}", answer.json());
        let done = act("intake1", "complete", Some("file-1"), file.clone());
        assert_eq!(done, act("intake1", "complete", Some("file-1"), file.clone()), "{on:?}");
        assert_eq!(done.status, 200, "{:?}", done.json());
        let late = act("intake1", "complete", None, file);
        assert_eq!((late.status, late.code().as_str()), (409, "task-done"), "{:?}", late.json());
        let foreign = people.get("handler1", &path);
        assert_eq!(foreign.status, 404, "another desk's task: {:?}", foreign.json());
    }
}

/// A further user at the desk of the clerks, signed in.
fn second_clerk(site: &Site) -> String {
    let me = call(
        &site.base,
        "GET",
        "/api/v1/me",
        &[("cookie", &cookie_of(site, "intake1"))],
        b"",
    );
    let me: Json = serde_json::from_str(&me.body).expect("JSON");
    let post = me["posts"][0]["post"].as_str().unwrap_or_else(|| panic!("{me}")).to_owned();
    crate::users::add(site, "intake2", "何受理", &post, "Lakes-and-5-boats")
}

fn cookie_of(site: &Site, user: &str) -> String {
    sign_in(&site.base, user, PASSWORD).map_err(|it| it.body).expect("signed in")
}

#[test]
fn a_full_queue_and_too_many_attempts_say_when_to_come_back() {
    let site = Site::demo(BOTH[0]);
    let cookie = cookie_of(&site, "intake1");
    let wait = |answer: &Answer| {
        answer
            .headers
            .get("retry-after")
            .and_then(|it| it.to_str().ok()?.parse::<u64>().ok())
    };
    let metrics = || call(&site.base, "GET", "/metrics", &[], b"").body;

    // Uploads whose bytes never come hold every place of their class.
    let address = site.base.trim_start_matches("http://");
    let head = format!(
        "POST /api/v1/files HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 1000\r\n\r\n--b\r\n"
    );
    let places: usize = metrics()
        .lines()
        .find_map(|it| it.strip_prefix("yiwang_admission_places{class=\"transfer\"} ")?.parse().ok())
        .expect("places");
    let slow: Vec<TcpStream> = (0..places)
        .map(|_| {
            let mut stream = TcpStream::connect(address).expect("connected");
            stream.write_all(head.as_bytes()).expect("sent");
            stream
        })
        .collect();
    let full = format!("yiwang_admission_in_use{{class=\"transfer\"}} {places}\n");
    until("every place is taken", || metrics().contains(&full));
    let form = [
        ("cookie", cookie.as_str()),
        ("content-type", "multipart/form-data; boundary=b"),
    ];
    let answer = call(&site.base, "POST", "/api/v1/files", &form, b"--b--\r\n");
    problem("a full queue", &answer, 503, "busy", "系统繁忙");
    assert_eq!(wait(&answer), Some(1));
    let other = call(&site.base, "GET", "/api/v1/me", &form[..1], b"");
    assert_eq!(other.status, 200, "other work goes on: {}", other.body);
    drop(slow);
    until("the places are free again", || {
        metrics().contains("yiwang_admission_in_use{class=\"transfer\"} 0\n")
    });

    let body = br#"{"username":"nosuch","password":"wrong"}"#;
    let attempt = || call(&site.base, "POST", "/api/v1/session", &[JSON], body);
    for _ in 0..4 {
        problem("wrong", &attempt(), 401, "sign-in-failed", "再错");
    }
    let locked = attempt();
    problem("the fifth", &locked, 429, "locked-out", "锁定");
    assert!(
        wait(&locked).is_some_and(|it| (1_700..=1_800).contains(&it)),
        "{:?}",
        wait(&locked)
    );
    let answers: Vec<Answer> = (0..6).map(|_| attempt()).collect();
    let last = answers.last().expect("answers");
    problem("the eleventh", last, 429, "too-many-requests", "秒");
    assert!(wait(last).is_some_and(|it| (1..=60).contains(&it)), "{:?}", wait(last));
}

//! What a client types is refused with a sentence, whatever it is, and never an error of the system.

use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::office::Office;

const RECORDS: &str = "/api/v1/registers/request/records";

fn encoded(text: &str) -> String {
    text.bytes().map(|it| format!("%{it:02X}")).collect()
}

#[tokio::test]
async fn nothing_typed_is_an_error_of_the_system() {
    for on in BOTH {
        let office = Office::on(on, yiwang_api::Options::default()).await;
        let many = vec!["1"; 1_001].join(",");
        let half = vec!["1"; 501].join(",");
        let long = "%".repeat(1_001);
        let of = |filter: &str| format!("{RECORDS}?filter={}", encoded(filter));
        for (path, status, code, words) in [
            (format!("{RECORDS}?q=%00"), 400, Code::BadRequest, "参数"),
            (format!("{RECORDS}?q={}", "a".repeat(5_000)), 400, Code::BadRequest, "参数"),
            (format!("{RECORDS}?filter=title%3D'%00'"), 400, Code::BadRequest, "参数"),
            (format!("{RECORDS}/%00"), 400, Code::BadRequest, "地址"),
            ("/api/v1/public/progress/%00".to_owned(), 400, Code::BadRequest, "地址"),
            ("/api/v1/tasks/%00".to_owned(), 400, Code::BadRequest, "地址"),
            (of(&format!("version IN ({many})")), 400, Code::BadFilter, "IN 合起来最多写"),
            (
                of(&format!("version IN ({half}) AND version IN ({half})")),
                400,
                Code::BadFilter,
                "IN 合起来最多写",
            ),
            (of(&format!("title LIKE '{long}'")), 400, Code::BadFilter, "LIKE"),
            (of("title LIKE 'a\\'"), 400, Code::BadFilter, "LIKE"),
            (format!("{RECORDS}?sort=title,-title"), 400, Code::BadFilter, "两次"),
        ] {
            let who = if path.contains("public") { "" } else { "anna" };
            office.get(who, &path).await.problem(status, code, words);
        }
    }
}

#[tokio::test]
async fn a_mark_of_another_list_is_refused() {
    let office = Office::open().await;
    // ["a","b"], [1,"b"], ["a\0",1] and ["a","b",1] as marks are written.
    for mark in ["WyJhIiwiYiJd", "WzEsImIiXQ", "WyJhXHUwMDAwIiwxXQ", "WyJhIiwiYiIsMV0"] {
        for list in [
            "tasks?box=todo",
            "tasks?box=done",
            "tasks?box=started",
            "tasks?box=cc",
            "registers/request/records?limit=1",
        ] {
            let reply = office.get("anna", &format!("/api/v1/{list}&after={mark}")).await;
            reply.problem(400, Code::BadRequest, "翻页标记");
        }
    }
}

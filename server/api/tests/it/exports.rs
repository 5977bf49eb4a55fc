//! Records as a file.

use std::time::Duration;

use serde_json::json;
use tower::ServiceExt as _;
use yiwang_api::Options;
use yiwang_testkit::system::{BOTH, On};
use yiwang_types::Code;

use crate::office::Office;
use crate::orders::{self, office, order};

const EXPORT: &str = "/api/v1/registers/order/export";

#[tokio::test]
async fn a_file_has_titles_and_no_formulas() {
    for on in BOTH {
        let office = office(on).await;
        order(
            &office,
            json!({ "title": "=1+1", "source": "web", "unit": "d1", "thing": "t2", "phone": "13900001234", "secret": "desk",
                    "urgent": true, "cost": "-2.50", "at": "2026-10-09T16:30:00+08:00" }),
        )
        .await;
        order(&office, json!({ "title": "乙,丙" })).await;
        let fields = "fields=title,source,unit,thing,phone,urgent,cost,at,created_at";
        let reply = office
            .get("anna", &format!("{EXPORT}?format=csv&sort=created_at&{fields}"))
            .await
            .ok(200);
        assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(reply.header("content-disposition").unwrap().contains("order-2026-10-09.csv"));
        let text = String::from_utf8(reply.bytes).unwrap();
        assert_eq!(
            text,
            "\u{feff}标题,来源,单位,物件,电话,紧急,费用,时刻,登记时间\r\n\
             '=1+1,网页,一单位,二号灯,13900001234,是,-2.50,2026-10-09 16:30,2026-10-09 09:00\r\n\
             \"乙,丙\",,,,,,,,2026-10-09 09:00\r\n"
        );
        // The reader takes out what he sees: masked, without what is hidden, without the name of another unit's thing.
        let all = office.get("rosa", &format!("{EXPORT}?filter=source%3D'web'")).await.ok(200);
        let text = String::from_utf8(all.bytes).unwrap();
        assert!(
            !text.contains("内部来源") && !text.contains("窗口") && !text.contains("二号灯"),
            "{text}"
        );
        assert!(text.contains("139****1234") && !text.contains("13900001234"), "{text}");
        assert_eq!(text.lines().count(), 2);
    }
}

#[tokio::test]
async fn taking_out_needs_the_right_and_is_noted() {
    let office = office(On::Sqlite).await;
    office.get("nico", EXPORT).await.problem(403, Code::Forbidden, "导出");
    office
        .get("rosa", "/api/v1/registers/request/export")
        .await
        .problem(403, Code::Forbidden, "导出");
    office
        .get("rosa", &format!("{EXPORT}?fields=title,secret"))
        .await
        .problem(400, Code::BadRequest, "secret");
    office
        .get("rosa", &format!("{EXPORT}?sort=phone"))
        .await
        .problem(403, Code::MaskedField, "");
    office
        .get("rosa", &format!("{EXPORT}?format=xlsx"))
        .await
        .problem(400, Code::BadRequest, "");
    let acts = || async {
        let select =
            yiwang_records::rows::Select::new("yw_audit", &["act", "object", "subject"], yiwang_records::rows::Scope::All);
        let rows = office.system.records.rows(&select).await.unwrap();
        let exports = rows.iter().filter(|row| row[0].as_text() == Some("export"));
        exports
            .map(|row| format!("{} {}", row[1].as_text().unwrap(), row[2].as_text().unwrap()))
            .collect::<Vec<_>>()
    };
    assert!(acts().await.is_empty(), "nothing was taken out");
    office.get("rosa", EXPORT).await.ok(200);
    assert_eq!(acts().await, ["order staff:rosa"]);
}

/// The body of an export that nobody reads yet.
async fn begun(office: &Office, who: &str) -> (u16, axum::body::Body) {
    let request = axum::http::Request::builder()
        .uri(EXPORT)
        .header("authorization", format!("Bearer {who}"));
    let response = office
        .router
        .clone()
        .oneshot(request.body(axum::body::Body::empty()).unwrap())
        .await
        .unwrap();
    (response.status().as_u16(), response.into_body())
}

#[tokio::test]
async fn who_does_not_read_gives_his_place_to_others() {
    let options = Options {
        export_piece: Duration::from_millis(100),
        ..Options::default()
    };
    let office = orders::office_with(On::Sqlite, options).await;
    let (status, unread) = begun(&office, "rosa").await;
    assert_eq!(status, 200);
    let (second, _) = begun(&office, "rosa").await;
    assert_eq!(second, 429, "one at a time");
    assert_eq!(begun(&office, "anna").await.0, 200, "others are not held up");
    tokio::time::sleep(Duration::from_millis(400)).await;
    office.get("rosa", EXPORT).await.ok(200);
    office.get("rosa", EXPORT).await.ok(200);
    let broken = axum::body::to_bytes(unread, usize::MAX).await;
    assert!(broken.is_err(), "what broke off does not look whole");
}

/// More rows than one chunk holds.
#[tokio::test]
async fn a_long_file_comes_whole() {
    let office = office(On::Sqlite).await;
    let body: String = (0..1_203)
        .map(|n| format!("{{\"fields\":{{\"title\":\"第{n}张\"}}}}\n"))
        .collect();
    let headers = [("content-type", "application/x-ndjson")];
    office
        .call(
            "anna",
            axum::http::Method::POST,
            "/api/v1/registers/order/import",
            &headers,
            body,
        )
        .await
        .ok(200);
    let reply = office
        .get("anna", &format!("{EXPORT}?fields=title&sort=created_at"))
        .await
        .ok(200);
    let text = String::from_utf8(reply.bytes).unwrap();
    let titles: std::collections::BTreeSet<&str> = text.lines().skip(1).collect();
    assert_eq!((text.lines().count(), titles.len()), (1_204, 1_203));
}

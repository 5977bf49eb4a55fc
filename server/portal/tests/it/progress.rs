//! Following a report by its code, and rating it once.

use axum::http::StatusCode;
use yiwang_model::FieldValue;
use yiwang_portal::{ClockFace, Counting};
use yiwang_types::worktime::{Limit, LimitUnit};
use yiwang_types::{Code, Fault, Instant};

use crate::client::Browser;
use crate::flow::to_check;
use crate::photos::jpeg;
use crate::world::{World, world};

const CODE: &str = "K7QM3FVX9T21";

pub async fn reported(browser: &mut Browser, world: &World) {
    let page = to_check(browser, world, "建设街菜市场门口的井盖碎了一半,昨晚有人绊倒。").await;
    assert_eq!(browser.submit(&page, &[("go", "next")]).await.status, StatusCode::SEE_OTHER);
}

pub fn closed(world: &World) {
    world.photos.0.lock().unwrap().push(jpeg(3));
    let moment = |it: &str| FieldValue::DateTime(Instant::parse(it).unwrap());
    let text = |it: &str| FieldValue::Text(it.to_owned());
    world.matters.change(
        CODE,
        "CLOSED",
        &[
            ("filed_at", moment("2026-10-09T08:38:00Z")),
            ("dispatched_at", moment("2026-10-09T08:45:00Z")),
            ("replied_at", moment("2026-10-10T02:10:00Z")),
            ("closed_at", moment("2026-10-10T03:00:00Z")),
            ("handler", text("shizheng")),
            ("answer", text("井盖已经换新,周围做了加固。\n感谢您的反映。")),
            ("reply", text("张三已带队更换")),
            (
                "reply_photos",
                FieldValue::List(vec!["01926c5a-1234-7fff-bfff-000000000000".to_owned()]),
            ),
        ],
    );
}

#[tokio::test]
async fn four_words_and_the_step() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    for (status, word, step) in [
        ("REPORTED", "已收到", "正在等受理员查看"),
        ("HANDLING", "处理中", "负责的单位正在处理"),
        ("REWORK", "处理中", "没有处理好，正在返工"),
        ("CHECKING", "已处理", "采集员正在到现场核查"),
        ("CLOSED", "已结束", "已经结案"),
    ] {
        world.matters.change(CODE, status, &[]);
        let page = browser.get(&format!("/p/{CODE}")).await;
        page.says(&[
            &format!("<strong>{word}</strong> {step}"),
            &format!("aria-current=\"step\">{word}"),
            "SB2026100900001",
        ]);
        assert_eq!(page.headers.get("cache-control").unwrap(), "private, no-store");
        assert_eq!(page.headers.get("x-robots-tag").unwrap(), "noindex");
    }
}

#[tokio::test]
async fn nothing_of_persons_is_shown() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    closed(&world);
    let page = browser.get(&format!("/p/{CODE}")).await;
    page.says(&[
        "澜溪县市政设施管理处",
        "井盖已经换新",
        "2026年10月10日 11:00",
        "2026年10月9日 16:38",
        "处理后的照片",
    ]);
    for hidden in ["王女士", "13800138000", "138 0013", "张三", "修车铺", "01926c5a"] {
        assert!(!page.has(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn photos_are_clean_copies_by_number() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    closed(&world);
    let photo = browser.get(&format!("/p/{CODE}/photos/1")).await;
    assert_eq!(
        (photo.status, photo.headers.get("content-type").unwrap().to_str().unwrap()),
        (StatusCode::OK, "image/jpeg")
    );
    assert_ne!(photo.bytes, jpeg(3));
    for wrong in ["0", "2", "x", "01926c5a-1234-7fff-bfff-000000000000"] {
        let status = browser.get(&format!("/p/{CODE}/photos/{wrong}")).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test]
async fn before_and_after_stand_beside_each_other() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    assert!(!browser.get(&format!("/p/{CODE}")).await.has("反映时的照片"));
    assert_eq!(
        browser.get(&format!("/p/{CODE}/before/1")).await.status,
        StatusCode::NOT_FOUND
    );
    closed(&world);
    world.photos.0.lock().unwrap().push(jpeg(4));
    let photo = FieldValue::List(vec!["01926c5a-1234-7fff-bfff-000000000001".to_owned()]);
    let limit = FieldValue::Json(serde_json::json!({"amount": 2, "unit": "working-hour"}));
    world.matters.change(CODE, "CLOSED", &[("photos", photo), ("limit", limit)]);
    let page = browser.get(&format!("/p/{CODE}")).await;
    page.says(&[
        "反映时的照片",
        "处理后的照片",
        "/before/1",
        "/photos/1",
        "处理时限",
        "2 小时（工作时间）",
    ]);
    let before = browser.get(&format!("/p/{CODE}/before/1")).await;
    assert_eq!(
        (before.status, before.headers.get("x-robots-tag").unwrap().to_str().unwrap()),
        (StatusCode::OK, "noindex")
    );
}

#[tokio::test]
async fn the_limit_is_the_one_that_counts_now() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    let page = browser.get(&format!("/p/{CODE}")).await;
    assert!(!page.has("处理时限") && !page.has("重新处理"));
    let first = FieldValue::Json(serde_json::json!({"amount": 1, "unit": "working-day"}));
    world
        .matters
        .change(CODE, "HANDLING", &[("limit", first), ("rework_count", FieldValue::Int(0))]);
    let mut shown = async |counting| {
        let limit = Limit {
            amount: 2,
            unit: LimitUnit::WorkingDay,
        };
        let face = ClockFace { limit, counting };
        world.matters.clocks.lock().unwrap().insert("handling".to_owned(), face);
        browser.get(&format!("/p/{CODE}")).await.outline()
    };
    let due = Instant::parse("2026-11-24T09:00:00Z").unwrap();
    let running = shown(Counting::Until(due)).await;
    assert!(
        running.contains("处理时限\n2 个工作日，应在 2026年11月24日 17:00 前处理完\n"),
        "{running}"
    );
    let suspended = shown(Counting::Suspended).await;
    assert!(suspended.contains("处理时限\n2 个工作日，现在暂停计时\n"), "{suspended}");
    let done = shown(Counting::Done).await;
    assert!(
        done.contains("处理时限\n2 个工作日\n") && !done.contains("重新处理"),
        "{done}"
    );
    world.matters.change(CODE, "REWORK", &[("rework_count", FieldValue::Int(2))]);
    let again = shown(Counting::Until(due)).await;
    assert!(again.contains("重新处理\n没有处理好，退回重新处理 2 次\n"), "{again}");
}

#[tokio::test]
async fn codes_are_looked_up_as_people_write_them() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    let page = browser.get("/p?code=k7qm-3fvx%209t21").await;
    assert_eq!(page.location(), format!("/p/{CODE}"));
    browser.get("/p/k7qm3fvx9t21").await.says(&["已收到"]);
    for (path, status, said) in [
        ("/p?code=K7QM3FVX9T99", 303, ""),
        ("/p/K7QM3FVX9T99", 404, "没有找到这个查询码"),
        ("/p?code=", 422, "还没有写查询码"),
        ("/p?code=%E4%BA%95%E7%9B%96", 422, "没有找到这个查询码"),
        ("/p/%3Cscript%3E", 404, "&lt;script&gt;"),
        ("/p", 200, "查询码找不到了"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status.as_u16(), status, "{path}");
        page.says(&[said]);
    }
}

#[tokio::test]
async fn guessing_codes_is_braked_by_address() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    for n in 0..20 {
        let unknown = browser.get(&format!("/p/K7QM3FVX9A{}", n + 10)).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{n}");
        // What exists does not count, and neither does what cannot be a code of ours.
        assert_eq!(browser.get(&format!("/p/{CODE}")).await.status, StatusCode::OK);
        assert_eq!(browser.get("/p/-").await.status, StatusCode::NOT_FOUND);
    }
    world.clock.pass_minutes(2);
    for path in ["/p/K7QM3FVX9A99", "/p/K7QM3FVX9A99/photos/1", "/p/K7QM3FVX9A99/received"] {
        let braked = browser.get(path).await;
        assert_eq!(braked.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert_eq!(braked.headers.get("retry-after").unwrap(), "480");
        braked.says(&["请等 8 分钟再查", "href=\"/p\">回到查进度"]);
    }
    assert_eq!(
        browser.get(&format!("/p/{CODE}")).await.status,
        StatusCode::OK,
        "a right code is answered"
    );
    let elsewhere = axum::http::Request::get("/p/K7QM3FVX9A99").header("x-test-address", "10.0.0.2");
    let elsewhere = browser.send(elsewhere.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    world.clock.pass_minutes(8);
    assert_eq!(browser.get("/p/K7QM3FVX9A99").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn rated_once_after_closing() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    let page = browser.get(&format!("/p/{CODE}")).await;
    page.says(&["结案以后可以在这里评价"]);
    assert!(!page.has("提交评价") && !page.has("现在可以评价"));
    world.matters.change(CODE, "NOT_ACCEPTED", &[]);
    let refused = browser.get(&format!("/p/{CODE}")).await;
    assert!(
        !refused.has("评价"),
        "what ends without being closed is never rated: {}",
        refused.outline()
    );
    closed(&world);
    let open = browser.get(&format!("/p/{CODE}")).await;
    open.says(&[
        "href=\"#rating\">现在可以评价",
        "非常满意",
        "非常不满意",
        "没有解决",
        "提交评价",
        "想说的话",
    ]);
    let long = "长".repeat(1_001);
    let page = browser.submit(&open, &[("rating", "5"), ("rating_comment", &long)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&[
        "“问题解决了吗”还没有选",
        "value=\"5\" checked",
        "href=\"#f-rating_solved\"",
        &long,
        "1000",
    ]);
    world.matters.fail_once(Fault::new(Code::Busy, "系统繁忙,请稍后再试。"));
    let answers = [("rating", "4"), ("rating_solved", "true"), ("rating_comment", "很快 <b>")];
    let busy = browser.submit(&open, &answers).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    busy.says(&["系统繁忙", "value=\"4\" checked", "很快 &lt;b&gt;"]);
    let done = browser.submit(&open, &answers).await;
    assert_eq!(done.location(), format!("/p/{CODE}#rating"));
    let page = browser.follow(&done).await;
    page.says(&["您的评价", "满意", "解决了", "很快 &lt;b&gt;", "谢谢您的评价"]);
    assert!(!page.has("提交评价") && !page.has("可以评价"));
    // The same once more is the same; another one is refused.
    assert_eq!(browser.submit(&open, &answers).await.status, StatusCode::SEE_OTHER);
    let other = browser.submit(&open, &[("rating", "1"), ("rating_solved", "false")]).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    other.says(&["这件事已经评价过了", &format!("href=\"/p/{CODE}\">回到进度页")]);
    assert!(!other.has("already-rated"));
}

#[tokio::test]
async fn a_rating_that_is_not_offered_is_told_in_words() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    closed(&world);
    let open = browser.get(&format!("/p/{CODE}")).await;
    let answers = [("rating", "4"), ("rating_solved", "true")];
    let refused = || Fault::new(Code::ActNotAllowed, "本案现在不能“评价”。");
    world.matters.fail_once(refused());
    let early = browser.submit(&open, &answers).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    early.says(&["结案以后可以在这里评价", "回到进度页"]);
    world
        .matters
        .change(CODE, "CLOSED", &[("rating", FieldValue::Text("5".to_owned()))]);
    world.matters.fail_once(refused());
    browser
        .submit(&open, &answers)
        .await
        .says(&["这件事已经评价过了", "回到进度页"]);
    browser.get(&format!("/p/{CODE}")).await.says(&["您的评价", "非常满意"]);
}

#[tokio::test]
async fn another_site_cannot_rate() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    closed(&world);
    let request = axum::http::Request::post(format!("/p/{CODE}"))
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from("rating=1&rating_solved=false"))
        .unwrap();
    assert_eq!(browser.send(request).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.matters.record(CODE).values.get("rating"), None);
}

#[tokio::test]
async fn switching_the_display_keeps_a_rating_half_done() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    reported(&mut browser, &world).await;
    closed(&world);
    let open = browser.get(&format!("/p/{CODE}")).await;
    let page = browser
        .submit(
            &open,
            &[("rating", "2"), ("rating_comment", "还在漏"), ("go", "display-large")],
        )
        .await;
    page.says(&["class=\"text-large\"", "value=\"2\" checked", "还在漏"]);
}

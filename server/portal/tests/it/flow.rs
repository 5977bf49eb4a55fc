//! From the first question to the number, with everything that can be typed wrong on the way.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use yiwang_model::FieldValue;
use yiwang_types::{Code, Fault, FieldFault};

use crate::client::{Browser, Page, unescape};
use crate::world::{World, world};

/// Fills in everything up to the page of all answers; address only.
pub async fn to_check(browser: &mut Browser, world: &World, what: &str) -> Page {
    let page = browser.get(&format!("/report/{}", world.register)).await;
    let page = browser.submit(&page, &[("description", what), ("go", "next")]).await;
    page.says(&["在哪里"]);
    let page = browser
        .submit(&page, &[("address", "菜市场东门对面的修车铺"), ("go", "next")])
        .await;
    page.says(&["拍张照片"]);
    let page = browser.submit(&page, &[("go", "next")]).await;
    page.says(&["怎么联系您"]);
    let page = browser
        .submit(
            &page,
            &[
                ("reporter_name", "王女士"),
                ("reporter_phone", "138 0013 8000"),
                ("go", "next"),
            ],
        )
        .await;
    page.says(&["看一看填得对不对"]);
    page
}

#[tokio::test]
async fn a_report_gets_number_and_code() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let entrance = browser.get("/report").await;
    assert_eq!(entrance.location(), format!("/report/{}", world.register));
    let page = to_check(
        &mut browser,
        &world,
        "建设街菜市场门口的井盖碎了一半。\n昨晚有人绊倒,三天没人管。",
    )
    .await;
    page.says(&["菜市场东门对面的修车铺", "138 0013 8000", "王女士", "不用", "没有填", "提交"]);
    let done = browser.submit(&page, &[("go", "next")]).await;
    assert_eq!(
        (done.status, done.location().as_str()),
        (StatusCode::SEE_OTHER, "/p/K7QM3FVX9T21/received")
    );
    browser
        .follow(&done)
        .await
        .says(&["K7QM3FVX9T21", "SB2026100900001", "已经收到", "接下来会怎样", "怎么查进度"]);

    let record = world.matters.record("K7QM3FVX9T21");
    let text = |name: &str| record.values.get(name).and_then(FieldValue::as_text).map(str::to_owned);
    assert_eq!(text("title").as_deref(), Some("建设街菜市场门口的井盖碎了一半"));
    assert_eq!(
        text("description").as_deref(),
        Some("建设街菜市场门口的井盖碎了一半。\n昨晚有人绊倒,三天没人管。")
    );
    assert_eq!(text("source").as_deref(), Some("portal"));
    assert_eq!(text("reporter_phone").as_deref(), Some("13800138000"));
    assert_eq!(record.values.get("contact_allowed"), Some(&FieldValue::Bool(false)));
    assert_eq!(record.notes.get("channel"), Some(&json!("portal")));
}

#[tokio::test]
async fn the_same_last_page_again_is_the_same_case() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = to_check(&mut browser, &world, "路灯不亮").await;
    let first = browser.submit(&page, &[("go", "next")]).await;
    let again = browser.submit(&page, &[("go", "next")]).await;
    assert_eq!((first.location(), world.matters.count()), (again.location(), 1));
    // Back, something changed, sent again: still one case, and the reporter hears that the change was not taken.
    let changed = browser.submit(&page, &[("go", "edit-what")]).await;
    let changed = browser
        .submit(&changed, &[("description", "路灯不亮,还有两盏"), ("go", "next")])
        .await;
    let changed = browser.submit(&changed, &[("go", "next")]).await;
    assert_eq!(
        (changed.location().as_str(), world.matters.count()),
        ("/p/K7QM3FVX9T21/received?earlier=1", 1)
    );
    browser.follow(&changed).await.says(&["刚才改的内容没有收进去"]);
    // A new report is a new case.
    let page = to_check(&mut browser, &world, "路灯不亮").await;
    browser.submit(&page, &[("go", "next")]).await;
    assert_eq!(world.matters.count(), 2);
}

#[tokio::test]
async fn what_is_wrong_is_said_on_top_and_at_the_field_and_nothing_is_lost() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let start = browser.get(&format!("/report/{}", world.register)).await;
    let page = browser.submit(&start, &[("description", "  \n "), ("go", "next")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&[
        "<title>有误 - ",
        "有地方需要修改",
        "href=\"#f-description\"",
        "id=\"e-description\"",
        "“发生了什么”还没有填写",
    ]);

    let long = "很".repeat(10_001);
    let page = browser.submit(&start, &[("description", &long), ("go", "next")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["10000", &long]);

    let page = browser.submit(&page, &[("description", "下水道堵了"), ("go", "next")]).await;
    let page = browser.submit(&page, &[("address", ""), ("go", "next")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["还不知道问题在哪里", "href=\"#f-address\""]);
    let page = browser.submit(&page, &[("address", "不存在的胡同"), ("go", "next")]).await;
    let page = browser.submit(&page, &[("go", "next")]).await;
    let wrong = [
        ("reporter_phone", "12"),
        ("contact_allowed", "true"),
        ("reporter_name", "老李"),
        ("go", "next"),
    ];
    let page = browser.submit(&page, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.has("不对：电话"), "what is wrong is said once: {}", page.outline());
    page.says(&[
        "联系电话不对：手机号应为 11 位，固定电话要带区号，如 0573-8212345。核对后重新填写。",
        "value=\"12\"",
        "value=\"老李\"",
        "value=\"true\" checked",
        "aria-invalid",
    ]);
    let page = browser
        .submit(&page, &[("reporter_phone", ""), ("contact_allowed", "true"), ("go", "next")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["允许处置单位联系时要留电话"]);
}

#[tokio::test]
async fn a_step_back_and_a_correction_keep_everything() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = to_check(&mut browser, &world, "垃圾没人清").await;
    let page = browser.submit(&page, &[("go", "back")]).await;
    page.says(&["value=\"138 0013 8000\"", "改好了"]);
    let page = browser.submit(&page, &[("reporter_phone", "abc"), ("go", "back")]).await;
    assert_eq!(page.status, StatusCode::OK, "a step back is not held up by what is wrong");
    page.says(&["拍张照片"]);
    // Going on from there leads to the page of all answers, and the wrong telephone number is found there.
    let page = browser.submit(&page, &[("go", "next")]).await;
    let page = browser.submit(&page, &[("go", "next")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["href=\"#part-contact\"", "abc", "垃圾没人清"]);
    let page = browser.submit(&page, &[("go", "edit-contact")]).await;
    let page = browser.submit(&page, &[("reporter_phone", "12345"), ("go", "next")]).await;
    page.says(&["看一看填得对不对", "12345"]);
    assert_eq!(browser.submit(&page, &[("go", "next")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn when_the_kernel_fails_the_answers_stay_and_the_key_too() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = to_check(&mut browser, &world, "路面塌了").await;
    for (fault, status, said) in [
        (
            Fault::new(Code::Busy, "系统繁忙,请稍后再试;已填的内容都还在。"),
            503,
            "系统繁忙，请稍后再试；",
        ),
        (
            Fault::new(Code::OutcomeUnknown, "提交的结果暂时无法确认。"),
            503,
            "提交的结果暂时无法确认。",
        ),
        (Fault::internal("disk on fire"), 500, "系统出了意外"),
        (
            Fault::new(Code::PlaceOutside, "位置不在本县范围。"),
            422,
            "位置不在本县范围。",
        ),
        (
            Fault::new(Code::PlaceOnBorder, "位置在边界上,请确认属于甲(01),还是乙(02)。"),
            422,
            "这个位置在两个社区的交界",
        ),
        (
            Fault::invalid(vec![FieldFault::new("reporter_phone", "format", "联系电话不对", "改正")]),
            422,
            "href=\"#part-contact\"",
        ),
    ] {
        world.matters.fail_once(fault);
        let again = browser.submit(&page, &[("go", "next")]).await;
        assert_eq!(again.status.as_u16(), status);
        again.says(&[said, "路面塌了", "提交"]);
        assert!(!again.has("disk on fire"));
        assert_eq!(again.hidden("state"), page.hidden("state"));
    }
    assert_eq!(browser.submit(&page, &[("go", "next")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_state_that_is_not_ours_keeps_its_words_only() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = to_check(&mut browser, &world, "树倒了").await;
    let state = page.hidden("state");
    let action = format!("/report/{}", world.register);
    let (body, _) = state.rsplit_once('.').unwrap();
    let forged = format!("{body}.{}", "0".repeat(64));
    let fields = [("state", forged), ("step", "check".to_owned()), ("go", "next".to_owned())];
    let page = browser.multipart(&action, &fields, &[], "b").await;
    assert_eq!((page.status, world.matters.count()), (StatusCode::UNPROCESSABLE_ENTITY, 0));
    page.says(&["这一页过期了", "树倒了"]);
    // What was typed on the page at hand is kept even when the state is nonsense.
    let fields = [
        ("state", "x".to_owned()),
        ("step", "what".to_owned()),
        ("description", "井盖没了".to_owned()),
    ];
    let page = browser.multipart(&action, &fields, &[], "b").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["井盖没了"]);
}

#[tokio::test]
async fn another_site_cannot_report() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let request = Request::post(format!("/report/{}", world.register))
            .header("host", "a.example")
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("description=x"))
            .unwrap();
        let page = browser.send(request).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.says(&["不是从本网站的网页发来的"]);
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let path = format!("/report/{}", world.register);
    let post = |media: &'static str, body: Vec<u8>| {
        Request::post(&path)
            .header("content-type", media)
            .body(Body::from(body))
            .unwrap()
    };
    let form = "application/x-www-form-urlencoded";
    for (media, body, status, said) in [
        (form, b"description=%ff%fe".to_vec(), 400, "不是 UTF-8"),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n\xff\xfe\r\n--b--\r\n".to_vec(),
            400,
            "不是 UTF-8",
        ),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nhalf".to_vec(),
            400,
            "没有完整地传到",
        ),
        ("multipart/form-data", b"x".to_vec(), 400, "没有完整地传到"),
        (
            form,
            format!("description={}", "a".repeat(300_000)).into_bytes(),
            413,
            "内容太大",
        ),
    ] {
        let page = browser.send(post(media, body)).await;
        assert_eq!(page.status.as_u16(), status, "{said}: {}", page.outline());
        page.says(&[said]);
    }
    // Without a state it is the first page again, with what was typed.
    let page = browser
        .send(post(form, "step=what&description=%E4%BA%95%E7%9B%96".into()))
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["井盖"]);
}

#[tokio::test]
async fn a_body_cut_off_keeps_what_came_before() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let start = browser.get(&format!("/report/{}", world.register)).await;
    let photo = browser.submit(&start, &[("description", "路灯坏了"), ("go", "next")]).await;
    let photo = browser.submit(&photo, &[("address", "河边"), ("go", "next")]).await;
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"state\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=\"step\"\r\n\r\nphoto\r\n--b\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"a.jpg\"\r\n\r\nabc",
        photo.hidden("state")
    );
    let request = Request::post(format!("/report/{}", world.register))
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::from(head))
        .unwrap();
    let page = browser.send(request).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    page.says(&["拍张照片", "没有完整地传到"]);
    browser.submit(&page, &[("go", "back")]).await.says(&["value=\"河边\""]);
}

#[tokio::test]
async fn long_and_hostile_texts_are_shown_as_they_are() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let hostile = format!(
        "\n<script>alert(1)</script>\"'&amp;</textarea>{{{{ 7*7 }}}}{}",
        "水".repeat(6_900)
    );
    let page = to_check(&mut browser, &world, &hostile).await;
    let html = page.html();
    assert!(!html.contains("<script>") && !html.contains("49"), "escaped");
    let shown = html.split("<dd>").nth(1).unwrap().split("</dd>").next().unwrap();
    assert_eq!(unescape(shown), hostile.trim());
    let back = browser.submit(&page, &[("go", "edit-what")]).await.html();
    let area = back
        .split("<textarea")
        .nth(1)
        .unwrap()
        .split_once('>')
        .unwrap()
        .1
        .split("</textarea>")
        .next()
        .unwrap();
    assert_eq!(
        unescape(area),
        format!("\n{hostile}"),
        "the line break after the tag is HTML's own"
    );
    let done = browser.submit(&page, &[("go", "next")]).await;
    browser.follow(&done).await;
    let progress = browser.get("/p/K7QM3FVX9T21").await;
    assert!(!progress.has("<script>") && progress.has("&lt;script&gt;"));
}

#[tokio::test]
async fn switching_the_display_in_the_middle_loses_nothing() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let start = browser.get(&format!("/report/{}", world.register)).await;
    let page = browser
        .submit(&start, &[("description", "写到一半"), ("go", "display-huge")])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    page.says(&["写到一半", "class=\"text-huge\""]);
    let page = browser
        .submit(&page, &[("description", "写到一半"), ("go", "display-high")])
        .await;
    page.says(&["class=\"text-huge contrast-high\""]);
    browser.get("/").await.says(&["class=\"text-huge contrast-high\""]);
}

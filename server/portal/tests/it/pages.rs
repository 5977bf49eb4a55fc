//! Pages without a form, wrong turns, headers.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::client::Browser;
use crate::world::{model, world, world_with};

#[tokio::test]
async fn every_answer_carries_the_guards() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let css = css_of(&browser.get("/").await.html());
    for path in [
        "/",
        "/p",
        "/privacy",
        "/nowhere",
        &format!("/report/{}", world.register),
        &css,
        "/sketch/large.svg",
    ] {
        let page = browser.get(path).await;
        let policy = page.headers.get("content-security-policy").unwrap().to_str().unwrap();
        assert!(
            policy.contains("script-src 'self';") && !policy.contains("unsafe") && policy.contains("default-src 'self'"),
            "{path}"
        );
        assert_eq!(page.headers.get("x-content-type-options").unwrap(), "nosniff");
        assert_eq!(page.headers.get("referrer-policy").unwrap(), "same-origin");
        assert!(page.headers.contains_key("cache-control"), "{path}");
    }
}

fn css_of(html: &str) -> String {
    html.split("<link rel=\"stylesheet\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&#x2f;", "/")
}

#[tokio::test]
async fn the_style_sheet_is_kept_under_its_hash() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let href = css_of(&browser.get("/").await.html());
    let css = browser.get(&href).await;
    assert!(
        css.headers
            .get("cache-control")
            .unwrap()
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert!(css.html().starts_with(":root{--brand:#1456B8") && css.bytes.len() < 20_000);
    assert_eq!(
        browser
            .get("/style/portal-0000000000000000.css")
            .await
            .headers
            .get("cache-control")
            .unwrap(),
        "no-store"
    );
    assert_eq!(browser.get("/style/other.js").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn wrong_turns_have_pages_too() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let check = |status: u16, said: &'static str| {
        move |page: crate::client::Page| {
            assert_eq!(page.status.as_u16(), status, "{said}");
            page.says(&[said, "<h1>", "主办单位"]);
        }
    };
    check(404, "没有这个网页")(browser.get("/nowhere").await);
    check(404, "没有这个网页")(browser.get("/report/nothing").await);
    check(405, "不能这样打开")(browser.send(Request::delete("/privacy").body(Body::empty()).unwrap()).await);
    check(405, "不能这样打开")(
        browser
            .send(
                Request::put(format!("/report/{}", world.register))
                    .body(Body::empty())
                    .unwrap(),
            )
            .await,
    );
    // Addresses that the framework cannot read.
    for unreadable in [
        "/p/%ff",
        "/p?code=a&code=b",
        "/sketch/large.svg?e=x",
        "/p/K7QM3FVX9T21/photos/first",
    ] {
        let page = browser.get(unreadable).await;
        assert_eq!(
            page.headers.get("content-type").unwrap(),
            "text/html; charset=utf-8",
            "{unreadable}"
        );
        check(404, "没有这个网页")(page.says(&["href=\"/\">回到首页"]).clone());
    }
    assert!(!browser.get("/nowhere").await.has("not-found"), "no codes for residents");
    let head = browser.send(Request::head("/").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn the_footer_is_what_law_asks_for() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = browser.get("/").await;
    for fact in [
        "主办单位：",
        "承办单位：",
        "网站标识码：",
        "ICP 备案：",
        "公安备案：",
        "党政机关标识：",
        "隐私说明",
        "无障碍说明",
        "网站找错",
        "IPv6",
    ] {
        assert!(page.has(fact), "{fact}");
    }
    page.says(&["演示环境", "110、119、120", "反映一个城市问题"]);
    for (path, said) in [
        ("/how-it-works", "核查"),
        ("/privacy", "个人信息保护法"),
        ("/accessibility", "WCAG"),
        ("/site-errors", "三个工作日"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        page.says(&[said]);
    }
}

#[tokio::test]
async fn switches_go_back_to_where_they_were_pressed() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = browser.get("/display?text=large&back=/privacy").await;
    assert_eq!((page.status, page.location().as_str()), (StatusCode::SEE_OTHER, "/privacy"));
    browser.follow(&page).await.says(&["class=\"text-large\""]);
    browser.get("/display?contrast=high&back=//evil.example/").await;
    browser.get("/").await.says(&["class=\"text-large contrast-high\""]);
    assert_eq!(browser.get("/display?back=https://evil.example").await.location(), "/");
}

#[tokio::test]
async fn limits_are_those_of_the_process_and_unknown_ones_are_not_said() {
    let world = world();
    let page = Browser::new(&world.router).get("/how-it-works").await;
    page.says(&["时限：查看 10 分钟（工作时间），到现场核实 1 小时（工作时间）"]);
    // The clock `check` is not known here: its line is left out, the step stands.
    assert!(page.has("没解决的返工。</span>") && !page.has("{clock"), "{}", page.outline());
}

#[tokio::test]
async fn every_page_names_its_help_and_the_script() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let report = format!("/report/{}", world.register);
    for (path, help) in [
        ("/", "site"),
        ("/p", "progress"),
        (&report, "report"),
        ("/how-it-works", "how-it-works"),
        ("/nowhere", "site"),
    ] {
        let page = browser.get(path).await;
        page.says(&[
            &format!("href=\"/help/{help}\""),
            "<script type=\"module\" src=\"/assets/portal-x.js\">",
        ]);
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/manual/");
        assert!(std::path::Path::new(&format!("{root}{help}.md")).is_file(), "{help}");
    }
}

#[tokio::test]
async fn a_broken_entrance_does_not_stop_the_site() {
    let mut model = model();
    for file in model.portal_templates.values_mut() {
        file.text = file.text.replace("address: address", "address: adress").into();
    }
    let places = crate::places::PlaceIndex {
        cells: Arc::default(),
        geocoder: Arc::default(),
        sketch: None,
        ground: None,
        titles: Default::default(),
    };
    let world = world_with(Arc::new(model), places);
    let mut browser = Browser::new(&world.router);
    let page = browser.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    page.says(&["请打 12345", "主办单位"]);
    assert_eq!(browser.get("/report").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        browser.get(&format!("/report/{}", world.register)).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_manual_and_the_error_codes_have_pages() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = browser.get("/help/report").await;
    assert_eq!(page.status, StatusCode::OK);
    let html = page.html();
    assert!(
        html.contains("<h1>怎样反映</h1>") && html.contains("<strong>在哪里</strong>"),
        "{html}"
    );
    assert!(
        html.contains("href=\"/help/progress\"") && html.contains("<title>怎样反映 - "),
        "{html}"
    );
    assert!(browser.get("/docs/errors/busy").await.html().contains("过一会儿再试。"));
    for nowhere in [
        "/help/nothing",
        "/help/busy",
        "/docs/errors/report",
        "/docs/errors/..%2Freport",
    ] {
        assert_eq!(browser.get(nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

//! Where: addresses with candidates, clicks on the sketch, borders, outside.

use axum::http::StatusCode;
use yiwang_model::FieldValue;

use crate::client::{Browser, Page};
use crate::world::{World, at, world, world_without_streets};

async fn where_page(browser: &mut Browser, world: &World) -> Page {
    let start = browser.get(&format!("/report/{}", world.register)).await;
    browser.submit(&start, &[("description", "井盖碎了"), ("go", "next")]).await
}

/// On to the end; gives the stored point in metres from the middle of the town.
async fn finish(browser: &mut Browser, world: &World, page: &Page) -> Option<(f64, f64)> {
    page.says(&["拍张照片"]);
    let page = browser.submit(page, &[("go", "next")]).await;
    let page = browser.submit(&page, &[("go", "next")]).await;
    let done = browser.submit(&page, &[("go", "next")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.outline());
    match world.matters.record("K7QM3FVX9T21").values.get("location") {
        Some(FieldValue::Point { lon, lat }) => Some(yiwang_space::Point::new(*lon, *lat).unwrap().offset_from(at(0.0, 0.0))),
        _ => None,
    }
}

#[tokio::test]
async fn an_address_is_looked_up_and_chosen() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = where_page(&mut browser, &world).await;
    let page = browser.submit(&page, &[("address", "建设街"), ("go", "next")]).await;
    assert_eq!(page.status, StatusCode::OK, "a question is no mistake");
    page.says(&["您说的是哪里", "都不是，就用我写的地址", "value=\"street-"]);
    let again = browser.submit(&page, &[("address", "建设街"), ("go", "next")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says(&["请选一个地方", "href=\"#spot-1\"", "id=\"e-spot\""]);
    assert!(!again.has("id=\"e-address\""), "what is asked is wrong, not what was written");
    // Another address instead: a house that is known needs no question.
    let page = browser.submit(&again, &[("address", "建设街12号"), ("go", "next")]).await;
    let (east, north) = finish(&mut browser, &world, &page).await.unwrap();
    assert!((east + 420.0).abs() < 1.0 && (north - 290.0).abs() < 1.0, "{east} {north}");
}

#[tokio::test]
async fn an_address_alone_is_enough() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = where_page(&mut browser, &world).await;
    let page = browser.submit(&page, &[("address", "建设街"), ("go", "find")]).await;
    page.says(&["您说的是哪里"]);
    let page = browser
        .submit(&page, &[("address", "建设街"), ("spot", "none"), ("go", "next")])
        .await;
    // Asked once is enough: back and on again is no new question.
    let page = browser.submit(&page, &[("go", "back")]).await;
    let page = browser.submit(&page, &[("address", "建设街"), ("go", "next")]).await;
    assert_eq!(finish(&mut browser, &world, &page).await, None);
}

#[tokio::test]
async fn a_click_is_a_place() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = where_page(&mut browser, &world).await;
    page.says(&[
        "在图上点一下",
        "/sketch/large.svg",
        "/sketch/small.svg",
        "name=\"small\"",
        "图上有什么",
    ]);
    // The home view is centred on the streets; a click right of the middle lies to the east.
    let page = browser
        .submit(&page, &[("address", ""), ("large.x", "400"), ("large.y", "150")])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    page.says(&["已选位置", "取消选好的位置"]);
    let page = browser.submit(&page, &[("address", ""), ("go", "next")]).await;
    let (east, north) = finish(&mut browser, &world, &page).await.unwrap();
    assert!(east > 200.0 && north > 100.0, "{east} {north}");
}

#[tokio::test]
async fn both_sizes_mean_the_same_place_in_their_middle() {
    for (prefix, x, y) in [("small", "143", "143"), ("large", "318", "219")] {
        let world = world();
        let mut browser = Browser::new(&world.router);
        let page = where_page(&mut browser, &world).await;
        let (x_name, y_name) = (format!("{prefix}.x"), format!("{prefix}.y"));
        // A house well away from the border of the communities.
        let page = browser.submit(&page, &[("address", "建设街20号"), ("go", "find")]).await;
        let page = browser
            .submit(&page, &[("address", "建设街20号"), ("spot", "house-20"), ("go", "find")])
            .await;
        let page = browser
            .submit(&page, &[("address", "建设街20号"), (&x_name, x), (&y_name, y)])
            .await;
        page.says(&["已选位置"]);
        let page = browser.submit(&page, &[("address", "建设街20号"), ("go", "next")]).await;
        let (east, north) = finish(&mut browser, &world, &page).await.unwrap();
        assert!(
            (east + 100.0).abs() < 6.0 && (north - 290.0).abs() < 6.0,
            "{prefix}: {east} {north}"
        );
    }
}

#[tokio::test]
async fn the_sketch_moves_without_losing_the_mark() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = where_page(&mut browser, &world).await;
    let src = |page: &Page| {
        page.html()
            .split("/sketch/large.svg")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let first = src(&page);
    let page = browser
        .submit(&page, &[("address", "河边"), ("large.x", "400"), ("large.y", "150")])
        .await;
    let near = page
        .html()
        .split("已选位置")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let html = page.html();
    let zoom = html
        .split("value=\"map-")
        .find(|it| it.contains(">放大<") && it.split(">放大<").next().unwrap().len() < 80)
        .unwrap();
    let zoom = format!("map-{}", zoom.split('"').next().unwrap());
    let page = browser.submit(&page, &[("address", "河边"), ("go", &zoom)]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_ne!(src(&page), first);
    page.says(&[&format!("已选位置{near}"), "value=\"河边\"", "#map\""]);
    let picture = browser
        .get(&crate::client::unescape(&format!("/sketch/large.svg{}", src(&page))))
        .await;
    assert_eq!(picture.headers.get("content-type").unwrap(), "image/svg+xml");
    picture.says(&["<svg", "<circle"]);
    let page = browser.submit(&page, &[("address", "河边"), ("go", "clear")]).await;
    assert!(!page.has("已选位置"));
}

#[tokio::test]
async fn the_enter_key_on_the_picture_is_no_click() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = where_page(&mut browser, &world).await;
    let page = browser
        .submit(&page, &[("address", ""), ("large.x", "0"), ("large.y", "0")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["用键盘不能在图上选位置"]);
    assert!(!page.has("已选位置"));
}

#[tokio::test]
async fn near_a_border_the_side_is_asked() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = where_page(&mut browser, &world).await;
    // From far the county is in view; the middle is the border of two communities.
    let page = browser
        .submit(&page, &[("address", ""), ("large.x", "319"), ("large.y", "150")])
        .await;
    page.says(&["请确认是哪一边", "县前社区", "十字街社区"]);
    let wrong = browser.submit(&page, &[("address", ""), ("go", "next")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says(&["这个位置在两个社区的交界，请确认是哪一边"]);
    let html = wrong.html();
    let east_side = html
        .split("name=\"side\" value=\"")
        .find(|it| it.contains(">十字街社区<"))
        .unwrap();
    let east_side = east_side.split('"').next().unwrap();
    assert!(east_side.starts_with("990124002004"));
    let page = browser
        .submit(&wrong, &[("address", ""), ("side", east_side), ("go", "next")])
        .await;
    finish(&mut browser, &world, &page).await.unwrap();
    let cell = world.matters.record("K7QM3FVX9T21").values.get("cell").cloned();
    assert_eq!(cell, Some(FieldValue::Text(east_side.to_owned())));
}

#[tokio::test]
async fn outside_the_county_is_refused_with_a_remedy() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let mut page = where_page(&mut browser, &world).await;
    for _ in 0..2 {
        let html = page.html();
        let far = html
            .split("value=\"map-")
            .find(|it| it.contains(">缩小<") && it.split(">缩小<").next().unwrap().len() < 80)
            .unwrap();
        let far = format!("map-{}", far.split('"').next().unwrap());
        page = browser.submit(&page, &[("address", "山那边"), ("go", &far)]).await;
    }
    let page = browser
        .submit(&page, &[("address", "山那边"), ("large.x", "5"), ("large.y", "220")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["这个位置不在本县范围内", "12345", "value=\"山那边\"", "href=\"#map\""]);
    assert!(!page.has("已选位置"));
    // Inside the county but outside the town is taken.
    let page = browser
        .submit(&page, &[("address", "山那边"), ("large.x", "390"), ("large.y", "220")])
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.outline());
}

#[tokio::test]
async fn without_streets_the_address_is_asked_alone() {
    let world = world_without_streets();
    let mut browser = Browser::new(&world.router);
    let page = where_page(&mut browser, &world).await;
    assert!(!page.has("/sketch/") && page.has("name=\"address\""));
    assert_eq!(browser.get("/sketch/large.svg").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_phone_says_where() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = where_page(&mut browser, &world).await;
    let here = at(-300.0, 100.0);
    let sent = |point: yiwang_space::Point, accuracy: &str| {
        let (lon, lat) = (point.lon().to_string(), point.lat().to_string());
        [
            ("address", String::new()),
            ("go", "here".to_owned()),
            ("here-lon", lon),
            ("here-lat", lat),
            ("here-accuracy", accuracy.to_owned()),
        ]
    };
    let sent = |point, accuracy| sent(point, accuracy).map(|(name, value)| (name, &*value.leak()));
    let outside = browser.submit(&page, &sent(at(5_000.0, 0.0), "10")).await;
    assert_eq!(outside.status, StatusCode::UNPROCESSABLE_ENTITY);
    outside.says(&["不在本县范围内"]);
    let vague = browser.submit(&page, &sent(here, "800")).await;
    assert_eq!(vague.status, StatusCode::OK);
    vague.says(&["误差太大", "data-home="]);
    assert!(!vague.has("已选位置"));
    let broken = browser
        .submit(&page, &[("go", "here"), ("here-lon", "x"), ("here-accuracy", "1")])
        .await;
    assert!(broken.status == StatusCode::OK && !broken.has("已选位置"));
    let marked = browser.submit(&page, &sent(here, "12")).await;
    marked.says(&["已选位置", "（手机定位，误差约 12 米）"]);
    // A click afterwards is no position of the phone.
    let clicked = browser
        .submit(&marked, &[("address", ""), ("large.x", "300"), ("large.y", "200")])
        .await;
    assert!(clicked.has("已选位置") && !clicked.has("手机定位"));
    let page = browser.submit(&marked, &[("address", ""), ("go", "next")]).await;
    let (east, north) = finish(&mut browser, &world, &page).await.unwrap();
    assert!((east + 300.0).abs() < 1.0 && (north - 100.0).abs() < 1.0, "{east} {north}");
}

#[tokio::test]
async fn a_click_belongs_to_the_view_the_script_had_moved_to() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = where_page(&mut browser, &world).await;
    let html = page.html();
    let home: Vec<i64> = html
        .split("data-home=\"")
        .nth(1)
        .and_then(|it| it.split('"').next())
        .unwrap()
        .split(' ')
        .map(|it| it.parse().unwrap())
        .collect();
    let east = (home[0] + at(200.0, 0.0).lon() - at(0.0, 0.0).lon()).to_string();
    let north = home[1].to_string();
    let page = browser
        .submit(
            &page,
            &[
                ("address", ""),
                ("view-e", &east),
                ("view-n", &north),
                ("view-s", "638"),
                ("large.x", "319"),
                ("large.y", "220"),
            ],
        )
        .await;
    page.says(&["已选位置"]);
    let page = browser.submit(&page, &[("address", ""), ("go", "next")]).await;
    let (found, _) = finish(&mut browser, &world, &page).await.unwrap();
    assert!((found - 200.0).abs() < 2.0, "{found}");
}

#[tokio::test]
async fn places_are_offered_while_an_address_is_typed() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = browser.get("/places?q=%E5%BB%BA%E8%AE%BE%E8%A1%9712").await;
    assert_eq!(page.headers.get("content-type").unwrap(), "application/json");
    let titles: Vec<String> = serde_json::from_slice(&page.bytes).unwrap();
    assert!(titles.iter().any(|it| it.contains("建设街12号")), "{titles:?}");
    for nothing in ["/places", "/places?q=", "/places?q=%20"] {
        assert_eq!(browser.get(nothing).await.html(), "[]", "{nothing}");
    }
}

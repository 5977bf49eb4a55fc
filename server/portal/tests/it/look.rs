//! Every page as a careful reader of HTML sees it. With `YIWANG_PORTAL_PAGES=FOLDER` the pages are written there, for screenshots.

use std::collections::BTreeSet;

use crate::client::{Browser, Page, Upload};
use crate::flow::to_check;
use crate::photos::jpeg;
use crate::progress::{closed, reported};
use crate::world::{World, world};

/// All pages in the states worth looking at.
async fn tour(world: &World) -> Vec<(&'static str, Page)> {
    let mut browser = Browser::new(&world.router);
    let mut pages = Vec::new();
    for (name, path) in [
        ("home", "/"),
        ("lookup", "/p"),
        ("lookup-unknown", "/p/ABCDEFGH2345"),
        ("how", "/how-it-works"),
        ("privacy", "/privacy"),
        ("accessibility", "/accessibility"),
        ("site-errors", "/site-errors"),
        ("not-found", "/nowhere"),
    ] {
        pages.push((name, browser.get(path).await));
    }
    pages.extend(report_tour(world, &mut browser).await);
    pages.extend(progress_tour(world, &mut browser).await);
    pages
}

async fn report_tour(world: &World, browser: &mut Browser) -> Vec<(&'static str, Page)> {
    let mut pages = Vec::new();
    let what = browser.get(&format!("/report/{}", world.register)).await;
    pages.push((
        "what-empty",
        browser.submit(&what, &[("description", ""), ("go", "next")]).await,
    ));
    let place = browser
        .submit(
            &what,
            &[
                ("description", "建设街菜市场门口的井盖碎了一半，昨晚有人绊倒。"),
                ("go", "next"),
            ],
        )
        .await;
    pages.push(("what", what));
    pages.push((
        "where-spots",
        browser.submit(&place, &[("address", "建设街"), ("go", "next")]).await,
    ));
    pages.push((
        "where-border",
        browser
            .submit(&place, &[("address", ""), ("large.x", "319"), ("large.y", "150")])
            .await,
    ));
    let marked = browser
        .submit(&place, &[("address", "菜市场东门"), ("large.x", "400"), ("large.y", "150")])
        .await;
    let photo = browser.submit(&marked, &[("address", "菜市场东门"), ("go", "next")]).await;
    pages.extend([("where", place), ("where-marked", marked)]);
    let (first, second) = (jpeg(1), jpeg(2));
    let file = |name, bytes| {
        (
            "photos",
            Upload {
                name,
                media: "image/jpeg",
                bytes,
            },
        )
    };
    let kept = browser
        .submit_with(
            &photo,
            &[("go", "next")],
            &[file("IMG_20261009_1.jpg", &first), file("IMG_2.jpg", &second[..900])],
        )
        .await;
    let contact = browser.submit(&kept, &[("go", "next")]).await;
    pages.extend([("photo", photo), ("photo-refused", kept)]);
    let wrong = browser
        .submit(
            &contact,
            &[("reporter_phone", "1380013"), ("contact_allowed", "true"), ("go", "next")],
        )
        .await;
    let check = browser
        .submit(
            &wrong,
            &[("reporter_phone", "13800138000"), ("contact_allowed", "true"), ("go", "next")],
        )
        .await;
    pages.extend([("contact", contact), ("contact-wrong", wrong), ("check", check)]);
    let long = to_check(
        browser,
        world,
        &"下水道反复堵塞，污水漫到马路上，周围几个小区的居民都受影响。".repeat(230),
    )
    .await;
    pages.push(("check-long", long));
    pages
}

async fn progress_tour(world: &World, browser: &mut Browser) -> Vec<(&'static str, Page)> {
    let mut pages = Vec::new();
    reported(browser, world).await;
    pages.push(("received", browser.get("/p/K7QM3FVX9T21/received").await));
    pages.push(("progress-new", browser.get("/p/K7QM3FVX9T21").await));
    closed(world);
    let open = browser.get("/p/K7QM3FVX9T21").await;
    pages.push(("rating-wrong", browser.submit(&open, &[("rating", "2")]).await));
    let done = browser
        .submit(
            &open,
            &[("rating", "5"), ("rating_solved", "true"), ("rating_comment", "处理得很快。")],
        )
        .await;
    pages.push(("progress-closed", open));
    pages.push(("progress-rated", browser.follow(&done).await));
    pages
}

fn attributes(html: &str, name: &str) -> Vec<String> {
    let open = format!(" {name}=\"");
    html.split(&open)
        .skip(1)
        .map(|it| it.split('"').next().unwrap().replace("&#x2f;", "/"))
        .collect()
}

fn check(name: &str, page: &Page) {
    let html = page.html();
    assert!(
        html.starts_with("<!doctype html>\n<html lang=\"zh-CN\""),
        "{name}: {} {html}",
        page.status
    );
    assert_eq!(html.matches("<h1>").count(), 1, "{name}: one first heading");
    assert_eq!(html.matches("<main ").count(), 1, "{name}");
    for forbidden in [
        "<script>",
        "javascript:",
        " onclick",
        " style=\"",
        "http://www.w3.org/1999",
        "//cdn",
    ] {
        assert!(!html.contains(forbidden), "{name}: {forbidden}");
    }
    assert_eq!(
        html.matches("<script").count(),
        html.matches("<script type=\"module\" src=\"/assets/").count(),
        "{name}: only the site's own script"
    );
    let ids = attributes(&html, "id");
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len(),
        ids.len(),
        "{name}: ids are unique: {ids:?}"
    );
    for target in attributes(&html, "for").into_iter().chain(
        attributes(&html, "aria-describedby")
            .iter()
            .flat_map(|it| it.split(' '))
            .map(str::to_owned),
    ) {
        assert!(
            target.is_empty() || ids.contains(&target),
            "{name}: nothing has the id {target}"
        );
    }
    for href in attributes(&html, "href").into_iter().chain(attributes(&html, "src")) {
        let inside = href.starts_with('/') || href.starts_with("data:");
        let anchor = href.strip_prefix('#').is_some_and(|it| ids.iter().any(|id| id == it));
        assert!(inside || anchor, "{name}: {href}");
    }
    for tag in html
        .split('<')
        .filter(|it| it.starts_with("img ") || it.contains("type=\"image\""))
    {
        assert!(tag.contains(" alt=\""), "{name}: {tag}");
    }
    for tag in html
        .split('<')
        .filter(|it| it.starts_with("input ") || it.starts_with("textarea "))
    {
        let named = ["type=\"hidden\"", "type=\"image\""].iter().any(|it| tag.contains(it))
            || attributes(&format!("<{tag}"), "id")
                .first()
                .is_some_and(|id| html.contains(&format!("for=\"{id}\"")));
        assert!(named, "{name}: has no label: {tag}");
    }
    assert!(!html.contains("undefined") && !html.contains("{{"), "{name}");
}

#[tokio::test]
async fn every_page_is_whole() {
    let world = world();
    let pages = tour(&world).await;
    assert!(pages.len() > 20);
    for (name, page) in &pages {
        check(name, page);
        if *name == "check-long" {
            continue;
        }
        let html = page.html();
        let main = html
            .split("<main ")
            .nth(1)
            .and_then(|it| it.split("</main>").next())
            .expect("main");
        let main = Page {
            bytes: format!("<main {main}").into_bytes(),
            ..page.clone()
        };
        insta::assert_snapshot!(*name, format!("{}\n{}", page.status, main.outline()));
    }
    if let Ok(folder) = std::env::var("YIWANG_PORTAL_PAGES") {
        write(&world, std::path::Path::new(&folder), &pages).await;
    }
}

/// Pages with the style sheet and pictures beside them, so that a browser shows them from the disk.
async fn write(world: &World, folder: &std::path::Path, pages: &[(&'static str, Page)]) {
    let mut browser = Browser::new(&world.router);
    std::fs::create_dir_all(folder).unwrap();
    let mut seen = BTreeSet::new();
    for (name, page) in pages {
        let mut html = page.html();
        for src in attributes(&html, "src").into_iter().chain(attributes(&html, "href")) {
            let fetched = ["/sketch/", "/style/", "/p/K7QM3FVX9T21/photos", "/p/K7QM3FVX9T21/before"]
                .iter()
                .any(|it| src.starts_with(it));
            if !fetched {
                continue;
            }
            let end = if src.contains(".svg") {
                "svg"
            } else if src.contains(".css") {
                "css"
            } else {
                "jpg"
            };
            let number = seen.len();
            seen.insert((*name, src.clone()));
            let file = format!("part-{number}.{end}");
            let got = browser.get(&crate::client::unescape(&src)).await;
            std::fs::write(folder.join(&file), got.bytes).unwrap();
            html = html
                .replace(&format!("\"{src}\""), &format!("\"{file}\""))
                .replace(&format!("\"{}\"", src.replace('/', "&#x2f;")), &format!("\"{file}\""));
        }
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}

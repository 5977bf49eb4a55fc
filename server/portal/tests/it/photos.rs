//! Photos: kept over every mistake, refused by their content with a clear word.

use std::io::Cursor;

use axum::http::StatusCode;
use image::{ImageFormat, Rgb, RgbImage};
use yiwang_model::FieldValue;

use crate::client::{Browser, Page, Upload};
use crate::world::{World, world};

/// A scene of its own for each number.
pub fn jpeg(number: u8) -> Vec<u8> {
    let scene = |x: u32, y: u32| {
        let shade = u8::try_from((x / 8 + y / 6) % 80).unwrap();
        if y > 90 {
            Rgb([90 + shade, 88 + shade, 84 + number])
        } else {
            Rgb([150 + number * 20, 190, 220 - shade])
        }
    };
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_fn(320, 240, scene)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

async fn photo_page(browser: &mut Browser, world: &World) -> Page {
    let start = browser.get(&format!("/report/{}", world.register)).await;
    let page = browser.submit(&start, &[("description", "路灯不亮"), ("go", "next")]).await;
    let page = browser.submit(&page, &[("address", "河边"), ("go", "next")]).await;
    page.says(&["拍张照片"]);
    page
}

fn photo<'a>(name: &'a str, bytes: &'a [u8]) -> (&'static str, Upload<'a>) {
    (
        "photos",
        Upload {
            name,
            media: "image/jpeg",
            bytes,
        },
    )
}

#[tokio::test]
async fn photos_are_kept_over_a_failed_attempt() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = photo_page(&mut browser, &world).await;
    let good = jpeg(1);
    let files = [photo("IMG_1.jpg", &good), photo("IMG_2.jpg", &good[..good.len() / 2])];
    let page = browser.submit_with(&page, &[("go", "next")], &files).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&[
        "“IMG_2.jpg”：照片没有传上",
        "文件损坏",
        "data:image/jpeg;base64,",
        "去掉",
        "照片 1",
    ]);
    let page = browser.submit(&page, &[("go", "next")]).await;
    page.says(&["怎么联系您"]);
    let page = browser.submit(&page, &[("reporter_phone", "x"), ("go", "next")]).await;
    let page = browser.submit(&page, &[("reporter_phone", ""), ("go", "next")]).await;
    page.says(&["data:image/jpeg;base64,"]);
    assert_eq!(browser.submit(&page, &[("go", "next")]).await.status, StatusCode::SEE_OTHER);
    let ids = world.matters.record("K7QM3FVX9T21").values.get("photos").cloned();
    assert!(matches!(ids, Some(FieldValue::List(it)) if it.len() == 1));
}

#[tokio::test]
async fn three_are_the_most_and_any_can_be_taken_away() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = photo_page(&mut browser, &world).await;
    let all: Vec<Vec<u8>> = (1..=4).map(jpeg).collect();
    let files: Vec<_> = all.iter().map(|it| photo("a.jpg", it)).collect();
    let page = browser.submit_with(&page, &[("go", "add")], &files).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says(&["最多 3 张", "照片 3"]);
    assert!(!page.has("type=\"file\"") && page.has("已经有 3 张"));
    let page = browser.submit(&page, &[("go", "remove-0")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has("照片 2") && !page.has("照片 3") && page.has("type=\"file\""));
    // The same photo again is not a second one.
    let page = browser.submit_with(&page, &[("go", "add")], &[photo("b.jpg", &all[1])]).await;
    assert!(!page.has("照片 3") && page.status == StatusCode::OK, "{}", page.outline());
}

#[tokio::test]
async fn what_is_no_photo_is_told_apart() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = photo_page(&mut browser, &world).await;
    let huge = vec![0xff_u8; 20_100_000];
    let mut heic = vec![0, 0, 0, 24];
    heic.extend(b"ftypheic0000");
    for (name, bytes, said) in [
        ("a.jpg", b"<html><script>alert(1)</script>".as_slice(), "文件内容不是照片"),
        ("a.jpg", b"".as_slice(), "文件是空的"),
        ("<b>.jpg", b"MZ\x90\x00".as_slice(), "“&lt;b&gt;.jpg”"),
        ("a.heic", heic.as_slice(), "HEIC"),
        ("a.jpg", huge.as_slice(), "超过 20 MB"),
    ] {
        let page = browser.submit_with(&page, &[("go", "next")], &[photo(name, bytes)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        page.says(&[said, "拍张照片", "href=\"#f-photos\""]);
        browser.submit(&page, &[("go", "back")]).await.says(&["value=\"河边\""]);
    }
    assert!(world.photos.0.lock().unwrap().is_empty());
    // An empty file box is no photo and no mistake.
    let page = browser
        .submit_with(
            &page,
            &[("go", "next")],
            &[(
                "photos",
                Upload {
                    name: "",
                    media: "application/octet-stream",
                    bytes: b"",
                },
            )],
        )
        .await;
    page.says(&["怎么联系您"]);
}

#[tokio::test]
async fn a_refused_photo_is_named_whatever_was_pressed() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = photo_page(&mut browser, &world).await;
    let page = browser
        .submit_with(&page, &[("go", "add")], &[photo("a.jpg", &jpeg(1))])
        .await;
    for go in ["back", "remove-0", "display-large", "add", "next"] {
        let page = browser
            .submit_with(&page, &[("go", go)], &[photo("bad.jpg", b"no photo")])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{go}");
        page.says(&["拍张照片", "“bad.jpg”：照片没有传上"]);
        assert_eq!(page.has("照片 1"), go != "remove-0");
        browser.submit(&page, &[("go", "back")]).await.says(&["在哪里"]);
    }
}

#[tokio::test]
async fn a_photo_that_was_swept_away_is_named() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = photo_page(&mut browser, &world).await;
    let page = browser
        .submit_with(&page, &[("go", "next")], &[photo("a.jpg", &jpeg(1))])
        .await;
    let page = browser.submit(&page, &[("go", "next")]).await;
    world.photos.0.lock().unwrap()[0].clear();
    let page = browser.submit(&page, &[("go", "next")]).await;
    assert_eq!((page.status, world.matters.count()), (StatusCode::UNPROCESSABLE_ENTITY, 0));
    page.says(&["第 1 张照片放得太久", "href=\"#part-photo\""]);
}

#[tokio::test]
async fn nobody_can_name_a_file_of_somebody_else() {
    let world = world();
    let mut browser = Browser::new(&world.router);
    let page = photo_page(&mut browser, &world).await;
    let page = browser
        .submit(&page, &[("photos", "01926c5a-1234-7fff-bfff-000000000000"), ("go", "next")])
        .await;
    page.says(&["怎么联系您"]);
    let page = browser.submit(&page, &[("go", "next")]).await;
    browser.submit(&page, &[("go", "next")]).await;
    assert_eq!(world.matters.record("K7QM3FVX9T21").values.get("photos"), None);
}

//! Files over HTTP: multipart in, checked by content, fetched by who may.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;
use yiwang_types::Code;

use crate::office::{Office, Reply};

/// A PNG of one grey pixel.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0,
    0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd,
    0x72, 0xb6, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];
const FORM: &str = "multipart/form-data; boundary=xx";

fn form(part: &str, name: &str, media: &str, content: &[u8], end: &str) -> Vec<u8> {
    let mut body =
        format!("--xx\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\nContent-Type: {media}\r\n\r\n")
            .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(end.as_bytes());
    body
}

async fn upload(office: &Office, who: &str, body: Vec<u8>) -> Reply {
    office
        .call(who, Method::POST, "/api/v1/files", &[("content-type", FORM)], body)
        .await
}

#[tokio::test]
async fn a_photo_is_kept_and_fetched_by_who_may() {
    let office = Office::open().await;
    let reply = upload(&office, "anna", form("file", "灯.png", "image/png", PIXEL, "\r\n--xx--\r\n"))
        .await
        .ok(201);
    let file = reply.json();
    assert_eq!(
        (file["media_type"].as_str(), file["kind"].as_str(), file["width"].as_u64()),
        (Some("image/png"), Some("image"), Some(1))
    );
    let id = file["id"].as_str().unwrap();
    let path = format!("/api/v1/files/{id}");
    assert_eq!(reply.header("location"), Some(path.as_str()));
    let own = office.get("anna", &path).await.ok(200);
    assert_eq!((own.bytes.as_slice(), own.header("content-type")), (PIXEL, Some("image/png")));
    assert!(own.header("content-security-policy").unwrap().starts_with("sandbox"));
    office.get("rosa", &path).await.problem(404, Code::NotFound, "没有这个文件");
    let made = office
        .post(
            "bert",
            "/api/v1/registers/request/records",
            json!({ "title": "偷", "photos": [id] }),
        )
        .await;
    made.problem(422, Code::Invalid, "");
    let made = office
        .post(
            "anna",
            "/api/v1/registers/request/records",
            json!({ "title": "一件事", "photos": [id] }),
        )
        .await
        .ok(201)
        .json();
    assert_eq!(office.get("rosa", &path).await.ok(200).bytes, PIXEL);
    let small = office.get("rosa", &format!("{path}?size=thumbnail")).await.ok(200);
    assert_eq!(
        (small.header("content-type"), small.bytes.get(..2)),
        (Some("image/jpeg"), Some([0xff, 0xd8].as_slice()))
    );
    office.get("nico", &path).await.problem(404, Code::NotFound, "");
    office
        .get("rosa", &format!("{path}?size=huge"))
        .await
        .problem(400, Code::BadRequest, "");
    let progress = format!("/api/v1/public/progress/{}", made["numbers"]["code"].as_str().unwrap());
    assert_eq!(office.get("", &progress).await.ok(200).json()["photos"], json!([id]));
    let clean = office.get("", &format!("{progress}/photos/{id}")).await.ok(200);
    assert_eq!(
        (clean.header("content-type"), clean.bytes.get(..2)),
        (Some("image/jpeg"), Some([0xff, 0xd8].as_slice()))
    );
    let other = upload(&office, "anna", form("file", "灯.png", "image/png", PIXEL, "\r\n--xx--\r\n"))
        .await
        .ok(201)
        .json();
    let hidden = format!("{progress}/photos/{}", other["id"].as_str().unwrap());
    office.get("", &hidden).await.problem(404, Code::NotFound, "");
}

#[tokio::test]
async fn forms_and_files_that_are_not_what_they_say() {
    let office = Office::open().await;
    let end = "\r\n--xx--\r\n";
    upload(&office, "anna", form("file", "a.png", "image/png", b"<html>", end))
        .await
        .problem(422, Code::BadFile, "");
    upload(&office, "anna", form("file", "a.png", "image/png", &PIXEL[..40], end))
        .await
        .problem(422, Code::BadFile, "");
    upload(&office, "anna", form("file", "a.png", "image/png", b"", end))
        .await
        .problem(422, Code::BadFile, "");
    upload(
        &office,
        "anna",
        form("file", "a.exe", "application/octet-stream", b"MZ\x90\0", end),
    )
    .await
    .problem(415, Code::UnsupportedMedia, "");
    upload(&office, "anna", form("photo", "a.png", "image/png", PIXEL, end))
        .await
        .problem(400, Code::BadMultipart, "file");
    upload(&office, "anna", form("file", "a.png", "image/png", PIXEL, ""))
        .await
        .problem(400, Code::BadMultipart, "不完整");
    upload(&office, "anna", b"no form at all".to_vec())
        .await
        .problem(400, Code::BadMultipart, "");
    let plain = office
        .call(
            "anna",
            Method::POST,
            "/api/v1/files",
            &[("content-type", "image/png")],
            Body::from(PIXEL),
        )
        .await;
    plain.problem(415, Code::UnsupportedMedia, "multipart");
    let huge = vec![0_u8; 20_200_000];
    let mut body = PIXEL.to_vec();
    body.extend(huge);
    upload(&office, "anna", form("file", "a.png", "image/png", &body, end))
        .await
        .problem(413, Code::TooLarge, "");
}

//! The committed lists: routes with their access, and the API document.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

/// Compares with a committed file; `YIWANG_BLESS=1` (or `INSTA_UPDATE=always`, as `make bless` sets it) rewrites it.
fn same_as(path: PathBuf, fresh: &str) {
    let bless =
        std::env::var("YIWANG_BLESS").is_ok_and(|it| it == "1") || std::env::var("INSTA_UPDATE").is_ok_and(|it| it == "always");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if bless && committed != fresh {
        std::fs::write(&path, fresh).unwrap();
        return;
    }
    assert!(
        committed == fresh,
        "{} is not what the code says; look at the difference of `YIWANG_BLESS=1`",
        path.display()
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_route_declares_its_access() {
    let routes = yiwang_api::routes();
    same_as(Path::new(env!("CARGO_MANIFEST_DIR")).join("routes.txt"), &routes);
    for line in routes.lines() {
        let access = line.split_whitespace().next().unwrap();
        assert!(
            ["open", "public", "monitor", "account", "signed-in", "grant"].contains(&access),
            "{line}"
        );
    }
}

#[test]
fn the_api_document_is_fresh() {
    let text = yiwang_api::openapi();
    assert_eq!(text, yiwang_api::openapi(), "the order is stable");
    same_as(root().join("schemas/openapi.json"), &text);
}

#[test]
fn every_operation_is_described() {
    let document: Json = serde_json::from_str(&yiwang_api::openapi()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = std::collections::BTreeSet::new();
    let mut count = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, it) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(ids.insert(it["operationId"].as_str().unwrap().to_owned()), "{name}: id");
            assert!(
                it["summary"].as_str().unwrap().chars().any(|it| it > '\u{4e00}'),
                "{name}: Chinese summary"
            );
            assert!(it["security"].is_array(), "{name}: security");
            let responses = it["responses"].as_object().unwrap();
            assert!(
                responses.keys().any(|it| it.starts_with('2')) && responses.contains_key("500"),
                "{name}: answers"
            );
            let signed_in = it["security"].as_array().unwrap().len() == 2;
            assert_eq!(
                signed_in,
                responses.contains_key("401") && name != "post /api/v1/session",
                "{name}: 401"
            );
            for parameter in it["parameters"].as_array().into_iter().flatten() {
                let title = parameter["description"].as_str().unwrap();
                assert!(
                    title.chars().any(|it| it > '\u{4e00}'),
                    "{name}: parameter {}",
                    parameter["name"]
                );
            }
            count += 1;
        }
    }
    assert_eq!(count, yiwang_api::routes().lines().count());
    let text = document.to_string();
    for part in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(
            document["components"]["schemas"][name].is_object(),
            "schema {name} is named and not there"
        );
    }
}

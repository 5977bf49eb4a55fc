//! The examples of the format page are read by the parser they describe.

use std::sync::Arc;

use yiwang_model::{SourceFile, load};

const PAGE: &str = include_str!("../../../../docs/formats.md");

/// Folder by the key that names a file's content.
const FOLDERS: &[(&str, &str)] = &[
    ("register", "apps/urban/registers"),
    ("extend", "overlays/lanxi/registers"),
    ("dictionary", "apps/urban/dictionaries"),
    ("form", "apps/urban/forms"),
    ("report", "apps/urban/reports"),
    ("import", "apps/urban/imports"),
    ("calendar", "overlays/lanxi/calendar"),
];

#[test]
fn every_example_of_the_page_fits_its_format() {
    let blocks: Vec<&str> = PAGE
        .split("```yaml\n")
        .skip(1)
        .filter_map(|it| it.split("```").next())
        .collect();
    assert!(blocks.len() >= 9, "{}", blocks.len());
    let mut files = Vec::new();
    for block in blocks {
        let line = block
            .lines()
            .skip_while(|it| *it != "format: 1")
            .nth(1)
            .expect("a line after format");
        let (key, name) = line.split_once(':').expect("key");
        let name = name.trim();
        let path = match key {
            "app" => "apps/urban/app.yaml".to_owned(),
            "roles" => "apps/urban/roles.yaml".to_owned(),
            "portal" => "apps/urban/portal/texts.yaml".to_owned(),
            "register" if block.contains("records:") => format!("overlays/lanxi/seed/10_{name}.yaml"),
            _ => {
                let folder = FOLDERS.iter().find(|it| it.0 == key).expect("known kind").1;
                format!("{folder}/{name}.yaml")
            }
        };
        files.push(SourceFile {
            path,
            bytes: Arc::from(block.as_bytes()),
        });
    }
    let overlay = "format: 1\nplace: lanxi\ntitle: 澜溪县\nparameters: {urban.close_by: chief}\n";
    files.push(SourceFile {
        path: "overlays/lanxi/overlay.yaml".to_owned(),
        bytes: Arc::from(overlay.as_bytes()),
    });
    let (_, found) = load(&files);
    // The examples name registers and fields that the page does not show in full; everything else must fit.
    let wrong: Vec<_> = found
        .iter()
        .filter(|it| !matches!(it.code, "missing-reference" | "unknown-name"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

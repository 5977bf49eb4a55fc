//! Stories played in a real browser: a node script of `web/stories` drives Chromium against the built binary.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::site::{PASSWORD, Site};

/// Plays `web/stories/NAME.mjs` against a running site. Pictures go to `screenshots/NAME` in the target folder.
///
/// The script reads BASE, PASSWORD, SHOTS and CHROMIUM and ends with an error when anybody in it meets what he did not expect.
pub fn story(name: &str, site: &Site) {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    assert!(
        web.join("node_modules/playwright-core").is_dir(),
        "the packages of web/ are not installed: run `npm ci` there, or `make test`"
    );
    let shots = pictures().join(name);
    std::fs::create_dir_all(&shots).expect("a folder for the pictures");
    let output = Command::new("node")
        .arg(web.join("stories").join(format!("{name}.mjs")))
        .env("BASE", &site.base)
        .env("PASSWORD", PASSWORD)
        .env("SHOTS", &shots)
        .output()
        .expect("node");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{out}\n{err}");
}

/// The target folder is two above the tests' own temporary folder.
fn pictures() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../screenshots")
}

//! Builds the npm workspace under `web/` and lists its files for the binary.
//!
//! A machine without node, or without the packages, still gets a binary: the console then is one page that says what is missing.

#![expect(clippy::expect_used, reason = "a build step ends where it goes wrong")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const WATCHED: [&str; 11] = [
    "package-lock.json",
    "package.json",
    "api-client/src",
    "console/index.html",
    "console/package.json",
    "console/src",
    "console/vite.config.ts",
    "portal/src",
    "portal/vite.config.ts",
    "ui-kit/package.json",
    "ui-kit/src",
];

fn main() {
    let web = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../web");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=build.rs");
    for name in WATCHED {
        println!("cargo::rerun-if-changed={}", web.join(name).display());
    }
    let built = out.join("web");
    let _ = fs::remove_dir_all(&built);
    let missing = build(&web, &built).err();
    if let Some(words) = &missing {
        let _ = fs::remove_dir_all(&built);
        println!("cargo::warning=the binary is built without its web pages: {words}");
    }
    fs::write(out.join("table.rs"), table(&built, missing.as_deref())).expect("OUT_DIR can be written");
}

/// Installs the packages when the lock file asks for it, and builds every client.
fn build(web: &Path, out: &Path) -> Result<(), String> {
    let installed = web.join("node_modules/.package-lock.json");
    let newer = |a: &Path, b: &Path| Some(fs::metadata(a).ok()?.modified().ok()? >= fs::metadata(b).ok()?.modified().ok()?);
    if newer(&installed, &web.join("package-lock.json")) != Some(true) {
        npm(web, out, &["ci", "--no-audit", "--no-fund"])?;
    }
    npm(web, out, &["run", "build"])
}

fn npm(web: &Path, out: &Path, words: &[&str]) -> Result<(), String> {
    let said = Command::new("npm")
        .args(words)
        .current_dir(web)
        .env("YIWANG_WEB_OUT", out)
        .output();
    let said = said.map_err(|err| format!("npm cannot be run ({err}); install node 20 or newer"))?;
    if said.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&said.stderr).into_owned() + &String::from_utf8_lossy(&said.stdout);
    let end: Vec<&str> = text.lines().filter(|it| !it.trim().is_empty()).take(12).collect();
    Err(format!("npm {} failed: {}", words.join(" "), end.join(" | ")))
}

/// The files as one Rust table, the bigger texts also packed.
fn table(built: &Path, missing: Option<&str>) -> String {
    let mut files = Vec::new();
    walk(built, &mut files);
    files.sort();
    let mut text = format!("pub(crate) const MISSING: Option<&str> = {missing:?};\npub(crate) static FILES: &[File] = &[\n");
    for file in files {
        let name = file
            .strip_prefix(built)
            .expect("walked from there")
            .to_string_lossy()
            .replace('\\', "/");
        let packed = match pack(&file) {
            Some(it) => format!("Some(include_bytes!({:?}))", it.display().to_string()),
            None => "None".to_owned(),
        };
        let plain = file.display().to_string();
        let _ = writeln!(
            text,
            "    File {{ name: {name:?}, plain: include_bytes!({plain:?}), packed: {packed} }},"
        );
    }
    text + "];\n"
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn pack(file: &Path) -> Option<PathBuf> {
    let kind = file.extension()?.to_str()?;
    let bytes = fs::read(file).ok()?;
    if !matches!(kind, "js" | "mjs" | "css" | "html" | "svg" | "json") || bytes.len() < 1024 {
        return None;
    }
    let folder = PathBuf::from(env::var("OUT_DIR").ok()?).join("packed");
    let name = file.to_string_lossy().replace(['/', '\\', ':'], "_");
    fs::create_dir_all(&folder).ok()?;
    let path = folder.join(name + ".gz");
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&bytes).ok()?;
    fs::write(&path, packer.finish().ok()?).ok()?;
    Some(path)
}

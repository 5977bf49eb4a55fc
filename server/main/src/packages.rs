//! The app packages: those inside the binary, or a folder with the same layout.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use rust_embed::RustEmbed;
use yiwang_model::SourceFile;

#[derive(RustEmbed)]
#[folder = "../../apps"]
#[include = "*.yaml"]
#[include = "*.bpmn"]
#[include = "*.dmn"]
#[include = "*.html"]
struct Apps;

#[derive(RustEmbed)]
#[folder = "../../overlays"]
#[include = "*.yaml"]
#[include = "*.dmn"]
struct Overlays;

/// Every file inside the binary, the kernel's own registers first.
pub fn embedded() -> Vec<SourceFile> {
    let mut files = kernel();
    files.extend(of::<Apps>("apps"));
    files.extend(of::<Overlays>("overlays"));
    files
}

/// The kernel's own registers: divisions, departments, posts, users, cells.
fn kernel() -> Vec<SourceFile> {
    let mut files = yiwang_identity::package();
    files.extend(yiwang_space::package_files());
    files
}

fn of<E: RustEmbed>(root: &str) -> Vec<SourceFile> {
    let file = |name: std::borrow::Cow<'static, str>| {
        let bytes: Arc<[u8]> = E::get(&name)?.data.as_ref().into();
        Some(SourceFile {
            path: format!("{root}/{name}"),
            bytes,
        })
    };
    E::iter().filter_map(file).collect()
}

/// Files of a folder: one with `apps/` and `overlays/`, or one app (`app.yaml`) or overlay (`overlay.yaml`), which is then checked together
/// with what is inside the binary.
///
/// # Errors
/// When a file cannot be read.
pub fn folder(root: &Path) -> anyhow::Result<Vec<SourceFile>> {
    let name = root
        .canonicalize()
        .ok()
        .and_then(|it| it.file_name().map(|name| name.to_string_lossy().into_owned()))
        .unwrap_or_default();
    for (head, parent) in [("app.yaml", "apps"), ("overlay.yaml", "overlays")] {
        if root.join(head).is_file() {
            let prefix = format!("{parent}/{name}");
            let mut files: Vec<SourceFile> = embedded()
                .into_iter()
                .filter(|it| !it.path.starts_with(&format!("{prefix}/")))
                .collect();
            read_below(root, &prefix, &mut files)?;
            return Ok(files);
        }
    }
    let mut files = kernel();
    for part in ["apps", "overlays"] {
        if root.join(part).is_dir() {
            read_below(&root.join(part), part, &mut files)?;
        }
    }
    anyhow::ensure!(!files.is_empty(), "{} 里没有 apps、overlays,也没有 app.yaml", root.display());
    Ok(files)
}

fn read_below(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("读文件夹 {} 失败", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            read_below(&entry.path(), &path, files)?;
        } else if [".yaml", ".yml", ".bpmn", ".dmn", ".html"]
            .iter()
            .any(|it| name.ends_with(it))
        {
            let bytes = std::fs::read(entry.path()).with_context(|| format!("读文件 {} 失败", entry.path().display()))?;
            files.push(SourceFile {
                path,
                bytes: bytes.into(),
            });
        }
    }
    Ok(())
}

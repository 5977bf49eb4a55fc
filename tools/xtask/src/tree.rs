//! The repository's text files, read once; every check is a function over them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Larger files are data, not text that somebody wrote.
const MAX_BYTES: u64 = 2_000_000;
/// Folders that hold what tools wrote, wherever they stand.
const SKIPPED: [&str; 4] = [".git", "target", "node_modules", "dist"];
/// Folders that hold what the running program wrote.
const SKIPPED_PATHS: [&str; 2] = ["data", "bench/out"];

/// One text file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path from the root, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// The part after the last dot of the file's name, or nothing.
    pub fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|it| it.to_str()).unwrap_or("")
    }

    /// The file's name without its folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Lines with their numbers, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

/// All text files of a repository, sorted by path.
#[derive(Debug, Default)]
pub struct Tree {
    /// The files.
    pub files: Vec<Source>,
}

impl Tree {
    /// A tree made of paths and texts.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let mut files: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source {
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Tree { files }
    }

    /// Reads every text file under `root`, but for what tools write.
    pub fn read(root: &Path) -> Result<Tree> {
        let mut tree = Tree::default();
        walk(root, root, &mut tree)?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// The file at a path.
    pub fn find(&self, path: &str) -> Option<&Source> {
        self.files.iter().find(|it| it.path == path)
    }

    /// The files under a folder; `folder` ends with `/`.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Source> {
        self.files.iter().filter(move |it| it.path.starts_with(folder))
    }
}

/// The repository's root: the nearest folder upwards that holds this tool's list of arrows.
pub fn find_root() -> Result<PathBuf> {
    let start = std::env::current_dir().context("asking for the current folder")?;
    for folder in start.ancestors() {
        if folder.join("tools/xtask/arrows.txt").is_file() {
            return Ok(folder.to_owned());
        }
    }
    bail!(
        "no tools/xtask/arrows.txt above {}: run this inside the repository",
        start.display()
    )
}

fn walk(root: &Path, folder: &Path, tree: &mut Tree) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading folder {}", folder.display()))? {
        let entry = entry.with_context(|| format!("reading folder {}", folder.display()))?;
        let kind = entry
            .file_type()
            .with_context(|| format!("looking at {}", entry.path().display()))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_dir() {
            let path = entry.path();
            let skipped = SKIPPED_PATHS.iter().any(|it| path == root.join(it));
            if !skipped && !SKIPPED.contains(&&*name) {
                walk(root, &path, tree)?;
            }
        } else if kind.is_file() {
            add(root, &entry.path(), tree)?;
        }
    }
    Ok(())
}

fn add(root: &Path, path: &Path, tree: &mut Tree) -> Result<()> {
    let size = fs::metadata(path)
        .with_context(|| format!("looking at {}", path.display()))?
        .len();
    if size > MAX_BYTES {
        return Ok(());
    }
    let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
    if text.contains('\0') {
        return Ok(());
    }
    let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    tree.files.push(Source { path, text });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_text_files_but_not_what_tools_write() {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in [
            ("kernel/a/src/lib.rs", &b"//! A.\n"[..]),
            ("target/debug/x.rs", b"x"),
            ("web/node_modules/y.ts", b"y"),
            ("data/demo/z.yaml", b"z"),
            ("apps/urban/demo/data/w.yaml", b"w"),
            ("docs/picture.png", &[0x89, 0x50, 0xff]),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let tree = Tree::read(folder.path()).unwrap();
        let paths: Vec<&str> = tree.files.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["apps/urban/demo/data/w.yaml", "kernel/a/src/lib.rs"]);
    }
}

//! Generated files are fresh: each equals what its command prints now.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, anyhow};

use super::list;
use crate::finding::Finding;
use crate::tree::Tree;

const LIST: &str = "tools/xtask/generated.txt";
const REMEDY: &str = "run `cargo xtask generate` and commit the file";

/// A file and the command that writes it to its standard output.
pub struct Entry<'a> {
    /// Line in the list.
    pub line: usize,
    /// The file.
    pub path: &'a str,
    /// The command's words.
    pub command: &'a str,
}

/// The list of generated files.
pub fn entries(tree: &Tree) -> Vec<Entry<'_>> {
    let entries = list::entries(tree, LIST).into_iter();
    entries
        .map(|it| Entry {
            line: it.line,
            path: it.key,
            command: it.rest.trim_start_matches('=').trim(),
        })
        .collect()
}

/// Runs every command of the list at `root` and compares.
pub fn check(root: &Path, tree: &Tree) -> Vec<Finding> {
    entries(tree).iter().filter_map(|it| check_one(root, tree, it)).collect()
}

/// `cargo xtask generate`: writes every file of the list anew.
pub fn write_all(root: &Path) -> Result<ExitCode> {
    for entry in entries(&Tree::read(root)?) {
        let printed = print(root, entry.command).map_err(|what| anyhow!("{LIST}:{}: {what}", entry.line))?;
        let path = root.join(entry.path);
        fs::create_dir_all(path.parent().unwrap_or(root)).with_context(|| format!("making the folder of {}", entry.path))?;
        fs::write(&path, printed).with_context(|| format!("writing {}", entry.path))?;
        println!("{}", entry.path);
    }
    Ok(ExitCode::SUCCESS)
}

fn check_one(root: &Path, tree: &Tree, entry: &Entry<'_>) -> Option<Finding> {
    let printed = match print(root, entry.command) {
        Ok(printed) => printed,
        Err(finding) => return Some(Finding::new(LIST, entry.line, finding, "run it by hand from the root")),
    };
    let Some(source) = tree.find(entry.path) else {
        return Some(Finding::new(entry.path, 1, "is generated, but missing", REMEDY));
    };
    let differs = source.lines().map(|(_, it)| it).ne(printed.lines());
    let line = 1 + source.text.lines().zip(printed.lines()).take_while(|(a, b)| a == b).count();
    differs.then(|| Finding::new(entry.path, line, "is not what its command prints now", REMEDY))
}

/// What the command prints, or what went wrong.
fn print(root: &Path, command: &str) -> std::result::Result<String, String> {
    let mut words = command.split_whitespace();
    let program = match words.next() {
        None => return Err("has no command".to_owned()),
        Some("yiwang") => target_folder(root).join("debug/yiwang"),
        Some(program) => PathBuf::from(program),
    };
    let output = Command::new(&program).args(words).current_dir(root).output();
    let output = output.map_err(|error| format!("`{command}` did not start ({}: {error})", program.display()))?;
    if !output.status.success() {
        return Err(format!(
            "`{command}` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{command}` does not print text"))
}

fn target_folder(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_list(list: &str, expected: &[&str]) {
        let tree = Tree::of(&[(LIST, list), ("schemas/a.json", "one\n")]);
        let found: Vec<String> = check(Path::new("."), &tree)
            .iter()
            .map(|it| format!("{}:{}", it.file, it.line))
            .collect();
        assert_eq!(found, expected, "{list}");
    }

    #[test]
    fn files_are_written_anew_and_then_fresh() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("tools/xtask")).unwrap();
        fs::write(root.join(LIST), "schemas/a.json = echo one\n").unwrap();
        assert_eq!(check(root, &Tree::read(root).unwrap()).len(), 1);
        write_all(root).unwrap();
        assert_eq!(check(root, &Tree::read(root).unwrap()), []);
    }

    #[test]
    fn fresh_stale_missing_and_failing_files() {
        check_list("# none\n", &[]);
        check_list("schemas/a.json = echo one\n", &[]);
        check_list("schemas/a.json = echo two\n", &["schemas/a.json:1"]);
        check_list("schemas/b.json = echo one\n", &["schemas/b.json:1"]);
        check_list("\nschemas/a.json = false\n", &["tools/xtask/generated.txt:2"]);
        check_list("schemas/a.json\n", &["tools/xtask/generated.txt:1"]);
    }
}

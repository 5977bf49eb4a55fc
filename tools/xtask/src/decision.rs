//! `cargo xtask new-decision TITLE`: the next decision record from a skeleton.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::tree::Tree;

const FOLDER: &str = "docs/decisions/";

/// Writes `docs/decisions/NNN-title.md` with the next free number.
pub fn run(root: &Path, title: &str) -> Result<ExitCode> {
    let path = format!("{FOLDER}{:03}-{}.md", next_number(&Tree::read(root)?), slug(title)?);
    let full = root.join(&path);
    fs::create_dir_all(root.join(FOLDER)).with_context(|| format!("making {FOLDER}"))?;
    fs::write(&full, skeleton(title)).with_context(|| format!("writing {path}"))?;
    println!("{path}");
    Ok(ExitCode::SUCCESS)
}

fn next_number(tree: &Tree) -> u32 {
    let numbers = tree
        .under(FOLDER)
        .filter_map(|it| it.name().split('-').next()?.parse::<u32>().ok());
    numbers.max().unwrap_or(0) + 1
}

/// The title as a part of a file's name.
fn slug(title: &str) -> Result<String> {
    let words: Vec<String> = title
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    if words.is_empty() || !words.iter().all(|it| it.is_ascii()) {
        bail!("the title becomes a file's name: give it in English letters and digits");
    }
    Ok(words.join("-"))
}

fn skeleton(title: &str) -> String {
    format!(
        "# {title}\n\n**What was open.** \n\n**Decided.** \n\n**Why, and what else was weighed.** \n\n\
         **What it costs, and what would make us change it.** \n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_largest() {
        assert_eq!(next_number(&Tree::of(&[])), 1);
        let tree = Tree::of(&[
            ("docs/decisions/README.md", ""),
            ("docs/decisions/009-a.md", ""),
            ("docs/decisions/010-b.md", ""),
        ]);
        assert_eq!(next_number(&tree), 11);
    }

    #[test]
    fn titles_become_file_names() {
        let check = |title: &str, expected: Option<&str>| assert_eq!(slug(title).ok().as_deref(), expected);
        check("Physical types: integer, text", Some("physical-types-integer-text"));
        check("时限", None);
        check("--", None);
    }

    #[test]
    fn the_record_is_written() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), "Own words").unwrap();
        let text = fs::read_to_string(folder.path().join("docs/decisions/001-own-words.md")).unwrap();
        assert!(text.starts_with("# Own words\n"));
    }
}

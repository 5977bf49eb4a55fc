//! `cargo xtask ledger`: which requirement rows are claimed by tests, apps and pages.
//!
//! The ledger lies outside the repository. A row starts with its id in a table, a list or a heading (`| S4.6.3 | ..`,
//! `- S4.D5 ..`, `**S4.W1. ..`). A claim is the word `covers:` followed by ids, in a comment or a key.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::finding::Finding;
use crate::tree::{Source, Tree};

/// How much is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Counts for each document.
    Counts,
    /// Each row, too.
    Rows,
}

/// A document of the ledger: its name and the ids of its rows in order.
struct Document {
    name: String,
    rows: Vec<String>,
}

/// Ids with the places that claim them.
type Claims = BTreeMap<String, Vec<(String, usize)>>;

/// Prints what is claimed; an id that no document has is an error.
pub fn run(root: &Path, detail: Detail) -> Result<ExitCode> {
    let claims = claims(&Tree::read(root)?);
    let folder = std::env::var_os("YIWANG_LEDGER").map_or_else(|| root.join("../shared/ledger"), PathBuf::from);
    if !folder.is_dir() {
        print!("{}", list_claims(&claims));
        println!(
            "no ledger at {}: the claims above are not checked (YIWANG_LEDGER names its folder)",
            folder.display()
        );
        return Ok(ExitCode::SUCCESS);
    }
    let documents = documents(&Tree::read(&folder).with_context(|| format!("reading the ledger {}", folder.display()))?);
    print!("{}", report(&documents, &claims, detail));
    let unknown = unknown(&documents, &claims);
    for finding in &unknown {
        eprintln!("{finding}");
    }
    Ok(if unknown.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn documents(tree: &Tree) -> Vec<Document> {
    let texts = tree.files.iter().filter(|it| it.extension() == "md");
    texts
        .map(|source| Document {
            name: source.path.clone(),
            rows: source.lines().filter_map(|(_, it)| row(it)).collect(),
        })
        .collect()
}

/// The id with which a line starts.
fn row(line: &str) -> Option<String> {
    id(line.trim_start_matches(['|', '-', '*', '#', ' ']))
}

/// An id at the start of a text: `S`, a digit, then parts of letters and digits, each after a dot.
fn id(text: &str) -> Option<String> {
    let end = text
        .find(|it: char| !it.is_ascii_alphanumeric() && it != '.')
        .unwrap_or(text.len());
    let id = text.get(..end)?.trim_end_matches('.');
    let (document, row) = id.split_once('.')?;
    let number = document.strip_prefix('S')?;
    let numbered = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    (numbered && row.split('.').all(|it| !it.is_empty())).then(|| id.to_owned())
}

fn claims(tree: &Tree) -> Claims {
    let mut claims = Claims::new();
    for source in tree.files.iter().filter(|it| may_claim(it)) {
        for (line, text) in source.lines() {
            for id in claimed(text) {
                claims.entry(id).or_default().push((source.path.clone(), line));
            }
        }
    }
    claims
}

/// This tool's own sources show claims as examples.
fn may_claim(source: &Source) -> bool {
    !source.path.starts_with("tools/xtask/")
}

/// The ids after `covers:` in a line.
fn claimed(line: &str) -> Vec<String> {
    let Some((_, list)) = line.split_once("covers:") else {
        return Vec::new();
    };
    let words = list.split([',', ' ', '[', ']', '"', '`']).filter(|it| !it.is_empty());
    words.map_while(id).collect()
}

fn report(documents: &[Document], claims: &Claims, detail: Detail) -> String {
    let mut text = String::new();
    let (mut n_rows, mut n_covered) = (0, 0);
    for document in documents.iter().filter(|it| !it.rows.is_empty()) {
        let covered = document.rows.iter().filter(|it| claims.contains_key(*it)).count();
        let open = document.rows.len() - covered;
        let _ = writeln!(
            text,
            "{:40} {:5} rows {covered:5} covered {open:5} not",
            document.name,
            document.rows.len()
        );
        if detail == Detail::Rows {
            for row in &document.rows {
                let _ = writeln!(text, "  {row:12} {}", places(claims.get(row)));
            }
        }
        n_rows += document.rows.len();
        n_covered += covered;
    }
    let _ = writeln!(
        text,
        "{:40} {n_rows:5} rows {n_covered:5} covered {:5} not",
        "all",
        n_rows - n_covered
    );
    text
}

fn places(claims: Option<&Vec<(String, usize)>>) -> String {
    match claims {
        None => "-".to_owned(),
        Some(places) => places
            .iter()
            .map(|(file, line)| format!("{file}:{line}"))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn list_claims(claims: &Claims) -> String {
    let mut text = String::new();
    for (id, found) in claims {
        let _ = writeln!(text, "{id:12} {}", places(Some(found)));
    }
    text
}

fn unknown(documents: &[Document], claims: &Claims) -> Vec<Finding> {
    let known = |id: &str| documents.iter().any(|it| it.rows.iter().any(|row| row == id));
    let strange = claims.iter().filter(|(id, _)| !known(id));
    strange
        .flat_map(|(id, found)| {
            found.iter().map(move |(file, line)| {
                Finding::new(
                    file,
                    *line,
                    format!("claims `{id}`, which no document of the ledger has"),
                    "mend the id",
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_start_with_their_id() {
        let check = |line: &str, expected: Option<&str>| assert_eq!(row(line).as_deref(), expected, "{line}");
        check("| S4.6.3 | what | how |", Some("S4.6.3"));
        check("- S4.D5 案卷 (case file): source", Some("S4.D5"));
        check("| S4.IF3 | maps |", Some("S4.IF3"));
        check("| S1.NF.10 | load |", Some("S1.NF.10"));
        check("**S4.W1. Seven steps** (1)", Some("S4.W1"));
        check("### S1.W10. Assessment", Some("S1.W10"));
        check("S0.W14. Supervision", Some("S0.W14"));
        check("see S4.6.3", None);
        check("S4", None);
        check("| id | requirement |", None);
        check("SOS.1", None);
    }

    #[test]
    fn claims_are_ids_after_the_word() {
        let check = |line: &str, expected: &[&str]| assert_eq!(claimed(line), expected, "{line}");
        check("// covers: S4.6.3, S4.W1.", &["S4.6.3", "S4.W1"]);
        check("covers: [S4.6.3, S4.5.5]", &["S4.6.3", "S4.5.5"]);
        check("# covers: S4.6.3 and more S4.1.1", &["S4.6.3"]);
        check("this covers much", &[]);
    }

    #[test]
    fn counts_rows_and_unknown_ids() {
        let ledger = Tree::of(&[("S4.md", "# S4\n| S4.1.1 | a |\n| S4.1.2 | b |\n"), ("notes.md", "none\n")]);
        let tree = Tree::of(&[
            ("apps/a/tests/t.yaml", "covers: [S4.1.2, S4.9.9]\n"),
            ("tools/xtask/src/x.rs", "// covers: S9.1\n"),
        ]);
        let (documents, claims) = (documents(&ledger), claims(&tree));
        let text = report(&documents, &claims, Detail::Rows);
        assert!(text.contains("2 rows     1 covered     1 not"), "{text}");
        assert!(text.contains("S4.1.2       apps/a/tests/t.yaml:1"), "{text}");
        assert!(text.contains("S4.1.1       -"), "{text}");
        let unknown = unknown(&documents, &claims);
        assert_eq!(unknown.len(), 1);
        assert!(unknown[0].what.contains("S4.9.9"));
    }
}

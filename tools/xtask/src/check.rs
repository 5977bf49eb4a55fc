//! `cargo xtask check`: runs every check and prints all findings at once.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::finding::Finding;
use crate::tree::Tree;

mod arrows;
mod errors;
mod format;
pub mod generated;
mod habits;
mod invariants;
mod list;
mod manifest;
mod names;
mod pure;
mod sizes;
mod words;

/// Checks that need nothing but the text of the files.
const TEXT_CHECKS: [fn(&Tree) -> Vec<Finding>; 9] = [
    names::check,
    sizes::check,
    errors::check,
    habits::check,
    words::check,
    pure::check,
    format::check,
    manifest::check,
    invariants::check,
    // the next check of texts goes here
];

/// Runs all checks on the repository at `root`; fails when one finds something.
pub fn run(root: &Path) -> Result<ExitCode> {
    let tree = Tree::read(root)?;
    let mut findings: Vec<Finding> = TEXT_CHECKS.iter().flat_map(|check| check(&tree)).collect();
    match arrows::check(root, &tree) {
        Ok(found) => findings.extend(found),
        Err(error) => findings.push(Finding::new(
            "Cargo.toml",
            1,
            format!("{error:#}"),
            "mend it; the arrows were not compared",
        )),
    }
    findings.extend(generated::check(root, &tree));
    findings.sort();
    findings.dedup();
    for finding in &findings {
        eprintln!("{finding}");
    }
    if findings.is_empty() {
        println!("xtask check: {} files, nothing found", tree.files.len());
        Ok(ExitCode::SUCCESS)
    } else {
        eprintln!("xtask check: {} findings in {} files", findings.len(), tree.files.len());
        Ok(ExitCode::FAILURE)
    }
}

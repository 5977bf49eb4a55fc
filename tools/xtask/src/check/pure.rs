//! The core is pure: its crates do no I/O and read no clock, environment or randomness.

use crate::code::{has_word, is_word_part, program_lines};
use crate::finding::Finding;
use crate::tree::{Source, Tree};

const CRATES: [&str; 5] = [
    "kernel/types/",
    "kernel/feel/",
    "kernel/model/",
    "kernel/bpmn/",
    "kernel/authz/",
];
const BANNED: [&str; 12] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io",
    "SystemTime",
    "std::time::Instant",
    "rand",
    "getrandom",
    "tokio",
    "now_v7",
];
/// Members of `std` that a grouped `use std::{..}` may not bring in.
const BANNED_MODULES: [&str; 6] = ["fs", "net", "env", "process", "thread", "io"];

/// Reads the sources (without their tests) and the manifests of the pure crates.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for folder in CRATES {
        for source in tree.under(folder) {
            if source.name() == "Cargo.toml" {
                findings.extend(dependencies(source));
            } else if is_program(source, folder) {
                findings.extend(program(source));
            }
        }
    }
    findings
}

fn is_program(source: &Source, folder: &str) -> bool {
    let inside = source.path.strip_prefix(folder).unwrap_or_default();
    inside.starts_with("src/") && source.extension() == "rs" && source.name() != "tests.rs" && !inside.contains("/tests/")
}

fn program(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_group = false;
    for (line, text) in program_lines(source) {
        in_group |= text.contains("use std::{");
        let module = BANNED_MODULES.iter().find(|it| in_group && names_member(&text, it));
        if text.contains(';') {
            in_group = false;
        }
        if let Some(word) = BANNED.iter().find(|it| has_word(&text, it)).or(module) {
            let remedy = "pass the value in; I/O, clock and chance belong to the caller";
            findings.push(Finding::new(
                &source.path,
                line,
                format!("a pure crate uses `{word}`"),
                remedy,
            ));
        }
    }
    findings
}

/// Whether a module stands in a use group as a member of `std` itself: after `{` or a comma, not after `::`.
fn names_member(text: &str, module: &str) -> bool {
    let mut words = text.split(['{', '}', ',', ' ', ';']).filter(|it| !it.is_empty());
    words.any(|it| it.split("::").next() == Some(module) && it.starts_with(is_word_part))
}

fn dependencies(source: &Source) -> Vec<Finding> {
    const CRATES: [&str; 4] = ["tokio", "rand", "getrandom", "reqwest"];
    let normal = source.lines().skip_while(|(_, it)| it.trim() != "[dependencies]").skip(1);
    let normal = normal.take_while(|(_, it)| !it.starts_with('['));
    normal
        .filter_map(|(line, text)| {
            let name = text.split(['.', ' ', '=']).next()?;
            let what = format!("a pure crate depends on `{name}`");
            CRATES
                .contains(&name)
                .then(|| Finding::new(&source.path, line, what, "move what needs it out of this crate"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_file(path: &str, text: &str, expected: &[usize]) {
        let found: Vec<usize> = check(&Tree::of(&[(path, text)])).iter().map(|it| it.line).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn effects_are_found() {
        let check = |text: &str, lines: &[usize]| check_file("kernel/feel/src/a.rs", text, lines);
        check("use std::fs;\nlet x = std::env::var(\"A\");\n", &[1, 2]);
        check("use std::{collections::BTreeMap, env};\n", &[1]);
        check("use std::{\n    fmt,\n    fs::File,\n};\nlet fs = 1;\n", &[3]);
        check("let x = SystemTime::UNIX_EPOCH;\nrand::random()\n", &[1, 2]);
    }

    #[test]
    fn comments_tests_names_and_other_crates_are_not() {
        let check = |text: &str| check_file("kernel/feel/src/a.rs", text, &[]);
        check("//! Never uses std::fs or tokio.\nlet operand = 1;\n");
        check("use std::{fmt, collections::btree_map::Entry};\n");
        check("fn a() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n");
        check_file("kernel/feel/tests/it/tck.rs", "use std::fs;\n", &[]);
        check_file("kernel/store/src/a.rs", "use std::fs;\n", &[]);
    }

    #[test]
    fn a_manifest_may_bring_effects_only_for_tests() {
        check_file("kernel/bpmn/Cargo.toml", "[dependencies]\ntokio.workspace = true\n", &[2]);
        check_file(
            "kernel/bpmn/Cargo.toml",
            "[dependencies]\na.workspace = true\n[dev-dependencies]\ntokio.workspace = true\n",
            &[],
        );
    }
}

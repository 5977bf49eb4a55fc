//! The kernel and the server know no domain: they name no app and no app's register.

use std::collections::BTreeSet;

use super::list;
use crate::code::has_word;
use crate::finding::Finding;
use crate::tree::{Source, Tree};

/// Names that are ordinary words too; searched only as a whole literal.
const ORDINARY: &str = "tools/xtask/words.txt";
const READ: [&str; 14] = [
    "rs", "yaml", "yml", "toml", "sql", "html", "css", "js", "ts", "json", "xml", "bpmn", "dmn", "txt",
];
/// The binary composes real apps and its tests play them; the examples of the formats page are real too.
const EXEMPT: [&str; 3] = [
    "kernel/model/tests/it/docs.rs",
    "server/main/Cargo.toml",
    "server/main/src/demo.rs",
];

/// Finds names of apps and their registers under `kernel/` and `server/`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let names = declared(tree);
    let ordinary: BTreeSet<&str> = list::entries(tree, ORDINARY).iter().map(|it| it.key).collect();
    let mut findings = unreasoned(tree);
    for source in tree.under("kernel/").chain(tree.under("server/")).filter(|it| is_read(it)) {
        for (line, text) in source.lines() {
            for name in &names {
                let named = if ordinary.contains(name.as_str()) {
                    text.contains(&format!("\"{name}\""))
                } else {
                    has_word(text, name)
                };
                if named {
                    let what = format!("names `{name}`, which an app declares");
                    let remedy = "take it from the model, or invent a name for the test";
                    findings.push(Finding::new(&source.path, line, what, remedy));
                }
            }
        }
    }
    findings
}

/// The names that app packages declare.
fn declared(tree: &Tree) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in tree.under("apps/") {
        let mut parts = source.path.split('/').skip(2);
        let key = match (parts.next(), parts.next(), source.extension()) {
            (Some("app.yaml"), None, _) => "app:",
            (Some("registers"), Some(_), "yaml") => "register:",
            _ => continue,
        };
        names.extend(source.lines().filter_map(|(_, line)| value(line, key)));
    }
    names
}

/// The value of a key that stands at the start of a line.
fn value(line: &str, key: &str) -> Option<String> {
    let value = line.strip_prefix(key)?;
    let value = value.split('#').next().unwrap_or(value).trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

fn is_read(source: &Source) -> bool {
    READ.contains(&source.extension()) && !EXEMPT.iter().any(|it| source.path.starts_with(it))
}

fn unreasoned(tree: &Tree) -> Vec<Finding> {
    let entries = list::entries(tree, ORDINARY);
    let bare = entries.iter().filter(|it| it.rest.is_empty());
    bare.map(|it| {
        Finding::new(
            ORDINARY,
            it.line,
            format!("`{}` has no reason", it.key),
            "write why it is ordinary",
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: (&str, &str) = ("apps/urban/app.yaml", "format: 1\napp: urban\n");
    const REGISTER: (&str, &str) = ("apps/urban/registers/part.yaml", "format: 1\nregister: part # a thing\n");

    fn check_lines(files: &[(&str, &str)], expected: &[&str]) {
        let mut all = vec![APP, REGISTER];
        all.extend_from_slice(files);
        let found: Vec<String> = check(&Tree::of(&all))
            .iter()
            .map(|it| format!("{}:{}", it.file, it.line))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_app_or_register_in_the_kernel_is_found() {
        check_lines(
            &[("kernel/a/src/lib.rs", "//! A.\nlet x = \"urban\";\n")],
            &["kernel/a/src/lib.rs:2"],
        );
        check_lines(&[("server/a/src/lib.rs", "fn part() {}\n")], &["server/a/src/lib.rs:1"]);
        check_lines(&[("kernel/a/seed.yaml", "register: part\n")], &["kernel/a/seed.yaml:1"]);
    }

    #[test]
    fn invented_names_parts_of_words_and_end_to_end_tests_are_not() {
        check_lines(&[("kernel/a/src/lib.rs", "let department = \"suburban\";\n")], &[]);
        check_lines(&[("tests/it/case.rs", "\"urban\"\n")], &[]);
        check_lines(&[("apps/urban/notes.txt", "part\n")], &[]);
    }

    #[test]
    fn an_ordinary_word_counts_only_as_a_literal_and_needs_a_reason() {
        let words = (ORDINARY, "part common English\n");
        check_lines(
            &[words, ("kernel/a/src/lib.rs", "// a part of it\nlet x = \"part\";\n")],
            &["kernel/a/src/lib.rs:2"],
        );
        check_lines(&[(ORDINARY, "part\n")], &["tools/xtask/words.txt:1"]);
    }
}

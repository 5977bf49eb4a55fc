//! Habits that hide things: `mod.rs`, switched-off tests, notes of unfinished work that nobody decided on.

use crate::code::has_word;
use crate::finding::Finding;
use crate::tree::{Source, Tree};

// Put together from halves, so that this file does not find itself.
const IGNORED: &str = concat!("#[ign", "ore");
const ONLY: &str = concat!(".on", "ly(");
const NOTES: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

/// Finds them in every file that is code or configuration.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.files.iter().filter(|it| is_written_code(it)) {
        if source.name() == "mod.rs" {
            findings.push(Finding::new(
                &source.path,
                1,
                "is a `mod.rs`",
                "name the module by its file: `foo.rs` beside `foo/`",
            ));
        }
        for (line, text) in source.lines() {
            if source.extension() == "rs" && text.contains(IGNORED) {
                findings.push(Finding::new(
                    &source.path,
                    line,
                    "a test is switched off",
                    "mend it, or assert today's answer",
                ));
            }
            if is_script(source) && text.contains(ONLY) {
                findings.push(Finding::new(
                    &source.path,
                    line,
                    "one test shuts out the others",
                    format!("remove `{ONLY}`"),
                ));
            }
            findings.extend(undecided(tree, source, line, text));
        }
    }
    findings
}

/// A note of unfinished work is allowed when it names its decision: the number in brackets, written in docs/decisions/012-*.md.
fn undecided(tree: &Tree, source: &Source, line: usize, text: &str) -> Option<Finding> {
    let note = NOTES.iter().find(|it| has_word(text, it))?;
    let number = text
        .split_once(&format!("{note}("))
        .and_then(|(_, rest)| rest.split(')').next());
    let decided = number.is_some_and(|it| !it.is_empty() && tree.under(&format!("docs/decisions/{it}-")).next().is_some());
    let remedy = format!("do it, or decide it: `{note}(NNN)` with docs/decisions/NNN-*.md");
    (!decided).then(|| Finding::new(&source.path, line, format!("an undecided `{note}`"), remedy))
}

fn is_written_code(source: &Source) -> bool {
    const CODE: [&str; 16] = [
        "rs", "ts", "vue", "js", "mjs", "css", "html", "yaml", "yml", "toml", "sh", "py", "sql", "bpmn", "dmn", "txt",
    ];
    CODE.contains(&source.extension()) || matches!(source.name(), "Makefile" | "run" | "need")
}

fn is_script(source: &Source) -> bool {
    matches!(source.extension(), "ts" | "vue" | "js" | "mjs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_file(path: &str, text: &str, expected: &[usize]) {
        let tree = Tree::of(&[(path, text), ("docs/decisions/007-later.md", "")]);
        let found: Vec<usize> = check(&tree).iter().map(|it| it.line).collect();
        assert_eq!(found, expected, "{path}: {text}");
    }

    #[test]
    fn habits_are_found_with_their_line() {
        check_file("a/mod.rs", "", &[1]);
        check_file("a/b.rs", &format!("//! A.\n{IGNORED}]\n{IGNORED} = \"x\"]\n"), &[2, 3]);
        check_file("a/b.ts", &format!("it{ONLY}1)\n"), &[1]);
        check_file("a/b.rs", &format!("a{ONLY}1)\n"), &[]);
    }

    #[test]
    fn a_note_needs_its_decision() {
        let [todo, fixme] = NOTES;
        check_file("a.rs", &format!("// {todo}: later\n"), &[1]);
        check_file("Makefile", &format!("# {fixme} later\n"), &[1]);
        check_file("a.rs", &format!("// {fixme}(007): why\n"), &[]);
        check_file("a.rs", &format!("// {fixme}(008): why\n"), &[1]);
        check_file("a.rs", &format!("// {fixme}(): why\n"), &[1]);
        check_file("a.md", &format!("{todo}\n"), &[]);
        check_file("a.rs", &format!("const MY_{todo}: u8 = 1;\n"), &[]);
    }
}

//! Just enough reading of Rust text for the checks: what is a comment, what is a test, what is a word.

use crate::tree::Source;

/// The lines of a Rust file that are program: without comments, without the test module at its end.
pub fn program_lines(source: &Source) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut in_test_mark = false;
    for (number, line) in source.lines() {
        let bare = without_comment(line);
        let trimmed = bare.trim();
        if trimmed == "#[cfg(test)]" {
            in_test_mark = true;
        } else if in_test_mark && opens_module(trimmed) {
            break;
        } else if !trimmed.starts_with("#[") && !trimmed.is_empty() {
            in_test_mark = false;
        }
        lines.push((number, bare.to_owned()));
    }
    lines
}

/// Whether `word` stands in `line` with no letter, digit or underscore directly before or after it.
pub fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|it| it.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(is_word_part) && !after.is_some_and(is_word_part)
    })
}

/// Whether a character can be a part of an identifier.
pub fn is_word_part(it: char) -> bool {
    it.is_ascii_alphanumeric() || it == '_'
}

fn opens_module(line: &str) -> bool {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    line.starts_with("mod ") && line.ends_with('{')
}

/// The part of a line before `//`, unless that stands in a string literal.
fn without_comment(line: &str) -> &str {
    let mut in_text = false;
    let mut escaped = false;
    let mut last = ' ';
    for (at, it) in line.char_indices() {
        match it {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' if last != '\'' => in_text = !in_text,
            '/' if !in_text && last == '/' => return line.get(..at.saturating_sub(1)).unwrap_or(line),
            _ => {}
        }
        last = it;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;

    #[test]
    fn comments_are_cut_but_not_inside_text() {
        let check = |line: &str, expected: &str| assert_eq!(without_comment(line), expected);
        check("let a = 1; // why", "let a = 1; ");
        check("/// doc", "");
        check(r#"let a = "http://x"; // why"#, r#"let a = "http://x"; "#);
        check(r#"let a = "\"//"; b"#, r#"let a = "\"//"; b"#);
        check("let quote = '\"'; // why", "let quote = '\"'; ");
    }

    #[test]
    fn words_have_borders() {
        let check = |line: &str, word: &str, expected: bool| assert_eq!(has_word(line, word), expected, "{line} {word}");
        check("use rand::Rng;", "rand", true);
        check("operand::new()", "rand", false);
        check("urban_case", "urban", false);
        check("\"urban\"", "urban", true);
        check("案件urban案", "urban", true);
    }

    #[test]
    fn the_test_module_is_left_out_and_test_functions_are_not_its_start() {
        let text = "fn a() {}\n#[cfg(test)]\nfn only_for_tests() {}\nfn b() {}\n#[cfg(test)]\nmod tests {\n    fn c() {}\n}\n";
        let tree = Tree::of(&[("kernel/a/src/lib.rs", text)]);
        let lines = program_lines(tree.files.first().unwrap());
        assert_eq!(lines.len(), 5);
        assert!(lines.iter().all(|(_, it)| !it.contains("fn c")));
    }
}

//! The small lists beside this tool: one entry a line, `#` starts a comment line.

use crate::tree::Tree;

/// An entry of a list: its line, its first word, and the rest.
pub struct Entry<'a> {
    /// Line in the list.
    pub line: usize,
    /// First word: a path or a name.
    pub key: &'a str,
    /// What follows it, trimmed.
    pub rest: &'a str,
}

/// The entries of a list; none when there is no such file.
pub fn entries<'a>(tree: &'a Tree, path: &str) -> Vec<Entry<'a>> {
    let Some(source) = tree.find(path) else { return Vec::new() };
    source
        .lines()
        .map(|(line, text)| (line, text.trim()))
        .filter(|(_, text)| !text.is_empty() && !text.starts_with('#'))
        .map(|(line, text)| match text.split_once(char::is_whitespace) {
            Some((key, rest)) => Entry {
                line,
                key,
                rest: rest.trim(),
            },
            None => Entry {
                line,
                key: text,
                rest: "",
            },
        })
        .collect()
}

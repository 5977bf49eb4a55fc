//! Names: plain identifiers, names with spaces that somebody declared, and names being declared.

use std::sync::Arc;

use super::{Parsed, Parser};
use crate::builtin;

/// Words that are no names by themselves.
const RESERVED: &[&str] = &[
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "between",
    "function",
    "true",
    "false",
    "null",
];
/// Properties with spaces.
const PROPERTIES: &[&str] = &["time offset", "start included", "end included"];

pub(super) fn is_start(it: char) -> bool {
    it.is_alphabetic() || it == '_' || ('\u{1F000}'..='\u{1FAFF}').contains(&it)
}

pub(super) fn is_part(it: char) -> bool {
    is_start(it) || it.is_numeric() || matches!(it, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}' | '\u{2040}')
}

/// Whether the text is one identifier, which needs no declaration.
pub(crate) fn is_plain(text: &str) -> bool {
    text.starts_with(is_start) && text.chars().all(is_part)
}

/// Runs of white space become one space.
pub(super) fn normalised(text: &str) -> Arc<str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    Arc::from(words.join(" "))
}

/// How many bytes of `text` the name takes, when it stands at its beginning as a whole.
fn matched(text: &str, name: &str) -> Option<usize> {
    let mut rest = text;
    for (at, word) in name.split(' ').enumerate() {
        if at > 0 {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
        }
        rest = rest.strip_prefix(word)?;
    }
    let runs_on = rest.starts_with(is_part) && name.ends_with(is_part);
    (!runs_on && !name.is_empty()).then(|| text.len() - rest.len())
}

impl Parser<'_> {
    /// Eats a name in the place of a value: the longest declared one, else one identifier. `None` at a keyword or symbol.
    pub(super) fn value_name(&mut self) -> Option<Arc<str>> {
        self.skip_space();
        if let Some(name) = self.longest_known(&[]) {
            return Some(name);
        }
        if self.rest().starts_with('?') {
            self.at += 1;
            return Some(Arc::from("?"));
        }
        let word = self.peek_word();
        if word.is_empty() || RESERVED.contains(&word) {
            return None;
        }
        self.at += word.len();
        Some(Arc::from(word))
    }

    /// Eats the name of a built-in function with spaces, when an argument list follows.
    pub(super) fn builtin_name(&mut self) -> Option<Arc<str>> {
        let rest = self.rest();
        let found = builtin::names_with_spaces().find_map(|name| {
            let end = matched(rest, name)?;
            rest.get(end..)?.trim_start().starts_with('(').then_some((end, name))
        });
        let (end, name) = found?;
        self.at += end;
        Some(Arc::from(name))
    }

    /// Eats the name after a dot: any identifier or declared name.
    pub(super) fn property_name(&mut self) -> Parsed<Arc<str>> {
        self.skip_space();
        if let Some(name) = self.longest_known(PROPERTIES) {
            return Ok(name);
        }
        let word = self.peek_word();
        if word.is_empty() {
            return Err(self.fail(self.at, "“.”后面没有名称", "写上要取的字段名,如 record.class"));
        }
        self.at += word.len();
        Ok(Arc::from(word))
    }

    fn longest_known(&mut self, more: &[&str]) -> Option<Arc<str>> {
        let rest = self.rest();
        let own = self
            .known
            .iter()
            .filter_map(|name| matched(rest, name).map(|end| (end, Arc::clone(name))));
        let best = own
            .chain(
                more.iter()
                    .filter_map(|name| matched(rest, name).map(|end| (end, Arc::from(*name)))),
            )
            .max_by_key(|it| it.0);
        let (end, name) = best?;
        self.at += end;
        Some(name)
    }

    /// Eats a name that is being declared, up to one of the symbols; the name is known from then on.
    pub(super) fn declared_name(&mut self, until: &[char]) -> Parsed<Arc<str>> {
        self.skip_space();
        let start = self.at;
        let rest = self.rest();
        let end = rest.find(|it| until.contains(&it)).unwrap_or(rest.len());
        let name = normalised(rest.get(..end).unwrap_or(""));
        if !name.starts_with(is_start) || !name.chars().all(is_declarable) {
            return Err(self.fail(
                start,
                "这里应当是一个名称",
                "名称以文字或字母开头,后面可跟数字、空格和 . / - ' + *",
            ));
        }
        self.at = start + end;
        self.declare(&name);
        Ok(name)
    }

    /// Eats the name of an iteration variable, up to the word `in`.
    pub(super) fn variable_name(&mut self) -> Parsed<Arc<str>> {
        let start = {
            self.skip_space();
            self.at
        };
        let mut words = Vec::new();
        loop {
            let word = self.peek_word();
            if word.is_empty() || word == "in" {
                break;
            }
            self.at += word.len();
            words.push(word);
        }
        if words.is_empty() {
            return Err(self.fail(start, "循环缺少变量名", "写成 for 变量 in 列表 return 结果"));
        }
        let name: Arc<str> = Arc::from(words.join(" "));
        self.declare(&name);
        Ok(name)
    }

    pub(super) fn declare(&mut self, name: &Arc<str>) {
        if !is_plain(name) && !self.known.contains(name) {
            self.known.push(Arc::clone(name));
        }
    }
}

fn is_declarable(it: char) -> bool {
    is_part(it) || matches!(it, ' ' | '.' | '/' | '-' | '\'' | '+' | '*')
}

//! Regular expressions: the part of XPath's that runs in linear time and means the same in the `regex` crate.
//!
//! Refused (the function gives null): back references `\1`, subtraction of classes `[a-z-[aeiou]]`, `\i` and `\c`, blocks `\p{IsGreek}`,
//! patterns over 1,000 characters or too large when compiled, subjects over 32 KB. Flags: `s m i x q`.

use std::borrow::Cow;

use regex::{Captures, Regex, RegexBuilder};

use super::{Builtin, Given};
use crate::ast::Node;
use crate::machine::{Machine, NODE};
use crate::{EvalError, MAX_TEXT, Value};

const MAX_PATTERN: usize = 1_000;
const MAX_COMPILED: usize = 1 << 18;
const MAX_SUBJECT: usize = 1 << 15;
/// Work of compiling a pattern at evaluation.
const COMPILE: usize = 200 * NODE;

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Regex);

impl Pattern {
    /// Compiles the pattern of a call whose pattern and flags stand in the text.
    pub fn of_call(builtin: Builtin, arguments: &[Node]) -> Option<Pattern> {
        let flags = match builtin.name() {
            "matches" => arguments.get(2),
            "replace" => arguments.get(3),
            "split" => None,
            _ => return None,
        };
        let flags = match flags {
            None => "",
            Some(it) => it.constant()?.as_text()?,
        };
        Pattern::compile(arguments.get(1)?.constant()?.as_text()?, flags)
    }

    fn compile(pattern: &str, flags: &str) -> Option<Pattern> {
        if pattern.len() > MAX_PATTERN || !flags.chars().all(|it| "smixq".contains(it)) || subtracts(pattern) {
            return None;
        }
        let escaped;
        let pattern = if flags.contains('q') {
            escaped = regex::escape(pattern);
            &escaped
        } else {
            pattern
        };
        let built = RegexBuilder::new(pattern)
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_COMPILED * 4)
            .dot_matches_new_line(flags.contains('s'))
            .multi_line(flags.contains('m'))
            .case_insensitive(flags.contains('i'))
            .ignore_whitespace(flags.contains('x'))
            .build();
        built.ok().map(Pattern)
    }
}

/// Whether a class takes another class away, which the crate would read as a union.
fn subtracts(pattern: &str) -> bool {
    let mut classes = 0_usize;
    let mut before = ' ';
    let mut chars = pattern.chars();
    while let Some(it) = chars.next() {
        match it {
            '\\' => {
                chars.next();
            }
            '[' if classes > 0 && before == '-' => return true,
            '[' => classes += 1,
            ']' => classes = classes.saturating_sub(1),
            _ => {}
        }
        before = it;
    }
    false
}

/// Finds the compiled pattern, compiling it now when it came from data, and pays for the search.
fn prepare<'p>(
    machine: &mut Machine<'_>,
    subject: &str,
    ready: Option<&'p Pattern>,
    pattern: &Value,
    flags: Option<&Value>,
) -> Result<Option<Cow<'p, Regex>>, EvalError> {
    if subject.len() > MAX_SUBJECT {
        return Ok(None);
    }
    machine.charge(NODE + subject.len())?;
    if let Some(Pattern(it)) = ready {
        return Ok(Some(Cow::Borrowed(it)));
    }
    machine.charge(COMPILE)?;
    let flags = match flags {
        None | Some(Value::Null) => Some(""),
        Some(it) => it.as_text(),
    };
    let (Some(pattern), Some(flags)) = (pattern.as_text(), flags) else {
        return Ok(None);
    };
    Ok(Pattern::compile(pattern, flags).map(|it| Cow::Owned(it.0)))
}

pub(super) fn matches(machine: &mut Machine<'_>, values: &[Value], ready: Option<&Pattern>) -> Given {
    let [Value::Text(input), pattern, rest @ ..] = values else {
        return Ok(None);
    };
    let regex = prepare(machine, input, ready, pattern, rest.first())?;
    Ok(regex.map(|it| Value::Bool(it.is_match(input))))
}

pub(super) fn split(machine: &mut Machine<'_>, values: &[Value], ready: Option<&Pattern>) -> Given {
    let [Value::Text(input), pattern] = values else {
        return Ok(None);
    };
    let Some(regex) = prepare(machine, input, ready, pattern, None)? else {
        return Ok(None);
    };
    let parts: Vec<Value> = regex.split(input).map(Value::from).collect();
    machine.list(parts).map(Some)
}

/// A pattern that matches nothing at all is an error of XPath and gives null.
pub(super) fn replace(machine: &mut Machine<'_>, values: &[Value], ready: Option<&Pattern>) -> Given {
    let [Value::Text(input), pattern, Value::Text(replacement), rest @ ..] = values else {
        return Ok(None);
    };
    let Some(regex) = prepare(machine, input, ready, pattern, rest.first())? else {
        return Ok(None);
    };
    let literal = rest.first().and_then(Value::as_text).is_some_and(|it| it.contains('q'));
    let template = if literal {
        Some(vec![Part::Text(replacement.to_string())])
    } else {
        template(replacement)
    };
    let (Some(template), false) = (template, regex.is_match("")) else {
        return Ok(None);
    };
    let mut out = String::new();
    let mut last = 0;
    for found in regex.captures_iter(input) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(input.get(last..whole.start()).unwrap_or(""));
        template.iter().for_each(|it| it.expand(&found, &mut out));
        last = whole.end();
        if out.len() > MAX_TEXT {
            return Err(EvalError::TextTooLong);
        }
    }
    out.push_str(input.get(last..).unwrap_or(""));
    machine.text(out).map(Some)
}

enum Part {
    Text(String),
    Group(usize),
}

impl Part {
    fn expand(&self, found: &Captures<'_>, out: &mut String) {
        match self {
            Part::Text(it) => out.push_str(it),
            Part::Group(it) => out.push_str(found.get(*it).map_or("", |it| it.as_str())),
        }
    }
}

/// `$1` is a group, `\$` a dollar, `\\` a backslash; anything else with them is an error.
fn template(replacement: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut chars = replacement.chars();
    while let Some(it) = chars.next() {
        match it {
            '$' => {
                let digit = chars.next()?.to_digit(10)?;
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(Part::Group(usize::try_from(digit).ok()?));
            }
            '\\' => text.push(chars.next().filter(|it| matches!(it, '$' | '\\'))?),
            _ => text.push(it),
        }
    }
    parts.push(Part::Text(text));
    Some(parts)
}

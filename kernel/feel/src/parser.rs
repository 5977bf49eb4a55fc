//! Text to syntax tree: recursive descent that knows the names in scope, because FEEL names may hold spaces and operators.

mod forms;
mod literal;
mod name;
mod operators;
mod primary;
mod remedy;
mod scan;
mod unary;

use std::sync::Arc;

use crate::SyntaxError;
use crate::ast::{Node, Test};

pub(crate) use forms::lambda;
pub(crate) use name::is_plain;

/// How deeply an expression may nest.
pub(crate) const MAX_NESTING: u32 = 64;
/// How many characters an expression may have.
pub(crate) const MAX_CHARS: usize = 16_000;

pub(super) type Parsed<T> = Result<T, SyntaxError>;

/// Parses a whole expression; `names` are names in scope that are no plain identifiers.
pub(crate) fn expression(text: &str, names: &[&str]) -> Parsed<Node> {
    let mut parser = Parser::new(text, names)?;
    let node = parser.expression()?;
    parser.end()?;
    Ok(node)
}

/// Parses the unary tests of a cell.
pub(crate) fn unary_tests(text: &str, names: &[&str]) -> Parsed<Vec<Test>> {
    let mut parser = Parser::new(text, names)?;
    let tests = parser.cell()?;
    parser.end()?;
    Ok(tests)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    nesting: u32,
    /// Names with spaces or operators, those of the scope first, then those the text itself declares.
    known: Vec<Arc<str>>,
    /// Whether `[` after a value may close an interval, as in `]1..5[`.
    closing: bool,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, names: &[&str]) -> Parsed<Parser<'t>> {
        let known = names
            .iter()
            .filter(|it| !name::is_plain(it))
            .map(|it| name::normalised(it))
            .collect();
        let parser = Parser {
            text,
            at: 0,
            nesting: 0,
            known,
            closing: false,
        };
        if text.len() > MAX_CHARS && text.chars().count() > MAX_CHARS {
            return Err(parser.fail(0, format!("表达式超过 {MAX_CHARS} 个字"), "拆成几个表达式,或改用决策表"));
        }
        Ok(parser)
    }

    fn end(&mut self) -> Parsed<()> {
        self.skip_space();
        if self.rest().is_empty() {
            Ok(())
        } else {
            Err(self.unexpected_after_value())
        }
    }

    /// Runs `parse` one level deeper.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting >= MAX_NESTING {
            return Err(self.fail(
                self.at,
                format!("嵌套超过 {MAX_NESTING} 层"),
                "拆成几个表达式,减少括号和条件的层数",
            ));
        }
        self.nesting += 1;
        let result = parse(self);
        self.nesting -= 1;
        result
    }

    fn fail(&self, at: usize, message: impl Into<String>, remedy: impl Into<String>) -> SyntaxError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let count = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        SyntaxError {
            line: count(line),
            column: count(column),
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

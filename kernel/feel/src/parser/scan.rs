//! Reading characters, symbols and words.

use super::name::{is_part, is_start};
use super::{Parsed, Parser};

impl<'t> Parser<'t> {
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Skips white space and comments.
    pub(super) fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let skip = if trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |it| it + 2)
            } else {
                return;
            };
            self.at += skip;
        }
    }

    /// The next character after space.
    pub(super) fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.rest().chars().next()
    }

    /// Whether the next symbol is this one, without eating it.
    pub(super) fn sees(&mut self, symbol: &str) -> bool {
        self.skip_space();
        self.rest().starts_with(symbol)
    }

    /// Eats a symbol.
    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let found = self.sees(symbol);
        if found {
            self.at += symbol.len();
        }
        found
    }

    /// Eats a symbol that has to be there.
    pub(super) fn expect(&mut self, symbol: &str) -> Parsed<()> {
        if self.eat(symbol) { Ok(()) } else { Err(self.missing(symbol)) }
    }

    /// The next identifier after space, without eating it; empty when there is none.
    pub(super) fn peek_word(&mut self) -> &'t str {
        self.skip_space();
        let rest = self.rest();
        if !rest.starts_with(is_start) {
            return "";
        }
        let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or("")
    }

    /// Eats a keyword.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.peek_word() == word;
        if found {
            self.at += word.len();
        }
        found
    }

    /// Eats a keyword that has to be there.
    pub(super) fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.eat_word(word) {
            Ok(())
        } else {
            Err(self.missing(word))
        }
    }
}

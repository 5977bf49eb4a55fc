//! The regular expression of a text field.

use std::fmt;

use regex_lite::{Regex, RegexBuilder};

/// An expression that a whole text must match. Matching takes time linear in the text, whatever the expression.
#[derive(Clone)]
pub struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    /// Reads an expression; the error is the parser's own sentence.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        let whole = format!("^(?:{text})$");
        let regex = RegexBuilder::new(&whole)
            .size_limit(256 * 1024)
            .build()
            .map_err(|it| it.to_string())?;
        Ok(Pattern {
            text: text.to_owned(),
            regex,
        })
    }

    /// The expression as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.text == other.text
    }
}

//! Collects the mistakes of one file.

use yiwang_types::{Diagnostic, Place};

use crate::yaml::{Mark, Node};

/// Takes diagnostics for one file; every reader of that file shares it.
pub(crate) struct Sink<'a> {
    file: &'a str,
    source: &'a str,
    found: Vec<Diagnostic>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(file: &'a str, source: &'a str) -> Sink<'a> {
        Sink {
            file,
            source,
            found: Vec::new(),
        }
    }

    pub(crate) fn file(&self) -> &'a str {
        self.file
    }

    pub(crate) fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }

    pub(crate) fn place(&self, mark: Mark) -> Place {
        Place {
            file: self.file.to_owned(),
            line: mark.line,
            column: mark.column,
        }
    }

    pub(crate) fn error(&mut self, code: &'static str, mark: Mark, message: impl Into<String>, remedy: impl Into<String>) {
        let place = self.place(mark);
        self.found.push(Diagnostic::error(code, place, message, remedy));
    }

    pub(crate) fn warning(&mut self, code: &'static str, mark: Mark, message: impl Into<String>, remedy: impl Into<String>) {
        let place = self.place(mark);
        self.found.push(Diagnostic::warning(code, place, message, remedy));
    }

    /// Where line and column of a text that stands in a scalar lie in the file; `skipped` characters of the scalar came
    /// before the text. Exact for scalars without escapes and folding, else the first line of the scalar.
    pub(crate) fn inside(&self, node: &Node, line: u32, column: u32, skipped: u32) -> Mark {
        let start = node.mark;
        let Some(scalar) = node.scalar() else { return start };
        if scalar.block {
            // The scanner places a block scalar at its first line of content.
            let at = start.line + line.saturating_sub(1);
            let index = usize::try_from(at.saturating_sub(1)).unwrap_or(usize::MAX);
            let indent = self
                .source
                .lines()
                .nth(index)
                .map_or(0, |it| it.chars().take_while(|c| *c == ' ').count());
            let indent = u32::try_from(indent).unwrap_or(0);
            return Mark {
                line: at,
                column: indent + column + if line == 1 { skipped } else { 0 },
            };
        }
        if line > 1 {
            return start;
        }
        let quote = u32::from(!scalar.plain);
        Mark {
            line: start.line,
            column: start.column + quote + skipped + column.saturating_sub(1),
        }
    }
}

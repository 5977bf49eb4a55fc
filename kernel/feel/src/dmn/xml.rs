//! Walking the XML with positions, and collecting diagnostics.

use roxmltree::{Document, Node as Element};
use yiwang_types::{Diagnostic, Place};

use crate::ast::{Node, Test};
use crate::{SyntaxError, Value, parser};

/// The file being read, the names in view, and what was found wrong.
pub(super) struct Reader<'d> {
    pub document: &'d Document<'d>,
    pub file: &'d str,
    pub diagnostics: Vec<Diagnostic>,
    /// Names that expressions may use, outer ones first.
    pub names: Vec<String>,
    /// Id of the decision or knowledge model being read.
    pub owner: String,
    pub depth: u32,
}

impl<'d> Reader<'d> {
    pub fn place(&self, element: Element<'_, '_>) -> Place {
        self.place_at(element.range().start)
    }

    fn place_at(&self, at: usize) -> Place {
        let position = self.document.text_pos_at(at);
        Place {
            file: self.file.to_owned(),
            line: position.row,
            column: position.col,
        }
    }

    pub fn error(&mut self, code: &'static str, at: Element<'_, '_>, message: impl Into<String>, remedy: impl Into<String>) {
        let place = self.place(at);
        self.diagnostics.push(Diagnostic::error(code, place, message, remedy));
    }

    pub fn warning(&mut self, code: &'static str, at: Element<'_, '_>, message: impl Into<String>, remedy: impl Into<String>) {
        let place = self.place(at);
        self.diagnostics.push(Diagnostic::warning(code, place, message, remedy));
    }

    /// Runs `read` with more names in view.
    pub fn with_names<T>(&mut self, names: impl IntoIterator<Item = String>, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.names.len();
        self.names.extend(names);
        let result = read(self);
        self.names.truncate(before);
        result
    }

    /// The expression in the `text` child; a broken one is reported and stands as null.
    pub fn expression(&mut self, parent: Element<'d, 'd>) -> Node {
        self.parsed(parent, parser::expression).unwrap_or(Node::Literal(Value::Null))
    }

    /// The unary tests in the `text` child.
    pub fn tests(&mut self, parent: Element<'d, 'd>) -> Vec<Test> {
        self.parsed(parent, parser::unary_tests).unwrap_or_default()
    }

    fn parsed<T>(&mut self, parent: Element<'d, 'd>, parse: fn(&str, &[&str]) -> Result<T, SyntaxError>) -> Option<T> {
        let source = child(parent, "text").unwrap_or(parent);
        let text = text(source);
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        match parse(&text, &names) {
            Ok(it) => Some(it),
            Err(error) => {
                let start = source.first_child().unwrap_or(source).range().start;
                let mut place = self.place_at(start);
                place.column = if error.line == 1 {
                    place.column + error.column - 1
                } else {
                    error.column
                };
                place.line += error.line - 1;
                self.diagnostics
                    .push(Diagnostic::error("bad-feel", place, error.message, error.remedy));
                None
            }
        }
    }
}

/// Child elements of a name, in any DMN namespace.
pub(super) fn children<'d>(parent: Element<'d, 'd>, name: &'static str) -> impl Iterator<Item = Element<'d, 'd>> {
    parent.children().filter(move |it| is(*it, name))
}

/// The first child element of a name.
pub(super) fn child<'d>(parent: Element<'d, 'd>, name: &'static str) -> Option<Element<'d, 'd>> {
    children(parent, name).next()
}

/// Whether it is an element of that name.
pub(super) fn is(element: Element<'_, '_>, name: &str) -> bool {
    element.is_element() && element.tag_name().name() == name
}

/// All text below an element.
pub(super) fn text(element: Element<'_, '_>) -> String {
    element
        .descendants()
        .filter(|it| it.is_text())
        .filter_map(|it| it.text())
        .collect()
}

/// A name attribute with runs of white space folded.
pub(super) fn name(element: Element<'_, '_>) -> Option<String> {
    let words: Vec<&str> = element.attribute("name")?.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

//! Collects mistakes while values are read from attributes and text.

use yiwang_feel::Expr;
use yiwang_types::{Diagnostic, Place};

use crate::model::Target;
use crate::xml::{Attribute, Element, Position};

/// Names every expression sees; no variable may hide one.
pub const RESERVED: &[&str] = &[
    "record",
    "task",
    "outcome",
    "form",
    "comment",
    "subject",
    "process",
    "parameters",
    "now",
    "today",
    "result",
];

/// The file being read and the mistakes found so far.
pub struct Reader {
    file: String,
    pub problems: Vec<Diagnostic>,
}

impl Reader {
    pub fn new(file: &str) -> Reader {
        Reader {
            file: file.to_owned(),
            problems: Vec::new(),
        }
    }

    pub fn file(&self) -> &str {
        &self.file
    }

    pub fn place(&self, position: Position) -> Place {
        Place {
            file: self.file.clone(),
            line: position.line,
            column: position.column,
        }
    }

    pub fn error(&mut self, code: &'static str, position: Position, message: impl Into<String>, remedy: impl Into<String>) {
        self.problems
            .push(Diagnostic::error(code, self.place(position), message, remedy));
    }

    /// A value that must be there and not blank.
    pub fn required<'a>(&mut self, element: &'a Element, name: &str, owner: &str) -> Option<&'a Attribute> {
        let found = element.attribute(name).filter(|it| !it.value.trim().is_empty());
        if found.is_none() {
            let message = format!("{owner} 的 {} 缺少属性 {name}", element.name);
            self.error("missing-attribute", element.position, message, format!("补上 {name}"));
        }
        found
    }

    /// An optional FEEL expression in an attribute.
    pub fn expression(&mut self, element: &Element, name: &str) -> Option<Expr> {
        let attribute = element.attribute(name)?;
        self.feel(&attribute.value, attribute.position)
    }

    /// A FEEL expression after `=`; a text without `=` is a mistake.
    pub fn feel(&mut self, text: &str, position: Position) -> Option<Expr> {
        let body = text.trim_start();
        let lead = text.len() - body.len();
        let Some(source) = body.strip_prefix('=') else {
            let message = format!("这里要写以 = 开头的 FEEL 表达式,写的是“{}”", shorten(text));
            self.error("not-an-expression", position, message, "在前面加 =,例如 =outcome = \"file\"");
            return None;
        };
        match yiwang_feel::parse(source) {
            Ok(expression) => Some(expression),
            Err(error) => {
                let before = text.get(..=lead).unwrap_or(text);
                let at = shifted(position, before, error.line, error.column);
                let message = format!("表达式“{}”:{}", shorten(source), error.message);
                self.error("bad-expression", at, message, error.remedy);
                None
            }
        }
    }

    /// `record.FIELD` or the name of a variable.
    pub fn target(&mut self, attribute: &Attribute) -> Option<Target> {
        let text = attribute.value.trim();
        if let Some(field) = text.strip_prefix("record.")
            && is_name(field)
        {
            return Some(Target::Record(field.to_owned()));
        }
        self.variable(attribute).map(Target::Variable)
    }

    /// The name of a variable of the instance.
    pub fn variable(&mut self, attribute: &Attribute) -> Option<String> {
        let text = attribute.value.trim();
        if !is_name(text) {
            let message = format!("“{}”不能作结果的去处", attribute.value);
            self.error(
                "bad-target",
                attribute.position,
                message,
                "写 record.字段名,或一个由字母、数字、下划线组成的变量名",
            );
            return None;
        }
        if RESERVED.contains(&text) {
            let message = format!("变量不能叫 {text},这个名字已有含义");
            self.error("reserved-name", attribute.position, message, "换一个变量名");
            return None;
        }
        Some(text.to_owned())
    }

    /// `true` or `false`; the given value when absent.
    pub fn truth(&mut self, element: &Element, name: &str, default: bool) -> bool {
        match element.attribute(name) {
            None => default,
            Some(it) => match it.value.trim() {
                "true" | "1" => true,
                "false" | "0" => false,
                other => {
                    let message = format!("{name} 只能是 true 或 false,写的是“{other}”");
                    self.error("bad-value", it.position, message, "改为 true 或 false");
                    default
                }
            },
        }
    }
}

/// The parts of a list separated by commas (also full-width ones) or blanks.
pub fn list(text: &str) -> Vec<String> {
    text.split(|it: char| matches!(it, ',' | '\u{ff0c}') || it.is_whitespace())
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A non-blank attribute as text.
pub fn text(element: &Element, name: &str) -> Option<String> {
    element
        .value(name)
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
}

/// At most 40 characters of a text, for messages.
pub fn shorten(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= 40 {
        text.to_owned()
    } else {
        text.chars().take(39).chain(std::iter::once('…')).collect()
    }
}

fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(|it| it.is_alphabetic() || it == '_')
        && text.chars().all(|it| it.is_alphanumeric() || it == '_')
}

/// The place in the file of a place in an expression that begins after `before`.
fn shifted(position: Position, before: &str, line: u32, column: u32) -> Position {
    let breaks = u32::try_from(before.matches('\n').count()).unwrap_or(0);
    let last = before.rsplit('\n').next().unwrap_or(before);
    let used = u32::try_from(last.chars().count()).unwrap_or(0);
    let begin = if breaks == 0 {
        position.column.saturating_add(used)
    } else {
        used + 1
    };
    let line = line.max(1);
    let column = column.max(1);
    Position {
        line: position.line.saturating_add(breaks).saturating_add(line - 1),
        column: if line == 1 { begin.saturating_add(column - 1) } else { column },
    }
}

//! What is wrong with a file of an app, so that its author can mend it.

use std::fmt;

use serde::Serialize;

/// How bad it is: an error keeps the app from being activated, a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth mending; the file can be used.
    Warning,
    /// The file cannot be used.
    Error,
}

/// A position in a source file; lines and columns count from 1, 0 means "the whole file".
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Path relative to the package root.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One mistake with place, message and remedy, both in Chinese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable kebab-case code, e.g. `unknown-key`.
    pub code: &'static str,
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>, remedy: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            place,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>, remedy: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Warning,
            code,
            place,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Warning => "警告",
            Severity::Error => "错误",
        };
        let Place { file, line, column } = &self.place;
        write!(
            f,
            "{file}:{line}:{column}: {word} {}: {} 改法:{}",
            self.code, self.message, self.remedy
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_like_a_compiler() {
        let place = Place {
            file: "registers/a.yaml".into(),
            line: 3,
            column: 5,
        };
        let it = Diagnostic::error("unknown-key", place, "没有 `tiltle` 这个键。", "写成 `title`。");
        assert_eq!(
            it.to_string(),
            "registers/a.yaml:3:5: 错误 unknown-key: 没有 `tiltle` 这个键。 改法:写成 `title`。"
        );
        assert!(Severity::Warning < Severity::Error);
        assert_eq!(serde_json::to_value(&it).unwrap()["severity"], "error");
    }
}

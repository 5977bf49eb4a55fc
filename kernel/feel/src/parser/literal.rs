//! Numbers, texts and `@"..."`.

use std::sync::Arc;

use yiwang_types::Decimal;

use super::{Parsed, Parser};
use crate::Value;
use crate::temporal::{self, DateTime, Time};

impl Parser<'_> {
    /// A number such as `12`, `.5`, `1.5e3`; stops before `..`.
    pub(super) fn number(&mut self) -> Parsed<Value> {
        let start = self.at;
        self.digits();
        let rest = self.rest();
        if rest.starts_with('.') && rest.get(1..).is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit())) {
            self.at += 1;
            self.digits();
        }
        let rest = self.rest();
        if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
            let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if unsigned.starts_with(|it: char| it.is_ascii_digit()) {
                self.at += rest.len() - unsigned.len();
                self.digits();
            }
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        Decimal::parse(text)
            .map(Value::Number)
            .ok_or_else(|| self.fail(start, format!("数字“{text}”超出范围"), "改小这个数字"))
    }

    fn digits(&mut self) {
        let rest = self.rest();
        self.at += rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
    }

    /// A text in double quotes, with escapes.
    pub(super) fn quoted(&mut self) -> Parsed<String> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let Some(plain) = rest.find(['"', '\\', '\n']) else {
                return Err(self.fail(start, "文字缺少结尾的引号", "在文字末尾补上英文双引号 \""));
            };
            out.push_str(rest.get(..plain).unwrap_or(""));
            self.at += plain;
            match self.rest().as_bytes().first() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => {
                    out.push('\n');
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let start = self.at;
        let kind = self.rest().chars().nth(1);
        self.at += 1 + kind.map_or(0, char::len_utf8);
        let simple = match kind {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some(it @ ('"' | '\\' | '\'' | '/')) => Some(it),
            Some('u') => self.code_point(4),
            Some('U') => self.code_point(6),
            // regular expressions are commonly written with a single backslash
            Some(it) if !it.is_control() => {
                self.at -= it.len_utf8();
                Some('\\')
            }
            _ => None,
        };
        simple.ok_or_else(|| self.fail(start, "转义写法不对", "可用 \\n \\r \\t \\\" \\\\ \\u4E2D;反斜杠本身写 \\\\"))
    }

    /// A character by number; two halves of a pair count as one.
    fn code_point(&mut self, digits: usize) -> Option<char> {
        let first = self.hex(digits)?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        if !self.rest().starts_with("\\u") {
            return None;
        }
        self.at += 2;
        let second = self.hex(4).filter(|it| (0xDC00..0xE000).contains(it))?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text = self.rest().get(..digits)?;
        if !text.bytes().all(|it| it.is_ascii_hexdigit()) {
            return None;
        }
        self.at += digits;
        u32::from_str_radix(text, 16).ok()
    }

    /// `@"2026-10-09"`, `@"PT2H"` and the like.
    pub(super) fn at_literal(&mut self) -> Parsed<Value> {
        let start = self.at;
        self.at += 1;
        if !self.sees("\"") {
            return Err(self.fail(start, "“@”后面要有引号", "写成 @\"2026-10-09\""));
        }
        let text = self.quoted()?;
        temporal_value(&text).ok_or_else(|| {
            let remedy = "日期写 @\"2026-10-09\",时刻写 @\"16:30:00\",日期时间写 @\"2026-10-09T16:30:00+08:00\",时长写 @\"P5D\" 或 @\"P1Y6M\"";
            self.fail(start, format!("“{text}”不是日期、时间或时长"), remedy)
        })
    }
}

fn temporal_value(text: &str) -> Option<Value> {
    if text.starts_with(['P', '-']) && text.contains('P') {
        return temporal::parse_duration(text);
    }
    if text.contains('T') {
        return DateTime::parse(text).map(Value::DateTime);
    }
    temporal::parse_date(text)
        .map(Value::Date)
        .or_else(|| Time::parse(text).map(Value::Time))
}

/// A text as a literal value.
pub(super) fn text_value(text: String) -> Value {
    Value::Text(Arc::from(text))
}

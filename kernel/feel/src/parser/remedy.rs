//! What to tell the author of a text that cannot be read. Most mistakes are full-width punctuation and habits from other languages.

use super::Parser;
use super::name::is_start;
use crate::SyntaxError;

/// Symbols of other keyboards and languages with what FEEL writes.
const FOREIGN: &[(&str, &str)] = &[
    ("，", ","),
    ("（", "("),
    ("）", ")"),
    ("“", "\""),
    ("”", "\""),
    ("‘", "\""),
    ("’", "\""),
    ("：", ":"),
    ("。", "."),
    ("＝", "="),
    ("＞", ">"),
    ("＜", "<"),
    ("【", "["),
    ("】", "]"),
    ("｛", "{"),
    ("｝", "}"),
    ("、", ","),
    ("！＝", "!="),
    ("≥", ">="),
    ("≤", "<="),
    ("≠", "!="),
    ("×", "*"),
    ("÷", "/"),
    ("＋", "+"),
    ("－", "-"),
    ("—", "-"),
    ("；", ","),
    ("？", "?"),
    ("==", "="),
    ("&&", "and"),
    ("||", "or"),
    ("<>", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("'", "\""),
    ("!", "not(条件)"),
    ("%", "modulo(被除数, 除数)"),
    ("&", "and"),
    ("|", "or"),
    (";", ","),
    ("^", "**"),
    ("`", "\""),
];

impl Parser<'_> {
    /// Something else than a value where one has to stand.
    pub(super) fn no_value(&mut self) -> SyntaxError {
        self.skip_space();
        if let Some(error) = self.foreign() {
            return error;
        }
        let word = self.peek_word();
        if !word.is_empty() {
            return self.fail(
                self.at,
                format!("“{word}”前面缺少一个值"),
                format!("在“{word}”前补上值,或删去“{word}”"),
            );
        }
        match self.rest().chars().next() {
            None if self.at == 0 || self.text.trim().is_empty() => self.fail(0, "表达式是空的", "写上表达式,或删去这一项"),
            None => self.fail(self.at, "表达式没有写完", "补上后面的值,或去掉末尾多余的运算符"),
            Some(it) => self.fail(
                self.at,
                format!("这里缺少一个值,却是“{it}”"),
                format!("在“{it}”前补上值,或删去“{it}”"),
            ),
        }
    }

    /// Something left over where an expression could end.
    pub(super) fn unexpected_after_value(&mut self) -> SyntaxError {
        self.skip_space();
        if let Some(error) = self.foreign() {
            return error;
        }
        let rest = self.rest();
        match rest.chars().next() {
            Some(')' | ']' | '}') => {
                let it = rest.get(..1).unwrap_or("");
                self.fail(
                    self.at,
                    format!("多了一个“{it}”"),
                    format!("删去“{it}”,或在前面补上与它成对的括号"),
                )
            }
            Some(it) if is_start(it) || it == '"' || it.is_ascii_digit() => {
                let shown: String = rest.chars().take(12).take_while(|it| *it != '\n').collect();
                let remedy = "在两个值之间写上 and、or、= 等运算符;名称中间有空格的,须先在输入项里声明";
                self.fail(self.at, format!("“{shown}”前面缺少运算符"), remedy)
            }
            Some('<' | '>' | '=') => self.fail(
                self.at,
                "一个比较里只能有一个比较符",
                "用 and 连接,如 a > 1 and a < 5,或写 a in [1..5]",
            ),
            Some(it) => self.fail(self.at, format!("不认识的符号“{it}”"), "删去它,或改成 FEEL 的写法"),
            None => self.fail(self.at, "表达式没有写完", "补上后面的内容"),
        }
    }

    /// A symbol or keyword that is missing.
    pub(super) fn missing(&mut self, what: &str) -> SyntaxError {
        self.skip_space();
        if let Some(error) = self.foreign() {
            return error;
        }
        let remedy = match what {
            "then" | "else" => "条件的写法是 if 条件 then 值 else 值,三部分都要有".to_owned(),
            "return" => "循环的写法是 for 变量 in 列表 return 结果".to_owned(),
            "satisfies" => "写法是 some 变量 in 列表 satisfies 条件".to_owned(),
            "and" => "写法是 值 between 下限 and 上限".to_owned(),
            ")" | "]" | "}" => format!("在这里补上“{what}”,使括号成对"),
            _ => format!("在这里补上“{what}”"),
        };
        self.fail(self.at, format!("缺少“{what}”"), remedy)
    }

    fn foreign(&mut self) -> Option<SyntaxError> {
        let rest = self.rest();
        let (symbol, instead) = FOREIGN.iter().find(|(symbol, _)| rest.starts_with(symbol))?;
        let message = if symbol.is_ascii() {
            format!("FEEL 没有“{symbol}”")
        } else {
            format!("这里用了中文或全角符号“{symbol}”")
        };
        Some(self.fail(self.at, message, format!("改成英文写法 {instead}")))
    }
}

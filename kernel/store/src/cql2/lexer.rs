//! Characters to tokens.

use crate::cql2::Error;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word: keyword or property.
    Word(String),
    /// A name in double quotes: a property even when it looks like a keyword.
    Quoted(String),
    Text(String),
    Number(String),
    Symbol(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Character, from 1.
    pub at: usize,
    pub kind: Kind,
}

const SYMBOLS: [&str; 11] = ["<>", "<=", ">=", "<", ">", "=", "(", ")", ",", "-", "+"];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Error> {
    let mut lexer = Lexer { rest: text, at: 1 };
    let mut out = Vec::new();
    while let Some(first) = lexer.rest.chars().next() {
        if first.is_whitespace() {
            lexer.skip(1);
            continue;
        }
        let at = lexer.at;
        let kind = lexer.token(first)?;
        out.push(Token { at, kind });
    }
    Ok(out)
}

pub(super) fn starts_word(it: char) -> bool {
    it == '_' || it.is_alphabetic()
}

pub(super) fn continues_word(it: char) -> bool {
    it == '_' || it == '.' || it.is_alphanumeric()
}

struct Lexer<'t> {
    rest: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn token(&mut self, first: char) -> Result<Kind, Error> {
        if starts_word(first) {
            return Ok(Kind::Word(self.run(continues_word)));
        }
        if first.is_ascii_digit() || (first == '.' && self.rest.chars().nth(1).is_some_and(|it| it.is_ascii_digit())) {
            return self.number();
        }
        match first {
            '\'' => self.quoted('\'').map(Kind::Text),
            '"' => self.quoted('"').map(Kind::Quoted),
            _ => {
                let found = SYMBOLS.into_iter().find(|it| self.rest.starts_with(it));
                let symbol = found.ok_or_else(|| {
                    Error::new(
                        self.at,
                        format!("看不懂字符“{first}”。"),
                        "文字请加英文单引号,符号请用英文半角。",
                    )
                })?;
                self.skip(symbol.len());
                Ok(Kind::Symbol(symbol))
            }
        }
    }

    fn number(&mut self) -> Result<Kind, Error> {
        let at = self.at;
        let mut text = self.run(|it| it.is_ascii_digit() || it == '.');
        if self.rest.starts_with(['e', 'E']) {
            text.push('e');
            self.skip(1);
            if let Some(sign) = self.rest.chars().next().filter(|it| ['-', '+'].contains(it)) {
                text.push(sign);
                self.skip(1);
            }
            let digits = self.run(|it| it.is_ascii_digit());
            text += if digits.is_empty() { "?" } else { &digits };
        }
        let broken = text.contains('?') || text.matches('.').count() > 1 || self.rest.starts_with(starts_word);
        if broken {
            return Err(Error::new(
                at,
                "数字写法不对。",
                "请写成 12、12.5 或 1.2e3;文字请加英文单引号。",
            ));
        }
        Ok(Kind::Number(text))
    }

    /// A doubled quote stands for itself.
    fn quoted(&mut self, quote: char) -> Result<String, Error> {
        let at = self.at;
        let mut text = String::new();
        self.skip(1);
        loop {
            text += &self.run(|it| it != quote);
            if self.rest.is_empty() {
                let name = if quote == '"' { "双" } else { "单" };
                return Err(Error::new(
                    at,
                    format!("{name}引号没有结束。"),
                    format!("请在末尾补上英文{name}引号。"),
                ));
            }
            self.skip(1);
            if !self.rest.starts_with(quote) {
                break;
            }
            text.push(quote);
            self.skip(1);
        }
        if text.contains('\0') || (quote == '"' && text.is_empty()) {
            return Err(Error::new(at, "引号里的内容不能用。", "请去掉不可见字符,字段名不能为空。"));
        }
        Ok(text)
    }

    fn run(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let text: String = self.rest.chars().take_while(|it| wanted(*it)).collect();
        self.skip(text.chars().count());
        text
    }

    fn skip(&mut self, characters: usize) {
        let mut chars = self.rest.chars();
        for _ in 0..characters {
            if chars.next().is_some() {
                self.at += 1;
            }
        }
        self.rest = chars.as_str();
    }
}

//! Tokens to a tree, by recursive descent of bounded depth.

use std::collections::VecDeque;

use yiwang_types::{Date, Instant};

use crate::Cmp;
use crate::cql2::lexer::{Kind, Token};
use crate::cql2::{DEEPEST, Error, Expr, Operand};

pub(super) const KEYWORDS: [&str; 17] = [
    "AND",
    "OR",
    "NOT",
    "TRUE",
    "FALSE",
    "IN",
    "BETWEEN",
    "LIKE",
    "IS",
    "NULL",
    "S_INTERSECTS",
    "TIMESTAMP",
    "DATE",
    "POINT",
    "POLYGON",
    "MULTIPOLYGON",
    "BBOX",
];

pub(super) fn parse(tokens: Vec<Token>, length: usize) -> Result<Expr, Error> {
    let mut it = Parser {
        tokens: tokens.into(),
        end: length + 1,
        depth: 0,
    };
    if it.tokens.is_empty() {
        return Err(Error::new(1, "筛选条件是空的。", "请写条件,例如 status = 'OPEN'。"));
    }
    let expr = it.any()?;
    match it.tokens.front() {
        None => Ok(expr),
        Some(extra) => Err(Error::new(extra.at, "这里多出了内容。", "两个条件之间请用 AND 或 OR 连接。")),
    }
}

pub(super) struct Parser {
    tokens: VecDeque<Token>,
    end: usize,
    depth: usize,
}

impl Parser {
    fn any(&mut self) -> Result<Expr, Error> {
        let mut list = vec![self.all()?];
        while self.takes_word("OR") {
            list.push(self.all()?);
        }
        Ok(single(list, Expr::Or))
    }

    fn all(&mut self) -> Result<Expr, Error> {
        let mut list = vec![self.one()?];
        while self.takes_word("AND") {
            list.push(self.one()?);
        }
        Ok(single(list, Expr::And))
    }

    fn one(&mut self) -> Result<Expr, Error> {
        let at = self.at();
        if self.depth >= DEEPEST {
            return Err(Error::new(at, format!("条件嵌套超过 {DEEPEST} 层。"), "请拆开或简化条件。"));
        }
        self.depth += 1;
        let expr = if self.takes_word("NOT") {
            Expr::Not(Box::new(self.one()?))
        } else if self.takes("(") {
            let inner = self.any()?;
            self.expect(")")?;
            inner
        } else if self.takes_word("S_INTERSECTS") {
            self.intersects()?
        } else {
            self.predicate()?
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn predicate(&mut self) -> Result<Expr, Error> {
        let item = self.operand()?;
        if let Some(op) = self.comparison() {
            return Ok(Expr::Compare {
                left: item,
                op,
                right: self.operand()?,
            });
        }
        if self.takes_word("IS") {
            let negated = self.takes_word("NOT");
            self.expect_word("NULL")?;
            return Ok(negate(negated, Expr::IsNull(item)));
        }
        let negated = self.takes_word("NOT");
        if self.takes_word("IN") {
            self.expect("(")?;
            let mut list = vec![self.operand()?];
            while self.takes(",") {
                list.push(self.operand()?);
            }
            self.expect(")")?;
            return Ok(negate(negated, Expr::In { item, list }));
        }
        if self.takes_word("BETWEEN") {
            let low = self.operand()?;
            self.expect_word("AND")?;
            return Ok(negate(
                negated,
                Expr::Between {
                    item,
                    low,
                    high: self.operand()?,
                },
            ));
        }
        if self.takes_word("LIKE") {
            return Ok(negate(
                negated,
                Expr::Like {
                    item,
                    pattern: self.pattern()?,
                },
            ));
        }
        match item {
            Operand::Boolean(it) if !negated => Ok(Expr::Always(it)),
            _ => Err(Error::new(
                self.at(),
                "这里缺少比较。",
                "请用 =、<>、<、<=、>、>=、IN、BETWEEN、LIKE 或 IS NULL。",
            )),
        }
    }

    fn pattern(&mut self) -> Result<String, Error> {
        let at = self.at();
        let wrong = || Error::new(at, "LIKE 后面要有文字。", "请写成 title LIKE '%路灯%',末尾不要留单个反斜线。");
        match self.tokens.pop_front().map(|it| it.kind) {
            Some(Kind::Text(it)) if it.chars().rev().take_while(|it| *it == '\\').count() % 2 == 0 => Ok(it),
            _ => Err(wrong()),
        }
    }

    fn operand(&mut self) -> Result<Operand, Error> {
        let at = self.at();
        let missing = || Error::new(at, "这里缺少字段名或值。", "文字请加英文单引号,字段名直接写。");
        let negative = self.takes("-");
        let signed = negative || self.takes("+");
        match self.tokens.pop_front().map(|it| it.kind) {
            Some(Kind::Number(it)) if negative => Ok(Operand::Number(format!("-{it}"))),
            Some(Kind::Number(it)) => Ok(Operand::Number(it)),
            _ if signed => Err(missing()),
            Some(Kind::Text(it)) => Ok(Operand::Text(it)),
            Some(Kind::Quoted(it)) => Ok(Operand::Property(it)),
            Some(Kind::Word(it)) => self.word(at, it),
            Some(Kind::Symbol(_)) | None => Err(missing()),
        }
    }

    fn word(&mut self, at: usize, word: String) -> Result<Operand, Error> {
        match word.to_ascii_uppercase().as_str() {
            "TRUE" => Ok(Operand::Boolean(true)),
            "FALSE" => Ok(Operand::Boolean(false)),
            "TIMESTAMP" if self.peeks("(") => {
                let found = Instant::parse(&self.argument()?).map(Operand::Timestamp);
                found.ok_or_else(|| Error::new(at, "时间写法不对。", "请写成 TIMESTAMP('2026-10-09T16:30:00+08:00')。"))
            }
            "DATE" if self.peeks("(") => {
                let found = Date::parse(&self.argument()?).map(Operand::Date);
                found.ok_or_else(|| Error::new(at, "日期写法不对。", "请写成 DATE('2026-10-09')。"))
            }
            "TIMESTAMP" | "DATE" | "POINT" | "POLYGON" | "MULTIPOLYGON" | "BBOX" if !self.peeks("(") => {
                Ok(Operand::Property(word))
            }
            upper if KEYWORDS.contains(&upper) => Err(Error::new(
                at,
                format!("“{word}”不能放在这里。"),
                "同名的字段请加英文双引号。",
            )),
            _ if self.peeks("(") => Err(Error::new(
                at,
                format!("不支持函数“{word}”。"),
                "请只用比较、LIKE 和 S_INTERSECTS。",
            )),
            _ => Ok(Operand::Property(word)),
        }
    }

    fn argument(&mut self) -> Result<String, Error> {
        self.expect("(")?;
        let at = self.at();
        let text = match self.tokens.pop_front().map(|it| it.kind) {
            Some(Kind::Text(it)) => it,
            _ => return Err(Error::new(at, "括号里要有文字。", "请加英文单引号。")),
        };
        self.expect(")")?;
        Ok(text)
    }

    fn comparison(&mut self) -> Option<Cmp> {
        let Some(Kind::Symbol(symbol)) = self.tokens.front().map(|it| &it.kind) else {
            return None;
        };
        let op = match *symbol {
            "=" => Cmp::Eq,
            "<>" => Cmp::Ne,
            "<" => Cmp::Lt,
            "<=" => Cmp::Le,
            ">" => Cmp::Gt,
            ">=" => Cmp::Ge,
            _ => return None,
        };
        self.tokens.pop_front();
        Some(op)
    }

    /// A name that no parenthesis follows.
    pub(super) fn property(&mut self) -> Option<String> {
        let opens = matches!(self.tokens.get(1).map(|it| &it.kind), Some(Kind::Symbol("(")));
        let found = match self.tokens.front().map(|it| &it.kind) {
            Some(Kind::Quoted(it)) => it.clone(),
            Some(Kind::Word(it)) if !opens => it.clone(),
            _ => return None,
        };
        self.tokens.pop_front();
        Some(found)
    }

    /// Position of the next token, or one behind the end.
    pub(super) fn at(&self) -> usize {
        self.tokens.front().map_or(self.end, |it| it.at)
    }

    pub(super) fn next(&mut self) -> Option<Kind> {
        self.tokens.pop_front().map(|it| it.kind)
    }

    pub(super) fn peeks(&self, symbol: &str) -> bool {
        matches!(self.tokens.front().map(|it| &it.kind), Some(Kind::Symbol(it)) if *it == symbol)
    }

    pub(super) fn takes(&mut self, symbol: &str) -> bool {
        let found = self.peeks(symbol);
        if found {
            self.tokens.pop_front();
        }
        found
    }

    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.front().map(|it| &it.kind), Some(Kind::Word(it)) if it.eq_ignore_ascii_case(word));
        if found {
            self.tokens.pop_front();
        }
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Result<(), Error> {
        let at = self.at();
        if self.takes(symbol) {
            Ok(())
        } else {
            Err(Error::new(
                at,
                format!("这里缺少“{symbol}”。"),
                "请检查括号和逗号是否成对、是否为英文半角。",
            ))
        }
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Error> {
        let at = self.at();
        if self.takes_word(word) {
            Ok(())
        } else {
            Err(Error::new(at, format!("这里缺少 {word}。"), format!("请补上 {word}。")))
        }
    }
}

fn single(mut list: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    match list.pop() {
        Some(only) if list.is_empty() => only,
        Some(last) => {
            list.push(last);
            join(list)
        }
        None => join(list),
    }
}

fn negate(negated: bool, it: Expr) -> Expr {
    if negated { Expr::Not(Box::new(it)) } else { it }
}

//! if, for, some, every, function, and the types after `instance of`.

use std::sync::Arc;

use super::{Parsed, Parser};
use crate::ast::{Accepts, Domain, Kind, Lambda, Loop, Node, Quantifier, SIMPLE_KINDS, collect};

/// How many variables one loop may have.
const MAX_ITERATORS: usize = 16;

impl Parser<'_> {
    /// `if .. then .. else if .. else ..`; a ladder of conditions is one flat node.
    pub(super) fn condition(&mut self) -> Parsed<Node> {
        let mut branches = Vec::new();
        while self.eat_word("if") {
            let condition = self.expression()?;
            self.expect_word("then")?;
            let value = self.expression()?;
            self.expect_word("else")?;
            branches.push((condition, value));
        }
        let otherwise = self.expression()?;
        Ok(Node::If(branches, Box::new(otherwise)))
    }

    pub(super) fn for_loop(&mut self) -> Parsed<Node> {
        self.eat_word("for");
        self.repeat("return").map(|it| Node::For(Box::new(it)))
    }

    pub(super) fn quantified(&mut self) -> Parsed<Node> {
        let quantifier = if self.eat_word("some") {
            Quantifier::Some
        } else {
            Quantifier::Every
        };
        self.eat_word("every");
        self.repeat("satisfies").map(|it| Node::Quantified(quantifier, Box::new(it)))
    }

    fn repeat(&mut self, before_body: &str) -> Parsed<Loop> {
        let mut iterators = Vec::new();
        loop {
            let name = self.variable_name()?;
            self.expect_word("in")?;
            let first = self.expression()?;
            let domain = if self.eat("..") {
                Domain::Span(first, self.expression()?)
            } else {
                Domain::Each(first)
            };
            iterators.push((name, domain));
            if iterators.len() > MAX_ITERATORS {
                return Err(self.fail(self.at, format!("一个循环的变量超过 {MAX_ITERATORS} 个"), "拆成几个循环"));
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect_word(before_body)?;
        let body = self.expression()?;
        let names = collect(&body);
        let uses_partial = names.certain.contains("partial") || names.possible.contains("partial");
        Ok(Loop {
            iterators,
            body,
            uses_partial,
        })
    }

    pub(super) fn function(&mut self) -> Parsed<Node> {
        self.eat_word("function");
        self.expect("(")?;
        let mut parameters = Vec::new();
        while !self.eat(")") {
            let name = self.declared_name(&[':', ',', ')'])?;
            let accepts = if self.eat(":") {
                Accepts::Kind(self.kind()?)
            } else {
                Accepts::Anything
            };
            parameters.push((name, accepts));
            if !self.eat(",") && !self.sees(")") {
                return Err(self.missing(")"));
            }
        }
        if self.peek_word() == "external" {
            return Err(self.fail(self.at, "不支持外部函数(external)", "用 FEEL 写出函数体"));
        }
        let body = self.expression()?;
        Ok(Node::Function(lambda(parameters, body)))
    }

    /// A type; known names only.
    pub(super) fn kind(&mut self) -> Parsed<Kind> {
        self.nested(|parser| {
            parser.skip_space();
            let start = parser.at;
            if let Some(kind) = parser.simple_kind() {
                return Ok(kind);
            }
            match parser.peek_word() {
                "list" => parser.kind_argument("list").map(|it| Kind::List(Box::new(it))),
                "range" => parser.kind_argument("range").map(|it| Kind::Range(Box::new(it))),
                "context" => parser.context_kind(),
                "function" => parser.function_kind(),
                word => {
                    let message = format!("不认识的类型“{word}”");
                    Err(parser.fail(
                        start,
                        message,
                        "可用 number、string、boolean、date、time、date and time、list<..>、context<..> 等",
                    ))
                }
            }
        })
    }

    fn simple_kind(&mut self) -> Option<Kind> {
        let words = self.rest();
        for (name, kind) in SIMPLE_KINDS {
            let mut rest = Some(words);
            for word in name.split(' ') {
                rest = rest
                    .and_then(|it| it.trim_start().strip_prefix(word))
                    .filter(|it| !it.starts_with(super::name::is_part));
            }
            if let Some(rest) = rest {
                self.at += words.len() - rest.len();
                return Some(kind.clone());
            }
        }
        None
    }

    fn kind_argument(&mut self, word: &str) -> Parsed<Kind> {
        self.eat_word(word);
        if !self.eat("<") {
            return Ok(Kind::Any);
        }
        let kind = self.kind()?;
        self.expect(">")?;
        Ok(kind)
    }

    fn context_kind(&mut self) -> Parsed<Kind> {
        self.eat_word("context");
        let mut fields = Vec::new();
        if self.eat("<") {
            while !self.eat(">") {
                let name = self.declared_name(&[':', ',', '>'])?;
                self.expect(":")?;
                fields.push((name, self.kind()?));
                if !self.eat(",") && !self.sees(">") {
                    return Err(self.missing(">"));
                }
            }
        }
        Ok(Kind::Context(fields))
    }

    /// Parameter and result types are read; any function conforms, as values do not carry them.
    fn function_kind(&mut self) -> Parsed<Kind> {
        self.eat_word("function");
        if self.eat("<") {
            while !self.eat(">") {
                self.kind()?;
                if !self.eat(",") && !self.sees(">") {
                    return Err(self.missing(">"));
                }
            }
            self.expect("->")?;
            self.kind()?;
        }
        Ok(Kind::Function)
    }
}

/// A function with the names it has to take along from where it is made.
pub(crate) fn lambda(parameters: Vec<(Arc<str>, Accepts)>, body: Node) -> Arc<Lambda> {
    let names = collect(&body);
    let roots = names
        .certain
        .iter()
        .chain(&names.possible)
        .filter(|it| !it.contains('.') || is_root(it, &names.certain, &names.possible));
    let captures = roots
        .filter(|it| !parameters.iter().any(|(name, _)| **name == ***it))
        .map(|it| Arc::from(it.as_str()))
        .collect();
    Arc::new(Lambda {
        parameters,
        body,
        captures,
    })
}

/// A name may itself hold a dot; it is a root when no shorter name before a dot is one.
fn is_root(name: &str, certain: &std::collections::BTreeSet<String>, possible: &std::collections::BTreeSet<String>) -> bool {
    !name
        .match_indices('.')
        .any(|(at, _)| name.get(..at).is_some_and(|it| certain.contains(it) || possible.contains(it)))
}

//! Values and what follows them: paths, filters, calls; lists, contexts, intervals, parentheses.

use std::ops::Bound;
use std::sync::Arc;

use super::literal::text_value;
use super::{Parsed, Parser};
use crate::Value;
use crate::ast::{Arguments, Call, Named, Node, Step};
use crate::builtin::{Builtin, Pattern};
use crate::machine::range;

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Parsed<Node> {
        let mut node = self.primary()?;
        let mut steps = Vec::new();
        loop {
            if self.sees(".") && !self.sees("..") {
                self.at += 1;
                steps.push(Step::Key(self.property_name()?));
            } else if self.sees("[") && !self.closes_interval() {
                self.at += 1;
                steps.push(Step::Filter(self.nested(Self::expression)?));
                self.expect("]")?;
            } else if self.sees("(") && !matches!(node, Node::Literal(_)) {
                let arguments = self.arguments()?;
                match node {
                    Node::Name(name) if steps.is_empty() => node = call(name, arguments),
                    other => {
                        node = other;
                        steps.push(Step::Call(arguments));
                    }
                }
            } else {
                break;
            }
        }
        Ok(if steps.is_empty() {
            node
        } else {
            Node::Postfix(Box::new(node), steps)
        })
    }

    /// At the upper end of an interval a `[` that nothing follows closes it.
    fn closes_interval(&self) -> bool {
        let after = self.rest().get(1..).unwrap_or("").trim_start();
        let ends = after.is_empty() || after.starts_with([')', ']', '}', ',', '[']);
        self.closing
            && (ends
                || ["and", "or", "then", "else", "return", "satisfies"]
                    .iter()
                    .any(|it| after.starts_with(it)))
    }

    fn primary(&mut self) -> Parsed<Node> {
        let Some(next) = self.peek() else {
            return Err(self.no_value());
        };
        let literal = match next {
            '0'..='9' => self.number()?,
            '.' if self
                .rest()
                .get(1..)
                .is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit())) =>
            {
                self.number()?
            }
            '"' => text_value(self.quoted()?),
            '@' => self.at_literal()?,
            '(' | '[' | ']' => return self.nested(|it| it.bracketed(next)),
            '{' => return self.nested(Self::context),
            _ => return self.word(),
        };
        Ok(Node::Literal(literal))
    }

    /// A value that begins with a letter.
    fn word(&mut self) -> Parsed<Node> {
        if let Some(name) = self.builtin_name() {
            return Ok(Node::Name(name));
        }
        let start = self.at;
        if let Some(name) = self.value_name() {
            return Ok(Node::Name(name));
        }
        self.at = start;
        match self.peek_word() {
            "true" => Ok(self.keyword_value("true", Value::Bool(true))),
            "false" => Ok(self.keyword_value("false", Value::Bool(false))),
            "null" => Ok(self.keyword_value("null", Value::Null)),
            "if" => self.nested(Self::condition),
            "for" => self.nested(Self::for_loop),
            "some" | "every" => self.nested(Self::quantified),
            "function" => self.nested(Self::function),
            _ => Err(self.no_value()),
        }
    }

    fn keyword_value(&mut self, word: &str, value: Value) -> Node {
        self.at += word.len();
        Node::Literal(value)
    }

    /// `( ... )`, a list or an interval.
    fn bracketed(&mut self, open: char) -> Parsed<Node> {
        self.at += 1;
        if open == '[' && self.eat("]") {
            return Ok(Node::Literal(Value::list(Vec::new())));
        }
        if open == '(' && self.rest().trim_start().starts_with(['<', '>']) {
            return self.half_interval();
        }
        let first = self.expression()?;
        if self.eat("..") {
            return self.interval(open, first);
        }
        match open {
            '(' => self.expect(")").map(|()| first),
            '[' => self.list(first),
            _ => Err(self.missing("..")),
        }
    }

    pub(super) fn interval(&mut self, open: char, first: Node) -> Parsed<Node> {
        let closing = std::mem::replace(&mut self.closing, true);
        let last = self.sum();
        self.closing = closing;
        let last = last?;
        let low = if open == '[' {
            Bound::Included(first)
        } else {
            Bound::Excluded(first)
        };
        let high = if self.eat("]") {
            Bound::Included(last)
        } else if self.eat(")") || self.eat("[") {
            Bound::Excluded(last)
        } else {
            return Err(self.missing("]"));
        };
        Ok(interval_node(low, high))
    }

    /// `(> 5)` is the range of all above 5.
    fn half_interval(&mut self) -> Parsed<Node> {
        use crate::ast::Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
        let Some(comparison) = self.comparison_symbol() else {
            return Err(self.no_value());
        };
        let end = self.sum()?;
        self.expect(")")?;
        Ok(match comparison {
            Greater => interval_node(Bound::Excluded(end), Bound::Unbounded),
            GreaterOrEqual => interval_node(Bound::Included(end), Bound::Unbounded),
            Less => interval_node(Bound::Unbounded, Bound::Excluded(end)),
            LessOrEqual => interval_node(Bound::Unbounded, Bound::Included(end)),
            _ => return Err(self.no_value()),
        })
    }

    fn list(&mut self, first: Node) -> Parsed<Node> {
        let mut items = vec![first];
        while self.eat(",") {
            items.push(self.expression()?);
        }
        self.expect("]")?;
        let constants: Option<Vec<Value>> = items.iter().map(|it| it.constant().cloned()).collect();
        Ok(constants.map_or_else(|| Node::List(items), |it| Node::Literal(Value::list(it))))
    }

    fn context(&mut self) -> Parsed<Node> {
        self.at += 1;
        let mut entries: Vec<(Arc<str>, Node)> = Vec::new();
        if self.eat("}") {
            return Ok(Node::Context(entries, None));
        }
        loop {
            let at = self.at;
            let name: Arc<str> = if self.sees("\"") {
                Arc::from(self.quoted()?)
            } else {
                self.declared_name(&[':', '}', ','])?
            };
            if entries.iter().any(|(it, _)| *it == name) {
                return Err(self.fail(at, format!("“{name}”写了两次"), "每个名称只写一次"));
            }
            self.declare(&name);
            self.expect(":")?;
            entries.push((name, self.expression()?));
            if !self.eat(",") {
                break;
            }
        }
        self.expect("}")?;
        Ok(Node::Context(entries, None))
    }

    fn arguments(&mut self) -> Parsed<Arguments> {
        self.nested(|parser| {
            parser.at += 1;
            if parser.eat(")") {
                return Ok(Arguments::Positional(Vec::new()));
            }
            let named = parser.named_arguments()?;
            let arguments = match named {
                Some(it) => Arguments::Named(it),
                None => Arguments::Positional(parser.positional()?),
            };
            parser.expect(")")?;
            Ok(arguments)
        })
    }

    fn positional(&mut self) -> Parsed<Vec<Node>> {
        let mut items = vec![self.expression()?];
        while self.eat(",") {
            items.push(self.expression()?);
        }
        Ok(items)
    }

    /// `name: value, ...`, or nothing eaten when the first argument has no name.
    fn named_arguments(&mut self) -> Parsed<Option<Vec<Named>>> {
        let start = self.at;
        let known = self.known.len();
        let mut items = Vec::new();
        loop {
            let name = self.declared_name(&[':', ',', ')', '(', '{', '[', '"']);
            // parameter names of the called function are none of this scope
            self.known.truncate(known);
            match name {
                Ok(name) if self.sees(":") => {
                    self.at += 1;
                    items.push((name, self.expression()?));
                }
                _ if items.is_empty() => {
                    self.at = start;
                    return Ok(None);
                }
                Ok(_) => return Err(self.missing(":")),
                Err(error) => return Err(error),
            }
            if !self.eat(",") {
                return Ok(Some(items));
            }
        }
    }
}

fn interval_node(low: Bound<Node>, high: Bound<Node>) -> Node {
    fn constant(end: &Bound<Node>) -> Option<Bound<Value>> {
        Some(match end {
            Bound::Included(it) => Bound::Included(it.constant()?.clone()),
            Bound::Excluded(it) => Bound::Excluded(it.constant()?.clone()),
            Bound::Unbounded => Bound::Unbounded,
        })
    }
    match (constant(&low), constant(&high)) {
        (Some(low), Some(high)) => Node::Literal(range(low, high).map_or(Value::Null, Value::from)),
        _ => Node::Interval(Box::new((low, high))),
    }
}

fn call(name: Arc<str>, arguments: Arguments) -> Node {
    let builtin = Builtin::find(&name);
    let pattern = builtin.and_then(|it| match &arguments {
        Arguments::Positional(items) => Pattern::of_call(it, items),
        Arguments::Named(_) => None,
    });
    Node::Call(Box::new(Call {
        name,
        builtin,
        arguments,
        pattern,
    }))
}

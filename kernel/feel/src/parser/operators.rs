//! Operators from the loosest to the tightest: or, and, comparison, + -, * /, **, negation.

use yiwang_types::Decimal;

use super::{Parsed, Parser};
use crate::Value;
use crate::ast::{Comparison, Node, Operator};

/// Longer symbols first.
const COMPARISONS: &[(&str, Comparison)] = &[
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("=", Comparison::Equal),
];

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<Node> {
        let closing = std::mem::replace(&mut self.closing, false);
        let node = self.disjunction();
        self.closing = closing;
        node
    }

    fn disjunction(&mut self) -> Parsed<Node> {
        let mut items = vec![self.conjunction()?];
        while self.eat_word("or") {
            items.push(self.conjunction()?);
        }
        Ok(only(items).unwrap_or_else(Node::Or))
    }

    fn conjunction(&mut self) -> Parsed<Node> {
        let mut items = vec![self.comparison()?];
        while self.eat_word("and") {
            items.push(self.comparison()?);
        }
        Ok(only(items).unwrap_or_else(Node::And))
    }

    fn comparison(&mut self) -> Parsed<Node> {
        let left = self.sum()?;
        if let Some(comparison) = self.comparison_symbol() {
            let right = self.sum()?;
            return Ok(Node::Compare(comparison, Box::new((left, right))));
        }
        match self.peek_word() {
            "between" => {
                self.eat_word("between");
                let low = self.sum()?;
                self.expect_word("and")?;
                let high = self.sum()?;
                Ok(Node::Between(Box::new([left, low, high])))
            }
            "in" => {
                self.eat_word("in");
                Ok(Node::In(Box::new(left), self.membership()?))
            }
            "instance" => {
                self.eat_word("instance");
                self.expect_word("of")?;
                Ok(Node::InstanceOf(Box::new(left), self.kind()?))
            }
            _ => Ok(left),
        }
    }

    /// Eats a comparison; leaves the foreign `==`, `=>`, `=<`, `<>` for the error message.
    pub(super) fn comparison_symbol(&mut self) -> Option<Comparison> {
        self.skip_space();
        let rest = self.rest();
        if ["==", "=>", "=<", "<>"].iter().any(|it| rest.starts_with(it)) {
            return None;
        }
        let (symbol, comparison) = COMPARISONS.iter().find(|(symbol, _)| rest.starts_with(symbol))?;
        self.at += symbol.len();
        Some(*comparison)
    }

    pub(super) fn sum(&mut self) -> Parsed<Node> {
        self.chain(Self::product, &[("+", Operator::Add), ("-", Operator::Subtract)])
    }

    fn product(&mut self) -> Parsed<Node> {
        self.chain(Self::power, &[("*", Operator::Multiply), ("/", Operator::Divide)])
    }

    fn power(&mut self) -> Parsed<Node> {
        self.chain(Self::negation, &[("**", Operator::Power)])
    }

    fn chain(&mut self, operand: fn(&mut Self) -> Parsed<Node>, operators: &[(&str, Operator)]) -> Parsed<Node> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        loop {
            let found = operators
                .iter()
                .find(|(symbol, operator)| self.sees(symbol) && (*operator == Operator::Power || !self.sees("**")));
            let Some((symbol, operator)) = found else { break };
            self.at += symbol.len();
            rest.push((*operator, operand(self)?));
        }
        Ok(if rest.is_empty() {
            first
        } else {
            Node::Chain(Box::new(first), rest)
        })
    }

    fn negation(&mut self) -> Parsed<Node> {
        if !self.eat("-") {
            return self.postfix();
        }
        match self.nested(Self::negation)? {
            Node::Literal(Value::Number(it)) => {
                let negated = Decimal::ZERO.checked_sub(it);
                Ok(Node::Literal(negated.map_or(Value::Null, Value::Number)))
            }
            other => Ok(Node::Negate(Box::new(other))),
        }
    }
}

/// The single item of a list, or the list again.
fn only(mut items: Vec<Node>) -> Result<Node, Vec<Node>> {
    match items.pop() {
        Some(it) if items.is_empty() => Ok(it),
        Some(it) => {
            items.push(it);
            Err(items)
        }
        None => Err(items),
    }
}

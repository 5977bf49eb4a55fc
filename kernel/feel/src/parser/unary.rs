//! Unary tests: the cells of decision tables and the right side of `in`.

use super::{Parsed, Parser};
use crate::ast::{Node, Test, collect};

impl Parser<'_> {
    /// A whole cell: `-`, nothing, `not(..)` or tests parted by commas.
    pub(super) fn cell(&mut self) -> Parsed<Vec<Test>> {
        self.skip_space();
        if self.rest().is_empty() || self.rest().trim_end() == "-" {
            self.at = self.text.len();
            return Ok(vec![Test::Any]);
        }
        let start = self.at;
        if self.peek_word() == "not" {
            self.at += "not".len();
            if self.eat("(") {
                let known = self.known.clone();
                if let Ok(tests) = self.nested(Self::tests)
                    && self.eat(")")
                    && self.rest().trim().is_empty()
                {
                    return Ok(vec![Test::Not(tests)]);
                }
                self.known = known;
            }
            self.at = start;
        }
        self.tests()
    }

    fn tests(&mut self) -> Parsed<Vec<Test>> {
        let mut tests = vec![self.test()?];
        while self.eat(",") {
            tests.push(self.test()?);
        }
        Ok(tests)
    }

    fn test(&mut self) -> Parsed<Test> {
        if let Some(comparison) = self.comparison_symbol() {
            let node = self.sum()?;
            if self.peek_word() == "and" {
                return Err(self.fail(
                    self.at,
                    "单元格里不能用 and 连接两个比较",
                    "写成区间,如 [1..5],或写 ? > 1 and ? < 5",
                ));
            }
            return Ok(Test::Compare(comparison, node));
        }
        self.expression().map(expression_test)
    }

    /// What follows `in`: one test or a list of them in parentheses.
    pub(super) fn membership(&mut self) -> Parsed<Vec<Test>> {
        if let Some(comparison) = self.comparison_symbol() {
            return Ok(vec![Test::Compare(comparison, self.sum()?)]);
        }
        if !self.sees("(") {
            return Ok(vec![expression_test(self.sum()?)]);
        }
        self.nested(|parser| {
            parser.at += 1;
            let first = parser.test()?;
            if parser.eat("..") {
                if let Test::Expression { node, .. } = first {
                    return Ok(vec![expression_test(parser.interval('(', node)?)]);
                }
                return Err(parser.no_value());
            }
            let mut tests = vec![first];
            while parser.eat(",") {
                tests.push(parser.test()?);
            }
            parser.expect(")")?;
            Ok(tests)
        })
    }
}

fn expression_test(node: Node) -> Test {
    let names = collect(&node);
    let uses_input = [&names.certain, &names.possible].iter().any(|it| it.contains("?"));
    Test::Expression { node, uses_input }
}

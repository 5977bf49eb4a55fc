//! Parsed expressions and unary tests.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use yiwang_types::{Instant, Offset};

use crate::ast::{Names, Node, Test, collect, collect_test};
use crate::machine::{EXPRESSION_UNITS, Machine, Scope};
use crate::{Context, EvalError, SyntaxError, Value, parser};

/// What a pure evaluation may know of its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Env {
    /// The present moment, for `now()` and `today()`.
    pub now: Instant,
    /// The place whose wall clock is meant; moments without a zone are taken to be there.
    pub offset: Offset,
}

/// A parsed expression; clones share it.
#[derive(Clone)]
pub struct Expr(Arc<Parsed<Node>>);

/// Parsed unary tests, as in a cell of a decision table; clones share them.
#[derive(Clone)]
pub struct UnaryTests(Arc<Parsed<Vec<Test>>>);

struct Parsed<T> {
    source: String,
    tree: T,
    names: Names,
}

/// Parses an expression.
pub fn parse(text: &str) -> Result<Expr, SyntaxError> {
    parse_with_names(text, &[])
}

/// Parses an expression; `names` are the names in scope, of which those with spaces or operators matter.
pub fn parse_with_names(text: &str, names: &[&str]) -> Result<Expr, SyntaxError> {
    let tree = parser::expression(text, names)?;
    let names = collect(&tree);
    Ok(Expr(Arc::new(Parsed {
        source: text.to_owned(),
        tree,
        names,
    })))
}

/// Parses unary tests: `-`, values, comparisons, ranges, `not(..)`, conditions over `?`, parted by commas.
pub fn parse_unary_tests(text: &str, names: &[&str]) -> Result<UnaryTests, SyntaxError> {
    let tree = parser::unary_tests(text, names)?;
    let mut names = Names::default();
    for test in &tree {
        let more = collect_test(test);
        names.certain.extend(more.certain);
        names.possible.extend(more.possible);
    }
    names.certain.remove("?");
    names.possible.remove("?");
    Ok(UnaryTests(Arc::new(Parsed {
        source: text.to_owned(),
        tree,
        names,
    })))
}

impl Expr {
    /// Evaluates over the names of a scope. Mistakes inside FEEL give null; an error means that it would cost too much.
    pub fn eval(&self, scope: &Context, env: &Env) -> Result<Value, EvalError> {
        let mut machine = Machine::new(env, EXPRESSION_UNITS);
        let value = machine.eval(&self.0.tree, &Scope::root(scope))?;
        machine.weigh(&value)?;
        Ok(value)
    }

    /// The text it was parsed from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Free root names and the paths that start with them, e.g. `record` and `record.class`.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.0.names.certain
    }

    /// The same inside filters, where each may also be a field of the filtered items.
    pub fn filter_names(&self) -> &BTreeSet<String> {
        &self.0.names.possible
    }

    /// The value of an expression that is a literal, e.g. `"open"` or `10`.
    pub fn constant(&self) -> Option<&Value> {
        self.0.tree.constant()
    }
}

impl UnaryTests {
    /// Whether the input meets the tests; what cannot be compared does not.
    pub fn matches(&self, input: &Value, scope: &Context, env: &Env) -> Result<bool, EvalError> {
        let outer = Scope::root(scope);
        let met = Machine::new(env, EXPRESSION_UNITS).any_test(&self.0.tree, input, &outer.one("?", input))?;
        Ok(met == Some(true))
    }

    /// The text they were parsed from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Free root names and paths, without the input `?`.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.0.names.certain
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expr").field(&self.0.source).finish()
    }
}

impl PartialEq for Expr {
    /// Equal texts are equal expressions.
    fn eq(&self, other: &Expr) -> bool {
        self.0.source == other.0.source
    }
}

impl fmt::Debug for UnaryTests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnaryTests").field(&self.0.source).finish()
    }
}

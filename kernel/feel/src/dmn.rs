//! DMN 1.1 to 1.5: decision tables with every hit policy, requirement graphs, business knowledge models, boxed expressions, item definitions.
//!
//! Everything is parsed once into the syntax tree of FEEL; evaluating a decision walks the decisions it requires in order.

mod boxed;
mod evaluate;
mod graph;
mod read;
mod table;
mod types;
mod xml;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use yiwang_types::Diagnostic;

pub(crate) use types::{ItemType, Shape};

use crate::ast::{Node, Test};
use crate::{Context, Value};

/// Reads a DMN file. Definitions are there unless a diagnostic is an error.
pub fn parse(xml: &str, file: &str) -> (Option<Definitions>, Vec<Diagnostic>) {
    read::parse(xml, file)
}

/// A parsed DMN file; clones share it.
#[derive(Clone, Debug)]
pub struct Definitions(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    decisions: Vec<Decision>,
    /// Indices of decisions, each after those it requires.
    order: Vec<usize>,
    by_key: HashMap<String, usize>,
}

#[derive(Debug)]
struct Decision {
    id: Arc<str>,
    name: Arc<str>,
    /// The name under which other decisions see the result.
    variable: Arc<str>,
    node: Node,
    result: Option<Arc<ItemType>>,
    inputs: Vec<(Arc<str>, Option<Arc<ItemType>>)>,
    requires: Vec<usize>,
    functions: Context,
}

/// What a decision came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The value; null where no rule matched or FEEL met an error.
    pub value: Value,
    /// The rules that decided, in order of evaluation; of a unique table that matched twice, both.
    pub matched: Vec<MatchedRule>,
}

/// A rule of a decision table that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedRule {
    /// Id of the decision or business knowledge model whose table it is.
    pub decision: Arc<str>,
    /// Number of the rule from 1.
    pub rule: usize,
    /// Id of the rule, empty when the file gives none.
    pub rule_id: Arc<str>,
}

impl Definitions {
    /// The name of the model.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Id and name of every decision, in the order of the file.
    pub fn decisions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.decisions.iter().map(|it| (&*it.id, &*it.name))
    }

    /// Names and paths that a decision, with all it requires, takes from its inputs, as [`crate::Expr::names`]; `None` when there
    /// is no such decision.
    pub fn names(&self, decision: &str) -> Option<BTreeSet<String>> {
        let needed = self.0.needed(*self.0.by_key.get(decision)?);
        let mut names = BTreeSet::new();
        for (at, it) in self.0.decisions.iter().enumerate() {
            if needed.get(at) != Some(&true) {
                continue;
            }
            let own: Vec<&str> = it
                .requires
                .iter()
                .filter_map(|at| self.0.decisions.get(*at))
                .map(|it| &*it.variable)
                .collect();
            let given =
                |name: &str| own.iter().any(|own| is_root(own, name)) || it.functions.iter().any(|(own, _)| is_root(own, name));
            names.extend(crate::ast::collect(&it.node).certain.into_iter().filter(|name| !given(name)));
            names.extend(it.inputs.iter().map(|(name, _)| name.to_string()));
        }
        Some(names)
    }
}

fn is_root(root: &str, path: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A decision table.
#[derive(Debug)]
pub(crate) struct Table {
    pub owner: Arc<str>,
    pub policy: HitPolicy,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    pub rules: Vec<Rule>,
}

#[derive(Debug)]
pub(crate) struct Input {
    pub expression: Node,
    pub allowed: Option<Vec<Test>>,
}

#[derive(Debug)]
pub(crate) struct Output {
    pub name: Arc<str>,
    /// The listed values, the most important first.
    pub values: Vec<Value>,
    pub default: Option<Node>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub id: Arc<str>,
    pub tests: Vec<Vec<Test>>,
    pub outputs: Vec<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HitPolicy {
    Unique,
    Any,
    Priority,
    First,
    RuleOrder,
    OutputOrder,
    Collect(Option<Aggregation>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregation {
    Sum,
    Min,
    Max,
    Count,
}

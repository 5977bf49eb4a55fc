//! Which names of its surroundings an expression uses.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::{Arguments, Domain, Lambda, Loop, Node, Step, Test};

/// The names an expression takes from its scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Root names and paths that are certainly meant, e.g. `record` and `record.class`.
    pub certain: BTreeSet<String>,
    /// The same inside a filter, where the name may also be one of the filtered items.
    pub possible: BTreeSet<String>,
}

/// Collects the free names of a node.
pub(crate) fn collect(node: &Node) -> Names {
    let mut walk = Walk::default();
    walk.node(node);
    walk.names
}

/// Collects the free names of a test.
pub(crate) fn collect_test(test: &Test) -> Names {
    let mut walk = Walk::default();
    walk.test(test);
    walk.names
}

#[derive(Default)]
struct Walk<'a> {
    names: Names,
    bound: Vec<&'a str>,
    filters: usize,
}

impl<'a> Walk<'a> {
    fn add(&mut self, name: &'a str, steps: &[Step]) {
        if self.bound.contains(&name) {
            return;
        }
        let set = if self.filters > 0 {
            &mut self.names.possible
        } else {
            &mut self.names.certain
        };
        set.insert(name.to_owned());
        let mut path = name.to_owned();
        for step in steps {
            let Step::Key(key) = step else { break };
            path.push('.');
            path.push_str(key);
            set.insert(path.clone());
        }
    }

    fn node(&mut self, node: &'a Node) {
        match node {
            Node::Literal(_) => {}
            Node::Name(name) => self.add(name, &[]),
            Node::Postfix(base, steps) => {
                match &**base {
                    Node::Name(name) => self.add(name, steps),
                    other => self.node(other),
                }
                steps.iter().for_each(|it| self.step(it));
            }
            Node::Call(call) => {
                if call.builtin.is_none() {
                    self.add(&call.name, &[]);
                }
                self.arguments(&call.arguments);
            }
            Node::Chain(first, rest) => {
                self.node(first);
                rest.iter().for_each(|(_, it)| self.node(it));
            }
            Node::Negate(it) | Node::InstanceOf(it, _) | Node::Typed(it, _) => self.node(it),
            Node::And(items) | Node::Or(items) | Node::List(items) => items.iter().for_each(|it| self.node(it)),
            Node::Compare(_, sides) => [&sides.0, &sides.1].into_iter().for_each(|it| self.node(it)),
            Node::Between(parts) => parts.iter().for_each(|it| self.node(it)),
            Node::In(value, tests) => {
                self.node(value);
                self.within(&["?"], |walk| tests.iter().for_each(|it| walk.test(it)));
            }
            Node::If(branches, otherwise) => {
                branches
                    .iter()
                    .for_each(|(condition, value)| [condition, value].into_iter().for_each(|it| self.node(it)));
                self.node(otherwise);
            }
            Node::For(it) | Node::Quantified(_, it) => self.repeat(it),
            Node::Context(entries, result) => {
                let depth = self.bound.len();
                for (name, value) in entries {
                    self.node(value);
                    self.bound.push(name);
                }
                result.iter().for_each(|it| self.node(it));
                self.bound.truncate(depth);
            }
            Node::Interval(ends) => [&ends.0, &ends.1].into_iter().for_each(|end| {
                if let Bound::Included(it) | Bound::Excluded(it) = end {
                    self.node(it);
                }
            }),
            Node::Function(lambda) => self.lambda(lambda),
            Node::Table(table) => {
                table.inputs.iter().for_each(|it| self.node(&it.expression));
                self.within(&["?"], |walk| {
                    let cells = table.rules.iter().flat_map(|it| &it.tests);
                    let allowed = table.inputs.iter().filter_map(|it| it.allowed.as_ref());
                    cells.chain(allowed).flatten().for_each(|it| walk.test(it));
                });
                let defaults = table.outputs.iter().filter_map(|it| it.default.as_ref());
                table
                    .rules
                    .iter()
                    .flat_map(|it| &it.outputs)
                    .chain(defaults)
                    .for_each(|it| self.node(it));
            }
        }
    }

    fn step(&mut self, step: &'a Step) {
        match step {
            Step::Key(_) => {}
            Step::Filter(it) => {
                self.filters += 1;
                self.within(&["item"], |walk| walk.node(it));
                self.filters -= 1;
            }
            Step::Call(arguments) => self.arguments(arguments),
        }
    }

    fn arguments(&mut self, arguments: &'a Arguments) {
        match arguments {
            Arguments::Positional(items) => items.iter().for_each(|it| self.node(it)),
            Arguments::Named(items) => items.iter().for_each(|(_, it)| self.node(it)),
        }
    }

    fn test(&mut self, test: &'a Test) {
        match test {
            Test::Any => {}
            Test::Compare(_, node) | Test::Expression { node, .. } => self.node(node),
            Test::Not(tests) => tests.iter().for_each(|it| self.test(it)),
        }
    }

    fn repeat(&mut self, it: &'a Loop) {
        let depth = self.bound.len();
        for (name, domain) in &it.iterators {
            match domain {
                Domain::Each(node) => self.node(node),
                Domain::Span(from, to) => [from, to].into_iter().for_each(|node| self.node(node)),
            }
            self.bound.push(name);
        }
        self.within(&["partial"], |walk| walk.node(&it.body));
        self.bound.truncate(depth);
    }

    fn lambda(&mut self, lambda: &'a Lambda) {
        let depth = self.bound.len();
        self.bound.extend(lambda.parameters.iter().map(|(name, _)| &**name));
        self.node(&lambda.body);
        self.bound.truncate(depth);
    }

    fn within(&mut self, names: &[&'a str], run: impl FnOnce(&mut Walk<'a>)) {
        let depth = self.bound.len();
        self.bound.extend(names);
        run(self);
        self.bound.truncate(depth);
    }
}

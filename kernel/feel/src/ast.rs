//! The syntax tree of FEEL and of boxed expressions. Chains are flat lists, so that depth comes from nesting alone.

mod kind;
mod names;

use std::ops::Bound;
use std::sync::Arc;

pub(crate) use kind::{Kind, SIMPLE as SIMPLE_KINDS};
pub(crate) use names::{Names, collect, collect_test};

use crate::Value;
use crate::builtin::{Builtin, Pattern};
use crate::dmn::{ItemType, Table};

#[derive(Debug)]
pub(crate) enum Node {
    Literal(Value),
    Name(Arc<str>),
    /// Paths, filters and calls of computed functions, from left to right.
    Postfix(Box<Node>, Vec<Step>),
    Call(Box<Call>),
    /// Operators of one precedence, from left to right.
    Chain(Box<Node>, Vec<(Operator, Node)>),
    Negate(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Compare(Comparison, Box<(Node, Node)>),
    Between(Box<[Node; 3]>),
    In(Box<Node>, Vec<Test>),
    InstanceOf(Box<Node>, Kind),
    /// Conditions with their values, then the value of `else`.
    If(Vec<(Node, Node)>, Box<Node>),
    For(Box<Loop>),
    Quantified(Quantifier, Box<Loop>),
    List(Vec<Node>),
    /// Entries in order; each sees the ones before it. With a result expression the whole is that result.
    Context(Vec<(Arc<str>, Node)>, Option<Box<Node>>),
    Interval(Box<(Bound<Node>, Bound<Node>)>),
    Function(Arc<Lambda>),
    /// A DMN decision table.
    Table(Arc<Table>),
    /// A value that has to conform to a declared type of DMN.
    Typed(Box<Node>, Arc<ItemType>),
}

#[derive(Debug)]
pub(crate) enum Step {
    Key(Arc<str>),
    Filter(Node),
    Call(Arguments),
}

#[derive(Debug)]
pub(crate) struct Call {
    pub name: Arc<str>,
    pub builtin: Option<Builtin>,
    pub arguments: Arguments,
    /// The regular expression of `matches`, `replace`, `split` when it stands in the text.
    pub pattern: Option<Pattern>,
}

#[derive(Debug)]
pub(crate) enum Arguments {
    Positional(Vec<Node>),
    Named(Vec<Named>),
}

/// An argument with its name.
pub(crate) type Named = (Arc<str>, Node);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Some,
    Every,
}

#[derive(Debug)]
pub(crate) struct Loop {
    pub iterators: Vec<(Arc<str>, Domain)>,
    pub body: Node,
    pub uses_partial: bool,
}

#[derive(Debug)]
pub(crate) enum Domain {
    Each(Node),
    /// `1..10`, downwards when the first is greater.
    Span(Node, Node),
}

#[derive(Debug)]
pub(crate) struct Lambda {
    pub parameters: Vec<(Arc<str>, Accepts)>,
    pub body: Node,
    /// Names of the surroundings that the body may use.
    pub captures: Vec<Arc<str>>,
}

/// What a parameter takes.
#[derive(Debug)]
pub(crate) enum Accepts {
    Anything,
    Kind(Kind),
    Item(Arc<ItemType>),
}

/// One test of a cell or of the right side of `in`.
#[derive(Debug)]
pub(crate) enum Test {
    Any,
    Compare(Comparison, Node),
    /// A value, list, range or, when it speaks of `?`, a condition.
    Expression {
        node: Node,
        uses_input: bool,
    },
    Not(Vec<Test>),
}

impl Node {
    /// The value of a node that is constant.
    pub fn constant(&self) -> Option<&Value> {
        match self {
            Node::Literal(it) => Some(it),
            _ => None,
        }
    }
}

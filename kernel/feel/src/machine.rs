//! Evaluation: walks the tree, counts its work, never fails but by the count. What FEEL calls an error is null.

mod arithmetic;
mod call;
mod compare;
mod iterate;
mod path;
mod table;
mod types;
mod unary;

use std::ops::Bound;
use std::sync::Arc;

pub(crate) use arithmetic::midnight;
pub(crate) use compare::range;
pub(crate) use path::position;

use crate::ast::{Node, Quantifier};
use crate::dmn::MatchedRule;
use crate::value::FunctionKind;
use crate::{Context, Env, EvalError, Function, Range, Value};

/// Work of one node; cheap comparisons inside a built-in count 1.
pub(crate) const NODE: usize = 16;
/// Work that one expression may take: about 100,000 nodes.
pub(crate) const EXPRESSION_UNITS: usize = 100_000 * NODE;
/// Work that one decision with all it requires may take.
pub(crate) const DECISION_UNITS: usize = 10 * EXPRESSION_UNITS;
/// How deeply evaluations may nest; nesting of the text and of function calls together.
const MAX_DEPTH: u32 = 640;

pub(crate) type Evaluated = Result<Value, EvalError>;

/// The state of one evaluation.
pub(crate) struct Machine<'e> {
    pub env: &'e Env,
    pub trace: Vec<MatchedRule>,
    units: usize,
    depth: u32,
}

/// Names in view, the innermost first.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    parent: Option<&'s Scope<'s>>,
    layer: Layer<'s>,
}

#[derive(Clone, Copy)]
enum Layer<'s> {
    Context(&'s Context),
    One(&'s str, &'s Value),
    /// The item of a filter: `item`, and its entries when it is a context.
    Item(&'s Value),
}

impl<'s> Scope<'s> {
    pub fn root(context: &'s Context) -> Scope<'s> {
        Scope {
            parent: None,
            layer: Layer::Context(context),
        }
    }

    pub fn context<'c>(&'c self, context: &'c Context) -> Scope<'c> {
        Scope {
            parent: Some(self),
            layer: Layer::Context(context),
        }
    }

    pub fn one<'c>(&'c self, name: &'c str, value: &'c Value) -> Scope<'c> {
        Scope {
            parent: Some(self),
            layer: Layer::One(name, value),
        }
    }

    pub fn item<'c>(&'c self, item: &'c Value) -> Scope<'c> {
        Scope {
            parent: Some(self),
            layer: Layer::Item(item),
        }
    }

    pub fn find(&self, name: &str) -> Option<&'s Value> {
        let mut here = *self;
        loop {
            let found = match here.layer {
                Layer::Context(it) => it.get(name),
                Layer::One(own, value) => (own == name).then_some(value),
                Layer::Item(Value::Context(it)) if it.get(name).is_some() => it.get(name),
                Layer::Item(it) => (name == "item").then_some(it),
            };
            match (found, here.parent) {
                (Some(it), _) => return Some(it),
                (None, Some(parent)) => here = *parent,
                (None, None) => return None,
            }
        }
    }
}

impl<'e> Machine<'e> {
    pub fn new(env: &'e Env, units: usize) -> Machine<'e> {
        Machine {
            env,
            trace: Vec::new(),
            units,
            depth: 0,
        }
    }

    /// Takes work off the account.
    pub fn charge(&mut self, units: usize) -> Result<(), EvalError> {
        self.units = self.units.checked_sub(units).ok_or(EvalError::TooManySteps)?;
        Ok(())
    }

    pub fn eval(&mut self, node: &Node, scope: &Scope<'_>) -> Evaluated {
        self.charge(NODE)?;
        match node {
            Node::Literal(it) => return Ok(it.clone()),
            Node::Name(name) => return Ok(lookup(name, scope)),
            _ => {}
        }
        if self.depth >= MAX_DEPTH {
            return Err(EvalError::TooDeep);
        }
        self.depth += 1;
        let result = self.branch(node, scope);
        self.depth -= 1;
        result
    }

    fn branch(&mut self, node: &Node, scope: &Scope<'_>) -> Evaluated {
        match node {
            Node::Literal(it) => Ok(it.clone()),
            Node::Name(name) => Ok(lookup(name, scope)),
            Node::Postfix(base, steps) => self.postfix(base, steps, scope),
            Node::Call(call) => self.call(call, scope),
            Node::Chain(first, rest) => self.chain(first, rest, scope),
            Node::Negate(it) => self.eval(it, scope).map(|it| arithmetic::negate(&it)),
            Node::And(items) => self.junction(items, Quantifier::Every, scope),
            Node::Or(items) => self.junction(items, Quantifier::Some, scope),
            Node::Compare(comparison, sides) => {
                let left = self.eval(&sides.0, scope)?;
                let right = self.eval(&sides.1, scope)?;
                self.compare(*comparison, &left, &right).map(Value::from)
            }
            Node::Between(parts) => self.between(parts, scope),
            Node::In(value, tests) => {
                let value = self.eval(value, scope)?;
                self.any_test(tests, &value, &scope.one("?", &value)).map(Value::from)
            }
            Node::InstanceOf(value, kind) => self.eval(value, scope).map(|it| Value::Bool(kind.holds(&it))),
            Node::If(branches, otherwise) => {
                for (condition, value) in branches {
                    if self.eval(condition, scope)?.is_true() {
                        return self.eval(value, scope);
                    }
                }
                self.eval(otherwise, scope)
            }
            Node::For(it) => self.for_loop(it, scope),
            Node::Quantified(quantifier, it) => self.quantified(*quantifier, it, scope),
            Node::List(items) => {
                let items = items
                    .iter()
                    .map(|it| self.eval(it, scope))
                    .collect::<Result<Vec<Value>, EvalError>>()?;
                self.list(items)
            }
            Node::Context(entries, result) => self.boxed_context(entries, result.as_deref(), scope),
            Node::Interval(ends) => {
                let low = self.bound(&ends.0, scope)?;
                let high = self.bound(&ends.1, scope)?;
                Ok(compare::range(low, high).map_or(Value::Null, Value::from))
            }
            Node::Function(lambda) => {
                let captured = lambda
                    .captures
                    .iter()
                    .filter_map(|name| Some((Arc::clone(name), scope.find(name)?.clone())))
                    .collect();
                let kind = FunctionKind::Closure {
                    lambda: Arc::clone(lambda),
                    captured: Arc::new(captured),
                };
                Ok(Value::Function(Function(kind)))
            }
            Node::Table(table) => self.table(table, scope),
            Node::Typed(node, kind) => {
                let value = self.eval(node, scope)?;
                self.conform(value, kind)
            }
        }
    }

    /// A list value of bounded length.
    pub fn list(&mut self, items: Vec<Value>) -> Evaluated {
        if items.len() > crate::MAX_LIST {
            return Err(EvalError::ListTooLong);
        }
        self.charge(items.len())?;
        Ok(Value::list(items))
    }

    /// A text value of bounded length.
    pub fn text(&mut self, text: String) -> Evaluated {
        if text.len() > crate::MAX_TEXT {
            return Err(EvalError::TextTooLong);
        }
        self.charge(text.len() / 64)?;
        Ok(Value::text(text))
    }

    /// Makes sure that a result can be walked in bounded time: shared parts count as often as they are seen.
    pub fn weigh(&mut self, value: &Value) -> Result<(), EvalError> {
        self.charge(1)?;
        match value {
            Value::List(items) => items.iter().try_for_each(|it| self.weigh(it)),
            Value::Context(entries) => entries.iter().try_for_each(|(_, it)| self.weigh(it)),
            Value::Range(it) => [&it.low, &it.high].into_iter().try_for_each(|end| match end {
                Bound::Included(it) | Bound::Excluded(it) => self.weigh(it),
                Bound::Unbounded => Ok(()),
            }),
            Value::Text(it) => self.charge(it.len() / 64),
            _ => Ok(()),
        }
    }

    /// Three-valued and (`Every`) or or (`Some`): what is no truth value counts as null.
    fn junction(&mut self, items: &[Node], quantifier: Quantifier, scope: &Scope<'_>) -> Evaluated {
        let decisive = quantifier == Quantifier::Some;
        let mut result = Some(!decisive);
        for item in items {
            match self.eval(item, scope)?.as_bool() {
                Some(it) if it == decisive => return Ok(Value::Bool(decisive)),
                Some(_) => {}
                None => result = None,
            }
        }
        Ok(Value::from(result))
    }

    fn bound(&mut self, end: &Bound<Node>, scope: &Scope<'_>) -> Result<Bound<Value>, EvalError> {
        Ok(match end {
            Bound::Included(it) => Bound::Included(self.eval(it, scope)?),
            Bound::Excluded(it) => Bound::Excluded(self.eval(it, scope)?),
            Bound::Unbounded => Bound::Unbounded,
        })
    }

    fn boxed_context(&mut self, entries: &[(Arc<str>, Node)], result: Option<&Node>, scope: &Scope<'_>) -> Evaluated {
        let mut context = Context::new();
        for (name, node) in entries {
            let value = self.eval(node, &scope.context(&context))?;
            context.insert(Arc::clone(name), value);
        }
        match result {
            Some(node) => self.eval(node, &scope.context(&context)),
            None => Ok(Value::from(context)),
        }
    }
}

fn lookup(name: &str, scope: &Scope<'_>) -> Value {
    match scope.find(name) {
        Some(it) => it.clone(),
        None => {
            crate::builtin::Builtin::find(name).map_or(Value::Null, |it| Value::Function(Function(FunctionKind::Builtin(it))))
        }
    }
}

impl Range {
    /// The lower end, null when there is none.
    pub fn start(&self) -> Value {
        end_value(&self.low)
    }

    /// The upper end, null when there is none.
    pub fn end(&self) -> Value {
        end_value(&self.high)
    }
}

fn end_value(end: &Bound<Value>) -> Value {
    match end {
        Bound::Included(it) | Bound::Excluded(it) => it.clone(),
        Bound::Unbounded => Value::Null,
    }
}

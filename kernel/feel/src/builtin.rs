//! The built-in functions: one table of names and parameters, one module per kind.

mod context;
mod convert;
mod date;
mod list;
mod number;
mod pattern;
mod range;
mod statistics;
mod table;
mod text;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(crate) use pattern::Pattern;

use crate::machine::{Evaluated, Machine, NODE};
use crate::{EvalError, Value};

/// One built-in function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Builtin(&'static Entry);

/// Name, parameter lists of every form, and what to run.
#[derive(Debug)]
pub(crate) struct Entry {
    name: &'static str,
    /// A parameter ending in `?` may be left out, one ending in `*` may come any number of times.
    forms: &'static [&'static [&'static str]],
    run: Run,
}

#[derive(Clone, Copy, Debug)]
enum Run {
    /// Linear in the size of its arguments.
    Pure(fn(&[Value]) -> Option<Value>),
    /// Counts its own work, or needs the clock.
    Costly(fn(&mut Machine<'_>, &[Value]) -> Given),
    /// May have been given its regular expression compiled.
    Matching(fn(&mut Machine<'_>, &[Value], Option<&Pattern>) -> Given),
}

/// A result; `None` is null.
type Given = Result<Option<Value>, EvalError>;

static BY_NAME: LazyLock<HashMap<&'static str, Builtin>> =
    LazyLock::new(|| table::ENTRIES.iter().map(|it| (it.name, Builtin(it))).collect());
static WITH_SPACES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<&str> = table::ENTRIES
        .iter()
        .map(|it| it.name)
        .filter(|it| it.contains(' '))
        .collect();
    names.sort_by_key(|it| std::cmp::Reverse(it.len()));
    names
});

/// The names that hold spaces, longest first.
pub(crate) fn names_with_spaces() -> impl Iterator<Item = &'static str> {
    WITH_SPACES.iter().copied()
}

impl Builtin {
    pub fn find(name: &str) -> Option<Builtin> {
        BY_NAME.get(name).copied()
    }

    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Whether it may be called with so many arguments.
    pub fn takes(self, n: usize) -> bool {
        self.0.forms.iter().any(|form| {
            let least = form.iter().filter(|it| !it.ends_with(['?', '*'])).count();
            n >= least && (n <= form.len() || form.iter().any(|it| it.ends_with('*')))
        })
    }

    /// For named arguments: which of them stands at each position; `None` when no form fits.
    pub fn order(self, names: &[&str]) -> Option<Vec<Option<usize>>> {
        let form = self.0.forms.iter().find(|form| {
            let fits = |name: &&str| form.iter().any(|it| plain(it) == *name);
            let given = |parameter: &&&str| names.contains(&plain(parameter));
            names.iter().all(fits) && form.iter().filter(|it| !it.ends_with(['?', '*'])).all(|it| given(&it))
        })?;
        let mut order: Vec<Option<usize>> = form
            .iter()
            .map(|it| names.iter().position(|name| *name == plain(it)))
            .collect();
        while order.last() == Some(&None) {
            order.pop();
        }
        Some(order)
    }
}

fn plain(parameter: &str) -> &str {
    parameter.trim_end_matches(['?', '*'])
}

impl Machine<'_> {
    pub(crate) fn run_builtin(&mut self, builtin: Builtin, values: &[Value], pattern: Option<&Pattern>) -> Evaluated {
        if !builtin.takes(values.len()) {
            return Ok(Value::Null);
        }
        self.charge(NODE + values.iter().map(size).sum::<usize>())?;
        let given = match builtin.0.run {
            Run::Pure(run) => run(values),
            Run::Costly(run) => run(self, values)?,
            Run::Matching(run) => run(self, values, pattern)?,
        };
        let value = given.unwrap_or_default();
        match &value {
            Value::List(items) if items.len() > crate::MAX_LIST => Err(EvalError::ListTooLong),
            Value::Text(it) if it.len() > crate::MAX_TEXT => Err(EvalError::TextTooLong),
            _ => Ok(value),
        }
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::List(items) => items.len(),
        Value::Context(entries) => entries.len(),
        Value::Text(it) => it.len() / 64,
        _ => 0,
    }
}

/// The items of a list; a single value counts as a list of one, null is none.
fn items(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(it) => Some(it),
        Value::Null => None,
        other => Some(std::slice::from_ref(other)),
    }
}

/// The values of a function that takes a list or any number of arguments.
fn spread(values: &[Value]) -> Option<&[Value]> {
    match values {
        [one] => items(one),
        many => Some(many),
    }
}

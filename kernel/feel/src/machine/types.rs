//! Declared types of DMN: a value that does not conform becomes null. A list of one and its item stand for each other,
//! a day stands for its midnight.

use std::sync::Arc;

use super::{Evaluated, Machine, Scope};
use crate::ast::Kind;
use crate::dmn::{ItemType, Shape};
use crate::{Context, EvalError, Value};

impl Machine<'_> {
    pub(crate) fn conform(&mut self, value: Value, kind: &ItemType) -> Evaluated {
        Ok(self.fit(&value, kind)?.unwrap_or_default())
    }

    /// The value as the type wants it, `None` when it does not conform.
    fn fit(&mut self, value: &Value, kind: &ItemType) -> Result<Option<Value>, EvalError> {
        self.charge(1)?;
        match (value, kind.collection) {
            (Value::Null, _) => Ok(Some(Value::Null)),
            (Value::List(items), true) => {
                let mut fitted = Vec::with_capacity(items.len());
                for item in items.iter() {
                    match self.fit_item(item, kind)? {
                        Some(it) => fitted.push(it),
                        None => return Ok(None),
                    }
                }
                let unchanged = fitted.iter().zip(items.iter()).all(|(a, b)| untouched(a, b));
                Ok(Some(if unchanged { value.clone() } else { Value::list(fitted) }))
            }
            (single, true) => Ok(self.fit_item(single, kind)?.map(|it| Value::list(vec![it]))),
            (Value::List(items), false) if !matches!(kind.shape, Shape::Any | Shape::Item(_)) => match items.as_slice() {
                [one] => self.fit_item(one, kind),
                _ => Ok(None),
            },
            (single, false) => self.fit_item(single, kind),
        }
    }

    fn fit_item(&mut self, value: &Value, kind: &ItemType) -> Result<Option<Value>, EvalError> {
        let fitted = match (&kind.shape, value) {
            (_, Value::Null) => return Ok(Some(Value::Null)),
            (Shape::Any, _) => Some(value.clone()),
            (Shape::Kind(Kind::DateTime), Value::Date(it)) => Some(Value::DateTime(super::midnight(*it))),
            (Shape::Kind(it), _) => it.holds(value).then(|| value.clone()),
            (Shape::Item(it), _) => self.fit(value, it)?,
            (Shape::Fields(fields), Value::Context(context)) => self.fit_fields(value, context, fields)?,
            (Shape::Fields(_), _) => None,
        };
        let (Some(fitted), Some(allowed)) = (&fitted, &kind.allowed) else {
            return Ok(fitted);
        };
        let empty = Context::new();
        let outer = Scope::root(&empty);
        let meets = self.any_test(allowed, fitted, &outer.one("?", fitted))? == Some(true);
        Ok(meets.then(|| fitted.clone()))
    }

    fn fit_fields(
        &mut self,
        value: &Value,
        context: &Context,
        fields: &[(Arc<str>, Arc<ItemType>)],
    ) -> Result<Option<Value>, EvalError> {
        let mut changed: Option<Context> = None;
        for (name, kind) in fields {
            let Some(old) = context.get(name) else { continue };
            let Some(new) = self.fit(old, kind)? else { return Ok(None) };
            if !untouched(old, &new) {
                changed.get_or_insert_with(|| context.clone()).insert(Arc::clone(name), new);
            }
        }
        Ok(Some(changed.map_or_else(|| value.clone(), Value::from)))
    }
}

/// Whether conforming left the value as it was: it changes the kind or makes new parts.
fn untouched(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => Arc::ptr_eq(a, b),
        (Value::Context(a), Value::Context(b)) => Arc::ptr_eq(a, b),
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

//! How points and ranges lie to each other. A point counts as a range that begins and ends in it.

use std::cmp::Ordering;
use std::ops::Bound;

use super::Given;
use crate::Value;
use crate::machine::Machine;

/// An end on the axis.
#[derive(Clone, Copy)]
enum End<'v> {
    Before,
    At(&'v Value, bool),
    After,
}

#[derive(Clone, Copy)]
struct Span<'v> {
    low: End<'v>,
    high: End<'v>,
}

fn span(value: &Value) -> Option<Span<'_>> {
    fn end(it: &Bound<Value>, open: fn() -> End<'static>) -> End<'_> {
        match it {
            Bound::Included(it) => End::At(it, true),
            Bound::Excluded(it) => End::At(it, false),
            Bound::Unbounded => open(),
        }
    }
    match value {
        Value::Null | Value::List(_) | Value::Context(_) | Value::Function(_) | Value::Bool(_) => None,
        Value::Range(it) => Some(Span {
            low: end(&it.low, || End::Before),
            high: end(&it.high, || End::After),
        }),
        point => Some(Span {
            low: End::At(point, true),
            high: End::At(point, true),
        }),
    }
}

impl End<'_> {
    fn included(self) -> bool {
        matches!(self, End::At(_, true))
    }

    fn order(self, other: End<'_>, machine: &Machine<'_>) -> Option<Ordering> {
        Some(match (self, other) {
            (End::At(a, _), End::At(b, _)) => return machine.order(a, b),
            (End::Before, End::Before) | (End::After, End::After) => Ordering::Equal,
            (End::Before, _) | (_, End::After) => Ordering::Less,
            (End::After, _) | (_, End::Before) => Ordering::Greater,
        })
    }

    /// Less, or equal and the condition.
    fn less_or(self, other: End<'_>, when_equal: bool, machine: &Machine<'_>) -> Option<bool> {
        let order = self.order(other, machine)?;
        Some(order.is_lt() || (order.is_eq() && when_equal))
    }
}

type Relation = fn(Span<'_>, Span<'_>, &Machine<'_>) -> Option<bool>;

fn relate(machine: &Machine<'_>, values: &[Value], relation: Relation) -> Given {
    let [a, b] = values else { return Ok(None) };
    let (Some(a), Some(b)) = (span(a), span(b)) else {
        return Ok(None);
    };
    Ok(relation(a, b, machine).map(Value::Bool))
}

fn lies_before(a: Span<'_>, b: Span<'_>, m: &Machine<'_>) -> Option<bool> {
    a.high.less_or(b.low, !(a.high.included() && b.low.included()), m)
}

fn meeting(a: Span<'_>, b: Span<'_>, m: &Machine<'_>) -> Option<bool> {
    Some(a.high.order(b.low, m)?.is_eq() && a.high.included() && b.low.included())
}

fn overlapping(a: Span<'_>, b: Span<'_>, m: &Machine<'_>) -> Option<bool> {
    Some(!lies_before(a, b, m)? && !lies_before(b, a, m)?)
}

fn overlapping_before(a: Span<'_>, b: Span<'_>, m: &Machine<'_>) -> Option<bool> {
    let begins = a.low.less_or(b.low, a.low.included() && !b.low.included(), m)?;
    let reaches = b.low.less_or(a.high, a.high.included() && b.low.included(), m)?;
    let ends = a.high.less_or(b.high, !a.high.included() || b.high.included(), m)?;
    Some(begins && reaches && ends)
}

fn holds(a: Span<'_>, b: Span<'_>, m: &Machine<'_>) -> Option<bool> {
    let low = a.low.less_or(b.low, a.low.included() || !b.low.included(), m)?;
    let high = b.high.less_or(a.high, a.high.included() || !b.high.included(), m)?;
    Some(low && high)
}

fn same(a: End<'_>, b: End<'_>, m: &Machine<'_>) -> Option<bool> {
    Some(a.order(b, m)?.is_eq() && a.included() == b.included())
}

fn finishing(a: Span<'_>, b: Span<'_>, m: &Machine<'_>) -> Option<bool> {
    let inside = b.low.less_or(a.low, !a.low.included() || b.low.included(), m)?;
    Some(same(a.high, b.high, m)? && inside)
}

fn starting(a: Span<'_>, b: Span<'_>, m: &Machine<'_>) -> Option<bool> {
    let inside = a.high.less_or(b.high, !a.high.included() || b.high.included(), m)?;
    Some(same(a.low, b.low, m)? && inside)
}

fn coinciding(a: Span<'_>, b: Span<'_>, m: &Machine<'_>) -> Option<bool> {
    Some(same(a.low, b.low, m)? && same(a.high, b.high, m)?)
}

macro_rules! relations {
    ($($name:ident $relation:expr;)*) => {
        $(pub(super) fn $name(machine: &mut Machine<'_>, values: &[Value]) -> Given {
            relate(machine, values, $relation)
        })*
    };
}

relations! {
    before lies_before;
    after |a, b, m| lies_before(b, a, m);
    meets meeting;
    met_by |a, b, m| meeting(b, a, m);
    overlaps overlapping;
    overlaps_before overlapping_before;
    overlaps_after |a, b, m| overlapping_before(b, a, m);
    finishes finishing;
    finished_by |a, b, m| finishing(b, a, m);
    includes holds;
    during |a, b, m| holds(b, a, m);
    starts starting;
    started_by |a, b, m| starting(b, a, m);
    coincides coinciding;
}

//! What the databases are compared with: rows in memory, filters with three-valued logic, points in polygons.

use std::cmp::Ordering;
use std::collections::HashMap;

use yiwang_store::{Cmp, Filter, Point, Row, Scope, Shape, Sort, Store, Value, Write};

use crate::support::{cells, write};

pub const COLUMNS: [&str; 8] = ["rid", "rank", "code", "title", "n", "x", "y", "blob"];

const TEXTS: [&str; 12] = ["", "a", "A", "ab", "b_c", "100%", "路灯", "路灯坏了", "井盖", "Ä", "😀", "\\"];

pub type Thing = HashMap<&'static str, Value>;

/// Rows with many equal and missing values.
pub fn things(n: i64) -> Vec<Thing> {
    let mut state = 0x9e37_79b9_u64;
    let mut random = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % below).expect("small")
    };
    let mut out = Vec::new();
    for rid in 1..=n {
        let mut it = Thing::from([("rid", Value::Int(rid)), ("rank", Value::Int(random(4)))]);
        it.insert(
            "code",
            if random(3) == 0 {
                Value::Null
            } else {
                format!("c{rid}").into()
            },
        );
        let text = usize::try_from(random(14)).expect("small");
        it.insert("title", TEXTS.get(text).map_or(Value::Null, |it| (*it).into()));
        it.insert("n", if random(4) == 0 { Value::Null } else { (random(7) - 3).into() });
        it.insert(
            "x",
            if random(9) == 0 {
                Value::Null
            } else {
                (random(13) - 1).into()
            },
        );
        it.insert("y", (random(13) - 1).into());
        it.insert("blob", Value::Null);
        out.push(it);
    }
    out
}

pub async fn load(store: &Store, things: &[Thing]) {
    let writes = things.iter().map(|it| {
        let mut row = cells([("version", 1.into())]);
        row.extend(COLUMNS.map(|name| (name.into(), it[name].clone())));
        Write::insert("thing", row)
    });
    write(store, writes.collect()).await.expect("load");
}

pub fn row(it: &Thing, columns: &[&str]) -> Row {
    columns.iter().map(|name| it[name].clone()).collect()
}

/// True, false or unknown.
pub fn truth(it: &Thing, filter: &Filter) -> Option<bool> {
    match filter {
        Filter::True => Some(true),
        Filter::False => Some(false),
        Filter::And(list) => list.iter().map(|inner| truth(it, inner)).fold(Some(true), and),
        Filter::Or(list) => not(list.iter().map(|inner| not(truth(it, inner))).fold(Some(true), and)),
        Filter::Not(inner) => not(truth(it, inner)),
        Filter::Cmp { column, op, value } => compare(&it[column.as_str()], value).map(|order| meets(order, *op)),
        Filter::In { column, values } => {
            let any = values
                .iter()
                .map(|value| truth(it, &Filter::cmp(column, Cmp::Eq, value.clone())));
            not(any.map(not).fold(Some(true), and))
        }
        Filter::Between { column, low, high } => and(
            truth(it, &Filter::cmp(column, Cmp::Ge, low.clone())),
            truth(it, &Filter::cmp(column, Cmp::Le, high.clone())),
        ),
        Filter::Like { column, pattern } => {
            let text: Vec<char> = it[column.as_str()].as_text()?.chars().collect();
            Some(like(&text, &pattern.chars().collect::<Vec<_>>()))
        }
        Filter::IsNull(column) => Some(it[column.as_str()].is_null()),
        Filter::Intersects { x, y, shape } => {
            let (x, y) = (&it[x.as_str()], &it[y.as_str()]);
            // Outside the box a conjunct is false even where the other coordinate is missing; tests use it without NOT.
            Some(x.as_int().zip(y.as_int()).is_some_and(|point| intersects(point, shape)))
        }
        Filter::InSelect { .. } => panic!("the model has one table"),
    }
}

pub fn visible(it: &Thing, filter: &Filter, scope: &Scope) -> bool {
    let scoped = match scope {
        Scope::All => true,
        Scope::Branches(list) => list.iter().any(|branch| truth(it, branch) == Some(true)),
    };
    scoped && truth(it, filter) == Some(true)
}

pub fn order(a: &Thing, b: &Thing, sort: &[Sort]) -> Ordering {
    let one = |sort: &Sort| {
        let order = a[sort.column.as_str()].cmp(&b[sort.column.as_str()]);
        if sort.descending { order.reverse() } else { order }
    };
    sort.iter()
        .map(one)
        .find(|it| *it != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), it) | (it, Some(true)) => it,
        (None, None) => None,
    }
}

fn not(it: Option<bool>) -> Option<bool> {
    it.map(|it| !it)
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    (!a.is_null() && !b.is_null()).then(|| a.cmp(b))
}

fn meets(order: Ordering, op: Cmp) -> bool {
    match op {
        Cmp::Eq => order.is_eq(),
        Cmp::Ne => order.is_ne(),
        Cmp::Lt => order.is_lt(),
        Cmp::Le => order.is_le(),
        Cmp::Gt => order.is_gt(),
        Cmp::Ge => order.is_ge(),
    }
}

pub fn like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|at| like(&text[at..], rest)),
        ['_', rest @ ..] => !text.is_empty() && like(&text[1..], rest),
        ['\\', literal, rest @ ..] | [literal, rest @ ..] => text.first() == Some(literal) && like(&text[1..], rest),
    }
}

/// By angles turned (winding parity of a ray upwards), not by the ray to the right that the SQL uses.
pub fn intersects(point: Point, shape: &Shape) -> bool {
    shape.polygons.iter().any(|polygon| {
        let edges = || {
            polygon
                .rings
                .iter()
                .flat_map(|ring| (0..ring.len()).map(|at| (ring[at], ring[(at + 1) % ring.len()])))
        };
        edges().any(|(a, b)| on_segment(point, a, b)) || edges().filter(|(a, b)| above(point, *a, *b)).count() % 2 == 1
    })
}

fn on_segment(p: Point, a: Point, b: Point) -> bool {
    let within = |p: i64, a: i64, b: i64| a.min(b) <= p && p <= a.max(b);
    cross(p, a, b) == 0 && within(p.0, a.0, b.0) && within(p.1, a.1, b.1)
}

/// Whether the ray upwards from `p` meets the edge.
fn above(p: Point, a: Point, b: Point) -> bool {
    let (left, right) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    left.0 <= p.0 && p.0 < right.0 && cross(p, left, right) < 0
}

fn cross(p: Point, a: Point, b: Point) -> i128 {
    let wide = |(x, y): Point| (i128::from(x), i128::from(y));
    let (p, a, b) = (wide(p), wide(a), wide(b));
    (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0)
}

//! A tree back to text. Reading the text gives the same tree.

use std::fmt;

use yiwang_types::Offset;

use crate::cql2::lexer::{continues_word, starts_word};
use crate::cql2::parser::KEYWORDS;
use crate::cql2::{Expr, Geometry, Operand};
use crate::{Cmp, Point, Polygon};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::And(list) => joined(f, list, " AND "),
            Expr::Or(list) => joined(f, list, " OR "),
            Expr::Not(it) => {
                f.write_str("NOT ")?;
                nested(f, it)
            }
            Expr::Always(it) => f.write_str(if *it { "TRUE" } else { "FALSE" }),
            Expr::Compare { left, op, right } => write!(f, "{left} {} {right}", sign(*op)),
            Expr::In { item, list } => {
                write!(f, "{item} IN (")?;
                separated(f, list, |f, it| write!(f, "{it}"))?;
                f.write_str(")")
            }
            Expr::Between { item, low, high } => write!(f, "{item} BETWEEN {low} AND {high}"),
            Expr::Like { item, pattern } => write!(f, "{item} LIKE {}", Quoted('\'', pattern)),
            Expr::IsNull(it) => write!(f, "{it} IS NULL"),
            Expr::Intersects { property, geometry } => write!(f, "S_INTERSECTS({}, {geometry})", Property(property)),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Property(it) => Property(it).fmt(f),
            Operand::Text(it) => Quoted('\'', it).fmt(f),
            Operand::Number(it) => f.write_str(it),
            Operand::Boolean(it) => f.write_str(if *it { "TRUE" } else { "FALSE" }),
            Operand::Timestamp(it) => write!(f, "TIMESTAMP('{}')", it.to_rfc3339(Offset::CHINA)),
            Operand::Date(it) => write!(f, "DATE('{it}')"),
        }
    }
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Geometry::Point(it) => {
                f.write_str("POINT(")?;
                point(f, it)?;
                f.write_str(")")
            }
            Geometry::Polygons(list) => match list.as_slice() {
                [only] => {
                    f.write_str("POLYGON")?;
                    polygon(f, only)
                }
                many => {
                    f.write_str("MULTIPOLYGON(")?;
                    separated(f, many, polygon)?;
                    f.write_str(")")
                }
            },
            Geometry::Bbox(low, high) => {
                f.write_str("BBOX(")?;
                separated(f, &[low.0, low.1, high.0, high.1], |f, it| degrees(f, *it))?;
                f.write_str(")")
            }
        }
    }
}

/// A text in quotes, its own quotes doubled.
struct Quoted<'t>(char, &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quote = self.0;
        write!(f, "{quote}{}{quote}", self.1.replace(quote, &format!("{quote}{quote}")))
    }
}

/// A property, quoted where it could be read as something else.
struct Property<'t>(&'t str);

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.0.starts_with(starts_word)
            && self.0.chars().all(continues_word)
            && !KEYWORDS.contains(&self.0.to_ascii_uppercase().as_str());
        if plain {
            f.write_str(self.0)
        } else {
            Quoted('"', self.0).fmt(f)
        }
    }
}

fn sign(op: Cmp) -> &'static str {
    match op {
        Cmp::Eq => "=",
        Cmp::Ne => "<>",
        Cmp::Lt => "<",
        Cmp::Le => "<=",
        Cmp::Gt => ">",
        Cmp::Ge => ">=",
    }
}

fn joined(f: &mut fmt::Formatter<'_>, list: &[Expr], separator: &str) -> fmt::Result {
    for (at, it) in list.iter().enumerate() {
        f.write_str(if at > 0 { separator } else { "" })?;
        nested(f, it)?;
    }
    Ok(())
}

fn nested(f: &mut fmt::Formatter<'_>, it: &Expr) -> fmt::Result {
    if matches!(it, Expr::And(_) | Expr::Or(_)) {
        write!(f, "({it})")
    } else {
        write!(f, "{it}")
    }
}

fn separated<T>(
    f: &mut fmt::Formatter<'_>,
    list: &[T],
    each: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (at, it) in list.iter().enumerate() {
        f.write_str(if at > 0 { ", " } else { "" })?;
        each(f, it)?;
    }
    Ok(())
}

fn polygon(f: &mut fmt::Formatter<'_>, it: &Polygon) -> fmt::Result {
    f.write_str("(")?;
    separated(f, &it.rings, |f, ring| {
        f.write_str("(")?;
        separated(f, ring, point)?;
        f.write_str(")")
    })?;
    f.write_str(")")
}

fn point(f: &mut fmt::Formatter<'_>, it: &Point) -> fmt::Result {
    degrees(f, it.0)?;
    f.write_str(" ")?;
    degrees(f, it.1)
}

fn degrees(f: &mut fmt::Formatter<'_>, it: i64) -> fmt::Result {
    let sign = if it < 0 { "-" } else { "" };
    let (whole, fraction) = (it.unsigned_abs() / 10_000_000, it.unsigned_abs() % 10_000_000);
    let text = format!("{sign}{whole}.{fraction:07}");
    f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
}

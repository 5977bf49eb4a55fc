//! CQL2 text (OGC 21-065r2) as far as it is needed: and, or, not, comparison, in, between, like, is null, s_intersects.
//!
//! The tree is untyped: which property is a date or a masked field is decided by whoever knows the register.

mod geometry;
mod lexer;
mod parser;
mod print;

use std::fmt;

use yiwang_types::{Date, Instant};

use crate::Cmp;

pub use geometry::Geometry;

const DEEPEST: usize = 32;
const LONGEST: usize = 4_000;

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// All of them.
    And(Vec<Expr>),
    /// Any of them.
    Or(Vec<Expr>),
    /// The opposite; also `NOT IN`, `NOT LIKE`, `NOT BETWEEN`, `IS NOT NULL`.
    Not(Box<Expr>),
    /// `TRUE` or `FALSE`.
    Always(bool),
    /// A comparison.
    Compare {
        /// Left side.
        left: Operand,
        /// Comparison.
        op: Cmp,
        /// Right side.
        right: Operand,
    },
    /// `item IN (list)`.
    In {
        /// Left side.
        item: Operand,
        /// At least one.
        list: Vec<Operand>,
    },
    /// `item BETWEEN low AND high`, both ends included.
    Between {
        /// Left side.
        item: Operand,
        /// Lower end.
        low: Operand,
        /// Upper end.
        high: Operand,
    },
    /// `item LIKE 'pattern'`: `%`, `_`, and `\` before a literal one.
    Like {
        /// Left side.
        item: Operand,
        /// Pattern.
        pattern: String,
    },
    /// `item IS NULL`.
    IsNull(Operand),
    /// `S_INTERSECTS(property, geometry)`, the arguments in either order.
    Intersects {
        /// Name of a point property.
        property: String,
        /// The shape.
        geometry: Geometry,
    },
}

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Name of a property.
    Property(String),
    /// `'text'`.
    Text(String),
    /// A number as it was written: its type decides how it is read.
    Number(String),
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// `TIMESTAMP('2026-10-09T16:30:00Z')`.
    Timestamp(Instant),
    /// `DATE('2026-10-09')`.
    Date(Date),
}

/// What is wrong with a text, for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Character at which it goes wrong, from 1; one behind the end when something is missing there.
    pub at: usize,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to do, in Chinese.
    pub remedy: String,
}

impl Error {
    fn new(at: usize, message: impl Into<String>, remedy: impl Into<String>) -> Error {
        Error {
            at,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 个字符:{}{}", self.at, self.message, self.remedy)
    }
}

impl std::error::Error for Error {}

/// Reads a filter of at most 4,000 characters and 32 levels.
pub fn parse(text: &str) -> Result<Expr, Error> {
    let length = text.chars().count();
    if length > LONGEST {
        return Err(Error::new(
            LONGEST + 1,
            format!("筛选条件有 {length} 个字符,太长。"),
            format!("请缩短到 {LONGEST} 个字符以内。"),
        ));
    }
    parser::parse(lexer::tokens(text)?, length)
}

#[cfg(test)]
mod tests;

//! SQL text for both dialects. Names come from the catalogue and values are bound, so no caller's text is ever part of it.

mod filter;
mod schema;
mod select;
mod write;

use std::fmt::Write as _;

pub(crate) use schema::{Physical, PhysicalIndex, migration, physical_index_name};
pub(crate) use select::{aggregate, changes, count, fence, keys_named, order, point, select};
pub(crate) use write::{Compiled, batch, counter, lock};

use crate::catalogue::{Catalogue, ColumnInfo};
use crate::{ColumnType, Error, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// How PostgreSQL is to find the rows of a statement; it has no words for that in the statement itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Way {
    /// As it sees fit.
    #[default]
    Free,
    /// Without bitmaps: a page or a bounded count ends early, a bitmap is made whole before its first row.
    Early,
    /// By the index of the order, always the same one, whatever the values are.
    Index,
}

/// A statement ready to be prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub text: String,
    pub params: Vec<Value>,
    pub types: Vec<ColumnType>,
    /// Whether the text will come again; texts with a shape in them will not.
    pub cached: bool,
    /// How PostgreSQL is to find its rows.
    pub way: Way,
}

impl Statement {
    pub(crate) fn fixed(text: impl Into<String>) -> Statement {
        Statement {
            text: text.into(),
            params: Vec::new(),
            types: Vec::new(),
            cached: true,
            way: Way::Free,
        }
    }
}

/// The alias of a table in a statement, unique within it.
#[derive(Clone, Copy, Debug)]
struct Alias(usize);

struct Builder<'c> {
    dialect: Dialect,
    catalogue: &'c Catalogue,
    out: Statement,
    aliases: usize,
    /// Conditions may not lead to rows: they are written so that no index serves them.
    held: bool,
    /// The scope may not lead to rows: the condition names them.
    held_scope: bool,
}

impl<'c> Builder<'c> {
    fn new(dialect: Dialect, catalogue: &'c Catalogue) -> Builder<'c> {
        let out = Statement {
            text: String::with_capacity(256),
            params: Vec::new(),
            types: Vec::new(),
            cached: true,
            way: Way::Free,
        };
        Builder {
            dialect,
            catalogue,
            out,
            aliases: 0,
            held: false,
            held_scope: false,
        }
    }

    fn alias(&mut self) -> Alias {
        self.aliases += 1;
        Alias(self.aliases)
    }

    fn push(&mut self, text: &str) {
        self.out.text.push_str(text);
    }

    fn name(&mut self, name: &str) {
        self.out.text.push('"');
        self.out.text.push_str(name);
        self.out.text.push('"');
    }

    fn column(&mut self, alias: Alias, name: &str) {
        // Writing into a String cannot fail.
        let _ = write!(self.out.text, "t{}.\"{name}\"", alias.0);
    }

    /// A column in a condition. SQLite does not use an index on `+column`; PostgreSQL is told by the settings of
    /// the connection that serves such statements.
    fn tested(&mut self, alias: Alias, name: &str) {
        if self.held && self.dialect == Dialect::Sqlite {
            self.push("+");
        }
        self.column(alias, name);
    }

    fn number(&mut self, it: i64) {
        let _ = write!(self.out.text, "{it}");
    }

    fn bind(&mut self, column: &ColumnInfo, value: Value) -> Result<(), Error> {
        column.accepts(&value)?;
        self.bind_as(column.ty, value);
        Ok(())
    }

    fn bind_as(&mut self, ty: ColumnType, value: Value) {
        self.out.params.push(value);
        self.out.types.push(ty);
        match self.dialect {
            Dialect::Sqlite => self.out.text.push('?'),
            Dialect::Postgres => {
                let _ = write!(self.out.text, "${}", self.out.params.len());
            }
        }
    }

    /// Calls `each` for every item with the separator between them.
    fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        separator: &str,
        mut each: impl FnMut(&mut Self, T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.push(separator);
            }
            each(self, item)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

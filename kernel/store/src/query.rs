//! The query tree. Every select names its scope; a scope without branches gives no rows.

use crate::{Shape, Value};

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cmp {
    /// Equal.
    Eq,
    /// Different.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
}

/// A condition on a row, with the three-valued logic of SQL: a comparison with NULL is neither true nor false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Every row.
    True,
    /// No row.
    False,
    /// All of them; an empty list is true.
    And(Vec<Filter>),
    /// Any of them; an empty list is false.
    Or(Vec<Filter>),
    /// The opposite.
    Not(Box<Filter>),
    /// A column compared with a value.
    Cmp {
        /// Column.
        column: String,
        /// Comparison.
        op: Cmp,
        /// Value of the column's type.
        value: Value,
    },
    /// A column equal to one of at most 4,096 values; an empty list is false.
    In {
        /// Column.
        column: String,
        /// Values of the column's type.
        values: Vec<Value>,
    },
    /// A column between two values, both included.
    Between {
        /// Column.
        column: String,
        /// Lower end.
        low: Value,
        /// Upper end.
        high: Value,
    },
    /// A text column like a pattern, case-sensitive: `%` any run, `_` one character, `\` takes the next one literally.
    Like {
        /// Column.
        column: String,
        /// Pattern of at most 4,000 characters.
        pattern: String,
    },
    /// The column has no value.
    IsNull(String),
    /// A column equal to a value of the one column that the query gives. Its sort, `after` and limit are not used.
    InSelect {
        /// Column.
        column: String,
        /// Query of one column.
        query: Box<Select>,
    },
    /// The point of two integer columns (1e-7 degree) lies in the shape or on its border.
    Intersects {
        /// Column of the longitude.
        x: String,
        /// Column of the latitude.
        y: String,
        /// The shape.
        shape: Shape,
    },
}

impl Filter {
    /// `column = value`.
    pub fn eq(column: impl Into<String>, value: impl Into<Value>) -> Filter {
        Filter::cmp(column, Cmp::Eq, value)
    }

    /// `column op value`.
    pub fn cmp(column: impl Into<String>, op: Cmp, value: impl Into<Value>) -> Filter {
        Filter::Cmp {
            column: column.into(),
            op,
            value: value.into(),
        }
    }

    /// `column in (values)`.
    pub fn within<V: Into<Value>>(column: impl Into<String>, values: impl IntoIterator<Item = V>) -> Filter {
        Filter::In {
            column: column.into(),
            values: values.into_iter().map(Into::into).collect(),
        }
    }

    /// `column is null`.
    pub fn is_null(column: impl Into<String>) -> Filter {
        Filter::IsNull(column.into())
    }

    /// `column is not null`.
    pub fn is_set(column: impl Into<String>) -> Filter {
        Filter::Not(Box::new(Filter::IsNull(column.into())))
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Filter) -> Filter {
        match (self, other) {
            (Filter::True, it) | (it, Filter::True) => it,
            (Filter::And(mut list), it) => {
                list.push(it);
                Filter::And(list)
            }
            (one, two) => Filter::And(vec![one, two]),
        }
    }
}

/// Which rows the reader may see at all. Compiled to a union of index-ordered branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All rows.
    All,
    /// The rows of any branch; no branch, no rows.
    Branches(Vec<Filter>),
}

impl Scope {
    /// No rows.
    pub const fn nothing() -> Scope {
        Scope::Branches(Vec::new())
    }
}

/// One column of an order. NULL is lowest: first ascending, last descending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Column.
    pub column: String,
    /// From high to low.
    pub descending: bool,
}

impl Sort {
    /// From low to high.
    pub fn up(column: impl Into<String>) -> Sort {
        Sort {
            column: column.into(),
            descending: false,
        }
    }

    /// From high to low.
    pub fn down(column: impl Into<String>) -> Sort {
        Sort {
            column: column.into(),
            descending: true,
        }
    }
}

/// A page of rows of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// Table.
    pub table: String,
    /// Columns wanted, in this order.
    pub columns: Vec<String>,
    /// Condition of the reader.
    pub filter: Filter,
    /// Rows the reader may see.
    pub scope: Scope,
    /// Order. Key columns that are missing are appended in the direction of the last one, so that every order is total.
    pub sort: Vec<Sort>,
    /// Continue after the row with these values of the sort columns (with those appended: see `Store::order`).
    pub after: Option<Vec<Value>>,
    /// At most so many rows.
    pub limit: u32,
}

/// What leads to the rows of a page. The embedded database keeps no statistics to choose by, and PostgreSQL
/// guesses badly how many rows match, so both are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lead {
    /// Conditions and scope: right when few rows match.
    #[default]
    Conditions,
    /// The order; conditions and scope are held against each row on the way: right when many rows match.
    Order,
}

impl Select {
    /// A query of these columns: no condition, no order, 100 rows.
    pub fn new(table: impl Into<String>, columns: &[&str], scope: Scope) -> Select {
        Select {
            table: table.into(),
            columns: columns.iter().map(|it| (*it).to_owned()).collect(),
            filter: Filter::True,
            scope,
            sort: Vec::new(),
            after: None,
            limit: 100,
        }
    }

    /// With a condition.
    #[must_use]
    pub fn filter(self, filter: Filter) -> Select {
        Select { filter, ..self }
    }

    /// With an order.
    #[must_use]
    pub fn sort(self, sort: impl Into<Vec<Sort>>) -> Select {
        Select {
            sort: sort.into(),
            ..self
        }
    }

    /// With a limit.
    #[must_use]
    pub fn limit(self, limit: u32) -> Select {
        Select { limit, ..self }
    }
}

/// What is measured in each group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Rows that meet the condition.
    Count(Filter),
    /// Sum of an integer column over rows that meet the condition; NULL without any value.
    Sum(String, Filter),
    /// Lowest value of an integer or text column.
    Min(String),
    /// Highest value of an integer or text column.
    Max(String),
}

/// Figures per group, in the order of the group columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// Table.
    pub table: String,
    /// Condition.
    pub filter: Filter,
    /// Rows the reader may see.
    pub scope: Scope,
    /// Columns that make the groups; none gives exactly one row.
    pub group: Vec<String>,
    /// Figures; they follow the group columns in each row.
    pub measures: Vec<Measure>,
}

/// A bounded count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Rows, at most the bound.
    pub value: u64,
    /// Whether there are exactly so many; otherwise there are more.
    pub exact: bool,
}

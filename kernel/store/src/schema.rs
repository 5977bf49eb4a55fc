//! Tables as the callers declare them. Physical types are integer, text and bytes only, so that both databases agree.

/// The physical type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// 64-bit integer.
    Int,
    /// UTF-8 text, compared by bytes.
    Text,
    /// Bytes.
    Bytes,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name: `[a-z][a-z0-9_]*`, at most 60 characters.
    pub name: String,
    /// Physical type.
    pub ty: ColumnType,
    /// Whether an insert without a value is refused. Key columns are always required. A required column that is added to
    /// an existing table is checked by the store but may be NULL in the rows that were there before.
    pub required: bool,
}

/// An index. A change of the definition under the same name is not noticed: give the changed index a new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Name, unique within the table.
    pub name: String,
    /// Columns in order.
    pub columns: Vec<String>,
    /// Whether two rows may not have the same values; rows with a NULL among them are never the same.
    pub unique: bool,
    /// The index covers only rows in which these columns have a value.
    pub where_not_null: Vec<String>,
}

/// A table: the union of all versions of its definition. Columns are added, never dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name: `[a-z][a-z0-9_]*`, at most 60 characters. `yw_counter`, `yw_epoch` and `yw_change` belong to the store.
    pub name: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// The columns of the primary key; one integer column is the fast case.
    pub key: Vec<String>,
    /// Further indexes.
    pub indexes: Vec<Index>,
}

impl Column {
    /// A column that may be empty.
    pub fn new(name: impl Into<String>, ty: ColumnType) -> Column {
        Column {
            name: name.into(),
            ty,
            required: false,
        }
    }

    /// A column that every new row fills.
    pub fn required(name: impl Into<String>, ty: ColumnType) -> Column {
        Column {
            name: name.into(),
            ty,
            required: true,
        }
    }
}

impl Index {
    /// An index for looking up and sorting.
    pub fn new(name: impl Into<String>, columns: &[&str]) -> Index {
        Index {
            name: name.into(),
            columns: strings(columns),
            unique: false,
            where_not_null: Vec::new(),
        }
    }

    /// An index that refuses equal rows.
    pub fn unique(name: impl Into<String>, columns: &[&str]) -> Index {
        Index {
            unique: true,
            ..Index::new(name, columns)
        }
    }
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|it| (*it).to_owned()).collect()
}

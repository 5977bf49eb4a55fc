//! The tables the store knows. Every name in a query or write is looked up here before it reaches SQL text.

use std::collections::HashMap;
use std::sync::Arc;

use crate::sql::physical_index_name;
use crate::{Column, ColumnType, Error, Index, Table, Value};

#[derive(Debug, Default, Clone)]
pub(crate) struct Catalogue {
    tables: HashMap<String, Arc<TableInfo>>,
    /// Physical index name to table and declared name.
    indexes: HashMap<String, (String, String)>,
}

#[derive(Debug, Clone)]
pub(crate) struct ColumnInfo {
    pub name: String,
    pub ty: ColumnType,
    pub required: bool,
    /// NOT NULL in the database.
    pub not_null: bool,
}

#[derive(Debug)]
pub(crate) struct TableInfo {
    pub name: String,
    pub columns: Vec<ColumnInfo>,
    pub key: Vec<String>,
    pub indexes: Vec<Index>,
    places: HashMap<String, usize>,
}

impl Catalogue {
    pub(crate) fn table(&self, name: &str) -> Result<&Arc<TableInfo>, Error> {
        self.tables
            .get(name)
            .ok_or_else(|| Error::Invalid(format!("unknown table `{name}`")))
    }

    pub(crate) fn with(&self, tables: Vec<TableInfo>) -> Catalogue {
        let mut it = self.clone();
        for table in tables {
            for index in &table.indexes {
                let physical = physical_index_name(&table.name, &index.name);
                it.indexes.insert(physical, (table.name.clone(), index.name.clone()));
            }
            it.indexes
                .insert(format!("pk_{}", table.name), (table.name.clone(), "key".to_owned()));
            it.tables.insert(table.name.clone(), Arc::new(table));
        }
        it
    }

    /// The error of a broken constraint, by the index's name in the database.
    pub(crate) fn unique_by_name(&self, physical: &str) -> Error {
        match self.indexes.get(physical) {
            Some((table, index)) => Error::Unique {
                index: index.clone(),
                table: table.clone(),
            },
            None => Error::Unique {
                index: physical.to_owned(),
                table: String::new(),
            },
        }
    }

    /// The error of a broken constraint, by the columns that SQLite names.
    pub(crate) fn unique_by_columns(&self, table: &str, columns: &[&str]) -> Error {
        let found = self.tables.get(table).and_then(|info| {
            let index = info
                .indexes
                .iter()
                .find(|it| it.unique && it.columns.iter().eq(columns.iter()));
            index.map(|it| it.name.clone())
        });
        Error::Unique {
            index: found.unwrap_or_else(|| "key".to_owned()),
            table: table.to_owned(),
        }
    }
}

impl TableInfo {
    pub(crate) fn new(declared: &Table, columns: Vec<ColumnInfo>) -> TableInfo {
        let places = columns.iter().enumerate().map(|(at, it)| (it.name.clone(), at)).collect();
        TableInfo {
            name: declared.name.clone(),
            columns,
            key: declared.key.clone(),
            indexes: declared.indexes.clone(),
            places,
        }
    }

    pub(crate) fn column(&self, name: &str) -> Result<&ColumnInfo, Error> {
        self.places
            .get(name)
            .and_then(|at| self.columns.get(*at))
            .ok_or_else(|| Error::Invalid(format!("unknown column `{name}` of `{}`", self.name)))
    }

    /// Whether equality on these columns finds at most one row.
    pub(crate) fn finds_one(&self, given: &[&str]) -> bool {
        let covers = |columns: &[String]| columns.iter().all(|it| given.contains(&it.as_str()));
        covers(&self.key)
            || self
                .indexes
                .iter()
                .any(|it| it.unique && covers(&it.columns) && it.where_not_null.iter().all(|column| it.columns.contains(column)))
    }

    /// Whether these columns, in any order, are exactly the key or those of an unconditional unique index.
    pub(crate) fn is_key(&self, given: &[&str]) -> bool {
        let same = |columns: &[String]| columns.len() == given.len() && columns.iter().all(|it| given.contains(&it.as_str()));
        same(&self.key)
            || self
                .indexes
                .iter()
                .any(|it| it.unique && it.where_not_null.is_empty() && same(&it.columns))
    }
}

impl ColumnInfo {
    pub(crate) fn declared(column: &Column, not_null: bool) -> ColumnInfo {
        ColumnInfo {
            name: column.name.clone(),
            ty: column.ty,
            required: column.required || not_null,
            not_null,
        }
    }

    /// Whether the value fits: its type is the column's (or it is NULL) and text has no U+0000, which PostgreSQL cannot hold.
    pub(crate) fn accepts(&self, value: &Value) -> Result<(), Error> {
        match value.column_type() {
            None => Ok(()),
            Some(ty) if ty != self.ty => Err(Error::Invalid(format!(
                "column `{}` holds {:?}, not {ty:?}",
                self.name, self.ty
            ))),
            Some(_) if value.as_text().is_some_and(|it| it.contains('\0')) => {
                Err(Error::Invalid(format!("text for `{}` contains U+0000", self.name)))
            }
            Some(_) => Ok(()),
        }
    }
}

//! Migration: what the declared tables need beyond what the database has. Nothing is dropped.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use crate::catalogue::{ColumnInfo, TableInfo};
use crate::sql::Dialect;
use crate::{Column, ColumnType, Error, Index, Table};

const RESERVED: [&str; 3] = ["yw_counter", "yw_epoch", "yw_change"];
const LONGEST_NAME: usize = 60;

/// A table as the database has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PhysicalTable {
    /// Name to type and NOT NULL.
    pub columns: BTreeMap<String, (ColumnType, bool)>,
    pub key: Vec<String>,
}

/// An index as the database has it.
#[derive(Clone, Debug)]
pub(crate) struct PhysicalIndex {
    pub table: String,
    pub text: String,
}

/// What the database has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Physical {
    pub tables: HashMap<String, PhysicalTable>,
    pub indexes: BTreeMap<String, PhysicalIndex>,
}

/// The statements that are missing, and the tables as they are afterwards.
pub(crate) fn migration(dialect: Dialect, physical: &Physical, tables: &[Table]) -> Result<(Vec<String>, Vec<TableInfo>), Error> {
    let mut statements = Vec::new();
    system(dialect, physical, &mut statements);
    let mut infos = Vec::new();
    for table in tables {
        check(table)?;
        let existing = physical.tables.get(&table.name);
        let columns = match existing {
            None => table.columns.iter().map(|it| fresh(table, it)).collect(),
            Some(it) => merged(table, it)?,
        };
        let info = TableInfo::new(table, columns);
        match existing {
            None => statements.push(create_table(dialect, &info.name, &info)),
            Some(it) => alter(dialect, it, physical, table, &info, &mut statements),
        }
        for index in &table.indexes {
            let name = physical_index_name(&table.name, &index.name);
            if !physical.indexes.contains_key(&name) {
                statements.push(create_index(dialect, &info, index)?);
            }
        }
        infos.push(info);
    }
    Ok((statements, infos))
}

/// The index's name in the database: names of indexes are shared by all tables, and PostgreSQL cuts at 63 bytes.
pub(crate) fn physical_index_name(table: &str, index: &str) -> String {
    let plain = format!("ix_{table}_{index}");
    if plain.len() <= LONGEST_NAME {
        return plain;
    }
    let hash = plain.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, it| {
        (hash ^ u64::from(it)).wrapping_mul(0x100_0000_01b3)
    });
    let short: String = plain.chars().take(LONGEST_NAME - 17).collect();
    format!("{short}_{hash:016x}")
}

fn system(dialect: Dialect, physical: &Physical, out: &mut Vec<String>) {
    let (int, text, end) = match dialect {
        Dialect::Sqlite => ("INTEGER", "TEXT", " STRICT"),
        Dialect::Postgres => ("bigint", "text COLLATE \"C\"", ""),
    };
    if !physical.tables.contains_key("yw_epoch") {
        out.push(format!(
            "CREATE TABLE \"yw_epoch\" (\"id\" {int} NOT NULL, \"rights\" {int} NOT NULL, \"definitions\" {int} NOT NULL, \
             PRIMARY KEY (\"id\")){end}"
        ));
        out.push("INSERT INTO \"yw_epoch\" (\"id\", \"rights\", \"definitions\") VALUES (1, 0, 0)".to_owned());
    }
    if !physical.tables.contains_key("yw_counter") {
        out.push(format!(
            "CREATE TABLE \"yw_counter\" (\"name\" {text} NOT NULL, \"value\" {int} NOT NULL, PRIMARY KEY (\"name\")){end}"
        ));
    }
    if !physical.tables.contains_key("yw_change") {
        let head = match dialect {
            Dialect::Sqlite => "\"seq\" INTEGER NOT NULL",
            Dialect::Postgres => {
                out.push("CREATE SEQUENCE \"yw_change_seq\"".to_owned());
                // The transaction has its id before it takes a number: readers rely on that at gaps.
                "\"seq\" bigint NOT NULL DEFAULT (CASE WHEN pg_current_xact_id() IS NULL THEN 0 ELSE nextval('yw_change_seq') END)"
            }
        };
        out.push(format!(
            "CREATE TABLE \"yw_change\" ({head}, \"register\" {text} NOT NULL, \"id\" {text} NOT NULL, \"rid\" {int} NOT NULL, \
             \"version\" {int} NOT NULL, \"kind\" {text} NOT NULL, PRIMARY KEY (\"seq\")){end}"
        ));
    }
}

fn check(table: &Table) -> Result<(), Error> {
    let wrong = |what: String| Err(Error::Invalid(format!("table `{}`: {what}", table.name)));
    if RESERVED.contains(&table.name.as_str()) {
        return wrong("the name belongs to the store".to_owned());
    }
    let index_names = table.indexes.iter().map(|it| &it.name);
    let names = std::iter::once(&table.name)
        .chain(table.columns.iter().map(|it| &it.name))
        .chain(index_names);
    for name in names {
        let good = name.len() <= LONGEST_NAME
            && name.starts_with(|it: char| it.is_ascii_lowercase())
            && name
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
        if !good {
            return wrong(format!("`{name}` is not a name"));
        }
    }
    let declared = |name: &String| table.columns.iter().filter(|it| it.name == *name).count();
    if let Some(it) = table.columns.iter().find(|it| declared(&it.name) != 1) {
        return wrong(format!("column `{}` is declared twice", it.name));
    }
    let indexed = table
        .indexes
        .iter()
        .flat_map(|it| it.columns.iter().chain(&it.where_not_null));
    if let Some(it) = table.key.iter().chain(indexed).find(|it| declared(it) == 0) {
        return wrong(format!("no column `{it}`"));
    }
    if table.key.is_empty() || table.indexes.iter().any(|it| it.columns.is_empty()) {
        return wrong("a key or an index without columns".to_owned());
    }
    Ok(())
}

fn fresh(table: &Table, column: &Column) -> ColumnInfo {
    ColumnInfo::declared(column, column.required || table.key.contains(&column.name))
}

/// Declared columns first, then those only the database has: a retired field stays readable.
fn merged(table: &Table, physical: &PhysicalTable) -> Result<Vec<ColumnInfo>, Error> {
    if physical.key != table.key {
        return Err(Error::Invalid(format!(
            "table `{}` has the key {:?}, not {:?}",
            table.name, physical.key, table.key
        )));
    }
    let mut columns = Vec::new();
    for column in &table.columns {
        let found = physical.columns.get(&column.name);
        if let Some((ty, _)) = found.filter(|(ty, _)| *ty != column.ty) {
            let Table { name, .. } = table;
            return Err(Error::Invalid(format!(
                "column `{}` of `{name}` is {ty:?}, not {:?}",
                column.name, column.ty
            )));
        }
        let key = table.key.contains(&column.name);
        let not_null = key || (column.required && found.is_some_and(|(_, not_null)| *not_null));
        columns.push(ColumnInfo::declared(column, not_null));
    }
    for (name, (ty, _)) in &physical.columns {
        if !table.columns.iter().any(|it| it.name == *name) {
            columns.push(ColumnInfo {
                name: name.clone(),
                ty: *ty,
                required: false,
                not_null: false,
            });
        }
    }
    Ok(columns)
}

fn alter(
    dialect: Dialect,
    existing: &PhysicalTable,
    physical: &Physical,
    table: &Table,
    info: &TableInfo,
    out: &mut Vec<String>,
) {
    let name = &table.name;
    for column in table.columns.iter().filter(|it| !existing.columns.contains_key(&it.name)) {
        out.push(format!(
            "ALTER TABLE \"{name}\" ADD COLUMN \"{}\" {}",
            column.name,
            type_name(dialect, column.ty)
        ));
    }
    let relaxed = |it: &&ColumnInfo| !it.not_null && existing.columns.get(&it.name).is_some_and(|(_, not_null)| *not_null);
    let relaxed: Vec<&ColumnInfo> = info.columns.iter().filter(relaxed).collect();
    match dialect {
        Dialect::Postgres => {
            out.extend(
                relaxed
                    .iter()
                    .map(|it| format!("ALTER TABLE \"{name}\" ALTER COLUMN \"{}\" DROP NOT NULL", it.name)),
            );
        }
        Dialect::Sqlite if relaxed.is_empty() => {}
        Dialect::Sqlite => rebuild(physical, info, out),
    }
}

/// SQLite cannot take NOT NULL away from a column: the rows move into a new table of the same name.
fn rebuild(physical: &Physical, info: &TableInfo, out: &mut Vec<String>) {
    let name = &info.name;
    let next = format!("{name}_next");
    let columns: Vec<String> = info.columns.iter().map(|it| format!("\"{}\"", it.name)).collect();
    let columns = columns.join(", ");
    out.push(create_table(Dialect::Sqlite, &next, info));
    out.push(format!("INSERT INTO \"{next}\" ({columns}) SELECT {columns} FROM \"{name}\""));
    out.push(format!("DROP TABLE \"{name}\""));
    out.push(format!("ALTER TABLE \"{next}\" RENAME TO \"{name}\""));
    out.extend(
        physical
            .indexes
            .values()
            .filter(|it| it.table == *name)
            .map(|it| it.text.clone()),
    );
}

fn create_table(dialect: Dialect, name: &str, info: &TableInfo) -> String {
    let mut text = format!("CREATE TABLE \"{name}\" (");
    for column in &info.columns {
        let not_null = if column.not_null { " NOT NULL" } else { "" };
        // Writing into a String cannot fail.
        let _ = write!(text, "\"{}\" {}{not_null}, ", column.name, type_name(dialect, column.ty));
    }
    let key: Vec<String> = info.key.iter().map(|it| format!("\"{it}\"")).collect();
    let key = key.join(", ");
    match dialect {
        // One INTEGER column as the key is SQLite's own row number.
        Dialect::Sqlite => text + &format!("PRIMARY KEY ({key})) STRICT"),
        Dialect::Postgres => text + &format!("CONSTRAINT \"pk_{}\" PRIMARY KEY ({key}))", info.name),
    }
}

fn create_index(dialect: Dialect, info: &TableInfo, index: &Index) -> Result<String, Error> {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut columns = Vec::new();
    for name in &index.columns {
        let nulls = dialect == Dialect::Postgres && !info.column(name)?.not_null;
        columns.push(format!("\"{name}\"{}", if nulls { " NULLS FIRST" } else { "" }));
    }
    let mut text = format!(
        "CREATE {unique}INDEX \"{}\" ON \"{}\" ({})",
        physical_index_name(&info.name, &index.name),
        info.name,
        columns.join(", ")
    );
    for (at, name) in index.where_not_null.iter().enumerate() {
        text += if at > 0 { " AND " } else { " WHERE " };
        text += &format!("\"{name}\" IS NOT NULL");
    }
    Ok(text)
}

fn type_name(dialect: Dialect, ty: ColumnType) -> &'static str {
    match (dialect, ty) {
        (Dialect::Sqlite, ColumnType::Int) => "INTEGER",
        (Dialect::Sqlite, ColumnType::Text) => "TEXT",
        (Dialect::Sqlite, ColumnType::Bytes) => "BLOB",
        (Dialect::Postgres, ColumnType::Int) => "bigint",
        (Dialect::Postgres, ColumnType::Text) => "text COLLATE \"C\"",
        (Dialect::Postgres, ColumnType::Bytes) => "bytea",
    }
}

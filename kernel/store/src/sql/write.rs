//! Writing: locks, writes, counters, change log.

use crate::catalogue::{Catalogue, TableInfo};
use crate::sql::{Builder, Dialect, Statement};
use crate::{Batch, Change, ColumnType, Error, Lock, Name, Value, Write};

/// Rows of adjoining inserts that PostgreSQL gets in one statement; powers of two keep the number of texts small.
const MOST_ROWS: usize = 16;

/// A write and the rows it has to hit.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub statement: Statement,
    pub expect: Option<u64>,
    pub table: Name,
}

/// The statement that locks and reads what a plan asked for.
pub(crate) fn lock(dialect: Dialect, catalogue: &Catalogue, lock: &Lock) -> Result<Statement, Error> {
    let mut it = Builder::new(dialect, catalogue);
    match lock {
        Lock::Row { table, key, columns } => {
            let key: Vec<(&str, Value)> = key.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            it.row_by_key(catalogue.table(table)?, &key, &columns)?;
        }
        Lock::Counter(name) => {
            it.push("SELECT \"value\" FROM \"yw_counter\" WHERE \"name\" = ");
            it.bind_as(ColumnType::Text, name.into());
        }
    }
    if dialect == Dialect::Postgres {
        it.push(" FOR UPDATE");
    }
    Ok(it.out)
}

/// Sets a counter; without a value makes it if need be, and locks and gives it.
pub(crate) fn counter(dialect: Dialect, catalogue: &Catalogue, name: &str, value: Option<i64>) -> Statement {
    let mut it = Builder::new(dialect, catalogue);
    it.push("INSERT INTO \"yw_counter\" (\"name\", \"value\") VALUES (");
    it.bind_as(ColumnType::Text, name.into());
    it.push(", ");
    it.bind_as(ColumnType::Int, value.unwrap_or(0).into());
    it.push(") ON CONFLICT (\"name\") DO UPDATE SET \"value\" = ");
    it.push(if value.is_some() {
        "excluded.\"value\""
    } else {
        "\"yw_counter\".\"value\" RETURNING \"value\""
    });
    it.out
}

/// All statements of a batch. `next_change` numbers the change log where the database does not (SQLite).
pub(crate) fn batch(
    dialect: Dialect,
    catalogue: &Catalogue,
    batch: Batch,
    next_change: Option<i64>,
) -> Result<Vec<Compiled>, Error> {
    let mut out = Vec::with_capacity(batch.writes.len() + batch.counters.len() + batch.changes.len() + 1);
    let mut writes = batch.writes.into_iter().peekable();
    while let Some(write) = writes.next() {
        match write {
            Write::Insert { table, row } => {
                let mut rows = vec![row];
                while let Some(more) = (dialect == Dialect::Postgres)
                    .then(|| writes.next_if(|it| joins(it, &table, &rows)))
                    .flatten()
                {
                    let Write::Insert { row, .. } = more else { continue };
                    rows.push(row);
                }
                inserts(dialect, catalogue, &table, rows, &mut out)?;
            }
            Write::Update { table, key, set, expect } => out.push(update(dialect, catalogue, table, key, set, expect)?),
            Write::Upsert { table, key, row } => out.push(upsert(dialect, catalogue, table, key, row)?),
            Write::Delete { table, key } => out.push(delete(dialect, catalogue, table, key)?),
        }
    }
    for (name, value) in batch.counters {
        let statement = counter(dialect, catalogue, &name, Some(value));
        out.push(Compiled {
            statement,
            expect: None,
            table: "yw_counter".into(),
        });
    }
    if batch.bump_rights || batch.bump_definitions {
        let statement = epochs(dialect, catalogue, batch.bump_rights, batch.bump_definitions);
        out.push(Compiled {
            statement,
            expect: None,
            table: "yw_epoch".into(),
        });
    }
    log(dialect, catalogue, batch.changes, next_change, &mut out);
    Ok(out)
}

fn joins(write: &Write, table: &Name, rows: &[Vec<(Name, Value)>]) -> bool {
    let Write::Insert { table: other, row } = write else {
        return false;
    };
    let first = rows.first().map_or(&[][..], Vec::as_slice);
    other == table && row.len() == first.len() && row.iter().zip(first).all(|((a, _), (b, _))| a == b)
}

fn inserts(
    dialect: Dialect,
    catalogue: &Catalogue,
    table: &Name,
    rows: Vec<Vec<(Name, Value)>>,
    out: &mut Vec<Compiled>,
) -> Result<(), Error> {
    let info = catalogue.table(table)?;
    for row in &rows {
        complete(info, row)?;
    }
    for rows in powers_of_two(rows) {
        let mut it = Builder::new(dialect, catalogue);
        it.insert_head(table, rows.first().map_or(&[][..], Vec::as_slice));
        it.list(rows, ", ", |it, row| {
            it.push("(");
            it.list(row, ", ", |it, (name, value)| it.bind(info.column(&name)?, value))?;
            it.push(")");
            Ok(())
        })?;
        out.push(Compiled {
            statement: it.out,
            expect: None,
            table: table.clone(),
        });
    }
    Ok(())
}

fn powers_of_two<T>(mut rows: Vec<T>) -> Vec<Vec<T>> {
    let mut parts = Vec::new();
    while !rows.is_empty() {
        let mut width = MOST_ROWS;
        while width > rows.len() {
            width /= 2;
        }
        let rest = rows.split_off(width);
        parts.push(std::mem::replace(&mut rows, rest));
    }
    parts
}

/// A new row fills every required column.
fn complete(info: &TableInfo, row: &[(Name, Value)]) -> Result<(), Error> {
    let filled = |name: &str| row.iter().any(|(it, value)| *it == *name && !value.is_null());
    match info.columns.iter().find(|it| it.required && !filled(&it.name)) {
        None => Ok(()),
        Some(missing) => Err(Error::Invalid(format!(
            "a new row of `{}` has no `{}`",
            info.name, missing.name
        ))),
    }
}

fn update(
    dialect: Dialect,
    catalogue: &Catalogue,
    table: Name,
    key: Vec<(Name, Value)>,
    set: Vec<(Name, Value)>,
    expect: Option<u64>,
) -> Result<Compiled, Error> {
    let info = catalogue.table(&table)?;
    if set.is_empty() {
        return Err(Error::Invalid(format!("an update of `{table}` sets nothing")));
    }
    let mut it = Builder::new(dialect, catalogue);
    let counted = expect.filter(|_| dialect == Dialect::Postgres);
    it.push(if counted.is_some() { "WITH hit AS (" } else { "" });
    it.push("UPDATE ");
    it.name(&table);
    it.push(" SET ");
    it.assignments(info, set)?;
    it.conditions(info, key)?;
    if let Some(rows) = counted {
        // COMMIT travels in the same flight, so a wrong number of rows has to fail in the database: it divides by zero.
        it.push(" RETURNING 1) SELECT 1 / (CASE WHEN COUNT(*) = ");
        it.bind_as(ColumnType::Int, i64::try_from(rows).unwrap_or(i64::MAX).into());
        it.push(" THEN 1 ELSE 0 END) FROM hit");
    }
    Ok(Compiled {
        statement: it.out,
        expect,
        table,
    })
}

fn upsert(
    dialect: Dialect,
    catalogue: &Catalogue,
    table: Name,
    key: Vec<(Name, Value)>,
    row: Vec<(Name, Value)>,
) -> Result<Compiled, Error> {
    let info = catalogue.table(&table)?;
    let names: Vec<Name> = key.iter().map(|(name, _)| name.clone()).collect();
    if !info.is_key(&names.iter().map(Name::as_str).collect::<Vec<_>>()) {
        return Err(Error::Invalid(format!("{names:?} is no key of `{table}` to upsert by")));
    }
    let updated: Vec<Name> = row
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|it| !names.contains(it))
        .collect();
    let mut all = key;
    all.extend(row.into_iter().filter(|(name, _)| !names.contains(name)));
    complete(info, &all)?;
    let mut it = Builder::new(dialect, catalogue);
    it.insert_head(&table, &all);
    it.push("(");
    it.list(all, ", ", |it, (name, value)| it.bind(info.column(&name)?, value))?;
    it.push(") ON CONFLICT (");
    it.list(&names, ", ", |it, name| {
        it.name(name);
        Ok(())
    })?;
    it.push(if updated.is_empty() {
        ") DO NOTHING"
    } else {
        ") DO UPDATE SET "
    });
    it.list(&updated, ", ", |it, name| {
        it.name(name);
        it.push(" = excluded.");
        it.name(name);
        Ok(())
    })?;
    Ok(Compiled {
        statement: it.out,
        expect: None,
        table,
    })
}

fn delete(dialect: Dialect, catalogue: &Catalogue, table: Name, key: Vec<(Name, Value)>) -> Result<Compiled, Error> {
    let info = catalogue.table(&table)?;
    let mut it = Builder::new(dialect, catalogue);
    it.push("DELETE FROM ");
    it.name(&table);
    it.conditions(info, key)?;
    Ok(Compiled {
        statement: it.out,
        expect: None,
        table,
    })
}

fn epochs(dialect: Dialect, catalogue: &Catalogue, rights: bool, definitions: bool) -> Statement {
    let mut it = Builder::new(dialect, catalogue);
    it.push("UPDATE \"yw_epoch\" SET \"rights\" = \"rights\" + ");
    it.number(rights.into());
    it.push(", \"definitions\" = \"definitions\" + ");
    it.number(definitions.into());
    it.push(" WHERE \"id\" = 1");
    it.out
}

fn log(dialect: Dialect, catalogue: &Catalogue, changes: Vec<Change>, first: Option<i64>, out: &mut Vec<Compiled>) {
    let mut seq = first;
    for part in powers_of_two(changes) {
        let mut it = Builder::new(dialect, catalogue);
        it.push("INSERT INTO \"yw_change\" (");
        it.push(if seq.is_some() { "\"seq\", " } else { "" });
        it.push("\"register\", \"id\", \"rid\", \"version\", \"kind\") VALUES ");
        for (at, change) in part.into_iter().enumerate() {
            it.push(if at > 0 { ", (" } else { "(" });
            if let Some(number) = seq {
                it.bind_as(ColumnType::Int, number.into());
                it.push(", ");
                seq = Some(number + 1);
            }
            it.change(&change);
        }
        out.push(Compiled {
            statement: it.out,
            expect: None,
            table: "yw_change".into(),
        });
    }
}

impl Builder<'_> {
    fn insert_head(&mut self, table: &str, row: &[(Name, Value)]) {
        self.push("INSERT INTO ");
        self.name(table);
        for (at, (name, _)) in row.iter().enumerate() {
            self.push(if at > 0 { ", " } else { " (" });
            self.name(name);
        }
        self.push(") VALUES ");
    }

    fn assignments(&mut self, info: &TableInfo, set: Vec<(Name, Value)>) -> Result<(), Error> {
        self.list(set, ", ", |it, (name, value)| {
            let column = info.column(&name)?;
            if column.required && value.is_null() {
                return Err(Error::Invalid(format!("`{name}` of `{}` may not be emptied", info.name)));
            }
            it.name(&name);
            it.push(" = ");
            it.bind(column, value)
        })
    }

    fn conditions(&mut self, info: &TableInfo, key: Vec<(Name, Value)>) -> Result<(), Error> {
        if key.is_empty() {
            return Err(Error::Invalid(format!("a write to `{}` names no rows", info.name)));
        }
        self.push(" WHERE ");
        self.list(key, " AND ", |it, (name, value)| {
            let column = info.column(&name)?;
            it.name(&name);
            it.push(" = ");
            it.bind(column, value)
        })
    }

    fn change(&mut self, it: &Change) {
        self.bind_as(ColumnType::Text, it.register.as_str().into());
        self.push(", ");
        self.bind_as(ColumnType::Text, it.id.as_str().into());
        self.push(", ");
        self.bind_as(ColumnType::Int, it.rid.into());
        self.push(", ");
        self.bind_as(ColumnType::Int, it.version.into());
        self.push(", ");
        self.bind_as(ColumnType::Text, it.kind.as_str().into());
        self.push(")");
    }
}

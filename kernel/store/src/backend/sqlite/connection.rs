//! Connections to the database file, values in and out, errors.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, ffi};

use crate::catalogue::Catalogue;
use crate::sql::Statement;
use crate::{Durability, Error, Row, Value};

const STATEMENTS: usize = 512;

/// The one connection that writes.
pub(super) fn writer(file: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(file).map_err(plain)?;
    let pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32000;";
    connection.execute_batch(pragmas).map_err(plain)?;
    common(connection, 0)
}

/// A connection that cannot write.
pub(super) fn reader(file: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(plain)?;
    connection
        .execute_batch("PRAGMA query_only=1; PRAGMA cache_size=-8000;")
        .map_err(plain)?;
    common(connection, 5_000)
}

fn common(connection: Connection, busy_ms: u64) -> Result<Connection, Error> {
    connection
        .execute_batch("PRAGMA foreign_keys=ON; PRAGMA case_sensitive_like=ON; PRAGMA temp_store=MEMORY;")
        .and_then(|()| connection.busy_timeout(Duration::from_millis(busy_ms)))
        // Plans do not look at bound values. Otherwise each binding of a LIMIT has the statement prepared anew.
        .and_then(|()| connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true))
        .map_err(plain)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// How durable the commits of a connection are.
pub(super) fn durability(connection: &Connection) -> Result<Vec<Durability>, Error> {
    let journal: String = connection
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .map_err(plain)?;
    let synchronous: i64 = connection
        .pragma_query_value(None, "synchronous", |row| row.get(0))
        .map_err(plain)?;
    let word = ["OFF", "NORMAL", "FULL", "EXTRA"].get(usize::try_from(synchronous).unwrap_or(usize::MAX));
    Ok(vec![
        Durability::new("journal_mode", journal, &["wal"]),
        Durability::new("synchronous", word.copied().unwrap_or("?").to_owned(), &["FULL", "EXTRA"]),
    ])
}

/// Runs a query and gives its rows.
pub(super) fn query(connection: &Connection, it: &Statement) -> Result<Vec<Row>, Error> {
    rows(connection, it).map_err(plain)
}

fn rows(connection: &Connection, it: &Statement) -> rusqlite::Result<Vec<Row>> {
    if it.cached {
        collect(&mut *connection.prepare_cached(&it.text)?, &it.params)
    } else {
        collect(&mut connection.prepare(&it.text)?, &it.params)
    }
}

fn collect(statement: &mut rusqlite::Statement<'_>, params: &[Value]) -> rusqlite::Result<Vec<Row>> {
    bind(statement, params)?;
    let width = statement.column_count();
    let mut out = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let mut cells = Vec::with_capacity(width);
        for at in 0..width {
            cells.push(value(row.get_ref(at)?));
        }
        out.push(cells);
    }
    Ok(out)
}

/// Runs a write and gives the number of rows it hit.
pub(super) fn execute(connection: &Connection, catalogue: &Catalogue, it: &Statement) -> Result<usize, Error> {
    let run = || -> rusqlite::Result<usize> {
        let mut statement = connection.prepare_cached(&it.text)?;
        bind(&mut statement, &it.params)?;
        statement.raw_execute()
    };
    run().map_err(|it| mapped(catalogue, it))
}

fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Value]) -> rusqlite::Result<()> {
    for (at, value) in params.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, value)?;
    }
    Ok(())
}

fn value(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(it) => Value::Int(it),
        ValueRef::Text(it) => Value::Text(String::from_utf8_lossy(it).into()),
        ValueRef::Blob(it) => Value::Bytes(it.to_vec()),
        // No column holds one: tables are STRICT.
        ValueRef::Real(_) => Value::Null,
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(it) => ValueRef::Integer(*it),
            Value::Text(it) => ValueRef::Text(it.as_bytes()),
            Value::Bytes(it) => ValueRef::Blob(it),
        }))
    }
}

pub(super) fn plain(it: rusqlite::Error) -> Error {
    match it.sqlite_error().map(|it| it.code) {
        Some(rusqlite::ErrorCode::OperationInterrupted) => Error::Timeout,
        _ => Error::Database(it.to_string()),
    }
}

fn mapped(catalogue: &Catalogue, it: rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(code, Some(message)) = &it else {
        return plain(it);
    };
    match code.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            unique(catalogue, message)
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => Error::Invalid(message.clone()),
        _ => plain(it),
    }
}

/// `UNIQUE constraint failed: t.a, t.b`, or `index 'name'`.
fn unique(catalogue: &Catalogue, message: &str) -> Error {
    let list = message.rsplit_once(": ").map_or(message, |(_, list)| list);
    if let Some(name) = list.strip_prefix("index '") {
        return catalogue.unique_by_name(name.trim_end_matches('\''));
    }
    let pairs: Vec<(&str, &str)> = list.split(", ").filter_map(|it| it.split_once('.')).collect();
    let table = pairs.first().map_or("", |(table, _)| *table);
    let columns: Vec<&str> = pairs.iter().map(|(_, column)| *column).collect();
    catalogue.unique_by_columns(table, &columns)
}

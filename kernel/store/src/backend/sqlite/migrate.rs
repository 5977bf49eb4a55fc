//! Looks at the tables of the file and adds what is missing, in one transaction on the writer's thread.

use rusqlite::Connection;

use crate::backend::Stats;
use crate::backend::sqlite::connection::plain;
use crate::catalogue::TableInfo;
use crate::sql::{self, Dialect, Physical, PhysicalIndex};
use crate::{ColumnType, Error, Table};

pub(super) fn run(
    connection: &mut Connection,
    tables: &[Table],
    apply: bool,
    stats: &Stats,
) -> Result<(Vec<String>, Vec<TableInfo>), Error> {
    let transaction = connection.transaction().map_err(plain)?;
    let physical = inspect(&transaction).map_err(plain)?;
    let (statements, infos) = sql::migration(Dialect::Sqlite, &physical, tables)?;
    if apply && !statements.is_empty() {
        for it in &statements {
            transaction
                .execute_batch(it)
                .map_err(|error| Error::Database(format!("{it}: {error}")))?;
        }
        stats.count(statements.len());
        transaction.commit().map_err(plain)?;
    }
    Ok((statements, infos))
}

fn inspect(connection: &Connection) -> rusqlite::Result<Physical> {
    let mut physical = Physical::default();
    let columns = "SELECT m.name, p.name, p.type, p.\"notnull\", p.pk FROM sqlite_schema m JOIN pragma_table_info(m.name) p \
                   WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, p.pk, p.cid";
    let mut statement = connection.prepare(columns)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let table = physical.tables.entry(row.get(0)?).or_default();
        let name: String = row.get(1)?;
        let ty = match row.get_ref(2)?.as_str().unwrap_or_default() {
            "INTEGER" => ColumnType::Int,
            "TEXT" => ColumnType::Text,
            _ => ColumnType::Bytes,
        };
        if row.get::<_, i64>(4)? > 0 {
            table.key.push(name.clone());
        }
        table.columns.insert(name, (ty, row.get::<_, i64>(3)? != 0));
    }
    let mut statement =
        connection.prepare("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        physical.indexes.insert(
            row.get(0)?,
            PhysicalIndex {
                table: row.get(1)?,
                text: row.get(2)?,
            },
        );
    }
    Ok(physical)
}

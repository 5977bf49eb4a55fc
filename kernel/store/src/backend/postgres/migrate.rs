//! Looks at the tables of the database and adds what is missing, in one transaction under a lock that all nodes share.

use tokio_postgres::{Config, Transaction};

use crate::backend::Stats;
use crate::backend::postgres::connection::{Connection, Failure, mapped};
use crate::catalogue::{Catalogue, TableInfo};
use crate::sql::{self, Dialect, Physical, PhysicalIndex};
use crate::{ColumnType, Error, Table};

/// Any number that other programs on the database will not use.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7942816300511)";

const COLUMNS: &str = "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL), a.attnotnull, \
     array_position(i.indkey::int2[], a.attnum) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
     WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY 1, 5, a.attnum";

const INDEXES: &str = "SELECT indexname::text, tablename::text, indexdef FROM pg_indexes WHERE schemaname = current_schema()";

pub(super) async fn run(
    config: &Config,
    serving_user: Option<&str>,
    tables: &[Table],
    apply: bool,
    stats: &Stats,
) -> Result<(Vec<String>, Vec<TableInfo>), Error> {
    let mut connection = Connection::dial(config, "SET lock_timeout = '60s'").await?;
    let transaction = connection.client.transaction().await.map_err(failed)?;
    if apply {
        transaction.batch_execute(LOCK).await.map_err(failed)?;
    }
    let physical = inspect(&transaction).await.map_err(failed)?;
    let (mut statements, infos) = sql::migration(Dialect::Postgres, &physical, tables)?;
    grant(serving_user, &mut statements);
    if apply && !statements.is_empty() {
        for it in &statements {
            transaction.batch_execute(it).await.map_err(|error| match failed(error) {
                away @ Error::Away(_) => away,
                other => Error::Database(format!("{it}: {other}")),
            })?;
        }
        stats.count(statements.len());
        transaction.commit().await.map_err(failed)?;
    }
    Ok((statements, infos))
}

async fn inspect(transaction: &Transaction<'_>) -> Result<Physical, tokio_postgres::Error> {
    let mut physical = Physical::default();
    for row in transaction.query(COLUMNS, &[]).await? {
        let table = physical.tables.entry(row.try_get(0)?).or_default();
        let name: String = row.try_get(1)?;
        let ty = match row.try_get::<_, &str>(2)? {
            "bigint" => ColumnType::Int,
            "text" => ColumnType::Text,
            _ => ColumnType::Bytes,
        };
        if row.try_get::<_, Option<i32>>(4)?.is_some() {
            table.key.push(name.clone());
        }
        table.columns.insert(name, (ty, row.try_get(3)?));
    }
    for row in transaction.query(INDEXES, &[]).await? {
        physical.indexes.insert(
            row.try_get(0)?,
            PhysicalIndex {
                table: row.try_get(1)?,
                text: row.try_get(2)?,
            },
        );
    }
    Ok(physical)
}

/// A table made by the migrator's role has to be given to the serving role.
fn grant(serving_user: Option<&str>, statements: &mut Vec<String>) {
    let Some(user) = serving_user else { return };
    let made: Vec<String> = statements
        .iter()
        .filter_map(|it| {
            it.strip_prefix("CREATE TABLE \"")?
                .split_once('"')
                .map(|(name, _)| name.to_owned())
        })
        .collect();
    let user = user.replace('"', "\"\"");
    if made.iter().any(|it| it == "yw_change") {
        statements.push(format!("GRANT USAGE ON SEQUENCE \"yw_change_seq\" TO \"{user}\""));
    }
    statements.extend(
        made.iter()
            .map(|it| format!("GRANT SELECT, INSERT, UPDATE, DELETE ON \"{it}\" TO \"{user}\"")),
    );
}

fn failed(it: tokio_postgres::Error) -> Error {
    mapped(&Catalogue::default(), &Failure::from(it))
}

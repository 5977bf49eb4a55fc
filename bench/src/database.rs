//! The database beside the server: what is still due, what was counted, whether it is durable.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use tokio_postgres::NoTls;
use yiwang_store::{Config, Store};

/// Which database.
#[derive(Clone, Debug)]
pub enum Database {
    /// The file in the data folder.
    Sqlite(PathBuf),
    /// A URL.
    Postgres(String),
}

impl Database {
    /// As the results name it.
    pub fn name(&self) -> &'static str {
        match self {
            Database::Sqlite(_) => "sqlite",
            Database::Postgres(_) => "postgres",
        }
    }

    /// As the store opens it.
    pub fn config(&self) -> Config {
        match self {
            Database::Sqlite(data) => Config::sqlite(data),
            Database::Postgres(url) => Config::postgres(url),
        }
    }

    /// URL for the binary.
    pub fn url(&self) -> Option<String> {
        match self {
            Database::Sqlite(_) => None,
            Database::Postgres(url) => Some(url.clone()),
        }
    }

    /// The settings that decide whether a commit outlives a loss of power, as the store's writing connection has them, in words.
    ///
    /// # Errors
    /// When one of them is below full: such figures are worth nothing.
    pub async fn durability(&self) -> anyhow::Result<String> {
        let store = Store::open(self.config()).await?;
        let settings = store.durability().await?;
        store.close().await;
        let said: Vec<String> = settings.iter().map(|it| format!("{} = {}", it.name, it.value)).collect();
        let weak = settings.iter().find(|it| !it.full);
        ensure!(
            weak.is_none(),
            "refused: a commit would not outlive a loss of power ({})",
            said.join(", ")
        );
        Ok(said.join(", "))
    }

    /// Timers that are due and jobs that wait.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn due(&self, now_millis: i64) -> anyhow::Result<i64> {
        let jobs = self.figure("SELECT COUNT(*) FROM \"yw_job\"").await.unwrap_or(0);
        let timers = format!("SELECT COUNT(*) FROM \"yw_timer\" WHERE \"due_at\" <= {now_millis}");
        Ok(jobs + self.figure(&timers).await?)
    }

    /// Closed cases.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn closed(&self) -> anyhow::Result<i64> {
        self.figure("SELECT COUNT(*) FROM \"urban_case\" WHERE \"status\" = 'CLOSED'")
            .await
    }

    /// Cases.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cases(&self) -> anyhow::Result<i64> {
        self.figure("SELECT COUNT(*) FROM \"urban_case\"").await
    }

    async fn figure(&self, text: &str) -> anyhow::Result<i64> {
        match self {
            Database::Sqlite(data) => {
                let connection = rusqlite::Connection::open(data.join("yiwang.db"))?;
                Ok(connection.query_row(text, [], |row| row.get(0))?)
            }
            Database::Postgres(url) => {
                let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
                let driver = tokio::spawn(connection);
                let row = client.query_one(text, &[]).await.context("asking the database")?;
                drop(client);
                driver.await??;
                Ok(row.try_get(0)?)
            }
        }
    }
}

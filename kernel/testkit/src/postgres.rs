//! A throw-away PostgreSQL, shared by all test processes, and one database per test.
//!
//! The first test starts the cluster under a file lock, the others find it; a small watcher stops it when no test has
//! asked for a database for ten minutes. Its default collation is Chinese on purpose: the store has to do without it.

mod cluster;

use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{Config, NoTls};

pub use cluster::Cluster;

/// An empty database, dropped at the end of the test.
pub struct TestDatabase {
    /// Connection URL.
    pub url: String,
    name: String,
    server: String,
}

impl TestDatabase {
    /// Drops the database now, whoever is connected.
    pub async fn drop(mut self) {
        let name = std::mem::take(&mut self.name);
        remove(&self.server, &name).await;
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.name.is_empty() {
            return;
        }
        let (server, name) = (std::mem::take(&mut self.server), std::mem::take(&mut self.name));
        let worker = std::thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
                runtime.block_on(remove(&server, &name));
            }
        });
        // A database that stays is removed with the cluster.
        let _ = worker.join();
    }
}

/// A fresh database on the shared throw-away cluster, or on the server of `YIWANG_TEST_DATABASE` (a URL whose role may create
/// databases). Panics with the reason when there is no PostgreSQL.
pub async fn database() -> TestDatabase {
    match fresh().await {
        Ok(it) => it,
        Err(why) => panic!("no PostgreSQL for the test: {why}"),
    }
}

/// A fresh copy of a database made with [`kept`]. Nobody may be connected to that one.
pub async fn copy_of(kept: &str) -> TestDatabase {
    match made(&format!("\"{kept}\"")).await {
        Ok(it) => it,
        Err(why) => panic!("no copy of {kept}: {why}"),
    }
}

/// The URL of the database of this name, which stays as long as the server, and whether it was there.
pub async fn kept(name: &str) -> (String, bool) {
    let made = async {
        let server = server().await?;
        let url = with_database(&server, name);
        let is_there = execute(&url, "SELECT 1").await.is_ok();
        if !is_there {
            execute(&server, &create(name, "template0")).await?;
        }
        Ok::<_, String>((url, is_there))
    };
    match made.await {
        Ok(it) => it,
        Err(why) => panic!("no PostgreSQL for the test: {why}"),
    }
}

/// Drops the database of this name.
pub async fn forget(name: &str) {
    if let Ok(server) = server().await {
        remove(&server, name).await;
    }
}

async fn fresh() -> Result<TestDatabase, String> {
    made("template0").await
}

async fn made(template: &str) -> Result<TestDatabase, String> {
    let server = server().await?;
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("yw_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    execute(&server, &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await?;
    execute(&server, &create(&name, template)).await?;
    let url = with_database(&server, &name);
    Ok(TestDatabase { url, name, server })
}

fn create(name: &str, template: &str) -> String {
    format!("CREATE DATABASE \"{name}\" TEMPLATE {template} ENCODING 'UTF8'")
}

async fn server() -> Result<String, String> {
    match std::env::var("YIWANG_TEST_DATABASE") {
        Ok(url) => Ok(url),
        Err(_) => tokio::task::spawn_blocking(cluster::url).await.map_err(|it| it.to_string())?,
    }
}

async fn remove(server: &str, name: &str) {
    // A database that stays is removed with the cluster.
    let _ = execute(server, &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await;
}

async fn execute(server: &str, text: &str) -> Result<(), String> {
    let config: Config = server.parse().map_err(|it| format!("{server}: {it}"))?;
    let (client, connection) = config.connect(NoTls).await.map_err(|it| format!("{server}: {it:?}"))?;
    let driver = tokio::spawn(connection);
    let done = client.batch_execute(text).await.map_err(|it| format!("{text}: {it:?}"));
    drop(client);
    // The connection ends because its client is gone.
    let _ = driver.await;
    done
}

/// The same URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let (head, query) = url
        .split_once('?')
        .map_or((url, String::new()), |(head, query)| (head, format!("?{query}")));
    let authority = head.find("://").map_or(0, |at| at + 3);
    let end = head
        .get(authority..)
        .and_then(|it| it.find('/'))
        .map_or(head.len(), |at| authority + at);
    format!("{}/{name}{query}", head.get(..end).unwrap_or(head))
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        let check = |url: &str, expected: &str| assert_eq!(with_database(url, "x"), expected);
        check("postgresql://a@%2Ftmp%2Fs/postgres", "postgresql://a@%2Ftmp%2Fs/x");
        check("postgresql://a:b@host:5432", "postgresql://a:b@host:5432/x");
        check(
            "postgresql://a@host/db?connect_timeout=3",
            "postgresql://a@host/x?connect_timeout=3",
        );
    }
}

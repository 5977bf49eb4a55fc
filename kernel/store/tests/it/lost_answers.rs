//! PostgreSQL through a proxy that swallows answers, and sessions that are thrown out.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio_postgres::NoTls;
use yiwang_store::{Config, Error, Store};

use crate::support::{Fixture, Place, new_thing, options, postgres, thing, write};

/// Socket folder and the rest of a URL of the test cluster; `None` when the server is somebody else's.
fn parts(url: &str) -> Option<(String, String)> {
    let rest = url.strip_prefix("postgresql://postgres@")?;
    let (folder, database) = rest.split_once('/')?;
    folder
        .contains("%2F")
        .then(|| (folder.replace("%2F", "/"), database.to_owned()))
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|it| it == wanted)
}

/// Passes everything on until, armed, it sees `COMMIT`; then it waits for the server to have committed and hangs up.
async fn proxy(listener: UnixListener, server: String, armed: Arc<AtomicBool>) {
    while let Ok((client, _)) = listener.accept().await {
        let upstream = UnixStream::connect(Path::new(&server).join(".s.PGSQL.5432"))
            .await
            .expect("the server");
        let (client_read, client_write) = client.into_split();
        let (server_read, server_write) = upstream.into_split();
        let swallow = Arc::new(AtomicBool::new(false));
        tokio::spawn(requests(client_read, server_write, armed.clone(), swallow.clone()));
        tokio::spawn(answers(server_read, client_write, swallow));
    }
}

async fn requests(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, armed: Arc<AtomicBool>, swallow: Arc<AtomicBool>) {
    let mut buffer = vec![0; 65_536];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        if contains(&buffer[..n], b"COMMIT\0") && armed.swap(false, Ordering::SeqCst) {
            swallow.store(true, Ordering::SeqCst);
        }
        if to.write_all(&buffer[..n]).await.is_err() {
            break;
        }
    }
}

async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, swallow: Arc<AtomicBool>) {
    let mut buffer = vec![0; 65_536];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        if swallow.load(Ordering::SeqCst) {
            if contains(&buffer[..n], b"COMMIT\0") {
                return;
            }
            continue;
        }
        if to.write_all(&buffer[..n]).await.is_err() {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_to_commit_is_an_unknown_outcome() {
    let it = postgres().await;
    let Place::Database(database) = &it.place else {
        panic!("PostgreSQL")
    };
    let Some((server, name)) = parts(&database.url) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).expect("a socket");
    let armed = Arc::new(AtomicBool::new(false));
    let running = tokio::spawn(proxy(listener, server, armed.clone()));
    let url = format!(
        "postgresql://postgres@{}/{name}",
        folder.path().display().to_string().replace('/', "%2F")
    );
    let store = Store::open(Config::postgres(url).with(options())).await.expect("open");
    store.migrate(&[thing()]).await.expect("migrate");
    write(&store, vec![new_thing(1, [])]).await.expect("an ordinary write");
    armed.store(true, Ordering::SeqCst);
    assert_eq!(write(&store, vec![new_thing(2, [])]).await, Err(Error::OutcomeUnknown));
    let there = it.store.get("thing", &[("rid", 2.into())], &["rid"]).await;
    assert_eq!(there, Ok(Some(vec![2.into()])), "it was committed all the same");
    let again = write(&store, vec![new_thing(2, [])]).await;
    assert_eq!(
        again,
        Err(Error::Unique {
            index: "key".to_owned(),
            table: "thing".to_owned()
        })
    );
    write(&store, vec![new_thing(3, [])]).await.expect("the store goes on");
    running.abort();
}

async fn administer(it: &Fixture, text: &str) {
    let Place::Database(database) = &it.place else {
        panic!("PostgreSQL")
    };
    let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.expect("connect");
    tokio::spawn(connection);
    client.batch_execute(text).await.expect(text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_were_thrown_out_are_replaced() {
    let it = postgres().await;
    write(&it.store, vec![new_thing(1, [])]).await.expect("row");
    it.store.epochs().await.expect("epochs");
    let all =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for rid in 2..5_i64 {
        administer(&it, all).await;
        write(&it.store, vec![new_thing(rid, [])])
            .await
            .expect("a write after the sessions ended");
        administer(&it, all).await;
        let row = it.store.get("thing", &[("rid", rid.into())], &["rid"]).await;
        assert_eq!(row, Ok(Some(vec![rid.into()])));
        let select = yiwang_store::Select::new("thing", &["rid"], yiwang_store::Scope::All);
        assert_eq!(
            it.store.select(&select).await.expect("a list").len(),
            usize::try_from(rid).expect("small")
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plans_survive_a_changed_table() {
    let it = postgres().await;
    let read = async || it.store.get("thing", &[("rid", 1.into())], &["title"]).await;
    write(&it.store, vec![new_thing(1, [("title", "x".into())])])
        .await
        .expect("row");
    assert_eq!(read().await, Ok(Some(vec!["x".into()])));
    administer(&it, "ALTER TABLE thing ALTER COLUMN title TYPE varchar(50)").await;
    assert_eq!(
        read().await,
        Ok(Some(vec!["x".into()])),
        "a cached plan whose result type changed is prepared again"
    );
    write(&it.store, vec![new_thing(2, [("title", "y".into())])])
        .await
        .expect("a write");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serving_role_need_not_own_the_tables() {
    let it = postgres().await;
    let Place::Database(database) = &it.place else {
        panic!("PostgreSQL")
    };
    if parts(&database.url).is_none() {
        return;
    }
    let role = format!("serving_{}", std::process::id());
    administer(
        &it,
        &format!("DROP TABLE thing, yw_epoch, yw_counter, yw_change; DROP SEQUENCE yw_change_seq; CREATE ROLE {role} LOGIN"),
    )
    .await;
    let config = Config::Postgres {
        url: database.url.replace("postgres@", &format!("{role}@")),
        migrator_url: Some(database.url.clone()),
        options: options(),
    };
    let store = Store::open(config).await.expect("open");
    store.migrate(&[thing()]).await.expect("migrate");
    let batch = yiwang_store::Batch {
        changes: vec![crate::support::change(1, 1)],
        bump_rights: true,
        ..crate::support::batch(vec![new_thing(1, [])])
    };
    store
        .commit(crate::support::writing(batch))
        .await
        .expect("the serving role writes");
    assert!(store.rids(5).await.is_ok());
    store.close().await;
    administer(&it, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

//! SQLite: one process per folder; what was answered survives a kill.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use yiwang_store::{Config, Error, Scope, Select, Store};

use crate::support::{change, new_thing, sqlite, thing, writing};

const FOLDER: &str = "YIWANG_TEST_KILLED_FOLDER";

#[tokio::test]
async fn a_folder_belongs_to_one_store() {
    let it = sqlite().await;
    let Err(Error::Database(why)) = Store::open(it.place.config(crate::support::options())).await else {
        panic!("a second store")
    };
    assert!(why.contains("in use"), "{why}");
    let it = it.reopened(crate::support::options()).await;
    assert_eq!(it.store.migrate(&[thing()]).await, Ok(vec![]));
}

/// The child of the next test: writes and tells what was answered until it is killed. Alone it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = Store::open(Config::sqlite(folder)).await.expect("open");
    store.migrate(&[thing()]).await.expect("migrate");
    let tasks: Vec<_> = (0..8_i64)
        .map(|lane| {
            let store = store.clone();
            tokio::spawn(async move {
                for at in 1..1_000_000_i64 {
                    let rid = at * 8 + lane;
                    let batch = yiwang_store::Batch {
                        changes: vec![change(rid, 1)],
                        ..crate::support::batch(vec![new_thing(rid, [])])
                    };
                    store.commit(writing(batch)).await.expect("commit");
                    println!("answered {rid}");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("writer");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    for wanted in [300, 700] {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args([
                "durability::writes_until_it_is_killed",
                "--exact",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        let mut answered = Vec::new();
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        for line in lines.map_while(Result::ok) {
            let Some((_, rid)) = line.split_once("answered ") else {
                continue;
            };
            answered.push(rid.parse::<i64>().expect("a number"));
            if answered.len() == wanted {
                child.kill().expect("kill");
            }
        }
        child.wait().expect("the end");
        assert!(answered.len() >= wanted);
        let store = Store::open(Config::sqlite(folder.path()))
            .await
            .expect("the folder is free and sound");
        store.migrate(&[thing()]).await.expect("migrate");
        let changes = store
            .changes(&yiwang_store::Watermark::default(), 10_000)
            .await
            .expect("log")
            .0;
        for rid in &answered {
            assert!(changes.iter().any(|it| it.rid == *rid), "{rid} was answered and is lost");
        }
        let rows = store
            .count(&Select::new("thing", &["rid"], Scope::All), 1_000_000)
            .await
            .expect("count");
        assert_eq!(rows.value, changes.len() as u64, "row and log line are committed together");
        let delete = |rid: i64| yiwang_store::Write::Delete {
            table: "thing".into(),
            key: crate::support::cells([("rid", rid.into())]),
        };
        let writes = changes.iter().map(|it| delete(it.rid)).collect();
        crate::support::write(&store, writes).await.expect("clean");
        store.close().await;
        std::fs::remove_file(folder.path().join("yiwang.db")).expect("the file");
    }
}

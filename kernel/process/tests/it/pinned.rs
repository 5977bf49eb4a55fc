//! A running matter keeps the process it began with; a new one takes the new one; every node follows.

use serde_json::json;
use yiwang_process::ActInput;
use yiwang_records::Ctx;
use yiwang_registry::SourceFile;
use yiwang_testkit::system::BOTH;

use crate::office::{FILES, Office, file, reply, with};

fn changed() -> Vec<SourceFile> {
    let renamed = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        bytes: text.replace("name=\"核查\"", "name=\"复查\"").into_bytes().into(),
    };
    FILES.iter().map(renamed).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_matter_keeps_its_process() {
    for on in BOTH {
        let office = Office::open(on).await;
        let old = office.dispatched().await;
        let kernel = Ctx::job("kernel");
        office.system.registry.activate(&kernel, &changed()).await.expect("activate");
        assert!(office.system.registry.reload_if_changed().await.expect("reload"));
        let new = office.dispatched().await;
        for (saved, expected) in [(old, "核查"), (new, "复查")] {
            office.act(&office.worker, &saved, "complete", reply()).await.expect("reply");
            let task = office.task(&office.checker, &saved).await;
            let view = office.system.processes.task(&office.checker, &task).await.expect("task");
            assert_eq!(view.name, expected, "{on:?}");
            office
                .act(&office.checker, &saved, "complete", with("solved", json!({})))
                .await
                .expect("solved");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_takes_over_what_was_activated() {
    let office = Office::open(BOTH[1]).await;
    let (_, registry, processes) = office.system.second_node().await;
    office
        .system
        .registry
        .activate(&Ctx::job("kernel"), &changed())
        .await
        .expect("activate");
    assert!(registry.reload_if_changed().await.expect("reload"));
    assert!(!registry.reload_if_changed().await.expect("reload"), "once");
    let saved = office.report().await;
    let task = office.task(&office.clerk, &saved).await;
    processes
        .act(&office.clerk, &task, "complete", &file())
        .await
        .expect("file on the second node");
    let task = office.task(&office.worker, &saved).await;
    processes
        .act(&office.worker, &task, "claim", &ActInput::default())
        .await
        .expect("claim");
}

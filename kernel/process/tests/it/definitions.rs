//! Definitions that do not fit what is stored.

use yiwang_registry::SourceFile;
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::office::{FILES, Office};

fn files(from: &str, to: &str) -> Vec<SourceFile> {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        bytes: text.replace(from, to).into_bytes().into(),
    };
    FILES.iter().map(file).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_register_that_does_not_fit_its_table_is_disabled_and_mended() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.report().await;
        let registry = &office.system.registry;
        let job = yiwang_records::Ctx::job("kernel");
        registry.reload_if_changed().await.expect("nothing new");
        for (from, to) in [
            ("title: 用时, type: integer", "title: 用时, type: text"),
            ("title: 标题, type: text", "title: 标题, type: text, sensitive: true"),
        ] {
            registry.activate(&job, &files(from, to)).await.expect("activate");
            assert!(registry.reload_if_changed().await.expect("the node goes on"));
            let now = registry.current();
            let told = now.diagnostics.iter().find(|it| it.code == "table-misfit").expect("told why");
            assert_eq!(told.place.file, "apps/repairs/registers/repair.yaml");
            assert!(now.model.disabled.contains_key("repairs"));
            let gone = office
                .system
                .records
                .get(&office.clerk, "repair", &saved.id)
                .await
                .expect_err("disabled");
            assert_eq!(gone.code, Code::NotFound);
            // The clock of the other node is behind: what came last counts all the same.
            office.system.clock.pass_minutes(-10);
            registry.activate(&job, &files("", "")).await.expect("activate");
            assert!(registry.reload_if_changed().await.expect("mended"));
            office
                .system
                .records
                .get(&office.clerk, "repair", &saved.id)
                .await
                .expect("back again");
        }
    }
}

//! Every step can be proved: whatever is changed behind the pipeline's back shows up.

use serde_json::json;
use yiwang_store::{Batch, Decision, Plan, Value, Write};
use yiwang_testkit::system::{BOTH, TestSystem};

use crate::shop::Shop;

async fn tamper(system: &TestSystem, write: Write) {
    let plan = Plan::new(vec![], move |_| {
        Decision::Commit(
            Batch {
                writes: vec![write.clone()],
                ..Batch::default()
            },
            (),
        )
    });
    system.records.store().commit(plan).await.expect("behind the pipeline's back");
}

fn update(table: &'static str, key: (&'static str, Value), set: (&'static str, Value)) -> Write {
    Write::Update {
        table: table.into(),
        key: vec![(key.0.into(), key.1)],
        set: vec![(set.0.into(), set.1)],
        expect: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tampering_is_found() {
    for on in BOTH {
        let cases = [
            (
                "内容与当时的摘要不符",
                update("yw_history", ("act", Value::from("update")), ("content", Value::from("{}"))),
            ),
            (
                "内容与当时的摘要不符",
                update("yw_history", ("act", Value::from("update")), ("comment", Value::from("同意"))),
            ),
            (
                "内容与当时的摘要不符",
                update(
                    "yw_history",
                    ("act", Value::from("update")),
                    ("subject_name", Value::from("别人")),
                ),
            ),
            (
                "与审计链不符",
                update("yw_history", ("act", Value::from("update")), ("at", Value::from(1))),
            ),
            (
                "多出",
                update("yw_history", ("act", Value::from("create")), ("seq", Value::from(9))),
            ),
            (
                "“名称”的现值与历史记录不符",
                update("permit", ("title", Value::from("乙")), ("title", Value::from("丙"))),
            ),
            (
                "状态的现值与历史记录不符",
                update("permit", ("title", Value::from("乙")), ("status", Value::from("X"))),
            ),
            (
                "哈希不符",
                update(
                    "yw_audit",
                    ("act", Value::from("update")),
                    ("subject", Value::from("staff:other")),
                ),
            ),
            (
                "不符",
                update("permit", ("title", Value::from("乙")), ("audit_head", Value::Bytes(vec![1]))),
            ),
            (
                "缺失",
                Write::Delete {
                    table: "yw_history".into(),
                    key: vec![("act".into(), Value::from("update"))],
                },
            ),
            (
                "缺失",
                Write::Delete {
                    table: "yw_audit".into(),
                    key: vec![("act".into(), Value::from("update"))],
                },
            ),
        ];
        for (expected, write) in cases {
            let shop = Shop::open(on).await;
            let saved = shop.make(json!({ "title": "甲" })).await.expect("create");
            let fields = crate::shop::object(json!({ "title": "乙" }));
            shop.system
                .records
                .update(&shop.all, "permit", &saved.id, 1, &fields)
                .await
                .expect("update");
            let whole = shop.system.records.verify_audit().await.expect("verify");
            assert_eq!(whole.findings, vec![], "whole before");
            tamper(&shop.system, write).await;
            let report = shop.system.records.verify_audit().await.expect("verify");
            assert!(
                report.findings.iter().any(|it| it.message.contains(expected)),
                "{expected}: {:?}",
                report.findings
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_chain_is_missed() {
    let shop = Shop::open(BOTH[0]).await;
    let saved = shop.make(json!({ "title": "甲" })).await.expect("create");
    let chain = format!("permit/{}", saved.id);
    tamper(
        &shop.system,
        Write::Delete {
            table: "yw_audit".into(),
            key: vec![("chain".into(), Value::from(chain.as_str()))],
        },
    )
    .await;
    let report = shop.system.records.verify_audit().await.expect("verify");
    assert_eq!(
        report.findings.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(),
        ["事项没有审计链"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chains_are_read_page_by_page() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        // No more at once than the queue of writes takes.
        for part in 0..11 {
            let makes = (0..100).map(|it| shop.make(json!({ "title": format!("第 {part}-{it} 件") })));
            futures::future::join_all(makes).await.into_iter().for_each(|it| {
                it.expect("create");
            });
        }
        let report = shop.system.records.verify_audit().await.expect("verify");
        assert!(report.rows >= 1100 && report.findings.is_empty(), "{report:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_during_the_verification_are_no_findings() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        let mut ids = Vec::new();
        for _ in 0..20 {
            ids.push(shop.make(json!({ "title": "甲" })).await.expect("create").id);
        }
        let fields = crate::shop::object(json!({ "title": "乙" }));
        let work = async {
            for id in ids.iter().rev() {
                shop.system
                    .records
                    .update(&shop.all, "permit", id, 1, &fields)
                    .await
                    .expect("update");
            }
        };
        let verify = async {
            let mut found = Vec::new();
            for _ in 0..10 {
                found.extend(shop.system.records.verify_audit().await.expect("verify").findings);
            }
            found
        };
        let ((), found) = tokio::join!(work, verify);
        assert_eq!(found, vec![]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_without_its_head_is_refused_and_not_waited_for() {
    let shop = Shop::open(BOTH[0]).await;
    shop.system.records.system("test").stamp("permit").await.expect("noted");
    let chain = "job:kernel/202610";
    let key = vec![("chain".into(), Value::from(chain))];
    tamper(
        &shop.system,
        Write::Delete {
            table: "yw_chain".into(),
            key,
        },
    )
    .await;
    let again = shop.system.records.system("other");
    let waited = tokio::time::timeout(std::time::Duration::from_secs(20), again.stamp("permit")).await;
    waited.expect("an answer").expect_err("the chain cannot go on");
    let once_more = again.stamp("permit").await;
    once_more.expect_err("what was not noted is not read");
}

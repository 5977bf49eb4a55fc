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

//! Which keys a database belongs to is decided once, also when two nodes first start together with different ones.

use std::sync::Arc;

use yiwang_records::rows::{Lane, Value};
use yiwang_records::{KeyRing, Options, Records, RowWrite};
use yiwang_testkit::system::{BOTH, TestSystem};
use yiwang_testkit::time::{ManualClock, SeededEntropy};
use yiwang_types::{Fault, Offset};

async fn open(system: &TestSystem, seed: u64) -> Result<Records, Fault> {
    let options = Options {
        store: system.records.store().clone(),
        keys: KeyRing::parse(&KeyRing::generate(&SeededEntropy::new(seed))).expect("keys"),
        clock: Arc::new(ManualClock::at("2026-10-09T09:00:00+08:00")),
        entropy: Arc::new(SeededEntropy::new(seed)),
        offset: Offset::CHINA,
    };
    Records::open(options).await
}

#[tokio::test]
async fn of_first_nodes_with_different_keys_one_is_let_in() {
    for on in BOTH {
        let system = TestSystem::open(on, &[]).await;
        let forget = |id: &str| RowWrite::Delete {
            table: "yw_key".into(),
            key: vec![("id".into(), Value::from(id))],
        };
        let gone = system
            .records
            .write_rows(Lane::Interactive, vec![forget("hash"), forget("k1")]);
        gone.await.expect("as if it were the first start");
        let together = futures::future::join_all((1..=4).map(|seed| open(&system, seed))).await;
        let refused: Vec<Option<String>> = together.into_iter().map(|it| it.err().map(|it| it.detail)).collect();
        assert_eq!(refused.iter().flatten().count(), 3, "{on:?}: {refused:?}");
        assert!(refused.iter().flatten().all(|it| it.contains("从备份恢复")), "{refused:?}");
        for (seed, before) in (1..).zip(&refused) {
            let again = open(&system, seed).await;
            assert_eq!(again.is_ok(), before.is_none(), "{on:?}: the keys of the first stay");
        }
    }
}

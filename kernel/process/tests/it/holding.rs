//! Who holds a task, who may take it away, and who is kept from it.

use std::time::Duration;

use serde_json::json;
use yiwang_process::ActInput;
use yiwang_records::Ctx;
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::office::{Office, refused, reply, saying, with};

async fn holder(office: &Office, task: &str) -> Option<String> {
    office
        .system
        .processes
        .task(&office.clerk, task)
        .await
        .expect("task")
        .holder
        .map(|it| it.0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_who_claim_one_holds() {
    for on in BOTH {
        let office = Office::open(on).await;
        let mut clerks = Vec::new();
        for n in 0..5 {
            clerks.push(office.system.staff(&format!("c{n}"), "centre", &["clerk"], &["99"]).await);
        }
        for round in 0..15 {
            let saved = office.report().await;
            let task = office.task(&office.clerk, &saved).await;
            let claims = clerks.iter().enumerate().map(|(n, who)| {
                let (office, task) = (&office, &task);
                let late = Duration::from_micros(u64::try_from(n).expect("small") * (100 + 150 * round));
                async move {
                    tokio::time::sleep(late).await;
                    (
                        who.subject.id.clone(),
                        office.system.processes.act(who, task, "claim", &ActInput::default()).await,
                    )
                }
            });
            let all = futures::future::join_all(claims).await;
            let won: Vec<&String> = all.iter().filter(|it| it.1.is_ok()).map(|it| &it.0).collect();
            assert_eq!(won.len(), 1, "round {round}: {won:?}");
            assert_eq!(holder(&office, &task).await.as_ref(), Some(won[0]));
            for (_, result) in all.into_iter().filter(|it| it.1.is_err()) {
                assert_eq!(refused(result), Code::TaskTaken);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_does_not_undo_a_release() {
    for on in BOTH {
        let office = Office::open(on).await;
        for round in 0..15 {
            let saved = office.report().await;
            let task = office.task(&office.clerk, &saved).await;
            let empty = ActInput::default();
            let act = |who, act| office.system.processes.act(who, &task, act, &empty);
            act(&office.clerk, "claim").await.expect("claim");
            let renewal = async {
                tokio::time::sleep(Duration::from_micros(200 * round)).await;
                office.system.processes.renew(&office.clerk, &task).await
            };
            let (released, renewed) = tokio::join!(act(&office.chief, "release"), renewal);
            released.expect("release");
            if let Err(fault) = renewed {
                assert_eq!(fault.code, Code::TaskTaken);
            }
            assert_eq!(holder(&office, &task).await, None, "round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_needs_the_right_on_this_record() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.dispatched().await;
    let task = office.task(&office.worker, &saved).await;
    let act = |who: Ctx, act: &'static str| {
        let (office, task) = (&office, &task);
        async move { office.system.processes.act(&who, task, act, &ActInput::default()).await }
    };
    assert_eq!(act(office.worker.clone(), "claim").await.expect("claim").status, "HANDLING");
    let elsewhere = office.system.staff("d1", "centre", &["desk"], &["9902"]).await;
    assert_eq!(refused(act(elsewhere, "release").await), Code::NotFound);
    let here = office.system.staff("d2", "centre", &["desk"], &["99"]).await;
    assert_eq!(
        act(here, "release").await.expect("release").status,
        "DISPATCHED",
        "nobody handles it now"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_decides_what_he_asked() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.dispatched().await;
        let both = office.system.staff("w2", "lights", &["worker", "chief"], &["99"]).await;
        let ask = saying("等配件", json!({ "extend_amount": 2 }));
        let main = office.task(&office.worker, &saved).await;
        office.system.processes.act(&both, &main, "extend", &ask).await.expect("ask");
        let side = office.task(&office.chief, &saved).await;
        assert_ne!(side, main);
        let mut deputy = (*office.chief.subject).clone();
        deputy.on_behalf = Some("w2".to_owned());
        for who in [both.clone(), Ctx::new(deputy.into())] {
            for act in ["claim", "complete"] {
                let no = office.system.processes.act(&who, &side, act, &with("agree", json!({}))).await;
                assert_eq!(refused(no), Code::Separation, "{act}");
            }
            let view = office.system.processes.task(&who, &side).await.expect("view");
            assert!(view.acts.is_empty() && view.hindrance.is_some_and(|it| it.contains("自己提出")));
        }
        let long = ActInput {
            comment: Some("长".repeat(3000)),
            ..with("agree", json!({}))
        };
        assert_eq!(
            refused(office.system.processes.act(&office.chief, &side, "complete", &long).await),
            Code::Invalid
        );
        office
            .system
            .processes
            .act(&office.chief, &side, "complete", &with("agree", json!({})))
            .await
            .expect("another chief");
        // Whoever asked for time has had a part in the handling.
        office.act(&office.worker, &saved, "complete", reply()).await.expect("reply");
        let checker = office.system.staff("w2", "field", &["checker"], &["9901"]).await;
        assert_eq!(
            refused(office.act(&checker, &saved, "complete", with("solved", json!({}))).await),
            Code::Separation
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_acted_for_has_acted() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.dispatched().await;
    let mut deputy = (*office.worker.subject).clone();
    deputy.on_behalf = Some("checker1".to_owned());
    let deputy = Ctx::new(deputy.into());
    office
        .act(&deputy, &saved, "complete", reply())
        .await
        .expect("reply for the other one");
    let no = office
        .act(&office.checker, &saved, "complete", with("solved", json!({})))
        .await;
    assert_eq!(refused(no), Code::Separation);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_sees_a_case_while_it_has_a_task_on_it() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.dispatched().await;
        let colleague = office.system.staff("worker2", "lights", &["worker"], &[]).await;
        let sees = |who: Ctx| {
            let (office, id) = (&office, saved.id.as_str());
            async move { office.system.records.get(&who, "repair", id).await.is_ok() }
        };
        assert!(sees(colleague.clone()).await, "it is in his pool");
        let version = office
            .system
            .records
            .get(&office.clerk, "repair", &saved.id)
            .await
            .expect("get")
            .version;
        let kind = crate::office::object(json!({ "kind": "pipe" }));
        office
            .system
            .records
            .update(&office.clerk, "repair", &saved.id, version, &kind)
            .await
            .expect("another kind");
        office
            .act(&office.worker, &saved, "return", saying("不归我们", json!({})))
            .await
            .expect("return");
        assert_eq!(office.field(&saved, "unit").await, json!("water"));
        assert!(!sees(colleague).await, "his unit has nothing to do with it any more");
        assert!(sees(office.worker.clone()).await, "who acted finds it among what he has done");
    }
}

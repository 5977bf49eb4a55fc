//! 延期 and 挂账: asked by the unit, decided by the chief.

use serde_json::json;
use yiwang_process::ActInput;
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::office::{Office, refused, reply, saying, with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_extension_moves_the_deadline_when_agreed() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.dispatched().await;
        assert_eq!(
            refused(
                office
                    .act(&office.worker, &saved, "extend", saying("等配件", json!({})))
                    .await
            ),
            Code::Invalid
        );
        office
            .act(
                &office.worker,
                &saved,
                "extend",
                saying("等配件", json!({ "extend_amount": 2 })),
            )
            .await
            .expect("ask");
        let twice = office
            .act(
                &office.worker,
                &saved,
                "extend",
                saying("等配件", json!({ "extend_amount": 2 })),
            )
            .await;
        assert_eq!(refused(twice), Code::ActNotAllowed, "one request at a time");
        assert_eq!(office.field(&saved, "extend_count").await, json!(0), "asked is not granted");
        let no = office.act(&office.chief, &saved, "complete", with("refuse", json!({}))).await;
        assert_eq!(refused(no), Code::Invalid, "a refusal needs its reason");
        office
            .act(&office.chief, &saved, "complete", with("agree", json!({})))
            .await
            .expect("agree");
        let clocks = office.clocks(&saved).await;
        assert_eq!(clocks[0].due.to_string(), "2026-10-09T16:30:00+08:00");
        let code = office.field(&saved, "code").await;
        let code = code.as_str().expect("a code");
        let told = office.system.processes.matter_by_code("repair", code).await;
        let told = told.expect("whoever has the code may ask").expect("a matter");
        assert_eq!(told.clocks[&clocks[0].id].due, clocks[0].due);
        assert_eq!(office.field(&saved, "extend_count").await, json!(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspension_stops_the_clocks_until_its_review() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.dispatched().await;
        let past = office
            .act(
                &office.worker,
                &saved,
                "suspend",
                saying("冬天不能施工", json!({ "review_date": "2026-10-01" })),
            )
            .await;
        assert_eq!(refused(past), Code::Invalid);
        office.system.clock.pass_minutes(60);
        office
            .act(
                &office.worker,
                &saved,
                "suspend",
                saying("等天晴", json!({ "review_date": "2026-10-12" })),
            )
            .await
            .expect("ask");
        let agreed = office
            .act(&office.chief, &saved, "complete", with("agree", json!({})))
            .await
            .expect("agree");
        assert_eq!(agreed.status, "SUSPENDED");
        office.system.clock.set("2026-10-12T00:00:01+08:00");
        assert_eq!(office.system.processes.fire_due(10).await.expect("review"), 1);
        let clocks = office.clocks(&saved).await;
        // One hour was used on Friday; three remain on Monday 12 October.
        assert_eq!(
            (clocks[0].state, clocks[0].due.to_string()),
            ("running", "2026-10-12T11:30:00+08:00".to_owned())
        );
        office.system.clock.set("2026-10-12T09:00:00+08:00");
        office.act(&office.worker, &saved, "complete", reply()).await.expect("reply");
        assert_eq!(office.field(&saved, "on_time").await, json!(true));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_without_a_task_need_their_grant() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.dispatched().await;
    let urge = saying("请快一点", json!({}));
    office
        .system
        .processes
        .act_on(&office.clerk, "repair", &saved.id, "urge", &urge)
        .await
        .expect("urge");
    assert_eq!(office.field(&saved, "urge_count").await, json!(1));
    let no = office
        .system
        .processes
        .act_on(&office.chief, "repair", &saved.id, "urge", &urge)
        .await;
    assert_eq!(refused(no), Code::Forbidden);
    let empty = office
        .system
        .processes
        .act_on(&office.clerk, "repair", &saved.id, "urge", &ActInput::default())
        .await;
    assert_eq!(refused(empty), Code::Invalid);
    let acts = office
        .system
        .processes
        .acts_on(&office.clerk, "repair", &saved.id)
        .await
        .expect("acts");
    assert_eq!(acts.items.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["urge"]);
}

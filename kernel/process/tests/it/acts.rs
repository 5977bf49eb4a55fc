//! A matter's way through its tasks, and who may do what on it.

use serde_json::json;
use yiwang_process::{ActInput, TaskBox, TaskListParams};
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::office::{Office, file, refused, reply, saying, unsolved, with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_matter_goes_from_report_to_rating() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.report().await;
        assert_eq!(
            (saved.status.as_str(), saved.numbers["receipt"].as_str()),
            ("REPORTED", "BX202610090001")
        );
        assert_eq!(saved.numbers["code"].len(), 12, "the code is random and has 60 bits");
        let filed = office.act(&office.clerk, &saved, "complete", file()).await.expect("file");
        assert_eq!(
            (filed.status.as_str(), filed.numbers["file_number"].as_str()),
            ("DISPATCHED", "20260001")
        );
        assert_eq!(office.field(&saved, "unit").await, json!("lights"));
        office
            .act(&office.worker, &saved, "claim", ActInput::default())
            .await
            .expect("claim");
        assert_eq!(
            office
                .act(&office.worker, &saved, "complete", reply())
                .await
                .expect("reply")
                .status,
            "CHECKING"
        );
        assert_eq!(office.field(&saved, "on_time").await, json!(true));
        assert_eq!(
            office
                .act(&office.checker, &saved, "complete", unsolved())
                .await
                .expect("unsolved")
                .status,
            "DISPATCHED"
        );
        assert_eq!(office.field(&saved, "rework_count").await, json!(1));
        office
            .act(&office.worker, &saved, "complete", reply())
            .await
            .expect("reply again");
        assert_eq!(
            office
                .act(&office.checker, &saved, "complete", with("solved", json!({})))
                .await
                .expect("solved")
                .status,
            "CLOSED"
        );
        office.rate(&saved).await.expect("rate");
        assert_ne!(office.field(&saved, "rated_at").await, json!(null));
        let again = office.rate(&saved).await;
        assert_eq!(refused(again), Code::AlreadyRated);
        let report = office.system.records.verify_audit().await.expect("audit");
        assert_eq!(report.findings, vec![]);
        let timeline = office.timeline(&saved).await;
        let acts: Vec<&str> = timeline.iter().map(|it| it.act.as_str()).collect();
        assert_eq!(
            acts,
            [
                "create", "complete", "claim", "complete", "complete", "complete", "complete", "rate"
            ]
        );
        let done = TaskListParams {
            task_box: TaskBox::Done,
            ..TaskListParams::default()
        };
        assert_eq!(
            office
                .system
                .processes
                .tasks(&office.worker, &done)
                .await
                .expect("done")
                .items
                .len(),
            2
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_a_form_is_told_at_once() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.report().await;
    let bad = with("file", json!({ "kind": "rocket", "colour": "red" }));
    let fault = office.act(&office.clerk, &saved, "complete", bad).await.expect_err("refused");
    let mut fields: Vec<&str> = fault.fields.iter().map(|it| it.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!((fault.code, fields), (Code::Invalid, vec!["area", "colour", "kind"]));
    assert!(fault.fields.iter().all(|it| !it.message.is_empty() && !it.remedy.is_empty()));
    let fault = office
        .act(&office.clerk, &saved, "complete", with("nonsense", json!({})))
        .await
        .expect_err("refused");
    assert!(fault.fields[0].remedy.contains("立案(file)"), "{fault}");
    let fault = office
        .report_with(json!({ "title": "灯", "contact_allowed": true }))
        .await
        .expect_err("rule");
    assert_eq!(fault.fields[0].message, "允许联系时要留电话");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_handled_may_not_check() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.dispatched().await;
        office.act(&office.worker, &saved, "complete", reply()).await.expect("reply");
        // A second post does not help, nor acting for somebody who handled.
        let second_post = office.system.staff("worker1", "field", &["checker"], &["9901"]).await;
        assert_eq!(
            refused(office.act(&second_post, &saved, "complete", with("solved", json!({}))).await),
            Code::Separation
        );
        let mut deputy = (*office.checker.subject).clone();
        deputy.on_behalf = Some("worker1".to_owned());
        let deputy = yiwang_records::Ctx::new(std::sync::Arc::new(deputy));
        assert_eq!(
            refused(office.act(&deputy, &saved, "complete", with("solved", json!({}))).await),
            Code::Separation
        );
        office
            .act(&office.checker, &saved, "complete", with("solved", json!({})))
            .await
            .expect("another person");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opening_claims_for_five_minutes() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.report().await;
    let task = office.task(&office.clerk, &saved).await;
    let act = |who, act: &'static str| {
        office
            .system
            .processes
            .act(who, &task, act, Box::leak(Box::new(ActInput::default())))
    };
    act(&office.clerk, "claim").await.expect("claim");
    assert_eq!(refused(act(&office.clerk2, "claim").await), Code::TaskTaken);
    assert_eq!(
        refused(office.system.processes.act(&office.clerk2, &task, "complete", &file()).await),
        Code::TaskTaken
    );
    office.system.clock.pass_minutes(4);
    office.system.processes.renew(&office.clerk, &task).await.expect("renewed");
    office.system.clock.pass_minutes(4);
    assert_eq!(
        refused(act(&office.clerk2, "claim").await),
        Code::TaskTaken,
        "the renewal holds"
    );
    office.system.clock.pass_minutes(2);
    act(&office.clerk2, "claim").await.expect("the lease ran out");
    let seen = async |who: &yiwang_records::Ctx| {
        let task = office.system.processes.task(who, &task).await.expect("task");
        task.acts.into_iter().map(|it| it.act).collect::<Vec<_>>()
    };
    assert_eq!(
        seen(&office.chief).await,
        ["release"],
        "who may not work on it may still end the hold"
    );
    act(&office.chief, "release").await.expect("the chief may release");
    assert_eq!(refused(act(&office.checker, "release").await), Code::Forbidden);
    act(&office.clerk, "claim").await.expect("free again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_returns_and_the_window() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.dispatched().await;
    let back = || saying("不归我们管", json!({}));
    assert_eq!(
        refused(office.act(&office.worker, &saved, "return", ActInput::default()).await),
        Code::Invalid,
        "a reason is needed"
    );
    office.act(&office.worker, &saved, "return", back()).await.expect("first");
    office.system.clock.pass_minutes(121);
    assert_eq!(
        refused(office.act(&office.worker, &saved, "return", back()).await),
        Code::ActNotAllowed,
        "window of two working hours"
    );
    let other = office.dispatched().await;
    office.act(&office.worker, &other, "return", back()).await.expect("first");
    office.act(&office.worker, &other, "return", back()).await.expect("second");
    assert_eq!(
        refused(office.act(&office.worker, &other, "return", back()).await),
        Code::ActNotAllowed,
        "no third"
    );
    assert_eq!(office.field(&other, "return_count").await, json!(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_unit_sees_the_phone_only_when_agreed() {
    let office = Office::open(BOTH[0]).await;
    let hidden = office.dispatched().await;
    let view = office
        .system
        .records
        .get(&office.worker, "repair", &hidden.id)
        .await
        .expect("own case");
    assert_eq!(
        (view.fields["phone"].clone(), view.masked),
        (json!("139****1234"), vec!["phone".to_owned()])
    );
    let open = json!({ "title": "灯", "phone": "13900001234", "contact_allowed": true });
    let open = office.report_with(open).await.expect("report");
    office.act(&office.clerk, &open, "complete", file()).await.expect("file");
    let view = office
        .system
        .records
        .get(&office.worker, "repair", &open.id)
        .await
        .expect("own case");
    assert_eq!(view.fields["phone"], json!("13900001234"));
    let stranger = office.system.staff("worker9", "water", &["worker"], &[]).await;
    let fault = office
        .system
        .records
        .get(&stranger, "repair", &open.id)
        .await
        .expect_err("out of scope");
    assert_eq!(fault.code, Code::NotFound);
}

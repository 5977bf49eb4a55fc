//! Matters that stand still, and what is left behind when they end.

use serde_json::json;
use yiwang_process::{ActInput, TaskBox, TaskListParams};
use yiwang_records::rows::{Filter, Scope, Select};
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::office::{Office, refused, reply, saying, unsolved, with};

async fn suspended(office: &Office) -> yiwang_records::Saved {
    let saved = office.dispatched().await;
    office.system.clock.pass_minutes(60);
    let ask = saying("等天晴", json!({ "review_date": "2026-10-12" }));
    office.act(&office.worker, &saved, "suspend", ask).await.expect("ask");
    office
        .act(&office.chief, &saved, "complete", with("agree", json!({})))
        .await
        .expect("agree");
    saved
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_is_done_ends_its_suspension() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = suspended(&office).await;
        let claimed = office
            .act(&office.worker, &saved, "claim", ActInput::default())
            .await
            .expect("claim");
        assert_eq!(claimed.status, "SUSPENDED", "to look at it does not resume it");
        office.system.clock.pass_minutes(30);
        assert_eq!(
            office
                .act(&office.worker, &saved, "complete", reply())
                .await
                .expect("reply")
                .status,
            "CHECKING"
        );
        assert_eq!(
            (office.field(&saved, "on_time").await, office.field(&saved, "minutes").await),
            (json!(true), json!(60))
        );
        office
            .act(&office.checker, &saved, "complete", unsolved())
            .await
            .expect("unsolved");
        let clocks = office.clocks(&saved).await;
        assert_eq!(clocks[0].state, "running", "rework runs the clock on");
        office.act(&office.worker, &saved, "complete", reply()).await.expect("reply");
        office
            .act(&office.checker, &saved, "complete", with("solved", json!({})))
            .await
            .expect("solved");
        let acts = office.timeline(&saved).await.len();
        office.system.clock.set("2026-10-12T00:00:01+08:00");
        office.system.processes.fire_due(10).await.expect("nothing to review");
        let timeline = office.timeline(&saved).await;
        assert_eq!(timeline.len(), acts, "a closed case is left alone: {timeline:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_date_that_has_passed_is_not_agreed_to() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.dispatched().await;
    let ask = saying("等天晴", json!({ "review_date": "2026-10-12" }));
    office.act(&office.worker, &saved, "suspend", ask).await.expect("ask");
    office.system.clock.set("2026-10-12T09:00:00+08:00");
    let late = office.act(&office.chief, &saved, "complete", with("agree", json!({}))).await;
    assert_eq!(refused(late), Code::ActNotAllowed);
    let refuse = ActInput {
        comment: Some("日期已过".into()),
        ..with("refuse", json!({}))
    };
    office.act(&office.chief, &saved, "complete", refuse).await.expect("refuse");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_falls_away_with_its_task() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.dispatched().await;
        let ask = saying("等配件", json!({ "extend_amount": 2 }));
        office.act(&office.worker, &saved, "extend", ask).await.expect("ask");
        let side = office.task(&office.chief, &saved).await;
        office.act(&office.worker, &saved, "complete", reply()).await.expect("reply");
        let view = office.system.processes.task(&office.chief, &side).await.expect("view");
        assert_eq!(view.state, "cancelled");
        let no = office
            .system
            .processes
            .act(&office.chief, &side, "complete", &with("agree", json!({})))
            .await;
        assert_eq!(refused(no), Code::TaskDone);
        let done = TaskListParams {
            task_box: TaskBox::Done,
            ..TaskListParams::default()
        };
        let done = office
            .system
            .processes
            .tasks(&office.worker, &done)
            .await
            .expect("done")
            .items;
        assert_eq!(
            done.iter()
                .map(|it| it.element.as_deref().unwrap_or_default())
                .collect::<Vec<_>>(),
            ["handle"],
            "he did not decide his own request"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_ends_once_and_keeps_no_personal_data() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.dispatched().await;
    let state = |column: &'static str| {
        let office = &office;
        async move {
            let select = Select {
                limit: 1,
                ..Select::new("yw_instance", &[column], Scope::All).filter(Filter::eq("register", "repair"))
            };
            office.system.records.rows(&select).await.expect("instance")[0][0].clone()
        }
    };
    let blob = state("state").await;
    let text = String::from_utf8_lossy(blob.as_bytes().expect("bytes")).into_owned();
    assert!(
        text.contains("名lights") && !text.contains("13911112222"),
        "sensitive values stay in their register: {text}"
    );
    office.act(&office.worker, &saved, "complete", reply()).await.expect("reply");
    office
        .act(&office.checker, &saved, "complete", with("solved", json!({})))
        .await
        .expect("solved");
    let ended = state("ended_at").await;
    office.system.clock.pass_minutes(60);
    office.rate(&saved).await.expect("rate");
    assert_eq!(state("ended_at").await, ended);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_matter_leaves_no_task_and_no_timer() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.dispatched().await;
        let version = office
            .system
            .records
            .get(&office.clerk, "repair", &saved.id)
            .await
            .expect("get")
            .version;
        let stale = office
            .system
            .processes
            .delete(&office.clerk, "repair", &saved.id, version - 1, "重复")
            .await;
        assert_eq!(refused(stale), Code::VersionConflict);
        office
            .system
            .processes
            .delete(&office.clerk, "repair", &saved.id, version, "重复")
            .await
            .expect("delete");
        let open = office
            .system
            .processes
            .tasks(&office.worker, &TaskListParams::default())
            .await
            .expect("tasks");
        assert!(open.items.is_empty());
        office.system.clock.set("2026-12-01T09:00:00+08:00");
        assert_eq!(office.system.processes.fire_due(10).await.expect("timers"), 0);
        assert_eq!(office.system.records.verify_audit().await.expect("audit").findings, vec![]);
    }
}

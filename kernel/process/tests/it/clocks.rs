//! Clocks, timers and lights.

use serde_json::json;
use yiwang_testkit::system::BOTH;

use crate::office::{Office, reply, unsolved};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_department_clock_stands_while_the_centre_checks() {
    for on in BOTH {
        let office = Office::open(on).await;
        // 4 working hours from 09:00: three before noon, one from 13:30.
        let saved = office.dispatched().await;
        let due = |it: Vec<yiwang_process::ClockView>| it[0].due.to_string();
        let clocks = || office.system.processes.clocks(&office.clerk, "repair", &saved.id);
        assert_eq!(due(clocks().await.expect("clocks")), "2026-10-09T14:30:00+08:00");
        office.system.clock.pass_minutes(60);
        office
            .act(&office.worker, &saved, "complete", reply())
            .await
            .expect("reply at 10:00");
        assert_eq!(clocks().await.expect("clocks")[0].state, "paused");
        office.system.clock.pass_minutes(60);
        office
            .act(&office.checker, &saved, "complete", unsolved())
            .await
            .expect("check at 11:00");
        // The hour of the check does not count.
        assert_eq!(due(clocks().await.expect("clocks")), "2026-10-09T15:30:00+08:00");
        office.system.clock.set("2026-10-09T15:31:00+08:00");
        assert_eq!(office.system.processes.fire_due(10).await.expect("timers"), 1);
        assert_eq!(office.system.processes.fire_due(10).await.expect("timers"), 0, "once");
        assert_eq!(office.field(&saved, "overdue").await, json!(true));
        office
            .act(&office.worker, &saved, "complete", reply())
            .await
            .expect("late reply");
        assert_eq!(
            (office.field(&saved, "on_time").await, office.field(&saved, "minutes").await),
            (json!(false), json!(241))
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_dispatched_anew_has_a_new_clock() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.dispatched().await;
    office.system.clock.pass_minutes(30);
    office
        .act(&office.worker, &saved, "return", crate::office::saying("不归我们", json!({})))
        .await
        .expect("return");
    let clocks = office.clocks(&saved).await;
    assert_eq!(
        (clocks.len(), clocks[0].due.to_string()),
        (1, "2026-10-09T15:00:00+08:00".to_owned())
    );
    let light = clocks[0].light.clone().expect("light");
    assert_eq!((light.word, light.remaining.as_str()), ("正常", "剩 4 小时"));
}

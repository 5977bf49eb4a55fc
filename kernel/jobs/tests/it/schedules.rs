//! Schedules across two nodes.

use serde_json::json;
use yiwang_jobs::{Schedule, When, Worker};
use yiwang_store::{Scope, Select};
use yiwang_types::{Clock, Instant, Offset};

use crate::support::{Fixture, Seen, both, worker};

both!(
    one_node_fires,
    a_declared_schedule_goes_on_and_a_changed_one_changes,
    one_broken_schedule_does_not_stop_the_others
);

fn nightly(hour: u8) -> Schedule {
    let when = When::Daily {
        hour,
        minute: 30,
        offset: Offset::CHINA,
    };
    Schedule {
        name: "nightly".to_owned(),
        kind: "note".to_owned(),
        payload: json!("sweep"),
        when,
    }
}

/// Both nodes look at once; gives how often the schedule was fired.
async fn both_run(one: &Worker, two: &Worker) -> u32 {
    let (first, second) = tokio::join!(one.run_due(10), two.run_due(10));
    first.expect("one").fired + second.expect("two").fired
}

async fn one_node_fires(it: Fixture) {
    it.one.schedule(nightly(2)).await.expect("schedule");
    it.two.schedule(nightly(2)).await.expect("schedule");
    let seen = Seen::default();
    let (one, two) = (worker(&it.one, &seen, Ok(())), worker(&it.two, &seen, Ok(())));
    assert_eq!(both_run(&one, &two).await, 0);
    let hour = 3_600_000;
    let midnight = Instant::parse("2026-10-10T02:30:00+08:00").expect("instant");
    // Three nights, the last ones missed and made up for once.
    for (wait, fired) in [
        (18 * hour + hour / 2, 1),
        (23 * hour, 0),
        (hour, 1),
        (49 * hour, 1),
        (hour, 0),
    ] {
        it.clock.advance(wait);
        assert_eq!(both_run(&one, &two).await, fired, "{}", it.clock.now());
        // What the losing node had no chance to see.
        two.run_due(10).await.expect("run");
    }
    let due: Vec<i64> = seen.take().into_iter().map(|it| it.due_at.since(midnight) / hour).collect();
    assert_eq!(due, [0, 24, 48]);
}

async fn next_at(it: &Fixture) -> Vec<String> {
    let rows = it
        .store
        .select(&Select::new("yw_schedule", &["next_at"], Scope::All))
        .await
        .expect("rows");
    rows.iter()
        .flatten()
        .filter_map(|it| it.as_int())
        .map(|it| Instant::from_millis(it).to_string())
        .collect()
}

async fn a_declared_schedule_goes_on_and_a_changed_one_changes(it: Fixture) {
    it.one.schedule(nightly(9)).await.expect("schedule");
    assert_eq!(next_at(&it).await, ["2026-10-09T09:30:00+08:00"]);
    it.clock.advance(2 * 3_600_000);
    it.two.schedule(nightly(9)).await.expect("declared again, while it is due");
    assert_eq!(next_at(&it).await, ["2026-10-09T09:30:00+08:00"]);
    let seen = Seen::default();
    assert_eq!(worker(&it.one, &seen, Ok(())).run_due(10).await.expect("run").fired, 1);
    it.two.schedule(nightly(12)).await.expect("changed");
    assert_eq!(next_at(&it).await, ["2026-10-09T12:30:00+08:00"]);
    it.one
        .schedule(Schedule {
            when: When::EveryMinutes(20),
            ..nightly(0)
        })
        .await
        .expect("changed");
    assert_eq!(next_at(&it).await, ["2026-10-09T10:20:00+08:00"]);
    it.one.unschedule("nightly").await.expect("removed");
    assert_eq!(next_at(&it).await, [""; 0]);
}

async fn one_broken_schedule_does_not_stop_the_others(it: Fixture) {
    it.one.schedule(nightly(9)).await.expect("schedule");
    it.one
        .schedule(Schedule {
            name: "another".to_owned(),
            ..nightly(9)
        })
        .await
        .expect("schedule");
    let key = vec![("name".into(), "another".into())];
    let set = vec![("rule".into(), r#"{"full_moon":true}"#.into())];
    let broken = yiwang_store::Write::Update {
        table: "yw_schedule".into(),
        key,
        set,
        expect: Some(1),
    };
    crate::support::write(&it.store, vec![broken])
        .await
        .expect("a rule of a newer node");
    it.clock.advance(2 * 3_600_000);
    let report = worker(&it.two, &Seen::default(), Ok(())).run_due(10).await.expect("run");
    assert_eq!((report.fired, report.done), (1, 1));
}

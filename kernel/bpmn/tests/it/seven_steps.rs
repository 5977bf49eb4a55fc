//! A matter in seven steps, as large as a real one.

use yiwang_bpmn::{ActKind, Effect, parse};

use crate::diagram::runnable;
use crate::player::{Player, summary};

pub const FILE: &str = include_str!("seven_steps.bpmn");

fn player() -> Player {
    Player::new(runnable(FILE)).with_record(r#"{"division": "222402001", "handler": "D07", "rework_count": 0}"#)
}

#[test]
fn no_mistake_and_no_warning() {
    let (definitions, problems) = parse(FILE, "matter.bpmn");
    assert_eq!(problems, []);
    assert_eq!(definitions.expect("a drawing").check_runnable(), []);
}

#[test]
fn the_model_says_what_the_file_says() {
    let definitions = runnable(FILE);
    let process = definitions.process("matter").expect("the process");
    assert_eq!(
        (process.name.as_str(), process.register.as_deref()),
        ("七步办理", Some("matter"))
    );
    let tasks: Vec<&str> = process.user_tasks().map(|it| it.id.as_str()).collect();
    assert_eq!(
        tasks,
        ["intake", "verify", "decide_void", "dispatch", "handle", "check", "close"]
    );
    let intake = process.task("intake").expect("intake");
    assert_eq!(
        (intake.lease_ms, intake.clock.as_deref(), intake.status.as_deref()),
        (Some(300_000), Some("intake"), Some("REPORTED"))
    );
    assert_eq!(intake.form.as_deref(), Some("intake_file"));
    let reject = intake.outcome("reject").expect("reject");
    assert_eq!(
        (reject.title.as_str(), reject.form.as_deref(), reject.comment_required),
        ("不予受理", Some("intake_reject"), true)
    );
    let handle = process.task("handle").expect("handle");
    assert_eq!(handle.timers, ["late"]);
    assert_eq!(handle.endings().collect::<Vec<_>>(), ["reply", "return"]);
    let extend = handle.act("extend").expect("extend");
    assert_eq!(
        (extend.kind, extend.decided_by.as_deref(), extend.count.as_deref()),
        (ActKind::Request, Some("chief"), Some("extend_count"))
    );
    let returned = handle.act("return").expect("return");
    assert_eq!(returned.when.as_ref().map(|it| it.source()), Some("record.compelled != true"));
    assert!(returned.window.is_some());
    assert_eq!(
        process
            .task("dispatch")
            .and_then(|it| it.act("compel"))
            .map(|it| it.roles.clone()),
        Some(vec!["chief".to_owned()])
    );
    assert_eq!(
        process.task("check").map(|it| it.separate_from.clone()),
        Some(vec!["handle".to_owned()])
    );
    assert_eq!(process.act("urge").map(|it| it.kind), Some(ActKind::Note));
    let clock = process.clock("handling").expect("the clock");
    assert_eq!(
        (clock.runs_while.as_slice(), clock.ends_at.as_slice()),
        (["handle".to_owned()].as_slice(), ["close_ready".to_owned()].as_slice())
    );
}

#[test]
fn the_whole_way_with_every_detour() {
    let mut player = player();
    assert_eq!(player.start().map(summary), Ok("[REPORTED] +intake".to_owned()));
    let way = [
        ("intake", "verify", "- [VERIFY_PENDING] +verify"),
        ("verify", "", "- [REPORTED] +intake"),
        ("intake", "propose_void", "- [VOID_PROPOSED] +decide_void"),
        ("decide_void", "refuse", "- [REPORTED] +intake"),
        (
            "intake",
            "file",
            "- call number:matter_number {} record.filed_at=2026-10-09T08:00:00+08:00 decided unit [1] [FILED] +dispatch",
        ),
        ("dispatch", "send", "- [DISPATCHED] +handle late@handling"),
        ("handle", "return", "- untimer [FILED] +dispatch"),
        (
            "dispatch",
            "compel",
            "- record.compelled=true [DISPATCHED] +handle late@handling",
        ),
        ("handle", "reply", "- untimer [CHECKING] +check"),
        (
            "check",
            "unsolved",
            "- record.rework_count=1 [DISPATCHED] +handle late@handling",
        ),
        ("handle", "reply", "- untimer [CHECKING] +check"),
        ("check", "solved", "- [CLOSE_READY] +close"),
    ];
    for (task, outcome, expected) in way {
        assert_eq!(
            player.done(task, outcome).map(summary),
            Ok(expected.to_owned()),
            "{task}: {outcome}"
        );
        let size = player.state.to_bytes().len();
        assert!(size < 1000, "the stored state has {size} bytes");
    }
    assert_eq!(
        player.done("close", "").map(summary),
        Ok("- [CLOSED] end closed over".to_owned())
    );
    assert!(player.state.is_completed());
    assert_eq!(
        ["intake", "verify", "handle", "check"].map(|it| player.state.done(it)),
        [3, 1, 3, 2]
    );
}

#[test]
fn lateness_is_noted_beside_the_work() {
    let mut player = player();
    player.start().expect("start");
    player.done("intake", "file").expect("file");
    player.done("dispatch", "send").expect("send");
    assert_eq!(
        player.fire("late").map(summary),
        Ok("record.late=true end late_noted".to_owned())
    );
    assert_eq!(player.waiting(), ["handle"]);
    assert_eq!(
        player.done("handle", "reply").map(summary),
        Ok("- [CHECKING] +check".to_owned()),
        "no timer is left to cancel"
    );
}

#[test]
fn the_short_ways_out() {
    let mut rejected = player();
    rejected.start().expect("start");
    assert_eq!(
        rejected.done("intake", "reject").map(summary),
        Ok("- [NOT_ACCEPTED] end rejected over".to_owned())
    );
    let mut void = player();
    void.start().expect("start");
    void.done("intake", "propose_void").expect("proposed");
    assert_eq!(
        void.done("decide_void", "agree").map(summary),
        Ok("- [VOID] end void over".to_owned())
    );
}

#[test]
fn elements_whose_entry_ends_a_clock_are_told() {
    let mut player = player();
    player.start().expect("start");
    let effects = player.done("intake", "file").expect("file");
    let entered: Vec<&str> = effects
        .iter()
        .filter_map(|it| match it {
            Effect::Entered { node } => Some(node.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(entered, ["after_intake", "number", "note_filing", "suggest", "dispatch"]);
}

#[test]
fn thousands_of_matters_in_a_moment() {
    // No clock is read: the run as a whole would show a step that costs milliseconds.
    let definitions = runnable(FILE);
    for _ in 0..300 {
        let mut player = Player::new(definitions.clone()).with_record(r#"{"division": "1", "handler": "D", "rework_count": 0}"#);
        player.start().expect("start");
        for (task, outcome) in [
            ("intake", "file"),
            ("dispatch", "send"),
            ("handle", "reply"),
            ("check", "solved"),
            ("close", ""),
        ] {
            player.done(task, outcome).expect("done");
        }
        assert!(player.state.is_completed());
    }
}

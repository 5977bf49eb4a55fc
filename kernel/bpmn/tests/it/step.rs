//! How tokens move.

use yiwang_bpmn::{Effect, Event, MAX_MOVES, State, StepError};
use yiwang_feel::Context;

use crate::diagram::{outcome, runnable, script, xml};
use crate::player::{Player, play};

fn check(flows: &str, extensions: &[(&str, &str)], script: &str, expected: &str) {
    let mut player = Player::new(runnable(&xml(flows, extensions, "")));
    assert_eq!(play(&mut player, script), expected, "{flows} with {script}");
}

#[test]
fn sequences_gateways_and_ends() {
    check("s > t1; t1 > e", &[], "", "+t1");
    check("s > t1; t1 > e", &[], "t1:any", "- end e over");
    check("s > t1; t1 > t2; t2 > e", &[], "t1:ok", "- +t2");
    let either = r#"s > t1; t1 > x; x > t2 if outcome = "yes"; x > t3 if outcome = "no"; x > e default; t2 > e; t3 > e"#;
    check(either, &[], "t1:yes", "- +t2");
    check(either, &[], "t1:no", "- +t3");
    check(either, &[], "t1:other", "- end e over");
    let first_fits = r#"s > x; x > t1 if true; x > t2 if true; t1 > e; t2 > e"#;
    check(first_fits, &[], "", "+t1");
    let merge = r#"s > t1; t1 > x; x > t2 if outcome = "a"; x > x2 default; t2 > x2; x2 > t3; t3 > e"#;
    check(merge, &[], "t1:b", "- +t3");
    check(merge, &[], "t1:a t2:ok", "- +t3");
    let two_ends = r#"s > t1; t1 > x; x > e1 if outcome = "a"; x > e2 default"#;
    let status = [("e1", r#"<yw:end status="CLOSED"/>"#), ("e2", r#"<yw:end status="VOID"/>"#)];
    check(two_ends, &status, "t1:a", "- [CLOSED] end e1 over");
    check(two_ends, &status, "t1:b", "- [VOID] end e2 over");
    check(
        "s > m1; m1 > t1; t1 > e",
        &[("t1", r#"<yw:task status="OPEN"/>"#)],
        "",
        "[OPEN] +t1",
    );
}

#[test]
fn parallel_branches_and_joins() {
    let fork = "s > p1; p1 > t1; p1 > t2; t1 > p2; t2 > p2; p2 > t3; t3 > e";
    check(fork, &[], "", "+t1 +t2");
    check(fork, &[], "t2:ok", "-");
    check(fork, &[], "t2:ok t1:ok", "- +t3");
    check(fork, &[], "t1:ok t2:ok t3:ok", "- end e over");
    let no_join = "s > p1; p1 > t1; p1 > t2; t1 > e1; t2 > e2";
    check(no_join, &[], "t1:ok", "- end e1");
    check(no_join, &[], "t1:ok t2:ok", "- end e2 over");
    let implicit = "s > t1; t1 > t2; t1 > t3; t2 > e; t3 > e";
    check(implicit, &[], "t1:ok", "- +t2 +t3");
    let nested = "s > p1; p1 > t1; p1 > p2; p2 > t2; p2 > t3; t2 > p3; t3 > p3; p3 > p4; t1 > p4; p4 > e";
    check(nested, &[], "t1:ok t2:ok t3:ok", "- end e over");
    // A second token on one branch does not stand in for the missing branch.
    let twice = "s > p1; p1 > t1; p1 > t2; p1 > t3; t1 > x; t2 > x; x > p2; t3 > p2; p2 > t4; t4 > e";
    check(twice, &[], "t1:ok t2:ok", "-");
    check(twice, &[], "t1:ok t2:ok t3:ok", "- +t4");
    // The branch that ends elsewhere leaves the join waiting for ever: told, not silent.
    let leaves = r#"s > p1; p1 > t1; p1 > t2; t1 > x; x > p2 if outcome = "a"; x > e1 default; t2 > p2; p2 > e2"#;
    check(leaves, &[], "t2:ok t1:b", "- end e1 stuck p2");
    check(leaves, &[], "t1:a t2:ok", "- end e2 over");
}

#[test]
fn each_branch_keeps_its_own_outcome() {
    let flows = r#"s > p1; p1 > t1; p1 > t2; t1 > t3; t2 > p2; t3 > x; x > p2 if outcome = "c"; x > e1 default; p2 > e2"#;
    check(flows, &[], "t1:a t2:c t3:b", "- end e1 stuck p2");
    check(flows, &[], "t1:a t3:c t2:z", "- end e2 over");
}

#[test]
fn loops_count_and_open_the_task_anew() {
    let flows = r#"s > x1; x1 > t1; t1 > x2; x2 > x1 if outcome = "again" and process.done.t1 < 3; x2 > e default"#;
    let mut player = Player::new(runnable(&xml(flows, &[], "")));
    player.start().expect("start");
    let mut tokens = vec![player.token("t1")];
    for _ in 0..2 {
        player.done("t1", "again").expect("again");
        tokens.push(player.token("t1"));
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 3, "no two visits share a token");
    assert_eq!(player.state.done("t1"), 2);
    player.done("t1", "again").expect("the third time leads on");
    assert!(player.state.is_completed());
}

#[test]
fn a_loop_without_a_task_is_an_error_not_a_hang() {
    let endless = "s > x1; x1 > m1; m1 > x2; x2 > x1 if true; x2 > e default";
    check(endless, &[], "", "error: 流程在 x1 处转圈,没有停下来的任务,已中止");
    let counted = format!("s > x1; x1 > a; a > x2; x2 > x1 if n < {}; x2 > e default", MAX_MOVES / 4);
    let raw = script("a", "if n = null then 1 else n + 1", "n");
    let mut player = Player::new(runnable(&xml(&counted, &[], &raw)));
    assert_eq!(
        play(&mut player, ""),
        "end e over",
        "a loop that ends by its own script is fine"
    );
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let flows = r#"s > t1; t1 > x; x > t2 if outcome = "a"; x > e if outcome = "b"; t2 > e"#;
    let check = |script: &str, expected: &str| {
        let mut player = Player::new(runnable(&xml(flows, &[], "")));
        assert_eq!(play(&mut player, script), expected, "{script}");
        player
    };
    let player = check("t1:c", "error: 网关 x 的条件都不成立,也没有默认连线,走不下去");
    assert_eq!(player.waiting(), ["t1"], "the task is still open");

    let mut player = check("", "+t1");
    let task_done = |token: u32| Event::TaskDone {
        token,
        outcome: "a",
        variables: Context::new(),
    };
    assert_eq!(player.start().err(), Some(StepError::AlreadyStarted));
    assert_eq!(player.apply(task_done(99)).err(), Some(StepError::NoSuchToken { token: 99 }));
    assert_eq!(
        player.apply(Event::TimerFired { timer: 5 }).err(),
        Some(StepError::NoSuchTimer { timer: 5 })
    );
    let token = player.token("t1");
    let service = Event::ServiceDone {
        token,
        result: true.into(),
    };
    assert_eq!(
        player.apply(service).err(),
        Some(StepError::WrongNode {
            token,
            node: "t1".to_owned()
        })
    );
    player.done("t1", "b").expect("ends");
    assert_eq!(player.apply(task_done(token)).err(), Some(StepError::NotRunning));
    assert_eq!(
        player.start().err(),
        Some(StepError::AlreadyStarted),
        "an instance that is over does not begin again"
    );

    let fresh = Player::new(runnable(&xml(flows, &[], "")));
    let mut never_begun = fresh;
    assert_eq!(never_begun.apply(task_done(1)).err(), Some(StepError::NotRunning));
    let nowhere = Event::Start { node: Some("nowhere") };
    assert_eq!(
        never_begun.apply(nowhere).err(),
        Some(StepError::NoSuchNode {
            node: "nowhere".to_owned()
        })
    );
}

#[test]
fn only_declared_outcomes_end_a_task() {
    let flows = r#"s > t1; t1 > x; x > t1 if outcome = "return"; x > e default"#;
    let inside = format!(
        r#"{}<yw:act name="return" title="退回"/><yw:act name="ask" kind="request" decidedBy="chief"/>"#,
        outcome("file reject")
    );
    let extensions = [("t1", inside.as_str())];
    check(flows, &extensions, "t1:file", "- end e over");
    check(flows, &extensions, "t1:return", "- +t1");
    check(
        flows,
        &extensions,
        "t1:ask",
        "error: t1 没有结果“ask”,可选的有 file、reject、return",
    );
}

#[test]
fn cancelling_closes_everything() {
    let fork = "s > p1; p1 > t1; p1 > t2; t1 > p2; t2 > p2; p2 > e";
    check(fork, &[], "#", "x x over");
    check(fork, &[], "t1:ok #", "x over");
}

#[test]
fn a_start_at_a_given_node() {
    let fork = "s > t0; t0 > p1; p1 > t1; p1 > t2; t1 > p2; t2 > p2; p2 > e";
    let check = |node: &str, expected: &[&str]| {
        let mut player = Player::new(runnable(&xml(fork, &[], "")));
        player.apply(Event::Start { node: Some(node) }).expect("start");
        assert_eq!(player.waiting(), expected, "{node}");
    };
    check("t0", &["t0"]);
    check("p1", &["t1", "t2"]);
    check("t2", &["t2"]);
    check("p2", &[]);
}

#[test]
fn entered_and_left_come_in_pairs() {
    let mut player = Player::new(runnable(&xml("s > p1; p1 > t1; p1 > t2; t1 > p2; t2 > p2; p2 > e", &[], "")));
    let mut entered = Vec::new();
    let mut left = Vec::new();
    player.start().expect("start");
    for task in ["", "t1", "t2"] {
        if !task.is_empty() {
            player.done(task, "ok").expect("done");
        }
        for effect in &player.effects {
            match effect {
                Effect::Entered { node } => entered.push(node.clone()),
                Effect::Left { node } => left.push(node.clone()),
                _ => {}
            }
        }
    }
    assert_eq!(entered, ["s", "p1", "t1", "t2", "p2", "e"], "a join is entered once");
    left.sort();
    entered.sort();
    assert_eq!(left, entered);
}

#[test]
fn stored_bytes_carry_their_format() {
    let bytes = |text: &str| State::from_bytes(text.as_bytes()).map_err(|it| it.0);
    assert!(bytes("{}").is_err_and(|it| it.contains("format None")));
    let newer = r#"{"format":2,"next":0,"started":null,"tokens":[],"timers":[],"scopes":[],"done":{}}"#;
    assert!(bytes(newer).is_err_and(|it| it.contains("format Some(2)")));
    assert!(bytes(&newer.replace('2', "1")).is_ok_and(|it| it.is_new()));
    assert!(bytes(&newer.replace('2', "1").replace("next", "more")).is_err_and(|it| it.contains("unknown key")));
    assert!(bytes("nothing").is_err());
}

//! What expressions see and where values go.

use yiwang_bpmn::{Effect, Event, StepError};
use yiwang_feel::{Context, Value};

use crate::diagram::{runnable, script, xml};
use crate::player::{Player, play, summary};

fn player(flows: &str, extensions: &[(&str, &str)], raw: &str) -> Player {
    Player::new(runnable(&xml(flows, extensions, raw)))
}

#[test]
fn scripts_write_the_record_and_later_expressions_see_it() {
    let raw = script("a", "record.count + 1", "record.count") + &script("b", "record.count * 10", "record.tens");
    let flows = "s > a; a > b; b > x; x > t1 if record.tens = 50; x > e default; t1 > e";
    let mut player = player(flows, &[], &raw).with_record(r#"{"count": 4}"#);
    assert_eq!(play(&mut player, ""), "record.count=5 record.tens=50 +t1");
    assert_eq!(player.record("tens"), "50");
}

#[test]
fn writing_a_choice_drops_its_former_entry() {
    let raw = script("a", r#""B""#, "record.class") + &script("b", "record.class_entry.title", "record.title");
    let mut player =
        player("s > a; a > b; b > e", &[], &raw).with_record(r#"{"class": "A", "class_entry": {"title": "甲类"}, "title": "x"}"#);
    assert_eq!(play(&mut player, ""), "record.class=B record.title=null end e over");
}

#[test]
fn variables_live_in_the_instance() {
    let raw = script("a", "{limit: 3, 单位: \"working-day\"}", "plan") + &script("b", "plan.limit", "record.limit");
    let mut player = player("s > a; a > t1; t1 > b; b > e", &[], &raw);
    assert_eq!(play(&mut player, "t1:ok"), "- record.limit=3 end e over");
}

#[test]
fn no_variable_hides_what_the_caller_gives() {
    let flows = r#"s > t1; t1 > x; x > e1 if outcome = "a" and subject.user = "u1"; x > e2 default"#;
    let mut player = player(flows, &[], "");
    player
        .data
        .insert("subject", [("user", Value::text("u1"))].into_iter().collect::<Context>());
    player.start().expect("start");
    let token = player.token("t1");
    let variables = [("subject", Value::from(1_i64)), ("outcome", Value::text("b"))]
        .into_iter()
        .collect();
    let effects = player
        .apply(Event::TaskDone {
            token,
            outcome: "a",
            variables,
        })
        .expect("done");
    assert_eq!(summary(effects), "- end e1 over");
}

#[test]
fn mappings_keep_values_inside_an_activity() {
    let raw = r#"<bpmn:serviceTask id="a"><bpmn:extensionElements>
        <yw:service function="mail:notify" wait="true"/>
        <zeebe:ioMapping><zeebe:input source="=record.title" target="subject_line"/><zeebe:input source="=1 + 1" target="n"/>
          <zeebe:output source="=result.code + n" target="record.code"/><zeebe:output source="=result.text" target="answer"/></zeebe:ioMapping>
      </bpmn:extensionElements></bpmn:serviceTask>"#;
    let flows = r#"s > a; a > x; x > e1 if answer = "sent" and n = null; x > e2 default"#;
    let mut player = player(flows, &[], raw).with_record(r#"{"title": "路灯不亮"}"#);
    assert_eq!(
        play(&mut player, ""),
        r#"call mail:notify {n: 2, subject_line: "路灯不亮"} wait"#
    );
    let result = Value::from_json(&serde_json::json!({"code": 200, "text": "sent"}));
    let token = player.token("a");
    let effects = player.apply(Event::ServiceDone { token, result }).expect("done");
    assert_eq!(summary(effects), "record.code=202 end e1 over");
    assert_eq!(player.state.scopes.len(), 1, "the scope of the activity is gone");
}

#[test]
fn services_that_do_not_wait_go_on_at_once() {
    let raw = r#"<bpmn:serviceTask id="a"><bpmn:extensionElements><yw:service function="number:case_number"/></bpmn:extensionElements></bpmn:serviceTask>"#;
    let mut player = player("s > a; a > t1; t1 > e", &[], raw);
    assert_eq!(play(&mut player, ""), "call number:case_number {} +t1");
}

#[test]
fn decisions_are_asked_by_id() {
    let rule = |decision: &str, result: &str| {
        format!(
            r#"<bpmn:businessRuleTask id="a"><bpmn:extensionElements><zeebe:calledDecision decisionId="{decision}" resultVariable="{result}"/></bpmn:extensionElements></bpmn:businessRuleTask>"#
        )
    };
    let check = |decision: &str, result: &str, expected: &str| {
        let flows = r#"s > a; a > x; x > e1 if plan = "gogo"; x > e2 default"#;
        let mut player = player(flows, &[], &rule(decision, result)).with_record(r#"{"class": "C0101"}"#);
        assert_eq!(play(&mut player, ""), expected);
    };
    check("go", "plan", "decided go [1] end e1 over");
    check("class", "record.plan", "decided class [2, 3] record.plan=C0101 end e2 over");
    check("broken", "plan", "error: a 的决策 broken:没有这个决策");
}

#[test]
fn candidates_and_assignee_by_expression() {
    let check = |assignment: &str, expected: Result<(&[&str], Option<&str>), &str>| {
        let extension = format!("<zeebe:assignmentDefinition {assignment}/>");
        let mut player =
            player("s > t1; t1 > e", &[("t1", &extension)], "").with_record(r#"{"unit": "D1", "units": ["D1", "D2"]}"#);
        match (player.start(), expected) {
            (Ok(effects), Ok((pools, user))) => {
                let found = effects.iter().find_map(|it| match it {
                    Effect::OpenTask {
                        candidates, assignee, ..
                    } => Some((candidates.clone(), assignee.clone())),
                    _ => None,
                });
                let (candidates, assignee) = found.expect("a task");
                let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
                assert_eq!((candidates.as_slice(), assignee.as_deref()), (pools, user), "{assignment}");
            }
            (Err(error), Err(expected)) => assert_eq!(error.to_string(), expected, "{assignment}"),
            (found, expected) => panic!("{assignment}: {found:?}, expected {expected:?}"),
        }
    };
    check(r#"candidateGroups="intake, chief""#, Ok((&["intake", "chief"], None)));
    check(
        r#"candidateGroups="=&quot;handler@&quot; + record.unit""#,
        Ok((&["handler@D1"], None)),
    );
    check(
        r#"candidateGroups="=for u in record.units return &quot;handler@&quot; + u""#,
        Ok((&["handler@D1", "handler@D2"], None)),
    );
    check(r#"assignee="=record.unit""#, Ok((&[], Some("D1"))));
    check(r#"candidateGroups="chief" assignee="=record.nobody""#, Ok((&["chief"], None)));
    check(r#"candidateGroups="=record.nobody""#, Err("t1 没有可以办理的人"));
    check(r#"candidateGroups="=1 + 1""#, Err("t1 要的是办理人的文字或列表,得到的是 2"));
    check(r#"assignee="=true""#, Err("t1 要的是一个用户的编号,得到的是 true"));
}

#[test]
fn what_the_process_tells_about_itself() {
    let times = "if process.clock.c.late then process.done.t1 + process.done.t9 else 9";
    let raw = script("a", "process.started_at", "record.begun") + &script("b", times, "record.times");
    let clock = [("process", r#"<yw:clock id="c" limit="=null" runsWhile="t1"/>"#)];
    let mut player = player(
        "s > a; a > t1; t1 > b; b > x; x > t9 if false; x > e default; t9 > e",
        &clock,
        &raw,
    );
    assert_eq!(play(&mut player, ""), "record.begun=2026-10-09T08:00:00+08:00 +t1");
    player.env.now = player.env.now.plus_minutes(60);
    let from_caller = serde_json::json!({"clock": {"c": {"late": true}}, "done": "not the caller's to say"});
    player.data.insert("process", Value::from_json(&from_caller));
    assert_eq!(
        player.done("t1", "ok").map(summary),
        Ok("- record.times=1 end e over".to_owned())
    );
}

#[test]
fn values_of_every_kind_survive_storage() {
    let kinds = [
        "null",
        "true",
        "12345678901234567890.123456789",
        "-7",
        "1.50",
        r#""文字""#,
        r#"date("2026-10-09")"#,
        r#"time("08:30:00")"#,
        r#"date and time("2026-10-09T08:30:00+08:00")"#,
        r#"duration("P3DT4H")"#,
        r#"duration("P1Y2M")"#,
        r#"[1, [date("2026-10-09")], {a: duration("PT5M")}]"#,
        r#"{"$n": "1.5", 名称: "x"}"#,
        r#"{"$d": 1}"#,
    ];
    for kind in kinds {
        let mut player = player("s > a; a > t1; t1 > e", &[], &script("a", kind, "v"));
        player.start().unwrap_or_else(|it| panic!("{kind}: {it}"));
        let value = player.state.scopes[0].variables.get("v").cloned();
        assert!(value.is_some_and(|it| kind == "null" || !it.is_null()), "{kind}");
    }
    let mut player = player("s > a; a > t1; t1 > e", &[], &script("a", "[1..5]", "v"));
    assert_eq!(
        player.start().err().and_then(|it| it.node().map(str::to_owned)).as_deref(),
        Some("a"),
        "a range cannot be kept"
    );
}

#[test]
fn an_expression_that_costs_too_much_refuses_the_act() {
    let raw = script("a", "for i in 1..9000, j in 1..9000, k in 1..9000 return 1", "v");
    let mut player = player("s > t1; t1 > a; a > e", &[], &raw);
    player.start().expect("start");
    let error = player.done("t1", "ok").expect_err("an error");
    assert!(matches!(&error, StepError::Expression { node, .. } if node == "a"), "{error}");
    assert_eq!(player.waiting(), ["t1"]);
}

//! Timers on the border of tasks.

use yiwang_feel::Value;
use yiwang_types::Date;

use crate::diagram::{runnable, xml};
use crate::player::{Player, play, summary};

const CLOCK: &str = r#"<yw:clock id="handling" limit='={amount: 2, unit: "working-day"}' runsWhile="t1"/>"#;

fn boundary(id: &str, cancel: bool, timer: &str) -> String {
    let timer = match timer.strip_prefix("clock ") {
        Some(clock) => {
            format!(r#"<bpmn:extensionElements><yw:timer clock="{clock}"/></bpmn:extensionElements><bpmn:timerEventDefinition/>"#)
        }
        None => format!("<bpmn:timerEventDefinition>{timer}</bpmn:timerEventDefinition>"),
    };
    format!(r#"<bpmn:boundaryEvent id="{id}" attachedToRef="t1" cancelActivity="{cancel}">{timer}</bpmn:boundaryEvent>"#)
}

fn player(raw: &str) -> Player {
    Player::new(runnable(&xml("s > t1; t1 > e; b > t2; t2 > e2", &[("process", CLOCK)], raw)))
}

#[test]
fn an_interrupting_timer_ends_the_task() {
    let check = |script: &str, expected: &str| {
        let mut player = player(&boundary("b", true, "clock handling"));
        assert_eq!(play(&mut player, script), expected, "{script}");
        player
    };
    check("", "+t1 b@handling");
    check("t1:ok", "- untimer end e over");
    let player = check("!b", "x +t2");
    assert_eq!(
        (player.state.done("t1"), player.state.done("b")),
        (0, 1),
        "an interrupted task is not done"
    );
    check("!b t2:ok", "- end e2 over");
    check("#", "untimer x over");
}

#[test]
fn a_timer_that_does_not_interrupt_fires_once_beside_the_task() {
    let check = |script: &str, expected: &str| {
        let mut player = player(&boundary("b", false, "clock handling"));
        assert_eq!(play(&mut player, script), expected, "{script}");
    };
    check("!b", "+t2");
    check("!b t1:ok", "- end e");
    check("!b t2:ok t1:ok", "- end e over");
    check("!b t1:ok t2:ok", "- end e2 over");
}

#[test]
fn an_interrupting_timer_cancels_its_neighbours() {
    let both = boundary("b", true, "clock handling") + &boundary("c", false, "<bpmn:timeDuration>PT4H</bpmn:timeDuration>");
    let flows = "s > t1; t1 > e; b > t2; t2 > e2; c > t3; t3 > e3";
    let mut player = Player::new(runnable(&xml(flows, &[("process", CLOCK)], &both)));
    assert_eq!(play(&mut player, ""), "+t1 b@handling c@2026-10-09T12:00:00+08:00");
    assert_eq!(player.fire("c").map(summary), Ok("+t3".to_owned()));
    assert_eq!(player.fire("b").map(summary), Ok("x +t2".to_owned()));
    assert_eq!(player.waiting(), ["t3", "t2"]);
}

#[test]
fn standard_times_fixed_and_computed() {
    let check = |timer: &str, expected: &str| {
        let mut player = player(&boundary("b", true, timer));
        let mut record = player
            .data
            .get("record")
            .and_then(Value::as_context)
            .cloned()
            .unwrap_or_default();
        record.insert("day", Date::from_ymd(2026, 10, 12).expect("a day"));
        player.data.insert("record", record);
        assert_eq!(play(&mut player, ""), expected, "{timer}");
    };
    check(
        "<bpmn:timeDuration>P1DT2H</bpmn:timeDuration>",
        "+t1 b@2026-10-10T10:00:00+08:00",
    );
    check(
        r#"<bpmn:timeDuration>=duration("P2D")</bpmn:timeDuration>"#,
        "+t1 b@2026-10-11T08:00:00+08:00",
    );
    check(
        r#"<bpmn:timeDuration>=duration("P1M")</bpmn:timeDuration>"#,
        "+t1 b@2026-11-09T08:00:00+08:00",
    );
    check(
        r#"<bpmn:timeDuration>="PT30M"</bpmn:timeDuration>"#,
        "+t1 b@2026-10-09T08:30:00+08:00",
    );
    check("<bpmn:timeDuration>=record.none</bpmn:timeDuration>", "+t1");
    check("<bpmn:timeDuration>=5</bpmn:timeDuration>", "error: b 要的是时长,得到的是 5");
    check(
        "<bpmn:timeDate>2026-12-31T18:00:00+08:00</bpmn:timeDate>",
        "+t1 b@2026-12-31T18:00:00+08:00",
    );
    check(
        "<bpmn:timeDate>=record.day</bpmn:timeDate>",
        "+t1 b@2026-10-12T00:00:00+08:00",
    );
    check(
        r#"<bpmn:timeDate>="2026-10-12T09:00:00"</bpmn:timeDate>"#,
        "+t1 b@2026-10-12T09:00:00+08:00",
    );
    check(
        "<bpmn:timeDate>=true</bpmn:timeDate>",
        "error: b 要的是日期或时间,得到的是 true",
    );
}

#[test]
fn schedules_of_tasks() {
    let schedule = r#"<zeebe:taskSchedule dueDate="=record.day" followUpDate="2026-10-10T08:00:00+08:00"/>"#;
    let mut player =
        Player::new(runnable(&xml("s > t1; t1 > e", &[("t1", schedule)], ""))).with_record(r#"{"day": "2026-10-12"}"#);
    let effects = player.start().expect("start");
    let found = effects.iter().find_map(|it| match it {
        yiwang_bpmn::Effect::OpenTask { due, follow_up, .. } => {
            Some((due.map(|it| it.to_string()), follow_up.map(|it| it.to_string())))
        }
        _ => None,
    });
    let expected = ("2026-10-12T00:00:00+08:00".to_owned(), "2026-10-10T08:00:00+08:00".to_owned());
    assert_eq!(found, Some((Some(expected.0), Some(expected.1))));
}

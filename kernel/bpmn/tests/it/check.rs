//! Mistakes are reported with code, place and words.

use yiwang_bpmn::parse;
use yiwang_types::Diagnostic;

use crate::diagram::{HEAD, outcome, script, xml};

fn found(text: &str) -> Vec<Diagnostic> {
    let (definitions, mut problems) = parse(text, "f.bpmn");
    problems.extend(definitions.iter().flat_map(|it| it.check_runnable()));
    problems
}

/// Every code expected and none else, each with words and a place.
fn check_xml(text: &str, expected: &[&str]) {
    let found = found(text);
    let mut codes: Vec<&str> = found.iter().map(|it| it.code).collect();
    codes.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(codes, expected, "{found:#?}\n{text}");
    for problem in &found {
        assert!(
            problem.place.file == "f.bpmn" && problem.place.line > 0 && problem.place.column > 0,
            "{problem}"
        );
        assert!(!problem.message.is_empty() && !problem.remedy.is_empty(), "{problem}");
    }
}

fn check(flows: &str, extensions: &[(&str, &str)], raw: &str, expected: &[&str]) {
    check_xml(&xml(flows, extensions, raw), expected);
}

#[test]
fn sound_processes_pass() {
    check("s > t1; t1 > e", &[], "", &[]);
    check(r#"s > t1; t1 > x; x > t1 if outcome = "a"; x > e default"#, &[], "", &[]);
    check("s > p1; p1 > t1; p1 > t2; t1 > p2; t2 > p2; p2 > e", &[], "", &[]);
}

#[test]
fn the_shape_of_the_flow() {
    check("t1 > e", &[], "", &["no-start", "unreachable", "unreachable"]);
    check("s > t1; s2 > t1; t1 > e", &[], "", &["two-starts"]);
    check("s > t1; t1 > e; t2 > e", &[], "", &["unreachable"]);
    check("s > x; x > t1 if true; x > t2 default; t1 > e", &[], "", &["no-way-on"]);
    check(
        "s > t1; t1 > t2; t2 > t1",
        &[],
        "",
        &["no-way-to-end", "no-way-to-end", "no-way-to-end"],
    );
    check("s > t1; t1 > e; e > t1", &[], "", &["flow-out-of-end"]);
    check(
        "s > x; x > s if true; x > e default",
        &[],
        "",
        &["flow-into-start", "loop-without-task"],
    );
    check(
        "s > t1; t1 > e; t1 > nowhere",
        &[],
        r#"<bpmn:group id="nowhere"/>"#,
        &["dangling-flow"],
    );
    check(
        "s > x1; x1 > m1; m1 > x2; x2 > x1 if record.a; x2 > e default",
        &[],
        "",
        &["loop-without-task"],
    );
}

#[test]
fn gateways_and_conditions() {
    check("s > x; x > t1; x > e default; t1 > e", &[], "", &["missing-condition"]);
    check("s > t1; t1 > e if true", &[], "", &["misplaced-condition"]);
    check(
        "s > p1; p1 > t1 if true; p1 > t2; t1 > e; t2 > e",
        &[],
        "",
        &["misplaced-condition"],
    );
    let default = r#"<bpmn:exclusiveGateway id="x" default="f1"/>"#;
    check("s > x; x > e", &[], default, &["bad-default"]);
    let bad = xml("s > x; x > t1 if record.; x > e default; t1 > e", &[], "");
    check_xml(&bad, &["bad-expression"]);
    let no_sign = xml("s > x; x > t1 if true; x > e default; t1 > e", &[], "").replace(">=true<", ">true<");
    check_xml(&no_sign, &["not-an-expression"]);
    let both = xml(
        "s > x; x > t1 if true; x > e if true; t1 > e",
        &[],
        r#"<bpmn:exclusiveGateway id="x" default="f3"/>"#,
    );
    check_xml(&both, &["default-with-condition"]);
}

#[test]
fn elements_the_engine_cannot_run_are_named() {
    let check = |raw: &str, words: &[&str]| {
        let found = found(&xml("s > a; a > e", &[], raw));
        assert!(!found.is_empty(), "{raw}");
        for word in words {
            assert!(
                found.iter().any(|it| it.message.contains(word)),
                "{raw}: {word} in {found:#?}"
            );
        }
    };
    check(r#"<bpmn:inclusiveGateway id="a"/>"#, &["inclusiveGateway a", "包容网关"]);
    check(r#"<bpmn:subProcess id="a"/>"#, &["subProcess a"]);
    check(r#"<bpmn:task id="a"/>"#, &["task a", "未定类型"]);
    check(
        r#"<bpmn:callActivity id="a"><bpmn:extensionElements><zeebe:calledElement processId="q"/></bpmn:extensionElements></bpmn:callActivity>"#,
        &["callActivity a"],
    );
    check(
        r#"<bpmn:intermediateThrowEvent id="a"><bpmn:messageEventDefinition/></bpmn:intermediateThrowEvent>"#,
        &["messageEventDefinition", "a"],
    );
    check(
        r#"<bpmn:userTask id="a"><bpmn:extensionElements><zeebe:assignmentDefinition candidateGroups="c"/></bpmn:extensionElements><bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>"#,
        &["multiInstanceLoopCharacteristics", "userTask a"],
    );
    check(
        r#"<bpmn:exclusiveGateway id="a" isForCompensation="true"/>"#,
        &["isForCompensation"],
    );
    check(r#"<bpmn:parallelGateway id="a" default="f2"/>"#, &["默认连线"]);
    check(r#"<bpmn:somethingNew id="a"/>"#, &["somethingNew a"]);
}

#[test]
fn extensions_are_a_closed_vocabulary() {
    let task = |inside: &str, expected: &[&str]| check("s > t1; t1 > e", &[("t1", inside)], "", expected);
    task(r#"<zeebe:taskDefinition type="x"/>"#, &["unknown-extension"]);
    task(r#"<yw:tasc status="A"/>"#, &["unknown-extension"]);
    task(r#"<yw:task stauts="A"/>"#, &["unknown-attribute"]);
    task(r#"<yw:end status="A"/>"#, &["misplaced-extension"]);
    task(r#"<yw:task status="A"/><yw:task status="B"/>"#, &["repeated-extension"]);
    task(r#"<yw:task lease="5 min"/>"#, &["bad-duration"]);
    task(r#"<yw:outcome title="x"/>"#, &["missing-attribute"]);
    task(r#"<yw:outcome id="a" comment="yes"/>"#, &["bad-value"]);
    task(
        r#"<yw:outcome id="a"/><yw:act name="a" kind="note"/>"#,
        &["duplicate-outcome"],
    );
    task(r#"<yw:act name="ask" kind="request"/>"#, &["missing-attribute"]);
    task(r#"<yw:act name="ask" kind="order"/>"#, &["bad-value"]);
    task(r#"<yw:act name="go" kind="note" when="record.a"/>"#, &["not-an-expression"]);
    task(
        r#"<zeebe:assignmentDefinition candidateUsers="x"/>"#,
        &["nobody-assigned", "unknown-attribute"],
    );
    task(r#"<zeebe:assignmentDefinition candidateGroups=" , "/>"#, &["nobody-assigned"]);
    task(r#"<zeebe:assignmentDefinition candidateGroups="=for"/>"#, &["bad-expression"]);
    task(r#"<zeebe:taskSchedule dueDate="tomorrow"/>"#, &["bad-time"]);
    task(
        r#"<zeebe:ioMapping><zeebe:input source="=1" target="record"/></zeebe:ioMapping>"#,
        &["reserved-name"],
    );
    task(
        r#"<zeebe:ioMapping><zeebe:input source="=1" target="record.a"/></zeebe:ioMapping>"#,
        &["bad-target"],
    );
    task(
        r#"<zeebe:ioMapping><zeebe:output source="=1" target="record.a" more="1"/></zeebe:ioMapping>"#,
        &["unknown-attribute"],
    );
    task(r#"<foreign:anything xmlns:foreign="urn:f" x="1"/>"#, &[]);
    check("s > t1; t1 > e", &[], r#"<bpmn:userTask id="t1"/>"#, &["nobody-assigned"]);
    check("s > a; a > e", &[], r#"<bpmn:serviceTask id="a"/>"#, &["missing-extension"]);
    check("s > a; a > e", &[], &script("a", "1", "record.a.b"), &["bad-target"]);
    check("s > a; a > e", &[], &script("a", "1 +", "x"), &["bad-expression"]);
    let result = r#"<bpmn:serviceTask id="a"><bpmn:extensionElements><yw:service function="f:x" resultVariable="y"/></bpmn:extensionElements></bpmn:serviceTask>"#;
    check("s > a; a > e", &[], result, &["no-result"]);
}

#[test]
fn names_that_point_nowhere() {
    let clock = |rest: &str| format!(r#"<yw:clock id="c" limit="=null" {rest}/>"#);
    check(
        "s > t1; t1 > e",
        &[("process", &clock(r#"runsWhile="t1" endsAt="e""#))],
        "",
        &[],
    );
    check(
        "s > t1; t1 > e",
        &[("process", &clock(r#"runsWhile="t9""#))],
        "",
        &["unknown-task"],
    );
    check(
        "s > t1; t1 > e",
        &[("process", &clock(r#"runsWhile="e""#))],
        "",
        &["unknown-task"],
    );
    check(
        "s > t1; t1 > e",
        &[("process", &clock(r#"runsWhile="t1" endsAt="nowhere""#))],
        "",
        &["unknown-element"],
    );
    check(
        "s > t1; t1 > e",
        &[("process", &clock(r#"runsWhile="t1""#).repeat(2))],
        "",
        &["duplicate-clock"],
    );
    check(
        "s > t1; t1 > e",
        &[("process", r#"<yw:clock id="c"/>"#)],
        "",
        &["missing-attribute", "missing-attribute"],
    );
    check(
        "s > t1; t1 > e",
        &[("process", &r#"<yw:act name="urge"/>"#.repeat(2))],
        "",
        &["duplicate-act"],
    );
    check(
        "s > t1; t1 > e",
        &[("t1", r#"<yw:task clock="c" separateFrom="t2"/>"#)],
        "",
        &["unknown-clock", "unknown-task"],
    );
    let timer =
        |host: &str, inside: &str| format!(r#"<bpmn:boundaryEvent id="b" attachedToRef="{host}">{inside}</bpmn:boundaryEvent>"#);
    let flows = "s > t1; t1 > m; m > e; b > e2";
    let hour = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>";
    check(flows, &[], &timer("t1", hour), &[]);
    check(flows, &[], &timer("t9", hour), &["unknown-element", "unreachable"]);
    check(flows, &[], &timer("m", hour), &["timer-never-fires"]);
    check(flows, &[], &timer("t1", "<bpmn:timerEventDefinition/>"), &["missing-timer"]);
    check(flows, &[], &timer("t1", &hour.repeat(2)), &["repeated-timer"]);
    check(flows, &[], &timer("t1", &hour.replace("PT1H", "1 hour")), &["bad-duration"]);
    check(
        flows,
        &[],
        &timer("t1", &hour.replace("timeDuration", "timeCycle")),
        &["unsupported-element"],
    );
    let clock = r#"<bpmn:extensionElements><yw:timer clock="c"/></bpmn:extensionElements>"#;
    check(flows, &[], &timer("t1", clock), &["unknown-clock"]);
}

#[test]
fn names_inside_expressions() {
    let check =
        |expression: &str, expected: &[&str]| check("s > a; a > t1; t1 > e", &[], &script("a", expression, "known"), expected);
    check("record.a + known + subject.user", &[]);
    check("recrod.a", &["unknown-name"]);
    check("for i in record.list return i + 1", &[]);
    check("record.list[amount > 3]", &[]);
    check("process.done.t1 + process.done.t9", &["unknown-element"]);
    check("process.begun", &["unknown-element"]);
    check("process.started_at", &[]);
    check("process.clock.c.late", &["unknown-element"]);
    let clock = r#"<yw:clock id="c" limit="=null" runsWhile="t1"/>"#;
    let with_clock = |expression: &str| {
        xml(
            "s > t1; t1 > a; a > e",
            &[("process", clock)],
            &script("a", expression, "known"),
        )
    };
    check_xml(&with_clock("process.clock.c.late or process.clock.c.due.year > 2026"), &[]);
    check_xml(&with_clock("process.clock.c.lat"), &["unknown-element"]);
    check_xml(
        &xml("s > x; x > t1 if outcom = null; x > e default; t1 > e", &[], ""),
        &["unknown-name"],
    );
}

#[test]
fn outcomes_and_the_flows_that_read_them() {
    let two = outcome("agree refuse");
    let extensions = [("t1", two.as_str())];
    let check = |flows: &str, expected: &[&str]| check(flows, &extensions, "", expected);
    check(
        r#"s > t1; t1 > x; x > e1 if outcome = "agree"; x > e2 if outcome = "refuse""#,
        &[],
    );
    check(r#"s > t1; t1 > x; x > e1 if outcome = "agree"; x > e2 default"#, &[]);
    check(
        r#"s > t1; t1 > x; x > e1 if outcome = "agree"; x > e2 if record.a"#,
        &["untested-outcome"],
    );
    check(
        r#"s > t1; t1 > x; x > e1 if outcome = "agreed"; x > e2 default"#,
        &["unknown-outcome"],
    );
    check("s > t1; t1 > e", &["untested-outcome", "untested-outcome"]);
    let act = format!(r#"{two}<yw:act name="return"/>"#);
    let flows = r#"s > t1; t1 > x; x > e1 if outcome = "agree"; x > e2 default"#;
    check_xml(&xml(flows, &[("t1", &act)], ""), &["untested-outcome"]);
}

#[test]
fn places_lead_to_the_mistake() {
    let text = xml("s > x; x > t1 if record.a +; x > e default; t1 > e", &[], "");
    let line = text.lines().position(|it| it.contains("record.a +")).expect("the line") + 1;
    let found = found(&text);
    let [problem] = found.as_slice() else { panic!("{found:#?}") };
    let column = text
        .lines()
        .nth(line - 1)
        .and_then(|it| it.find("record.a +"))
        .expect("the column");
    assert_eq!(usize::try_from(problem.place.line), Ok(line), "{problem}");
    let at = usize::try_from(problem.place.column).expect("a column");
    assert!(
        (column + 1..=column + 12).contains(&at),
        "{problem}: the expression begins in column {}",
        column + 1
    );
}

#[test]
fn files_that_are_no_drawing() {
    let check = |text: &str, code: &str, words: &str| {
        let (definitions, problems) = parse(text, "f.bpmn");
        assert!(definitions.is_none(), "{text}");
        let [problem] = problems.as_slice() else {
            panic!("{problems:#?}")
        };
        assert_eq!(problem.code, code);
        assert!(problem.message.contains(words), "{problem}");
    };
    check("", "bad-xml", "没有任何元素");
    check("<a><b></a>", "bad-xml", "结束标签应为 </b>");
    check("<a:b/>", "bad-xml", "前缀 a");
    check("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "bad-xml", "DOCTYPE");
    check("<a x='1' x='2'/>", "bad-xml", "属性 x");
    check("<html/>", "not-bpmn", "html");
    check(&format!("{}{}", "<a>".repeat(500), "</a>".repeat(500)), "bad-xml", "200 层");
    let (definitions, problems) = parse(
        &format!("{HEAD}<bpmn:process id=\"p\" isExecutable=\"maybe\"/></bpmn:definitions>"),
        "f.bpmn",
    );
    assert!(problems.is_empty());
    let codes: Vec<&str> = definitions
        .expect("a drawing")
        .check_runnable()
        .iter()
        .map(|it| it.code)
        .collect();
    assert_eq!(codes, ["not-executable", "no-start", "bad-value"]);
}

#[test]
fn ids_are_unique() {
    let text = xml("s > t1; t1 > e", &[], r#"<bpmn:textAnnotation id="t1x"/>"#).replace("t1x", "s");
    let found = found(&text);
    assert!(
        found
            .iter()
            .any(|it| it.code == "duplicate-id" && it.message.contains("编号 s 已在第")),
        "{found:#?}"
    );
}

#[test]
fn only_executable_processes_are_checked() {
    let pool = r#"<bpmn:process id="other"><bpmn:subProcess id="q"/></bpmn:process>"#;
    let text = xml("s > t1; t1 > e", &[], "").replace("</bpmn:definitions>", &format!("{pool}</bpmn:definitions>"));
    check_xml(&text, &[]);
}

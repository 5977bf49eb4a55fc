use yiwang_feel::{EvalError, dmn};
use yiwang_types::Severity;

use crate::support::{env, json};

const NAMESPACE: &str = "https://www.omg.org/spec/DMN/20230324/MODEL/";

fn wrap(body: &str) -> String {
    format!("<definitions xmlns=\"{NAMESPACE}\" id=\"d\" name=\"m\" namespace=\"urn:test\">\n{body}\n</definitions>")
}

#[track_caller]
fn check(body: &str, decision: &str, inputs: &str, expected: &str) {
    let (definitions, diagnostics) = dmn::parse(&wrap(body), "m.dmn");
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let outcome = definitions.unwrap().evaluate(decision, &json(inputs), &env()).unwrap();
    assert_eq!(outcome.value.to_string(), expected);
}

/// A mistake: code and line (the definitions element is line 1).
#[track_caller]
fn wrong(body: &str, code: &str, line: u32) {
    let (definitions, diagnostics) = dmn::parse(&wrap(body), "m.dmn");
    let found = diagnostics
        .iter()
        .find(|it| it.code == code)
        .unwrap_or_else(|| panic!("{code} not in {diagnostics:?}"));
    assert_eq!((found.place.file.as_str(), found.place.line), ("m.dmn", line), "{found}");
    assert!(!found.message.is_empty() && !found.remedy.is_empty());
    assert_eq!(definitions.is_none(), found.severity == Severity::Error);
}

const GRAPH: &str = r##"
<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"一般", "重大"</text></allowedValues></itemDefinition>
<itemDefinition name="tCase"><itemComponent name="件 数"><typeRef>number</typeRef></itemComponent><itemComponent name="grade"><typeRef>tGrade</typeRef></itemComponent></itemDefinition>
<inputData id="i" name="案卷"><variable name="案卷" typeRef="tCase"/></inputData>
<businessKnowledgeModel id="base" name="基数"><encapsulatedLogic><formalParameter name="n" typeRef="number"/><literalExpression><text>n + 1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<businessKnowledgeModel id="days" name="days of"><encapsulatedLogic><formalParameter name="n" typeRef="number"/>
  <decisionTable hitPolicy="FIRST"><input><inputExpression><text>基数(n)</text></inputExpression></input><output/>
    <rule id="few"><inputEntry><text>&lt; 5</text></inputEntry><outputEntry><text>n * 2</text></outputEntry></rule>
    <rule id="many"><inputEntry><text>-</text></inputEntry><outputEntry><text>n * 3</text></outputEntry></rule>
  </decisionTable></encapsulatedLogic><knowledgeRequirement><requiredKnowledge href="#base"/></knowledgeRequirement></businessKnowledgeModel>
<decision id="limit" name="时 限"><variable name="时 限" typeRef="number"/>
  <informationRequirement><requiredDecision href="#raw"/></informationRequirement>
  <literalExpression><text>raw limit + 1</text></literalExpression></decision>
<decision id="raw" name="raw limit"><variable name="raw limit"/>
  <informationRequirement><requiredInput href="#i"/></informationRequirement>
  <knowledgeRequirement><requiredKnowledge href="#days"/></knowledgeRequirement>
  <context>
    <contextEntry><variable name="the days"/><invocation><literalExpression><text>days of</text></literalExpression>
      <binding><parameter name="n"/><literalExpression><text>案卷.件 数</text></literalExpression></binding></invocation></contextEntry>
    <contextEntry><variable name="extra"/><literalExpression><text>if 案卷.grade = "重大" then 10 else 0</text></literalExpression></contextEntry>
    <contextEntry><literalExpression><text>the days + extra</text></literalExpression></contextEntry>
  </context></decision>
"##;

#[test]
fn requirement_graph_with_knowledge_models() {
    check(GRAPH, "时 限", r#"{"案卷": {"件 数": 3, "grade": "重大"}}"#, "17");
    check(GRAPH, "limit", r#"{"案卷": {"件 数": 9, "grade": "一般"}}"#, "28");
    // a value outside the allowed ones does not conform: the whole input is null
    check(GRAPH, "limit", r#"{"案卷": {"件 数": 9, "grade": "别的"}}"#, "null");
    let (definitions, _) = dmn::parse(&wrap(GRAPH), "m.dmn");
    let definitions = definitions.unwrap();
    assert_eq!(
        definitions.decisions().collect::<Vec<_>>(),
        [("limit", "时 限"), ("raw", "raw limit")]
    );
    let outcome = definitions
        .evaluate("limit", &json(r#"{"案卷": {"件 数": 3}}"#), &env())
        .unwrap();
    assert_eq!(
        (
            &*outcome.matched[0].decision,
            outcome.matched[0].rule,
            &*outcome.matched[0].rule_id
        ),
        ("days", 1, "few")
    );
    let names: Vec<String> = definitions.names("limit").unwrap().into_iter().collect();
    assert_eq!(names, ["案卷", "案卷.grade", "案卷.件 数"]);
    assert_eq!(
        definitions.evaluate("none", &json("{}"), &env()),
        Err(EvalError::NoSuchDecision("none".to_owned()))
    );
}

#[test]
fn boxed_expressions() {
    let decision = |logic: &str| format!("<decision id=\"a\" name=\"a\">{logic}</decision>");
    let text = |text: &str| format!("<literalExpression><text>{text}</text></literalExpression>");
    for (logic, expected) in [
        (format!("<list>{}{}</list>", text("1"), text("1 + x")), "[1, 6]"),
        (
            format!(
                "<relation><column name=\"k\"/><column name=\"the v\"/><row>{}{}</row><row>{}{}</row></relation>",
                text("1"),
                text("x"),
                text("2"),
                text("\"b\"")
            ),
            "[{k: 1, the v: 5}, {k: 2, the v: \"b\"}]",
        ),
        (
            format!(
                "<conditional><if>{}</if><then>{}</then><else>{}</else></conditional>",
                text("x &gt; 3"),
                text("\"y\""),
                text("\"n\"")
            ),
            "y",
        ),
        (
            format!(
                "<filter><in>{}</in><match>{}</match></filter>",
                text("[1, 7, 9]"),
                text("item &gt; x")
            ),
            "[7, 9]",
        ),
        (
            format!(
                "<for iteratorVariable=\"i\"><in>{}</in><return>{}</return></for>",
                text("[1..3]"),
                text("i * x")
            ),
            "[5, 10, 15]",
        ),
        (
            format!(
                "<some iteratorVariable=\"i\"><in>{}</in><satisfies>{}</satisfies></some>",
                text("[1, 9]"),
                text("i &gt; x")
            ),
            "true",
        ),
        (
            format!(
                "<every iteratorVariable=\"i\"><in>{}</in><satisfies>{}</satisfies></every>",
                text("[1, 9]"),
                text("i &gt; x")
            ),
            "false",
        ),
        (
            format!(
                "<context><contextEntry><variable name=\"f\"/><functionDefinition><formalParameter name=\"p\"/>{}</functionDefinition></contextEntry><contextEntry>{}</contextEntry></context>",
                text("p * 2"),
                text("f(x)")
            ),
            "10",
        ),
    ] {
        check(&decision(&logic), "a", "{\"x\": 5}", expected);
    }
}

#[test]
fn several_outputs_defaults_and_allowed_inputs() {
    let table = r#"<decision id="a" name="a"><decisionTable hitPolicy="FIRST">
      <input><inputExpression typeRef="string"><text>条件</text></inputExpression><inputValues><text>"甲", "乙", "丙"</text></inputValues></input>
      <output name="unit"><defaultOutputEntry><text>"值班"</text></defaultOutputEntry></output><output name="first limit"/>
      <rule><inputEntry><text>"甲"</text></inputEntry><outputEntry><text>"城管"</text></outputEntry><outputEntry><text></text></outputEntry></rule>
      <rule><inputEntry><text>"乙"</text></inputEntry><outputEntry><text>"市政"</text></outputEntry><outputEntry><text>{amount: 2, unit: "urgent-hour"}</text></outputEntry></rule>
    </decisionTable></decision>"#;
    check(table, "a", r#"{"条件": "甲"}"#, r#"{first limit: null, unit: "城管"}"#);
    check(
        table,
        "a",
        r#"{"条件": "乙"}"#,
        r#"{first limit: {amount: 2, unit: "urgent-hour"}, unit: "市政"}"#,
    );
    check(table, "a", r#"{"条件": "丙"}"#, r#"{first limit: null, unit: "值班"}"#);
    check(table, "a", r#"{"条件": "丁"}"#, "null");
    check(table, "a", "{}", r#"{first limit: null, unit: "值班"}"#);
}

#[test]
fn mistakes_are_found_with_their_line() {
    let table = |head: &str, rule: &str| {
        format!(
            "<decision id=\"a\" name=\"a\">\n<decisionTable {head}>\n<input><inputExpression><text>x</text></inputExpression></input>\n<output name=\"o\" typeRef=\"number\"/>\n{rule}\n</decisionTable></decision>"
        )
    };
    let rule = |cell: &str, out: &str| {
        format!("<rule>\n<inputEntry><text>{cell}</text></inputEntry>\n<outputEntry><text>{out}</text></outputEntry></rule>")
    };
    wrong(&table("", &rule("&gt; 1 and", "1")), "bad-feel", 7);
    wrong(&table("", &rule("1,\n2,\n== 3", "1")), "bad-feel", 9);
    wrong(&table("", &rule("1", "“甲”")), "bad-feel", 8);
    wrong(
        &table("", "<rule><inputEntry><text>1</text></inputEntry></rule>"),
        "wrong-cells",
        6,
    );
    wrong(&table("hitPolicy=\"BEST\"", &rule("1", "1")), "unknown-hit-policy", 3);
    wrong(&table("hitPolicy=\"PRIORITY\"", &rule("1", "1")), "no-output-values", 3);
    wrong(&table("", &rule("1", "1")).replace("number", "numbr"), "unknown-type", 5);
    wrong("<decision id=\"a\" name=\"a\"/>", "no-logic", 2);
    wrong(
        "<decision id=\"a\" name=\"a\"><informationRequirement><requiredInput href=\"#x\"/></informationRequirement><literalExpression><text>1</text></literalExpression></decision>",
        "unknown-requirement",
        2,
    );
    wrong(
        "<itemDefinition name=\"t\">\n<typeRef>t</typeRef></itemDefinition>",
        "type-cycle",
        3,
    );
    wrong(
        "<decision id=\"a\" name=\"a\"><informationRequirement><requiredDecision href=\"#a\"/></informationRequirement><literalExpression><text>1</text></literalExpression></decision>",
        "requirement-cycle",
        2,
    );
    wrong("<import/>", "no-import", 2);
    let listed = table("", &rule("1", "3")).replace(
        "typeRef=\"number\"/>",
        "><outputValues><text>1, 2</text></outputValues></output>",
    );
    wrong(&listed, "unlisted-output", 8);
}

#[test]
fn broken_files_are_reported() {
    for (xml, code) in [
        ("", "bad-xml"),
        ("<a", "bad-xml"),
        ("<a/>", "not-dmn"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>", "bad-xml"),
    ] {
        let (definitions, diagnostics) = dmn::parse(xml, "m.dmn");
        assert!(definitions.is_none());
        assert_eq!(diagnostics[0].code, code, "{xml}");
    }
}

#[test]
fn older_namespaces_are_read() {
    for namespace in [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
    ] {
        let xml = wrap(
            "<decision id=\"a\" name=\"a\"><variable name=\"a\" typeRef=\"feel:string\"/><literalExpression><text>\"x\"</text></literalExpression></decision>",
        );
        let (definitions, diagnostics) = dmn::parse(&xml.replace(NAMESPACE, namespace), "m.dmn");
        assert!(definitions.is_some(), "{diagnostics:?}");
    }
}

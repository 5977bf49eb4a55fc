use yiwang_feel::dmn;

use crate::support::{env, json};

fn model(policy: &str) -> String {
    format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="派遣" namespace="urn:test">
  <decision id="dispatch" name="派 遣">
    <decisionTable {policy}>
      <input><inputExpression><text>年限</text></inputExpression></input>
      <output name="limit"><outputValues><text>30, 20, 10</text></outputValues></output>
      <rule id="r1"><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>10</text></outputEntry></rule>
      <rule id="r2"><inputEntry><text>&gt; 2</text></inputEntry><outputEntry><text>30</text></outputEntry></rule>
      <rule id="r3"><inputEntry><text>&gt; 3</text></inputEntry><outputEntry><text>20</text></outputEntry></rule>
      <rule id="r4"><inputEntry><text>&gt; 3</text></inputEntry><outputEntry><text>20</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"#
    )
}

#[track_caller]
fn check(policy: &str, years: i64, expected: &str, rules: &[usize]) {
    let (definitions, diagnostics) = dmn::parse(&model(policy), "decisions/dispatch.dmn");
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let outcome = definitions
        .unwrap()
        .evaluate("派 遣", &json(&format!("{{\"年限\": {years}}}")), &env())
        .unwrap();
    assert_eq!(outcome.value.to_string(), expected, "{policy} {years}");
    assert_eq!(
        outcome.matched.iter().map(|it| it.rule).collect::<Vec<_>>(),
        rules,
        "{policy} {years}"
    );
    assert!(
        outcome
            .matched
            .iter()
            .all(|it| &*it.decision == "dispatch" && *it.rule_id == *format!("r{}", it.rule))
    );
}

#[test]
fn every_policy() {
    check("", 2, "10", &[1]);
    check(r#"hitPolicy="UNIQUE""#, 3, "null", &[1, 2]);
    check(r#"hitPolicy="UNIQUE""#, 0, "null", &[]);
    check(r#"hitPolicy="ANY""#, 2, "10", &[1]);
    check(r#"hitPolicy="ANY""#, 3, "null", &[1, 2]);
    check(r#"hitPolicy="PRIORITY""#, 9, "30", &[2]);
    check(r#"hitPolicy="FIRST""#, 9, "10", &[1]);
    check(r#"hitPolicy="RULE ORDER""#, 9, "[10, 30, 20, 20]", &[1, 2, 3, 4]);
    check(r#"hitPolicy="OUTPUT ORDER""#, 9, "[30, 20, 20, 10]", &[2, 3, 4, 1]);
    check(r#"hitPolicy="COLLECT""#, 3, "[10, 30]", &[1, 2]);
    check(r#"hitPolicy="COLLECT" aggregation="SUM""#, 9, "80", &[1, 2, 3, 4]);
    check(r#"hitPolicy="COLLECT" aggregation="MIN""#, 9, "10", &[1, 2, 3, 4]);
    check(r#"hitPolicy="COLLECT" aggregation="MAX""#, 9, "30", &[1, 2, 3, 4]);
    check(r#"hitPolicy="COLLECT" aggregation="COUNT""#, 9, "4", &[1, 2, 3, 4]);
    check(r#"hitPolicy="COLLECT" aggregation="COUNT""#, 0, "0", &[]);
    check(r#"hitPolicy="COLLECT" aggregation="SUM""#, 0, "null", &[]);
}

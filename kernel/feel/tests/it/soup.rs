//! Random token soup: never a panic, always an end.

use proptest::prelude::*;
use yiwang_feel::{Context, parse_unary_tests, parse_with_names};

use crate::support::{env, json};

const TOKENS: &[&str] = &[
    "1",
    "0.5",
    "-",
    "+",
    "*",
    "/",
    "**",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "..",
    ".",
    "a",
    "b",
    "record",
    "金额",
    "Monthly Salary",
    "\"x\"",
    "\"投诉\"",
    "true",
    "false",
    "null",
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "not",
    "between",
    "instance of",
    "number",
    "function",
    "?",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "@\"2026-10-09\"",
    "@\"P1D\"",
    "@\"PT5H\"",
    "item",
    "partial",
    "count",
    "sum",
    "sort",
    "string length",
    "date",
    "now()",
    "matches",
    "flatten",
    "1..9",
    "record.class",
    "（",
    "\n",
    "//",
    "/*",
    "\\",
    "\"",
    "999999999999",
    "1e6000",
    "list<",
    "context<",
    "string",
    "split",
    "replace",
    "substring",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens(picks in prop::collection::vec(0..TOKENS.len(), 0..40), spaced in any::<bool>()) {
        let words: Vec<&str> = picks.iter().map(|it| TOKENS[*it]).collect();
        run(&words.join(if spaced { " " } else { "" }));
    }

    #[test]
    fn characters(text in "\\PC{0,60}") {
        run(&text);
    }

    #[test]
    fn well_formed(text in expression()) {
        prop_assert!(parse_with_names(&text, &["Monthly Salary"]).is_ok(), "{}", text);
        run(&text);
    }
}

fn run(text: &str) {
    let scope = json(r#"{"a": 3, "b": [1, 2, {"a": 5}], "record": {"class": "E01"}, "金额": 1200.5, "Monthly Salary": "x"}"#);
    if let Ok(it) = parse_with_names(text, &["Monthly Salary"])
        && let Ok(value) = it.eval(&scope, &env())
    {
        let _ = (value.to_json(), value.to_string());
    }
    if let Ok(it) = parse_unary_tests(text, &["Monthly Salary"]) {
        let _ = it.matches(&a_value(), &Context::new(), &env());
    }
}

fn a_value() -> yiwang_feel::Value {
    yiwang_feel::Value::from(5_i64)
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "2.5",
        "\"x\"",
        "true",
        "null",
        "a",
        "b",
        "金额",
        "Monthly Salary",
        "record.class",
        "@\"P1D\"",
        "today()",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 4, |inner| {
        let operator = prop::sample::select(vec!["+", "-", "*", "/", "**", "and", "or", "=", "<", ">=", "in"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("if {a} then {b} else {c}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(for i in [{a}] return {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("([{a}])[{b}]")),
            prop::collection::vec(inner.clone(), 0..4).prop_map(|it| format!("[{}]", it.join(", "))),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|it| format!("sum({})", it.join(", "))),
            inner.clone().prop_map(|it| format!("{{k: {it}, 长 名: k}}.长 名")),
            inner.prop_map(|it| format!("-({it})")),
        ]
    })
}

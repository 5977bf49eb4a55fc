//! Unary tests.

use yiwang_feel::{Context, Value, parse, parse_unary_tests};

use crate::support::{env, json};

#[track_caller]
fn check(tests: &str, input: &str, expected: bool) {
    let scope = json(r#"{"limit": 10, "flag": true, "codes": ["E01", "E02"]}"#);
    let input: Value = parse(input).unwrap().eval(&Context::new(), &env()).unwrap();
    let met = parse_unary_tests(tests, &[])
        .unwrap_or_else(|it| panic!("{tests}: {it}"))
        .matches(&input, &scope, &env())
        .unwrap();
    assert_eq!(met, expected, "{tests} on {input}");
}

#[test]
fn cells() {
    check("-", "1", true);
    check("-", "null", true);
    check("", "1", true);
    check("5", "5", true);
    check("\"a\", \"b\"", "\"b\"", true);
    check("\"a\", \"b\"", "\"c\"", false);
    check("not(\"a\", \"b\")", "\"c\"", true);
    check("not(\"a\")", "\"a\"", false);
    check("not(flag)", "false", true);
    check("< 5", "4", true);
    check("< 5, > 8", "9", true);
    check("<= limit", "10", true);
    check("[1..5)", "5", false);
    check("(1..5]", "5", true);
    check("[1..5], 9", "9", true);
    check("not([1..5])", "6", true);
    check("null", "null", true);
    check("null", "1", false);
    check("> 5", "null", false);
    check("not(> 5)", "null", false);
    check("codes", "\"E02\"", true);
    check("\"E01\"", "[\"E01\"]", false);
    check("? > 5 and ? < 8", "6", true);
    check("? > 5 and ? < 8", "9", false);
    check("starts with(?, \"E\")", "\"E01\"", true);
    check("list contains(?, \"a\")", "[\"a\"]", true);
    check("flag", "\"anything\"", true);
    check("true", "true", true);
    check("true", "false", false);
    check("@\"2026-10-09\"", "@\"2026-10-09\"", true);
    check("< @\"2026-10-09\"", "@\"2026-10-08\"", true);
    check("!= 5", "4", true);
}

//! One place that touches the API.

use yiwang_feel::{Context, Env, Value, parse, parse_with_names};
use yiwang_types::{Instant, Offset};

pub fn env() -> Env {
    Env {
        now: Instant::parse("2026-10-09T16:30:00+08:00").unwrap(),
        offset: Offset::CHINA,
    }
}

pub fn json(text: &str) -> Context {
    match Value::from_json(&serde_json::from_str(text).unwrap()) {
        Value::Context(it) => (*it).clone(),
        _ => panic!("not an object: {text}"),
    }
}

/// Evaluates over a JSON scope and compares with the value of another expression.
#[track_caller]
pub fn check_in(scope: &str, names: &[&str], text: &str, expected: &str) {
    let scope = json(scope);
    let value = parse_with_names(text, names)
        .unwrap_or_else(|it| panic!("{text}: {it}"))
        .eval(&scope, &env())
        .unwrap();
    let wanted = parse(expected)
        .unwrap_or_else(|it| panic!("{expected}: {it}"))
        .eval(&Context::new(), &env())
        .unwrap();
    assert_eq!(value, wanted, "{text} gave {value}, not {wanted}");
}

#[track_caller]
pub fn check(text: &str, expected: &str) {
    check_in("{}", &[], text, expected);
}

/// Lines `expression => expected expression`.
#[track_caller]
pub fn check_all(table: &str) {
    for line in table.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (text, expected) = line.split_once(" => ").unwrap_or_else(|| panic!("no arrow: {line}"));
        check(text.trim(), expected.trim());
    }
}

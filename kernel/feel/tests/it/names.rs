use yiwang_feel::{parse, parse_with_names};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let names = parse_with_names(text, &["Monthly Salary"]).unwrap();
    assert_eq!(
        names.names().iter().map(String::as_str).collect::<Vec<_>>(),
        expected,
        "{text}"
    );
}

#[test]
fn free_names_and_paths() {
    check("record.class = \"E01\" and 金额 > 1", &["record", "record.class", "金额"]);
    check("record.class.parent", &["record", "record.class", "record.class.parent"]);
    check("Monthly Salary * 12", &["Monthly Salary"]);
    check("for x in xs return x + y", &["xs", "y"]);
    check("function(a) a + b", &["b"]);
    check("{a: 1, b: a + c}", &["c"]);
    check("count(list)", &["list"]);
    check("fee(amount)", &["amount", "fee"]);
    check("now", &["now"]);
    check("now()", &[]);
    check("if a then b else c in [d..e]", &["a", "b", "c", "d", "e"]);
}

#[test]
fn names_inside_filters_may_be_fields() {
    let it = parse("orders[amount > record.limit].id").unwrap();
    assert_eq!(it.names().iter().collect::<Vec<_>>(), ["orders"]);
    assert_eq!(
        it.filter_names().iter().collect::<Vec<_>>(),
        ["amount", "record", "record.limit"]
    );
}

use crate::support::{check, check_all, check_in};

#[test]
fn numbers_have_34_digits_and_no_binary_fractions() {
    check_all(
        "
        0.1 + 0.2 = 0.3 => true
        1 / 3 => 0.3333333333333333333333333333333333
        1234567890123456789012345678901234 + 1 => 1234567890123456789012345678901235
        .5 + 1.5e1 => 15.5
        10 / 0 => null
        2 ** 10 => 1024
        4 ** 0.5 => 2
        -5 ** 2 => 25
        2 ** -1 => 0.5
        10--5 => 15
        -10 - -5 => -5
        7 - 2 - 1 => 4
        2 + 3 * 4 => 14
        (2 + 3) * 4 => 20
        1 + null => null
        1 + \"a\" => null
        \"县\" + \"城\" => \"县城\"
        1.0 = 1.00 => true
        ",
    );
}

#[test]
fn three_valued_logic() {
    for (a, b, and, or) in [
        ("true", "true", "true", "true"),
        ("true", "false", "false", "true"),
        ("true", "null", "null", "true"),
        ("false", "false", "false", "false"),
        ("false", "null", "false", "null"),
        ("null", "null", "null", "null"),
        ("true", "1", "null", "true"),
        ("false", "\"x\"", "false", "null"),
    ] {
        for (left, right) in [(a, b), (b, a)] {
            check(&format!("{left} and {right}"), and);
            check(&format!("{left} or {right}"), or);
        }
    }
    check_all("not(true) => false\nnot(false) => true\nnot(null) => null\nnot(1) => null");
}

#[test]
fn comparison() {
    check_all(
        r#"
        1 < 2 => true
        "a" < "b" => true
        null = null => true
        1 = null => false
        1 != null => true
        1 = "1" => null
        1 < null => null
        1 < "2" => null
        [1, 2] = [1, 2] => true
        [1, 2] = [2, 1] => false
        {a: 1, b: 2} = {b: 2, a: 1} => true
        @"2026-10-09" < @"2026-10-10" => true
        @"2026-10-09T00:00:00Z" = @"2026-10-09T08:00:00+08:00" => true
        @"2026-10-09T08:00:00" = @"2026-10-09T08:00:00+08:00" => true
        @"PT60M" = @"PT1H" => true
        @"P12M" = @"P1Y" => true
        5 between 1 and 5 => true
        5 between 6 and 9 => false
        null between 1 and 2 => null
        5 between 1 and 6 and true => true
        "#,
    );
}

#[test]
fn membership_and_ranges() {
    check_all(
        r#"
        5 in [1..5] => true
        5 in [1..5) => false
        1 in (1..5] => false
        1 in ]1..5[ => false
        2 in ]1..5[ => true
        5 in > 3 => true
        5 in (< 3, > 4) => true
        5 in (1, 2, 5) => true
        "a" in ["a", "b"] => true
        5 in [1, [4..6]] => true
        7 in [1, [4..6]] => false
        7 in ["a"] => null
        5 in ([1..2], [4..6]) => true
        @"2026-10-09" in [@"2026-10-01"..@"2026-10-31"] => true
        7 in (> 5) => true
        [1..5].start => 1
        [1..5).end included => false
        [1..3] = [1..3] => true
        ["a".."z"] = ["a".."y"] => false
        [1.."z"] => null
        3 in [1..2] or 3 in [3..4] => true
        "#,
    );
}

#[test]
fn conditions_and_loops() {
    check_all(
        r#"
        if 1 < 2 then "y" else "n" => "y"
        if null then "y" else "n" => "n"
        if 1 > 2 then 1 else if 2 > 3 then 2 else 3 => 3
        for i in 1..3 return i * i => [1, 4, 9]
        for i in 3..1 return i => [3, 2, 1]
        for i in [1..3] return i => [1, 2, 3]
        for x in [1, 2], y in [10, 20] return x + y => [11, 21, 12, 22]
        for x in [1, 2], y in [x, 9] return y => [1, 9, 2, 9]
        for i in 1..4 return if i = 1 then 1 else partial[-1] * i => [1, 2, 6, 24]
        for d in @"2026-10-09"..@"2026-10-11" return d.day => [9, 10, 11]
        for x in null return x => null
        some x in [1, 2] satisfies x > 1 => true
        every x in [1, 2] satisfies x > 1 => false
        every x in [] satisfies false => true
        some x in [1, null] satisfies x > 5 => null
        every x in [9, null] satisfies x > 5 => null
        some x in [1, 2], y in [2, 3] satisfies x = y => true
        "#,
    );
}

#[test]
fn lists_filters_paths() {
    check_all(
        r#"
        [1, 2, 3][1] => 1
        [1, 2, 3][-1] => 3
        [1, 2, 3][4] => null
        [1, 2, 3][item > 1] => [2, 3]
        [][item > 1] => []
        5[item > 1] => [5]
        5[1] => 5
        [{a: 1}, {a: 2}].a => [1, 2]
        [{a: 1, b: "x"}, {a: 2, b: "y"}][a > 1].b => ["y"]
        [{a: 1, b: "x"}, {a: 2, b: "y"}][item.a > 1][1].b => "y"
        {a: {b: {c: 5}}}.a.b.c => 5
        {a: 1}.b => null
        {a: 2, b: a * 3}.b => 6
        {"长 名": 1, 另 名: 2}.长 名 => 1
        [[1, 2], [3]][1] => [1, 2]
        [1, 2, 3][{x: 2}.x] => 2
        null.a => null
        {}.a => null
        "#,
    );
}

#[test]
fn dates_and_durations() {
    check_all(
        r#"
        @"2026-10-09" + @"P5D" => @"2026-10-14"
        @"2026-01-31" + @"P1M" => @"2026-02-28"
        @"2024-02-29" + @"P1Y" => @"2025-02-28"
        @"2026-10-09" - @"2026-10-01" => @"P8D"
        @"2026-10-09T16:00:00+08:00" - @"2026-10-09T07:00:00Z" => @"PT1H"
        @"2026-10-09T16:00:00+08:00" + @"PT10H" => @"2026-10-10T02:00:00+08:00"
        @"23:00:00" + @"PT2H" => @"01:00:00"
        @"12:00:00" - @"10:30:00" => @"PT1H30M"
        @"PT1H" * 3 => @"PT3H"
        @"PT3H" / 2 => @"PT1H30M"
        @"PT3H" / @"PT1H" => 3
        @"P1Y" + @"P6M" => @"P18M"
        -@"P1D" => @"-P1D"
        @"P1D" + @"P1M" => null
        @"2026-10-09".year => 2026
        @"2026-10-09".weekday => 5
        @"2026-10-09T16:30:05.25".second => 5.25
        @"2026-10-09T16:30:05+08:00".time offset => @"PT8H"
        @"16:30:00@Asia/Shanghai".timezone => "Asia/Shanghai"
        @"P1DT2H3M4S".hours => 2
        @"P1Y6M".months => 6
        "#,
    );
}

#[test]
fn types() {
    check_all(
        r#"
        1 instance of number => true
        "1" instance of number => false
        @"2026-10-09" instance of date => true
        @"2026-10-09T00:00:00" instance of date and time => true
        @"P1D" instance of days and time duration => true
        @"P1M" instance of years and months duration => true
        [1, 2] instance of list<number> => true
        [1, "a"] instance of list<number> => false
        {a: 1} instance of context<a: number> => true
        [1..2] instance of range<number> => true
        null instance of number => false
        null instance of Null => true
        count instance of function<list>->number => true
        "#,
    );
}

#[test]
fn functions() {
    check_all(
        r#"
        (function(a, b) a - b)(5, 3) => 2
        {f: function(a: number, b: number) a - b, r: f(b: 1, a: 9)}.r => 8
        {f: function(a: number) a, r: f("x")}.r => null
        {k: 10, f: function(a) a + k, r: f(5)}.r => 15
        {f: function(a) a, r: f(1, 2)}.r => null
        {twice: function(f, x) f(f(x)), r: twice(function(n) n * 3, 2)}.r => 18
        nothing(1) => null
        sort([3, 1, 2], function(a, b) a > b) => [3, 2, 1]
        {add one: function(n) n + 1, r: add one(4)}.r => 5
        "#,
    );
}

#[test]
fn literals() {
    check("\"a\\nb\"", "\"a\nb\"");
    check(r#""\u4E2D\u56FD""#, "\"中国\"");
    check(r#""\uD83D\uDC0E""#, "\"🐎\"");
    check(r#""\U01F40E""#, "\"🐎\"");
    check(r#""a\"b\\c""#, r#""a\"b\\c""#);
    check("1 // one\n + /* and */ 2", "3");
    check("{}", "{}");
    check("[]", "[]");
}

#[test]
fn scopes_of_the_platform() {
    let scope = r#"{"金额": 1200, "事项": {"类型": "投诉", "级 别": 2}, "record": {"status": "OPEN", "limit": null}, "Monthly Salary": 10}"#;
    let names = ["Monthly Salary", "级 别"];
    for (text, expected) in [
        ("金额 > 1000 and 事项.类型 = \"投诉\"", "true"),
        ("事项.级 别 + 1", "3"),
        ("12 * Monthly   Salary", "120"),
        ("Monthly Salary/2", "5"),
        ("record.status = \"OPEN\" and record.limit = null", "true"),
        ("record.missing.deeper", "null"),
        ("missing > 1", "null"),
        ("string length(\"一网通办\")", "4"),
    ] {
        check_in(scope, &names, text, expected);
    }
    check_in(r#"{"a-b": 1, "a": 5, "b": 3, "now": 7}"#, &["a-b"], "a-b + a - b + now", "10");
    check_in(r#"{"or gate": true}"#, &["or gate"], "or gate and true", "true");
}

#[test]
fn json_in_and_out() {
    let text = r#"{"a":[1,2.5,"x",null,true],"长 名":{"b":"2026-10-09"}}"#;
    assert_eq!(
        yiwang_feel::Value::from(crate::support::json(text)).to_json().to_string(),
        text
    );
    for (text, expected) in [
        ("1/3", "\"0.3333333333333333333333333333333333\""),
        ("0.1 + 0.2", "0.3"),
        ("2 ** 70", "\"1180591620717411303424\""),
        ("@\"2026-10-09T16:30:00+08:00\"", "\"2026-10-09T16:30:00+08:00\""),
        ("@\"P1DT2H\"", "\"P1DT2H\""),
        ("[1..5)", "\"[1..5)\""),
        ("count", "null"),
    ] {
        let value = yiwang_feel::parse(text)
            .unwrap()
            .eval(&yiwang_feel::Context::new(), &crate::support::env())
            .unwrap();
        assert_eq!(value.to_json().to_string(), expected, "{text}");
    }
}

use yiwang_feel::{SyntaxError, parse, parse_unary_tests};

#[track_caller]
fn check(text: &str, place: (u32, u32), message: &str, remedy: &str) {
    let SyntaxError {
        line,
        column,
        message: said,
        remedy: advised,
    } = parse(text).expect_err(text);
    assert_eq!((line, column), place, "{text}: {said}");
    assert!(said.contains(message), "{text}: {said}");
    assert!(advised.contains(remedy), "{text}: {advised}");
}

#[test]
fn mistakes_name_place_and_remedy() {
    check("金额 ＞ 1000", (1, 4), "全角符号“＞”", "改成英文写法 >");
    check("count（a）", (1, 6), "全角符号“（”", "英文写法 (");
    check("a = “投诉”", (1, 5), "“", "英文写法 \"");
    check("a == 1", (1, 3), "没有“==”", "英文写法 =");
    check("a && b", (1, 3), "没有“&&”", "and");
    check("a || b", (1, 3), "没有“||”", "or");
    check("a <> b", (1, 3), "没有“<>”", "!=");
    check("!a", (1, 1), "没有“!”", "not(条件)");
    check("a = 'x'", (1, 5), "没有“'”", "\"");
    check("", (1, 1), "空的", "写上表达式");
    check("a +", (1, 4), "没有写完", "补上");
    check("(1 + 2", (1, 7), "缺少“)”", "补上“)”");
    check("1 + 2)", (1, 6), "多了一个“)”", "删去");
    check("a\n  and and b", (2, 7), "“and”前面缺少一个值", "补上值");
    check("Monthly Salary", (1, 9), "“Salary”前面缺少运算符", "声明");
    check("if a then b", (1, 12), "缺少“else”", "if 条件 then 值 else 值");
    check("for x in xs x", (1, 13), "缺少“return”", "return 结果");
    check("1 < 2 < 3", (1, 7), "一个比较符", "and");
    check("\"abc", (1, 1), "缺少结尾的引号", "双引号");
    check("@\"2026-13-01\"", (1, 1), "不是日期", "2026-10-09");
    check("a instance of tree", (1, 15), "不认识的类型“tree”", "number");
    check("{a: 1, a: 2}", (1, 7), "“a”写了两次", "只写一次");
    check("function(x) external {}", (1, 13), "不支持外部函数", "FEEL");
    check("\"\\u12\"", (1, 2), "转义", "\\u4E2D");
    check("record.", (1, 8), "“.”后面没有名称", "字段名");
}

#[test]
fn deep_and_long_texts_are_refused() {
    let deep = format!("{}1{}", "(".repeat(65), ")".repeat(65));
    check(&deep, (1, 65), "嵌套超过 64 层", "拆成");
    let fine = format!("{}1{}", "(".repeat(63), ")".repeat(63));
    assert!(parse(&fine).is_ok());
    for open in [
        "[",
        "-",
        "{a:",
        "if a then ",
        "function() ",
        "f(",
        "a[",
        "(>",
        "]1..",
        "[1..",
        "1 in (",
        "some x in ",
        "{a:[(",
    ] {
        assert!(parse(&open.repeat(5_000)).is_err());
    }
    check(&"1+".repeat(8_001), (1, 1), "超过 16000 个字", "决策表");
}

#[test]
fn cells_have_their_own_advice() {
    let error = parse_unary_tests("> 1 and < 5", &[]).unwrap_err();
    assert!(error.remedy.contains("[1..5]"), "{error}");
    assert!(parse_unary_tests("> ", &[]).is_err());
    assert!(parse_unary_tests("\"a\",", &[]).is_err());
}

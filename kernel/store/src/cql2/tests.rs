use proptest::prelude::*;

use super::{Expr, Geometry, Operand, parse};
use crate::{Cmp, Polygon};

fn check(text: &str, printed: &str) {
    let expr = parse(text).unwrap_or_else(|it| panic!("{text}: {it}"));
    assert_eq!(expr.to_string(), printed);
    assert_eq!(parse(printed).as_ref(), Ok(&expr), "{printed}");
}

#[test]
fn reads_and_writes() {
    check("status = 'OPEN'", "status = 'OPEN'");
    check("a=1 and b>2 or c<=3.50", "(a = 1 AND b > 2) OR c <= 3.50");
    check(
        "NOT (a = 1 or b = 2) AND not c is null",
        "NOT (a = 1 OR b = 2) AND NOT c IS NULL",
    );
    check(
        "标题 like '%路灯%' and \"in\" = -1.5e-3",
        "标题 LIKE '%路灯%' AND \"in\" = -1.5e-3",
    );
    check(
        "name = 'O''Neil' AND \"a\"\"b\" <> TRUE",
        "name = 'O''Neil' AND \"a\"\"b\" <> TRUE",
    );
    check("a in (1, 2,3) and b not in ('x')", "a IN (1, 2, 3) AND NOT b IN ('x')");
    check(
        "a between DATE('2026-10-09') and DATE('20261010')",
        "a BETWEEN DATE('2026-10-09') AND DATE('2026-10-10')",
    );
    check(
        "t >= TIMESTAMP('2026-10-09T08:30:00Z')",
        "t >= TIMESTAMP('2026-10-09T16:30:00+08:00')",
    );
    check("date = 1 and point = 2", "\"date\" = 1 AND \"point\" = 2");
    check("a is not null or true", "NOT a IS NULL OR TRUE");
    check("((a = 1))", "a = 1");
    check("1 < a", "1 < a");
    check(
        "S_INTERSECTS(location, BBOX(119.1,29,119.25,29.5))",
        "S_INTERSECTS(location, BBOX(119.1, 29, 119.25, 29.5))",
    );
    check(
        "s_intersects(POINT(119.12345675 -29.5), \"位置\")",
        "S_INTERSECTS(位置, POINT(119.1234568 -29.5))",
    );
    check(
        "S_INTERSECTS(p, MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((2 2,3 2,3 3,2 2),(2.5 2.2,2.6 2.2,2.6 2.3,2.5 2.2))))",
        "S_INTERSECTS(p, MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((2 2, 3 2, 3 3, 2 2), (2.5 2.2, 2.6 2.2, 2.6 2.3, 2.5 2.2))))",
    );
}

fn check_error(text: &str, at: usize, message: &str) {
    let error = parse(text).expect_err(text);
    assert_eq!((error.at, error.message.as_str()), (at, message), "{text}");
    assert!(!error.remedy.is_empty());
}

#[test]
fn says_what_is_wrong() {
    check_error("", 1, "筛选条件是空的。");
    check_error("a = ", 5, "这里缺少字段名或值。");
    check_error("a = 1 b = 2", 7, "这里多出了内容。");
    check_error("a", 2, "这里缺少比较。");
    check_error("(a = 1", 7, "这里缺少“)”。");
    check_error("标题 = ‘x’", 6, "看不懂字符“‘”。");
    check_error("a = 'x", 5, "单引号没有结束。");
    check_error("a = 1.2.3", 5, "数字写法不对。");
    check_error("a = 12abc", 5, "数字写法不对。");
    check_error("upper(a) = 'X'", 1, "不支持函数“upper”。");
    check_error("a like b", 8, "LIKE 后面要有文字。");
    check_error("a like 'x\\'", 8, "LIKE 后面要有文字。");
    check_error("a between 1 or 2", 13, "这里缺少 AND。");
    check_error("a in ()", 7, "这里缺少字段名或值。");
    check_error("d = DATE('2026-02-30')", 5, "日期写法不对。");
    check_error("d = TIMESTAMP('gestern')", 5, "时间写法不对。");
    check_error(
        "s_intersects(p, POLYGON((0 0, 1 0, 1 1)))",
        25,
        "多边形的环没有闭合,或不足四个点。",
    );
    check_error("s_intersects(p, BBOX(0, 0, 30, 1))", 17, "范围跨度超过 20 度,请缩小。");
    check_error("s_intersects(p, BBOX(200, 0, 201, 1))", 17, "坐标超出经度 ±180、纬度 ±90。");
    check_error("s_intersects(p, CIRCLE(0 0))", 17, "这里缺少图形。");
    check_error("a = null", 5, "“null”不能放在这里。");
}

#[test]
fn depth_and_length_are_bounded() {
    let nested = |n: usize| format!("{}a = 1{}", "(".repeat(n), ")".repeat(n));
    assert!(parse(&nested(31)).is_ok());
    check_error(&nested(32), 33, "条件嵌套超过 32 层。");
    check_error(&nested(1_900), 33, "条件嵌套超过 32 层。");
    check_error(&format!("{}a = 1", "NOT ".repeat(900)), 129, "条件嵌套超过 32 层。");
    check_error(
        &format!("a = '{}'", "字".repeat(4_000)),
        4_001,
        "筛选条件有 4006 个字符,太长。",
    );
    assert!(parse(&format!("a = '{}'", "字".repeat(3_994))).is_ok());
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        "[a-z_市][a-z0-9_.街]{0,8}|and|[ '\"x]{1,4}".prop_map(Operand::Property),
        "[ -~街😀]{0,8}".prop_map(Operand::Text),
        "-?[0-9]{1,20}(\\.[0-9]{1,8})?".prop_map(Operand::Number),
        any::<bool>().prop_map(Operand::Boolean),
        (-2_000_000_000_000_i64..4_000_000_000_000).prop_map(|it| Operand::Timestamp(yiwang_types::Instant::from_millis(it))),
        (-100_000_i32..100_000).prop_map(|it| Operand::Date(yiwang_types::Date::from_days(it))),
    ]
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let point = || (-100_000_000_i64..100_000_000, -100_000_000_i64..100_000_000);
    let ring = proptest::collection::vec(point(), 3..6).prop_map(|mut it| {
        it.push(it[0]);
        it
    });
    let polygon = proptest::collection::vec(ring, 1..3).prop_map(|rings| Polygon { rings });
    prop_oneof![
        point().prop_map(Geometry::Point),
        proptest::collection::vec(polygon, 1..3).prop_map(Geometry::Polygons),
        (point(), point()).prop_map(|(a, b)| Geometry::Bbox((a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1)))),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    let op = prop_oneof![
        Just(Cmp::Eq),
        Just(Cmp::Ne),
        Just(Cmp::Lt),
        Just(Cmp::Le),
        Just(Cmp::Gt),
        Just(Cmp::Ge)
    ];
    let leaf = prop_oneof![
        (operand(), op, operand()).prop_map(|(left, op, right)| Expr::Compare { left, op, right }),
        (operand(), proptest::collection::vec(operand(), 1..4)).prop_map(|(item, list)| Expr::In { item, list }),
        (operand(), operand(), operand()).prop_map(|(item, low, high)| Expr::Between { item, low, high }),
        (operand(), "[a-z%_街']{0,6}").prop_map(|(item, pattern)| Expr::Like { item, pattern }),
        operand().prop_map(Expr::IsNull),
        ("[a-z]{1,4}", geometry()).prop_map(|(property, geometry)| Expr::Intersects { property, geometry }),
        any::<bool>().prop_map(Expr::Always),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
            inner.prop_map(|it| Expr::Not(Box::new(it))),
        ]
    })
}

proptest! {
    #[test]
    fn every_tree_survives_printing(it in expr()) {
        let text = it.to_string();
        if text.chars().count() <= 4_000 {
            prop_assert_eq!(parse(&text), Ok(it), "{}", text);
        }
    }

    #[test]
    fn no_text_panics(text in "[a-zA-Z0-9 ()'\"<>=,.%_+-]{0,80}|.{0,40}") {
        let _ = parse(&text);
    }
}

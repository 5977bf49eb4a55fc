use proptest::prelude::*;

use super::*;
use crate::{Definition, Formula, Grain, GroupBy, Measure, PeriodBy, explain_figure};

fn measure(name: &str, title: &str, formula: Formula) -> Measure {
    let unit = title.ends_with('率').then(|| "%".to_owned());
    Measure {
        name: name.to_owned(),
        title: title.to_owned(),
        unit,
        formula,
    }
}

fn ratio(part: &str, whole: &str) -> Formula {
    Formula::Ratio {
        part: part.to_owned(),
        whole: whole.to_owned(),
    }
}

fn definition() -> Definition {
    let count = |filter: &str| Formula::Count {
        filter: filter.to_owned(),
        means: (filter == "status = 'CLOSED'").then(|| "已经结案的".to_owned()),
    };
    Definition {
        report: "units_by_month".to_owned(),
        title: "部门月度处置统计".to_owned(),
        register_title: "城管案卷".to_owned(),
        period: Some(PeriodBy {
            field: "due_at".to_owned(),
            title: "应结案时间".to_owned(),
            grain: Grain::Month,
        }),
        group: vec![GroupBy {
            field: "handler".to_owned(),
            title: "处置单位".to_owned(),
        }],
        order: Order::Official,
        measures: vec![
            measure("due", "应结案数", count("due_at is not null")),
            measure("closed_rate", "结案率", ratio("closed", "due")),
            measure("closed", "结案数", count("status = 'CLOSED'")),
            measure(
                "fee",
                "费用",
                Formula::Sum {
                    field: "fee".to_owned(),
                    title: "费用".to_owned(),
                    scale: 2,
                },
            ),
            measure("fee_each", "件均费用", ratio("fee", "closed")),
        ],
    }
}

fn labels() -> Labels {
    let label = |key: &str, title: &str, order| {
        (
            key.to_owned(),
            GroupLabel {
                title: title.to_owned(),
                order,
            },
        )
    };
    vec![BTreeMap::from([
        label("B", "住建局", 1),
        label("A", "市容中心", 2),
        label("C", "=供水公司", 3),
    ])]
}

fn row(day: &str, key: Option<&str>, values: [i64; 3]) -> Row {
    Row {
        day: Date::parse(day),
        group: vec![key.map(str::to_owned)],
        values: values.to_vec(),
    }
}

fn october() -> Range {
    Range {
        from: Date::parse("2026-10-01").unwrap(),
        until: Date::parse("2026-11-01").unwrap(),
    }
}

#[test]
fn reproduces_a_published_monthly_report() {
    // 立案、应结案、结案、按期结案 of a published report: 911/972 = 93.72 %, 737/972 = 75.82 % (domain notes 2.8).
    for (part, whole, expected) in [
        (911, 972, "93.72"),
        (737, 972, "75.82"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 8, "12.50"),
        (0, 5, "0.00"),
    ] {
        let plan = Plan::of(definition()).unwrap();
        let table = evaluate(
            &plan,
            &[row("2026-10-05", Some("A"), [whole, part, 0])],
            october(),
            &labels(),
            Empty::Leave,
        );
        assert_eq!(table.rows[0].figures[1].text().as_deref(), Some(expected));
    }
}

#[test]
fn rows_stand_in_official_order_and_totals_are_made_of_totals() {
    let plan = Plan::of(definition()).unwrap();
    let rows = [
        row("2026-10-31", Some("A"), [3, 1, 100]),
        row("2026-10-01", Some("A"), [1, 1, 55]),
        row("2026-10-02", Some("B"), [96, 96, 0]),
        row("2026-10-02", None, [1, 0, 0]),
        row("2026-10-02", Some("Z"), [0, 0, 0]),
        row("2026-11-01", Some("A"), [50, 50, 0]),
        Row {
            day: None,
            ..row("2026-10-02", Some("A"), [7, 7, 7])
        },
    ];
    let table = evaluate(&plan, &rows, october(), &labels(), Empty::Leave);
    let shown: Vec<(String, Vec<String>)> = table
        .rows
        .iter()
        .map(|it| {
            (
                it.groups[0].title.clone(),
                it.figures
                    .iter()
                    .map(|it| it.text().unwrap_or_else(|| "null".to_owned()))
                    .collect(),
            )
        })
        .collect();
    let expected = [
        ("住建局", ["96", "100.00", "96", "0.00", "0.0000"]),
        ("市容中心", ["4", "50.00", "2", "1.55", "0.7750"]),
        ("Z", ["0", "null", "0", "0.00", "null"]),
        ("(未填)", ["1", "0.00", "0", "0.00", "null"]),
    ];
    assert_eq!(
        shown,
        expected.map(|(title, figures)| (title.to_owned(), figures.map(str::to_owned).to_vec()))
    );
    let totals: Vec<String> = table.totals.iter().filter_map(|it| it.text()).collect();
    assert_eq!(totals, ["101", "97.03", "98", "1.55", "0.0158"]);
}

#[test]
fn empty_rows_are_shown_on_demand() {
    let plan = Plan::of(definition()).unwrap();
    let range = Range {
        until: Date::parse("2026-12-01").unwrap(),
        ..october()
    };
    let table = evaluate(
        &plan,
        &[row("2026-11-05", Some("A"), [1, 1, 0])],
        range,
        &labels(),
        Empty::Show,
    );
    let shown: Vec<(&str, &str)> = table
        .rows
        .iter()
        .map(|it| (it.period_label.as_deref().unwrap(), it.groups[0].title.as_str()))
        .collect();
    let month = |it| [(it, "住建局"), (it, "市容中心"), (it, "=供水公司")];
    assert_eq!(shown, [month("2026年10月"), month("2026年11月")].concat());
    let endless = Range {
        from: Date::from_days(i32::MIN),
        until: Date::from_days(i32::MAX),
    };
    assert_eq!(evaluate(&plan, &[], endless, &labels(), Empty::Show).rows, []);
}

#[test]
fn a_report_without_a_period_counts_all_time() {
    let plan = Plan::of(Definition {
        period: None,
        order: Order::Key,
        ..definition()
    })
    .unwrap();
    let rows = [
        row("2001-01-01", Some("B"), [1, 1, 0]),
        row("2026-10-05", Some("B"), [2, 0, 0]),
        row("2026-10-05", Some("A"), [5, 0, 0]),
    ];
    let csv = evaluate(&plan, &rows, october(), &labels(), Empty::Show).to_csv();
    let expected = "\u{feff}处置单位,应结案数,结案率(%),结案数,费用,件均费用\r\n\
                    市容中心,5,0.00,0,0.00,\r\n\
                    住建局,3,33.33,1,0.00,0.0000\r\n\
                    '=供水公司,0,,0,0.00,\r\n\
                    合计,8,12.50,1,0.00,0.0000\r\n";
    assert_eq!(csv, expected);
}

#[test]
fn the_file_is_safe_for_spreadsheets() {
    let plan = Plan::of(definition()).unwrap();
    let rows = [
        row("2026-10-05", Some("C"), [4, 0, -250]),
        row("2026-10-05", Some("A"), [0, 0, 0]),
    ];
    let csv = evaluate(&plan, &rows, october(), &labels(), Empty::Leave).to_csv();
    let expected = "\u{feff}应结案时间,处置单位,应结案数,结案率(%),结案数,费用,件均费用\r\n\
                    2026年10月,市容中心,0,,0,0.00,\r\n\
                    2026年10月,'=供水公司,4,0.00,0,-2.50,\r\n\
                    合计,,4,0.00,0,-2.50,\r\n";
    assert_eq!(csv, expected);
}

#[test]
fn every_figure_is_explained() {
    let plan = Plan::of(definition()).unwrap();
    let table = evaluate(
        &plan,
        &[row("2026-10-05", Some("A"), [972, 911, 0])],
        october(),
        &labels(),
        Empty::Leave,
    );
    let words: Vec<&str> = table.columns.iter().map(|it| it.explanation.as_str()).collect();
    let expected = [
        "应结案数:城管案卷中满足「due_at is not null」的记录数,按「应结案时间」归入各月。",
        "结案率 = 结案数 ÷ 应结案数 × 100%,保留两位小数;应结案数为 0 时不计算。",
        "结案数:城管案卷中已经结案的记录数,按「应结案时间」归入各月。",
        "费用:城管案卷中各记录「费用」之和,按「应结案时间」归入各月;未填的按 0 计。",
        "件均费用 = 费用 ÷ 结案数,保留四位小数;结案数为 0 时不计算。",
    ];
    assert_eq!(words, expected);
    assert_eq!(
        explain_figure(&plan, 1, &table.rows[0].figures[1]).unwrap(),
        "结案数 911 ÷ 应结案数 972 = 93.72%"
    );
    assert_eq!(
        explain_figure(&plan, 1, &figures(&plan, &[0, 0, 0])[1]).unwrap(),
        "应结案数为 0,不计算"
    );
    assert_eq!(explain_figure(&plan, 0, &table.rows[0].figures[0]).unwrap(), "应结案数 972");
    assert_eq!(explain_figure(&plan, 99, &table.rows[0].figures[0]), None);
}

#[test]
fn broken_definitions_are_named() {
    let mut broken = definition();
    broken
        .measures
        .push(measure("due", "又一个", ratio("nothing", "closed_rate")));
    let faults = Plan::of(broken).unwrap_err();
    let rules: Vec<&str> = faults.iter().map(|it| it.rule.as_str()).collect();
    assert_eq!(rules, ["unique", "unknown-measure", "unknown-measure"]);
}

#[test]
fn rounds_half_away_from_zero_and_never_overflows() {
    let check = |part, whole, expected| assert_eq!(divide(part, whole), expected, "{part:?} / {whole:?}");
    check((1, 0), (20_000, 0), Some(1));
    check((-1, 0), (20_000, 0), Some(-1));
    check((1, 0), (20_001, 0), Some(0));
    check((1, 0), (-2, 0), Some(-5000));
    check((150, 2), (3, 0), Some(5000));
    check((3, 0), (150, 2), Some(20_000));
    check((5, 0), (0, 0), None);
    check((i64::MAX, 0), (1, 200), None);
    check((i64::MAX, 0), (1, 0), None);
    assert_eq!(
        [decimal(-5, 2), decimal(0, 0), decimal(i64::MIN, 0), decimal(12, 3)],
        ["-0.05", "0", "-9223372036854775808", "0.012"]
    );
}

proptest! {
    /// Splitting the rows otherwise, or giving them in another order, changes nothing.
    #[test]
    fn the_order_of_rows_does_not_matter(values in prop::collection::vec((0_i32..31, 0_usize..3, 0_i64..50, 0_i64..50), 0..30)) {
        let plan = Plan::of(definition()).unwrap();
        let rows: Vec<Row> = values
            .iter()
            .map(|(day, key, due, closed)| Row {
                day: Some(october().from.plus_days(*day)),
                group: vec![Some(["A", "B", "C"][*key].to_owned())],
                values: vec![*due, *closed],
            })
            .collect();
        let mut turned: Vec<Row> = rows.iter().rev().cloned().collect();
        let table = evaluate(&plan, &rows, october(), &labels(), Empty::Leave);
        prop_assert_eq!(&evaluate(&plan, &turned, october(), &labels(), Empty::Leave), &table);
        turned.iter_mut().for_each(|it| it.values.push(0));
        prop_assert_eq!(&evaluate(&plan, &turned, october(), &labels(), Empty::Leave), &table);
        let due: i64 = values.iter().map(|it| it.2).sum();
        prop_assert_eq!(table.totals[0], Figure::Number { value: due, scale: 0 });
    }
}

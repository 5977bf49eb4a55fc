use super::*;
use crate::{Code, Date, Offset};

/// The State Council's notice for 2026.
fn notice_2026() -> Vec<(Date, bool, String)> {
    let mut days = Vec::new();
    for (name, from, until, worked) in [
        ("元旦", "2026-01-01", "2026-01-03", vec!["2026-01-04"]),
        ("春节", "2026-02-15", "2026-02-23", vec!["2026-02-14", "2026-02-28"]),
        ("清明节", "2026-04-04", "2026-04-06", vec![]),
        ("劳动节", "2026-05-01", "2026-05-05", vec!["2026-05-09"]),
        ("端午节", "2026-06-19", "2026-06-21", vec![]),
        ("中秋节", "2026-09-25", "2026-09-27", vec![]),
        ("国庆节", "2026-10-01", "2026-10-07", vec!["2026-09-20", "2026-10-10"]),
    ] {
        let (from, until) = (day(from), day(until));
        days.extend((from.days()..=until.days()).map(|it| (Date::from_days(it), true, name.to_owned())));
        days.extend(worked.into_iter().map(|it| (day(it), false, name.to_owned())));
    }
    days
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// `2026-10-09 16:30` on the Chinese wall clock.
fn at(text: &str) -> Instant {
    Instant::parse(&format!("{}:00+08:00", text.replace(' ', "T"))).unwrap()
}

fn period(from: &str, until: &str) -> Period {
    Period::new(at(from), at(until)).unwrap()
}

fn general_hours() -> OfficeHours {
    OfficeHours {
        from: day("2020-01-01"),
        until: None,
        spans: vec![(510, 720), (810, 1050)],
    }
}

fn calendar_with(hours: Vec<OfficeHours>) -> Calendar {
    Calendar::new(CalendarParts {
        offset: Offset::CHINA,
        exceptions: notice_2026(),
        years: vec![2026],
        hours,
    })
    .unwrap()
}

fn calendar() -> Calendar {
    calendar_with(vec![general_hours()])
}

fn check(start: &str, amount: u32, unit: LimitUnit, pauses: &[Period], due: &str) {
    let actual = deadline(&calendar(), at(start), Limit::new(amount, unit), pauses);
    assert_eq!(actual.due, at(due), "{}", actual.sentence("受理", day("2026-10-09")));
}

#[test]
fn worked_examples_of_the_2026_calendar() {
    use LimitUnit::*;
    for (start, amount, due) in [
        ("2026-01-30 09:00", 20, "2026-03-05 17:30"),
        ("2026-01-30 09:00", 7, "2026-02-10 17:30"),
        ("2026-01-30 09:00", 15, "2026-02-27 17:30"),
        ("2026-09-14 09:00", 20, "2026-10-16 17:30"),
        ("2026-09-14 09:00", 45, "2026-11-20 17:30"),
        ("2026-09-28 09:00", 5, "2026-10-10 17:30"),
        ("2026-10-09 16:30", 2, "2026-10-12 17:30"),
    ] {
        check(start, amount, WorkingDay, &[], due);
    }
    check("2026-10-09 16:30", 4, WorkingHour, &[], "2026-10-10 11:30");
    check("2026-10-09 16:30", 240, WorkingMinute, &[], "2026-10-10 11:30");
    check("2026-10-09 16:30", 4, UrgentHour, &[], "2026-10-09 20:30");
    check("2026-10-09 16:30", 240, UrgentMinute, &[], "2026-10-09 20:30");
    check("2026-10-09 16:30", 2, WorkingDayAsHours, &[], "2026-10-12 16:30");
    check(
        "2026-10-09 16:30",
        4,
        WorkingHour,
        &[period("2026-10-10 09:00", "2026-10-10 10:30")],
        "2026-10-10 14:30",
    );
}

#[test]
fn natural_days_run_on_to_a_working_day() {
    use LimitUnit::NaturalDay;
    check("2026-09-21 10:00", 10, NaturalDay, &[], "2026-10-08 17:30");
    check("2026-10-09 10:00", 1, NaturalDay, &[], "2026-10-10 17:30");
    check("2026-10-09 10:00", 2, NaturalDay, &[], "2026-10-12 17:30");
    check("2026-10-12 10:00", 3, NaturalDay, &[], "2026-10-15 17:30");
    check(
        "2026-10-12 10:00",
        3,
        NaturalDay,
        &[period("2026-10-13 10:00", "2026-10-13 10:01")],
        "2026-10-16 17:30",
    );
    // In the evening of a working day nothing of it is taken.
    check(
        "2026-10-12 10:00",
        3,
        NaturalDay,
        &[period("2026-10-13 18:00", "2026-10-13 23:00")],
        "2026-10-15 17:30",
    );
}

#[test]
fn edges() {
    use LimitUnit::*;
    // exactly to the noon break, not to its end
    check("2026-10-12 08:30", 210, WorkingMinute, &[], "2026-10-12 12:00");
    check("2026-10-12 08:30", 211, WorkingMinute, &[], "2026-10-12 13:31");
    // started at night, on a day off, in the break
    check("2026-10-12 22:00", 1, WorkingHour, &[], "2026-10-13 09:30");
    check("2026-10-11 10:00", 1, WorkingHour, &[], "2026-10-12 09:30");
    check("2026-10-12 12:40", 1, WorkingHour, &[], "2026-10-12 14:30");
    check("2026-10-11 10:00", 1, WorkingDay, &[], "2026-10-12 17:30");
    check("2026-10-12 23:59", 1, WorkingDay, &[], "2026-10-13 17:30");
    check("2026-10-11 10:00", 0, WorkingDay, &[], "2026-10-11 10:00");
    // a pause around the start, pauses overlapping and unordered, a pause outside of office hours
    check(
        "2026-10-12 09:00",
        1,
        UrgentHour,
        &[period("2026-10-12 08:00", "2026-10-12 10:00")],
        "2026-10-12 11:00",
    );
    let two = [
        period("2026-10-12 10:00", "2026-10-12 11:00"),
        period("2026-10-12 09:30", "2026-10-12 10:30"),
    ];
    check("2026-10-12 09:00", 1, WorkingHour, &two, "2026-10-12 11:30");
    check(
        "2026-10-12 09:00",
        1,
        WorkingDay,
        &[period("2026-10-13 12:00", "2026-10-13 13:30")],
        "2026-10-13 17:30",
    );
    check(
        "2026-10-12 09:00",
        1,
        WorkingDay,
        &[period("2026-10-13 12:00", "2026-10-13 13:31")],
        "2026-10-14 17:30",
    );
    assert!(Period::new(at("2026-10-12 09:01"), at("2026-10-12 09:00")).is_none());
}

#[test]
fn each_day_has_its_own_hours() {
    let summer = OfficeHours {
        from: day("2026-06-01"),
        until: Some(day("2026-09-30")),
        spans: vec![(480, 720), (900, 1080)],
    };
    let calendar = calendar_with(vec![summer, general_hours()]);
    let due = |start, amount, unit| deadline(&calendar, at(start), Limit::new(amount, unit), &[]).due;
    assert_eq!(due("2026-09-30 16:00", 4, LimitUnit::WorkingHour), at("2026-10-08 10:30"));
    assert_eq!(due("2026-05-29 16:30", 3, LimitUnit::WorkingHour), at("2026-06-01 10:00"));
    assert_eq!(due("2026-09-29 10:00", 1, LimitUnit::WorkingDay), at("2026-09-30 18:00"));
    assert_eq!(due("2026-09-30 10:00", 1, LimitUnit::WorkingDay), at("2026-10-08 17:30"));
    assert_eq!(calendar.spans(day("2019-06-15")), &[(510, 720), (810, 1050)]);
}

#[test]
fn a_year_without_notice() {
    let calendar = calendar();
    let late = deadline(&calendar, at("2026-12-30 10:00"), Limit::new(3, LimitUnit::WorkingDay), &[]);
    assert_eq!(
        (late.due, late.missing_years.as_slice()),
        (at("2027-01-05 17:30"), [2027].as_slice())
    );
    let early = deadline(&calendar, at("2026-12-30 10:00"), Limit::new(1, LimitUnit::WorkingDay), &[]);
    assert!(early.missing_years.is_empty());
    let urgent = deadline(&calendar, at("2026-12-31 23:00"), Limit::new(2, LimitUnit::UrgentHour), &[]);
    assert!(urgent.missing_years.is_empty());
    let off: Vec<String> = (day("2027-01-01").days()..=day("2027-12-31").days())
        .map(Date::from_days)
        .filter_map(|it| statutory::holiday(it).map(|name| format!("{it} {name}")))
        .collect();
    assert_eq!(off.len(), 13);
    assert!(off.contains(&"2027-02-05 春节".to_owned()) && off.contains(&"2027-09-15 中秋节".to_owned()));
    assert!(!calendar.is_working_day(day("2027-06-09")) && calendar.is_working_day(day("2027-06-10")));
    assert!(statutory::holiday(day("2026-02-16")).is_some() && statutory::holiday(day("2060-10-02")).is_some());
}

#[test]
fn a_sentence_names_the_day_unless_all_is_today() {
    let check = |today: &str, expected: &str| {
        let limit = Limit::new(10, LimitUnit::WorkingMinute);
        let counted = deadline(&calendar(), at("2026-10-19 06:43"), limit, &[]);
        assert_eq!(counted.sentence("起算", day(today)), expected);
    };
    check("2026-10-19", "起算 6:43,限 10 工作分钟,应于 8:40 前办结");
    check(
        "2026-10-20",
        "起算 10月19日(周一)6:43,限 10 工作分钟,应于 10月19日(周一)8:40 前办结",
    );
    check(
        "2027-01-04",
        "起算 2026年10月19日(周一)6:43,限 10 工作分钟,应于 2026年10月19日(周一)8:40 前办结",
    );
}

#[test]
fn sentences() {
    use LimitUnit::*;
    let check = |start: &str, amount: u32, unit, pauses: &[Period], expected: &str| {
        let today = at(start).date(Offset::CHINA);
        assert_eq!(
            deadline(&calendar(), at(start), Limit::new(amount, unit), pauses).sentence("受理", today),
            expected
        );
    };
    check(
        "2026-10-12 09:10",
        4,
        WorkingHour,
        &[],
        "受理 9:10,限 4 工作时,午休 12:00–13:30 不计,应于 14:40 前办结",
    );
    check(
        "2026-10-12 09:10",
        1,
        WorkingHour,
        &[],
        "受理 9:10,限 1 工作时,应于 10:10 前办结",
    );
    check(
        "2026-10-09 16:30",
        4,
        UrgentHour,
        &[],
        "受理 16:30,限 4 紧急工作时,昼夜连续计算,应于 20:30 前办结",
    );
    check(
        "2026-09-28 09:00",
        5,
        WorkingDay,
        &[],
        "受理 9月28日(周一)9:00,限 5 工作日,当日不计,10月1日至7日国庆节放假不计,10月10日(周六)调休上班计入,应于 10月10日(周六)17:30 前办结",
    );
    check(
        "2026-10-09 16:30",
        2,
        WorkingDayAsHours,
        &[period("2026-10-12 08:30", "2026-10-12 09:00")],
        "受理 10月9日(周五)16:30,限 2 工作日(折算 15 工作时),周末不计,办公时间以外不计,10月10日(周六)调休上班计入,\
         10月12日(周一)8:30–9:00 暂停不计,应于 10月12日(周一)17:00 前办结",
    );
    check(
        "2026-10-09 10:00",
        2,
        NaturalDay,
        &[],
        "受理 10月9日(周五)10:00,限 2 自然日,当日不计,期满日 10月11日(周日)休息,顺延到工作日,应于 10月12日(周一)17:30 前办结",
    );
    check(
        "2026-12-31 10:00",
        1,
        WorkingDay,
        &[],
        "受理 12月31日(周四)10:00,限 1 工作日,当日不计,周末不计,2027年1月1日元旦放假不计,\
         2027 年放假安排尚未载入,暂按周末和法定节假日推算,应于 2027年1月4日(周一)17:30 前办结",
    );
}

#[test]
fn cost_is_bounded() {
    for unit in LimitUnit::ALL {
        for start in [
            Instant::from_millis(i64::MIN),
            at("2026-10-09 16:30"),
            Instant::from_millis(i64::MAX),
        ] {
            let whole = Period::new(Instant::from_millis(i64::MIN), Instant::from_millis(i64::MAX)).unwrap();
            for pauses in [Vec::new(), vec![whole]] {
                let it = deadline(&calendar(), start, Limit::new(u32::MAX, unit), &pauses);
                assert!(!it.sentence("受理", day("2026-10-09")).is_empty());
            }
        }
    }
    let long = deadline(
        &calendar(),
        at("2026-10-09 16:30"),
        Limit::new(5000, LimitUnit::WorkingDay),
        &[],
    );
    assert!(long.is_beyond_horizon() && long.sentence("受理", day("2026-10-09")).contains("期限过长"));
}

#[test]
fn what_is_left() {
    let calendar = calendar();
    let left = |now: &str, due: &str, unit| {
        let it = remaining(&calendar, at(now), at(due), unit);
        (it.minutes, it.days)
    };
    assert_eq!(
        left("2026-10-09 16:30", "2026-10-12 17:30", LimitUnit::WorkingDay),
        (60 + 450 + 450, 2)
    );
    assert_eq!(left("2026-10-12 16:30", "2026-10-12 17:30", LimitUnit::WorkingDay), (60, 0));
    assert_eq!(left("2026-10-13 09:00", "2026-10-12 17:30", LimitUnit::WorkingDay), (-30, -1));
    assert_eq!(left("2026-10-09 16:30", "2026-10-09 20:30", LimitUnit::UrgentHour), (240, 0));
    assert_eq!(
        left("2026-10-09 16:30", "2026-10-12 17:30", LimitUnit::NaturalDay),
        (3 * 1440 + 60, 3)
    );
    assert_eq!(
        worked_minutes(
            &calendar,
            at("2026-10-13 09:00"),
            at("2026-10-12 09:00"),
            LimitUnit::UrgentHour
        ),
        0
    );
}

#[test]
fn broken_calendars() {
    let date = day("2026-06-01");
    let bad = |spans: Vec<(u16, u16)>| OfficeHours {
        from: date,
        until: Some(day("2026-05-01")),
        spans,
    };
    let parts = CalendarParts {
        offset: Offset::CHINA,
        exceptions: vec![(date, true, "甲".into()), (date, false, "乙".into())],
        years: vec![],
        hours: vec![bad(vec![]), bad(vec![(720, 510), (500, 1441)])],
    };
    let fault = Calendar::new(parts).unwrap_err();
    assert_eq!(fault.code, Code::DefinitionBroken);
    let fields: Vec<&str> = fault.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "hours[0]",
            "hours[0]",
            "hours[1]",
            "hours[1]",
            "hours[1]",
            "hours",
            "exceptions"
        ]
    );
    let none = CalendarParts {
        offset: Offset::CHINA,
        exceptions: vec![],
        years: vec![],
        hours: vec![],
    };
    assert!(Calendar::new(none).is_err());
}

#[test]
fn names() {
    for unit in LimitUnit::ALL {
        assert_eq!(LimitUnit::parse(unit.as_str()), Some(unit));
        assert_eq!(serde_json::to_value(unit).unwrap(), unit.as_str());
    }
    assert_eq!(LimitUnit::parse("day"), None);
    let limit: Limit = serde_json::from_str(r#"{"amount":4,"unit":"working-hour"}"#).unwrap();
    assert_eq!(limit.to_string(), "4 工作时");
    assert!(serde_json::from_str::<Period>(r#"{"from":2,"until":1}"#).is_err());
}

//! From what was asked to the periods that are counted.

use yiwang_types::{Code, Date, Fault};

use crate::run::ReportParams;
use crate::{Grain, Period, Range, periods};

/// Periods when nothing was asked.
const USUAL: u32 = 12;
/// Most periods of one table: ten years of months, or a season of days. Each is one statement.
const MOST: usize = 120;

/// What is counted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// From the first day to the day after the last.
    pub range: Range,
    /// The periods within it, the first and the last one cut to it, oldest first.
    pub spans: Vec<(Date, Date)>,
}

pub(super) fn of(grain: Option<Grain>, params: &ReportParams, today: Date) -> Result<Asked, Fault> {
    let bad = |what: &str| Err(Fault::new(Code::BadRequest, what));
    let Some(grain) = grain else {
        if params.from.is_some() || params.until.is_some() || params.last.is_some() {
            return bad("这张统计表不分时期;请去掉起止日期。");
        }
        return Ok(Asked {
            range: Range {
                from: today,
                until: today.plus_days(1),
            },
            spans: vec![],
        });
    };
    let until = params.until.unwrap_or_else(|| Period::of(today, grain).until());
    let from = match (params.from, params.last) {
        (Some(_), Some(_)) => return bad("起始日期和期数只能写一个。"),
        (Some(from), None) => from,
        (None, last) => back(until, last.unwrap_or(USUAL), grain),
    };
    if until <= from {
        return bad("起始日期要早于截止日期。");
    }
    // One more than allowed is enough to know; a far date would else be walked to.
    let furthest = from.plus_days(i32::try_from(MOST).unwrap_or(i32::MAX).saturating_mul(366));
    let all = periods(from, until.min(furthest.plus_days(1)), grain);
    if all.len() > MOST || (until > furthest) {
        return bad("时间太长,一次最多统计 120 期;请缩小起止日期。");
    }
    let spans = all.iter().map(|it| (it.from().max(from), it.until().min(until))).collect();
    Ok(Asked {
        range: Range { from, until },
        spans,
    })
}

/// The first day of the period that is the `count`th before `until`.
fn back(until: Date, count: u32, grain: Grain) -> Date {
    let count = usize::try_from(count).unwrap_or(MOST).clamp(1, MOST + 1);
    let last = Period::of(until.plus_days(-1), grain);
    let before = |it: &Period| Some(Period::of(it.from().plus_days(-1), grain));
    std::iter::successors(Some(last), before)
        .nth(count - 1)
        .map_or(until, Period::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn check(grain: Option<Grain>, params: (&str, &str, Option<u32>), expected: Result<&str, &str>) {
        let (from, until, last) = params;
        let params = ReportParams {
            from: Date::parse(from),
            until: Date::parse(until),
            last,
            filter: None,
        };
        let found = of(grain, &params, day("2026-10-09"));
        let told = found.map(|it| {
            it.spans
                .iter()
                .map(|(from, until)| format!("{from}/{until}"))
                .collect::<Vec<_>>()
        });
        match (told, expected) {
            (Ok(spans), Ok(expected)) => {
                let ends = match spans.as_slice() {
                    [] => String::new(),
                    [one] => one.clone(),
                    [first, .., last] => format!("{first} {last} {}", spans.len()),
                };
                assert_eq!(ends, expected);
            }
            (Err(fault), Err(expected)) => assert!(fault.detail.contains(expected), "{}", fault.detail),
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn periods_follow_what_was_asked() {
        let month = Some(Grain::Month);
        check(month, ("", "", None), Ok("2025-11-01/2025-12-01 2026-10-01/2026-11-01 12"));
        check(month, ("", "", Some(1)), Ok("2026-10-01/2026-11-01"));
        check(
            month,
            ("", "2026-09-16", Some(2)),
            Ok("2026-08-01/2026-09-01 2026-09-01/2026-09-16 2"),
        );
        check(
            month,
            ("2026-08-15", "2026-09-16", None),
            Ok("2026-08-15/2026-09-01 2026-09-01/2026-09-16 2"),
        );
        check(
            month,
            ("2026-08-15", "", None),
            Ok("2026-08-15/2026-09-01 2026-10-01/2026-11-01 3"),
        );
        check(
            Some(Grain::Year),
            ("", "", Some(3)),
            Ok("2024-01-01/2025-01-01 2026-01-01/2027-01-01 3"),
        );
        check(Some(Grain::Year), ("1900-01-01", "", None), Err("120"));
        check(
            Some(Grain::Day),
            ("2026-10-01", "2026-10-02", None),
            Ok("2026-10-01/2026-10-02"),
        );
        check(
            month,
            ("2016-11-01", "", None),
            Ok("2016-11-01/2016-12-01 2026-10-01/2026-11-01 120"),
        );
        check(month, ("2016-10-31", "", None), Err("120"));
        check(month, ("", "", Some(121)), Err("120"));
        check(month, ("", "", Some(u32::MAX)), Err("120"));
        check(month, ("2026-10-09", "2026-10-09", None), Err("早于"));
        check(month, ("2026-10-09", "", Some(3)), Err("只能写一个"));
        check(None, ("", "", None), Ok(""));
        check(None, ("2026-10-09", "", None), Err("不分时期"));
        check(month, ("0001-01-01", "9999-12-31", None), Err("120"));
    }
}

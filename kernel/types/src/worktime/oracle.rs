//! The same counting done minute by minute, without any of the code under test but the statutory holidays.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Calendar, CalendarParts, Limit, LimitUnit, OfficeHours, Period, deadline, statutory, worked_minutes};
use crate::{Date, Instant, Offset, Weekday};

const DAY: i64 = 1440;

/// Everything in whole minutes since 1970-01-01 on the wall clock.
struct Oracle {
    exceptions: BTreeMap<i32, bool>,
    years: Vec<i32>,
    hours: Vec<OfficeHours>,
    pauses: Vec<(i64, i64)>,
}

impl Oracle {
    fn works(&self, day: i64) -> bool {
        let date = date(day);
        let weekend = date.weekday() == Weekday::Saturday || date.weekday() == Weekday::Sunday;
        let lawful = self.years.contains(&date.ymd().0) || statutory::holiday(date).is_none();
        self.exceptions.get(&date.days()).map_or(!weekend && lawful, |is_off| !is_off)
    }

    fn spans(&self, day: i64) -> &[(u16, u16)] {
        let mut best: Option<&OfficeHours> = None;
        for table in &self.hours {
            let rank = |it: &OfficeHours| {
                let begun = it.from <= date(day);
                let valid = begun && it.until.is_none_or(|until| until >= date(day));
                (valid, begun, if begun { it.from.days() } else { -it.from.days() })
            };
            if best.is_none_or(|it| rank(it) < rank(table)) {
                best = Some(table);
            }
        }
        &best.unwrap().spans
    }

    fn office(&self, minute: i64) -> bool {
        let of_day = u16::try_from(minute.rem_euclid(DAY)).unwrap();
        self.works(minute.div_euclid(DAY))
            && self
                .spans(minute.div_euclid(DAY))
                .iter()
                .any(|it| (it.0..it.1).contains(&of_day))
    }

    fn stands(&self, minute: i64) -> bool {
        self.pauses.iter().any(|it| (it.0..it.1).contains(&minute))
    }

    fn closing(&self, day: i64) -> i64 {
        (day * DAY..(day + 1) * DAY).rev().find(|it| self.office(*it)).unwrap() + 1
    }

    /// A day counts when at no minute of it that matters the clock stands.
    fn undisturbed(&self, day: i64, unit: LimitUnit) -> bool {
        let closing = if self.works(day) { self.closing(day) } else { (day + 1) * DAY };
        let matters = |it: i64| {
            if unit == LimitUnit::WorkingDay {
                self.office(it)
            } else {
                it < closing
            }
        };
        !(day * DAY..(day + 1) * DAY).any(|it| matters(it) && self.stands(it))
    }

    fn due(&self, start: i64, limit: Limit) -> i64 {
        let amount = i64::from(limit.amount);
        if amount == 0 {
            return start;
        }
        let mut left = match limit.unit {
            LimitUnit::WorkingHour | LimitUnit::UrgentHour => amount * 60,
            LimitUnit::WorkingDayAsHours => {
                amount
                    * self
                        .spans(start.div_euclid(DAY))
                        .iter()
                        .map(|it| i64::from(it.1 - it.0))
                        .sum::<i64>()
            }
            _ => amount,
        };
        if limit.unit.is_whole_days() {
            let mut day = start.div_euclid(DAY);
            loop {
                day += 1;
                if (limit.unit == LimitUnit::NaturalDay || self.works(day)) && self.undisturbed(day, limit.unit) {
                    left -= 1;
                    if left <= 0 && self.works(day) {
                        return self.closing(day);
                    }
                }
            }
        }
        let mut minute = start;
        loop {
            if (!limit.unit.is_working_time() || self.office(minute)) && !self.stands(minute) {
                left -= 1;
            }
            minute += 1;
            if left == 0 {
                return minute;
            }
        }
    }
}

fn date(day: i64) -> Date {
    Date::from_days(i32::try_from(day).unwrap())
}

fn instant(minute: i64) -> Instant {
    Instant::from_local(Date::from_days(0), minute * 60_000, Offset::CHINA)
}

/// 2026-09-01 as days since the epoch.
const FIRST_DAY: i32 = 20_697;

fn spans() -> impl Strategy<Value = Vec<(u16, u16)>> {
    proptest::collection::btree_set(0_u16..=288, 2..8).prop_map(|cuts| {
        let cuts: Vec<u16> = cuts.into_iter().map(|it| it * 5).collect();
        cuts.chunks_exact(2).map(|it| (it[0], it[1])).collect()
    })
}

fn tables() -> impl Strategy<Value = Vec<OfficeHours>> {
    proptest::collection::btree_map(-40_i32..60, (proptest::option::of(0_i32..50), spans()), 1..4).prop_map(|tables| {
        let table = |(from, (length, spans)): (i32, (Option<i32>, _))| {
            let from = Date::from_days(FIRST_DAY + from);
            OfficeHours {
                from,
                until: length.map(|it| from.plus_days(it)),
                spans,
            }
        };
        tables.into_iter().map(table).collect()
    })
}

fn limits() -> impl Strategy<Value = Limit> {
    prop_oneof![
        (0_u32..12).prop_map(|it| Limit::new(it, LimitUnit::WorkingDay)),
        (0_u32..4).prop_map(|it| Limit::new(it, LimitUnit::WorkingDayAsHours)),
        (0_u32..40).prop_map(|it| Limit::new(it, LimitUnit::WorkingHour)),
        (0_u32..2000).prop_map(|it| Limit::new(it, LimitUnit::WorkingMinute)),
        (0_u32..200).prop_map(|it| Limit::new(it, LimitUnit::UrgentHour)),
        (0_u32..9000).prop_map(|it| Limit::new(it, LimitUnit::UrgentMinute)),
        (0_u32..30).prop_map(|it| Limit::new(it, LimitUnit::NaturalDay)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn agrees_minute_by_minute(
        exceptions in proptest::collection::btree_map(-5_i32..40, any::<bool>(), 0..12),
        years in proptest::sample::subsequence(vec![2026, 2027], 0..=2),
        hours in tables(),
        start in 0_i64..150 * DAY,
        limit in limits(),
        pauses in proptest::collection::vec((-2 * DAY..20 * DAY, prop_oneof![0_i64..200, 0..5 * DAY]), 0..5),
    ) {
        let start = i64::from(FIRST_DAY) * DAY + start;
        let around = i32::try_from(start / DAY).unwrap();
        let exceptions: BTreeMap<i32, bool> = exceptions.into_iter().map(|(day, is_off)| (around + day, is_off)).collect();
        let pauses: Vec<(i64, i64)> = pauses.into_iter().map(|(from, length)| (start + from, start + from + length)).collect();
        let calendar = Calendar::new(CalendarParts {
            offset: Offset::CHINA,
            exceptions: exceptions.iter().map(|(day, is_off)| (Date::from_days(*day), *is_off, String::new())).collect(),
            years: years.clone(),
            hours: hours.clone(),
        }).unwrap();
        let periods: Vec<Period> = pauses.iter().map(|it| Period::new(instant(it.0), instant(it.1)).unwrap()).collect();
        let oracle = Oracle { exceptions, years, hours, pauses };

        let actual = deadline(&calendar, instant(start), limit, &periods);
        let expected = oracle.due(start, limit);
        prop_assert_eq!(actual.due, instant(expected), "{}", actual.sentence("受理", actual.due.date(Offset::CHINA)));
        prop_assert!(!actual.is_beyond_horizon());

        // The deadline never lies where the clock stands, and what happens after it does not move it.
        let late = Period::new(actual.due, actual.due.plus_minutes(3000)).unwrap();
        let again = deadline(&calendar, instant(start), limit, &[periods.clone(), vec![late]].concat());
        prop_assert_eq!(again.due, actual.due);
        if limit.amount > 0 {
            prop_assert!(!oracle.stands(expected - 1));
        }

        let minutes = i64::try_from((start..expected).filter(|it| oracle.office(*it)).count()).unwrap();
        prop_assert_eq!(worked_minutes(&calendar, instant(start), actual.due, LimitUnit::WorkingHour), minutes);
    }

    #[test]
    fn seconds_are_kept(start in 0_i64..60_000, hours in 1_u32..30) {
        let hours_table = OfficeHours { from: Date::from_days(0), until: None, spans: vec![(510, 720), (810, 1050)] };
        let calendar = Calendar::new(CalendarParts {
            offset: Offset::CHINA, exceptions: Vec::new(), years: vec![2026], hours: vec![hours_table],
        }).unwrap();
        let nine = instant(i64::from(FIRST_DAY) * DAY + 540);
        let limit = Limit::new(hours, LimitUnit::WorkingHour);
        let whole = deadline(&calendar, nine, limit, &[]).due;
        // At the very end of office hours the seconds move on to the next ones.
        let of_day = whole.millis_of_day(Offset::CHINA);
        if calendar.spans(whole.date(Offset::CHINA)).iter().all(|it| i64::from(it.1) * 60_000 != of_day) {
            prop_assert_eq!(deadline(&calendar, nine.plus_millis(start), limit, &[]).due.since(whole), start);
        }
    }
}

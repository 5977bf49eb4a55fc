//! Days, weeks, months, quarters and years as half-open ranges of days.

use serde::{Deserialize, Serialize};
use yiwang_types::{Date, Instant, Offset};

/// Periods of one call; a century of days is enough for anybody.
const MOST_PERIODS: usize = 40_000;

/// The size of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// 日.
    Day,
    /// 周, Monday to Sunday, numbered as in GB/T 7408 (the week of the first Thursday is week 1).
    Week,
    /// 月.
    Month,
    /// 季度.
    Quarter,
    /// 年.
    Year,
}

/// One period: from the first day to the day before `until`. Made only by [`Period::of`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Period {
    from: Date,
    until: Date,
    grain: Grain,
}

impl Period {
    /// The period that holds the day.
    pub fn of(day: Date, grain: Grain) -> Period {
        let (year, month, _) = day.ymd();
        let (from, until) = match grain {
            Grain::Day => (day, day.plus_days(1)),
            Grain::Week => {
                let monday = day.plus_days(-i32::from(day.weekday().number_days_from_monday()));
                (monday, monday.plus_days(7))
            }
            Grain::Month => (first_of(year, month), month_after(year, month, 1)),
            Grain::Quarter => {
                let first = (month - 1) / 3 * 3 + 1;
                (first_of(year, first), month_after(year, first, 3))
            }
            Grain::Year => (first_of(year, 1), month_after(year, 1, 12)),
        };
        Period { from, until, grain }
    }

    /// The first day.
    pub const fn from(self) -> Date {
        self.from
    }

    /// The day after the last.
    pub const fn until(self) -> Date {
        self.until
    }

    /// Its size.
    pub const fn grain(self) -> Grain {
        self.grain
    }

    /// The period after it.
    #[must_use]
    pub fn next(self) -> Period {
        Period::of(self.until, self.grain)
    }

    /// First moment and the moment after the last, at the wall clock of the place: `from <= t < until`.
    pub fn instants(self, offset: Offset) -> (Instant, Instant) {
        (
            Instant::from_local(self.from, 0, offset),
            Instant::from_local(self.until, 0, offset),
        )
    }

    /// The Chinese name, e.g. `2026年10月`.
    pub fn label(self) -> String {
        let (year, month, _) = self.from.ymd();
        match self.grain {
            Grain::Day => self.from.to_string(),
            Grain::Week => {
                let (year, week) = iso_week(self.from);
                let (_, month, day) = self.from.ymd();
                let (_, last_month, last_day) = self.until.plus_days(-1).ymd();
                format!("{year}年第{week}周({month}月{day}日至{last_month}月{last_day}日)")
            }
            Grain::Month => format!("{year}年{month}月"),
            Grain::Quarter => format!("{year}年第{}季度", (month - 1) / 3 + 1),
            Grain::Year => format!("{year}年"),
        }
    }
}

/// The periods that hold the days from `from` to the day before `until`, oldest first.
pub fn periods(from: Date, until: Date, grain: Grain) -> Vec<Period> {
    let first = Period::of(from, grain);
    std::iter::successors(Some(first), |it| (it.until > it.from).then(|| it.next()))
        .take_while(|it| it.from < until && from < until)
        .take(MOST_PERIODS)
        .collect()
}

fn first_of(year: i32, month: u8) -> Date {
    // Month and day are valid; the year is one that a `Date` gave, so only the far ends of its range can miss.
    Date::from_ymd(year, month, 1).unwrap_or_default()
}

fn month_after(year: i32, month: u8, months: u8) -> Date {
    let month = month + months;
    if month > 12 {
        first_of(year.saturating_add(1), month - 12)
    } else {
        first_of(year, month)
    }
}

/// Year and number of the week that begins on that Monday.
fn iso_week(monday: Date) -> (i32, i32) {
    let thursday = monday.plus_days(3);
    let (year, _, _) = thursday.ymd();
    (year, (thursday.days() - first_of(year, 1).days()) / 7 + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn knows_every_grain() {
        let check = |text: &str, grain, from: &str, until: &str, label: &str| {
            let it = Period::of(day(text), grain);
            assert_eq!(
                (
                    it.from().to_string().as_str(),
                    it.until().to_string().as_str(),
                    it.label().as_str()
                ),
                (from, until, label)
            );
        };
        check("2026-10-09", Grain::Day, "2026-10-09", "2026-10-10", "2026-10-09");
        check(
            "2026-10-11",
            Grain::Week,
            "2026-10-05",
            "2026-10-12",
            "2026年第41周(10月5日至10月11日)",
        );
        check(
            "2027-01-01",
            Grain::Week,
            "2026-12-28",
            "2027-01-04",
            "2026年第53周(12月28日至1月3日)",
        );
        check(
            "2024-12-31",
            Grain::Week,
            "2024-12-30",
            "2025-01-06",
            "2025年第1周(12月30日至1月5日)",
        );
        check("2026-12-31", Grain::Month, "2026-12-01", "2027-01-01", "2026年12月");
        check("2024-02-29", Grain::Month, "2024-02-01", "2024-03-01", "2024年2月");
        check("2026-10-09", Grain::Quarter, "2026-10-01", "2027-01-01", "2026年第4季度");
        check("2026-06-30", Grain::Quarter, "2026-04-01", "2026-07-01", "2026年第2季度");
        check("2026-06-30", Grain::Year, "2026-01-01", "2027-01-01", "2026年");
    }

    #[test]
    fn a_month_begins_at_the_midnight_of_the_place() {
        let (from, until) = Period::of(day("2026-10-09"), Grain::Month).instants(Offset::CHINA);
        assert_eq!(from, Instant::parse("2026-09-30T16:00:00Z").unwrap());
        assert_eq!(until, Instant::parse("2026-11-01T00:00:00+08:00").unwrap());
        assert_eq!(Period::of(from.date(Offset::CHINA), Grain::Month).label(), "2026年10月");
        assert_eq!(
            Period::of(from.plus_millis(-1).date(Offset::CHINA), Grain::Month).label(),
            "2026年9月"
        );
    }

    #[test]
    fn empty_and_endless_ranges_end() {
        assert_eq!(periods(day("2026-10-09"), day("2026-10-09"), Grain::Month), []);
        assert_eq!(periods(day("2026-10-10"), day("2026-10-09"), Grain::Day), []);
        assert!(periods(Date::from_days(i32::MIN), Date::from_days(i32::MAX), Grain::Year).len() <= MOST_PERIODS);
        assert!(periods(Date::from_days(i32::MAX - 3), Date::from_days(i32::MAX), Grain::Year).len() <= 1);
    }

    proptest! {
        #[test]
        fn periods_follow_each_other_and_hold_their_days(days in -100_000_i32..100_000, length in 1_i32..900, at in 0_usize..5) {
            let grain = [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year][at];
            let (from, until) = (Date::from_days(days), Date::from_days(days + length));
            let all = periods(from, until, grain);
            prop_assert!(all.first().unwrap().from() <= from && all.last().unwrap().until() >= until);
            prop_assert!(all.windows(2).all(|it| it[0].until() == it[1].from()));
            prop_assert!(all.iter().all(|it| Period::of(it.from(), grain) == *it && Period::of(it.until().plus_days(-1), grain) == *it));
        }
    }
}

//! A calendar day without a time of day.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use time::Weekday;

const UNIX_EPOCH_JULIAN: i32 = 2_440_588;

/// A day of the Gregorian calendar as days since 1970-01-01. Both databases store it as that integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

impl Date {
    /// The day; `None` when there is no such day or the year is outside ±9999.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Date> {
        let month = time::Month::try_from(month).ok()?;
        let it = time::Date::from_calendar_date(year, month, day).ok()?;
        Some(Date(it.to_julian_day() - UNIX_EPOCH_JULIAN))
    }

    /// The day so many days after 1970-01-01.
    pub const fn from_days(days: i32) -> Date {
        Date(days)
    }

    pub(crate) fn from_days_clamped(days: i64) -> Date {
        Date(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Moves by days.
    pub const fn plus_days(self, days: i32) -> Date {
        Date(self.0.saturating_add(days))
    }

    fn civil(self) -> time::Date {
        let clamped = self.0.clamp(-4_371_953, 2_932_896);
        time::Date::from_julian_day(clamped + UNIX_EPOCH_JULIAN).unwrap_or(time::Date::MIN)
    }

    /// Year, month 1–12, day 1–31.
    pub fn ymd(self) -> (i32, u8, u8) {
        let it = self.civil();
        (it.year(), u8::from(it.month()), it.day())
    }

    /// Day of the week.
    pub fn weekday(self) -> Weekday {
        self.civil().weekday()
    }

    /// Reads `2026-10-09` or `20261009` (GB/T 7408.1).
    pub fn parse(text: &str) -> Option<Date> {
        let digits: String = match text.as_bytes() {
            [_, _, _, _, b'-', _, _, b'-', _, _] => text.replace('-', ""),
            [_, _, _, _, _, _, _, _] => text.to_owned(),
            _ => return None,
        };
        if digits.len() != 8 || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let number: i32 = digits.parse().ok()?;
        Date::from_ymd(
            number / 10_000,
            u8::try_from(number / 100 % 100).ok()?,
            u8::try_from(number % 100).ok()?,
        )
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        Date::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a date like 2026-10-09")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text() {
        let check = |input: &str, expected: Option<&str>| {
            assert_eq!(Date::parse(input).map(|it| it.to_string()).as_deref(), expected, "{input}");
        };
        check("2026-10-09", Some("2026-10-09"));
        check("20261009", Some("2026-10-09"));
        check("2024-02-29", Some("2024-02-29"));
        for bad in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-1-09",
            "2026/10/09",
            "202610090",
            "２０２６1009",
            "-026-10-09",
            "2026-10-+9",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn calendar() {
        let date = Date::parse("2026-10-09").unwrap();
        assert_eq!(
            (date.days(), date.weekday(), date.ymd()),
            (20_735, Weekday::Friday, (2026, 10, 9))
        );
        assert_eq!(Date::from_days(0).to_string(), "1970-01-01");
        assert_eq!(Date::from_ymd(10_000, 1, 1), None);
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2026-10-09\"");
        assert!(serde_json::from_str::<Date>("\"2026-10-32\"").is_err());
    }

    proptest! {
        #[test]
        fn goes_round(days in -700_000..2_900_000) {
            let date = Date::from_days(days);
            let (year, month, day) = date.ymd();
            prop_assert_eq!(Date::from_ymd(year, month, day), Some(date));
        }

        #[test]
        fn nothing_panics(days in any::<i32>(), moved in any::<i32>(), text in "\\PC{0,12}") {
            let date = Date::from_days(days).plus_days(moved);
            let _ = (date.ymd(), date.weekday(), date.to_string(), Date::parse(&text));
        }
    }
}

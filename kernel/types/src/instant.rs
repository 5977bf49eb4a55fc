//! A moment in time, and the two things a pure function may not take from its surroundings.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::Date;

/// Milliseconds since 1970-01-01T00:00:00Z. Both databases store it as that integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

/// Seconds east of UTC of the place whose wall clock is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Offset(i32);

impl Offset {
    /// 北京时间, UTC+8, without daylight saving since 1991.
    pub const CHINA: Offset = Offset(8 * 3600);

    /// An offset of so many seconds; `None` beyond ±18 hours.
    pub fn from_seconds(seconds: i32) -> Option<Offset> {
        (seconds.abs() <= 18 * 3600).then_some(Offset(seconds))
    }

    /// Seconds east of UTC.
    pub const fn seconds(self) -> i32 {
        self.0
    }

    /// The same in milliseconds.
    pub fn millis(self) -> i64 {
        i64::from(self.0) * 1000
    }
}

impl Instant {
    /// The instant so many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Instant {
        Instant(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Moves by milliseconds, staying inside the representable range.
    pub const fn plus_millis(self, millis: i64) -> Instant {
        Instant(self.0.saturating_add(millis))
    }

    /// Moves by whole minutes.
    pub const fn plus_minutes(self, minutes: i64) -> Instant {
        self.plus_millis(minutes.saturating_mul(60_000))
    }

    /// Milliseconds from `earlier` to `self`; negative when `earlier` is later.
    pub const fn since(self, earlier: Instant) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The calendar day at that place.
    pub fn date(self, offset: Offset) -> Date {
        Date::from_days_clamped((self.0.saturating_add(offset.millis())).div_euclid(86_400_000))
    }

    /// Milliseconds since midnight at that place, 0 to 86,399,999.
    pub fn millis_of_day(self, offset: Offset) -> i64 {
        (self.0.saturating_add(offset.millis())).rem_euclid(86_400_000)
    }

    /// The instant of that wall-clock time: day plus milliseconds since its midnight.
    pub fn from_local(date: Date, millis_of_day: i64, offset: Offset) -> Instant {
        Instant(i64::from(date.days()) * 86_400_000 + millis_of_day - offset.millis())
    }

    /// Reads `2026-10-09T16:30:00+08:00` (RFC 3339, GB/T 7408.1).
    pub fn parse(text: &str) -> Option<Instant> {
        let it = OffsetDateTime::parse(text.trim(), &Rfc3339).ok()?;
        i64::try_from(it.unix_timestamp_nanos().div_euclid(1_000_000))
            .ok()
            .map(Instant)
    }

    /// Writes RFC 3339 with the offset of the place, without a fraction when it is zero.
    pub fn to_rfc3339(self, offset: Offset) -> String {
        let zone = UtcOffset::from_whole_seconds(offset.0).unwrap_or(UtcOffset::UTC);
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|it| it.to_offset(zone).format(&Rfc3339).ok())
            .unwrap_or_else(|| self.0.to_string())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339(Offset::CHINA))
    }
}

/// Where "now" comes from. Only the binary and the test kit make one.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;
}

/// Where randomness comes from. Only the binary and the test kit make one.
pub trait Entropy: Send + Sync {
    /// Fills the slice with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text() {
        let check = |input: &str, expected: Option<&str>| {
            assert_eq!(Instant::parse(input).map(|it| it.to_string()).as_deref(), expected, "{input}");
        };
        check("2026-10-09T16:30:00+08:00", Some("2026-10-09T16:30:00+08:00"));
        check("2026-10-09T08:30:00Z", Some("2026-10-09T16:30:00+08:00"));
        check(" 2026-10-09T08:30:00.250Z ", Some("2026-10-09T16:30:00.25+08:00"));
        for bad in [
            "",
            "2026-10-09",
            "2026-10-09 16:30",
            "2026-10-09T24:30:00Z",
            "2026-10-09T16:30:00",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn wall_clock() {
        let it = Instant::parse("2026-10-09T23:30:00Z").unwrap();
        assert_eq!(it.date(Offset::CHINA).to_string(), "2026-10-10");
        assert_eq!(it.millis_of_day(Offset::CHINA), 7 * 3_600_000 + 1_800_000);
        assert_eq!(it.plus_minutes(-30).since(it), -1_800_000);
        assert_eq!(Offset::from_seconds(19 * 3600), None);
    }

    proptest! {
        #[test]
        fn day_and_time_make_the_instant(millis in -60_000_000_000_000_i64..250_000_000_000_000, offset in -64_800..=64_800) {
            let offset = Offset::from_seconds(offset).unwrap();
            let it = Instant::from_millis(millis);
            prop_assert_eq!(Instant::from_local(it.date(offset), it.millis_of_day(offset), offset), it);
            prop_assert_eq!(Instant::parse(&it.to_string()), Some(it));
        }

        #[test]
        fn nothing_panics(millis in any::<i64>(), moved in any::<i64>(), text in "\\PC{0,30}") {
            let it = Instant::from_millis(millis).plus_minutes(moved).plus_millis(moved);
            let _ = (it.to_string(), it.date(Offset::CHINA), it.millis_of_day(Offset::CHINA), it.since(Instant::from_millis(moved)));
            let _ = Instant::parse(&text);
        }
    }
}

//! Times of day, moments and durations of FEEL (ISO 8601 texts). Resolution is one millisecond; years are within ±9999.

mod duration;

use std::cmp::Ordering;
use std::fmt;

use yiwang_types::{Date, Instant, Offset};

pub(crate) use duration::{parse_duration, write_days_time, write_years_months};

const DAY: i64 = 86_400_000;

/// A distance from UTC, perhaps known by the name of a place. Only places that share Chinese time and UTC are known by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    offset: Offset,
    name: Option<Named>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Shanghai,
    Chongqing,
    Utc,
}

/// A time of day.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    millis: i64,
    zone: Option<Zone>,
}

/// A day with a time of day.
#[derive(Clone, Copy, Debug)]
pub struct DateTime {
    date: Date,
    time: Time,
}

impl Zone {
    /// A zone that is only an offset.
    pub const fn from_offset(offset: Offset) -> Zone {
        Zone { offset, name: None }
    }

    /// Distance from UTC.
    pub const fn offset(self) -> Offset {
        self.offset
    }

    /// The name, e.g. `Asia/Shanghai`, where it was given by name.
    pub fn name(self) -> Option<&'static str> {
        self.name.map(|it| match it {
            Named::Shanghai => "Asia/Shanghai",
            Named::Chongqing => "Asia/Chongqing",
            Named::Utc => "Etc/UTC",
        })
    }

    fn parse(text: &str) -> Option<Zone> {
        let utc = Offset::from_seconds(0)?;
        let (sign, rest) = match text.as_bytes().first()? {
            b'Z' | b'z' if text.len() == 1 => return Some(Zone::from_offset(utc)),
            b'+' => (1, text.get(1..)?),
            b'-' => (-1, text.get(1..)?),
            b'@' => {
                let (name, offset) = match text.get(1..)? {
                    "Asia/Shanghai" => (Named::Shanghai, Offset::CHINA),
                    "Asia/Chongqing" => (Named::Chongqing, Offset::CHINA),
                    "Etc/UTC" | "UTC" => (Named::Utc, utc),
                    _ => return None,
                };
                return Some(Zone {
                    offset,
                    name: Some(name),
                });
            }
            _ => return None,
        };
        let mut parts = rest.split(':');
        let hours = two_digits(parts.next()?)?;
        let minutes = two_digits(parts.next()?)?;
        let seconds = parts.next().map_or(Some(0), two_digits)?;
        if parts.next().is_some() || minutes > 59 || seconds > 59 {
            return None;
        }
        Offset::from_seconds(i32::try_from(sign * (hours * 3600 + minutes * 60 + seconds)).ok()?).map(Zone::from_offset)
    }
}

impl Time {
    /// Milliseconds since midnight, 0 to 86,399,999; others wrap around.
    pub const fn from_millis(millis: i64, zone: Option<Zone>) -> Time {
        Time {
            millis: millis.rem_euclid(DAY),
            zone,
        }
    }

    /// Milliseconds since midnight.
    pub const fn millis(self) -> i64 {
        self.millis
    }

    /// The zone, when one was given.
    pub const fn zone(self) -> Option<Zone> {
        self.zone
    }

    /// Reads `16:30:00`, `16:30:00.5+08:00`, `16:30:00@Asia/Shanghai`.
    pub fn parse(text: &str) -> Option<Time> {
        let clock = text.get(..8)?;
        let [h1, h2, b':', m1, m2, b':', s1, s2] = clock.as_bytes() else {
            return None;
        };
        let pair =
            |a: &u8, b: &u8| (a.is_ascii_digit() && b.is_ascii_digit()).then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'));
        let (hours, minutes, seconds) = (pair(h1, h2)?, pair(m1, m2)?, pair(s1, s2)?);
        if hours > 23 || minutes > 59 || seconds > 59 {
            return None;
        }
        let mut rest = text.get(8..)?;
        let mut millis = ((hours * 60 + minutes) * 60 + seconds) * 1000;
        if let Some(fraction) = rest.strip_prefix('.') {
            let end = fraction.find(|it: char| !it.is_ascii_digit()).unwrap_or(fraction.len());
            millis += thousandths(fraction.get(..end)?)?;
            rest = fraction.get(end..)?;
        }
        let zone = if rest.is_empty() { None } else { Some(Zone::parse(rest)?) };
        Some(Time { millis, zone })
    }

    /// Order; a time without zone is taken to be at `local`.
    pub fn compare(self, other: Time, local: Offset) -> Ordering {
        self.utc(local).cmp(&other.utc(local))
    }

    pub(crate) fn utc(self, local: Offset) -> i64 {
        self.millis - self.zone.map_or(local, Zone::offset).millis()
    }
}

impl PartialEq for Time {
    fn eq(&self, other: &Time) -> bool {
        match (self.zone, other.zone) {
            (None, None) => self.millis == other.millis,
            (Some(a), Some(b)) => self.millis - a.offset.millis() == other.millis - b.offset.millis(),
            _ => false,
        }
    }
}

impl DateTime {
    /// A day with a time of day.
    pub const fn new(date: Date, time: Time) -> DateTime {
        DateTime { date, time }
    }

    /// The moment as it is written at a place.
    pub fn from_instant(at: Instant, offset: Offset) -> DateTime {
        let time = Time::from_millis(at.millis_of_day(offset), Some(Zone::from_offset(offset)));
        DateTime {
            date: at.date(offset),
            time,
        }
    }

    /// The moment; without a zone it is taken to be at `local`.
    pub fn to_instant(self, local: Offset) -> Instant {
        Instant::from_local(self.date, self.time.millis, self.time.zone.map_or(local, Zone::offset))
    }

    /// The day.
    pub const fn date(self) -> Date {
        self.date
    }

    /// The time of day.
    pub const fn time(self) -> Time {
        self.time
    }

    /// Reads `2026-10-09T16:30:00+08:00`; a day alone means its midnight.
    pub fn parse(text: &str) -> Option<DateTime> {
        match text.split_once('T') {
            Some((date, time)) => Some(DateTime {
                date: parse_date(date)?,
                time: Time::parse(time)?,
            }),
            None => Some(DateTime {
                date: parse_date(text)?,
                time: Time { millis: 0, zone: None },
            }),
        }
    }

    /// Moves by milliseconds on the same wall clock; `None` outside the years ±9999.
    pub fn plus_millis(self, millis: i64) -> Option<DateTime> {
        let total = i64::from(self.date.days())
            .checked_mul(DAY)?
            .checked_add(self.time.millis)?
            .checked_add(millis)?;
        let date = date_from_days(total.div_euclid(DAY))?;
        Some(DateTime {
            date,
            time: Time::from_millis(total, self.time.zone),
        })
    }

    /// Moves by months; the 31st becomes the last day of a shorter month.
    pub fn plus_months(self, months: i64) -> Option<DateTime> {
        Some(DateTime {
            date: plus_months(self.date, months)?,
            time: self.time,
        })
    }
}

impl PartialEq for DateTime {
    fn eq(&self, other: &DateTime) -> bool {
        match (self.time.zone, other.time.zone) {
            (None, None) => self.date == other.date && self.time.millis == other.time.millis,
            (Some(a), Some(_)) => self.to_instant(a.offset) == other.to_instant(a.offset),
            _ => false,
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.millis / 1000;
        write!(f, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if self.millis % 1000 != 0 {
            f.write_str(format!(".{:03}", self.millis % 1000).trim_end_matches('0'))?;
        }
        let Some(zone) = self.zone else { return Ok(()) };
        match (zone.name(), zone.offset.seconds()) {
            (Some(name), _) => write!(f, "@{name}"),
            (None, 0) => f.write_str("Z"),
            (None, off) => {
                let (sign, off) = if off < 0 { ('-', -off) } else { ('+', off) };
                write!(f, "{sign}{:02}:{:02}", off / 3600, off / 60 % 60)?;
                if off % 60 == 0 {
                    Ok(())
                } else {
                    write!(f, ":{:02}", off % 60)
                }
            }
        }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

/// Reads `2026-10-09` and no other form.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    if text.len() == 10 { Date::parse(text) } else { None }
}

/// The day, when it is inside the years ±9999.
pub(crate) fn date_from_days(days: i64) -> Option<Date> {
    (-4_371_953..=2_932_896)
        .contains(&days)
        .then(|| i32::try_from(days).ok().map(Date::from_days))?
}

/// Moves a day by months; the 31st becomes the last day of a shorter month.
pub(crate) fn plus_months(date: Date, months: i64) -> Option<Date> {
    let (year, month, day) = date.ymd();
    let total = i64::from(year)
        .checked_mul(12)?
        .checked_add(i64::from(month) - 1)?
        .checked_add(months)?;
    let year = i32::try_from(total.div_euclid(12)).ok()?;
    let month = u8::try_from(total.rem_euclid(12) + 1).ok()?;
    (0..4).find_map(|less| Date::from_ymd(year, month, day.checked_sub(less)?))
}

fn two_digits(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => Some(i64::from(a - b'0') * 10 + i64::from(b - b'0')),
        _ => None,
    }
}

/// The first three digits of a fraction of a second; further ones are cut off.
fn thousandths(digits: &str) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    let kept: String = digits.chars().chain("00".chars()).take(3).collect();
    kept.parse().ok()
}

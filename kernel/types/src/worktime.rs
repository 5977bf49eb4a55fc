//! Working time: which minutes count for a limit, when a limit ends, and why.
//!
//! Nothing here is a rule of one place: office hours, days off and limits come in as data. What is fixed is the counting
//! (民法典 art. 201, 203; 行政许可法 art. 82) and the meaning of each [`LimitUnit`].

use serde::{Deserialize, Serialize};

use crate::Instant;

mod calendar;
mod deadline;
mod measure;
mod sentence;
mod statutory;

pub use calendar::{Calendar, CalendarParts, OfficeHours};
pub use deadline::{Deadline, Note, deadline};
pub use measure::{Remaining, remaining, worked_minutes};

/// What a limit counts. Each is a kind of its own: a working day is never a number of hours unless it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitUnit {
    /// 工作日: whole working days after the start day, to the end of office hours of the last one. A working day on which the
    /// clock stands during any office time does not count.
    WorkingDay,
    /// 工作日(折算工作时): so many times the office hours of the start day, counted as working time from the start.
    WorkingDayAsHours,
    /// 工作时: hours inside the office hours of working days.
    WorkingHour,
    /// 工作分钟: minutes inside the office hours of working days.
    WorkingMinute,
    /// 紧急工作时: hours counted day and night.
    UrgentHour,
    /// 紧急分钟: minutes counted day and night.
    UrgentMinute,
    /// 自然日: calendar days after the start day, to the end of office hours of the last one; from a day off on to the next
    /// working day. A day on which the clock stands does not count.
    NaturalDay,
}

/// An amount of working or natural time in which something has to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many of the unit.
    pub amount: u32,
    /// Of what.
    pub unit: LimitUnit,
}

/// A stretch of time `from <= t < until`; never runs backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Period {
    from: Instant,
    until: Instant,
}

impl LimitUnit {
    /// Every unit.
    pub const ALL: [LimitUnit; 7] = [
        LimitUnit::WorkingDay,
        LimitUnit::WorkingDayAsHours,
        LimitUnit::WorkingHour,
        LimitUnit::WorkingMinute,
        LimitUnit::UrgentHour,
        LimitUnit::UrgentMinute,
        LimitUnit::NaturalDay,
    ];

    /// The name in files and interfaces: `working-day`.
    pub const fn as_str(self) -> &'static str {
        match self {
            LimitUnit::WorkingDay => "working-day",
            LimitUnit::WorkingDayAsHours => "working-day-as-hours",
            LimitUnit::WorkingHour => "working-hour",
            LimitUnit::WorkingMinute => "working-minute",
            LimitUnit::UrgentHour => "urgent-hour",
            LimitUnit::UrgentMinute => "urgent-minute",
            LimitUnit::NaturalDay => "natural-day",
        }
    }

    /// The name on screens: `工作日`.
    pub const fn title(self) -> &'static str {
        match self {
            LimitUnit::WorkingDay => "工作日",
            LimitUnit::WorkingDayAsHours => "工作日(折算工作时)",
            LimitUnit::WorkingHour => "工作时",
            LimitUnit::WorkingMinute => "工作分钟",
            LimitUnit::UrgentHour => "紧急工作时",
            LimitUnit::UrgentMinute => "紧急分钟",
            LimitUnit::NaturalDay => "自然日",
        }
    }

    /// Reads the name in files.
    pub fn parse(text: &str) -> Option<LimitUnit> {
        LimitUnit::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// Whether only office hours of working days count.
    pub const fn is_working_time(self) -> bool {
        !matches!(self, LimitUnit::UrgentHour | LimitUnit::UrgentMinute | LimitUnit::NaturalDay)
    }

    /// Whether the limit ends with a day rather than at a minute.
    pub const fn is_whole_days(self) -> bool {
        matches!(self, LimitUnit::WorkingDay | LimitUnit::NaturalDay)
    }
}

impl Limit {
    /// A limit.
    pub const fn new(amount: u32, unit: LimitUnit) -> Limit {
        Limit { amount, unit }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.amount, self.unit.title())
    }
}

impl Period {
    /// The stretch from one instant to another; `None` when it would run backwards.
    pub fn new(from: Instant, until: Instant) -> Option<Period> {
        (from <= until).then_some(Period { from, until })
    }

    /// Its first instant.
    pub const fn from(self) -> Instant {
        self.from
    }

    /// The first instant after it.
    pub const fn until(self) -> Instant {
        self.until
    }

    /// Its length in milliseconds.
    pub const fn millis(self) -> i64 {
        self.until.since(self.from)
    }

    /// What both have in common; `None` when that is nothing.
    pub fn overlap(self, other: Period) -> Option<Period> {
        let (from, until) = (self.from.max(other.from), self.until.min(other.until));
        (from < until).then_some(Period { from, until })
    }

    /// The same stretches in order, overlapping and touching ones joined, empty ones left out.
    pub(crate) fn merged(periods: &[Period]) -> Vec<Period> {
        let mut sorted: Vec<Period> = periods.iter().copied().filter(|it| it.from < it.until).collect();
        sorted.sort_unstable();
        let mut merged: Vec<Period> = Vec::with_capacity(sorted.len());
        for it in sorted {
            match merged.last_mut() {
                Some(last) if it.from <= last.until => last.until = last.until.max(it.until),
                _ => merged.push(it),
            }
        }
        merged
    }

    /// What is left of it outside of the pauses, which are merged.
    pub(crate) fn without(self, pauses: &[Period]) -> Vec<Period> {
        let mut left = Vec::with_capacity(1);
        let mut from = self.from;
        for pause in Period::touching(self, pauses) {
            left.extend(Period::new(from, pause.from).filter(|it| it.from < it.until));
            from = pause.until;
        }
        left.extend(Period::new(from, self.until).filter(|it| it.from < it.until));
        left
    }

    /// Those of the merged pauses that take something of a stretch.
    pub(crate) fn touching(stretch: Period, pauses: &[Period]) -> impl Iterator<Item = Period> {
        let first = pauses.partition_point(|it| it.until <= stretch.from);
        pauses
            .get(first..)
            .unwrap_or_default()
            .iter()
            .copied()
            .take_while(move |it| it.from < stretch.until)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Ends {
            from: Instant,
            until: Instant,
        }
        let ends = Ends::deserialize(deserializer)?;
        Period::new(ends.from, ends.until).ok_or_else(|| serde::de::Error::custom("a period may not end before it begins"))
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

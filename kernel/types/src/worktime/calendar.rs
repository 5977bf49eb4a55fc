//! The calendar of one place: which days are worked, and at which hours.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Period, statutory};
use crate::{Code, Date, Fault, FieldFault, Instant, Offset, Weekday};

const MINUTES_OF_A_DAY: u16 = 24 * 60;

/// The office hours of a season.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeHours {
    /// First day.
    pub from: Date,
    /// Last day; none for "until further notice".
    #[serde(default)]
    pub until: Option<Date>,
    /// Stretches of a working day in minutes after midnight, in order: `[(510, 720), (810, 1050)]` is 8:30–12:00, 13:30–17:30.
    pub spans: Vec<(u16, u16)>,
}

/// What a calendar is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarParts {
    /// The clock on the wall.
    pub offset: Offset,
    /// Days that differ from their weekday: the day, whether it is off, and the name of the holiday.
    pub exceptions: Vec<(Date, bool, String)>,
    /// Years whose State Council notice is contained in `exceptions`.
    pub years: Vec<i32>,
    /// Office hours. Of several tables valid on a day the one begun last holds (summer hours within the general ones); a day
    /// without any takes the last one begun before it, or else the earliest.
    pub hours: Vec<OfficeHours>,
}

/// A checked calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    offset: Offset,
    exceptions: BTreeMap<Date, (bool, String)>,
    years: BTreeSet<i32>,
    /// In order of `from`, never empty; spans in order, apart from one another, never empty.
    hours: Vec<OfficeHours>,
}

impl Calendar {
    /// Checks the parts; the fault names every mistake.
    pub fn new(parts: CalendarParts) -> Result<Calendar, Fault> {
        let mut mistakes = Vec::new();
        if parts.hours.is_empty() {
            mistakes.push(mistake("hours", "required", "没有办公时间", "至少写一张办公时间表"));
        }
        for (index, table) in parts.hours.iter().enumerate() {
            check_table(index, table, &mut mistakes);
        }
        let mut hours = parts.hours;
        hours.sort_by_key(|it| it.from);
        for (earlier, later) in hours.iter().zip(hours.iter().skip(1)) {
            if earlier.from == later.from {
                let message = format!("两张办公时间表都从 {} 起", later.from);
                mistakes.push(mistake("hours", "ambiguous", message, "改其中一张的起始日"));
            }
        }
        let mut exceptions: BTreeMap<Date, (bool, String)> = BTreeMap::new();
        for (date, is_off, name) in parts.exceptions {
            if exceptions.get(&date).is_some_and(|(other, _)| *other != is_off) {
                mistakes.push(mistake("exceptions", "ambiguous", format!("{date} 既放假又上班"), "只留一条"));
            }
            exceptions.insert(date, (is_off, name));
        }
        if mistakes.is_empty() {
            return Ok(Calendar {
                offset: parts.offset,
                exceptions,
                years: parts.years.into_iter().collect(),
                hours,
            });
        }
        let detail = format!("工作日历有 {} 处错误。", mistakes.len());
        Err(Fault {
            fields: mistakes,
            ..Fault::new(Code::DefinitionBroken, detail)
        })
    }

    /// Monday to Friday, 08:30–12:00 and 13:30–17:30, no announced holidays: what holds while a place has no calendar.
    pub fn usual(offset: Offset) -> Calendar {
        let spans = vec![(8 * 60 + 30, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)];
        let hours = vec![OfficeHours {
            from: Date::from_days(0),
            until: None,
            spans,
        }];
        Calendar {
            offset,
            exceptions: BTreeMap::new(),
            years: BTreeSet::new(),
            hours,
        }
    }

    /// The clock on the wall of the place.
    pub const fn offset(&self) -> Offset {
        self.offset
    }

    /// Whether offices work on that day: the exceptions, else Monday to Friday; in a year without notice except the
    /// statutory holidays.
    pub fn is_working_day(&self, date: Date) -> bool {
        match self.exceptions.get(&date) {
            Some((is_off, _)) => !is_off,
            None => !is_weekend(date) && (self.knows_year(date) || statutory::holiday(date).is_none()),
        }
    }

    /// Whether the notice of that day's year is loaded; otherwise what is computed over it may change.
    pub fn knows_year(&self, date: Date) -> bool {
        self.years.contains(&date.ymd().0)
    }

    /// The name of the holiday on a day off, and of the one for which a working day was moved.
    pub fn holiday_name(&self, date: Date) -> Option<&str> {
        match self.exceptions.get(&date) {
            Some((_, name)) => Some(name.as_str()),
            None if self.knows_year(date) => None,
            None => statutory::holiday(date),
        }
    }

    /// Whether it is a Saturday or Sunday on which offices work (调休上班).
    pub fn is_moved_working_day(&self, date: Date) -> bool {
        is_weekend(date) && self.is_working_day(date)
    }

    /// The hours table of a day, in minutes after midnight, whether or not it is a working day.
    pub fn spans(&self, date: Date) -> &[(u16, u16)] {
        let begun = self.hours.iter().rev().filter(|it| it.from <= date);
        let valid = begun.clone().find(|it| it.until.is_none_or(|until| date <= until));
        let table = valid.or_else(|| begun.clone().next()).or(self.hours.first());
        table.map_or(&[], |it| it.spans.as_slice())
    }

    /// Minutes in the hours table of a day.
    pub fn office_minutes(&self, date: Date) -> i64 {
        self.spans(date)
            .iter()
            .map(|(from, until)| i64::from(*until) - i64::from(*from))
            .sum()
    }

    /// The office hours of a day; none on a day off.
    pub fn office_hours(&self, date: Date) -> Vec<Period> {
        if !self.is_working_day(date) {
            return Vec::new();
        }
        let spans = self.spans(date).iter();
        spans
            .filter_map(|(from, until)| Period::new(self.at_minute(date, *from), self.at_minute(date, *until)))
            .collect()
    }

    /// The end of the hours table of a day.
    pub fn closing(&self, date: Date) -> Instant {
        self.at_minute(date, self.spans(date).last().map_or(MINUTES_OF_A_DAY, |(_, until)| *until))
    }

    pub(super) fn at_minute(&self, date: Date, minute: u16) -> Instant {
        Instant::from_local(date, i64::from(minute) * 60_000, self.offset)
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn check_table(index: usize, table: &OfficeHours, mistakes: &mut Vec<FieldFault>) {
    let field = format!("hours[{index}]");
    if table.until.is_some_and(|until| until < table.from) {
        mistakes.push(mistake(&field, "order", "办公时间表的截止日早于起始日", "调换两个日期"));
    }
    if table.spans.is_empty() {
        mistakes.push(mistake(&field, "required", "办公时间表没有时段", "至少写一段,如 08:30–12:00"));
    }
    let mut free_from = 0;
    for (from, until) in &table.spans {
        if from >= until || *until > MINUTES_OF_A_DAY || *from < free_from {
            mistakes.push(mistake(
                &field,
                "order",
                "时段重叠、倒置或超出一天",
                "按先后写,每段起点早于终点,不超过 24:00",
            ));
        }
        free_from = *until;
    }
}

fn mistake(field: &str, rule: &str, message: impl Into<String>, remedy: &str) -> FieldFault {
    FieldFault::new(field, rule, message, remedy)
}

//! A deadline in one Chinese sentence.

use super::{Deadline, LimitUnit, Note};
use crate::{Date, Decimal, Instant, Offset, Rounding, Weekday};

/// Named holidays, moved days and pauses that a sentence names before it only counts them.
const NAMED: usize = 3;

impl Deadline {
    /// Says how the deadline came about: `受理 9:10,限 4 工作时,午休 12:00–13:30 不计,应于 14:40 前办结`. `began` is the act that
    /// started it: 受理, 派遣, 签收 ... Times stand alone only when all of it is on `today`, the day of the reader.
    pub fn sentence(&self, began: &str, today: Date) -> String {
        let told = Told { deadline: self, today };
        let notes = || self.explain.iter();
        let mut parts = vec![format!("{began} {}", told.moment(self.start)), self.limit_part()];
        parts.extend(notes().filter_map(fixed_part));
        parts.extend(listed(notes().filter_map(|it| told.holiday_part(it)), "个假期"));
        parts.extend(listed(notes().filter_map(|it| told.moved_part(it)), "个调休上班日"));
        parts.extend(listed(notes().filter_map(|it| told.pause_part(it)), "次暂停"));
        parts.extend(notes().filter_map(|it| told.rolled_part(it)));
        parts.extend(
            self.missing_years
                .iter()
                .map(|it| format!("{it} 年放假安排尚未载入,暂按周末和法定节假日推算")),
        );
        parts.push(if self.is_beyond_horizon() {
            "期限过长,无法推算".to_owned()
        } else {
            format!("应于 {} 前办结", told.moment(self.due))
        });
        parts.join(",")
    }

    /// Whether the limit reaches further than is searched, so that `due` means nothing.
    pub fn is_beyond_horizon(&self) -> bool {
        self.explain.contains(&Note::BeyondHorizon)
    }

    fn limit_part(&self) -> String {
        let converted = self.explain.iter().find_map(|it| match it {
            Note::Converted { minutes } => Some(hours(*minutes)),
            _ => None,
        });
        match converted {
            Some(hours) => format!(
                "限 {} {}(折算 {hours} 工作时)",
                self.limit.amount,
                LimitUnit::WorkingDay.title()
            ),
            None => format!("限 {}", self.limit),
        }
    }
}

/// A deadline told on a day.
struct Told<'a> {
    deadline: &'a Deadline,
    today: Date,
}

impl Told<'_> {
    fn holiday_part(&self, note: &Note) -> Option<String> {
        let Note::Holiday { from, until, name } = note else {
            return None;
        };
        let last = match (from.ymd(), until.ymd()) {
            _ if from == until => String::new(),
            ((_, a, _), (_, b, day)) if a == b => format!("至{day}日"),
            _ => format!("至{}", self.day(*until)),
        };
        Some(format!("{}{last}{name}放假不计", self.day(*from)))
    }

    fn moved_part(&self, note: &Note) -> Option<String> {
        let Note::MovedWorkingDay { date } = note else { return None };
        Some(format!("{}({})调休上班计入", self.day(*date), weekday(*date)))
    }

    fn pause_part(&self, note: &Note) -> Option<String> {
        let Note::Paused { from, until } = note else { return None };
        let same_day = from.date(self.deadline.offset) == until.date(self.deadline.offset);
        let end = if same_day {
            clock(*until, self.deadline.offset)
        } else {
            self.moment(*until)
        };
        Some(format!("{}–{end} 暂停不计", self.moment(*from)))
    }

    fn rolled_part(&self, note: &Note) -> Option<String> {
        let Note::RolledOver { from } = note else { return None };
        Some(format!("期满日 {}({})休息,顺延到工作日", self.day(*from), weekday(*from)))
    }

    /// The time alone when the limit begins and ends today, else with the day.
    fn moment(&self, instant: Instant) -> String {
        let (offset, date) = (self.deadline.offset, instant.date(self.deadline.offset));
        let ends = [date, self.deadline.start.date(offset), self.deadline.due.date(offset)];
        if ends.iter().all(|it| *it == self.today) {
            return clock(instant, offset);
        }
        format!("{}({}){}", self.day(date), weekday(date), clock(instant, offset))
    }

    /// Month and day, with the year when it is not this one.
    fn day(&self, date: Date) -> String {
        let (year, month, day) = date.ymd();
        if year == self.today.ymd().0 {
            format!("{month}月{day}日")
        } else {
            format!("{year}年{month}月{day}日")
        }
    }
}

fn fixed_part(note: &Note) -> Option<String> {
    match note {
        Note::StartDay => Some("当日不计".to_owned()),
        Note::RoundTheClock => Some("昼夜连续计算".to_owned()),
        Note::OutsideHours => Some("办公时间以外不计".to_owned()),
        Note::Weekends => Some("周末不计".to_owned()),
        Note::Break { from, until } => {
            let name = if (660..=840).contains(from) { "午休" } else { "休息" };
            Some(format!("{name} {}–{} 不计", minute(*from), minute(*until)))
        }
        _ => None,
    }
}

/// The first few parts, and how many there are when that is more.
fn listed(parts: impl Iterator<Item = String>, what: &str) -> Vec<String> {
    let mut parts: Vec<String> = parts.collect();
    if parts.len() > NAMED {
        let all = parts.len();
        parts.truncate(NAMED);
        parts.push(format!("等共 {all} {what}"));
    }
    parts
}

fn clock(instant: Instant, offset: Offset) -> String {
    minute(u16::try_from(instant.millis_of_day(offset) / 60_000).unwrap_or(0))
}

fn minute(of_day: u16) -> String {
    format!("{}:{:02}", of_day / 60, of_day % 60)
}

fn hours(minutes: i64) -> String {
    let hours = Decimal::from(minutes)
        .checked_div(Decimal::from(60_i64))
        .and_then(|it| it.round(2, Rounding::HalfUp));
    hours.unwrap_or_default().to_string()
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    }
}

//! When a limit ends, and what was left out on the way.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Calendar, Limit, LimitUnit, Period};
use crate::{Date, Instant, Offset};

/// Days that are searched at most, about eleven years. A limit that reaches further ends there and says so.
pub(super) const HORIZON: i32 = 4000;
const MINUTE: i64 = 60_000;

/// The end of a limit and the reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The last instant that is still in time.
    pub due: Instant,
    /// Years that mattered and whose State Council notice is not loaded: compute again when it is.
    pub missing_years: Vec<i32>,
    /// What was left out or counted against the weekday; each kind in order of time.
    pub explain: Vec<Note>,
    pub(super) start: Instant,
    pub(super) limit: Limit,
    #[serde(skip)]
    pub(super) offset: Offset,
}

/// One reason why a limit does not end after its bare amount of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "note")]
pub enum Note {
    /// The start day is not counted.
    StartDay,
    /// Day limit taken as working minutes.
    Converted {
        /// Working minutes.
        minutes: i64,
    },
    /// Counted day and night.
    RoundTheClock,
    /// A break between office hours of the same day, in minutes after midnight.
    Break {
        /// First minute.
        from: u16,
        /// The minute after the last one.
        until: u16,
    },
    /// The time outside of office hours, over more than one day.
    OutsideHours,
    /// Ordinary Saturdays and Sundays.
    Weekends,
    /// Days off of one holiday in a row.
    Holiday {
        /// First day.
        from: Date,
        /// Last day.
        until: Date,
        /// Its name.
        name: String,
    },
    /// A Saturday or Sunday on which offices work.
    MovedWorkingDay {
        /// The day.
        date: Date,
    },
    /// The clock stood.
    Paused {
        /// Where it began to stand.
        from: Instant,
        /// Where it ran again.
        until: Instant,
    },
    /// The last natural day was a day off, so the limit runs on to the next working day.
    RolledOver {
        /// That day off.
        from: Date,
    },
    /// The amount reaches beyond what is searched; `due` is only where the search ended.
    BeyondHorizon,
}

/// Ends a limit that starts at an instant, while the clock stands during the pauses (in any order, overlapping or not).
///
/// - Whole days: the start day is not counted (民法典 art. 201); the limit ends with the office hours of the last day (art. 203).
///   A working day counts when no pause takes any of its office time, a natural day when none takes any of it before the end of
///   office hours (on a day off, any of it). Natural days ending on a day off run on to the next working day that counts.
/// - Hours and minutes: the limit ends at the first instant at which the amount has passed.
/// - An amount of zero ends at the start. A pause beginning at or after `due` changes nothing.
pub fn deadline(calendar: &Calendar, start: Instant, limit: Limit, pauses: &[Period]) -> Deadline {
    let pauses = Period::merged(pauses);
    let mut walk = Walk {
        calendar,
        start,
        start_day: start.date(calendar.offset()),
        pauses,
        years: BTreeSet::new(),
        notes: Vec::new(),
    };
    let amount = i64::from(limit.amount);
    let found = match limit.unit {
        _ if amount == 0 => Some(start),
        LimitUnit::WorkingDay => walk.working_days(limit.amount),
        LimitUnit::NaturalDay => walk.natural_days(limit.amount),
        LimitUnit::UrgentHour => Some(walk.round_the_clock(amount * 60 * MINUTE)),
        LimitUnit::UrgentMinute => Some(walk.round_the_clock(amount * MINUTE)),
        LimitUnit::WorkingHour => walk.working_time(amount * 60 * MINUTE),
        LimitUnit::WorkingMinute => walk.working_time(amount * MINUTE),
        LimitUnit::WorkingDayAsHours => {
            let minutes = amount * calendar.office_minutes(walk.start_day);
            walk.notes.push(Note::Converted { minutes });
            walk.working_time(minutes * MINUTE)
        }
    };
    let due = found.unwrap_or_else(|| {
        walk.notes.push(Note::BeyondHorizon);
        calendar.closing(walk.start_day.plus_days(HORIZON))
    });
    walk.note_pauses(due);
    Deadline {
        due,
        missing_years: walk.years.into_iter().collect(),
        explain: walk.notes,
        start,
        limit,
        offset: calendar.offset(),
    }
}

/// A search over days, collecting what it passes.
struct Walk<'a> {
    calendar: &'a Calendar,
    start: Instant,
    start_day: Date,
    pauses: Vec<Period>,
    years: BTreeSet<i32>,
    notes: Vec<Note>,
}

impl Walk<'_> {
    fn working_days(&mut self, amount: u32) -> Option<Instant> {
        self.notes.push(Note::StartDay);
        let mut left = amount;
        for day in 1..=HORIZON {
            let date = self.start_day.plus_days(day);
            if !self.visit(date) || self.stands(&self.calendar.office_hours(date)) {
                continue;
            }
            left -= 1;
            if left == 0 {
                return Some(self.calendar.closing(date));
            }
        }
        None
    }

    fn natural_days(&mut self, amount: u32) -> Option<Instant> {
        self.notes.push(Note::StartDay);
        let mut left = amount;
        let mut rolled = false;
        for day in 1..=HORIZON {
            let date = self.start_day.plus_days(day);
            let works = self.calendar.is_working_day(date);
            let end = if works {
                self.calendar.closing(date)
            } else {
                self.calendar.at_minute(date, 1440)
            };
            let whole: Vec<Period> = Period::new(self.calendar.at_minute(date, 0), end).into_iter().collect();
            if self.stands(&whole) {
                continue;
            }
            left = left.saturating_sub(1);
            if left > 0 {
                continue;
            }
            // Only from here on does it matter whether the day is worked.
            self.note_year(date);
            if works {
                return Some(end);
            }
            if !rolled {
                self.notes.push(Note::RolledOver { from: date });
                rolled = true;
            }
        }
        None
    }

    fn round_the_clock(&mut self, amount: i64) -> Instant {
        self.notes.push(Note::RoundTheClock);
        let mut due = self.start.plus_millis(amount);
        for pause in &self.pauses {
            let from = pause.from().max(self.start);
            if from >= due {
                break;
            }
            due = due.plus_millis(pause.until().since(from).max(0));
        }
        due
    }

    fn working_time(&mut self, amount: i64) -> Option<Instant> {
        let mut left = amount;
        for day in 0..=HORIZON {
            let date = self.start_day.plus_days(day);
            if !self.visit(date) {
                continue;
            }
            for span in self.calendar.office_hours(date) {
                let Some(span) = Period::new(span.from().max(self.start), span.until()) else {
                    continue;
                };
                for part in span.without(&self.pauses) {
                    if left <= part.millis() {
                        let due = part.from().plus_millis(left);
                        self.note_hours(due);
                        return Some(due);
                    }
                    left -= part.millis();
                }
            }
        }
        None
    }

    /// Whether the clock stands during any of the stretches.
    fn stands(&self, stretches: &[Period]) -> bool {
        stretches
            .iter()
            .any(|it| Period::touching(*it, &self.pauses).next().is_some())
    }

    /// Notes what is special about a day; whether it is a working day.
    fn visit(&mut self, date: Date) -> bool {
        self.note_year(date);
        let works = self.calendar.is_working_day(date);
        if self.calendar.is_moved_working_day(date) {
            self.notes.push(Note::MovedWorkingDay { date });
        } else if !works {
            self.note_day_off(date);
        }
        works
    }

    fn note_year(&mut self, date: Date) {
        if !self.calendar.knows_year(date) {
            self.years.insert(date.ymd().0);
        }
    }

    fn note_day_off(&mut self, date: Date) {
        let Some(name) = self.calendar.holiday_name(date) else {
            if !self.notes.contains(&Note::Weekends) {
                self.notes.push(Note::Weekends);
            }
            return;
        };
        match self.notes.last_mut() {
            Some(Note::Holiday { until, name: last, .. }) if last == name && until.plus_days(1) == date => *until = date,
            _ => self.notes.push(Note::Holiday {
                from: date,
                until: date,
                name: name.to_owned(),
            }),
        }
    }

    /// The breaks of a single day one by one, otherwise all together.
    fn note_hours(&mut self, due: Instant) {
        if due.date(self.calendar.offset()) != self.start_day {
            self.notes.push(Note::OutsideHours);
            return;
        }
        let spans = self.calendar.spans(self.start_day);
        for ((_, from), (until, _)) in spans.iter().zip(spans.iter().skip(1)) {
            let inside = self.calendar.at_minute(self.start_day, *until) < due
                && self.calendar.at_minute(self.start_day, *until) > self.start;
            if inside && from < until {
                self.notes.push(Note::Break {
                    from: *from,
                    until: *until,
                });
            }
        }
    }

    fn note_pauses(&mut self, due: Instant) {
        let Some(run) = Period::new(self.start, due) else { return };
        let pauses = Period::touching(run, &self.pauses).map(|it| Note::Paused {
            from: it.from(),
            until: it.until(),
        });
        self.notes.extend(pauses);
    }
}

//! How much time has passed or is left.

use serde::Serialize;

use super::deadline::HORIZON;
use super::{Calendar, LimitUnit, Period};
use crate::{Date, Instant};

/// What is left of a limit; negative once it is exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Remaining {
    /// Whole minutes: office minutes for working units, natural minutes for the others.
    pub minutes: i64,
    /// Days after today up to the day of the deadline, 0 on that day: working days for working units, calendar days otherwise.
    pub days: i64,
}

/// Whole minutes from one instant to another: office minutes for working units, natural minutes for the others; 0 when `to` is
/// not later. Office minutes are counted over 4,000 days at most.
pub fn worked_minutes(calendar: &Calendar, from: Instant, to: Instant, unit: LimitUnit) -> i64 {
    let Some(stretch) = Period::new(from, to) else { return 0 };
    if !unit.is_working_time() {
        return stretch.millis() / 60_000;
    }
    let (first, last) = (from.date(calendar.offset()), to.date(calendar.offset()));
    let office = days(first, last).flat_map(|it| calendar.office_hours(it));
    office.filter_map(|it| it.overlap(stretch)).map(Period::millis).sum::<i64>() / 60_000
}

/// What is left until a deadline, which already contains its pauses.
pub fn remaining(calendar: &Calendar, now: Instant, due: Instant, unit: LimitUnit) -> Remaining {
    let (early, late, sign) = if now <= due { (now, due, 1) } else { (due, now, -1) };
    let (first, last) = (early.date(calendar.offset()), late.date(calendar.offset()));
    let counted = days(first.plus_days(1), last).filter(|it| !unit.is_working_time() || calendar.is_working_day(*it));
    let days = i64::try_from(counted.count()).unwrap_or(i64::MAX);
    Remaining {
        minutes: sign * worked_minutes(calendar, early, late, unit),
        days: sign * days,
    }
}

/// The days from one to another, both included, 4,000 at most.
fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    let count = last.days().saturating_sub(first.days()).min(HORIZON);
    (0..=count).map(move |it| first.plus_days(it))
}

//! The calendar of the place: national days off and moved days, and the place's own office hours over the default ones.

use yiwang_model::Model;
use yiwang_types::worktime::{Calendar, CalendarParts};
use yiwang_types::{Diagnostic, Offset, Place};

/// All calendars of the overlays as one; without a usable one the usual week.
pub(crate) fn of(model: &Model, offset: Offset) -> (Calendar, Vec<Diagnostic>) {
    let mut parts = CalendarParts {
        offset,
        exceptions: Vec::new(),
        years: Vec::new(),
        hours: Vec::new(),
    };
    for calendar in model.calendars.values() {
        parts.years.extend(calendar.years.iter().copied());
        parts.exceptions.extend(
            calendar
                .days
                .iter()
                .map(|(date, day)| (*date, !day.work, day.name.clone().unwrap_or_default())),
        );
        parts.hours.extend(calendar.hours.iter().cloned());
    }
    if parts.hours.is_empty() {
        return (Calendar::usual(offset), vec![]);
    }
    match Calendar::new(parts) {
        Ok(calendar) => (calendar, vec![]),
        Err(fault) => {
            let remedy = "改正日历文件;在此之前按周一至周五计算";
            (
                Calendar::usual(offset),
                vec![Diagnostic::error("bad-calendar", Place::default(), fault.detail, remedy)],
            )
        }
    }
}

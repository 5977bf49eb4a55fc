//! The calendar of the place: national days off and moved days, and the place's own office hours over the default ones.

use yiwang_model::Model;
use yiwang_types::worktime::{Calendar, CalendarParts, OfficeHours};
use yiwang_types::{Date, Diagnostic, Offset, Place};

/// All calendars of the overlays as one; without any, Monday to Friday 08:30–12:00 and 13:30–17:30.
pub(crate) fn of(model: &Model, offset: Offset) -> (Calendar, Vec<Diagnostic>) {
    let mut parts = CalendarParts { offset, exceptions: Vec::new(), years: Vec::new(), hours: Vec::new() };
    for calendar in model.calendars.values() {
        parts.years.extend(calendar.years.iter().copied());
        parts.exceptions.extend(calendar.days.iter().map(|(date, day)| (*date, !day.work, day.name.clone().unwrap_or_default())));
        parts.hours.extend(calendar.hours.iter().map(|it| OfficeHours { from: it.from, until: it.until, spans: it.periods.clone() }));
    }
    if parts.hours.is_empty() {
        parts.hours.push(usual_hours());
    }
    match Calendar::new(parts) {
        Ok(calendar) => (calendar, vec![]),
        Err(fault) => {
            let fallback = CalendarParts { offset, exceptions: Vec::new(), years: Vec::new(), hours: vec![usual_hours()] };
            let diagnostic = Diagnostic::error("bad-calendar", Place::default(), fault.detail, "改正日历文件;在此之前按周一至周五计算");
            (Calendar::new(fallback).unwrap_or_default(), vec![diagnostic])
        }
    }
}

fn usual_hours() -> OfficeHours {
    OfficeHours { from: Date::from_days(0), until: None, spans: vec![(8 * 60 + 30, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)] }
}

//! Calendar and clock. The clock is the one passed in.

use yiwang_types::{Date, Weekday};

use super::Given;
use crate::Value;
use crate::machine::Machine;
use crate::temporal::{DateTime, Time};

/// Whether both are the same value of the same kind, zones included.
pub(super) fn is(values: &[Value]) -> Option<Value> {
    let same = |a: &Time, b: &Time| a.millis() == b.millis() && a.zone() == b.zone();
    let [a, b] = values else { return None };
    Some(Value::Bool(match (a, b) {
        (Value::Time(a), Value::Time(b)) => same(a, b),
        (Value::DateTime(a), Value::DateTime(b)) => a.date() == b.date() && same(&a.time(), &b.time()),
        (Value::List(_) | Value::Context(_), _) => return None,
        _ => a == b,
    }))
}

fn day(values: &[Value]) -> Option<Date> {
    match values.first()? {
        Value::Date(it) => Some(*it),
        Value::DateTime(it) => Some(it.date()),
        _ => None,
    }
}

pub(super) fn day_of_week(values: &[Value]) -> Option<Value> {
    Some(Value::from(match day(values)?.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }))
}

pub(super) fn month_of_year(values: &[Value]) -> Option<Value> {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (_, month, _) = day(values)?.ymd();
    NAMES.get(usize::from(month).checked_sub(1)?).map(|it| Value::from(*it))
}

fn ordinal(date: Date) -> Option<i32> {
    let (year, ..) = date.ymd();
    Some(date.days() - Date::from_ymd(year, 1, 1)?.days() + 1)
}

pub(super) fn day_of_year(values: &[Value]) -> Option<Value> {
    ordinal(day(values)?).map(Value::from)
}

/// Week of ISO 8601: the one with the Thursday decides the year.
pub(super) fn week_of_year(values: &[Value]) -> Option<Value> {
    let date = day(values)?;
    let thursday = date.plus_days(4 - i32::from(date.weekday().number_from_monday()));
    ordinal(thursday).map(|it| Value::from((it + 6) / 7))
}

pub(super) fn now(machine: &mut Machine<'_>, _: &[Value]) -> Given {
    Ok(Some(Value::DateTime(DateTime::from_instant(
        machine.env.now,
        machine.env.offset,
    ))))
}

pub(super) fn today(machine: &mut Machine<'_>, _: &[Value]) -> Given {
    Ok(Some(Value::Date(machine.env.now.date(machine.env.offset))))
}

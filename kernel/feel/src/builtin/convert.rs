//! From one kind of value to another.

use yiwang_types::{Date, Decimal, Offset};

use super::Given;
use crate::machine::{Machine, midnight};
use crate::temporal::{self, DateTime, Time, Zone};
use crate::{EvalError, Value};

pub(super) fn date(values: &[Value]) -> Option<Value> {
    match values {
        [Value::Text(it)] => temporal::parse_date(it).map(Value::Date),
        [Value::DateTime(it)] => Some(Value::Date(it.date())),
        [Value::Date(it)] => Some(Value::Date(*it)),
        [year, month, day] => calendar_day(year, month, day).map(Value::Date),
        _ => None,
    }
}

fn calendar_day(year: &Value, month: &Value, day: &Value) -> Option<Date> {
    let small = |it: &Value| it.as_i64().and_then(|it| u8::try_from(it).ok());
    Date::from_ymd(i32::try_from(year.as_i64()?).ok()?, small(month)?, small(day)?)
}

pub(super) fn date_and_time(values: &[Value]) -> Option<Value> {
    Some(Value::DateTime(match values {
        [Value::Text(it)] => DateTime::parse(it)?,
        [Value::DateTime(it)] => *it,
        [Value::Date(it)] => midnight(*it),
        [Value::Date(date), Value::Time(time)] => DateTime::new(*date, *time),
        [Value::DateTime(it), Value::Time(time)] => DateTime::new(it.date(), *time),
        [year, month, day, clock @ ..] => DateTime::new(calendar_day(year, month, day)?, clock_time(clock)?),
        _ => return None,
    }))
}

pub(super) fn time(values: &[Value]) -> Option<Value> {
    Some(Value::Time(match values {
        [Value::Text(it)] => Time::parse(it)?,
        [Value::Time(it)] => *it,
        [Value::DateTime(it)] => it.time(),
        [Value::Date(_)] => Time::from_millis(0, Some(Zone::from_offset(Offset::from_seconds(0)?))),
        [_, _, _, ..] => clock_time(values)?,
        _ => return None,
    }))
}

/// Hour, minute, second and perhaps the distance from UTC.
fn clock_time(values: &[Value]) -> Option<Time> {
    let [hour, minute, second, rest @ ..] = values else {
        return None;
    };
    let zone = match rest {
        [] | [Value::Null] => None,
        [Value::DaysTime(it)] => Some(Zone::from_offset(Offset::from_seconds(i32::try_from(it / 1000).ok()?)?)),
        _ => return None,
    };
    let (hour, minute) = (hour.as_i64()?, minute.as_i64()?);
    let millis = second.as_number()?.round(3, yiwang_types::Rounding::Down)?.to_scaled(3)?;
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60_000).contains(&millis) {
        return None;
    }
    Some(Time::from_millis((hour * 60 + minute) * 60_000 + millis, zone))
}

pub(super) fn number(values: &[Value]) -> Option<Value> {
    let separator = |it: Option<&Value>, allowed: &str| match it {
        None | Some(Value::Null) => Some(None),
        Some(Value::Text(it)) if it.chars().count() == 1 && allowed.contains(&**it) => Some(it.chars().next()),
        _ => None,
    };
    let (from, rest) = values.split_first()?;
    let grouping = separator(rest.first(), " ,.")?;
    let point = separator(rest.get(1), ",.")?;
    match from {
        Value::Number(it) => Some(Value::Number(*it)),
        Value::Text(text) if grouping.is_none() || grouping != point => {
            let plain: String = text
                .chars()
                .filter(|it| Some(*it) != grouping)
                .map(|it| if Some(it) == point { '.' } else { it })
                .collect();
            Decimal::parse(&plain).map(Value::Number)
        }
        _ => None,
    }
}

pub(super) fn string(machine: &mut Machine<'_>, values: &[Value]) -> Given {
    let [value] = values else { return Ok(None) };
    match value {
        Value::Null => Ok(None),
        Value::Text(_) => Ok(Some(value.clone())),
        other => {
            machine.weigh(other)?;
            let text = other.to_string();
            if text.len() > crate::MAX_TEXT {
                Err(EvalError::TextTooLong)
            } else {
                machine.text(text).map(Some)
            }
        }
    }
}

pub(super) fn duration(values: &[Value]) -> Option<Value> {
    match values {
        [Value::Text(it)] => temporal::parse_duration(it),
        [it @ (Value::DaysTime(_) | Value::YearsMonths(_))] => Some(it.clone()),
        _ => None,
    }
}

pub(super) fn years_and_months_duration(values: &[Value]) -> Option<Value> {
    let day = |it: &Value| match it {
        Value::Date(it) => Some(it.ymd()),
        Value::DateTime(it) => Some(it.date().ymd()),
        _ => None,
    };
    let [from, to] = values else { return None };
    let ((y1, m1, d1), (y2, m2, d2)) = (day(from)?, day(to)?);
    let months = (i64::from(y2) - i64::from(y1)) * 12 + i64::from(m2) - i64::from(m1);
    let cut = if months > 0 && d2 < d1 {
        -1
    } else if months < 0 && d2 > d1 {
        1
    } else {
        0
    };
    Some(Value::YearsMonths(months + cut))
}

pub(super) fn not(values: &[Value]) -> Option<Value> {
    match values {
        [Value::Bool(it)] => Some(Value::Bool(!it)),
        _ => None,
    }
}

//! Durations: `P1Y6M` counts months, `P2DT3H` counts milliseconds; a text that mixes both is no FEEL duration.

use std::fmt;

use super::DAY;
use crate::Value;

/// Reads an ISO 8601 duration.
pub(crate) fn parse_duration(text: &str) -> Option<Value> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (days, clock) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((days, clock)) => (days, clock),
        None => (rest, ""),
    };
    if days.is_empty() && clock.is_empty() {
        return None;
    }
    if days.contains(['Y', 'M']) {
        let months = sum(days, &[('Y', 12), ('M', 1)])?;
        return clock.is_empty().then_some(Value::YearsMonths(sign * months));
    }
    let (clock, fraction) = split_fraction(clock)?;
    let millis = sum(days, &[('D', DAY)])?
        .checked_add(sum(&clock, &[('H', 3_600_000), ('M', 60_000), ('S', 1000)])?)?
        .checked_add(fraction)?;
    Some(Value::DaysTime(sign * millis))
}

/// Adds up numbers followed by units; the units keep their order and come once.
fn sum(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut total = 0_i64;
    for (unit, size) in units {
        let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
        if let Some(after) = text.get(end..)?.strip_prefix(*unit) {
            total = total.checked_add(text.get(..end)?.parse::<i64>().ok()?.checked_mul(*size)?)?;
            text = after;
        }
    }
    text.is_empty().then_some(total)
}

fn split_fraction(clock: &str) -> Option<(String, i64)> {
    let Some((whole, rest)) = clock.split_once('.') else {
        return Some((clock.to_owned(), 0));
    };
    let digits = rest.strip_suffix('S')?;
    if !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    Some((format!("{whole}S"), super::thousandths(digits)?))
}

/// Writes `P1DT2H`, `PT0S`.
pub(crate) fn write_days_time(f: &mut fmt::Formatter<'_>, millis: i64) -> fmt::Result {
    if millis == 0 {
        return f.write_str("PT0S");
    }
    f.write_str(if millis < 0 { "-P" } else { "P" })?;
    let all = millis.unsigned_abs();
    let seconds = all / 1000;
    part(f, seconds / 86_400, 'D')?;
    if all.is_multiple_of(86_400_000) {
        return Ok(());
    }
    f.write_str("T")?;
    part(f, seconds / 3600 % 24, 'H')?;
    part(f, seconds / 60 % 60, 'M')?;
    match (seconds % 60, all % 1000) {
        (0, 0) => Ok(()),
        (whole, 0) => write!(f, "{whole}S"),
        (whole, rest) => write!(f, "{whole}.{}S", format!("{rest:03}").trim_end_matches('0')),
    }
}

/// Writes `P1Y6M`, `P0M`.
pub(crate) fn write_years_months(f: &mut fmt::Formatter<'_>, months: i64) -> fmt::Result {
    if months == 0 {
        return f.write_str("P0M");
    }
    f.write_str(if months < 0 { "-P" } else { "P" })?;
    let all = months.unsigned_abs();
    part(f, all / 12, 'Y')?;
    part(f, all % 12, 'M')
}

fn part(f: &mut fmt::Formatter<'_>, n: u64, unit: char) -> fmt::Result {
    if n == 0 { Ok(()) } else { write!(f, "{n}{unit}") }
}

//! Decimal numbers as text.

use super::raw::{Raw, digits, places};
use super::{Decimal, MAX_ADJUSTED, MIN_EXPONENT};

/// Digits before or after the point up to which a number is written without an exponent.
const PLAIN: i32 = 40;

pub(super) fn parse(text: &str) -> Option<Decimal> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let all_digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let (coefficient, dropped) = collect(whole.bytes().chain(fraction.bytes()));
    let exponent = exponent + dropped - i64::try_from(fraction.len()).ok()?;
    assemble(negative, coefficient, exponent)
}

/// The digits of a number without sign.
pub(super) fn magnitude(raw: &Raw) -> String {
    let figures = raw.coefficient.to_string();
    let adjusted = raw.adjusted();
    if !(-PLAIN..=PLAIN).contains(&adjusted) && raw.coefficient != 0 {
        let (first, rest) = figures.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        return format!("{first}{point}{rest}E{adjusted:+}");
    }
    if raw.exponent >= 0 {
        return figures + &"0".repeat(usize::try_from(raw.exponent).unwrap_or(0));
    }
    let after = usize::try_from(raw.exponent.unsigned_abs()).unwrap_or(0);
    match figures.len().checked_sub(after) {
        Some(before) if before > 0 => {
            let (whole, fraction) = figures.split_at(before);
            format!("{whole}.{fraction}")
        }
        _ => format!("0.{figures:0>after$}"),
    }
}

/// An exponent beyond a million is a million: zero stays zero, all else leaves the range either way.
fn parse_exponent(text: &str) -> Option<i64> {
    let (negative, figures) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if figures.is_empty() || !figures.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let value: i64 = figures.parse().unwrap_or(i64::MAX).min(1_000_000_000_000);
    Some(if negative { -value } else { value })
}

/// The first 37 significant digits and one more that says whether anything not zero follows; and how many were dropped.
fn collect(figures: impl Iterator<Item = u8>) -> (u128, i64) {
    let (mut coefficient, mut count, mut dropped, mut rest) = (0_u128, 0_u32, 0_i64, false);
    for figure in figures {
        let value = u128::from(figure.saturating_sub(b'0'));
        if count < 37 {
            coefficient = coefficient * 10 + value;
            count += u32::from(coefficient != 0);
        } else {
            dropped += 1;
            rest |= value != 0;
        }
    }
    if dropped == 0 {
        (coefficient, 0)
    } else {
        (coefficient * 10 + u128::from(rest), dropped - 1)
    }
}

fn assemble(negative: bool, coefficient: u128, exponent: i64) -> Option<Decimal> {
    if coefficient == 0 {
        return Some(Decimal::ZERO);
    }
    let adjusted = exponent + i64::from(places(digits(coefficient))) - 1;
    if adjusted > i64::from(MAX_ADJUSTED) {
        return None;
    }
    if adjusted < i64::from(MIN_EXPONENT) - 1 {
        return Some(Decimal::ZERO);
    }
    Decimal::finish(Raw::from_digits(negative, coefficient, i32::try_from(exponent).ok()?))
}

//! Telephone numbers of the Chinese numbering plan.

use super::{Reason, all_digits};
use crate::text::code_form;

const WRONG: Reason = "手机号应为 11 位,固定电话要带区号,如 0573-8212345";

/// A mobile, fixed or service number as digits: without +86, spaces, brackets and hyphens; an extension follows one hyphen
/// (`05738212345-801`).
pub fn phone(typed: &str) -> Result<String, Reason> {
    let compact = code_form(typed).replace(['(', ')'], "").replace(['–', '—', '‐', '−'], "-");
    let national = without_country(&compact);
    let (number, extension) = split_extension(national);
    let digits = number.replace('-', "");
    if !all_digits(&digits) || extension.is_some_and(|it| !all_digits(it) || it.len() > 6) {
        return Err(WRONG);
    }
    match extension {
        None if is_mobile(&digits) || is_service(&digits) || is_fixed(&digits) => Ok(digits),
        Some(extension) if is_fixed(&digits) => Ok(format!("{digits}-{extension}")),
        _ => Err(WRONG),
    }
}

fn without_country(number: &str) -> &str {
    let rest = number.strip_prefix("+86").or_else(|| number.strip_prefix("0086"));
    let bare = || number.strip_prefix("86").filter(|it| is_mobile(it));
    rest.or_else(bare).map_or(number, |it| it.trim_start_matches('-'))
}

/// In `0573-8212345-801`, `8212345转801`: the last part when the number is a fixed one and complete without it.
fn split_extension(number: &str) -> (&str, Option<&str>) {
    if let Some((number, extension)) = number.split_once('转') {
        return (number, Some(extension));
    }
    match number.rsplit_once('-') {
        Some((number, extension)) if is_fixed(&number.replace('-', "")) => (number, Some(extension)),
        _ => (number, None),
    }
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && all_digits(digits) && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// Area code (010 and 02x have three digits, the others four) and seven or eight digits.
fn is_fixed(digits: &str) -> bool {
    let area = match digits.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return false,
    };
    all_digits(digits) && matches!(digits.len().checked_sub(area), Some(7 | 8))
}

/// 110, 12345, 10086, 400 and 800 numbers.
fn is_service(digits: &str) -> bool {
    match digits.len() {
        3..=5 => digits.starts_with('1'),
        10 => digits.starts_with("400") || digits.starts_with("800"),
        _ => false,
    }
}

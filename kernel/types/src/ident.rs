//! Chinese identifiers: each function brings what was typed into the form that is stored, or says in Chinese what is wrong.
//!
//! Numbers of demonstration divisions (99) pass here; outside of a demo the caller refuses them ([`is_demonstration_division`]).

use crate::Date;
use crate::text::code_form;

mod division;
mod phone;
mod plate;

pub use division::{division_code, is_demonstration_division};
pub use phone::phone;
pub use plate::plate;

/// What is wrong, as a Chinese sentence for the person who typed it.
pub type Reason = &'static str;

/// 公民身份号码 (GB 11643-1999): 18 characters with an upper-case X. One of 15 digits gets its century and check character.
/// Also 港澳台居民居住证 (810000, 820000, 830000).
pub fn citizen_id(typed: &str) -> Result<String, Reason> {
    let mut number = code_form(typed).to_ascii_uppercase();
    if number.len() == 15 && all_digits(&number) {
        let (division, rest) = number.split_at(6);
        let long = format!("{division}19{rest}");
        number = format!("{long}{}", citizen_check(&long));
    }
    let Some((body, check)) = number
        .split_at_checked(17)
        .filter(|(body, check)| check.len() == 1 && all_digits(body))
    else {
        return Err("公民身份号码应为 18 位,前 17 位是数字");
    };
    let province = body.get(..2).unwrap_or_default();
    if !division::PROVINCES.contains(&province) && province != "83" {
        return Err("公民身份号码的前两位不是省份代码");
    }
    if body.get(6..14).and_then(Date::parse).is_none_or(|it| it.ymd().0 < 1800) {
        return Err("公民身份号码里的出生日期不存在");
    }
    if !check.starts_with(citizen_check(body)) {
        return Err("公民身份号码的校验码不对,请核对");
    }
    Ok(number)
}

/// 统一社会信用代码 (GB 32100-2015): 18 characters in upper case. Some genuine codes fail the check: an import may override.
pub fn uscc(typed: &str) -> Result<String, Reason> {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let code = code_form(typed).to_ascii_uppercase();
    let values: Vec<usize> = code.chars().filter_map(|it| ALPHABET.find(it)).collect();
    if code.chars().count() != 18 || values.len() != 18 {
        return Err("统一社会信用代码应为 18 位数字和大写字母,不含 I、O、S、V、Z");
    }
    if !code.get(2..8).is_some_and(all_digits) {
        return Err("统一社会信用代码的第 3 至 8 位应是数字(行政区划代码)");
    }
    let mut weight = 1;
    let mut sum = 0;
    for value in values.iter().take(17) {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    if values.last() != Some(&((31 - sum % 31) % 31)) {
        return Err("统一社会信用代码的校验码不对,请核对");
    }
    Ok(code)
}

/// 组织机构代码 (GB 11714-1997): `MA0ABCD1-X`.
pub fn organisation_code(typed: &str) -> Result<String, Reason> {
    let code = code_form(typed).to_ascii_uppercase().replace('-', "");
    let Some((body, check)) = code.split_at_checked(8).filter(|(_, check)| check.len() == 1) else {
        return Err("组织机构代码应为 8 位数字或大写字母加 1 位校验码");
    };
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let values: Option<Vec<u32>> = body.chars().map(|it| it.to_digit(36)).collect();
    let Some(values) = values else {
        return Err("组织机构代码应为 8 位数字或大写字母加 1 位校验码");
    };
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        it => char::from_digit(it, 10).unwrap_or('0'),
    };
    if !check.starts_with(expected) {
        return Err("组织机构代码的校验码不对,请核对");
    }
    Ok(format!("{body}-{check}"))
}

/// 姓名: one line without digits, at most 50 characters; inner white space of a Chinese name is dropped.
pub fn person_name(typed: &str) -> Result<String, Reason> {
    let name = crate::text::one_line(typed).replace(['•', '・', '‧', '∙'], "·");
    let words: Vec<&str> = name.split_whitespace().collect();
    let name = words.join(if name.is_ascii() { " " } else { "" });
    if name.is_empty() {
        return Err("姓名没有填写");
    }
    if name.chars().count() > 50 {
        return Err("姓名不超过 50 个字");
    }
    if name.chars().any(char::is_numeric) {
        return Err("姓名里不应有数字");
    }
    Ok(name)
}

pub(crate) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// ISO 7064 MOD 11-2 over 17 digits.
fn citizen_check(body: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .chars()
        .filter_map(|it| it.to_digit(10))
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let place = usize::try_from(sum % 11).unwrap_or(0);
    "10X98765432".chars().nth(place).unwrap_or('0')
}

#[cfg(test)]
mod tests;

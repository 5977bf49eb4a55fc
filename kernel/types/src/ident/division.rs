//! Codes of administrative divisions (GB/T 2260, GB/T 10114, 统计用区划代码).

use super::{Reason, all_digits};
use crate::text::code_form;

/// The first two digits; 99 is no province but the place of demonstrations.
pub(super) const PROVINCES: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
    "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "99",
];

/// 行政区划代码: 6 digits to the county, 9 to the township, 12 to the village. The shape is checked, not that it exists.
pub fn division_code(typed: &str) -> Result<String, Reason> {
    let code = code_form(typed);
    if !all_digits(&code) || !matches!(code.len(), 6 | 9 | 12) {
        return Err("行政区划代码应为 6 位(县级)、9 位(乡级)或 12 位(村级)数字");
    }
    let group = |from: usize, until: usize| code.get(from..until).and_then(|it| it.parse::<u16>().ok());
    if !code.get(..2).is_some_and(|it| PROVINCES.contains(&it)) {
        return Err("行政区划代码的前两位不是省份代码");
    }
    match (group(2, 4), group(4, 6)) {
        (Some(0), Some(0)) | (Some(1..=70 | 90), Some(_)) => {}
        _ => return Err("行政区划代码的第 3 至 6 位不合规则"),
    }
    // 000 pads the code of an upper level.
    if [group(6, 9), group(9, 12)].into_iter().flatten().any(|it| it > 599) {
        return Err("行政区划代码的乡级、村级部分应在 000 至 599 之间");
    }
    Ok(code)
}

/// Whether a division code, or a number that begins with one (身份证), belongs to a demonstration: refused outside of a demo.
pub fn is_demonstration_division(code: &str) -> bool {
    code.starts_with("99")
}

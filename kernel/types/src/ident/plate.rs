//! Vehicle plates (GA 36-2018).

use super::Reason;
use crate::text::code_form;

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
const LAST: &str = "挂学警港澳";

/// A plate without dot and spaces, in upper case: `吉HA3712`, new energy `吉HD12345`.
pub fn plate(typed: &str) -> Result<String, Reason> {
    let plate = code_form(typed).to_ascii_uppercase().replace(['·', '•', '・', '.', '-'], "");
    let characters: Vec<char> = plate.chars().collect();
    let fits = match characters.as_slice() {
        [province, office, rest @ ..] if PROVINCES.contains(*province) && is_letter(*office) => match rest {
            [body @ .., last] if rest.len() == 5 => {
                body.iter().all(|it| is_sign(*it)) && (is_sign(*last) || LAST.contains(*last))
            }
            _ if rest.len() == 6 => is_new_energy(rest),
            _ => false,
        },
        _ => false,
    };
    if fits {
        Ok(plate)
    } else {
        Err("车牌号不对:如 吉HA3712,新能源 吉HD12345,不含字母 I 和 O")
    }
}

/// Small cars: kind, letter or digit, four digits; large ones: five digits, kind.
fn is_new_energy(rest: &[char]) -> bool {
    let kind = |it: &char| matches!(it, 'A'..='H' | 'J' | 'K');
    let digits = |it: &[char]| it.iter().all(char::is_ascii_digit);
    match rest {
        [first, second, tail @ ..] if kind(first) => is_sign(*second) && digits(tail),
        [head @ .., last] => kind(last) && digits(head),
        [] => false,
    }
}

fn is_letter(it: char) -> bool {
    it.is_ascii_uppercase() && it != 'I' && it != 'O'
}

fn is_sign(it: char) -> bool {
    it.is_ascii_digit() || is_letter(it)
}

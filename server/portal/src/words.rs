//! The words of the pages: one catalogue by key, and Chinese punctuation for sentences that come from elsewhere.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use yiwang_types::worktime::{Limit, LimitUnit};

use crate::site::yaml;

const CATALOGUE: &str = include_str!("../texts/zh-CN.yaml");

static WORDS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let read = yaml::parse(CATALOGUE).and_then(|it| serde_json::from_value(it).map_err(|it| it.to_string()));
    // The catalogue is part of the program; a test reads it.
    read.unwrap_or_default()
});

/// The text of a key; the key itself when there is none (a test finds that).
pub(crate) fn t(key: &str) -> &str {
    WORDS.get(key).map_or(key, String::as_str)
}

/// The text of a key with `{name}` filled in.
pub(crate) fn fill(key: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(t(key).to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// A limit as a resident understands it: `10 分钟（工作时间）`. Whole hours are said as hours.
pub(crate) fn limit(limit: Limit) -> String {
    let minutes = |whole: &'static str, parts: &'static str| match limit.amount {
        it if it > 0 && it % 60 == 0 => (whole, it / 60),
        it => (parts, it),
    };
    let (key, amount) = match limit.unit {
        LimitUnit::WorkingDay | LimitUnit::WorkingDayAsHours => ("limit_working_days", limit.amount),
        LimitUnit::WorkingHour => ("limit_working_hours", limit.amount),
        LimitUnit::WorkingMinute => minutes("limit_working_hours", "limit_working_minutes"),
        LimitUnit::UrgentHour => ("limit_hours", limit.amount),
        LimitUnit::UrgentMinute => minutes("limit_hours", "limit_minutes"),
        LimitUnit::NaturalDay => ("limit_days", limit.amount),
    };
    fill(key, &[("n", &amount.to_string())])
}

/// A sentence with `{clock.NAME}` filled in from the limits by clock. None when one of them is not known: better no word than a wrong one.
pub(crate) fn with_limits(text: &str, limits: &BTreeMap<String, Limit>) -> Option<String> {
    let said = limits.iter().fold(text.to_owned(), |text, (clock, it)| {
        text.replace(&format!("{{clock.{clock}}}"), &limit(*it))
    });
    (!said.contains("{clock.")).then_some(said)
}

/// Half-width marks beside a Chinese character as full-width ones: sentences of the kernel and of definition files are written with both.
pub(crate) fn typeset(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |it: Option<usize>| it.and_then(|it| chars.get(it)).copied();
    let wide = |(index, mark): (usize, &char)| {
        let beside = at(index.checked_sub(1)).is_some_and(is_han) || at(Some(index + 1)).is_some_and(is_han);
        match mark {
            ',' if beside => '，',
            ';' if beside => '；',
            ':' if beside => '：',
            '?' if beside => '？',
            '!' if beside => '！',
            '(' if beside => '（',
            ')' if beside => '）',
            other => *other,
        }
    };
    chars.iter().enumerate().map(wide).collect()
}

fn is_han(it: char) -> bool {
    matches!(it, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '”' | '“' | '」' | '）')
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Keys of the catalogue.
    pub(crate) fn keys() -> Vec<&'static str> {
        WORDS.keys().map(String::as_str).collect()
    }

    #[test]
    fn the_catalogue_is_whole() {
        assert!(WORDS.len() > 50, "{}", WORDS.len());
        assert_eq!(t("no such key"), "no such key");
        assert_eq!(fill("step_of", &[("step", "2"), ("steps", "5")]), "第 2 步，共 5 步");
    }

    #[test]
    fn limits() {
        let check = |amount, unit, expected: &str| assert_eq!(limit(Limit { amount, unit }), expected);
        check(10, LimitUnit::WorkingMinute, "10 分钟（工作时间）");
        check(60, LimitUnit::WorkingMinute, "1 小时（工作时间）");
        check(90, LimitUnit::UrgentMinute, "90 分钟（不分昼夜）");
        check(2, LimitUnit::UrgentHour, "2 小时（不分昼夜）");
        check(5, LimitUnit::WorkingDay, "5 个工作日");
        check(0, LimitUnit::NaturalDay, "0 天");
    }

    #[test]
    fn punctuation() {
        let check = |input: &str, expected: &str| assert_eq!(typeset(input), expected);
        check(
            "照片没有传上:文件损坏。请重新拍一张,已填的内容都还在。",
            "照片没有传上：文件损坏。请重新拍一张，已填的内容都还在。",
        );
        check("电话:12345", "电话：12345");
        check("8:30-12:00, a, b (c)", "8:30-12:00, a, b (c)");
        check("编号:990(演示)", "编号：990（演示）");
        check("", "");
    }
}

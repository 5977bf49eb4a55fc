//! Days and times as Chinese readers write them.

use yiwang_model::FieldValue;
use yiwang_types::{Instant, Offset};

/// `2026年10月9日 16:30`.
pub(crate) fn moment(at: Instant, offset: Offset) -> String {
    let (year, month, day) = at.date(offset).ymd();
    let minutes = at.millis_of_day(offset) / 60_000;
    format!("{year}年{month}月{day}日 {:02}:{:02}", minutes / 60, minutes % 60)
}

/// A date or moment of a record; nothing for other values.
pub(crate) fn of_value(value: &FieldValue, offset: Offset) -> Option<String> {
    match value {
        FieldValue::DateTime(it) => Some(moment(*it, offset)),
        FieldValue::Date(it) => {
            let (year, month, day) = it.ymd();
            Some(format!("{year}年{month}月{day}日"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let at = Instant::parse("2026-10-08T16:05:59Z").unwrap();
        assert_eq!(moment(at, Offset::CHINA), "2026年10月9日 00:05");
        assert_eq!(of_value(&FieldValue::Bool(true), Offset::CHINA), None);
    }
}

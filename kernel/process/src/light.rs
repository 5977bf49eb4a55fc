//! 红黄绿灯, always with words.

use yiwang_types::Instant;
use yiwang_types::worktime::{Calendar, LimitUnit, remaining, worked_minutes};

/// The three lights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// 正常.
    Green,
    /// 临期: less than a fifth of the time is left.
    Amber,
    /// 超期.
    Red,
}

/// A light with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightView {
    /// The colour.
    pub light: Light,
    /// 正常, 临期 or 超期.
    pub word: &'static str,
    /// "剩 1 小时 20 分", "超 3 天".
    pub remaining: String,
}

impl Light {
    /// Word of the colour.
    pub const fn word(self) -> &'static str {
        match self {
            Light::Green => "正常",
            Light::Amber => "临期",
            Light::Red => "超期",
        }
    }
}

/// The light of a deadline that began at `from`, counted in the deadline's own kind of time.
pub fn light(calendar: &Calendar, from: Instant, due: Instant, now: Instant, unit: LimitUnit) -> LightView {
    let whole = worked_minutes(calendar, from, due, unit).max(1);
    let (light, minutes) = if now > due {
        (Light::Red, worked_minutes(calendar, due, now, unit))
    } else {
        let left = remaining(calendar, now, due, unit).minutes;
        (
            if left.saturating_mul(5) <= whole {
                Light::Amber
            } else {
                Light::Green
            },
            left,
        )
    };
    let verb = if light == Light::Red { "超" } else { "剩" };
    LightView {
        light,
        word: light.word(),
        remaining: format!("{verb} {}", words(minutes, unit, calendar, now)),
    }
}

/// Minutes as days, hours and minutes; a working day has as many minutes as today's office hours.
fn words(minutes: i64, unit: LimitUnit, calendar: &Calendar, now: Instant) -> String {
    let day = match unit {
        LimitUnit::WorkingDay | LimitUnit::WorkingDayAsHours | LimitUnit::WorkingHour | LimitUnit::WorkingMinute => {
            calendar.office_minutes(now.date(yiwang_types::Offset::CHINA)).max(60)
        }
        _ => 24 * 60,
    };
    let word = if day == 24 * 60 { "天" } else { "个工作日" };
    let (days, rest) = (minutes / day, minutes % day);
    match (days, rest / 60, rest % 60) {
        (0, 0, minutes) => format!("{minutes} 分"),
        (0, hours, 0) => format!("{hours} 小时"),
        (0, hours, minutes) => format!("{hours} 小时 {minutes} 分"),
        (days, 0, _) => format!("{days} {word}"),
        (days, hours, _) => format!("{days} {word} {hours} 小时"),
    }
}

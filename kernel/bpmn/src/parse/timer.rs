//! Timers of boundary events, and moments in general.

use yiwang_types::Instant;

use crate::duration;
use crate::model::{Moment, Timer};
use crate::xml::{Element, Position};

use super::reader::{Reader, shorten};
use super::vocabulary::{Extensions, titled};
use super::{BPMN, YW};

/// The one timer of a boundary event: `yw:timer clock`, or a standard `timeDuration` or `timeDate`.
pub fn read(element: &Element, extensions: &Extensions<'_>, reader: &mut Reader) -> Option<Timer> {
    let mut timers: Vec<Timer> = Vec::new();
    if let Some(ours) = extensions.one(YW, "timer") {
        let clock = reader.required(ours, "clock", &titled(element))?;
        timers.push(Timer::Clock(clock.value.trim().to_owned()));
    }
    let before = reader.problems.len();
    let definitions = element.elements().filter(|it| it.is(BPMN, "timerEventDefinition"));
    for child in definitions
        .flat_map(Element::elements)
        .filter(|it| it.namespace.as_deref() == Some(BPMN))
    {
        let (text, position) = child.text();
        match child.name.as_str() {
            "timeDuration" => timers.extend(after(&text, position, reader).map(Timer::After)),
            "timeDate" => timers.extend(at(&text, position, reader).map(Timer::At)),
            "timeCycle" => {
                let message = format!("引擎不能执行 {}的 timeCycle(重复定时)", titled(element));
                reader.error(
                    "unsupported-element",
                    child.position,
                    message,
                    "改用 timeDuration 或 timeDate",
                );
            }
            _ => {}
        }
    }
    let mut timers = timers.into_iter();
    let first = timers.next();
    if timers.next().is_some() {
        let message = format!("{}写了不止一个时间", titled(element));
        reader.error(
            "repeated-timer",
            element.position,
            message,
            "时限、timeDuration、timeDate 只留一个",
        );
    } else if first.is_none() && reader.problems.len() == before {
        let message = format!("{}没有写什么时候触发", titled(element));
        reader.error(
            "missing-timer",
            element.position,
            message,
            "写上 yw:timer clock=\"…\",或 timeDuration、timeDate",
        );
    }
    first
}

/// An instant in an attribute, fixed or FEEL.
pub fn read_moment(element: &Element, name: &str, reader: &mut Reader) -> Option<Moment<Instant>> {
    let attribute = element.attribute(name)?;
    at(&attribute.value, attribute.position, reader)
}

fn after(text: &str, position: Position, reader: &mut Reader) -> Option<Moment<i64>> {
    if text.trim_start().starts_with('=') {
        return reader.feel(text, position).map(Moment::Feel);
    }
    let millis = duration::parse_millis(text).filter(|it| *it >= 0);
    if millis.is_none() {
        let message = format!("时长“{}”读不懂", shorten(text));
        reader.error(
            "bad-duration",
            position,
            message,
            "写 ISO 8601 时长,例如 P3D、PT4H,或以 = 开头的 FEEL",
        );
    }
    millis.map(Moment::Fixed)
}

fn at(text: &str, position: Position, reader: &mut Reader) -> Option<Moment<Instant>> {
    if text.trim_start().starts_with('=') {
        return reader.feel(text, position).map(Moment::Feel);
    }
    let instant = Instant::parse(text);
    if instant.is_none() {
        let message = format!("时间“{}”读不懂", shorten(text));
        reader.error(
            "bad-time",
            position,
            message,
            "写 2026-10-09T16:30:00+08:00,或以 = 开头的 FEEL",
        );
    }
    instant.map(Moment::Fixed)
}

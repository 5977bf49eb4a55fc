//! Calendars: office hours and the days that differ from Monday to Friday.

use std::collections::{BTreeMap, BTreeSet};

use yiwang_types::{Date, OfficeHours};

use crate::read;
use crate::sink::Sink;
use crate::yaml::Node;

/// A calendar as its file declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Name.
    pub name: String,
    /// App or overlay that defines it.
    pub app: String,
    /// Title.
    pub title: String,
    /// Where its days come from.
    pub source: Option<String>,
    /// Years whose holidays have been announced.
    pub years: BTreeSet<i32>,
    /// Tables of office hours, by first day.
    pub hours: Vec<OfficeHours>,
    /// Days that differ from Monday to Friday.
    pub days: BTreeMap<Date, SpecialDay>,
    /// File that defines it.
    pub file: String,
}

/// A day that is off though a weekday, or worked though a weekend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialDay {
    /// Whether it is worked.
    pub work: bool,
    /// Name of the holiday.
    pub name: Option<String>,
}

pub(crate) fn read(sink: &mut Sink<'_>, app: &str, node: &Node) -> Option<Calendar> {
    let mut hours: Vec<OfficeHours> = read::items(node, "hours")
        .iter()
        .filter_map(|it| read_hours(sink, it))
        .collect();
    hours.sort_by_key(|it| it.from);
    let mut days = BTreeMap::new();
    for it in read::items(node, "days") {
        let Some(date) = date(it, "date") else { continue };
        let day = SpecialDay {
            work: read::flag(it, "work"),
            name: read::text(it, "name"),
        };
        if days.insert(date, day).is_some() {
            sink.error("duplicate", it.mark, format!("{date} 写了两次"), "只留一处");
        }
    }
    let years = read::items(node, "years")
        .iter()
        .filter_map(|it| i32::try_from(it.integer()?).ok())
        .collect();
    Some(Calendar {
        name: read::text(node, "calendar")?,
        app: app.to_owned(),
        title: read::text(node, "title").unwrap_or_default(),
        source: read::text(node, "source"),
        years,
        hours,
        days,
        file: sink.file().to_owned(),
    })
}

fn read_hours(sink: &mut Sink<'_>, node: &Node) -> Option<OfficeHours> {
    let mut spans: Vec<(u16, u16)> = Vec::new();
    for it in read::items(node, "periods") {
        let text = it.text().unwrap_or_default();
        let parsed = text
            .split_once('-')
            .and_then(|(from, to)| Some((minutes(from)?, minutes(to)?)));
        let after = spans.last().map_or(0, |it| it.1);
        match parsed.filter(|(from, to)| from < to && *from >= after) {
            Some(it) => spans.push(it),
            None => sink.error(
                "bad-period",
                it.mark,
                format!("时段 “{text}” 不对"),
                "写成 \"08:30-12:00\",按先后,不重叠",
            ),
        }
    }
    if spans.is_empty() {
        sink.error("empty-value", node.mark, "没有办公时段", "补上 `periods`");
    }
    Some(OfficeHours {
        from: date(node, "from")?,
        until: date(node, "until"),
        spans,
    })
}

fn date(node: &Node, key: &str) -> Option<Date> {
    node.get(key).and_then(Node::text).and_then(Date::parse)
}

/// Minutes after midnight of `08:30`; `24:00` is the end of the day.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && total <= 24 * 60).then_some(total)
}

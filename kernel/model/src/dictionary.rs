//! Dictionaries: codes with titles, in official order, valid from and until.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use yiwang_types::Date;

use crate::read;
use crate::sink::Sink;
use crate::yaml::Node;

/// A list of codes.
#[derive(Clone, Debug, PartialEq)]
pub struct Dictionary {
    /// Name.
    pub name: String,
    /// App or overlay that defines it.
    pub app: String,
    /// Title.
    pub title: String,
    /// Where the codes come from.
    pub source: Option<String>,
    /// Entries in official order.
    pub entries: Vec<Entry>,
    /// File that defines it.
    pub file: String,
    index: BTreeMap<String, Vec<usize>>,
}

/// One code. A code may return with another meaning in a later period.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Code above it.
    pub parent: Option<String>,
    /// First valid day.
    pub from: Option<Date>,
    /// Last valid day.
    pub until: Option<Date>,
    /// Values for expressions and decisions.
    pub values: BTreeMap<String, Json>,
}

impl Entry {
    /// Whether the code may be chosen on that day.
    pub fn valid_on(&self, day: Date) -> bool {
        self.from.is_none_or(|it| it <= day) && self.until.is_none_or(|it| day <= it)
    }
}

impl Dictionary {
    /// The entry of a code in its latest period, valid or not.
    pub fn entry(&self, code: &str) -> Option<&Entry> {
        self.rows(code).last()
    }

    /// The entry of a code that is valid on that day.
    pub fn entry_on(&self, code: &str, day: Date) -> Option<&Entry> {
        self.rows(code).find(|it| it.valid_on(day))
    }

    /// The entry to show for a stored code: the one valid on that day, else the latest.
    pub fn entry_for(&self, code: &str, day: Date) -> Option<&Entry> {
        self.entry_on(code, day).or_else(|| self.entry(code))
    }

    fn rows(&self, code: &str) -> impl Iterator<Item = &Entry> {
        self.index
            .get(code)
            .into_iter()
            .flatten()
            .filter_map(|it| self.entries.get(*it))
    }
}

pub(crate) fn read(sink: &mut Sink<'_>, app: &str, node: &Node) -> Option<Dictionary> {
    let entries: Vec<(&Node, Entry)> = read::items(node, "entries")
        .iter()
        .filter_map(|it| Some((it, read_entry(it)?)))
        .collect();
    let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, (place, entry)) in entries.iter().enumerate() {
        let same = index.entry(entry.code.clone()).or_default();
        let clash = same
            .iter()
            .filter_map(|it| entries.get(*it))
            .any(|(_, it)| overlap(it, entry));
        if clash {
            let message = format!("代码 “{}” 在同一时期写了两次", entry.code);
            sink.error("duplicate", place.mark, message, "只留一条,或用 from、until 把时期分开");
        }
        if entry.from.is_some() && entry.until.is_some() && entry.from > entry.until {
            sink.error(
                "bad-period",
                place.mark,
                format!("代码 “{}” 的 from 晚于 until", entry.code),
                "改正日期",
            );
        }
        same.push(at);
    }
    for (place, entry) in &entries {
        let Some(parent) = &entry.parent else { continue };
        let mark = place.get("parent").map_or(place.mark, |it| it.mark);
        if parent == &entry.code {
            sink.error(
                "bad-parent",
                mark,
                format!("代码 “{parent}” 的上级是它自己"),
                "改正或删去 parent",
            );
        } else if !index.contains_key(parent) {
            let remedy = crate::suggest::remedy(parent, index.keys().map(String::as_str));
            sink.error("missing-reference", mark, format!("上级代码 “{parent}” 不在本字典里"), remedy);
        } else if in_circle(&entries, &index, entry) {
            sink.error(
                "bad-parent",
                mark,
                format!("代码 “{}” 的上级绕成了圈", entry.code),
                "改正 parent",
            );
        }
    }
    Some(Dictionary {
        name: read::text(node, "dictionary")?,
        app: app.to_owned(),
        title: read::text(node, "title").unwrap_or_default(),
        source: read::text(node, "source"),
        entries: entries.into_iter().map(|(_, it)| it).collect(),
        file: sink.file().to_owned(),
        index,
    })
}

fn read_entry(node: &Node) -> Option<Entry> {
    let date = |key| node.get(key).and_then(Node::text).and_then(Date::parse);
    let values = node.get("values").and_then(Node::map).unwrap_or_default();
    Some(Entry {
        code: read::text(node, "code")?,
        title: read::text(node, "title").unwrap_or_default(),
        parent: read::text(node, "parent"),
        from: date("from"),
        until: date("until"),
        values: values.iter().map(|(key, it)| (key.text.clone(), it.json())).collect(),
    })
}

fn overlap(left: &Entry, right: &Entry) -> bool {
    let ends_before = |a: &Entry, b: &Entry| matches!((a.until, b.from), (Some(until), Some(from)) if until < from);
    !ends_before(left, right) && !ends_before(right, left)
}

/// Whether following the parents of an entry leads back to it; 32 steps are more than any code has levels.
fn in_circle(entries: &[(&Node, Entry)], index: &BTreeMap<String, Vec<usize>>, start: &Entry) -> bool {
    let above = |code: &String| index.get(code)?.first().and_then(|it| entries.get(*it))?.1.parent.as_ref();
    let mut at = start.parent.as_ref();
    for _ in 0..32 {
        match at {
            None => return false,
            Some(code) if *code == start.code => return true,
            Some(code) => at = above(code),
        }
    }
    false
}

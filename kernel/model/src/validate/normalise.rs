//! One value into the normal form of its field.

use serde_json::Value as Json;
use yiwang_types::text::one_line;
use yiwang_types::{Date, Id, Instant, Offset};

use super::{area, numbers, texts};
use crate::field::{Field, FieldType};
use crate::value::FieldValue;

/// What is wrong with a value. The message continues the title of the field.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) rule: &'static str,
    pub(crate) message: String,
    pub(crate) remedy: String,
}

impl Problem {
    pub(crate) fn new(rule: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem {
            rule,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

/// Most codes, references or files in one list, where the field sets no smaller number.
const MAX_ITEMS: usize = 200;
/// Largest `json` value, in bytes.
const MAX_JSON: usize = 64 * 1024;

/// Normalises where no place is known, so that moments need an offset.
pub(crate) fn normalise(field: &Field, json: &Json) -> Result<FieldValue, Problem> {
    with_offset(field, json, Offset::CHINA)
}

pub(super) fn with_offset(field: &Field, json: &Json, offset: Offset) -> Result<FieldValue, Problem> {
    if json.is_null() || json.as_str().is_some_and(|it| it.trim().is_empty()) {
        return Ok(FieldValue::Null);
    }
    match field.ty {
        FieldType::Text | FieldType::LongText => texts::text(field, json),
        FieldType::Phone | FieldType::PersonName | FieldType::CitizenId | FieldType::Uscc => texts::identifier(field, json),
        FieldType::Integer | FieldType::Decimal | FieldType::Money => numbers::number(field, json),
        FieldType::Boolean => boolean(json),
        FieldType::Date => date(json),
        FieldType::DateTime => moment(json, offset),
        FieldType::Choice | FieldType::Reference if !field.many => one(field, json).map(FieldValue::Text),
        FieldType::Choice | FieldType::Reference | FieldType::Files => list(field, json),
        FieldType::Point => numbers::point(json),
        FieldType::Area => area::area(json),
        FieldType::Json => any(json),
    }
}

/// The beginning of what was typed, for a message.
pub(super) fn shown(text: &str) -> String {
    let mut it: String = text.chars().take(20).collect();
    if it.len() < text.len() {
        it.push('…');
    }
    it
}

pub(super) fn wrong_type(expected: &str) -> Problem {
    Problem::new("type", format!("应是{expected}"), format!("填写{expected}"))
}

fn boolean(json: &Json) -> Result<FieldValue, Problem> {
    match (json.as_bool(), json.as_str()) {
        (Some(it), _) => Ok(FieldValue::Bool(it)),
        (None, Some("true")) => Ok(FieldValue::Bool(true)),
        (None, Some("false")) => Ok(FieldValue::Bool(false)),
        _ => Err(wrong_type("是或否")),
    }
}

fn date(json: &Json) -> Result<FieldValue, Problem> {
    let text = json.as_str().ok_or_else(|| wrong_type("日期,如 2026-10-09"))?;
    let it = Date::parse(&one_line(text));
    it.map(FieldValue::Date)
        .ok_or_else(|| Problem::new("format", format!("“{}” 不是日期", shown(text)), "写成 2026-10-09"))
}

/// RFC 3339, or `2026-10-09T16:30[:00]` as a browser's form gives it, meant at the place.
fn moment(json: &Json, offset: Offset) -> Result<FieldValue, Problem> {
    let text = json.as_str().ok_or_else(|| wrong_type("时间,如 2026-10-09T16:30:00+08:00"))?;
    let clean = one_line(text);
    let it = Instant::parse(&clean).or_else(|| local_moment(&clean, offset));
    let problem = || {
        Problem::new(
            "format",
            format!("“{}” 不是时间", shown(text)),
            "写成 2026-10-09T16:30:00+08:00",
        )
    };
    it.map(FieldValue::DateTime).ok_or_else(problem)
}

fn local_moment(text: &str, offset: Offset) -> Option<Instant> {
    let (date, clock) = text.split_once('T').or_else(|| text.split_once(' '))?;
    let mut parts = clock.split(':');
    let mut next = |limit: i64| {
        let it = parts
            .next()
            .filter(|it| it.len() == 2 && it.bytes().all(|b| b.is_ascii_digit()))?;
        it.parse::<i64>().ok().filter(|it| *it < limit)
    };
    let (hours, minutes) = (next(24)?, next(60)?);
    let seconds = if clock.len() > 5 { next(60)? } else { 0 };
    if parts.next().is_some() {
        return None;
    }
    Some(Instant::from_local(
        Date::parse(date)?,
        ((hours * 60 + minutes) * 60 + seconds) * 1000,
        offset,
    ))
}

/// A code, key or id.
fn one(field: &Field, json: &Json) -> Result<String, Problem> {
    let number = json.as_number().filter(|it| it.is_i64()).map(ToString::to_string);
    let text = json.as_str().map(one_line).or(number).ok_or_else(|| wrong_type("一个代码"))?;
    let problem = |what: &str| Problem::new("format", format!("“{}” 不是{what}", shown(&text)), "从列表里选");
    if text.chars().count() > 100 || text.chars().any(char::is_whitespace) {
        return Err(problem("代码"));
    }
    let uuid = matches!(field.ty, FieldType::Files) || (field.ty == FieldType::Reference && !field.by_key);
    match text.parse::<Id>() {
        Ok(it) if uuid => Ok(it.to_string()),
        Err(()) if uuid => Err(problem("记录标识")),
        _ => Ok(text),
    }
}

fn list(field: &Field, json: &Json) -> Result<FieldValue, Problem> {
    let single = std::slice::from_ref(json);
    let items = json.as_array().map_or(single, Vec::as_slice);
    let most = if field.ty == FieldType::Files {
        usize::try_from(field.max_count).unwrap_or(MAX_ITEMS)
    } else {
        MAX_ITEMS
    };
    if items.len() > most {
        let message = format!("有 {} 个,最多 {most} 个", items.len());
        return Err(Problem::new("max-count", message, "去掉一些"));
    }
    let mut found: Vec<String> = Vec::new();
    for it in items {
        let it = one(field, it)?;
        if !found.contains(&it) {
            found.push(it);
        }
    }
    Ok(FieldValue::List(found))
}

fn any(json: &Json) -> Result<FieldValue, Problem> {
    let text = json.to_string();
    if text.len() > MAX_JSON {
        return Err(Problem::new("max-length", "内容太大", "最多 64 KB"));
    }
    texts::refuse_secret(&text)?;
    Ok(FieldValue::Json(json.clone()))
}

//! Values of variables to JSON and back without loss. What JSON lacks stands in an object with one `$` key.

use serde_json::{Map, Value as Json, json};
use yiwang_feel::{Context, DateTime, Time, Value};
use yiwang_types::{Date, Decimal};

/// Deepest nesting of a stored value; JSON readers stop at 128 levels, and a tagged context takes two.
const MAX_DEPTH: usize = 40;

/// Whether a value can be stored at all: ranges, functions and very deep values cannot.
pub fn is_storable(value: &Value) -> bool {
    is_storable_within(value, MAX_DEPTH)
}

fn is_storable_within(value: &Value, depth: usize) -> bool {
    let Some(below) = depth.checked_sub(1) else { return false };
    match value {
        Value::Range(_) | Value::Function(_) => false,
        Value::List(items) => items.iter().all(|it| is_storable_within(it, below)),
        Value::Context(entries) => entries.iter().all(|(_, it)| is_storable_within(it, below)),
        _ => true,
    }
}

pub fn encode(value: &Value) -> Json {
    match value {
        Value::Null | Value::Range(_) | Value::Function(_) => Json::Null,
        Value::Bool(it) => (*it).into(),
        Value::Number(it) => match it
            .to_i64()
            .filter(|whole| Decimal::from_i64(*whole).to_string() == it.to_string())
        {
            Some(whole) => whole.into(),
            None => json!({ "$n": it.to_string() }),
        },
        Value::Text(it) => Json::String(it.to_string()),
        Value::Date(it) => json!({ "$d": it.to_string() }),
        Value::Time(_) => json!({ "$t": value.to_string() }),
        Value::DateTime(_) => json!({ "$dt": value.to_string() }),
        Value::DaysTime(it) => json!({ "$ms": it }),
        Value::YearsMonths(it) => json!({ "$mo": it }),
        Value::List(items) => Json::Array(items.iter().map(encode).collect()),
        Value::Context(entries) => {
            let object: Map<String, Json> = entries.iter().map(|(name, it)| (name.to_string(), encode(it))).collect();
            if object.keys().any(|it| it.starts_with('$')) {
                json!({ "$c": object })
            } else {
                Json::Object(object)
            }
        }
    }
}

pub fn decode(json: &Json) -> Option<Value> {
    match json {
        Json::Null => Some(Value::Null),
        Json::Bool(it) => Some(Value::Bool(*it)),
        Json::Number(it) => it.as_i64().map(Value::from),
        Json::String(it) => Some(Value::text(it.as_str())),
        Json::Array(items) => items.iter().map(decode).collect::<Option<Vec<_>>>().map(Value::list),
        Json::Object(entries) => match entries.iter().next() {
            Some((tag, it)) if tag.starts_with('$') && entries.len() == 1 => tagged(tag, it),
            _ => context(entries),
        },
    }
}

fn tagged(tag: &str, json: &Json) -> Option<Value> {
    match tag {
        "$n" => Decimal::parse(json.as_str()?).map(Value::Number),
        "$d" => Date::parse(json.as_str()?).map(Value::Date),
        "$t" => Time::parse(json.as_str()?).map(Value::Time),
        "$dt" => DateTime::parse(json.as_str()?).map(Value::DateTime),
        "$ms" => json.as_i64().map(Value::DaysTime),
        "$mo" => json.as_i64().map(Value::YearsMonths),
        "$c" => context(json.as_object()?),
        _ => None,
    }
}

fn context(entries: &Map<String, Json>) -> Option<Value> {
    let decoded: Option<Context> = entries
        .iter()
        .map(|(name, it)| decode(it).map(|it| (name.as_str(), it)))
        .collect();
    decoded.map(Value::from)
}

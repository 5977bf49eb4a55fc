//! JSON in and out. JSON has no dates: a text stays a text, whoever knows the type converts it before.

use std::sync::Arc;

use yiwang_types::Decimal;

use super::{Context, Value};

impl Value {
    /// Reads JSON. Numbers are rounded to 34 digits, everything else has its exact counterpart.
    pub fn from_json(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(it) => Value::Bool(*it),
            serde_json::Value::Number(it) => it
                .as_i64()
                .map(Decimal::from_i64)
                .or_else(|| Decimal::parse(&it.to_string()))
                .map_or(Value::Null, Value::Number),
            serde_json::Value::String(it) => Value::Text(Arc::from(it.as_str())),
            serde_json::Value::Array(items) => Value::List(Arc::new(items.iter().map(Value::from_json).collect())),
            serde_json::Value::Object(entries) => Value::Context(Arc::new(
                entries
                    .iter()
                    .map(|(name, it)| (name.as_str(), Value::from_json(it)))
                    .collect::<Context>(),
            )),
        }
    }

    /// Writes JSON. A number that JSON readers would round is written as text; dates, times and durations as in ISO 8601;
    /// ranges as their FEEL text; functions as null.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null | Value::Function(_) => serde_json::Value::Null,
            Value::Bool(it) => (*it).into(),
            Value::Number(it) => number(*it),
            Value::Text(it) => serde_json::Value::String(it.to_string()),
            Value::List(items) => serde_json::Value::Array(items.iter().map(Value::to_json).collect()),
            Value::Context(entries) => {
                serde_json::Value::Object(entries.iter().map(|(name, it)| (name.to_string(), it.to_json())).collect())
            }
            other => serde_json::Value::String(other.to_string()),
        }
    }
}

fn number(it: Decimal) -> serde_json::Value {
    if let Some(whole) = it.to_i64() {
        return whole.into();
    }
    let text = it.to_string();
    let float = text.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
    match float {
        Some(float) if Decimal::parse(&float.to_string()) == Some(it) => serde_json::Value::Number(float),
        _ => serde_json::Value::String(text),
    }
}

//! JSON Schema (draft 2020-12) of a shape, for editors.

use serde_json::{Map, Value, json};

use super::{Key, Shape};

/// The schema of a value of this shape.
pub(crate) fn schema_of(shape: &Shape) -> Value {
    match shape {
        Shape::Format => json!({"const": 1}),
        Shape::Name => json!({"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 40}),
        Shape::RoleName => json!({"type": "string", "pattern": "^(job:)?[a-z][a-z0-9_]*$", "maxLength": 44}),
        Shape::Text(max) => json!({"type": "string", "maxLength": max}),
        Shape::Code(max) => json!({"type": ["string", "number"], "maxLength": max}),
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Integer(low, high) => json!({"type": "integer", "minimum": low, "maximum": high}),
        Shape::Number => json!({"type": "number"}),
        Shape::Date => json!({"type": "string", "format": "date"}),
        Shape::Feel => json!({"type": ["string", "number", "boolean"], "description": "FEEL"}),
        Shape::Cql => json!({"type": "string", "maxLength": 4000, "description": "CQL2"}),
        Shape::Scalar => json!({"type": ["string", "number", "boolean"]}),
        Shape::Any => json!({}),
        Shape::Choice(words) => json!({"enum": words}),
        Shape::Scope => {
            json!({"type": "string", "pattern": "^(all|division|participant|none|(department|own):[a-z][a-z0-9_]*)$"})
        }
        Shape::List(inner) => json!({"type": "array", "items": schema_of(inner)}),
        Shape::OneOrMany(inner) => {
            let one = schema_of(inner);
            json!({"anyOf": [one.clone(), {"type": "array", "items": one}]})
        }
        Shape::Map(inner) => json!({"type": "object", "additionalProperties": schema_of(inner)}),
        Shape::Object(tables) => object(tables),
    }
}

fn object(tables: &[&[Key]]) -> Value {
    let keys = || tables.iter().flat_map(|it| it.iter());
    let properties: Map<String, Value> = keys().map(|it| (it.name.to_owned(), described(it))).collect();
    let required: Vec<&str> = keys().filter(|it| it.required).map(|it| it.name).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn described(key: &Key) -> Value {
    let mut schema = schema_of(&key.shape);
    if let Some(it) = schema.as_object_mut() {
        it.insert("description".to_owned(), Value::from(key.help));
    }
    schema
}

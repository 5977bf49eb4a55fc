//! YAML to JSON values: what `serde` then reads with unknown keys refused. No aliases, no tags, bounded depth.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value as Json};

const MAX_DEPTH: usize = 24;

enum Open {
    List(Vec<Json>),
    Map(Map<String, Json>, Option<String>),
}

/// Reads one document.
///
/// # Errors
/// A sentence with the line.
pub(crate) fn parse(text: &str) -> Result<Json, String> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|it| format!("line {}: {}", it.marker().line(), it.info()))?;
        let wrong = |what: &str| format!("line {}: {what}", span.start.line());
        let done = match event {
            Event::Scalar(text, style, 0, None) => scalar(&text, style),
            Event::SequenceStart(0, None) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(0, None) => {
                open.push(Open::Map(Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(it)) => Json::Array(it),
                Some(Open::Map(it, _)) => Json::Object(it),
                None => return Err(wrong("unbalanced")),
            },
            Event::Alias(_) | Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) => {
                return Err(wrong("anchors, aliases and tags are not allowed"));
            }
            _ => continue,
        };
        if open.len() > MAX_DEPTH {
            return Err(wrong("nested too deeply"));
        }
        match open.last_mut() {
            None => root = Some(done),
            Some(Open::List(list)) => list.push(done),
            Some(Open::Map(map, key)) => match key.take() {
                None => *key = Some(key_text(&done).ok_or_else(|| wrong("a key must be a word"))?),
                Some(name) if map.contains_key(&name) => return Err(wrong(&format!("`{name}` stands twice"))),
                Some(name) => drop(map.insert(name, done)),
            },
        }
    }
    root.ok_or_else(|| "empty".to_owned())
}

fn scalar(text: &str, style: ScalarStyle) -> Json {
    if style != ScalarStyle::Plain {
        return Json::from(text);
    }
    match text {
        "" | "~" | "null" => Json::Null,
        "true" => Json::Bool(true),
        "false" => Json::Bool(false),
        _ => text.parse::<i64>().map_or_else(|_| Json::from(text), Json::from),
    }
}

fn key_text(key: &Json) -> Option<String> {
    match key {
        Json::String(it) => Some(it.clone()),
        Json::Number(it) => Some(it.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_what_definition_files_use() {
        let check = |text: &str, expected: Json| assert_eq!(parse(text), Ok(expected), "{text}");
        check(
            "a: 1\nb: [x, 'true', true, ~]\n",
            json!({"a": 1, "b": ["x", "true", true, null]}),
        );
        check("- {k: v, \"no\": 不用}\n- 二\n", json!([{"k": "v", "no": "不用"}, "二"]));
        check("t: |\n  甲\n  乙\n", json!({"t": "甲\n乙\n"}));
    }

    #[test]
    fn says_where_it_is_wrong() {
        let check = |text: &str, part: &str| {
            let said = parse(text).expect_err(text);
            assert!(said.contains(part), "{said}");
        };
        check("a: 1\na: 2\n", "line 2: `a` stands twice");
        check("a: &x 1\n", "anchors");
        check("", "empty");
        check("a: [1\n", "line");
        check(&"[".repeat(60), "line");
    }
}

//! A YAML document as JSON: what the public words need of it. The file was checked when it was activated.

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value as Json};

/// Deepest nesting that is read.
const DEEPEST: usize = 24;

enum Open {
    List(Vec<Json>),
    Map(Map<String, Json>, Option<String>),
}

/// The document; none when it cannot be read.
pub(super) fn read(text: &str) -> Option<Json> {
    let mut parser = Parser::new_from_str(text);
    let mut stack: Vec<Open> = Vec::new();
    while let Some(event) = parser.next_event() {
        let done = match event.ok()?.0 {
            Event::Scalar(text, ..) => Json::from(text.into_owned()),
            Event::SequenceStart(..) if stack.len() < DEEPEST => {
                stack.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) if stack.len() < DEEPEST => {
                stack.push(Open::Map(Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop()? {
                Open::List(items) => Json::from(items),
                Open::Map(map, _) => Json::from(map),
            },
            Event::Alias(_) | Event::SequenceStart(..) | Event::MappingStart(..) => return None,
            _ => continue,
        };
        match stack.last_mut() {
            None => return Some(done),
            Some(Open::List(items)) => items.push(done),
            Some(Open::Map(map, key)) => match key.take() {
                Some(key) => drop(map.insert(key, done)),
                None => *key = Some(done.as_str()?.to_owned()),
            },
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents() {
        let check = |text: &str, expected: Option<Json>| assert_eq!(read(text), expected, "{text}");
        check(
            "a: 1\nb: [x, {c: 'd: e'}]\n",
            Some(json!({ "a": "1", "b": ["x", { "c": "d: e" }] })),
        );
        check("", None);
        check("a: &x 1\nb: *x\n", None);
        check("a: [", None);
        check(&"[".repeat(100), None);
    }
}

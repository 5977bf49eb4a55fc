//! Getters over nodes that have been checked: what is missing or of the wrong type has been reported already.

use serde_json::Value as Json;

use crate::field::FieldType;
use crate::yaml::Node;

pub(crate) fn text(node: &Node, key: &str) -> Option<String> {
    node.get(key)?.text().map(str::to_owned)
}

pub(crate) fn flag(node: &Node, key: &str) -> bool {
    node.get(key).and_then(Node::boolean).unwrap_or(false)
}

pub(crate) fn items<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).and_then(Node::list).unwrap_or_default()
}

/// The texts of a list, or the one text that stands there alone.
pub(crate) fn texts(node: &Node, key: &str) -> Vec<String> {
    nodes(node, key)
        .into_iter()
        .filter_map(|it| it.text().map(str::to_owned))
        .collect()
}

/// The nodes of a list, or the one node that stands there alone.
pub(crate) fn nodes<'a>(node: &'a Node, key: &str) -> Vec<&'a Node> {
    match node.get(key) {
        Some(it) => it.list().map_or_else(|| vec![it], |items| items.iter().collect()),
        None => Vec::new(),
    }
}

/// A value as the input of a field: codes and texts keep what is written (`0431` stays `0431`), decimals keep every digit.
pub(crate) fn json_for(node: &Node, ty: FieldType) -> Json {
    if let Some(items) = node.list() {
        return items.iter().map(|it| json_for(it, ty)).collect();
    }
    match ty {
        FieldType::Integer | FieldType::Boolean | FieldType::Json | FieldType::Point | FieldType::Area => node.json(),
        _ => node.text().map_or_else(|| node.json(), Json::from),
    }
}

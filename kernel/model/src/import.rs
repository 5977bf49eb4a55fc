//! Imports: how the columns of a foreign file become fields.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::field::FieldType;
use crate::read;
use crate::sink::Sink;
use crate::yaml::Node;

/// A mapping from a file to a register.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Name.
    pub name: String,
    /// App that defines it.
    pub app: String,
    /// Register that receives the rows.
    pub register: String,
    /// The file.
    pub source: ImportSource,
    /// Fields by which an existing record is recognised.
    pub match_fields: Vec<String>,
    /// A recognised record is updated; otherwise it counts as unchanged.
    pub update: bool,
    /// Where each field comes from.
    pub fields: BTreeMap<String, ImportField>,
    /// Columns or fields kept in the first history entry only.
    pub history: Vec<String>,
    /// File that defines it.
    pub file: String,
}

/// The foreign file. CSV is the only kind so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportSource {
    /// `utf-8` or `gb18030`.
    pub encoding: String,
    /// Separator of columns.
    pub separator: char,
}

/// Where the value of a field comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportField {
    /// A column, read as that type (the field's own when `None`).
    Column {
        /// Heading of the column.
        column: String,
        /// How the column is written.
        ty: Option<FieldType>,
    },
    /// The same value for every row.
    Value(Json),
}

pub(crate) fn read(sink: &mut Sink<'_>, app: &str, node: &Node) -> Option<Import> {
    let source = node.get("source");
    let part = |key| source.and_then(|it| read::text(it, key));
    let mut fields = BTreeMap::new();
    for (name, it) in node.get("fields").and_then(Node::map).unwrap_or_default() {
        if let Some(field) = read_import_field(sink, it) {
            fields.insert(name.text.clone(), field);
        }
    }
    Some(Import {
        name: read::text(node, "import")?,
        app: app.to_owned(),
        register: read::text(node, "register")?,
        source: ImportSource {
            encoding: part("encoding").unwrap_or_else(|| "utf-8".to_owned()),
            separator: part("separator").and_then(|it| it.chars().next()).unwrap_or(','),
        },
        match_fields: read::texts(node, "match"),
        update: read::flag(node, "update"),
        fields,
        history: read::texts(node, "history"),
        file: sink.file().to_owned(),
    })
}

fn read_import_field(sink: &mut Sink<'_>, node: &Node) -> Option<ImportField> {
    let ty = read::text(node, "type").and_then(|it| FieldType::from_word(&it));
    match (read::text(node, "column"), node.get("value")) {
        (Some(column), None) => Some(ImportField::Column { column, ty }),
        (None, Some(it)) => Some(ImportField::Value(it.json())),
        _ => {
            sink.error("contradiction", node.mark, "要写 `column` 或 `value` 中的一个", "只留一个");
            None
        }
    }
}

//! Records as lines of a file: Chinese heads, titles instead of codes, the wall clock instead of offsets.

use serde_json::Value as Json;
use yiwang_model::{Field, FieldType, Register, system_fields};
use yiwang_records::View;
use yiwang_reports::CsvCell;
use yiwang_types::Offset;

use super::moment;
use crate::labels::Labels;

/// A column of the file.
#[derive(Clone, Debug)]
pub(crate) struct Column(Field);

/// System columns that people ask for: before and behind the fields.
const BEFORE: [&str; 1] = ["status"];
const BEHIND: [&str; 2] = ["created_at", "updated_at"];

impl Column {
    /// Every column that may be taken out; what is for programs only is left out.
    pub(crate) fn all(register: &Register, shows: impl Fn(&str) -> bool) -> Vec<Column> {
        let system = |names: &'static [&str]| system_fields().iter().filter(|it| names.contains(&it.name.as_str()));
        let legible = |it: &&Field| !matches!(it.ty, FieldType::Json | FieldType::Area) && shows(&it.name);
        let own = register.fields.iter().filter(legible);
        let all = system(&BEFORE).chain(own).chain(system(&BEHIND));
        all.cloned().map(Column).collect()
    }

    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    pub(crate) fn head(&self) -> CsvCell {
        CsvCell::Text(self.0.title.clone())
    }

    fn cell(&self, view: &View, labels: &Labels, offset: Offset) -> CsvCell {
        let field = &self.0;
        match field.name.as_str() {
            "status" if field.system => return CsvCell::Text(labels.status(view)),
            "created_at" if field.system => return CsvCell::Text(wall(&moment(view.created_at, offset))),
            "updated_at" if field.system => return CsvCell::Text(wall(&moment(view.updated_at, offset))),
            _ => {}
        }
        if let Some(title) = labels.text(field, view) {
            return CsvCell::Text(title);
        }
        match view.fields.get(&field.name) {
            None | Some(Json::Null) => CsvCell::Empty,
            Some(value) => content(field.ty, value),
        }
    }
}

/// One record.
pub(crate) fn line(columns: &[Column], view: &View, labels: &Labels, offset: Offset) -> Vec<CsvCell> {
    columns.iter().map(|it| it.cell(view, labels, offset)).collect()
}

fn content(ty: FieldType, value: &Json) -> CsvCell {
    match (ty, value) {
        (FieldType::Boolean, Json::Bool(it)) => CsvCell::Text(if *it { "是" } else { "否" }.to_owned()),
        (FieldType::Integer | FieldType::Decimal | FieldType::Money, Json::Number(it)) => CsvCell::Number(it.to_string()),
        (FieldType::Decimal | FieldType::Money, Json::String(it)) => CsvCell::Number(it.clone()),
        (FieldType::DateTime, Json::String(it)) => CsvCell::Text(wall(it)),
        (FieldType::Files, Json::Array(all)) => CsvCell::Number(all.len().to_string()),
        (FieldType::Point, Json::Object(it)) => {
            let part = |key: &str| it.get(key).map(Json::to_string).unwrap_or_default();
            CsvCell::Text(format!("{} {}", part("lon"), part("lat")))
        }
        (_, Json::Array(all)) => {
            let texts: Vec<&str> = all.iter().filter_map(Json::as_str).collect();
            CsvCell::Text(texts.join("、"))
        }
        (_, Json::String(it)) => CsvCell::Text(it.clone()),
        (_, other) => CsvCell::Text(other.to_string()),
    }
}

/// `2026-10-09T09:00:00+08:00` as `2026-10-09 09:00`.
fn wall(text: &str) -> String {
    text.get(..16).unwrap_or(text).replace('T', " ")
}

//! One row of a foreign file: mapped as its import declares, recognised if it is already here, else made and started like any other matter.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use yiwang_model::{FieldType, Import, ImportField};
use yiwang_records::rows::Filter;
use yiwang_records::{Ctx, Writer};
use yiwang_types::{Fault, FieldFault};

use crate::{NewMatter, Processes};

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A new record.
    New,
    /// Already here.
    Unchanged,
}

impl Processes {
    /// Takes one row in. Equal texts are new reports; only the declared keys recognise a row.
    ///
    /// # Errors
    /// `invalid` with every field fault of the row; what the store says.
    pub async fn import_row(&self, ctx: &Ctx, import: &Import, row: &BTreeMap<String, String>) -> Result<Imported, Fault> {
        let fields = mapped(import, row)?;
        if self.known(import, &fields).await? {
            return Ok(Imported::Unchanged);
        }
        let notes = notes_of(import, row, &fields);
        let new = NewMatter {
            fields,
            notes,
            writer: Writer::Kernel,
        };
        self.create(ctx, &import.register, &new).await.map(|_| Imported::New)
    }

    async fn known(&self, import: &Import, fields: &Map<String, Json>) -> Result<bool, Fault> {
        // Compared as stored: normalised.
        let key = |name: &String| match fields.get(name)? {
            Json::String(it) => Some(Filter::eq(name.as_str(), yiwang_types::text::one_line(it))),
            other => Some(Filter::eq(name.as_str(), other.as_i64()?)),
        };
        let keys: Vec<Filter> = import.match_fields.iter().filter_map(key).collect();
        if keys.is_empty() || keys.len() != import.match_fields.len() {
            return Ok(false);
        }
        let found = self
            .records
            .system("import")
            .matching(&import.register, Filter::And(keys), 1)
            .await?;
        Ok(!found.is_empty())
    }
}

/// What the first history entry keeps of a row.
pub fn notes_of(import: &Import, row: &BTreeMap<String, String>, fields: &Map<String, Json>) -> Map<String, Json> {
    let kept = import.history.iter().filter_map(|name| {
        let value = fields
            .get(name)
            .cloned()
            .or_else(|| row.get(name).map(|it| Json::from(it.as_str())));
        value.map(|it| (name.clone(), it))
    });
    kept.chain([("import".to_owned(), Json::from(import.name.as_str()))])
        .collect()
}

/// The row's values as fields of its register.
///
/// # Errors
/// `invalid` with everything that cannot be read, at once.
pub fn mapped(import: &Import, row: &BTreeMap<String, String>) -> Result<Map<String, Json>, Fault> {
    let mut fields = Map::new();
    let mut faults = Vec::new();
    for (name, from) in &import.fields {
        match from {
            ImportField::Value(value) => {
                fields.insert(name.clone(), value.clone());
            }
            ImportField::Column { column, ty } => match row.get(column).map(|it| it.trim()) {
                None => faults.push(FieldFault::new(
                    name.as_str(),
                    "missing-column",
                    format!("文件里没有“{column}”这一列"),
                    "核对表头",
                )),
                Some("") => {}
                Some(text) => match typed(*ty, text) {
                    Some(value) => {
                        fields.insert(name.clone(), value);
                    }
                    None => faults.push(FieldFault::new(
                        name.as_str(),
                        "format",
                        format!("“{text}”不是所需的格式"),
                        "改正这一格",
                    )),
                },
            },
        }
    }
    if faults.is_empty() {
        Ok(fields)
    } else {
        Err(Fault::invalid(faults))
    }
}

fn typed(ty: Option<FieldType>, text: &str) -> Option<Json> {
    match ty {
        Some(FieldType::Integer) => text.parse::<i64>().ok().map(Json::from),
        Some(FieldType::Boolean) => match text {
            "1" | "true" | "是" => Some(Json::from(true)),
            "0" | "false" | "否" => Some(Json::from(false)),
            _ => None,
        },
        _ => Some(Json::from(text)),
    }
}

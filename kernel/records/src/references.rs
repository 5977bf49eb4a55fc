//! What a reference field names must exist.

use std::collections::{BTreeMap, HashSet};

use yiwang_model::{Field, FieldType, FieldValue};
use yiwang_store::{Filter, Scope, Select, Value};
use yiwang_types::{Fault, FieldFault};

use crate::draft::Draft;
use crate::engine::Records;
use crate::faults::fault_of;

impl Records {
    /// A fault for each changed reference whose record is not there; one query a register.
    pub(crate) async fn missing_references(&self, draft: &Draft) -> Result<Vec<FieldFault>, Fault> {
        let mut wanted: BTreeMap<&str, Vec<(&Field, &str)>> = BTreeMap::new();
        for (name, value) in &draft.changes {
            let Some(field) = draft.register.field(name).filter(|it| it.ty == FieldType::Reference) else {
                continue;
            };
            let Some(register) = field.register.as_deref() else { continue };
            let keys: Vec<&str> = match value {
                FieldValue::Text(it) => vec![it],
                FieldValue::List(all) => all.iter().map(String::as_str).collect(),
                _ => vec![],
            };
            wanted
                .entry(register)
                .or_default()
                .extend(keys.into_iter().map(|key| (field, key)));
        }
        let mut faults = Vec::new();
        for (register, wanted) in wanted {
            let found = self.existing(register, &wanted).await?;
            for (field, key) in wanted.iter().filter(|(_, key)| !found.contains(*key)) {
                let message = format!("“{}”中的“{key}”不存在或已删除", field.title);
                faults.push(FieldFault::new(
                    field.name.as_str(),
                    "reference",
                    message,
                    "从列表中选择一条现有的记录",
                ));
            }
        }
        Ok(faults)
    }

    async fn existing(&self, register: &str, wanted: &[(&Field, &str)]) -> Result<HashSet<String>, Fault> {
        if wanted.is_empty() {
            return Ok(HashSet::new());
        }
        let register = self.register(register)?;
        let key = register.key.as_deref().unwrap_or("id");
        let select = Select {
            filter: Filter::within(key, wanted.iter().map(|(_, key)| *key)).and(Filter::is_null("deleted_at")),
            limit: u32::try_from(wanted.len()).unwrap_or(1000),
            ..Select::new(register.name.as_str(), &[key], Scope::All)
        };
        let rows = self.store().select(&select).await.map_err(fault_of)?;
        Ok(rows
            .iter()
            .filter_map(|row| row.first().and_then(Value::as_text).map(str::to_owned))
            .collect())
    }
}

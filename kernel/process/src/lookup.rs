//! `lookup:FIELD`: the record a reference field points to, as a context for the expressions that follow.

use yiwang_feel::Value;
use yiwang_model::FieldValue;
use yiwang_records::Draft;
use yiwang_types::Fault;

use crate::Processes;

impl Processes {
    pub(crate) async fn look_up(&self, draft: &Draft, field: &str) -> Result<Value, Fault> {
        let name = draft.register().field(field).and_then(|it| it.register.clone());
        let register = name.ok_or_else(|| Fault::internal(format!("lookup:{field} needs a reference field")))?;
        let FieldValue::Text(key) = draft.value(field).clone() else {
            return Ok(Value::Null);
        };
        let key_field = self
            .records
            .register(&register)?
            .key
            .clone()
            .unwrap_or_else(|| "id".to_owned());
        let found = self
            .records
            .system("process-lookup")
            .find(&register, &key_field, &key)
            .await?;
        let Some(mut found) = found else { return Ok(Value::Null) };
        // The answer is kept with the instance, in clear: sensitive values stay in their register.
        for field in found.register.fields.iter().filter(|it| it.sensitive.is_some()) {
            found.values.remove(&field.name);
        }
        let model = self.records.model();
        Ok(Value::from(found.context(&model, self.records.offset())))
    }
}

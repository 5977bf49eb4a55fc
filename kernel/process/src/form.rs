//! What an act asks for: a form, a comment. Everything that is wrong is said at once.

use serde_json::{Map, Value as Json};
use yiwang_feel::{Context, Env};
use yiwang_model::{FormInto, Model};
use yiwang_records::{Draft, Records};
use yiwang_types::{Fault, FieldFault};

use crate::act::ActInput;

/// Longest comment in characters.
const MAX_COMMENT: usize = 2000;

/// What is asked.
pub(crate) struct Ask<'a> {
    pub form: Option<&'a str>,
    pub comment_required: bool,
}

/// What was given.
pub(crate) struct Applied {
    /// The form's values as `form.NAME`.
    pub context: Context,
    /// The form's own values, kept in the history.
    pub notes: Map<String, Json>,
    /// Comment with the texts the form adds to it.
    pub comment: Option<String>,
}

/// Checks form and comment and puts the record's part into the draft.
pub(crate) fn apply(
    records: &Records,
    model: &Model,
    draft: &mut Draft,
    ask: &Ask<'_>,
    input: &ActInput,
) -> Result<Applied, Fault> {
    let mut faults = Vec::new();
    let comment = input
        .comment
        .as_deref()
        .map(yiwang_types::text::multi_line)
        .filter(|it| !it.is_empty());
    if ask.comment_required && comment.is_none() {
        faults.push(FieldFault::new("comment", "required", "没有写说明", "写明理由或情况"));
    }
    if comment.as_deref().is_some_and(|it| it.chars().count() > MAX_COMMENT) {
        faults.push(FieldFault::new(
            "comment",
            "max-length",
            format!("说明超过 {MAX_COMMENT} 字"),
            "写短一些,详情放到附件",
        ));
    }
    let form = ask.form.and_then(|name| model.forms.get(name));
    let offset = records.offset();
    let mut applied = Applied {
        context: Context::default(),
        notes: Map::new(),
        comment,
    };
    match form {
        None => faults.extend(
            input
                .form
                .keys()
                .map(|name| FieldFault::new(name.as_str(), "unknown-field", "这一步没有表单", "去掉这一项")),
        ),
        Some(form) => {
            let register = draft.register().clone();
            let existing = draft.values();
            let today = draft.at().date(offset);
            match yiwang_model::validate_form(form, &register, &model.dictionaries, &input.form, &existing, today, offset) {
                Err(more) => faults.extend(more),
                Ok(values) => {
                    for (name, value) in &values.form {
                        applied.context.insert(name.as_str(), value.to_feel(offset));
                    }
                    for field in form.fields.iter().filter(|it| it.into == FormInto::None) {
                        if let Some(value) = values.form.get(&field.name) {
                            applied.notes.insert(field.name.clone(), value.to_json(offset));
                        }
                    }
                    if faults.is_empty() {
                        for (name, value) in values.record {
                            draft.set(&name, value)?;
                        }
                    }
                    let texts = applied.comment.take().into_iter().chain(values.comment).collect::<Vec<_>>();
                    applied.comment = (!texts.is_empty()).then(|| texts.join("\n"));
                }
            }
        }
    }
    if faults.is_empty() {
        Ok(applied)
    } else {
        Err(Fault::invalid(faults))
    }
}

/// The rules of the form over the record as it will be.
pub(crate) fn check_rules(model: &Model, ask: &Ask<'_>, data: &Context, env: &Env) -> Result<(), Fault> {
    let Some(form) = ask.form.and_then(|name| model.forms.get(name)) else {
        return Ok(());
    };
    let faults = yiwang_model::check_rules(&form.rules, data, env);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Fault::invalid(faults))
    }
}

//! A field as a page without scripts asks for it.

use serde::Serialize;
use yiwang_model::{Dictionaries, Field, FieldType};
use yiwang_types::{Date, FieldFault};

use crate::report::check::sentence;
use crate::site::Asked;
use crate::words::t;

/// An input with everything around it.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct FieldView {
    name: String,
    /// `text`, `long`, `tel` or `options`.
    kind: &'static str,
    label: String,
    help: Option<String>,
    example: Option<String>,
    optional: bool,
    value: String,
    /// Most characters.
    max: Option<u32>,
    error: Option<String>,
    options: Vec<OptionView>,
    autocomplete: Option<&'static str>,
}

/// One of several answers.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct OptionView {
    pub(crate) value: String,
    pub(crate) title: String,
    pub(crate) checked: bool,
}

/// What surrounds a field.
pub(crate) struct Around<'a> {
    pub(crate) dictionaries: &'a Dictionaries,
    pub(crate) today: Date,
    pub(crate) faults: &'a [FieldFault],
}

/// Draws a field with what was typed into it.
pub(crate) fn draw(field: &Field, asked: &Asked, required: bool, typed: &str, around: &Around<'_>) -> FieldView {
    let options = options_of(field, asked, typed, around);
    let kind = match field.ty {
        FieldType::Boolean | FieldType::Choice => "options",
        FieldType::LongText => "long",
        FieldType::Phone => "tel",
        _ => "text",
    };
    FieldView {
        name: field.name.clone(),
        kind,
        label: asked.label.clone().unwrap_or_else(|| field.title.clone()),
        help: asked.help.clone(),
        example: asked.example.clone(),
        // A question with an answer chosen beforehand needs no mark.
        optional: !required && !options.iter().any(|it| it.checked),
        value: typed.to_owned(),
        max: field.max,
        error: error_of(&field.name, around.faults),
        options,
        autocomplete: match field.ty {
            FieldType::Phone => Some("tel"),
            FieldType::PersonName => Some("name"),
            _ => None,
        },
    }
}

/// The first thing wrong with a field.
pub(crate) fn error_of(name: &str, faults: &[FieldFault]) -> Option<String> {
    faults.iter().find(|it| it.field == name).map(sentence)
}

fn options_of(field: &Field, asked: &Asked, typed: &str, around: &Around<'_>) -> Vec<OptionView> {
    let option = |value: &str, title: String, checked: bool| OptionView {
        value: value.to_owned(),
        title,
        checked,
    };
    match field.ty {
        FieldType::Boolean => {
            let chosen = match (typed, &field.default) {
                ("true" | "false", _) => typed,
                (_, Some(yiwang_model::FieldValue::Bool(true))) => "true",
                (_, Some(yiwang_model::FieldValue::Bool(false))) => "false",
                _ => "",
            };
            let (yes, no) = (
                asked.yes.as_deref().unwrap_or(t("yes")),
                asked.no.as_deref().unwrap_or(t("no")),
            );
            vec![
                option("true", yes.to_owned(), chosen == "true"),
                option("false", no.to_owned(), chosen == "false"),
            ]
        }
        FieldType::Choice => {
            let entries = field
                .dictionary
                .as_ref()
                .and_then(|it| around.dictionaries.get(it))
                .map(|it| &it.entries);
            let valid = entries.into_iter().flatten().filter(|it| it.valid_on(around.today));
            valid.map(|it| option(&it.code, it.title.clone(), it.code == typed)).collect()
        }
        _ => Vec::new(),
    }
}

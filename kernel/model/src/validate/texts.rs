//! Text and the identifiers written as text.

use serde_json::Value as Json;
use yiwang_types::ident;
use yiwang_types::text::{multi_line, one_line, secret_mark};

use super::normalise::{Problem, wrong_type};
use crate::field::{Field, FieldType};
use crate::value::FieldValue;

pub(super) fn text(field: &Field, json: &Json) -> Result<FieldValue, Problem> {
    let typed = typed(json).ok_or_else(|| wrong_type("文字"))?;
    let text = if field.ty == FieldType::LongText {
        multi_line(&typed)
    } else {
        one_line(&typed)
    };
    if text.is_empty() {
        return Ok(FieldValue::Null);
    }
    refuse_secret(&text)?;
    let length = text.chars().count();
    let most = field.max.map_or(usize::MAX, |it| usize::try_from(it).unwrap_or(usize::MAX));
    if length > most {
        let message = format!("有 {length} 个字,最多 {most} 个");
        return Err(Problem::new("max-length", message, format!("减少 {} 个字", length - most)));
    }
    if field.pattern.as_ref().is_some_and(|it| !it.matches(&text)) {
        let remedy = field.help.clone().unwrap_or_else(|| "按规定的格式填写".to_owned());
        return Err(Problem::new("pattern", "的格式不对", remedy));
    }
    Ok(FieldValue::Text(text))
}

/// Phone, name, identity card and credit code, in the form and with the sentences of `yiwang_types::ident`.
pub(super) fn identifier(field: &Field, json: &Json) -> Result<FieldValue, Problem> {
    let typed = typed(json).ok_or_else(|| wrong_type("文字"))?;
    let text = one_line(&typed);
    if text.is_empty() {
        return Ok(FieldValue::Null);
    }
    let checked = match field.ty {
        FieldType::Phone => ident::phone(&text),
        FieldType::PersonName => ident::person_name(&text),
        FieldType::CitizenId => ident::citizen_id(&text),
        _ => ident::uscc(&text),
    };
    checked
        .map(FieldValue::Text)
        .map_err(|why| Problem::new("format", format!("不对:{why}"), "核对后重新填写"))
}

pub(super) fn refuse_secret(text: &str) -> Result<(), Problem> {
    if secret_mark(text) {
        return Err(Problem::new(
            "secret-level",
            "带有密级标志,本系统不处理涉密内容",
            "删去涉密内容,线下办理",
        ));
    }
    Ok(())
}

/// A text, or a number that a program sent for a text field.
fn typed(json: &Json) -> Option<String> {
    match json {
        Json::String(it) => Some(it.clone()),
        Json::Number(it) if it.is_i64() || it.is_u64() => Some(it.to_string()),
        _ => None,
    }
}

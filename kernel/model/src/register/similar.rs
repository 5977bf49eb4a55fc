//! `similar:` of a register: by which fields records about the same thing are found.

use super::Similar;
use super::parse::report_missing;
use crate::field::{Field, FieldType};
use crate::sink::Sink;
use crate::yaml::Node;

/// The fields must be there and of the right type; those that are looked up by become indexed.
pub(super) fn read_similar(sink: &mut Sink<'_>, node: &Node, fields: &mut [Field]) -> Option<Similar> {
    let at = node.get("similar")?;
    let mut named = |part: &str, fits: &dyn Fn(&Field) -> bool, wanted: &str, looked_up: bool| {
        let named = at.get(part)?;
        let name = named.text()?;
        match fields.iter_mut().find(|it| it.name == name) {
            Some(it) if fits(it) && !it.many => {
                it.index |= looked_up;
                return Some(name.to_owned());
            }
            Some(_) => {
                let message = format!("`similar` 指的字段 `{name}` 应是{wanted}");
                sink.error("wrong-type", named.mark, message, "换一个字段,或改字段的类型");
            }
            None => report_missing(sink, named, fields),
        }
        None
    };
    let open = |ty: FieldType| move |it: &Field| it.ty == ty && it.sensitive.is_none();
    let words = |it: &Field| matches!(it.ty, FieldType::Text | FieldType::LongText) && it.sensitive.is_none();
    let phone = |it: &Field| it.ty == FieldType::Phone && it.sensitive.is_some();
    Some(Similar {
        point: named("point", &open(FieldType::Point), "不敏感的 point", true),
        time: named("time", &open(FieldType::DateTime), "不敏感的 datetime", true),
        phone: named("phone", &phone, "敏感的 phone", false),
        class: named("class", &open(FieldType::Choice), "不敏感的单个 choice", false),
        title: named("title", &open(FieldType::Text), "不敏感的 text", true),
        text: named("text", &words, "不敏感的 text 或 long_text", false),
    })
}

//! What a place may do to a register: add optional fields and rules, and tighten fields. Never weaken.

use crate::field::{Field, FieldType, Mask};
use crate::load::names;
use crate::read;
use crate::register::{Register, check_columns, read_fields};
use crate::rule::{self, Rule};
use crate::sink::Sink;
use crate::suggest;
use crate::yaml::Node;
use yiwang_types::Decimal;

/// `registers/NAME.yaml` of an overlay.
#[derive(Clone, Debug)]
pub(crate) struct Extension {
    pub(crate) register: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) rules: Vec<Rule>,
}

pub(crate) fn read(sink: &mut Sink<'_>, node: &Node) -> Option<Extension> {
    let nodes = read::items(node, "fields");
    let fields = read_fields(sink, nodes);
    for it in nodes
        .iter()
        .filter_map(|it| it.get("required"))
        .filter(|it| it.boolean() == Some(true))
    {
        sink.error(
            "not-allowed",
            it.mark,
            "地方增加的字段不能必填",
            "删去 `required`;要必填就在本地表单里要求",
        );
    }
    Some(Extension {
        register: read::text(node, "extend")?,
        fields,
        rules: rule::read_all(node, "rules"),
    })
}

/// The register as the place has it; every mistake and every weakening is reported.
pub(crate) fn apply(sink: &mut Sink<'_>, node: &Node, extension: &Extension, base: &Register) -> Register {
    let mut register = base.clone();
    for (it, field) in read::items(node, "fields").iter().zip(&extension.fields) {
        if base.field(&field.name).is_some() {
            let message = format!("登记簿 `{}` 已有字段 `{}`", base.name, field.name);
            sink.error("duplicate", it.mark, message, "换一个名称;要加严就写在 `tighten` 里");
        } else {
            register.fields.push(field.clone());
        }
    }
    check_columns(sink, node, &register.fields);
    for it in read::items(node, "tighten") {
        let Some(at) = it.get("field") else { continue };
        let name = at.text().unwrap_or_default();
        match register.fields.iter_mut().find(|it| it.name == name) {
            Some(field) => tighten(sink, it, field),
            None => {
                let remedy = suggest::remedy(name, base.fields.iter().map(|it| it.name.as_str()));
                sink.error(
                    "missing-reference",
                    at.mark,
                    format!("登记簿 `{}` 没有字段 `{name}`", base.name),
                    remedy,
                );
            }
        }
    }
    for at in read::items(node, "rules").iter().filter_map(|it| it.get("field")) {
        let name = at.text().unwrap_or_default();
        if register.any_field(name).is_none() {
            let remedy = suggest::remedy(name, register.fields.iter().map(|it| it.name.as_str()));
            sink.error(
                "missing-reference",
                at.mark,
                format!("登记簿 `{}` 没有字段 `{name}`", base.name),
                remedy,
            );
        }
    }
    names::check_rules(sink, node, &register, &[], names::RECORD);
    register.rules.extend(extension.rules.iter().cloned());
    register
}

fn tighten(sink: &mut Sink<'_>, node: &Node, field: &mut Field) {
    if let Some(it) = read::text(node, "title") {
        field.title = it;
    }
    field.help = read::text(node, "help").or(field.help.take());
    if let Some(it) = node.get("required") {
        let wanted = it.boolean().unwrap_or(false);
        if field.required && !wanted {
            weakens(sink, it, field, "取消必填");
        } else if wanted && field.computed {
            sink.error(
                "contradiction",
                it.mark,
                format!("字段 `{}` 由系统填写,不能必填", field.name),
                "删去 `required`",
            );
        }
        field.required |= wanted;
    }
    tighten_length(sink, node, field);
    tighten_range(sink, node, field);
    tighten_mask(sink, node, field);
}

fn tighten_length(sink: &mut Sink<'_>, node: &Node, field: &mut Field) {
    if let Some(it) = node.get("max") {
        match (field.max, it.integer().and_then(|it| u32::try_from(it).ok())) {
            (Some(old), Some(new)) if new <= old => field.max = Some(new),
            (Some(_), Some(_)) => weakens(sink, it, field, "放宽 `max`"),
            _ => unfit(sink, it, field, "max"),
        }
    }
    if let Some(it) = node.get("max_count") {
        match it.integer().and_then(|it| u32::try_from(it).ok()) {
            Some(new) if field.ty == FieldType::Files && new <= field.max_count => field.max_count = new,
            Some(_) if field.ty == FieldType::Files => weakens(sink, it, field, "放宽 `max_count`"),
            _ => unfit(sink, it, field, "max_count"),
        }
    }
}

fn tighten_range(sink: &mut Sink<'_>, node: &Node, field: &mut Field) {
    let numeric = matches!(field.ty, FieldType::Integer | FieldType::Decimal | FieldType::Money);
    for (key, is_min) in [("min", true), ("max_value", false)] {
        let Some(it) = node.get(key) else { continue };
        let new = it.number().and_then(Decimal::parse).and_then(|it| it.to_scaled(field.scale));
        let (Some(new), true) = (new, numeric) else {
            unfit(sink, it, field, key);
            continue;
        };
        let old = if is_min { field.min } else { field.max_value };
        if old.is_some_and(|old| if is_min { new < old } else { new > old }) {
            weakens(sink, it, field, &format!("放宽 `{key}`"));
        } else if is_min {
            field.min = Some(new);
        } else {
            field.max_value = Some(new);
        }
    }
}

fn tighten_mask(sink: &mut Sink<'_>, node: &Node, field: &mut Field) {
    if let Some(it) = node.get("sensitive") {
        match (field.sensitive, it.boolean().unwrap_or(false)) {
            (Some(_), false) => weakens(sink, it, field, "取消敏感"),
            (None, true)
                if matches!(
                    field.ty,
                    FieldType::Text | FieldType::LongText | FieldType::Phone | FieldType::PersonName
                ) =>
            {
                field.sensitive = Some(Mask::All);
            }
            (None, true) => unfit(sink, it, field, "sensitive"),
            _ => {}
        }
    }
    let Some(it) = node.get("mask") else { return };
    let wanted = it.text().and_then(Mask::parse);
    match field.sensitive {
        None => unfit(sink, it, field, "mask"),
        old if wanted == Some(Mask::All) || wanted == old => field.sensitive = wanted,
        Some(_) => weakens(sink, it, field, "换成别的脱敏办法"),
    }
}

fn weakens(sink: &mut Sink<'_>, at: &Node, field: &Field, what: &str) {
    let message = format!("地方配置不能{what}(字段 `{}`)", field.name);
    sink.error("weakened", at.mark, message, "地方只能加严;删去这一项,或改应用本身");
}

fn unfit(sink: &mut Sink<'_>, at: &Node, field: &Field, key: &str) {
    let message = format!("类型 `{}` 的字段 `{}` 没有 `{key}`", field.ty.as_str(), field.name);
    sink.error("option-unfit", at.mark, message, "删去这一项");
}

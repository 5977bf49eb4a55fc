//! Reads a register file and checks that its parts name each other rightly.

use std::collections::BTreeMap;

use super::similar::read_similar;
use super::{Place, Register, read_field, system_fields};
use crate::field::{Field, FieldType};
use crate::number::{NumberAt, NumberPattern, NumberRule};
use crate::read;
use crate::rule;
use crate::sink::Sink;
use crate::suggest;
use crate::yaml::Node;

/// Whether the package that holds the file is the kernel's own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Kernel,
    App,
}

pub(crate) fn read(sink: &mut Sink<'_>, app: &str, owner: Owner, node: &Node) -> Option<Register> {
    let name = read::text(node, "register")?;
    let mut fields = read_fields(sink, read::items(node, "fields"));
    add_division(sink, node, &mut fields);
    let numbers = read_numbers(sink, node, &mut fields);
    let progress_code = read_progress_code(sink, node, &mut fields);
    let key = read_key(sink, node, &mut fields);
    let similar = read_similar(sink, node, &mut fields);
    report_system(sink, owner, node);
    report_names(sink, node, &fields);
    let mut unique = name_lists(node, "unique");
    let single = numbers.iter().map(|it| &it.field).chain(&progress_code).chain(&key);
    let single: Vec<Vec<String>> = single.map(|it| vec![it.clone()]).filter(|it| !unique.contains(it)).collect();
    unique.extend(single);
    let label = read::text(node, "label").or_else(|| fields.first().map(|it| it.name.clone()));
    Some(Register {
        name,
        app: app.to_owned(),
        title: read::text(node, "title").unwrap_or_default(),
        label: label.unwrap_or_default(),
        process: read::text(node, "process"),
        system: read::flag(node, "system"),
        key,
        numbers,
        progress_code,
        division: read::text(node, "division"),
        place: read_place(sink, node, &fields),
        similar,
        fields,
        unique,
        indexes: name_lists(node, "indexes"),
        rules: rule::read_all(node, "rules"),
        file: sink.file().to_owned(),
    })
}

/// Fields of a register or those an overlay adds; reports repeated and system names.
pub(crate) fn read_fields(sink: &mut Sink<'_>, nodes: &[Node]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for node in nodes {
        let Some(field) = read_field(sink, node) else { continue };
        let mark = node.get("name").map_or(node.mark, |it| it.mark);
        if fields.iter().any(|it| it.name == field.name) {
            sink.error("duplicate", mark, format!("字段 `{}` 写了两次", field.name), "只留一处");
            continue;
        }
        if field.name != "division" && system_fields().iter().any(|it| it.name == field.name) {
            let message = format!("`{}` 是每个登记簿都有的系统列", field.name);
            sink.error("reserved-name", mark, message, "删去这个字段,或换一个名称");
        }
        fields.push(field);
    }
    fields
}

/// Reports columns that two fields would share, such as `a_x` of a point `a` and a field `a_x`.
pub(crate) fn check_columns(sink: &mut Sink<'_>, node: &Node, fields: &[Field]) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for field in fields {
        for column in field.columns() {
            if let Some(other) = seen.insert(column.name.clone(), &field.name) {
                let message = format!("字段 `{}` 与 `{other}` 都要用列 `{}`", field.name, column.name);
                sink.error("duplicate", node.mark, message, "给其中一个字段换名称");
            }
        }
    }
}

fn add_division(sink: &mut Sink<'_>, node: &Node, fields: &mut Vec<Field>) {
    let Some(at) = node.get("division") else {
        if let Some(it) = fields.iter().find(|it| it.name == "division") {
            let message = format!("字段 `{}` 是系统列的名称", it.name);
            sink.error(
                "reserved-name",
                node.mark,
                message,
                "补上 `division: division`,或给字段换名称",
            );
        }
        return;
    };
    let name = at.text().unwrap_or_default();
    match fields.iter_mut().find(|it| it.name == name) {
        Some(it) => {
            it.index = true;
            let itself =
                read::text(node, "register").as_deref() == Some("division") && read::text(node, "key").as_deref() == Some(name);
            let refers = it.ty == FieldType::Reference && it.register.as_deref() == Some("division") && !it.many;
            if !refers && !itself {
                let message = format!("`division` 指的字段 `{name}` 不是对 division 的单个引用");
                sink.error("wrong-type", at.mark, message, "改为 {type: reference, register: division}");
            }
        }
        None if name == "division" => {
            let mut field = Field::new("division", "所属区划", FieldType::Reference);
            field.register = Some("division".to_owned());
            field.index = true;
            fields.push(field);
        }
        None => report_missing(sink, at, fields),
    }
}

fn read_numbers(sink: &mut Sink<'_>, node: &Node, fields: &mut [Field]) -> Vec<NumberRule> {
    let mut numbers: Vec<NumberRule> = Vec::new();
    for it in read::items(node, "numbers") {
        let (Some(field), Some(pattern)) = (it.get("field"), it.get("pattern")) else {
            continue;
        };
        mark_given(sink, field, fields);
        let parsed = match NumberPattern::parse(pattern.text().unwrap_or_default()) {
            Ok(it) => it,
            Err(why) => {
                sink.error(
                    "bad-pattern",
                    pattern.mark,
                    format!("编号样式不对:{why}"),
                    "如 SB{yyyyMMdd}{seq:5}",
                );
                continue;
            }
        };
        let at = if read::text(it, "at").as_deref() == Some("act") {
            NumberAt::Act
        } else {
            NumberAt::Create
        };
        let gapless = read::flag(it, "gapless");
        if gapless && at == NumberAt::Create {
            sink.error(
                "contradiction",
                it.mark,
                "不断号的编号不能在新建时给",
                "写 `at: act`,由办理动作给号",
            );
        }
        let field = field.text().unwrap_or_default().to_owned();
        if numbers.iter().any(|it| it.field == field) {
            sink.error("duplicate", it.mark, format!("字段 `{field}` 有两条编号规则"), "只留一条");
        }
        numbers.push(NumberRule {
            field,
            pattern: parsed,
            at,
            gapless,
        });
    }
    numbers
}

fn read_progress_code(sink: &mut Sink<'_>, node: &Node, fields: &mut [Field]) -> Option<String> {
    let at = node.get("progress_code")?;
    mark_given(sink, at, fields);
    at.text().map(str::to_owned)
}

/// A field that the system fills: must be plain text, becomes computed.
fn mark_given(sink: &mut Sink<'_>, at: &Node, fields: &mut [Field]) {
    let name = at.text().unwrap_or_default();
    match fields.iter_mut().find(|it| it.name == name) {
        Some(it) => {
            it.computed = true;
            if it.ty != FieldType::Text || it.sensitive.is_some() || it.required {
                let message = format!("字段 `{name}` 由系统给号,应是不敏感、不必填的 text");
                sink.error("wrong-type", at.mark, message, "改字段的类型,删去 required 和 sensitive");
            }
        }
        None => report_missing(sink, at, fields),
    }
}

/// The fields that follow from a point; each must be there and able to hold a code.
fn read_place(sink: &mut Sink<'_>, node: &Node, fields: &[Field]) -> Option<Place> {
    let at = node.get("place")?;
    let mut named = |part: &str, types: &[FieldType], wanted: &str| {
        let named = at.get(part)?;
        let name = named.text()?;
        match fields.iter().find(|it| it.name == name) {
            Some(it) if types.contains(&it.ty) && !it.many && it.sensitive.is_none() => Some(name.to_owned()),
            Some(_) => {
                let message = format!("`place` 指的字段 `{name}` 应是{wanted}");
                sink.error("wrong-type", named.mark, message, "换一个字段,或改字段的类型");
                None
            }
            None => {
                report_missing(sink, named, fields);
                None
            }
        }
    };
    let codes = [FieldType::Text, FieldType::Reference];
    let point = named("point", &[FieldType::Point], "不敏感的 point");
    let cell = named("cell", &codes, "不敏感的单个 text 或 reference");
    let division = named("division", &codes, "不敏感的单个 text 或 reference");
    let duty_grid = named("duty_grid", &codes, "不敏感的单个 text 或 reference");
    Some(Place {
        point: point?,
        cell,
        division,
        duty_grid,
    })
}

fn read_key(sink: &mut Sink<'_>, node: &Node, fields: &mut [Field]) -> Option<String> {
    let at = node.get("key")?;
    let name = at.text()?;
    match fields.iter_mut().find(|it| it.name == name) {
        Some(it) if it.ty == FieldType::Text && it.sensitive.is_none() => it.required = !it.computed,
        Some(_) => {
            sink.error(
                "wrong-type",
                at.mark,
                format!("`key` 指的字段 `{name}` 应是不敏感的 text"),
                "换一个字段",
            );
        }
        None => report_missing(sink, at, fields),
    }
    Some(name.to_owned())
}

fn report_system(sink: &mut Sink<'_>, owner: Owner, node: &Node) {
    let Some(at) = node.get("system") else { return };
    if owner == Owner::App && at.boolean() == Some(true) {
        sink.error("not-allowed", at.mark, "`system: true` 只用于内核自己的登记簿", "删去这一行");
    }
}

/// Reports names of fields that are not there, in `label`, `unique`, `indexes` and `rules`.
fn report_names(sink: &mut Sink<'_>, node: &Node, fields: &[Field]) {
    if fields.is_empty() {
        return sink.error("empty-value", node.mark, "登记簿没有字段", "在 `fields` 里写字段");
    }
    check_columns(sink, node, fields);
    let rules = read::items(node, "rules").iter().filter_map(|it| it.get("field"));
    let lists = read::items(node, "unique").iter().chain(read::items(node, "indexes"));
    let named = lists
        .flat_map(|it| it.list().unwrap_or_default())
        .chain(rules)
        .chain(node.get("label"));
    for at in named {
        let Some(name) = at.text() else { continue };
        let known = fields.iter().any(|it| it.name == name) || system_fields().iter().any(|it| it.name == name);
        if !known {
            report_missing(sink, at, fields);
        }
    }
    for at in read::items(node, "unique").iter().chain(read::items(node, "indexes")) {
        if at.list().is_some_and(<[Node]>::is_empty) {
            sink.error("empty-value", at.mark, "这一组没有字段", "写上字段,或删去这一组");
        }
    }
}

pub(super) fn report_missing(sink: &mut Sink<'_>, at: &Node, fields: &[Field]) {
    let name = at.text().unwrap_or_default();
    let remedy = suggest::remedy(name, fields.iter().map(|it| it.name.as_str()));
    sink.error("missing-reference", at.mark, format!("登记簿里没有字段 `{name}`"), remedy);
}

fn name_lists(node: &Node, key: &str) -> Vec<Vec<String>> {
    let names = |it: &Node| {
        it.list()
            .unwrap_or_default()
            .iter()
            .filter_map(|it| it.text().map(str::to_owned))
            .collect()
    };
    read::items(node, key).iter().map(names).collect()
}

//! Reads one field and checks that its options suit its type.

use yiwang_types::Decimal;

use crate::field::{Field, FieldType, FileKind, Mask};
use crate::pattern::Pattern;
use crate::read;
use crate::sink::Sink;
use crate::validate::normalise;
use crate::yaml::Node;

/// Options that only some types know.
const OPTIONS: &[(&str, &[FieldType])] = &[
    ("max", &[FieldType::Text, FieldType::LongText]),
    ("pattern", &[FieldType::Text]),
    ("min", &[FieldType::Integer, FieldType::Decimal, FieldType::Money]),
    ("max_value", &[FieldType::Integer, FieldType::Decimal, FieldType::Money]),
    ("scale", &[FieldType::Decimal]),
    ("dictionary", &[FieldType::Choice]),
    ("narrowed_by", &[FieldType::Choice]),
    ("parts", &[FieldType::Json]),
    ("register", &[FieldType::Reference]),
    ("many", &[FieldType::Choice, FieldType::Reference]),
    ("sensitive", SENSITIVE),
    ("mask", SENSITIVE),
    ("kinds", &[FieldType::Files]),
    ("max_count", &[FieldType::Files]),
];
const SENSITIVE: &[FieldType] = &[
    FieldType::Text,
    FieldType::LongText,
    FieldType::Phone,
    FieldType::PersonName,
    FieldType::CitizenId,
    FieldType::Uscc,
];
const NOT_INDEXED: &[FieldType] = &[FieldType::LongText, FieldType::Area, FieldType::Files, FieldType::Json];

/// Reads a field whose name, title and type are given; `None` without a name or known type.
pub(crate) fn read_field(sink: &mut Sink<'_>, node: &Node) -> Option<Field> {
    let ty = FieldType::from_word(&read::text(node, "type")?)?;
    let mut field = Field::new(read::text(node, "name")?, read::text(node, "title").unwrap_or_default(), ty);
    report_unsuitable(sink, node, &field);
    field.required = read::flag(node, "required");
    field.computed = read::flag(node, "computed");
    field.index = read::flag(node, "index");
    field.many |= read::flag(node, "many");
    field.help = read::text(node, "help");
    field.register = read::text(node, "register");
    field.dictionary = read::text(node, "dictionary");
    field.narrowed_by = read::text(node, "narrowed_by");
    field.parts = parts_of(node);
    field.max = unsigned(node, "max").or(field.max);
    field.max_count = unsigned(node, "max_count").unwrap_or(field.max_count);
    field.scale = unsigned(node, "scale").unwrap_or(field.scale);
    field.kinds = read::texts(node, "kinds")
        .iter()
        .filter_map(|it| FileKind::from_word(it))
        .collect();
    field.sensitive = read::flag(node, "sensitive").then(|| mask_of(node, ty));
    field.pattern = read_pattern(sink, node);
    field.min = scaled(sink, node, "min", field.scale);
    field.max_value = scaled(sink, node, "max_value", field.scale);
    report_contradictions(sink, node, &field);
    read_default(sink, node, &mut field);
    Some(field)
}

fn parts_of(node: &Node) -> Vec<(String, String)> {
    let parts = node.get("parts").and_then(Node::map).unwrap_or_default();
    parts
        .iter()
        .filter_map(|(key, it)| Some((key.text.clone(), it.text()?.to_owned())))
        .collect()
}

fn report_unsuitable(sink: &mut Sink<'_>, node: &Node, field: &Field) {
    let word = field.ty.as_str();
    for (option, types) in OPTIONS {
        let Some(it) = node.get(option).filter(|_| !types.contains(&field.ty)) else {
            continue;
        };
        let suited: Vec<&str> = types.iter().map(|it| it.as_str()).collect();
        let message = format!("类型 `{word}` 的字段 `{}` 不能写 `{option}`", field.name);
        sink.error(
            "option-unfit",
            it.mark,
            message,
            format!("删去;`{option}` 只用于 {}", suited.join("、")),
        );
    }
    let needed = match field.ty {
        FieldType::Choice => Some("dictionary"),
        FieldType::Reference => Some("register"),
        _ => None,
    };
    if let Some(key) = needed.filter(|it| node.get(it).is_none()) {
        let message = format!("类型 `{word}` 的字段 `{}` 缺少 `{key}`", field.name);
        sink.error("missing-key", node.mark, message, format!("补上 `{key}`"));
    }
}

fn report_contradictions(sink: &mut Sink<'_>, node: &Node, field: &Field) {
    let name = &field.name;
    if field.index && NOT_INDEXED.contains(&field.ty) {
        sink.error(
            "option-unfit",
            node.mark,
            format!("字段 `{name}` 的类型不能建索引"),
            "删去 `index`",
        );
    }
    if field.required && field.computed {
        let message = format!("字段 `{name}` 由系统填写,不能要求新建时必填");
        sink.error("contradiction", node.mark, message, "删去 `required` 或 `computed`");
    }
    if let Some(it) = node.get("mask").filter(|_| field.sensitive.is_none()) {
        sink.error(
            "contradiction",
            it.mark,
            format!("字段 `{name}` 写了 `mask` 但不敏感"),
            "补上 `sensitive: true` 或删去 `mask`",
        );
    }
    if let (Some(min), Some(max)) = (field.min, field.max_value)
        && min > max
    {
        sink.error(
            "contradiction",
            node.mark,
            format!("字段 `{name}` 的 `min` 大于 `max_value`"),
            "改正其中一个",
        );
    }
    if field.ty == FieldType::CitizenId && field.sensitive.is_none() {
        sink.warning(
            "not-sensitive",
            node.mark,
            format!("身份证号字段 `{name}` 没有标为敏感"),
            "补上 `sensitive: true`",
        );
    }
}

fn mask_of(node: &Node, ty: FieldType) -> Mask {
    let declared = read::text(node, "mask").and_then(|it| Mask::parse(&it));
    declared.unwrap_or(match ty {
        FieldType::Phone => Mask::Phone,
        FieldType::PersonName => Mask::PersonName,
        FieldType::CitizenId => Mask::CitizenId,
        _ => Mask::All,
    })
}

fn read_pattern(sink: &mut Sink<'_>, node: &Node) -> Option<Pattern> {
    let at = node.get("pattern")?;
    match Pattern::parse(at.text()?) {
        Ok(it) => Some(it),
        Err(why) => {
            sink.error(
                "bad-pattern",
                at.mark,
                format!("正则表达式读不懂({why})"),
                "改正括号、转义和次数",
            );
            None
        }
    }
}

fn read_default(sink: &mut Sink<'_>, node: &Node, field: &mut Field) {
    let Some(at) = node.get("default") else { return };
    match normalise(field, &read::json_for(at, field.ty)) {
        Ok(it) => field.default = Some(it),
        Err(it) => sink.error(
            "bad-default",
            at.mark,
            format!("`default` 不合字段的类型:{}", it.message),
            it.remedy,
        ),
    }
}

fn unsigned(node: &Node, key: &str) -> Option<u32> {
    node.get(key).and_then(Node::integer).and_then(|it| u32::try_from(it).ok())
}

fn scaled(sink: &mut Sink<'_>, node: &Node, key: &str, scale: u32) -> Option<i64> {
    let at = node.get(key)?;
    let value = Decimal::parse(at.number()?)?.to_scaled(scale);
    if value.is_none() {
        sink.error(
            "wrong-type",
            at.mark,
            format!("`{key}` 的小数超过 {scale} 位或数字太大"),
            "改成字段能保存的数",
        );
    }
    value
}

//! Compares a file with its table and reports everything that differs.

use yiwang_types::Date;

use super::{Key, Shape};
use crate::expression;
use crate::sink::Sink;
use crate::suggest;
use crate::words::dead_words;
use crate::yaml::{KeyText, Mark, Node};

/// Reports every place where `node`, the value of `what`, does not look like `shape`.
pub(crate) fn check(sink: &mut Sink<'_>, what: &str, node: &Node, shape: &Shape) {
    match shape {
        Shape::Format => check_format(sink, node),
        Shape::Object(tables) => check_object(sink, what, node, tables),
        Shape::List(inner) => check_list(sink, what, node, inner),
        Shape::OneOrMany(inner) => match node.list() {
            Some(_) => check_list(sink, what, node, inner),
            None => check(sink, what, node, inner),
        },
        Shape::Map(inner) => check_map(sink, what, node, inner),
        Shape::Any => {}
        _ => check_scalar(sink, what, node, shape),
    }
}

/// Reports a name that breaks the rule for names.
fn check_name(sink: &mut Sink<'_>, what: &str, mark: Mark, name: &str) {
    let mut letters = name.bytes();
    let begins = letters.next().is_some_and(|it| it.is_ascii_lowercase());
    let goes_on = letters.all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
    if !begins || !goes_on || name.len() > 40 {
        let message = format!("`{what}` 的名称 “{}” 不合规则", short(name));
        sink.error(
            "bad-name",
            mark,
            message,
            "以小写字母开头,只用小写字母、数字和下划线,最多 40 个字符",
        );
    } else if name.starts_with("yw_") {
        sink.error(
            "reserved-name",
            mark,
            format!("名称 “{name}” 以 yw_ 开头"),
            "yw_ 留给系统,换一个开头",
        );
    }
}

fn check_format(sink: &mut Sink<'_>, node: &Node) {
    if node.integer() != Some(1) {
        sink.error("bad-format", node.mark, "`format` 应为 1", "写成 `format: 1`");
    }
}

fn check_object(sink: &mut Sink<'_>, what: &str, node: &Node, tables: &[&[Key]]) {
    let Some(entries) = node.map() else {
        return wrong_type(sink, what, node, "若干 `键: 值`");
    };
    let keys = || tables.iter().flat_map(|it| it.iter());
    report_duplicates(sink, entries);
    for (key, value) in entries {
        match keys().find(|it| it.name == key.text) {
            Some(known) if value.is_null() && !matches!(known.shape, Shape::Any) => {
                if !known.required {
                    sink.error(
                        "empty-value",
                        key.mark,
                        format!("`{}` 后面没有值", key.text),
                        "填写值,或删去这一行",
                    );
                }
            }
            Some(known) => check(sink, known.name, value, &known.shape),
            None => {
                let near = suggest::remedy(&key.text, keys().map(|it| it.name));
                let remedy = if value.is_null() {
                    "如果这是一句话里逗号后面的部分,给整句加上引号".to_owned()
                } else {
                    near
                };
                sink.error(
                    "unknown-key",
                    key.mark,
                    format!("`{what}` 里没有 `{}` 这个键", short(&key.text)),
                    remedy,
                );
            }
        }
    }
    for it in keys().filter(|it| it.required && node.get(it.name).is_none()) {
        sink.error(
            "missing-key",
            node.mark,
            format!("`{what}` 缺少 `{}`", it.name),
            format!("补上 `{}`:{}", it.name, it.help),
        );
    }
}

fn report_duplicates(sink: &mut Sink<'_>, entries: &[(KeyText, Node)]) {
    let mut seen = std::collections::BTreeSet::new();
    for (key, _) in entries {
        if !seen.insert(key.text.as_str()) {
            sink.error(
                "duplicate-key",
                key.mark,
                format!("`{}` 写了两次", short(&key.text)),
                "只留一处",
            );
        }
    }
}

fn check_list(sink: &mut Sink<'_>, what: &str, node: &Node, inner: &Shape) {
    match node.list() {
        Some(items) => items.iter().for_each(|it| check(sink, what, it, inner)),
        None => wrong_type(sink, what, node, "列表"),
    }
}

fn check_map(sink: &mut Sink<'_>, what: &str, node: &Node, inner: &Shape) {
    let Some(entries) = node.map() else {
        return wrong_type(sink, what, node, "若干 `键: 值`");
    };
    report_duplicates(sink, entries);
    for (key, value) in entries {
        check(sink, &key.text, value, inner);
    }
}

fn check_scalar(sink: &mut Sink<'_>, what: &str, node: &Node, shape: &Shape) {
    let Some(text) = node.text() else {
        return wrong_type(sink, what, node, expected(shape));
    };
    let fits = match shape {
        Shape::Bool => node.boolean().is_some(),
        Shape::Integer(low, high) => node.integer().is_some_and(|it| (*low..=*high).contains(&it)),
        Shape::Number => node.number().is_some(),
        Shape::Date => Date::parse(text).is_some(),
        Shape::Name => return check_name(sink, what, node.mark, text),
        Shape::RoleName => return check_name(sink, what, node.mark, text.strip_prefix("job:").unwrap_or(text)),
        Shape::Text(max) => return check_text(sink, what, node, text, *max),
        Shape::Code(max) => return check_length(sink, what, node, text, *max),
        // No condition holds for every record.
        Shape::Cql if text.trim().is_empty() => true,
        Shape::Cql => return check_length(sink, what, node, text, 4000),
        Shape::Feel => return expression::check(sink, node),
        Shape::Choice(words) => return check_choice(sink, what, node, text, words),
        Shape::Scope => return check_scope(sink, node, text),
        _ => true,
    };
    if !fits {
        if let Shape::Integer(low, high) = shape {
            return wrong_type(sink, what, node, &format!("{low} 到 {high} 之间的整数"));
        }
        wrong_type(sink, what, node, expected(shape));
    }
}

fn check_text(sink: &mut Sink<'_>, what: &str, node: &Node, text: &str, max: usize) {
    check_length(sink, what, node, text, max);
    for it in dead_words(text) {
        let message = format!("“{}” 已不再使用", it.word);
        sink.warning("dead-word", node.mark, message, format!("改为:{}", it.instead));
    }
}

fn check_length(sink: &mut Sink<'_>, what: &str, node: &Node, text: &str, max: usize) {
    let length = text.chars().count();
    if text.trim().is_empty() {
        sink.error("empty-value", node.mark, format!("`{what}` 是空的"), "填写内容,或删去这一行");
    } else if length > max {
        let message = format!("`{what}` 有 {length} 个字符,最多 {max} 个");
        sink.error("too-long", node.mark, message, "写短一些");
    }
}

fn check_choice(sink: &mut Sink<'_>, what: &str, node: &Node, text: &str, words: &'static [&'static str]) {
    if !words.contains(&text) {
        let remedy = suggest::remedy(text, words.iter().copied());
        sink.error(
            "unknown-word",
            node.mark,
            format!("`{what}` 不能是 “{}”", short(text)),
            remedy,
        );
    }
}

fn check_scope(sink: &mut Sink<'_>, node: &Node, text: &str) {
    const WORDS: [&str; 6] = ["all", "division", "participant", "none", "department:字段", "own:字段"];
    match text.split_once(':') {
        Some(("department" | "own", field)) => check_name(sink, "scope", node.mark, field.trim()),
        None if matches!(text, "all" | "division" | "participant" | "none") => {}
        _ => {
            let remedy = suggest::remedy(text, WORDS);
            sink.error("unknown-word", node.mark, format!("`scope` 不能是 “{}”", short(text)), remedy);
        }
    }
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Bool => "true 或 false",
        Shape::Integer(..) => "整数",
        Shape::Number => "数字",
        Shape::Date => "日期,如 2026-10-09",
        _ => "一段文字",
    }
}

fn wrong_type(sink: &mut Sink<'_>, what: &str, node: &Node, expected: &str) {
    let found = match (node.text(), node.list()) {
        (Some(text), _) => format!("“{}”", short(text)),
        (None, Some(_)) => "一个列表".to_owned(),
        (None, None) if node.is_null() => "空".to_owned(),
        (None, None) => "若干 `键: 值`".to_owned(),
    };
    let message = format!("`{what}` 应为{expected},现在是{found}");
    sink.error("wrong-type", node.mark, message, format!("改成{expected}"));
}

/// The beginning of a text, for a message.
fn short(text: &str) -> String {
    let mut it: String = text.chars().take(40).collect();
    if it.len() < text.len() {
        it.push('…');
    }
    it
}

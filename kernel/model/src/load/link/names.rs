//! Checks that the names in conditions are there: a mistyped field would silently be null.

use crate::expression;
use crate::field::Field;
use crate::read;
use crate::register::Register;
use crate::sink::Sink;
use crate::suggest;
use crate::yaml::Node;

/// What a rule of a register and `reveal_when` see.
pub(crate) const RECORD: &[&str] = &["record"];
/// What a rule of a form sees.
pub(super) const TASK: &[&str] = &[
    "record", "form", "task", "outcome", "comment", "subject", "process", "now", "today",
];

/// Reports unknown names in the `when` of every rule of a file.
pub(crate) fn check_rules(sink: &mut Sink<'_>, node: &Node, register: &Register, own: &[Field], roots: &[&str]) {
    for at in read::items(node, "rules").iter().filter_map(|it| it.get("when")) {
        check(sink, at, register, own, roots);
    }
}

/// Reports unknown names of one expression: roots other than those given, fields that register or form lacks.
pub(super) fn check(sink: &mut Sink<'_>, at: &Node, register: &Register, own: &[Field], roots: &[&str]) {
    let Some(expr) = expression::read_scalar(at) else { return };
    for name in expr.names() {
        let mut parts = name.split('.');
        let root = parts.next().unwrap_or_default();
        if !roots.contains(&root) {
            let message = format!("表达式里没有名称 `{root}`");
            sink.error("unknown-name", at.mark, message, suggest::remedy(root, roots.iter().copied()));
            continue;
        }
        let Some(field) = parts.next() else { continue };
        let plain = |it: &str| register.any_field(it).is_some();
        let entry = |it: &str| {
            it.strip_suffix("_entry")
                .and_then(|it| register.field(it))
                .is_some_and(|it| it.dictionary.is_some())
        };
        let known = match root {
            "record" => plain(field) || entry(field),
            "form" => plain(field) || own.iter().any(|it| it.name == field),
            _ => true,
        };
        if !known {
            let names: Vec<&str> = register.fields.iter().chain(own).map(|it| it.name.as_str()).collect();
            sink.error(
                "unknown-name",
                at.mark,
                format!("表达式里的字段 `{root}.{field}` 不存在"),
                suggest::remedy(field, names),
            );
        }
    }
}

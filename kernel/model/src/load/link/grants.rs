//! Checks what roles are granted.

use crate::field::FieldType;
use crate::read;
use crate::register::Register;
use crate::role::RolePart;
use crate::sink::Sink;
use crate::suggest;
use crate::yaml::Node;

use super::{Draft, View, names};

pub(super) fn link_roles<'a>(view: &View<'_>, draft: &Draft<'a, Vec<RolePart>>) -> Sink<'a> {
    let mut sink = draft.sink();
    for role in read::items(&draft.node, "roles") {
        let name = read::text(role, "role").unwrap_or_default();
        if !view.all.titled_roles.contains(&name) {
            sink.error("missing-key", role.mark, format!("角色 `{name}` 没有标题"), "补上 `title`");
        }
        for grant in read::items(role, "grants") {
            link_grant(view, &mut sink, grant);
        }
    }
    sink
}

fn link_grant(view: &View<'_>, sink: &mut Sink<'_>, grant: &Node) {
    if let Some(at) = grant.get("report") {
        let name = at.text().unwrap_or_default();
        let Some(report) = view.all.reports.get(name) else {
            let remedy = suggest::remedy(name, view.all.reports.keys().map(String::as_str));
            return sink.error("missing-reference", at.mark, format!("没有统计表 `{name}`"), remedy);
        };
        if let Some(register) = view.all.registers.get(&report.register) {
            link_scope(view, sink, grant, register);
        }
        return;
    }
    let Some(register) = view.register(sink, grant.get("register")) else {
        return;
    };
    link_scope(view, sink, grant, register);
    view.fields(sink, read::items(grant, "hide"), register);
    if let Some(at) = grant.get("reveal_when") {
        names::check(sink, at, register, &[], names::RECORD);
    }
    for at in read::items(grant, "reveal") {
        let name = at.text().unwrap_or_default();
        match register.field(name) {
            None => view.missing_field(sink, at.mark, name, register),
            Some(it) if it.sensitive.is_none() => {
                sink.error(
                    "wrong-type",
                    at.mark,
                    format!("字段 `{name}` 不敏感,不用 `reveal`"),
                    "从 `reveal` 里删去",
                );
            }
            Some(_) => {}
        }
    }
}

fn link_scope(view: &View<'_>, sink: &mut Sink<'_>, grant: &Node, register: &Register) {
    for at in read::nodes(grant, "scope") {
        let word = at.text().unwrap_or_default();
        if word == "division" && register.division.is_none() {
            let message = format!("登记簿 `{}` 没有声明 `division`,不能按区划授权", register.name);
            sink.error(
                "wrong-type",
                at.mark,
                message,
                "在登记簿里写 `division: 字段`,或换一个 `scope`",
            );
        }
        let Some((kind, name)) = word.split_once(':') else { continue };
        let name = name.trim();
        let Some(field) = register.any_field(name) else {
            view.missing_field(sink, at.mark, name, register);
            continue;
        };
        let target = field.register.as_deref();
        let (fits, wanted) = match kind {
            "department" => (target == Some("department"), "对 department 的引用"),
            _ => (
                target == Some("user") || (target.is_none() && field.ty == FieldType::Text),
                "对 user 的引用或 text",
            ),
        };
        if !fits || field.sensitive.is_some() {
            sink.error(
                "wrong-type",
                at.mark,
                format!("`{kind}` 后面的字段 `{name}` 应是{wanted}"),
                "换一个字段",
            );
        }
    }
}

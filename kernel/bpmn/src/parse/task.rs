//! User tasks, outcomes and acts.

use std::collections::BTreeSet;

use crate::duration;
use crate::model::{Act, ActKind, Candidates, Outcome, UserTask};
use crate::xml::{Attribute, Element};

use super::reader::{Reader, list, text};
use super::vocabulary::{Extensions, titled};
use super::{YW, ZEEBE, timer};

pub fn read(element: &Element, id: &str, extensions: &Extensions<'_>, reader: &mut Reader) -> UserTask {
    let assignment = extensions.one(ZEEBE, "assignmentDefinition");
    let ours = extensions.one(YW, "task");
    let schedule = extensions.one(ZEEBE, "taskSchedule");
    let candidates = assignment.and_then(|it| it.attribute("candidateGroups"));
    let task = UserTask {
        id: id.to_owned(),
        name: text(element, "name").unwrap_or_else(|| id.to_owned()),
        candidates: candidates.map(|it| read_candidates(it, reader)).unwrap_or_default(),
        assignee: assignment.and_then(|it| reader.expression(it, "assignee")),
        form: extensions.one(ZEEBE, "formDefinition").and_then(|it| text(it, "formId")),
        status: ours.and_then(|it| text(it, "status")),
        claimed: ours.and_then(|it| text(it, "claimed")),
        clock: ours.and_then(|it| text(it, "clock")),
        lease_ms: ours
            .and_then(|it| it.attribute("lease"))
            .and_then(|it| read_lease(it, reader)),
        separate_from: ours.and_then(|it| it.value("separateFrom")).map(list).unwrap_or_default(),
        outcomes: extensions
            .all(YW, "outcome")
            .filter_map(|it| read_outcome(it, id, reader))
            .collect(),
        acts: read_acts(extensions, ActKind::Flow, id, reader),
        timers: Vec::new(),
        due: schedule.and_then(|it| timer::read_moment(it, "dueDate", reader)),
        follow_up: schedule.and_then(|it| timer::read_moment(it, "followUpDate", reader)),
    };
    let has_candidates = !matches!(&task.candidates, Candidates::Pools(pools) if pools.is_empty());
    if assignment.is_none_or(|it| it.attribute("assignee").is_none()) && !has_candidates && candidates.is_none() {
        let message = format!("{}没有写由谁办理", titled(element));
        reader.error(
            "nobody-assigned",
            element.position,
            message,
            "写上 zeebe:assignmentDefinition 的 candidateGroups 或 assignee",
        );
    }
    check_unique(&task, extensions, reader);
    task
}

pub fn read_acts(extensions: &Extensions<'_>, default: ActKind, owner: &str, reader: &mut Reader) -> Vec<Act> {
    extensions
        .all(YW, "act")
        .filter_map(|it| read_act(it, default, owner, reader))
        .collect()
}

fn read_candidates(attribute: &Attribute, reader: &mut Reader) -> Candidates {
    if attribute.value.trim_start().starts_with('=') {
        return reader
            .feel(&attribute.value, attribute.position)
            .map_or_else(Candidates::default, Candidates::Feel);
    }
    let pools = list(&attribute.value);
    if pools.is_empty() {
        reader.error(
            "nobody-assigned",
            attribute.position,
            "candidateGroups 是空的",
            "写上角色,多个用逗号隔开",
        );
    }
    Candidates::Pools(pools)
}

fn read_lease(attribute: &Attribute, reader: &mut Reader) -> Option<i64> {
    let millis = duration::parse_millis(&attribute.value).filter(|it| *it > 0);
    if millis.is_none() {
        let message = format!("签收时长“{}”读不懂", attribute.value);
        reader.error("bad-duration", attribute.position, message, "写 ISO 8601 时长,例如 PT5M");
    }
    millis
}

fn read_outcome(element: &Element, owner: &str, reader: &mut Reader) -> Option<Outcome> {
    let id = reader.required(element, "id", owner)?.value.trim().to_owned();
    Some(Outcome {
        title: text(element, "title").unwrap_or_else(|| id.clone()),
        form: text(element, "form"),
        comment_required: read_comment(element, reader),
        id,
    })
}

fn read_act(element: &Element, default: ActKind, owner: &str, reader: &mut Reader) -> Option<Act> {
    let name = reader.required(element, "name", owner)?.value.trim().to_owned();
    let kind = match element.attribute("kind") {
        None => default,
        Some(it) => match it.value.trim() {
            "flow" if default == ActKind::Flow => ActKind::Flow,
            "request" => ActKind::Request,
            "note" => ActKind::Note,
            other => {
                let choices = if default == ActKind::Flow {
                    "flow、request 或 note"
                } else {
                    "request 或 note"
                };
                reader.error(
                    "bad-value",
                    it.position,
                    format!("{owner} 的动作 {name} 不能是 {other}"),
                    format!("kind 写 {choices}"),
                );
                default
            }
        },
    };
    let decided_by = text(element, "decidedBy");
    if kind == ActKind::Request && decided_by.is_none() {
        let message = format!("{owner} 的申请 {name} 没有写由谁决定");
        reader.error("missing-attribute", element.position, message, "写上 decidedBy");
    }
    Some(Act {
        title: text(element, "title").unwrap_or_else(|| name.clone()),
        form: text(element, "form"),
        comment_required: read_comment(element, reader),
        when: reader.expression(element, "when"),
        window: reader.expression(element, "window"),
        count: text(element, "count"),
        stamp: text(element, "stamp"),
        status: text(element, "status"),
        roles: element.value("roles").map(list).unwrap_or_default(),
        name,
        kind,
        decided_by,
    })
}

fn read_comment(element: &Element, reader: &mut Reader) -> bool {
    match element.attribute("comment").map(|it| (it.value.trim(), it.position)) {
        None | Some(("optional", _)) => false,
        Some(("required", _)) => true,
        Some((other, position)) => {
            reader.error(
                "bad-value",
                position,
                format!("comment 不能是“{other}”"),
                "写 required 或 optional",
            );
            false
        }
    }
}

/// Outcomes and acts of a task share one name space, because flows read both as `outcome`.
fn check_unique(task: &UserTask, extensions: &Extensions<'_>, reader: &mut Reader) {
    let mut seen = BTreeSet::new();
    let named = extensions
        .all(YW, "outcome")
        .map(|it| (it, "id"))
        .chain(extensions.all(YW, "act").map(|it| (it, "name")));
    for attribute in named.filter_map(|(element, name)| element.attribute(name)) {
        if !seen.insert(attribute.value.trim()) {
            let message = format!("{} 的结果或动作 {} 写了两次", task.id, attribute.value);
            reader.error("duplicate-outcome", attribute.position, message, "换一个名字");
        }
    }
}

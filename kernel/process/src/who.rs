//! Who may act on a task: a candidate by pool or name, who does not break 监管分离, while nobody else holds it.

use yiwang_authz::{Subject, SubjectKind};
use yiwang_bpmn::UserTask;
use yiwang_types::{Code, Fault, Instant};

use crate::rows::TaskRow;
use crate::state::{Matter, OpenTask, Side};

/// Whether the subject is among the candidates.
pub(crate) fn is_candidate(subject: &Subject, task: &OpenTask) -> bool {
    if task.assignee.as_deref() == Some(subject.id.as_str()) {
        return true;
    }
    let mine = subject.pools();
    task.pools.iter().any(|pool| mine.contains(pool))
}

/// The department in whose name the subject acts on the task: that of the post to which it is offered.
pub(crate) fn department(subject: &Subject, task: &OpenTask) -> Option<String> {
    subject.post_in(&task.pools).map(|it| it.department.clone())
}

/// Refuses with the reason.
pub(crate) fn check(
    subject: &Subject,
    matter: &Matter,
    node: &UserTask,
    task: &OpenTask,
    row: &TaskRow,
    now: Instant,
) -> Result<(), Fault> {
    if !is_candidate(subject, task) {
        return Err(Fault::new(
            Code::Forbidden,
            "这项待办不在本人的岗位职责内;如需办理请联系派遣员或管理员。",
        ));
    }
    match &task.side {
        Some(side) => not_the_asker(subject, side)?,
        None => separated(subject, matter, node)?,
    }
    match row.held_by(now) {
        Some(holder) if holder != subject.id => {
            let name = row.holder_name.as_deref().unwrap_or("同事");
            Err(Fault::new(
                Code::TaskTaken,
                format!("{name}正在处理这一件;请稍候,或请值班长释放。"),
            ))
        }
        _ => Ok(()),
    }
}

/// 监管分离 (design invariant 16): whoever acted on one of the named tasks of this matter, through whichever post or on whoever's behalf,
/// may not act here. The engine's own jobs are no persons.
pub(crate) fn separated(subject: &Subject, matter: &Matter, node: &UserTask) -> Result<(), Fault> {
    if subject.kind == SubjectKind::Job {
        return Ok(());
    }
    for element in &node.separate_from {
        let acted = matter.acted.get(element);
        if acted.is_some_and(|users| persons(subject).any(|person| users.contains(person))) {
            return Err(Fault::new(
                Code::Separation,
                format!("监管分离:本人办理过本案的处置环节,不能再办“{}”;请由其他人员办理。", node.name),
            ));
        }
    }
    Ok(())
}

/// A request is decided by somebody else than who asked, through whichever post or on whoever's behalf.
fn not_the_asker(subject: &Subject, side: &Side) -> Result<(), Fault> {
    let asked = |person: &str| person == side.asker || side.asker_for.as_deref() == Some(person);
    if persons(subject).any(asked) {
        let detail = "不能审批自己提出的申请;请由其他有权审批的人员办理。";
        return Err(Fault::new(Code::Separation, detail));
    }
    Ok(())
}

/// The user who acts and the one he acts for.
pub(crate) fn persons(subject: &Subject) -> impl Iterator<Item = &str> {
    std::iter::once(subject.id.as_str())
        .chain(subject.on_behalf.as_deref())
        .filter(|it| !it.is_empty())
}

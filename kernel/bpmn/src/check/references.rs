//! Names that point to other parts of the process.

use std::collections::BTreeSet;

use crate::model::{NodeKind, Process, Timer};

use super::Report;

pub fn check(report: &mut Report<'_>) {
    check_clocks(report);
    check_tasks(report);
    check_acts(report);
    check_boundaries(report);
    check_services(report);
}

fn check_clocks(report: &mut Report<'_>) {
    let process = report.process;
    let mut seen = BTreeSet::new();
    for clock in &process.clocks {
        if !seen.insert(&clock.id) {
            report.error(
                "duplicate-clock",
                &clock.place,
                format!("时限 {} 写了两次", clock.id),
                "换一个编号",
            );
        }
        for task in clock.runs_while.iter().filter(|it| process.task(it).is_none()) {
            let message = format!("时限 {} 的 runsWhile 里没有用户任务 {task}", clock.id);
            report.error("unknown-task", &clock.place, message, known_tasks(process));
        }
        for node in clock.ends_at.iter().filter(|it| process.node(it).is_none()) {
            let message = format!("时限 {} 的 endsAt 里没有元素 {node}", clock.id);
            report.error("unknown-element", &clock.place, message, "写本流程里一个元素的编号");
        }
    }
}

fn check_tasks(report: &mut Report<'_>) {
    let process = report.process;
    for (node, task) in process.nodes.iter().filter_map(|it| it.task().map(|task| (it, task))) {
        if let Some(clock) = task.clock.as_ref().filter(|it| process.clock(it).is_none()) {
            let message = format!("任务 {} 的时限 {clock} 没有定义", task.id);
            report.error("unknown-clock", &node.place, message, known_clocks(process));
        }
        for other in task.separate_from.iter().filter(|it| process.task(it).is_none()) {
            let message = format!("任务 {} 的 separateFrom 里没有用户任务 {other}", task.id);
            report.error("unknown-task", &node.place, message, known_tasks(process));
        }
    }
}

fn check_acts(report: &mut Report<'_>) {
    let process = report.process;
    let mut seen = BTreeSet::new();
    for act in process.acts.iter().filter(|it| !seen.insert(it.name.as_str())) {
        let message = format!("流程 {} 的动作 {} 写了两次", process.id, act.name);
        report.error("duplicate-act", &process.place, message, "换一个名字");
    }
}

fn check_boundaries(report: &mut Report<'_>) {
    let process = report.process;
    for node in &process.nodes {
        let NodeKind::Boundary(boundary) = &node.kind else { continue };
        match process.node(&boundary.attached_to) {
            None => {
                let message = format!("{} 附着的 {} 不存在", node.id, boundary.attached_to);
                report.error("unknown-element", &node.place, message, "attachedToRef 写一个任务的编号");
            }
            // What cannot run is reported by its own name.
            Some(host) if !host.waits() && !matches!(host.kind, NodeKind::Unsupported(_)) => {
                let message = format!("{} 附着在 {} 上,它不等待,定时不会触发", node.id, host.id);
                report.error(
                    "timer-never-fires",
                    &node.place,
                    message,
                    "附着到用户任务或 wait=\"true\" 的服务任务",
                );
            }
            Some(_) => {}
        }
        if let Some(Timer::Clock(clock)) = &boundary.timer
            && process.clock(clock).is_none()
        {
            let message = format!("{} 的时限 {clock} 没有定义", node.id);
            report.error("unknown-clock", &node.place, message, known_clocks(process));
        }
    }
}

fn check_services(report: &mut Report<'_>) {
    for node in &report.process.nodes {
        let NodeKind::Service(service) = &node.kind else { continue };
        if !service.wait && (service.result.is_some() || !node.outputs.is_empty()) {
            let message = format!("服务任务 {} 不等待,得不到结果", node.id);
            report.error(
                "no-result",
                &node.place,
                message,
                "写 wait=\"true\",或去掉 resultVariable 和 output",
            );
        }
    }
}

fn known_tasks(process: &Process) -> String {
    let known: Vec<&str> = process.user_tasks().map(|it| it.id.as_str()).collect();
    if known.is_empty() {
        "本流程还没有用户任务".to_owned()
    } else {
        format!("用户任务有 {}", known.join("、"))
    }
}

fn known_clocks(process: &Process) -> String {
    let known: Vec<&str> = process.clocks.iter().map(|it| it.id.as_str()).collect();
    if known.is_empty() {
        "在流程上定义 yw:clock".to_owned()
    } else {
        format!("已定义的时限有 {}", known.join("、"))
    }
}

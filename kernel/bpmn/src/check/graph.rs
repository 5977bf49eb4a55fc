//! The shape of the flow: starts and ends, ways in and out, gateways, loops.

use std::collections::BTreeSet;

use crate::model::{Node, NodeKind, Process};

use super::Report;

pub fn check(report: &mut Report<'_>) {
    check_starts(report);
    for node in &report.process.nodes {
        check_ends(report, node);
        check_conditions(report, node);
    }
    check_ways(report);
    check_loops(report);
}

fn check_starts(report: &mut Report<'_>) {
    let process = report.process;
    let starts: Vec<&Node> = process.nodes.iter().filter(|it| matches!(it.kind, NodeKind::Start)).collect();
    if starts.is_empty() {
        report.error(
            "no-start",
            &process.place,
            format!("流程 {} 没有开始事件", process.id),
            "画一个开始事件",
        );
    }
    for node in starts.iter().skip(1) {
        report.error(
            "two-starts",
            &node.place,
            format!("开始事件 {} 是多余的,流程只能有一个", node.id),
            "只留一个开始事件",
        );
    }
}

fn check_ends(report: &mut Report<'_>, node: &Node) {
    let id = &node.id;
    match &node.kind {
        NodeKind::Start | NodeKind::Boundary(_) if !node.incoming.is_empty() => {
            report.error(
                "flow-into-start",
                &node.place,
                format!("{id} 不能有流入的连线"),
                "删去流入的连线",
            );
        }
        NodeKind::End { .. } if !node.outgoing.is_empty() => {
            report.error(
                "flow-out-of-end",
                &node.place,
                format!("结束事件 {id} 不能有流出的连线"),
                "删去流出的连线,或改用中间事件",
            );
        }
        NodeKind::End { .. } => {}
        _ if node.outgoing.is_empty() => {
            report.error(
                "no-way-on",
                &node.place,
                format!("{id} 没有流出的连线"),
                "连到下一步或结束事件",
            );
        }
        _ => {}
    }
}

fn check_conditions(report: &mut Report<'_>, node: &Node) {
    let process = report.process;
    let NodeKind::Exclusive { default } = &node.kind else {
        for flow in process.outgoing(node).filter(|it| it.conditional) {
            let message = format!("连线 {} 有条件,但 {} 不是排他网关", flow.id, node.id);
            report.error("misplaced-condition", &flow.place, message, "去掉条件,或在中间放一个排他网关");
        }
        return;
    };
    if let Some(default) = default
        .as_ref()
        .filter(|it| process.outgoing(node).all(|flow| flow.id != **it))
    {
        let message = format!("网关 {} 的默认连线 {default} 不从它流出", node.id);
        report.error("bad-default", &node.place, message, "default 写本网关流出的一条连线");
    }
    for flow in process.outgoing(node) {
        let is_default = default.as_ref() == Some(&flow.id);
        if is_default && flow.conditional {
            let message = format!("默认连线 {} 的条件不起作用", flow.id);
            report.warning("default-with-condition", &flow.place, message, "去掉条件,或不作默认连线");
        }
        if !is_default && !flow.conditional && node.outgoing.len() > 1 {
            let message = format!("网关 {} 流出的连线 {} 没有条件", node.id, flow.id);
            report.error("missing-condition", &flow.place, message, "写上条件,或把它设为默认连线");
        }
    }
}

/// Every node is reached from the start, and from every node an end is reached.
fn check_ways(report: &mut Report<'_>) {
    let process = report.process;
    let starts = process
        .nodes
        .iter()
        .filter(|it| matches!(it.kind, NodeKind::Start))
        .map(|it| it.id.as_str());
    let reached = spread(starts.collect(), |id| next(process, id));
    let ends = process
        .nodes
        .iter()
        .filter(|it| matches!(it.kind, NodeKind::End { .. }))
        .map(|it| it.id.as_str());
    let ending = spread(ends.collect(), |id| previous(process, id));
    for node in &process.nodes {
        let id = node.id.as_str();
        // A boundary event whose task is missing is reported there.
        let dangling = matches!(&node.kind, NodeKind::Boundary(it) if process.node(&it.attached_to).is_none());
        if !reached.contains(id) && !matches!(node.kind, NodeKind::Start) && !dangling {
            report.error(
                "unreachable",
                &node.place,
                format!("从开始事件走不到 {id}"),
                "连上流入的连线,或删去它",
            );
        }
        if !ending.contains(id) && !node.outgoing.is_empty() {
            report.error(
                "no-way-to-end",
                &node.place,
                format!("从 {id} 走不到任何结束事件"),
                "补上通往结束事件的连线",
            );
        }
    }
}

fn spread<'a>(from: Vec<&'a str>, neighbours: impl Fn(&'a str) -> Vec<&'a str>) -> BTreeSet<&'a str> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut open = from;
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(neighbours(id));
        }
    }
    seen
}

fn next<'a>(process: &'a Process, id: &'a str) -> Vec<&'a str> {
    let flows = process
        .node(id)
        .into_iter()
        .flat_map(|it| process.outgoing(it))
        .map(|it| it.target.as_str());
    flows.chain(process.boundaries(id).map(|(it, _)| it.id.as_str())).collect()
}

fn previous<'a>(process: &'a Process, id: &'a str) -> Vec<&'a str> {
    let Some(node) = process.node(id) else { return Vec::new() };
    let attached = match &node.kind {
        NodeKind::Boundary(boundary) => Some(boundary.attached_to.as_str()),
        _ => None,
    };
    process.incoming(node).map(|it| it.source.as_str()).chain(attached).collect()
}

/// A circle without a task that waits runs until the engine stops it, unless its own scripts lead out.
fn check_loops(report: &mut Report<'_>) {
    let process = report.process;
    let onward = |id: &str| -> Vec<&str> {
        let node = process.node(id).filter(|it| !it.waits());
        node.into_iter()
            .flat_map(|it| process.outgoing(it))
            .map(|it| it.target.as_str())
            .collect()
    };
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    for node in process.nodes.iter().filter(|it| !it.waits()) {
        let circle = spread(onward(&node.id), onward);
        if circle.contains(node.id.as_str()) && !reported.contains(node.id.as_str()) {
            let message = format!("经过 {} 的循环里没有等待办理的任务", node.id);
            report.warning(
                "loop-without-task",
                &node.place,
                message,
                "在循环里放一个用户任务,或确认脚本会使它结束",
            );
            reported.extend(circle);
        }
    }
}

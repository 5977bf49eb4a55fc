//! Outcomes and the conditions that read them. Conditions are compared as text, so what is found here are warnings.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ActKind, Flow, Node, NodeKind, Process, UserTask};

use super::Report;

pub fn check(report: &mut Report<'_>) {
    let process = report.process;
    let mut arriving: BTreeMap<&str, Vec<&UserTask>> = BTreeMap::new();
    for (node, task) in process.nodes.iter().filter_map(|it| it.task().map(|task| (it, task))) {
        let gateways = gateways_after(process, node);
        check_task(report, node, task, &gateways);
        for gateway in gateways {
            arriving.entry(&gateway.id).or_default().push(task);
        }
    }
    for (gateway, tasks) in arriving {
        check_gateway(report, gateway, &tasks);
    }
}

/// Each outcome is named in a condition; one that is not may only fall to a default flow, a flow act may not.
fn check_task(report: &mut Report<'_>, node: &Node, task: &UserTask, gateways: &[&Node]) {
    let process = report.process;
    let conditions: Vec<&str> = gateways
        .iter()
        .flat_map(|it| process.outgoing(it))
        .filter_map(condition)
        .collect();
    let has_default = gateways
        .iter()
        .any(|it| matches!(&it.kind, NodeKind::Exclusive { default: Some(_) }));
    if task.endings().count() < 2 {
        return;
    }
    for ending in task.endings() {
        let quoted = format!("\"{ending}\"");
        let is_act = task.act(ending).is_some_and(|it| it.kind == ActKind::Flow);
        if conditions.iter().any(|it| it.contains(&quoted)) || (has_default && !is_act) {
            continue;
        }
        let message = format!("任务 {} 的结果 {ending} 没有连线判断", task.id);
        let remedy = format!("在后面的排他网关写上条件 =outcome = {quoted}");
        report.warning("untested-outcome", &node.place, message, remedy);
    }
}

/// A condition that compares `outcome` with what no task before it can give.
fn check_gateway(report: &mut Report<'_>, gateway: &str, tasks: &[&UserTask]) {
    let process = report.process;
    if tasks.iter().any(|it| it.endings().next().is_none()) {
        return;
    }
    let known: BTreeSet<&str> = tasks.iter().flat_map(|it| it.endings()).collect();
    let Some(node) = process.node(gateway) else { return };
    for flow in process.outgoing(node) {
        for literal in condition(flow).map(compared).unwrap_or_default() {
            if !known.contains(literal) {
                let message = format!("连线 {} 判断的结果 {literal} 前面的任务都不会给出", flow.id);
                let remedy = format!("可能的结果有 {}", known.iter().copied().collect::<Vec<_>>().join("、"));
                report.warning("unknown-outcome", &flow.place, message, remedy);
            }
        }
    }
}

/// The exclusive gateways that a token meets after a task before it comes to the next user task.
fn gateways_after<'a>(process: &'a Process, task: &'a Node) -> Vec<&'a Node> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&Flow> = process.outgoing(task).collect();
    let mut found = Vec::new();
    while let Some(flow) = open.pop() {
        let Some(node) = process.node(&flow.target).filter(|it| it.task().is_none()) else {
            continue;
        };
        if seen.insert(&node.id) {
            if matches!(node.kind, NodeKind::Exclusive { .. }) {
                found.push(node);
            }
            open.extend(process.outgoing(node));
        }
    }
    found
}

fn condition(flow: &Flow) -> Option<&str> {
    flow.condition
        .as_ref()
        .map(|it| it.source())
        .filter(|it| it.contains("outcome"))
}

/// The texts that stand after `outcome =` or `outcome !=`.
fn compared(source: &str) -> Vec<&str> {
    source
        .split("outcome")
        .skip(1)
        .filter_map(|it| {
            let it = it.trim_start();
            let it = it.strip_prefix('!').unwrap_or(it).strip_prefix('=')?;
            it.trim_start().strip_prefix('"')?.split_once('"').map(|(literal, _)| literal)
        })
        .collect()
}

//! Names inside expressions. FEEL answers null for a name it does not know, so a slip of the pen would only show in use.

use std::collections::BTreeSet;

use yiwang_feel::Expr;
use yiwang_types::Place;

use crate::model::{Act, Candidates, Moment, Node, NodeKind, Process, Target, Timer};
use crate::parse::RESERVED;

use super::Report;

pub fn check(report: &mut Report<'_>) {
    let process = report.process;
    let variables = variables(process);
    for (place, expression) in expressions(process) {
        let names = expression.names();
        for name in names.iter().filter(|it| !it.contains('.')) {
            if !RESERVED.contains(&name.as_str()) && !variables.contains(name.as_str()) {
                let message = format!("表达式“{}”里的 {name} 没有来处", shorten(expression));
                let remedy = "改正拼写;记录的字段写 record.字段名,变量要先由前面的步骤写入";
                report.warning("unknown-name", place, message, remedy);
            }
        }
        for path in names.iter().filter_map(|it| it.strip_prefix("process.")) {
            check_about_process(report, place, expression, path);
        }
    }
}

fn check_about_process(report: &mut Report<'_>, place: &Place, expression: &Expr, path: &str) {
    let known = match path.split_once('.') {
        None => ["started_at", "done", "clock"].contains(&path),
        Some(("done", element)) => report.process.node(element).is_some(),
        Some(("clock", clock)) => is_about_clock(report.process, clock),
        Some((first, _)) => first == "started_at",
    };
    if !known {
        let message = format!("表达式“{}”里的 process.{path} 不存在", shorten(expression));
        report.error(
            "unknown-element",
            place,
            message,
            "可写 process.started_at、process.done.元素编号、process.clock.时限编号.due(或 late、minutes)",
        );
    }
}

/// `ID` or `ID.due`, `ID.late`, `ID.minutes` of a clock of the process.
fn is_about_clock(process: &Process, path: &str) -> bool {
    let (clock, rest) = path.split_once('.').map_or((path, None), |(clock, rest)| (clock, Some(rest)));
    // What follows `due` are parts of a date and time, which FEEL knows.
    let part = rest.map(|it| it.split('.').next().unwrap_or(it));
    // The path as far as the clock's id stands in the names too, so an unknown clock is reported once, there.
    match part {
        None => process.clock(clock).is_some(),
        Some(part) => process.clock(clock).is_none() || ["due", "late", "minutes"].contains(&part),
    }
}

/// Everything some step may write.
fn variables(process: &Process) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for node in &process.nodes {
        names.extend(node.inputs.iter().map(|it| it.target.as_str()));
        let result = match &node.kind {
            NodeKind::Service(service) => service.result.as_ref(),
            NodeKind::Rule(rule) => Some(&rule.result),
            NodeKind::Script(script) => Some(&script.result),
            _ => None,
        };
        for target in node.outputs.iter().map(|it| &it.target).chain(result) {
            if let Target::Variable(name) = target {
                names.insert(name);
            }
        }
    }
    names
}

/// Every expression of the process, each with the place of what it stands on.
fn expressions(process: &Process) -> Vec<(&Place, &Expr)> {
    let mut found: Vec<(&Place, &Expr)> = Vec::new();
    found.extend(
        process
            .flows
            .iter()
            .filter_map(|it| it.condition.as_ref().map(|condition| (&it.place, condition))),
    );
    found.extend(
        process
            .clocks
            .iter()
            .filter_map(|it| it.limit.as_ref().map(|limit| (&it.place, limit))),
    );
    found.extend(process.acts.iter().flat_map(of_act).map(|it| (&process.place, it)));
    for node in &process.nodes {
        let mappings = node
            .inputs
            .iter()
            .map(|it| &it.source)
            .chain(node.outputs.iter().map(|it| &it.source));
        found.extend(mappings.chain(of_kind(node)).map(|it| (&node.place, it)));
    }
    found
}

fn of_kind(node: &Node) -> Vec<&Expr> {
    match &node.kind {
        NodeKind::User(task) => {
            let candidates = match &task.candidates {
                Candidates::Feel(expression) => Some(expression),
                Candidates::Pools(_) => None,
            };
            let times = [&task.due, &task.follow_up].into_iter().flatten().filter_map(of_moment);
            candidates
                .into_iter()
                .chain(&task.assignee)
                .chain(times)
                .chain(task.acts.iter().flat_map(of_act))
                .collect()
        }
        NodeKind::Script(script) => script.expression.iter().collect(),
        NodeKind::Boundary(boundary) => match &boundary.timer {
            Some(Timer::After(moment)) => of_moment(moment).into_iter().collect(),
            Some(Timer::At(moment)) => of_moment(moment).into_iter().collect(),
            Some(Timer::Clock(_)) | None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn of_act(act: &Act) -> impl Iterator<Item = &Expr> {
    act.when.iter().chain(&act.window)
}

fn of_moment<T>(moment: &Moment<T>) -> Option<&Expr> {
    match moment {
        Moment::Feel(expression) => Some(expression),
        Moment::Fixed(_) => None,
    }
}

fn shorten(expression: &Expr) -> String {
    crate::parse::shorten(expression.source())
}

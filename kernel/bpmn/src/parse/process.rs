//! One `process` element: its clocks and acts, nodes and flows.

use std::collections::BTreeMap;

use crate::model::{ActKind, Clock, Flow, Node, NodeKind, Process};
use crate::xml::Element;

use super::reader::{Reader, list, text};
use super::vocabulary::{Extensions, titled};
use super::{BPMN, YW, node, task};

/// Children of a process that are only drawn.
const DRAWN: &[&str] = &[
    "documentation",
    "extensionElements",
    "laneSet",
    "textAnnotation",
    "association",
    "group",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "ioSpecification",
    "property",
    "auditing",
    "monitoring",
];

pub fn read(element: &Element, drawing: &mut Reader) -> Process {
    let running = &mut Reader::new(drawing.file());
    let id = text(element, "id").unwrap_or_default();
    if id.is_empty() {
        drawing.error("missing-attribute", element.position, "流程没有编号 id", "给 process 写上 id");
    }
    let extensions = Extensions::read(element, running);
    let mut process = Process {
        name: text(element, "name").unwrap_or_else(|| id.clone()),
        executable: running.truth(element, "isExecutable", false),
        register: extensions.one(YW, "process").and_then(|it| text(it, "register")),
        clocks: extensions.all(YW, "clock").filter_map(|it| read_clock(it, running)).collect(),
        acts: task::read_acts(&extensions, ActKind::Note, &id, running),
        nodes: Vec::new(),
        flows: Vec::new(),
        place: running.place(element.position),
        index: BTreeMap::new(),
        problems: Vec::new(),
        id,
    };
    for child in element.elements().filter(|it| it.namespace.as_deref() == Some(BPMN)) {
        match child.name.as_str() {
            "sequenceFlow" => read_flow(&mut process, child, drawing, running),
            other if DRAWN.contains(&other) => {}
            _ => add_node(&mut process, node::read(child, running), child, drawing),
        }
    }
    connect(&mut process, element, drawing);
    attach_timers(&mut process);
    process.problems = std::mem::take(&mut running.problems);
    process
}

fn read_clock(element: &Element, reader: &mut Reader) -> Option<Clock> {
    let id = reader.required(element, "id", "时限")?.value.trim().to_owned();
    reader.required(element, "runsWhile", &format!("时限 {id}"));
    reader.required(element, "limit", &format!("时限 {id}"));
    Some(Clock {
        title: text(element, "title").unwrap_or_else(|| id.clone()),
        limit: reader.expression(element, "limit"),
        runs_while: element.value("runsWhile").map(list).unwrap_or_default(),
        ends_at: element.value("endsAt").map(list).unwrap_or_default(),
        place: reader.place(element.position),
        id,
    })
}

fn read_flow(process: &mut Process, element: &Element, drawing: &mut Reader, running: &mut Reader) {
    let id = text(element, "id").unwrap_or_default();
    if id.is_empty() {
        drawing.error(
            "missing-attribute",
            element.position,
            "连线没有编号 id",
            "给 sequenceFlow 写上 id",
        );
    }
    let written = element
        .elements()
        .find(|it| it.is(BPMN, "conditionExpression"))
        .map(Element::text);
    let written = written.filter(|(source, _)| !source.trim().is_empty());
    let conditional = written.is_some();
    let condition = written.and_then(|(source, position)| running.feel(&source, position));
    process.flows.push(Flow {
        name: text(element, "name").unwrap_or_default(),
        source: text(element, "sourceRef").unwrap_or_default(),
        target: text(element, "targetRef").unwrap_or_default(),
        condition,
        conditional,
        place: running.place(element.position),
        id,
    });
}

fn add_node(process: &mut Process, node: Node, element: &Element, drawing: &mut Reader) {
    if node.id.is_empty() {
        let message = format!("{}没有编号 id", titled(element));
        drawing.error("missing-attribute", element.position, message, "写上 id");
        return;
    }
    process.index.entry(node.id.clone()).or_insert(process.nodes.len());
    process.nodes.push(node);
}

/// Gives each node the positions of its flows; a flow with a missing end is a mistake.
fn connect(process: &mut Process, element: &Element, drawing: &mut Reader) {
    for (position, flow) in process.flows.iter().enumerate() {
        let ends = [("起点", &flow.source), ("终点", &flow.target)];
        for (title, id) in ends.into_iter().filter(|(_, id)| !process.index.contains_key(*id)) {
            let at = element
                .elements()
                .filter(|it| it.is(BPMN, "sequenceFlow"))
                .nth(position)
                .map_or(element.position, |it| it.position);
            let message = format!("连线 {} 的{title} {id} 不存在", flow.id);
            drawing.error("dangling-flow", at, message, "改成本流程里某个元素的编号,或删去这条连线");
        }
        if let (Some(from), Some(to)) = (process.index.get(&flow.source), process.index.get(&flow.target)) {
            if let Some(node) = process.nodes.get_mut(*from) {
                node.outgoing.push(position);
            }
            if let Some(node) = process.nodes.get_mut(*to) {
                node.incoming.push(position);
            }
        }
    }
}

/// A user task knows the timers on its border.
fn attach_timers(process: &mut Process) {
    let attached: Vec<(String, String)> = process
        .nodes
        .iter()
        .filter_map(|it| match &it.kind {
            NodeKind::Boundary(boundary) => Some((boundary.attached_to.clone(), it.id.clone())),
            _ => None,
        })
        .collect();
    for (task, timer) in attached {
        let position = process.index.get(&task).copied();
        if let Some(NodeKind::User(task)) = position.and_then(|it| process.nodes.get_mut(it)).map(|it| &mut it.kind) {
            task.timers.push(timer);
        }
    }
}

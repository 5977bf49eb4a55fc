//! Small BPMN files from short texts.

use std::collections::BTreeMap;
use std::fmt::Write;

use yiwang_bpmn::{Definitions, parse};
use yiwang_types::Severity;

pub const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:yw="urn:yiwang:bpmn:1" id="d" targetNamespace="t">
"#;

/// Flows parted by `;`, e.g. `s > t1; t1 > x1; x1 > t1 if outcome = "again"; x1 > e default`. The first letter of a node says what it
/// is: s start, e end, t user task, x exclusive gateway, p parallel gateway, m milestone. `extensions` gives the inside of a node's
/// extension elements (id `process` for the process); `raw` holds elements of other kinds.
pub fn xml(flows: &str, extensions: &[(&str, &str)], raw: &str) -> String {
    let extensions: BTreeMap<&str, &str> = extensions.iter().copied().collect();
    let mut nodes: Vec<&str> = Vec::new();
    let mut lines = String::new();
    let mut defaults: BTreeMap<&str, String> = BTreeMap::new();
    for (number, flow) in flows.split(';').map(str::trim).filter(|it| !it.is_empty()).enumerate() {
        let id = format!("f{}", number + 1);
        let (source, rest) = flow.split_once('>').expect("a flow has `>`");
        let (source, rest) = (source.trim(), rest.trim());
        let (target, tail) = rest.split_once(' ').unwrap_or((rest, ""));
        for node in [source, target] {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        let condition = match tail.trim() {
            "" => String::new(),
            "default" => {
                defaults.insert(source, id.clone());
                String::new()
            }
            other => {
                let source = other.strip_prefix("if ").expect("`if` or `default`");
                let source = source.replace('&', "&amp;").replace('<', "&lt;");
                format!(r#"<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">={source}</bpmn:conditionExpression>"#)
            }
        };
        writeln!(
            lines,
            r#"<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{condition}</bpmn:sequenceFlow>"#
        )
        .expect("write");
    }
    let mut body = String::new();
    for node in nodes.iter().filter(|it| !raw.contains(&format!("id=\"{it}\""))) {
        let (element, usual) = match node.chars().next() {
            Some('s') => ("startEvent", ""),
            Some('e') => ("endEvent", ""),
            Some('t') => ("userTask", r#"<zeebe:assignmentDefinition candidateGroups="clerk"/>"#),
            Some('x') => ("exclusiveGateway", ""),
            Some('p') => ("parallelGateway", ""),
            Some('m') => ("intermediateThrowEvent", ""),
            _ => panic!("unknown kind of node {node}"),
        };
        let given = extensions.get(node).copied().unwrap_or("");
        let usual = if given.contains("assignmentDefinition") { "" } else { usual };
        let default = defaults.get(node).map(|it| format!(r#" default="{it}""#)).unwrap_or_default();
        writeln!(
            body,
            r#"<bpmn:{element} id="{node}"{default}><bpmn:extensionElements>{usual}{given}</bpmn:extensionElements></bpmn:{element}>"#
        )
        .expect("write");
    }
    let process = extensions.get("process").copied().unwrap_or("");
    format!(
        "{HEAD}<bpmn:process id=\"p\" isExecutable=\"true\"><bpmn:extensionElements>{process}</bpmn:extensionElements>\n{body}{raw}\n{lines}</bpmn:process>\n</bpmn:definitions>\n"
    )
}

/// Reads a file that must be without errors.
pub fn runnable(xml: &str) -> Definitions {
    let (definitions, mut problems) = parse(xml, "test.bpmn");
    let definitions = definitions.expect("a drawing");
    problems.extend(definitions.check_runnable());
    problems.retain(|it| it.severity == Severity::Error);
    assert!(problems.is_empty(), "{problems:#?}\n{xml}");
    definitions
}

pub fn outcome(ids: &str) -> String {
    ids.split_whitespace()
        .map(|it| format!(r#"<yw:outcome id="{it}" title="{it}"/>"#))
        .collect()
}

pub fn script(id: &str, expression: &str, result: &str) -> String {
    let expression = expression.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!(
        r#"<bpmn:scriptTask id="{id}"><bpmn:extensionElements><zeebe:script expression="={expression}" resultVariable="{result}"/></bpmn:extensionElements></bpmn:scriptTask>"#
    )
}

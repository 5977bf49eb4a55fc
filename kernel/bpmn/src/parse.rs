//! BPMN XML to model. Reads every process of the file, also those the engine cannot run, and reports every mistake with its place.

mod node;
mod process;
mod reader;
mod task;
mod timer;
mod vocabulary;

use std::collections::BTreeMap;

use yiwang_types::{Diagnostic, Place};

use crate::model::Definitions;
use crate::xml::{self, Element};

pub use reader::{RESERVED, shorten};

use reader::Reader;

/// Namespace of BPMN 2.0 models.
pub const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
/// Namespace of the Zeebe extensions.
pub const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";
/// Namespace of our own extensions.
pub const YW: &str = "urn:yiwang:bpmn:1";

/// Reads a BPMN file. The diagnostics are what spoils it as a drawing: no XML, no BPMN, ids given twice, flows to nowhere.
/// What only keeps it from running is reported by [`Definitions::check_runnable`]. `None` when there is nothing to draw.
pub fn parse(xml: &str, file: &str) -> (Option<Definitions>, Vec<Diagnostic>) {
    let document = match xml::read(xml) {
        Ok(document) => document,
        Err(error) => {
            let place = Place {
                file: file.to_owned(),
                line: error.position.line,
                column: error.position.column,
            };
            return (
                None,
                vec![Diagnostic::error(
                    "bad-xml",
                    place,
                    error.message,
                    "用流程设计器打开并重新保存,或改正这一处的 XML",
                )],
            );
        }
    };
    let root = &document.root;
    if !root.is(BPMN, "definitions") {
        let place = Place {
            file: file.to_owned(),
            line: root.position.line,
            column: root.position.column,
        };
        let message = format!("根元素是 {},不是 BPMN 2.0 的 definitions", root.name);
        return (
            None,
            vec![Diagnostic::error(
                "not-bpmn",
                place,
                message,
                format!("根元素写 definitions,命名空间写 {BPMN}"),
            )],
        );
    }
    let mut drawing = Reader::new(file);
    check_ids(root, &mut drawing);
    let processes = root
        .elements()
        .filter(|it| it.is(BPMN, "process"))
        .map(|it| process::read(it, &mut drawing))
        .collect();
    let definitions = Definitions {
        file: file.to_owned(),
        processes,
        document,
    };
    (Some(definitions), drawing.problems)
}

fn check_ids(root: &Element, reader: &mut Reader) {
    let mut first: BTreeMap<&str, u32> = BTreeMap::new();
    for element in root.descendants() {
        if element.namespace.as_deref() != Some(BPMN) {
            continue;
        }
        let Some(id) = element.attribute("id") else { continue };
        if let Some(line) = first.get(id.value.as_str()) {
            let message = format!("编号 {} 已在第 {line} 行用过", id.value);
            reader.error("duplicate-id", id.position, message, "给其中一个元素换一个编号");
        } else {
            first.insert(&id.value, id.position.line);
        }
    }
}

//! Reading a whole file: types, inputs, knowledge models, decisions.

use std::collections::HashMap;
use std::sync::Arc;

use roxmltree::{Document, Node as Element, ParsingOptions};
use yiwang_types::{Diagnostic, Place, Severity};

use super::graph::required;
use super::types::Types;
use super::xml::{Reader, child, children, is, name};
use super::{Decision, Definitions, Inner, ItemType};
use crate::ast::Node;
use crate::value::FunctionKind;
use crate::{Context, Function, Value, parser};

/// Namespaces of DMN 1.1, 1.2, 1.3, 1.4 and 1.5.
const NAMESPACES: &[&str] = &[
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
];
const MAX_BYTES: usize = 4 << 20;
const MAX_NODES: u32 = 400_000;

pub(super) fn parse(xml: &str, file: &str) -> (Option<Definitions>, Vec<Diagnostic>) {
    let whole = |line, column| Place {
        file: file.to_owned(),
        line,
        column,
    };
    if xml.len() > MAX_BYTES {
        return (
            None,
            vec![Diagnostic::error(
                "too-large",
                whole(0, 0),
                "DMN 文件超过 4 MB",
                "拆成几个文件",
            )],
        );
    }
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = match Document::parse_with_options(xml, options) {
        Ok(it) => it,
        Err(error) => {
            let at = error.pos();
            let message = format!("不是正确的 XML:{error}");
            return (
                None,
                vec![Diagnostic::error(
                    "bad-xml",
                    whole(at.row, at.col),
                    message,
                    "用 DMN 编辑器重新导出,或改正这一行",
                )],
            );
        }
    };
    let mut reader = Reader {
        document: &document,
        file,
        diagnostics: Vec::new(),
        names: Vec::new(),
        owner: String::new(),
        depth: 0,
    };
    let inner = reader.definitions(document.root_element());
    let broken = reader.diagnostics.iter().any(|it| it.severity == Severity::Error);
    (
        inner.filter(|_| !broken).map(|it| Definitions(Arc::new(it))),
        reader.diagnostics,
    )
}

/// What a file declares besides decisions.
struct Declared<'d> {
    types: Types<'d>,
    inputs: HashMap<&'d str, (Arc<str>, Option<Arc<ItemType>>)>,
    functions: Vec<(Arc<str>, Value)>,
    function_ids: HashMap<&'d str, usize>,
}

impl<'d> Reader<'d> {
    fn definitions(&mut self, root: Element<'d, 'd>) -> Option<Inner> {
        if !is(root, "definitions") || !root.tag_name().namespace().is_some_and(|it| NAMESPACES.contains(&it)) {
            let remedy = "根元素应为 DMN 1.1 至 1.5 的 definitions,用 DMN 编辑器另存一次";
            self.error("not-dmn", root, "这不是认识的 DMN 文件", remedy);
            return None;
        }
        for import in children(root, "import") {
            self.error("no-import", import, "不支持引用别的 DMN 文件", "把需要的决策放进同一个文件");
        }
        self.names = declared_names(root);
        let mut types = Types::new(root);
        types.read_all(self);
        let mut declared = Declared {
            inputs: self.inputs(root, &mut types),
            types,
            functions: Vec::new(),
            function_ids: HashMap::new(),
        };
        self.knowledge(root, &mut declared);
        let elements: Vec<Element<'d, 'd>> = children(root, "decision").collect();
        let ids: HashMap<&str, usize> = elements
            .iter()
            .enumerate()
            .filter_map(|(at, it)| Some((it.attribute("id")?, at)))
            .collect();
        let edges = self.edges(&elements, "informationRequirement", "requiredDecision", &ids);
        let order = self.order(&elements, &edges);
        let decisions: Vec<Decision> = elements
            .iter()
            .zip(edges)
            .map(|(it, requires)| self.decision(*it, requires, &mut declared))
            .collect();
        let mut by_key = HashMap::new();
        for (at, it) in decisions.iter().enumerate() {
            by_key.entry(it.name.to_string()).or_insert(at);
        }
        for (at, it) in decisions.iter().enumerate() {
            if let Some(other) = by_key.insert(it.id.to_string(), at).filter(|other| *other != at) {
                let name = decisions.get(other).map_or("", |it| &*it.name).to_owned();
                let element = elements.get(at).copied().unwrap_or(root);
                self.error(
                    "same-id",
                    element,
                    format!("编号“{}”与决策“{name}”重复", it.id),
                    "每个决策用不同的编号",
                );
            }
        }
        Some(Inner {
            name: name(root).unwrap_or_default(),
            decisions,
            order,
            by_key,
        })
    }

    fn inputs(&mut self, root: Element<'d, 'd>, types: &mut Types<'d>) -> HashMap<&'d str, (Arc<str>, Option<Arc<ItemType>>)> {
        let mut inputs = HashMap::new();
        for element in children(root, "inputData") {
            let (Some(id), Some(own)) = (element.attribute("id"), name(element)) else {
                self.error("no-name", element, "输入数据缺少编号或名称", "补上 id 和 name");
                continue;
            };
            let variable = child(element, "variable");
            let kind = variable.and_then(|it| types.of_attribute(it, self));
            let shown = variable.and_then(name).unwrap_or(own);
            inputs.insert(id, (Arc::from(shown), kind));
        }
        inputs
    }

    /// Business knowledge models become function values, each knowing those it requires.
    fn knowledge(&mut self, root: Element<'d, 'd>, declared: &mut Declared<'d>) {
        let elements: Vec<Element<'d, 'd>> = children(root, "businessKnowledgeModel").collect();
        let ids: HashMap<&'d str, usize> = elements
            .iter()
            .enumerate()
            .filter_map(|(at, it)| Some((it.attribute("id")?, at)))
            .collect();
        let edges = self.edges(&elements, "knowledgeRequirement", "requiredKnowledge", &ids);
        let order = self.order(&elements, &edges);
        let mut functions: Vec<(Arc<str>, Value)> = vec![(Arc::from(""), Value::Null); elements.len()];
        for at in order {
            let Some(element) = elements.get(at).copied() else { continue };
            let known: Context = edges
                .get(at)
                .into_iter()
                .flatten()
                .filter_map(|it| functions.get(*it))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            self.owner = element.attribute("id").unwrap_or("").to_owned();
            let shown = child(element, "variable")
                .and_then(name)
                .or_else(|| name(element))
                .unwrap_or_default();
            let value = match child(element, "encapsulatedLogic").map(|it| self.function(it, &mut declared.types)) {
                Some(Node::Function(lambda)) => Value::Function(Function(FunctionKind::Closure {
                    lambda,
                    captured: Arc::new(known),
                })),
                _ => Value::Null,
            };
            if let Some(slot) = functions.get_mut(at) {
                *slot = (Arc::from(shown), value);
            }
        }
        declared.functions = functions;
        declared.function_ids = ids;
    }

    fn decision(&mut self, element: Element<'d, 'd>, requires: Vec<usize>, declared: &mut Declared<'d>) -> Decision {
        let own = name(element).unwrap_or_default();
        let id = element.attribute("id").unwrap_or("").to_owned();
        if own.is_empty() || id.is_empty() {
            self.error("no-name", element, "决策缺少编号或名称", "补上 id 和 name");
        }
        let mut inputs = Vec::new();
        for (at, id) in required(element, "informationRequirement", "requiredInput") {
            match declared.inputs.get(id) {
                Some(it) => inputs.push(it.clone()),
                None => self.error(
                    "unknown-requirement",
                    at,
                    format!("引用的输入“{id}”不在这个文件里"),
                    "改正 href,或补上这个 inputData",
                ),
            }
        }
        let knowledge = self.targets(element, "knowledgeRequirement", "requiredKnowledge", &declared.function_ids);
        let functions = knowledge
            .into_iter()
            .filter_map(|it| declared.functions.get(it).cloned())
            .collect();
        self.owner.clone_from(&id);
        if super::boxed::expression_child(element).is_none() {
            self.error("no-logic", element, format!("决策“{own}”没有写逻辑"), "补上决策表或表达式");
        }
        let node = self.boxed_in(element, &mut declared.types);
        let variable = child(element, "variable");
        let result = variable.and_then(|it| declared.types.of_attribute(it, self));
        let shown = variable.and_then(name).unwrap_or_else(|| own.clone());
        Decision {
            id: Arc::from(id),
            name: Arc::from(own),
            variable: Arc::from(shown),
            node,
            result,
            inputs,
            requires,
            functions,
        }
    }
}

/// Every name of more than one word that an expression of the file may meet: inputs, decisions, knowledge models and the fields of types.
fn declared_names(root: Element<'_, '_>) -> Vec<String> {
    let named = |it: &Element<'_, '_>| {
        it.is_element()
            && matches!(
                it.tag_name().name(),
                "inputData" | "decision" | "businessKnowledgeModel" | "variable" | "itemComponent" | "output"
            )
    };
    let mut names: Vec<String> = root
        .descendants()
        .filter(named)
        .filter_map(name)
        .filter(|it| !parser::is_plain(it))
        .collect();
    names.sort();
    names.dedup();
    names
}

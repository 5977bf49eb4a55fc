//! Boxed expressions as nodes of the FEEL tree.

use std::sync::Arc;

use roxmltree::Node as Element;

use super::types::Types;
use super::xml::{Reader, child, children, is, name, text};
use crate::Value;
use crate::ast::{Accepts, Arguments, Call, Domain, Loop, Node, Quantifier, Step, collect};
use crate::builtin::Builtin;
use crate::parser::{MAX_NESTING, lambda};

const EXPRESSIONS: &[&str] = &[
    "literalExpression",
    "decisionTable",
    "context",
    "relation",
    "list",
    "invocation",
    "functionDefinition",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
];

fn null() -> Node {
    Node::Literal(Value::Null)
}

/// The child that is an expression.
pub(super) fn expression_child<'d>(parent: Element<'d, 'd>) -> Option<Element<'d, 'd>> {
    parent
        .children()
        .find(|it| it.is_element() && EXPRESSIONS.contains(&it.tag_name().name()))
}

impl<'d> Reader<'d> {
    /// The expression inside an element; without one it is null.
    pub(super) fn boxed_in(&mut self, parent: Element<'d, 'd>, types: &mut Types<'d>) -> Node {
        match expression_child(parent) {
            Some(it) => self.boxed(it, types),
            None => null(),
        }
    }

    pub(super) fn boxed(&mut self, element: Element<'d, 'd>, types: &mut Types<'d>) -> Node {
        if self.depth >= MAX_NESTING {
            self.error(
                "too-deep",
                element,
                format!("表达式嵌套超过 {MAX_NESTING} 层"),
                "拆成几个决策",
            );
            return null();
        }
        self.depth += 1;
        let node = self.boxed_kind(element, types);
        self.depth -= 1;
        types.of_attribute(element, self);
        node
    }

    fn boxed_kind(&mut self, element: Element<'d, 'd>, types: &mut Types<'d>) -> Node {
        match element.tag_name().name() {
            "literalExpression" => self.literal(element),
            "decisionTable" => self.decision_table(element, types),
            "context" => self.boxed_context(element, types),
            "relation" => self.relation(element, types),
            "list" => {
                let items = element
                    .children()
                    .filter(|it| it.is_element() && EXPRESSIONS.contains(&it.tag_name().name()));
                Node::List(items.map(|it| self.boxed(it, types)).collect())
            }
            "invocation" => self.invocation(element, types),
            "functionDefinition" => self.function(element, types),
            "conditional" => {
                let mut part = |name| child(element, name).map_or_else(null, |it| self.boxed_in(it, types));
                let (condition, value, otherwise) = (part("if"), part("then"), part("else"));
                Node::If(vec![(condition, value)], Box::new(otherwise))
            }
            "filter" => {
                let list = child(element, "in").map_or_else(null, |it| self.boxed_in(it, types));
                let condition = self.with_names(["item".to_owned()], |reader| {
                    child(element, "match").map_or_else(null, |it| reader.boxed_in(it, types))
                });
                Node::Postfix(Box::new(list), vec![Step::Filter(condition)])
            }
            kind => self.boxed_loop(kind, element, types),
        }
    }

    fn literal(&mut self, element: Element<'d, 'd>) -> Node {
        if let Some(language) = element
            .attribute("expressionLanguage")
            .filter(|it| !it.to_ascii_lowercase().contains("feel"))
        {
            self.error(
                "unknown-language",
                element,
                format!("不支持表达式语言“{language}”"),
                "改用 FEEL,并去掉 expressionLanguage",
            );
            return null();
        }
        match child(element, "text") {
            Some(it) if !text(it).trim().is_empty() => self.expression(element),
            _ => null(),
        }
    }

    fn boxed_context(&mut self, element: Element<'d, 'd>, types: &mut Types<'d>) -> Node {
        let before = self.names.len();
        let mut entries = Vec::new();
        let mut result = None;
        for entry in children(element, "contextEntry") {
            let node = self.boxed_in(entry, types);
            match child(entry, "variable").and_then(|it| Some((name(it)?, it))) {
                Some((name, variable)) => {
                    let node = match types.of_attribute(variable, self) {
                        Some(kind) => Node::Typed(Box::new(node), kind),
                        None => node,
                    };
                    entries.push((Arc::from(name.as_str()), node));
                    self.names.push(name);
                }
                None => result = Some(Box::new(node)),
            }
        }
        self.names.truncate(before);
        Node::Context(entries, result)
    }

    fn relation(&mut self, element: Element<'d, 'd>, types: &mut Types<'d>) -> Node {
        let columns: Vec<Arc<str>> = children(element, "column")
            .map(|it| Arc::from(name(it).unwrap_or_default()))
            .collect();
        let mut rows = Vec::new();
        for row in children(element, "row") {
            let cells: Vec<Node> = row
                .children()
                .filter(Element::is_element)
                .map(|it| self.boxed(it, types))
                .collect();
            if cells.len() != columns.len() {
                let message = format!("这一行有 {} 格,表头有 {} 列", cells.len(), columns.len());
                self.error("wrong-cells", row, message, "补齐或删去多余的格子");
            }
            rows.push(Node::Context(columns.iter().cloned().zip(cells).collect(), None));
        }
        Node::List(rows)
    }

    fn invocation(&mut self, element: Element<'d, 'd>, types: &mut Types<'d>) -> Node {
        let function = self.boxed_in(element, types);
        let mut arguments = Vec::new();
        for binding in children(element, "binding") {
            let Some(name) = child(binding, "parameter").and_then(name) else {
                self.error("no-parameter", binding, "调用的参数没有名称", "在 parameter 上写 name");
                continue;
            };
            arguments.push((Arc::from(name), self.boxed_in(binding, types)));
        }
        let arguments = if arguments.is_empty() {
            Arguments::Positional(Vec::new())
        } else {
            Arguments::Named(arguments)
        };
        match function {
            Node::Name(name) => {
                let builtin = Builtin::find(&name);
                Node::Call(Box::new(Call {
                    name,
                    builtin,
                    arguments,
                    pattern: None,
                }))
            }
            other => Node::Postfix(Box::new(other), vec![Step::Call(arguments)]),
        }
    }

    /// A function definition or the logic of a knowledge model: parameters and a body.
    pub(super) fn function(&mut self, element: Element<'d, 'd>, types: &mut Types<'d>) -> Node {
        if let Some(kind) = element.attribute("kind").filter(|it| *it != "FEEL") {
            self.error(
                "external-function",
                element,
                format!("不支持 {kind} 函数"),
                "用 FEEL 写出函数体",
            );
            return null();
        }
        let mut parameters = Vec::new();
        let mut names = Vec::new();
        for parameter in children(element, "formalParameter") {
            let Some(name) = name(parameter) else {
                self.error(
                    "no-parameter",
                    parameter,
                    "函数的参数没有名称",
                    "在 formalParameter 上写 name",
                );
                continue;
            };
            let accepts = types.of_attribute(parameter, self).map_or(Accepts::Anything, Accepts::Item);
            parameters.push((Arc::from(name.as_str()), accepts));
            names.push(name);
        }
        let body = self.with_names(names, |reader| reader.boxed_in(element, types));
        Node::Function(lambda(parameters, body))
    }

    fn boxed_loop(&mut self, kind: &str, element: Element<'d, 'd>, types: &mut Types<'d>) -> Node {
        let variable = element.attribute("iteratorVariable").unwrap_or("").trim().to_owned();
        if variable.is_empty() {
            self.error("no-variable", element, "循环缺少变量名", "写上 iteratorVariable");
        }
        let list = child(element, "in").map_or_else(null, |it| self.boxed_in(it, types));
        let body_of = if kind == "for" { "return" } else { "satisfies" };
        let body = self.with_names([variable.clone(), "partial".to_owned()], |reader| {
            element
                .children()
                .find(|it| is(*it, body_of))
                .map_or_else(null, |it| reader.boxed_in(it, types))
        });
        let uses_partial = collect(&body).certain.contains("partial");
        let it = Box::new(Loop {
            iterators: vec![(Arc::from(variable), Domain::Each(list))],
            body,
            uses_partial,
        });
        match kind {
            "for" => Node::For(it),
            "some" => Node::Quantified(Quantifier::Some, it),
            _ => Node::Quantified(Quantifier::Every, it),
        }
    }
}

//! Reading and checking a decision table.

use std::sync::Arc;

use roxmltree::Node as Element;

use super::types::Types;
use super::xml::{Reader, child, children, name, text};
use super::{Aggregation, HitPolicy, Input, Output, Rule, Table};
use crate::Value;
use crate::ast::{Node, Test};

impl<'d> Reader<'d> {
    pub(super) fn decision_table(&mut self, element: Element<'d, 'd>, types: &mut Types<'d>) -> Node {
        let policy = self.hit_policy(element);
        let inputs: Vec<Input> = children(element, "input").map(|it| self.input(it, types)).collect();
        let outputs: Vec<Output> = children(element, "output")
            .map(|it| self.output(it, element, types))
            .collect();
        if outputs.is_empty() {
            self.error("no-output", element, "决策表没有输出列", "至少写一个 output");
        }
        self.check_policy(policy, &outputs, element);
        let rules = children(element, "rule").map(|it| self.rule(it, &inputs, &outputs)).collect();
        Node::Table(Arc::new(Table {
            owner: Arc::from(self.owner.as_str()),
            policy,
            inputs,
            outputs,
            rules,
        }))
    }

    fn hit_policy(&mut self, element: Element<'d, 'd>) -> HitPolicy {
        let aggregation = match element.attribute("aggregation") {
            None => None,
            Some("SUM") => Some(Aggregation::Sum),
            Some("MIN") => Some(Aggregation::Min),
            Some("MAX") => Some(Aggregation::Max),
            Some("COUNT") => Some(Aggregation::Count),
            Some(other) => {
                self.error(
                    "unknown-aggregation",
                    element,
                    format!("不认识的汇总方式“{other}”"),
                    "改成 SUM、MIN、MAX 或 COUNT",
                );
                None
            }
        };
        match element.attribute("hitPolicy").unwrap_or("UNIQUE") {
            "UNIQUE" => HitPolicy::Unique,
            "ANY" => HitPolicy::Any,
            "PRIORITY" => HitPolicy::Priority,
            "FIRST" => HitPolicy::First,
            "RULE ORDER" => HitPolicy::RuleOrder,
            "OUTPUT ORDER" => HitPolicy::OutputOrder,
            "COLLECT" => HitPolicy::Collect(aggregation),
            other => {
                let remedy = "改成 UNIQUE、ANY、PRIORITY、FIRST、RULE ORDER、OUTPUT ORDER 或 COLLECT";
                self.error("unknown-hit-policy", element, format!("不认识的命中策略“{other}”"), remedy);
                HitPolicy::Unique
            }
        }
    }

    fn check_policy(&mut self, policy: HitPolicy, outputs: &[Output], element: Element<'d, 'd>) {
        let ordered = matches!(policy, HitPolicy::Priority | HitPolicy::OutputOrder);
        if ordered && outputs.iter().all(|it| it.values.is_empty()) {
            let message = "按输出值排优先级的表没有列出输出值";
            self.error(
                "no-output-values",
                element,
                message,
                "在 output 里写 outputValues,按优先级从高到低排列",
            );
        }
        if matches!(policy, HitPolicy::Collect(Some(_))) && outputs.len() > 1 {
            self.error(
                "aggregated-outputs",
                element,
                "汇总的决策表只能有一个输出列",
                "拆成几张表,或去掉 aggregation",
            );
        }
        let unnamed = outputs.iter().filter(|it| it.name.is_empty()).count();
        if outputs.len() > 1 && unnamed > 0 {
            self.error(
                "unnamed-output",
                element,
                "有多个输出列时每列都要有名称",
                "给每个 output 写上 name",
            );
        }
    }

    fn input(&mut self, element: Element<'d, 'd>, types: &mut Types<'d>) -> Input {
        let expression = match child(element, "inputExpression") {
            Some(it) => {
                types.of_attribute(it, self);
                self.expression(it)
            }
            None => {
                self.error(
                    "no-input-expression",
                    element,
                    "输入列没有表达式",
                    "在 inputExpression 里写出要判断的值",
                );
                Node::Literal(Value::Null)
            }
        };
        let allowed = child(element, "inputValues")
            .filter(|it| !text(*it).trim().is_empty())
            .map(|it| self.tests(it));
        Input { expression, allowed }
    }

    fn output(&mut self, element: Element<'d, 'd>, table: Element<'d, 'd>, types: &mut Types<'d>) -> Output {
        let declared = types.of_attribute(element, self).or_else(|| types.of_attribute(table, self));
        let tests = child(element, "outputValues").map(|it| self.tests(it));
        let listed = tests.as_deref().or(declared.as_deref().and_then(|it| it.allowed.as_deref()));
        let default = child(element, "defaultOutputEntry")
            .filter(|it| !text(*it).trim().is_empty())
            .map(|it| self.expression(it));
        let name = name(element).unwrap_or_default();
        Output {
            name: Arc::from(name),
            values: listed.map(constants).unwrap_or_default(),
            default,
        }
    }

    fn rule(&mut self, element: Element<'d, 'd>, inputs: &[Input], outputs: &[Output]) -> Rule {
        let cells: Vec<_> = children(element, "inputEntry").collect();
        let results: Vec<_> = children(element, "outputEntry").collect();
        for (what, found, wanted) in [("输入", cells.len(), inputs.len()), ("输出", results.len(), outputs.len())] {
            if found != wanted {
                let message = format!("这条规则有 {found} 个{what}格,表头有 {wanted} 列");
                self.error("wrong-cells", element, message, "补齐或删去多余的格子;不限的格子写 -");
            }
        }
        let tests = cells.into_iter().map(|it| self.tests(it)).collect();
        let nodes: Vec<Node> = results.iter().map(|it| self.result(*it)).collect();
        for ((node, output), cell) in nodes.iter().zip(outputs).zip(&results) {
            let unlisted = |it: &&Value| !it.is_null() && !output.values.is_empty() && !output.values.contains(it);
            if let Some(value) = node.constant().filter(unlisted) {
                let message = format!("输出“{value}”不在列出的输出值里");
                self.warning("unlisted-output", *cell, message, "改成列出的值之一,或补进 outputValues");
            }
        }
        Rule {
            id: Arc::from(element.attribute("id").unwrap_or("")),
            tests,
            outputs: nodes,
        }
    }

    /// An empty output cell is null.
    fn result(&mut self, cell: Element<'d, 'd>) -> Node {
        if text(cell).trim().is_empty() {
            Node::Literal(Value::Null)
        } else {
            self.expression(cell)
        }
    }
}

/// The constant values of tests that list some.
fn constants(tests: &[Test]) -> Vec<Value> {
    let constant = |it: &Test| match it {
        Test::Expression { node, .. } => node.constant().cloned(),
        _ => None,
    };
    tests
        .iter()
        .filter_map(constant)
        .filter(|it| !matches!(it, Value::Range(_)))
        .collect()
}

//! What a process names must exist: forms, decisions, fields, numbers. Said with the place in the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use yiwang_bpmn::{Act, Node, NodeKind, Process, Target};
use yiwang_feel::dmn;
use yiwang_model::{FieldType, Model, Register};
use yiwang_types::{Diagnostic, Place};

pub(crate) fn missing_process(register: &Register, name: &str) -> Diagnostic {
    let place = Place {
        file: register.file.clone(),
        line: 1,
        column: 1,
    };
    Diagnostic::error(
        "missing-process",
        place,
        format!("登记簿 {} 的流程“{name}”不存在", register.name),
        "改正 process,或补上流程文件",
    )
}

struct Check<'a> {
    model: &'a Model,
    decisions: &'a BTreeMap<String, Arc<dmn::Definitions>>,
    register: Option<&'a Register>,
    found: Vec<Diagnostic>,
}

pub(crate) fn process(model: &Model, decisions: &BTreeMap<String, Arc<dmn::Definitions>>, process: &Process) -> Vec<Diagnostic> {
    let register = process
        .register
        .as_ref()
        .and_then(|it| model.registers.get(it))
        .map(Arc::as_ref);
    let mut check = Check {
        model,
        decisions,
        register,
        found: Vec::new(),
    };
    match (&process.register, register) {
        (Some(name), None) => check.say(
            "missing-register",
            &process.place,
            format!("登记簿“{name}”不存在"),
            "改正 yw:process 的 register",
        ),
        (None, _) if process.executable => check.say(
            "missing-register",
            &process.place,
            "流程没有写登记簿",
            "加上 <yw:process register=\"…\"/>",
        ),
        _ => {}
    }
    for act in &process.acts {
        check.act(act, &process.place);
    }
    for node in &process.nodes {
        check.node(node);
    }
    check.found
}

impl Check<'_> {
    fn say(&mut self, code: &'static str, place: &Place, message: impl Into<String>, remedy: impl Into<String>) {
        self.found.push(Diagnostic::error(code, place.clone(), message, remedy));
    }

    fn node(&mut self, node: &Node) {
        for mapping in &node.outputs {
            self.target(&mapping.target, &node.place);
        }
        match &node.kind {
            NodeKind::User(task) => {
                let forms = task.form.iter().chain(task.outcomes.iter().filter_map(|it| it.form.as_ref()));
                for form in forms {
                    self.form(form, &node.place);
                }
                for act in &task.acts {
                    self.act(act, &node.place);
                }
            }
            NodeKind::Rule(rule) => {
                if !self.decisions.contains_key(&rule.decision) {
                    self.say(
                        "missing-decision",
                        &node.place,
                        format!("决策“{}”不存在", rule.decision),
                        "改正 decisionId,或补上 decisions/*.dmn",
                    );
                }
                self.target(&rule.result, &node.place);
            }
            NodeKind::Script(script) => self.target(&script.result, &node.place),
            NodeKind::Service(service) => self.service(&service.function, &node.place),
            _ => {}
        }
    }

    fn form(&mut self, name: &str, place: &Place) {
        match self.model.forms.get(name) {
            None => self.say(
                "missing-form",
                place,
                format!("表单“{name}”不存在"),
                "改正 formId,或补上 forms/*.yaml",
            ),
            Some(form) if self.register.is_some_and(|it| it.name != form.register) => {
                self.say(
                    "foreign-form",
                    place,
                    format!("表单“{name}”属于登记簿 {}", form.register),
                    "换成本登记簿的表单",
                );
            }
            Some(_) => {}
        }
    }

    fn act(&mut self, act: &Act, place: &Place) {
        if let Some(form) = &act.form {
            self.form(form, place);
        }
        if let Some(count) = &act.count {
            let fits = self
                .register
                .is_none_or(|it| it.field(count).is_some_and(|field| field.ty == FieldType::Integer));
            if !fits {
                self.say(
                    "missing-field",
                    place,
                    format!("计数字段“{count}”不存在或不是整数"),
                    "改正 count,或在登记簿里加一个 integer 字段",
                );
            }
        }
        if let Some(stamp) = &act.stamp {
            let fits = self
                .register
                .is_none_or(|it| it.field(stamp).is_some_and(|field| field.ty == FieldType::DateTime));
            if !fits {
                self.say(
                    "missing-field",
                    place,
                    format!("时间字段“{stamp}”不存在或不是 datetime"),
                    "改正 stamp,或在登记簿里加一个 datetime 字段",
                );
            }
        }
    }

    fn target(&mut self, target: &Target, place: &Place) {
        let Target::Record(field) = target else { return };
        if self.register.is_some_and(|it| it.field(field).is_none()) {
            self.say(
                "missing-field",
                place,
                format!("登记簿里没有字段“{field}”"),
                "改正 record.字段名,或在登记簿里加上这个字段",
            );
        }
    }

    fn service(&mut self, function: &str, place: &Place) {
        let Some(register) = self.register else { return };
        let fits = match function.split_once(':') {
            Some(("number", field)) => register.numbers.iter().any(|it| it.field == field),
            Some(("lookup", field)) => register.field(field).is_some_and(|it| it.ty == FieldType::Reference),
            _ => false,
        };
        if !fits {
            self.say(
                "missing-function",
                place,
                format!("没有服务“{function}”"),
                "可用的有 number:编号字段、lookup:引用字段",
            );
        }
    }
}

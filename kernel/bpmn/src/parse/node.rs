//! One node of the flow.

use crate::model::{Boundary, Mapping, Node, NodeKind, Rule, Script, Service, Target};
use crate::xml::Element;

use super::reader::{Reader, text};
use super::vocabulary::{Extensions, check_attributes, titled};
use super::{BPMN, YW, ZEEBE, task, timer};

/// Children of a node that are only drawn or are read elsewhere.
const HARMLESS: &[&str] = &[
    "documentation",
    "extensionElements",
    "incoming",
    "outgoing",
    "ioSpecification",
    "dataInputAssociation",
    "dataOutputAssociation",
    "property",
    "category",
];

pub fn read(element: &Element, reader: &mut Reader) -> Node {
    let id = text(element, "id").unwrap_or_default();
    let extensions = Extensions::read(element, reader);
    let kind = read_kind(element, &id, &extensions, reader);
    if !matches!(kind, NodeKind::Unsupported(_)) {
        check_children(element, reader);
        check_behaviour(element, reader);
    }
    let mappings = extensions.one(ZEEBE, "ioMapping");
    Node {
        name: text(element, "name").unwrap_or_else(|| id.clone()),
        inputs: mappings
            .map(|it| read_mappings(it, "input", reader, Reader::variable))
            .unwrap_or_default(),
        outputs: mappings
            .map(|it| read_mappings(it, "output", reader, Reader::target))
            .unwrap_or_default(),
        place: reader.place(element.position),
        incoming: Vec::new(),
        outgoing: Vec::new(),
        kind,
        id,
    }
}

fn read_kind(element: &Element, id: &str, extensions: &Extensions<'_>, reader: &mut Reader) -> NodeKind {
    match element.name.as_str() {
        "startEvent" => NodeKind::Start,
        "endEvent" => NodeKind::End {
            status: extensions.one(YW, "end").and_then(|it| text(it, "status")),
        },
        "intermediateThrowEvent" => NodeKind::Milestone,
        "userTask" => NodeKind::User(Box::new(task::read(element, id, extensions, reader))),
        "serviceTask" => NodeKind::Service(read_service(element, extensions, reader)),
        "businessRuleTask" => NodeKind::Rule(read_rule(element, extensions, reader)),
        "scriptTask" => NodeKind::Script(read_script(element, extensions, reader)),
        "exclusiveGateway" => NodeKind::Exclusive {
            default: text(element, "default"),
        },
        "parallelGateway" => NodeKind::Parallel,
        "boundaryEvent" => NodeKind::Boundary(Boundary {
            attached_to: text(element, "attachedToRef").unwrap_or_default(),
            interrupting: reader.truth(element, "cancelActivity", true),
            timer: timer::read(element, extensions, reader),
        }),
        other => {
            let message = format!("引擎不能执行 {}{}", titled(element), chinese(other));
            reader.error("unsupported-element", element.position, message, remedy(other));
            NodeKind::Unsupported(other.to_owned())
        }
    }
}

fn read_service(element: &Element, extensions: &Extensions<'_>, reader: &mut Reader) -> Service {
    let Some(service) = missing(extensions.one(YW, "service"), element, "yw:service", reader) else {
        return Service {
            function: String::new(),
            wait: false,
            result: None,
        };
    };
    let owner = titled(element);
    Service {
        function: reader
            .required(service, "function", &owner)
            .map(|it| it.value.trim().to_owned())
            .unwrap_or_default(),
        wait: reader.truth(service, "wait", false),
        result: service.attribute("resultVariable").and_then(|it| reader.target(it)),
    }
}

fn read_rule(element: &Element, extensions: &Extensions<'_>, reader: &mut Reader) -> Rule {
    let nothing = || Target::Variable(String::new());
    let Some(called) = missing(
        extensions.one(ZEEBE, "calledDecision"),
        element,
        "zeebe:calledDecision",
        reader,
    ) else {
        return Rule {
            decision: String::new(),
            result: nothing(),
        };
    };
    let owner = titled(element);
    Rule {
        decision: reader
            .required(called, "decisionId", &owner)
            .map(|it| it.value.trim().to_owned())
            .unwrap_or_default(),
        result: result(called, &owner, reader).unwrap_or_else(nothing),
    }
}

fn read_script(element: &Element, extensions: &Extensions<'_>, reader: &mut Reader) -> Script {
    let nothing = || Target::Variable(String::new());
    let Some(script) = missing(extensions.one(ZEEBE, "script"), element, "zeebe:script", reader) else {
        return Script {
            expression: None,
            result: nothing(),
        };
    };
    let owner = titled(element);
    let expression = reader.required(script, "expression", &owner);
    Script {
        expression: expression.and_then(|it| reader.feel(&it.value, it.position)),
        result: result(script, &owner, reader).unwrap_or_else(nothing),
    }
}

fn result(element: &Element, owner: &str, reader: &mut Reader) -> Option<Target> {
    let attribute = reader.required(element, "resultVariable", owner)?;
    reader.target(attribute)
}

fn missing<'a>(found: Option<&'a Element>, owner: &Element, name: &str, reader: &mut Reader) -> Option<&'a Element> {
    if found.is_none() {
        let message = format!("{}缺少 {name}", titled(owner));
        reader.error(
            "missing-extension",
            owner.position,
            message,
            format!("在 extensionElements 里写上 {name}"),
        );
    }
    found
}

fn read_mappings<T>(
    element: &Element,
    name: &str,
    reader: &mut Reader,
    target: impl Fn(&mut Reader, &crate::xml::Attribute) -> Option<T>,
) -> Vec<Mapping<T>> {
    let mut mappings = Vec::new();
    for line in element.elements() {
        if !line.is(ZEEBE, "input") && !line.is(ZEEBE, "output") {
            if name == "input" {
                reader.error(
                    "unknown-extension",
                    line.position,
                    format!("ioMapping 里不能写 {}", line.name),
                    "只写 input 和 output",
                );
            }
            continue;
        }
        if line.name != name {
            continue;
        }
        check_attributes(line, &["source", "target"], reader);
        let source = reader
            .required(line, "source", "ioMapping")
            .and_then(|it| reader.feel(&it.value, it.position));
        let target = reader.required(line, "target", "ioMapping").and_then(|it| target(reader, it));
        if let (Some(source), Some(target)) = (source, target) {
            mappings.push(Mapping { source, target });
        }
    }
    mappings
}

/// Refuses what changes how a known node runs: loops, events, performers, scripts of other languages.
fn check_children(element: &Element, reader: &mut Reader) {
    let timer = |it: &Element| element.name == "boundaryEvent" && it.name == "timerEventDefinition";
    let refused = element
        .elements()
        .filter(|it| it.namespace.as_deref() == Some(BPMN) && !HARMLESS.contains(&it.name.as_str()) && !timer(it));
    for child in refused {
        let message = format!("引擎不能执行 {}里的 {}{}", titled(element), child.name, chinese(&child.name));
        reader.error(
            "unsupported-element",
            child.position,
            message,
            "去掉它,或换成支持的写法(见 docs/formats.md)",
        );
    }
}

fn check_behaviour(element: &Element, reader: &mut Reader) {
    let usual = [
        ("isForCompensation", "false"),
        ("startQuantity", "1"),
        ("completionQuantity", "1"),
        ("parallelMultiple", "false"),
    ];
    for (name, expected) in usual {
        if let Some(attribute) = element.attribute(name).filter(|it| it.value != expected) {
            let message = format!("引擎不能执行 {}的 {name}=\"{}\"", titled(element), attribute.value);
            reader.error("unsupported-attribute", attribute.position, message, format!("去掉 {name}"));
        }
    }
    if element.name != "exclusiveGateway"
        && let Some(attribute) = element.attribute("default")
    {
        let message = format!("{}不能有默认连线", titled(element));
        reader.error(
            "unsupported-attribute",
            attribute.position,
            message,
            "默认连线只能从排他网关流出",
        );
    }
}

fn chinese(name: &str) -> &'static str {
    match name {
        "task" => "(未定类型的任务)",
        "manualTask" => "(手工任务)",
        "sendTask" => "(发送任务)",
        "receiveTask" => "(接收任务)",
        "subProcess" | "adHocSubProcess" | "transaction" => "(子流程)",
        "callActivity" => "(调用活动)",
        "inclusiveGateway" => "(包容网关)",
        "eventBasedGateway" => "(事件网关)",
        "complexGateway" => "(复杂网关)",
        "intermediateCatchEvent" => "(中间捕获事件)",
        "messageEventDefinition" => "(消息事件)",
        "signalEventDefinition" => "(信号事件)",
        "errorEventDefinition" => "(错误事件)",
        "escalationEventDefinition" => "(升级事件)",
        "terminateEventDefinition" => "(终止事件)",
        "compensateEventDefinition" => "(补偿事件)",
        "conditionalEventDefinition" => "(条件事件)",
        "linkEventDefinition" => "(链接事件)",
        "timerEventDefinition" => "(定时事件)",
        "multiInstanceLoopCharacteristics" => "(多实例)",
        "standardLoopCharacteristics" => "(循环)",
        _ => "",
    }
}

fn remedy(name: &str) -> &'static str {
    match name {
        "task" | "manualTask" => "改为用户任务、服务任务、脚本任务或业务规则任务",
        "inclusiveGateway" | "complexGateway" | "eventBasedGateway" => "改用排他网关或并行网关",
        "subProcess" | "adHocSubProcess" | "transaction" | "callActivity" => "把里面的步骤画在本流程里",
        _ => "去掉它,或换成支持的元素(见 docs/formats.md)",
    }
}

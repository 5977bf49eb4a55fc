//! Which extension elements the engine knows, on what they may stand, and their attributes. Everything else in the two namespaces
//! is refused by name: a setting that is silently ignored would be believed.

use crate::xml::Element;

use super::reader::Reader;
use super::{BPMN, YW, ZEEBE};

/// One known extension element.
struct Word {
    namespace: &'static str,
    name: &'static str,
    attributes: &'static [&'static str],
    owners: &'static [&'static str],
    many: bool,
}

const ACTIVITIES: &[&str] = &["userTask", "serviceTask", "businessRuleTask", "scriptTask"];

const fn one(
    namespace: &'static str,
    name: &'static str,
    owners: &'static [&'static str],
    attributes: &'static [&'static str],
) -> Word {
    Word {
        namespace,
        name,
        attributes,
        owners,
        many: false,
    }
}

const fn many(
    namespace: &'static str,
    name: &'static str,
    owners: &'static [&'static str],
    attributes: &'static [&'static str],
) -> Word {
    Word {
        namespace,
        name,
        attributes,
        owners,
        many: true,
    }
}

const WORDS: &[Word] = &[
    one(ZEEBE, "userTask", &["userTask"], &[]),
    one(ZEEBE, "assignmentDefinition", &["userTask"], &["assignee", "candidateGroups"]),
    one(ZEEBE, "formDefinition", &["userTask"], &["formId"]),
    one(ZEEBE, "taskSchedule", &["userTask"], &["dueDate", "followUpDate"]),
    one(
        ZEEBE,
        "calledDecision",
        &["businessRuleTask"],
        &["decisionId", "resultVariable"],
    ),
    one(
        ZEEBE,
        "calledElement",
        &["callActivity"],
        &["processId", "propagateAllChildVariables", "propagateAllParentVariables"],
    ),
    one(ZEEBE, "ioMapping", ACTIVITIES, &[]),
    one(ZEEBE, "script", &["scriptTask"], &["expression", "resultVariable"]),
    one(YW, "process", &["process"], &["register"]),
    many(YW, "clock", &["process"], &["id", "title", "limit", "runsWhile", "endsAt"]),
    many(
        YW,
        "act",
        &["process", "userTask"],
        &[
            "name",
            "title",
            "kind",
            "form",
            "comment",
            "when",
            "window",
            "decidedBy",
            "count",
            "stamp",
            "status",
            "roles",
        ],
    ),
    one(
        YW,
        "task",
        &["userTask"],
        &["status", "claimed", "clock", "lease", "separateFrom"],
    ),
    many(YW, "outcome", &["userTask"], &["id", "title", "form", "comment"]),
    one(YW, "service", &["serviceTask"], &["function", "wait", "resultVariable"]),
    one(YW, "timer", &["boundaryEvent"], &["clock"]),
    one(YW, "end", &["endEvent"], &["status"]),
];

/// The extension elements of one BPMN element that the engine knows.
pub struct Extensions<'a> {
    known: Vec<&'a Element>,
}

impl<'a> Extensions<'a> {
    /// Reads and checks them; foreign namespaces are left alone.
    pub fn read(owner: &'a Element, reader: &mut Reader) -> Extensions<'a> {
        let mut known: Vec<&Element> = Vec::new();
        let groups = owner.elements().filter(|it| it.is(BPMN, "extensionElements"));
        for element in groups.flat_map(Element::elements) {
            let Some(namespace) = element.namespace.as_deref().filter(|it| [ZEEBE, YW].contains(it)) else {
                continue;
            };
            let Some(word) = WORDS.iter().find(|it| element.is(it.namespace, it.name)) else {
                let message = format!("{}不支持扩展元素 {}:{}", titled(owner), prefix(namespace), element.name);
                reader.error(
                    "unknown-extension",
                    element.position,
                    message,
                    "去掉它,或换成支持的写法(见 docs/formats.md)",
                );
                continue;
            };
            if !word.owners.contains(&owner.name.as_str()) {
                let message = format!("{}:{} 不能写在{}上", prefix(namespace), element.name, titled(owner));
                reader.error(
                    "misplaced-extension",
                    element.position,
                    message,
                    format!("只能写在 {} 上", word.owners.join("、")),
                );
                continue;
            }
            if !word.many && known.iter().any(|it| it.is(word.namespace, word.name)) {
                let message = format!("{}写了两个 {}:{}", titled(owner), prefix(namespace), element.name);
                reader.error("repeated-extension", element.position, message, "只留一个");
                continue;
            }
            check_attributes(element, word.attributes, reader);
            known.push(element);
        }
        Extensions { known }
    }

    /// The one element of that name.
    pub fn one(&self, namespace: &str, name: &str) -> Option<&'a Element> {
        self.known.iter().copied().find(|it| it.is(namespace, name))
    }

    /// All elements of that name in order.
    pub fn all<'s>(&'s self, namespace: &'s str, name: &'s str) -> impl Iterator<Item = &'a Element> + 's {
        self.known.iter().copied().filter(move |it| it.is(namespace, name))
    }
}

/// Refuses attributes that are not in the list.
pub fn check_attributes(element: &Element, known: &[&str], reader: &mut Reader) {
    for attribute in element
        .attributes
        .iter()
        .filter(|it| it.namespace.is_none() && !known.contains(&it.name.as_str()))
    {
        let message = format!("{} 没有属性 {}", element.name, attribute.name);
        let remedy = if known.is_empty() {
            "去掉它".to_owned()
        } else {
            format!("去掉它,可用的有 {}", known.join("、"))
        };
        reader.error("unknown-attribute", attribute.position, message, remedy);
    }
}

/// An element as messages name it.
pub fn titled(element: &Element) -> String {
    match element.value("id") {
        Some(id) => format!("{} {id} ", element.name),
        None => format!("{} ", element.name),
    }
}

fn prefix(namespace: &str) -> &'static str {
    if namespace == ZEEBE { "zeebe" } else { "yw" }
}

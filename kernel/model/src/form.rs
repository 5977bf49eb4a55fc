//! Forms: what a task asks for.

use crate::field::Field;
use crate::read;
use crate::register::read_field;
use crate::rule::{self, Rule};
use crate::sink::Sink;
use crate::yaml::Node;

/// A form over a register.
#[derive(Clone, Debug)]
pub struct Form {
    /// Name.
    pub name: String,
    /// App that defines it.
    pub app: String,
    /// Register whose records it fills.
    pub register: String,
    /// Title.
    pub title: String,
    /// Fields in order.
    pub fields: Vec<FormField>,
    /// Conditions over `record`, `form` and `task` that must be true.
    pub rules: Vec<Rule>,
    /// Who makes new records with it; none for a form of a step.
    pub create: Option<FormCreate>,
    /// File that defines it.
    pub file: String,
}

/// How a form makes new records.
#[derive(Clone, Debug, Default)]
pub struct FormCreate {
    /// Roles whose holders it is offered to, as far as they may create at all.
    pub roles: Vec<String>,
    /// Values that go along without being asked for, by field.
    pub set: serde_json::Map<String, serde_json::Value>,
}

/// A field as a form shows it.
#[derive(Clone, Debug)]
pub struct FormField {
    /// Name of the register's field or of the form's own one.
    pub name: String,
    /// The definition when it is the form's own field; else the register has it.
    pub own: Option<Field>,
    /// Required by this form, whatever the register says.
    pub required: bool,
    /// Title here instead of the field's own.
    pub title: Option<String>,
    /// Help here instead of the field's own.
    pub help: Option<String>,
    /// Where its value goes. A form's own field is kept in the task's history and never reaches the record.
    pub into: FormInto,
}

/// Where the value of a form field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormInto {
    /// Into the record.
    Record,
    /// Into the comment of the act.
    Comment,
    /// Only into the task's history.
    None,
}

pub(crate) fn read(sink: &mut Sink<'_>, app: &str, node: &Node) -> Option<Form> {
    let mut fields: Vec<FormField> = Vec::new();
    for it in read::items(node, "fields") {
        let Some(field) = read_form_field(sink, it) else { continue };
        if fields.iter().any(|it| it.name == field.name) {
            sink.error("duplicate", it.mark, format!("字段 `{}` 写了两次", field.name), "只留一处");
        }
        fields.push(field);
    }
    Some(Form {
        name: read::text(node, "form")?,
        app: app.to_owned(),
        register: read::text(node, "register")?,
        title: read::text(node, "title").unwrap_or_default(),
        fields,
        rules: rule::read_all(node, "rules"),
        create: node.get("create").map(read_create),
        file: sink.file().to_owned(),
    })
}

fn read_create(node: &Node) -> FormCreate {
    let set = node.get("set").and_then(Node::map).unwrap_or_default();
    FormCreate {
        roles: read::texts(node, "roles"),
        set: set.iter().map(|(key, it)| (key.text.clone(), it.json())).collect(),
    }
}

fn read_form_field(sink: &mut Sink<'_>, node: &Node) -> Option<FormField> {
    let into = match read::text(node, "into").as_deref() {
        Some("comment") => FormInto::Comment,
        Some("none") => FormInto::None,
        _ => FormInto::Record,
    };
    let (name, own, into) = match (read::text(node, "field"), read::text(node, "name")) {
        (Some(name), None) => {
            report_own_options(sink, node);
            (name, None, into)
        }
        (None, Some(name)) => {
            for key in ["title", "type"].into_iter().filter(|it| node.get(it).is_none()) {
                let message = format!("表单自己的字段 `{name}` 缺少 `{key}`");
                sink.error("missing-key", node.mark, message, format!("补上 `{key}`"));
            }
            let into = if into == FormInto::Record { FormInto::None } else { into };
            (name, Some(read_field(sink, node)?), into)
        }
        _ => {
            sink.error(
                "contradiction",
                node.mark,
                "表单的字段要写 `field` 或 `name` 中的一个",
                "只留一个",
            );
            return None;
        }
    };
    let required = read::flag(node, "required");
    Some(FormField {
        name,
        own,
        required,
        title: read::text(node, "title"),
        help: read::text(node, "help"),
        into,
    })
}

/// A field of the register keeps its type and limits; the form may only ask for more.
fn report_own_options(sink: &mut Sink<'_>, node: &Node) {
    const ALLOWED: &[&str] = &["field", "title", "help", "required", "into"];
    for (key, _) in node.map().unwrap_or_default() {
        let known = crate::formats::FORM_KEYS
            .iter()
            .any(|table| table.iter().any(|it| it.name == key.text));
        if known && !ALLOWED.contains(&key.text.as_str()) {
            let message = format!("登记簿的字段在表单里不能改 `{}`", key.text);
            sink.error("option-unfit", key.mark, message, "删去这一项;要改就改登记簿");
        }
    }
}

//! What a package says of itself: `app.yaml`, `overlay.yaml`, and the files that other crates parse.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::read;
use crate::register::Register;
use crate::sink::Sink;
use crate::yaml::Node;

/// An app.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Folder, e.g. `apps/upkeep`.
    pub root: String,
    /// The kernel's own package.
    pub system: bool,
    /// Registers and dictionaries that other apps may refer to.
    pub provides: Vec<String>,
    /// Registers and dictionaries of other apps that it refers to.
    pub needs: Vec<String>,
    /// Parameters that a place may set.
    pub parameters: Vec<Parameter>,
}

/// A parameter of an app.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name; the place writes `APP.NAME`.
    pub name: String,
    /// What it means.
    pub title: String,
    /// Value when the place sets none.
    pub default: Json,
    /// Values allowed; empty allows all.
    pub choices: Vec<Json>,
}

/// One place's own configuration, with the base overlays already under it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// Name.
    pub place: String,
    /// Title.
    pub title: String,
    /// Code of its division.
    pub division: Option<String>,
    /// Apps in use; empty: every app.
    pub apps: Vec<String>,
    /// Colours and pictures.
    pub theme: BTreeMap<String, Json>,
    /// The footer that law asks for.
    pub footer: BTreeMap<String, Json>,
    /// Values of parameters by `APP.NAME`.
    pub parameters: BTreeMap<String, Json>,
}

/// A file whose content another crate parses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// App or overlay that holds it.
    pub app: String,
    /// Path.
    pub file: String,
    /// Content.
    pub text: Arc<str>,
}

/// A process: BPMN, parsed by `kernel/bpmn`.
pub type ProcessSource = TextFile;
/// A decision: DMN, parsed by `kernel/feel`.
pub type DecisionSource = TextFile;
/// A page of the public site, or the YAML with its words (`portal/*.html`, `portal/*.yaml`).
pub type PortalTemplate = TextFile;

/// Records to be loaded through the pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Seed {
    /// App or overlay that brings them.
    pub app: String,
    /// Register.
    pub register: String,
    /// File.
    pub file: String,
    /// Input of each record, in order.
    pub records: Vec<Map<String, Json>>,
    /// Line of each record in the file.
    pub lines: Vec<u32>,
}

pub(crate) fn read_app(node: &Node, root: &str, system: bool) -> Option<App> {
    Some(App {
        name: read::text(node, "app")?,
        title: read::text(node, "title").unwrap_or_default(),
        root: root.to_owned(),
        system,
        provides: read::texts(node, "provides"),
        needs: read::texts(node, "needs"),
        parameters: read::items(node, "parameters").iter().filter_map(read_parameter).collect(),
    })
}

fn read_parameter(node: &Node) -> Option<Parameter> {
    Some(Parameter {
        name: read::text(node, "name")?,
        title: read::text(node, "title").unwrap_or_default(),
        default: node.get("default")?.json(),
        choices: read::items(node, "choices").iter().map(Node::json).collect(),
    })
}

pub(crate) fn read_overlay(node: &Node) -> Option<Overlay> {
    let map = |key| {
        let entries = node.get(key).and_then(Node::map).unwrap_or_default();
        entries
            .iter()
            .map(|(key, it)| (key.text.clone(), it.json()))
            .collect::<BTreeMap<_, _>>()
    };
    Some(Overlay {
        place: read::text(node, "place")?,
        title: read::text(node, "title").unwrap_or_default(),
        division: read::text(node, "division"),
        apps: read::texts(node, "apps"),
        theme: map("theme"),
        footer: map("footer"),
        parameters: map("parameters"),
    })
}

impl Overlay {
    /// Puts a more special overlay over this one.
    pub(crate) fn covered_by(mut self, over: Overlay) -> Overlay {
        self.theme.extend(over.theme);
        self.footer.extend(over.footer);
        self.parameters.extend(over.parameters);
        let apps = if over.apps.is_empty() { self.apps } else { over.apps };
        let division = over.division.or(self.division);
        Overlay {
            place: over.place,
            title: over.title,
            division,
            apps,
            ..self
        }
    }
}

/// A seed as written; its values get their types when the register is known.
#[derive(Debug)]
pub(crate) struct SeedDraft {
    pub(crate) register: String,
}

pub(crate) fn read_seed(node: &Node) -> Option<SeedDraft> {
    Some(SeedDraft {
        register: read::text(node, "register")?,
    })
}

/// The records of a seed, each value read as its field's type wants; reports fields that the register lacks.
pub(crate) fn seed_records(sink: &mut Sink<'_>, node: &Node, register: &Register) -> (Vec<Map<String, Json>>, Vec<u32>) {
    let mut records = Vec::new();
    let mut lines = Vec::new();
    for record in read::items(node, "records") {
        let mut values = Map::new();
        for (key, it) in record.map().unwrap_or_default() {
            let Some(field) = register.field(&key.text) else {
                let names: Vec<&str> = register.fields.iter().map(|it| it.name.as_str()).collect();
                let message = format!("登记簿 `{}` 没有字段 `{}`", register.name, key.text);
                sink.error(
                    "missing-reference",
                    key.mark,
                    message,
                    crate::suggest::remedy(&key.text, names),
                );
                continue;
            };
            values.insert(key.text.clone(), read::json_for(it, field.ty));
        }
        records.push(values);
        lines.push(record.mark.line);
    }
    (records, lines)
}

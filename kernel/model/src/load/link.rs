//! Checks that what files name is there, and that its owner is declared in `needs`.

mod grants;
pub(crate) mod names;

use std::collections::{BTreeMap, BTreeSet};

use crate::dictionary::Dictionary;
use crate::field::{Field, FieldType};
use crate::form::Form;
use crate::read;
use crate::register::Register;
use crate::report::Report;
use crate::sink::Sink;
use crate::suggest;
use crate::yaml::Node;

use super::package::{Draft, Head, Package};

/// Everything that all packages define together, broken ones included: what is broken is not missing.
#[derive(Clone, Default)]
pub(crate) struct Universe {
    pub(crate) registers: BTreeMap<String, Register>,
    pub(crate) dictionaries: BTreeMap<String, Dictionary>,
    pub(crate) processes: BTreeSet<String>,
    decisions: BTreeSet<String>,
    pub(crate) reports: BTreeMap<String, Report>,
    /// Roles that have a title somewhere.
    pub(crate) titled_roles: BTreeSet<String>,
    /// Package by provided name.
    pub(crate) provided: BTreeMap<String, String>,
    /// Parameters `APP.NAME` with the values allowed.
    pub(crate) parameters: BTreeMap<String, Vec<serde_json::Value>>,
    pub(crate) apps: BTreeSet<String>,
}

impl Universe {
    pub(crate) fn of(packages: &[Package<'_>]) -> Universe {
        let mut all = Universe::default();
        for package in packages {
            if let Some(app) = package.app() {
                all.apps.insert(app.name.clone());
                add(&mut all.provided, app.provides.iter().map(|it| (it, &package.name)));
                let parameters = app
                    .parameters
                    .iter()
                    .map(|it| (format!("{}.{}", app.name, it.name), it.choices.clone()));
                all.parameters.extend(parameters);
                all.decisions.extend(package.decisions.iter().map(|(it, _)| it.clone()));
            }
            add(
                &mut all.registers,
                package.registers.iter().map(|it| (&it.value.name, &it.value)),
            );
            add(
                &mut all.dictionaries,
                package.dictionaries.iter().map(|it| (&it.value.name, &it.value)),
            );
            add(&mut all.reports, package.reports.iter().map(|it| (&it.value.name, &it.value)));
            all.processes.extend(package.processes.iter().map(|(it, _)| it.clone()));
            let roles = package.roles.iter().flat_map(|it| &it.value);
            all.titled_roles
                .extend(roles.filter(|it| it.title.is_some()).map(|it| it.name.clone()));
        }
        all
    }

    /// The decisions that a place may replace.
    pub(crate) fn decisions_of_apps(&self) -> &BTreeSet<String> {
        &self.decisions
    }
}

/// The first to define a name has it: neither a clashing app nor an overlay may break the app that was there before.
fn add<'a, T: Clone + 'a>(all: &mut BTreeMap<String, T>, more: impl Iterator<Item = (&'a String, &'a T)>) {
    for (name, it) in more {
        all.entry(name.clone()).or_insert_with(|| it.clone());
    }
}

/// Reports every broken reference of a package.
pub(crate) fn link(package: &mut Package<'_>, all: &Universe) {
    let mut found = Vec::new();
    let view = View {
        all,
        package: package.name.clone(),
        needs: package.app().map(|it| it.needs.clone()),
    };
    found.extend(package.head.iter().map(|it| link_head(&view, it, package)));
    found.extend(package.registers.iter().map(|it| link_register(&view, it)));
    found.extend(package.extensions.iter().map(|it| {
        let mut sink = it.sink();
        link_fields(&view, &mut sink, read::items(&it.node, "fields"), &it.value.fields);
        sink
    }));
    found.extend(package.forms.iter().map(|it| link_form(&view, it)));
    found.extend(package.reports.iter().map(|it| link_report(&view, it)));
    found.extend(package.imports.iter().map(|it| {
        let mut sink = it.sink();
        if let Some(register) = view.register(&mut sink, it.node.get("register")) {
            let keys = it.node.get("fields").and_then(Node::map).unwrap_or_default();
            for (key, _) in keys.iter().filter(|(key, _)| register.field(&key.text).is_none()) {
                view.missing_field(&mut sink, key.mark, &key.text, register);
            }
            view.fields(&mut sink, read::items(&it.node, "match"), register);
        }
        sink
    }));
    found.extend(package.roles.iter().map(|it| grants::link_roles(&view, it)));
    found.extend(package.seeds.iter().map(|it| {
        let mut sink = it.sink();
        if let Some(register) = view.register(&mut sink, it.node.get("register")) {
            let _ = crate::app::seed_records(&mut sink, &it.node, register);
        }
        sink
    }));
    let found: Vec<_> = found.into_iter().flat_map(Sink::into_found).collect();
    package.diagnostics.extend(found);
}

/// What one package may see.
struct View<'a> {
    all: &'a Universe,
    package: String,
    /// `None`: an overlay, which sees every app.
    needs: Option<Vec<String>>,
}

impl<'a> View<'a> {
    /// The register that a node names; reports it when missing or undeclared.
    fn register(&self, sink: &mut Sink<'_>, at: Option<&Node>) -> Option<&'a Register> {
        let (at, name) = (at?, at?.text()?);
        let Some(it) = self.all.registers.get(name) else {
            let remedy = suggest::remedy(name, self.all.registers.keys().map(String::as_str));
            sink.error("missing-reference", at.mark, format!("没有登记簿 `{name}`"), remedy);
            return None;
        };
        self.declared(sink, at, name, &it.app);
        Some(it)
    }

    fn dictionary(&self, sink: &mut Sink<'_>, at: &Node) -> Option<&'a Dictionary> {
        let name = at.text()?;
        let Some(it) = self.all.dictionaries.get(name) else {
            let remedy = suggest::remedy(name, self.all.dictionaries.keys().map(String::as_str));
            sink.error("missing-reference", at.mark, format!("没有字典 `{name}`"), remedy);
            return None;
        };
        self.declared(sink, at, name, &it.app);
        Some(it)
    }

    fn declared(&self, sink: &mut Sink<'_>, at: &Node, name: &str, owner: &str) {
        let Some(needs) = self
            .needs
            .as_ref()
            .filter(|_| owner != self.package && !owner.starts_with("overlay:"))
        else {
            return;
        };
        if !needs.iter().any(|it| it == name) {
            let message = format!("`{name}` 属于应用 {owner},没有写在 app.yaml 的 `needs` 里");
            sink.error(
                "undeclared-need",
                at.mark,
                message,
                format!("在 app.yaml 的 `needs` 里加上 {name}"),
            );
        }
    }

    /// Reports the nodes that name no field of the register; system columns count as fields.
    fn fields(&self, sink: &mut Sink<'_>, nodes: &[Node], register: &Register) {
        for at in nodes {
            let Some(name) = at.text().filter(|it| register.any_field(it).is_none()) else {
                continue;
            };
            self.missing_field(sink, at.mark, name, register);
        }
    }

    fn missing_field(&self, sink: &mut Sink<'_>, mark: crate::yaml::Mark, name: &str, register: &Register) {
        let remedy = suggest::remedy(name, register.fields.iter().map(|it| it.name.as_str()));
        sink.error(
            "missing-reference",
            mark,
            format!("登记簿 `{}` 没有字段 `{name}`", register.name),
            remedy,
        );
    }
}

fn link_head<'a>(view: &View<'_>, draft: &Draft<'a, Head>, package: &Package<'_>) -> Sink<'a> {
    let mut sink = draft.sink();
    match &draft.value {
        Head::App(_) => {
            for at in read::items(&draft.node, "provides") {
                let Some(name) = at.text() else { continue };
                let registers = package.registers.iter().map(|it| it.value.name.as_str());
                let own: Vec<&str> = registers
                    .chain(package.dictionaries.iter().map(|it| it.value.name.as_str()))
                    .collect();
                if !own.contains(&name) {
                    let remedy = suggest::remedy(name, own);
                    sink.error(
                        "missing-reference",
                        at.mark,
                        format!("本应用没有登记簿或字典 `{name}`"),
                        remedy,
                    );
                }
            }
            for at in read::items(&draft.node, "needs") {
                let Some(name) = at.text() else { continue };
                if view.all.provided.get(name).is_none_or(|it| *it == package.name) {
                    let remedy = suggest::remedy(name, view.all.provided.keys().map(String::as_str));
                    sink.error("missing-reference", at.mark, format!("没有别的应用提供 `{name}`"), remedy);
                }
            }
        }
        Head::Overlay { .. } => link_overlay(view, &mut sink, &draft.node),
    }
    sink
}

fn link_overlay(view: &View<'_>, sink: &mut Sink<'_>, node: &Node) {
    for at in read::items(node, "apps") {
        let name = at.text().unwrap_or_default();
        if !view.all.apps.contains(name) {
            let remedy = suggest::remedy(name, view.all.apps.iter().map(String::as_str));
            sink.error("missing-reference", at.mark, format!("没有应用 `{name}`"), remedy);
        }
    }
    for (key, value) in node.get("parameters").and_then(Node::map).unwrap_or_default() {
        match view.all.parameters.get(&key.text) {
            None => {
                let remedy = suggest::remedy(&key.text, view.all.parameters.keys().map(String::as_str));
                sink.error("missing-reference", key.mark, format!("没有参数 `{}`", key.text), remedy);
            }
            Some(choices) if !choices.is_empty() && !choices.contains(&value.json()) => {
                let all: Vec<String> = choices
                    .iter()
                    .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
                    .collect();
                sink.error(
                    "unknown-word",
                    value.mark,
                    format!("参数 `{}` 不能取这个值", key.text),
                    format!("可用的有 {}", all.join("、")),
                );
            }
            Some(_) => {}
        }
    }
}

fn link_register<'a>(view: &View<'_>, draft: &Draft<'a, Register>) -> Sink<'a> {
    let mut sink = draft.sink();
    let nodes = read::items(&draft.node, "fields");
    link_fields(view, &mut sink, nodes, &draft.value.fields);
    link_neighbours(view, &mut sink, nodes, &draft.value);
    names::check_rules(&mut sink, &draft.node, &draft.value, &[], names::RECORD);
    if let Some(at) = draft.node.get("process") {
        let name = at.text().unwrap_or_default();
        if !view.all.processes.contains(name) {
            let remedy = suggest::remedy(name, view.all.processes.iter().map(String::as_str));
            sink.error(
                "missing-reference",
                at.mark,
                format!("没有流程文件 processes/{name}.bpmn"),
                remedy,
            );
        }
    }
    sink
}

fn link_fields(view: &View<'_>, sink: &mut Sink<'_>, nodes: &[Node], fields: &[Field]) {
    for node in nodes {
        view.register(sink, node.get("register"));
        let Some(dictionary) = node.get("dictionary").and_then(|it| view.dictionary(sink, it)) else {
            continue;
        };
        let field = fields
            .iter()
            .find(|it| node.get("name").and_then(Node::text) == Some(&it.name));
        let default = field.and_then(|it| it.default.as_ref()).and_then(|it| it.as_text());
        if let (Some(code), Some(at)) = (default, node.get("default"))
            && dictionary.entry(code).is_none()
        {
            let remedy = suggest::remedy(code, dictionary.entries.iter().map(|it| it.code.as_str()));
            sink.error(
                "missing-reference",
                at.mark,
                format!("字典 `{}` 没有代码 “{code}”", dictionary.name),
                remedy,
            );
        }
    }
}

/// A choice is narrowed by another single choice beside it; a part of a `json` is shown like another field beside it.
fn link_neighbours(view: &View<'_>, sink: &mut Sink<'_>, nodes: &[Node], register: &Register) {
    for node in nodes {
        if let Some(at) = node.get("narrowed_by")
            && let Some(name) = at.text()
        {
            match register.field(name) {
                None => view.missing_field(sink, at.mark, name, register),
                Some(it) if it.ty == FieldType::Choice && !it.many && node.get("name").and_then(Node::text) != Some(name) => {}
                Some(_) => sink.error(
                    "wrong-type",
                    at.mark,
                    format!("`narrowed_by` 要用另一个单选的选项字段,`{name}` 不是"),
                    "换一个字段",
                ),
            }
        }
        let parts = node.get("parts").and_then(Node::map).unwrap_or_default();
        for (_, at) in parts {
            if let Some(name) = at.text().filter(|it| register.field(it).is_none()) {
                view.missing_field(sink, at.mark, name, register);
            }
        }
    }
}

/// The values that a form writes unasked are fields that whoever makes a record may write.
fn link_create(view: &View<'_>, sink: &mut Sink<'_>, node: &Node, register: &Register) {
    let set = node.get("create").and_then(|it| it.get("set")).and_then(Node::map);
    for (key, _) in set.unwrap_or_default() {
        match register.field(&key.text) {
            None => view.missing_field(sink, key.mark, &key.text, register),
            Some(it) if it.computed => sink.error(
                "not-allowed",
                key.mark,
                format!("字段 `{}` 由系统填写,不能随表单写入", it.name),
                "换一个字段,或删去",
            ),
            Some(_) => {}
        }
    }
}

/// What a help names in braces: a field, or a part of a json field that says what its parts are.
fn link_help(view: &View<'_>, sink: &mut Sink<'_>, help: Option<&Node>, register: &Register) {
    let Some((at, text)) = help.and_then(|it| Some((it, it.text()?))) else {
        return;
    };
    for named in text.split('{').skip(1).filter_map(|it| it.split_once('}')).map(|it| it.0) {
        let (field, part) = named.split_once('.').map_or((named, None), |it| (it.0, Some(it.1)));
        let known = |field: &Field| part.is_none_or(|part| field.parts.iter().any(|it| it.0 == part));
        if !register.field(field).is_some_and(known) {
            view.missing_field(sink, at.mark, named, register);
        }
    }
}

fn link_form<'a>(view: &View<'_>, draft: &Draft<'a, Form>) -> Sink<'a> {
    let mut sink = draft.sink();
    let nodes = read::items(&draft.node, "fields");
    let own: Vec<Field> = draft.value.fields.iter().filter_map(|it| it.own.clone()).collect();
    let own_nodes: Vec<Node> = nodes.iter().filter(|it| it.get("name").is_some()).cloned().collect();
    for node in &own_nodes {
        view.register(&mut sink, node.get("register"));
    }
    link_fields(view, &mut sink, &own_nodes, &own);
    let Some(register) = view.register(&mut sink, draft.node.get("register")) else {
        return sink;
    };
    link_neighbours(view, &mut sink, &own_nodes, register);
    link_create(view, &mut sink, &draft.node, register);
    for node in nodes {
        link_help(view, &mut sink, node.get("help"), register);
        if let Some(at) = node.get("field")
            && let Some(name) = at.text().filter(|it| register.field(it).is_none())
        {
            view.missing_field(&mut sink, at.mark, name, register);
        }
        if let Some(at) = node.get("name")
            && let Some(name) = at.text().filter(|it| register.any_field(it).is_some())
        {
            sink.error(
                "duplicate",
                at.mark,
                format!("登记簿已有字段 `{name}`"),
                "换一个名称,或写 `field` 用登记簿的字段",
            );
        }
    }
    names::check_rules(&mut sink, &draft.node, register, &own, names::TASK);
    for at in read::items(&draft.node, "rules").iter().filter_map(|it| it.get("field")) {
        let Some(name) = at.text() else { continue };
        if register.any_field(name).is_none() && !own.iter().any(|it| it.name == name) {
            view.missing_field(&mut sink, at.mark, name, register);
        }
    }
    sink
}

fn link_report<'a>(view: &View<'_>, draft: &Draft<'a, Report>) -> Sink<'a> {
    let mut sink = draft.sink();
    let Some(register) = view.register(&mut sink, draft.node.get("register")) else {
        return sink;
    };
    let period = draft.node.get("period").and_then(|it| it.get("field"));
    let sums: Vec<&Node> = read::items(&draft.node, "measures")
        .iter()
        .filter_map(|it| it.get("sum"))
        .collect();
    let groups = read::items(&draft.node, "group").iter();
    let wanted = period.into_iter().map(|it| (it, PERIOD, "日期或时间"));
    let wanted = wanted.chain(sums.into_iter().map(|it| (it, NUMBERS, "数字")));
    for (at, types, what) in wanted.chain(groups.map(|it| (it, GROUPS, "选项、引用或是否"))) {
        let name = at.text().unwrap_or_default();
        match register.any_field(name) {
            None => view.missing_field(&mut sink, at.mark, name, register),
            Some(it) if !types.contains(&it.ty) && name != "status" => {
                sink.error(
                    "wrong-type",
                    at.mark,
                    format!("这里要用{what}字段,`{name}` 不是"),
                    "换一个字段",
                );
            }
            Some(it) if it.sensitive.is_some() => {
                sink.error("not-allowed", at.mark, format!("敏感字段 `{name}` 不能统计"), "换一个字段");
            }
            Some(_) => {}
        }
    }
    sink
}

const PERIOD: &[FieldType] = &[FieldType::Date, FieldType::DateTime];
const NUMBERS: &[FieldType] = &[FieldType::Integer, FieldType::Decimal, FieldType::Money];
const GROUPS: &[FieldType] = &[FieldType::Choice, FieldType::Reference, FieldType::Boolean];

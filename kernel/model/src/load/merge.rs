//! Joins the packages: names that clash, what a place changes, and the Model of those that are whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yiwang_types::{Diagnostic, OfficeHours};

use crate::app::{self, Overlay, Seed};
use crate::model::Model;
use crate::overlay;
use crate::register::Register;
use crate::role::Role;
use crate::sink::Sink;
use crate::suggest;
use crate::yaml::{Mark, Node};

use super::link::Universe;
use super::package::{Draft, Package};

/// Reports a name that an earlier package already defines. Overlays replace on purpose, so they are left out.
pub(super) fn report_duplicates(packages: &mut [Package<'_>]) {
    let mut seen: BTreeMap<(&'static str, String), String> = BTreeMap::new();
    for package in packages.iter_mut().filter(|it| !it.name.starts_with("overlay:")) {
        let mut names: Vec<(&'static str, String, Sink<'_>, Mark)> = Vec::new();
        macro_rules! add {
            ($list:ident, $what:literal, $key:literal) => {
                names.extend(package.$list.iter().map(|it| {
                    let mark = it.node.get($key).map_or(it.node.mark, |it| it.mark);
                    ($what, it.value.name.clone(), it.sink(), mark)
                }));
            };
        }
        add!(registers, "登记簿", "register");
        add!(dictionaries, "字典", "dictionary");
        add!(forms, "表单", "form");
        add!(reports, "统计表", "report");
        add!(imports, "导入", "import");
        add!(calendars, "日历", "calendar");
        names.extend(
            package
                .head
                .iter()
                .map(|it| ("应用", package.name.clone(), it.sink(), it.node.mark)),
        );
        let texts = package
            .processes
            .iter()
            .map(|it| ("流程", it))
            .chain(package.decisions.iter().map(|it| ("决策", it)));
        let texts: Vec<_> = texts
            .map(|(what, (stem, it))| (what, stem.clone(), it.file.clone()))
            .collect();
        for (what, name, mut sink, mark) in names {
            if let Some(first) = seen.insert((what, name.clone()), sink.file().to_owned()) {
                sink.error(
                    "duplicate",
                    mark,
                    format!("{what} `{name}` 已在 {first} 里定义"),
                    "换一个名称",
                );
                package.report(sink);
            }
        }
        for (what, name, file) in texts {
            if let Some(first) = seen.insert((what, name.clone()), file.clone()) {
                let mut sink = Sink::new(&file, "");
                sink.error(
                    "duplicate",
                    Mark::FILE,
                    format!("{what} `{name}` 已在 {first} 里定义"),
                    "换一个名称",
                );
                package.report(sink);
            }
        }
    }
}

/// Reports a second place: base overlays may be many, the place is one.
pub(super) fn report_places(packages: &mut [Package<'_>]) {
    let mut first: Option<String> = None;
    for package in packages.iter_mut() {
        let Some((overlay, false)) = package.overlay() else { continue };
        let place = overlay.place.clone();
        let Some(other) = &first else {
            first = Some(place);
            continue;
        };
        let Some(mut sink) = package.head.as_ref().map(Draft::sink) else {
            continue;
        };
        let message = format!("已有地方配置 {other},{place} 不能同时使用");
        sink.error(
            "several-places",
            Mark::FILE,
            message,
            "只留一个地方;公用的底稿写 `base: true`",
        );
        package.report(sink);
    }
}

/// The registers that overlays change, as changed by whole overlays only; also reports decisions that replace nothing.
pub(super) fn extend_registers(packages: &mut [Package<'_>], all: &Universe) -> BTreeMap<String, Register> {
    let mut extended: BTreeMap<String, Register> = BTreeMap::new();
    for base_first in [true, false] {
        for package in packages.iter_mut() {
            if package.overlay().is_none_or(|(_, base)| base != base_first) {
                continue;
            }
            let mut made = BTreeMap::new();
            let mut found = Vec::new();
            for draft in &package.extensions {
                let mut sink = draft.sink();
                let name = &draft.value.register;
                match made
                    .get(name)
                    .or_else(|| extended.get(name))
                    .or_else(|| all.registers.get(name))
                {
                    Some(base) => {
                        let register = overlay::apply(&mut sink, &draft.node, &draft.value, base);
                        made.insert(name.clone(), register);
                    }
                    None => {
                        let mark = draft.node.get("extend").map_or(Mark::FILE, |it| it.mark);
                        let remedy = suggest::remedy(name, all.registers.keys().map(String::as_str));
                        sink.error("missing-reference", mark, format!("没有登记簿 `{name}`"), remedy);
                    }
                }
                found.extend(sink.into_found());
            }
            for (stem, text) in package
                .decisions
                .iter()
                .filter(|(stem, _)| !all.decisions_of_apps().contains(stem))
            {
                let mut sink = Sink::new(&text.file, "");
                let remedy = suggest::remedy(stem, all.decisions_of_apps().iter().map(String::as_str));
                sink.error("missing-reference", Mark::FILE, format!("没有应用使用决策 `{stem}`"), remedy);
                found.extend(sink.into_found());
            }
            package.diagnostics.extend(found);
            if !package.is_broken() {
                extended.extend(made);
            }
        }
    }
    extended
}

/// The Model of the packages without errors, and the diagnostics of the others by name.
pub(super) fn build(
    packages: &[Package<'_>],
    extended: &BTreeMap<String, Register>,
    stray: &[Diagnostic],
) -> (Model, BTreeMap<String, Vec<Diagnostic>>) {
    let mut disabled: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for it in stray {
        let root = it.place.file.rsplit('/').nth(1).unwrap_or_default();
        disabled.entry(root.to_owned()).or_default().push(it.clone());
    }
    for package in packages.iter().filter(|it| it.is_broken()) {
        disabled
            .entry(package.name.clone())
            .or_default()
            .extend(package.diagnostics.iter().cloned());
    }
    let mut model = Model {
        overlay: overlay_of(packages),
        ..Model::default()
    };
    let wanted: BTreeSet<String> = model.overlay.iter().flat_map(|it| it.apps.clone()).collect();
    let mut in_use: Vec<&Package<'_>> = Vec::new();
    for package in packages.iter().filter(|it| !it.is_broken() && it.head.is_some()) {
        let listed = |name: &str, system| system || wanted.is_empty() || wanted.contains(name);
        if package.app().is_none_or(|it| listed(&it.name, it.system)) {
            in_use.push(package);
        }
    }
    // The place comes after its base overlays, so that what it defines again wins.
    in_use.sort_by_key(|it| it.overlay().map(|(_, base)| !base));
    for package in &in_use {
        add_definitions(&mut model, package, extended);
    }
    for package in &in_use {
        add_seeds(&mut model, package);
    }
    link_keys(&mut model);
    (model, disabled)
}

fn overlay_of(packages: &[Package<'_>]) -> Option<Overlay> {
    let whole = || packages.iter().filter(|it| !it.is_broken()).filter_map(Package::overlay);
    let bases = whole().filter(|(_, base)| *base);
    let place = whole().filter(|(_, base)| !*base);
    bases.chain(place).map(|(it, _)| it.clone()).reduce(Overlay::covered_by)
}

fn add_definitions(model: &mut Model, package: &Package<'_>, extended: &BTreeMap<String, Register>) {
    if let Some(app) = package.app() {
        model.apps.insert(app.name.clone(), app.clone());
    }
    for it in &package.registers {
        let register = extended.get(&it.value.name).unwrap_or(&it.value);
        model.registers.insert(register.name.clone(), Arc::new(register.clone()));
    }
    macro_rules! add {
        ($list:ident) => {
            let drafts = package.$list.iter();
            model
                .$list
                .extend(drafts.map(|it| (it.value.name.clone(), Arc::new(it.value.clone()))));
        };
    }
    add!(dictionaries);
    add!(forms);
    add!(reports);
    add!(imports);
    add!(calendars);
    for it in package.calendars.iter().map(|it| &it.value) {
        model
            .special_days
            .extend(it.days.iter().map(|(date, day)| (*date, day.clone())));
        model.known_years.extend(&it.years);
    }
    let hours: Vec<OfficeHours> = package.calendars.iter().flat_map(|it| it.value.hours.clone()).collect();
    if !hours.is_empty() {
        model.office_hours = hours;
    }
    model.processes.extend(package.processes.iter().cloned());
    model.decisions.extend(package.decisions.iter().cloned());
    model.portal_templates.extend(
        package
            .portal
            .iter()
            .map(|(name, it)| (portal_name(package, name), it.clone())),
    );
    for part in package.roles.iter().flat_map(|it| &it.value) {
        let role = model.roles.entry(part.name.clone()).or_insert_with(|| Role {
            name: part.name.clone(),
            title: String::new(),
            grants: Vec::new(),
        });
        if role.title.is_empty() {
            role.title = part.title.clone().unwrap_or_default();
        }
        role.grants.extend(part.grants.iter().cloned());
    }
}

/// Pages of an app stand under its name; those of an overlay name the page they replace.
fn portal_name(package: &Package<'_>, name: &str) -> String {
    package
        .app()
        .map_or_else(|| name.to_owned(), |it| format!("{}/{name}", it.name))
}

fn add_seeds(model: &mut Model, package: &Package<'_>) {
    for it in &package.seeds {
        let Some(register) = model.registers.get(&it.value.register) else {
            continue;
        };
        model
            .seeds
            .push(read_seed(it.file, it.source, &it.node, &package.name, register));
    }
}

fn read_seed(file: &str, source: &str, node: &Node, app: &str, register: &Register) -> Seed {
    let (records, lines) = app::seed_records(&mut Sink::new(file, source), node, register);
    Seed {
        app: app.to_owned(),
        register: register.name.clone(),
        file: file.to_owned(),
        records,
        lines,
    }
}

/// Tells each reference whether its target register is pointed into by key or by UUID.
fn link_keys(model: &mut Model) {
    let keyed: BTreeSet<String> = model
        .registers
        .values()
        .filter(|it| it.key.is_some())
        .map(|it| it.name.clone())
        .collect();
    let by_key = |register: &Option<String>| register.as_ref().is_some_and(|it| keyed.contains(it));
    for register in model.registers.values_mut() {
        for field in &mut Arc::make_mut(register).fields {
            field.by_key = by_key(&field.register);
        }
    }
    for form in model.forms.values_mut() {
        for field in Arc::make_mut(form).fields.iter_mut().filter_map(|it| it.own.as_mut()) {
            field.by_key = by_key(&field.register);
        }
    }
}

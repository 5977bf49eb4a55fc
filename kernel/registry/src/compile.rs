//! Files to definitions: model, processes, decisions, calendar. Pure. A broken app is left out as a whole, the rest stays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yiwang_bpmn::Process;
use yiwang_feel::dmn;
use yiwang_feel::{Context, Env, Value};
use yiwang_model::{Model, SourceFile};
use yiwang_types::worktime::Calendar;
use yiwang_types::{Code, Diagnostic, Fault, Offset, Severity, Sm3Digest};

use crate::{calendar, check};

/// Everything a set of files defines, compiled.
#[derive(Debug)]
pub struct Definitions {
    /// Hash of the set.
    pub hash: String,
    /// Registers, dictionaries, roles, forms, reports.
    pub model: Arc<Model>,
    /// Processes by id.
    pub processes: BTreeMap<String, Arc<Process>>,
    /// Decisions by the id that processes call.
    pub decisions: BTreeMap<String, Arc<dmn::Definitions>>,
    /// Working time of the place.
    pub calendar: Arc<Calendar>,
    /// Parameters as expressions see them: `parameters.APP.NAME`.
    pub parameters: Context,
    /// Everything that was found wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl Definitions {
    /// A process by its id.
    ///
    /// # Errors
    /// `definition-broken` when its app is disabled.
    pub fn process(&self, id: &str) -> Result<Arc<Process>, Fault> {
        let found = self.processes.get(id).cloned();
        found.ok_or_else(|| {
            Fault::new(
                Code::DefinitionBroken,
                format!("流程“{id}”所在的应用已停用;请管理员查看应用检查结果。"),
            )
        })
    }

    /// Evaluates a decision; gives the numbers of the rules that matched.
    ///
    /// # Errors
    /// A Chinese sentence.
    pub fn decide(&self, id: &str, scope: &Context, env: &Env) -> Result<(Value, Vec<u32>), String> {
        let table = self.decisions.get(id).ok_or_else(|| format!("没有决策“{id}”"))?;
        let outcome = table.evaluate(id, scope, env).map_err(|err| format!("决策“{id}”:{err}"))?;
        let rules = outcome.matched.iter().filter_map(|it| u32::try_from(it.rule).ok()).collect();
        Ok((outcome.value, rules))
    }
}

/// The hash of a set of files: over the sorted list of paths and content hashes.
pub(crate) fn hash_of(files: &[SourceFile]) -> (String, BTreeMap<String, String>) {
    let list: BTreeMap<String, String> = files
        .iter()
        .map(|it| (it.path.clone(), Sm3Digest::of(&it.bytes).to_string()))
        .collect();
    let text: String = list.iter().map(|(path, hash)| format!("{hash} {path}\n")).collect();
    (Sm3Digest::of(text.as_bytes()).to_string(), list)
}

/// Compiles a set of files. An app whose processes or decisions do not hold is left out like one whose YAML does not.
pub fn compile(files: &[SourceFile], offset: Offset) -> Definitions {
    compile_without(files, offset, vec![])
}

/// The same without some apps, for the reasons given.
pub(crate) fn compile_without(files: &[SourceFile], offset: Offset, refused: Vec<(String, Diagnostic)>) -> Definitions {
    let (hash, _) = hash_of(files);
    let (apps, mut diagnostics): (Vec<String>, Vec<Diagnostic>) = refused.into_iter().unzip();
    let mut left_out: BTreeSet<String> = apps.into_iter().collect();
    loop {
        let kept: Vec<SourceFile> = files
            .iter()
            .filter(|it| !left_out.iter().any(|app| it.path.starts_with(&format!("apps/{app}/"))))
            .cloned()
            .collect();
        let (mut model, found) = yiwang_model::load(&kept);
        let (processes, decisions, more) = parts(&model);
        let broken: BTreeSet<String> = more
            .iter()
            .filter(|(_, it)| it.severity == Severity::Error)
            .map(|(app, _)| app.clone())
            .collect();
        let fresh: Vec<String> = broken
            .iter()
            .filter(|it| model.apps.contains_key(*it) && !left_out.contains(*it))
            .cloned()
            .collect();
        diagnostics.extend(found);
        diagnostics.extend(more.iter().map(|(_, it)| it.clone()));
        if fresh.is_empty() {
            diagnostics.sort_by(|a, b| (&a.place, a.code).cmp(&(&b.place, b.code)));
            diagnostics.dedup();
            for app in &left_out {
                let mine = diagnostics
                    .iter()
                    .filter(|it| it.place.file.starts_with(&format!("apps/{app}/")))
                    .cloned()
                    .collect();
                model.disabled.insert(app.clone(), mine);
            }
            let parameters = parameters(&model);
            let (calendar, more) = calendar::of(&model, offset);
            diagnostics.extend(more);
            let (model, calendar) = (Arc::new(model), Arc::new(calendar));
            return Definitions {
                hash,
                model,
                processes,
                decisions,
                calendar,
                parameters,
                diagnostics,
            };
        }
        left_out.extend(fresh);
    }
}

type Parts = (
    BTreeMap<String, Arc<Process>>,
    BTreeMap<String, Arc<dmn::Definitions>>,
    Vec<(String, Diagnostic)>,
);

fn parts(model: &Model) -> Parts {
    let mut found: Vec<(String, Diagnostic)> = Vec::new();
    let mut decisions = BTreeMap::new();
    for source in model.decisions.values() {
        let (table, more) = dmn::parse(&source.text, &source.file);
        found.extend(more.into_iter().map(|it| (source.app.clone(), it)));
        if let Some(table) = table.map(Arc::new) {
            for (id, _) in table.decisions() {
                decisions.insert(id.to_owned(), Arc::clone(&table));
            }
        }
    }
    let mut processes = BTreeMap::new();
    for source in model.processes.values() {
        let (parsed, more) = yiwang_bpmn::parse(&source.text, &source.file);
        found.extend(more.into_iter().map(|it| (source.app.clone(), it)));
        let Some(parsed) = parsed else { continue };
        found.extend(parsed.check_runnable().into_iter().map(|it| (source.app.clone(), it)));
        for process in parsed.processes {
            found.extend(
                check::process(model, &decisions, &process)
                    .into_iter()
                    .map(|it| (source.app.clone(), it)),
            );
            processes.insert(process.id.clone(), Arc::new(process));
        }
    }
    for register in model.registers.values() {
        if let Some(name) = register.process.as_ref().filter(|it| !processes.contains_key(*it)) {
            found.push((register.app.clone(), check::missing_process(register, name)));
        }
    }
    (processes, decisions, found)
}

/// `upkeep.close_by: chief` of the place over the defaults of the apps.
fn parameters(model: &Model) -> Context {
    let mut by_app: BTreeMap<String, Context> = BTreeMap::new();
    for app in model.apps.values() {
        for parameter in &app.parameters {
            let name = format!("{}.{}", app.name, parameter.name);
            let value = model.parameter(&name).map_or(Value::Null, Value::from_json);
            by_app
                .entry(app.name.clone())
                .or_default()
                .insert(parameter.name.as_str(), value);
        }
    }
    by_app.into_iter().map(|(app, values)| (app, Value::from(values))).collect()
}

//! Are the answers right: the same rules as the kernel's, asked page by page.

use serde_json::{Map, Value as Json};
use yiwang_feel::Env;
use yiwang_model::{Mode, Values, check_rules, record_context, validate, validate_form};
use yiwang_types::FieldFault;

use crate::app::App;
use crate::report::draft::{Draft, Settled};
use crate::site::{Portal, Site, Step, StepKind};
use crate::words::{fill, t, typeset};

/// A report that the kernel may take.
pub(crate) struct Ready {
    /// What to send.
    pub(crate) fields: Map<String, Json>,
    /// The same, normalised.
    pub(crate) values: Values,
}

/// Everything that is wrong with the report as a whole, or the report.
pub(crate) fn ready(app: &App, site: &Site, portal: &Portal, draft: &Draft) -> Result<Ready, Vec<FieldFault>> {
    let services = &app.services;
    let now = services.clock.now();
    let (today, offset) = (now.date(services.offset), services.offset);
    let (register, dictionaries) = (&*portal.register, &site.model.dictionaries);
    let mut faults: Vec<FieldFault> = portal
        .file
        .steps
        .iter()
        .filter_map(|it| place_fault(app, portal, it, draft))
        .collect();
    let input = draft.input(portal, &*services.places);
    match validate_form(&portal.form, register, dictionaries, &input, &Values::new(), today, offset) {
        Err(more) => faults.extend(more),
        Ok(form) => {
            let json = |it: (&String, &yiwang_model::FieldValue)| (it.0.clone(), it.1.to_json(offset));
            let mut fields: Map<String, Json> = form.record.iter().map(json).collect();
            fields.extend(portal.file.set.clone());
            match validate(register, dictionaries, &fields, Mode::Create, today, offset) {
                Err(more) => faults.extend(more),
                Ok(values) => {
                    let record = record_context(register, &values, dictionaries, today, offset);
                    let scope = [("record", record)].into_iter().collect();
                    let env = Env { now, offset };
                    faults.extend(check_rules(&portal.form.rules, &scope, &env));
                    faults.extend(check_rules(&register.rules, &scope, &env));
                    if faults.is_empty() {
                        return Ok(Ready {
                            fields,
                            values: form.record,
                        });
                    }
                }
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    faults.retain(|it| seen.insert((it.field.clone(), it.message.clone())));
    Err(faults.into_iter().map(|it| spoken(portal, it)).collect())
}

/// What is wrong on one page.
pub(crate) fn of_step(app: &App, site: &Site, portal: &Portal, draft: &Draft, step: &Step) -> Vec<FieldFault> {
    let names = step.names();
    let mut faults = ready(app, site, portal, draft).err().unwrap_or_default();
    faults.retain(|it| names.contains(&it.field.as_str()));
    faults
}

fn place_fault(app: &App, portal: &Portal, step: &Step, draft: &Draft) -> Option<FieldFault> {
    let point = step.point.as_ref().filter(|_| step.kind == StepKind::Place)?;
    let (rule, word) = match draft.settled(&*app.services.places) {
        Settled::Unclear => ("border", "near_border"),
        Settled::Outside => ("outside", "outside"),
        Settled::Nowhere | Settled::At(..) => return None,
    };
    Some(FieldFault::new(point, rule, portal.file.word(word), ""))
}

/// In a resident's words: the label he read, Chinese punctuation.
fn spoken(portal: &Portal, fault: FieldFault) -> FieldFault {
    let asked = portal
        .file
        .steps
        .iter()
        .flat_map(|it| &it.fields)
        .find(|it| it.field == fault.field);
    let title = portal.register.field(&fault.field).map(|it| it.title.as_str());
    let label = asked.and_then(|it| it.label.as_deref()).or(title).unwrap_or(&fault.field);
    let message = match fault.rule.as_str() {
        "required" => fill("required", &[("label", label)]),
        _ => sentence(&fault),
    };
    FieldFault {
        message,
        remedy: String::new(),
        ..fault
    }
}

/// Message and remedy as one text.
pub(crate) fn sentence(fault: &FieldFault) -> String {
    let end = |it: &str| {
        if it.is_empty() || it.ends_with(['。', '？', '”']) {
            it.to_owned()
        } else {
            format!("{it}。")
        }
    };
    format!("{}{}", end(&typeset(&fault.message)), end(&typeset(&fault.remedy)))
}

/// The general sentence of a report that the kernel refused without naming a field.
pub(crate) fn refusal(detail: &str) -> String {
    format!("{}{}", typeset(detail), t("all_kept"))
}

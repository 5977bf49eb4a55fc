//! A portal file held against the Model: everything it names must be there and of a fitting kind.

use std::sync::Arc;

use yiwang_model::{Dictionary, FieldType, Form, Model, Register};

use crate::site::file::{Asked, PRIVACY, PortalFile, Step, StepKind, WORDS};
use crate::site::yaml;

/// A public entrance: one register that residents may report into.
#[derive(Clone, Debug)]
pub(crate) struct Portal {
    pub(crate) file: PortalFile,
    pub(crate) register: Arc<Register>,
    pub(crate) form: Arc<Form>,
    pub(crate) states: Arc<Dictionary>,
    pub(crate) rate_form: Option<Arc<Form>>,
}

/// Reads and links one file of an app.
///
/// # Errors
/// What is wrong, all at once.
pub(crate) fn portal(app: &str, text: &str, model: &Model) -> Result<Portal, Vec<String>> {
    let json = yaml::parse(text).map_err(|it| vec![it])?;
    let file: PortalFile = serde_json::from_value(json).map_err(|it| vec![it.to_string()])?;
    let mut wrong = Vec::new();
    if file.format != 1 {
        wrong.push(format!("format {} is unknown", file.format));
    }
    if file.portal != app {
        wrong.push(format!("portal: {} stands in app {app}", file.portal));
    }
    let register = model.registers.get(&file.register).cloned();
    let form = model.forms.get(&file.form).cloned();
    let states = model.dictionaries.get(&file.state_dictionary).cloned();
    let rate_form = file.rating.as_ref().and_then(|it| model.forms.get(&it.form).cloned());
    if register.as_ref().is_some_and(|it| it.progress_code.is_none()) {
        wrong.push(format!("register {} has no progress code", file.register));
    }
    let missing = [
        (register.is_none(), &file.register),
        (form.is_none(), &file.form),
        (states.is_none(), &file.state_dictionary),
    ];
    wrong.extend(
        missing
            .into_iter()
            .filter(|it| it.0)
            .map(|(_, name)| format!("{name} is not defined")),
    );
    if let (Some(rating), None) = (&file.rating, &rate_form) {
        wrong.push(format!("form {} is not defined", rating.form));
    }
    if let (Some(register), Some(form)) = (&register, &form) {
        check_steps(&file, register, form, &mut wrong);
        check_shown(&file, register, &mut wrong);
    }
    if let Some(states) = &states {
        check_states(&file, states, &mut wrong);
    }
    wrong.extend(
        WORDS
            .iter()
            .filter(|it| !file.texts.contains_key(**it))
            .map(|it| format!("texts.{it} is missing")),
    );
    let strange = file.privacy.keys().filter(|it| !PRIVACY.contains(&it.as_str()));
    wrong.extend(strange.map(|it| format!("privacy.{it} is unknown")));
    match (register, form, states) {
        (Some(register), Some(form), Some(states)) if wrong.is_empty() => Ok(Portal {
            file,
            register,
            form,
            states,
            rate_form,
        }),
        _ => Err(wrong),
    }
}

fn check_steps(file: &PortalFile, register: &Register, form: &Form, wrong: &mut Vec<String>) {
    if file.steps.is_empty() {
        wrong.push("no steps".to_owned());
    }
    let mut names: Vec<&str> = Vec::new();
    for step in &file.steps {
        let plain = step.step.bytes().all(|it| it.is_ascii_lowercase() || it == b'_') && !step.step.is_empty();
        if !plain || names.contains(&step.step.as_str()) || ["check", "done"].contains(&step.step.as_str()) {
            wrong.push(format!("step `{}` needs a name of its own in a-z", step.step));
        }
        names.push(&step.step);
        for name in step.names() {
            match register.field(name) {
                None => wrong.push(format!("step {}: no field {name}", step.step)),
                Some(_) if !form.fields.iter().any(|it| it.name == name) => {
                    wrong.push(format!("step {}: {name} is not in form {}", step.step, form.name));
                }
                Some(field) if !fits(step, name, field.ty) => {
                    wrong.push(format!("step {}: {name} is a {}", step.step, field.ty.as_str()));
                }
                Some(_) => {}
            }
        }
        let whole = match step.kind {
            StepKind::Words => !step.fields.is_empty(),
            StepKind::Place => step.point.is_some() && step.address.is_some(),
            StepKind::Photos => step.field.is_some(),
        };
        if !whole {
            wrong.push(format!("step {}: its fields are missing", step.step));
        }
    }
}

fn fits(step: &Step, name: &str, ty: FieldType) -> bool {
    match step.kind {
        StepKind::Words => asked_type(ty),
        StepKind::Place if step.point.as_deref() == Some(name) => ty == FieldType::Point,
        StepKind::Place => ty == FieldType::Text,
        StepKind::Photos => ty == FieldType::Files,
    }
}

/// Types that a page without scripts can ask for.
fn asked_type(ty: FieldType) -> bool {
    use FieldType::{Boolean, Choice, LongText, PersonName, Phone, Text};
    matches!(ty, Text | LongText | Phone | PersonName | Boolean | Choice)
}

fn check_shown(file: &PortalFile, register: &Register, wrong: &mut Vec<String>) {
    let progress = &file.progress;
    let rating = file.rating.iter().flat_map(|it| [&it.open_when, &it.done_when]);
    let asked: Vec<&Asked> = file.rating.iter().flat_map(|it| &it.fields).collect();
    let shown = progress
        .answers
        .iter()
        .chain(&progress.photos)
        .chain(&progress.before)
        .chain(&progress.limit)
        .map(|it| &it.field);
    let all = shown
        .chain(progress.dates.iter().map(|it| &it.field))
        .chain([&progress.number])
        .chain(&progress.unit)
        .chain(&file.title_from)
        .chain(rating);
    for name in all.chain(asked.iter().map(|it| &it.field)) {
        match register.field(name) {
            None => wrong.push(format!("no field {name}")),
            // The code is no proof of who asks: what is sealed in the register stays off this page.
            Some(field) if field.sensitive.is_some() => wrong.push(format!("{name} is sensitive and cannot be shown")),
            Some(_) => {}
        }
    }
}

fn check_states(file: &PortalFile, states: &Dictionary, wrong: &mut Vec<String>) {
    let known = |word: &str| file.state_words.iter().any(|it| it.word == word);
    for entry in &states.entries {
        let word = entry.values.get("public").and_then(|it| it.as_str()).unwrap_or_default();
        if !known(word) {
            wrong.push(format!("state {}: `{word}` is none of the public words", entry.code));
        }
    }
}

//! Checks and normalises the input of a record: every field at once, each mistake with message and remedy.

mod area;
mod normalise;
mod numbers;
mod texts;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json};
use yiwang_feel::{Context, Value};
use yiwang_types::{Date, FieldFault, Offset};

pub(crate) use normalise::normalise;

use crate::dictionary::Dictionary;
use crate::field::{Field, FieldType};
use crate::form::{Form, FormInto};
use crate::register::{Register, system_fields};
use crate::suggest::nearest;
use crate::value::FieldValue;

/// Normalised values by field name.
pub type Values = BTreeMap<String, FieldValue>;

/// Dictionaries by name, as the Model has them.
pub type Dictionaries = BTreeMap<String, Arc<Dictionary>>;

/// What the input is for.
#[derive(Clone, Copy, Debug)]
pub enum Mode<'a> {
    /// A new record: required fields must be there, defaults are filled in.
    Create,
    /// A change of a record with these values: only the fields given are changed.
    Update {
        /// The values before.
        existing: &'a Values,
    },
}

/// Who hands in the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    /// A person or program: computed fields are refused.
    Outside,
    /// Process, hook or import: may write computed fields.
    Kernel,
}

/// What a submitted form gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FormValues {
    /// For the record.
    pub record: Values,
    /// All values of the form as its rules and the process see them (`form.NAME`), those for the record included.
    pub form: Values,
    /// Texts to add to the comment of the act, in the order of the form.
    pub comment: Vec<String>,
}

/// Checks input from outside. `today` decides which codes may be chosen; a code that the record already has may stay.
/// Moments without an offset are taken as wall clock at `offset`.
pub fn validate(
    register: &Register,
    dictionaries: &Dictionaries,
    input: &Map<String, Json>,
    mode: Mode<'_>,
    today: Date,
    offset: Offset,
) -> Result<Values, Vec<FieldFault>> {
    Checker {
        dictionaries,
        today,
        offset,
    }
    .record(register, input, mode, Writer::Outside)
}

/// The same for process, hooks and import, which may write computed fields.
pub fn validate_internal(
    register: &Register,
    dictionaries: &Dictionaries,
    input: &Map<String, Json>,
    mode: Mode<'_>,
    today: Date,
    offset: Offset,
) -> Result<Values, Vec<FieldFault>> {
    Checker {
        dictionaries,
        today,
        offset,
    }
    .record(register, input, mode, Writer::Kernel)
}

/// Checks what a task's form hands in over the record with the values `existing`.
pub fn validate_form(
    form: &Form,
    register: &Register,
    dictionaries: &Dictionaries,
    input: &Map<String, Json>,
    existing: &Values,
    today: Date,
    offset: Offset,
) -> Result<FormValues, Vec<FieldFault>> {
    Checker {
        dictionaries,
        today,
        offset,
    }
    .form(form, register, input, existing)
}

/// What expressions see as `record`: every declared field by name (null when empty), choices also as `FIELD_entry` with
/// `code title parent values`, and the system columns that `values` holds.
pub fn record_context(register: &Register, values: &Values, dictionaries: &Dictionaries, today: Date, offset: Offset) -> Context {
    let mut context = Context::new();
    for field in register.fields.iter().chain(system_fields()) {
        let value = values.get(&field.name).unwrap_or(&FieldValue::Null);
        context.insert(field.name.as_str(), value.to_feel(offset));
        let Some(dictionary) = field.dictionary.as_ref().and_then(|it| dictionaries.get(it)) else {
            continue;
        };
        let entry = match value {
            FieldValue::Text(code) => entry_value(dictionary, code, today),
            FieldValue::List(codes) => Value::from(codes.iter().map(|it| entry_value(dictionary, it, today)).collect::<Vec<_>>()),
            _ => Value::Null,
        };
        context.insert(format!("{}_entry", field.name), entry);
    }
    context
}

fn entry_value(dictionary: &Dictionary, code: &str, today: Date) -> Value {
    let Some(it) = dictionary.entry_for(code, today) else {
        return Value::Null;
    };
    let values: Context = it
        .values
        .iter()
        .map(|(name, it)| (name.as_str(), Value::from_json(it)))
        .collect();
    let parts = [
        ("code", Value::from(it.code.as_str())),
        ("title", Value::from(it.title.as_str())),
        ("parent", Value::from(it.parent.as_deref())),
        ("values", Value::from(values)),
    ];
    Value::from(parts.into_iter().collect::<Context>())
}

struct Checker<'a> {
    dictionaries: &'a Dictionaries,
    today: Date,
    offset: Offset,
}

impl Checker<'_> {
    fn record(
        &self,
        register: &Register,
        input: &Map<String, Json>,
        mode: Mode<'_>,
        writer: Writer,
    ) -> Result<Values, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut values = Values::new();
        for (name, json) in input {
            match register.field(name) {
                None => faults.push(unknown(name, &register.fields)),
                Some(field) if field.computed && writer == Writer::Outside => faults.push(computed(field)),
                Some(field) => {
                    let before = match mode {
                        Mode::Create => None,
                        Mode::Update { existing } => existing.get(name),
                    };
                    match self.value(field, json, before) {
                        Ok(it) => drop(values.insert(name.clone(), it)),
                        Err(it) => faults.push(it),
                    }
                }
            }
        }
        for field in &register.fields {
            let given = input.contains_key(&field.name);
            if let (Mode::Create, false, Some(default)) = (mode, given, &field.default) {
                values.insert(field.name.clone(), default.clone());
            }
            let missing = match (values.get(&field.name), mode) {
                (Some(it), _) => it.is_empty(),
                (None, Mode::Create) => !given,
                (None, Mode::Update { .. }) => false,
            };
            if field.required && missing {
                faults.push(required(field));
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(faults) }
    }

    fn form(
        &self,
        form: &Form,
        register: &Register,
        input: &Map<String, Json>,
        existing: &Values,
    ) -> Result<FormValues, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut out = FormValues::default();
        for name in input.keys().filter(|name| !form.fields.iter().any(|it| it.name == **name)) {
            let known = form
                .fields
                .iter()
                .filter_map(|it| it.own.as_ref().or_else(|| register.field(&it.name)));
            faults.push(unknown(name, &known.cloned().collect::<Vec<_>>()));
        }
        for entry in &form.fields {
            let Some(field) = entry.own.as_ref().or_else(|| register.field(&entry.name)) else {
                continue;
            };
            let before = if entry.own.is_some() {
                None
            } else {
                existing.get(&entry.name)
            };
            let value = match input.get(&entry.name) {
                Some(json) => match self.value(field, json, before) {
                    Ok(it) => Some(it),
                    Err(it) => {
                        faults.push(it);
                        continue;
                    }
                },
                None => None,
            };
            let now = value.as_ref().or(before);
            if (entry.required || field.required) && now.is_none_or(FieldValue::is_empty) {
                faults.push(required(field));
            }
            let Some(value) = value.or_else(|| field.default.clone().filter(|_| entry.own.is_some())) else {
                continue;
            };
            match (entry.into, value.as_text()) {
                (FormInto::Record, _) if entry.own.is_none() => drop(out.record.insert(entry.name.clone(), value.clone())),
                (FormInto::Comment, Some(it)) => out.comment.push(it.to_owned()),
                _ => {}
            }
            out.form.insert(entry.name.clone(), value);
        }
        if faults.is_empty() { Ok(out) } else { Err(faults) }
    }

    fn value(&self, field: &Field, json: &Json, before: Option<&FieldValue>) -> Result<FieldValue, FieldFault> {
        let local = normalise::with_offset(field, json, self.offset);
        let fault = |rule: &str, message: String, remedy: String| FieldFault::new(&field.name, rule, message, remedy);
        let value = local.map_err(|it| fault(it.rule, format!("{}{}", field.title, it.message), it.remedy))?;
        if field.ty == FieldType::Choice && before != Some(&value) {
            self.choice(field, &value)
                .map_err(|(message, remedy)| fault("choice", message, remedy))?;
        }
        Ok(value)
    }

    /// A code must be in the dictionary and valid today. A dictionary that is not there allows nothing.
    fn choice(&self, field: &Field, value: &FieldValue) -> Result<(), (String, String)> {
        let codes: Vec<&str> = match value {
            FieldValue::Text(it) => vec![it],
            FieldValue::List(it) => it.iter().map(String::as_str).collect(),
            _ => return Ok(()),
        };
        let dictionary = field.dictionary.as_ref().and_then(|it| self.dictionaries.get(it));
        for code in codes {
            let known = dictionary.and_then(|it| it.entry(code));
            match (known, dictionary.and_then(|it| it.entry_on(code, self.today))) {
                (_, Some(_)) => {}
                (Some(it), None) => {
                    let message = format!(
                        "{}:“{}” {}",
                        field.title,
                        it.title,
                        period_text(it.from, it.until, self.today)
                    );
                    return Err((message, "从现行的选项里选".to_owned()));
                }
                (None, None) => {
                    let codes = dictionary.iter().flat_map(|it| it.entries.iter().map(|it| it.code.as_str()));
                    let remedy = nearest(code, codes).map_or("从选项里选".to_owned(), |it| format!("是不是 “{it}”?"));
                    return Err((format!("{}:没有选项 “{}”", field.title, normalise::shown(code)), remedy));
                }
            }
        }
        Ok(())
    }
}

fn period_text(from: Option<Date>, until: Option<Date>, today: Date) -> String {
    match (from, until) {
        (Some(it), _) if it > today => format!("自 {it} 起才能选"),
        (_, Some(it)) => format!("已于 {it} 停用"),
        _ => "现在不能选".to_owned(),
    }
}

fn unknown(name: &str, fields: &[Field]) -> FieldFault {
    let near = nearest(name, fields.iter().map(|it| it.name.as_str()));
    let remedy = near.map_or("删去这一项".to_owned(), |it| format!("是不是 `{it}`?"));
    FieldFault::new(
        name,
        "unknown-field",
        format!("没有字段 `{}`", normalise::shown(name)),
        remedy,
    )
}

fn computed(field: &Field) -> FieldFault {
    FieldFault::new(
        &field.name,
        "computed",
        format!("{}由系统填写", field.title),
        "不用填写这一项",
    )
}

fn required(field: &Field) -> FieldFault {
    FieldFault::new(
        &field.name,
        "required",
        format!("{}没有填写", field.title),
        format!("填写{}", field.title),
    )
}

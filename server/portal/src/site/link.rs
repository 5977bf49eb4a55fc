//! A portal file held against the Model: everything it names must be there and of a fitting kind.

use std::sync::Arc;

use yiwang_model::{Dictionary, FieldType, Form, Model, PortalTemplate, Register};
use yiwang_types::{Diagnostic, Place};

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

/// Reads and links the file of an app.
///
/// # Errors
/// Everything that is wrong, each with its line.
pub(crate) fn portal(source: &PortalTemplate, model: &Model) -> Result<Portal, Vec<Diagnostic>> {
    let mut wrong = Wrong {
        source,
        found: Vec::new(),
    };
    let read = yaml::parse(&source.text).and_then(|it| serde_json::from_value::<PortalFile>(it).map_err(|it| it.to_string()));
    let file = match read {
        Ok(it) => it,
        Err(why) => {
            let message = match why.strip_prefix("missing field ") {
                Some(field) => format!("缺少 {field}"),
                None => format!("读不懂:{why}"),
            };
            wrong.add("", message, "对照格式说明补全或改正");
            return Err(wrong.found);
        }
    };
    if file.format != 1 {
        wrong.add("format", format!("没有格式 {}", file.format), "写 `format: 1`");
    }
    if file.portal != source.app {
        wrong.add("portal", format!("写的是应用 `{}` 的网页", file.portal), "改为所在的应用");
    }
    let register = model.registers.get(&file.register).cloned();
    let form = model.forms.get(&file.form).cloned();
    let states = model.dictionaries.get(&file.state_dictionary).cloned();
    let rate_form = file.rating.as_ref().and_then(|it| model.forms.get(&it.form).cloned());
    if register.as_ref().is_some_and(|it| it.progress_code.is_none()) {
        let message = format!("登记簿 `{}` 没有查询码", file.register);
        wrong.add(&file.register, message, "在登记簿里写 `progress_code`");
    }
    let missing = [
        (register.is_none(), "登记簿", Some(&file.register)),
        (form.is_none(), "表单", Some(&file.form)),
        (states.is_none(), "字典", Some(&file.state_dictionary)),
        (rate_form.is_none(), "表单", file.rating.as_ref().map(|it| &it.form)),
    ];
    for (_, what, name) in missing.into_iter().filter(|it| it.0) {
        let Some(name) = name else { continue };
        wrong.add(name, format!("没有{what} `{name}`"), "核对名称");
    }
    if let (Some(register), Some(form)) = (&register, &form) {
        check_steps(&file, register, form, &mut wrong);
        check_shown(&file, register, &mut wrong);
    }
    if let Some(states) = &states {
        check_states(&file, states, &mut wrong);
    }
    for it in WORDS.iter().filter(|it| !file.texts.contains_key(**it)) {
        wrong.add("texts", format!("`texts` 里缺少 `{it}`"), "补上这句话");
    }
    for it in file.privacy.keys().filter(|it| !PRIVACY.contains(&it.as_str())) {
        wrong.add(
            it,
            format!("隐私说明没有 `{it}` 这一项"),
            format!("可用的有 {}", PRIVACY.join("、")),
        );
    }
    match (register, form, states) {
        (Some(register), Some(form), Some(states)) if wrong.found.is_empty() => Ok(Portal {
            file,
            register,
            form,
            states,
            rate_form,
        }),
        _ => Err(wrong.found),
    }
}

/// The mistakes of one file.
struct Wrong<'a> {
    source: &'a PortalTemplate,
    found: Vec<Diagnostic>,
}

impl Wrong<'_> {
    /// A mistake at the first line that has this word; none for the whole file.
    fn add(&mut self, word: &str, message: impl Into<String>, remedy: impl Into<String>) {
        let of_word = |it: char| it.is_alphanumeric() || it == '_';
        let has = |line: &str| line.split(|it| !of_word(it)).any(|it| it == word);
        let line = (1_u32..).zip(self.source.text.lines()).find(|it| has(it.1)).map(|it| it.0);
        let place = Place {
            file: self.source.file.clone(),
            line: line.filter(|_| !word.is_empty()).unwrap_or(0),
            column: 0,
        };
        self.found.push(Diagnostic::error("bad-portal", place, message, remedy));
    }
}

fn check_steps(file: &PortalFile, register: &Register, form: &Form, wrong: &mut Wrong<'_>) {
    if file.steps.is_empty() {
        wrong.add("steps", "没有一个问题", "在 `steps` 里写要问什么");
    }
    let mut names: Vec<&str> = Vec::new();
    for step in &file.steps {
        let plain = step.step.bytes().all(|it| it.is_ascii_lowercase() || it == b'_') && !step.step.is_empty();
        if !plain || names.contains(&step.step.as_str()) || ["check", "done"].contains(&step.step.as_str()) {
            let message = format!("步骤名 `{}` 重复或不能用", step.step);
            wrong.add(&step.step, message, "换一个只有小写字母和下划线的名称,不用 check 和 done");
        }
        names.push(&step.step);
        for name in step.names() {
            match register.field(name) {
                None => wrong.add(name, format!("登记簿 `{}` 没有字段 `{name}`", register.name), "核对字段名"),
                Some(_) if !form.fields.iter().any(|it| it.name == name) => {
                    let message = format!("字段 `{name}` 不在表单 `{}` 里,公众不能填", form.name);
                    wrong.add(name, message, "在表单里加上这个字段,或删去这个问题");
                }
                Some(field) if !fits(step, name, field.ty) => {
                    let message = format!("字段 `{name}` 是 {},这一页问不了", field.ty.as_str());
                    wrong.add(name, message, "换一个字段,或换一种问题(`kind`)");
                }
                Some(_) => {}
            }
        }
        let (whole, needed) = match step.kind {
            StepKind::Words => (!step.fields.is_empty(), "`fields`"),
            StepKind::Place => (step.point.is_some() && step.address.is_some(), "`point` 和 `address`"),
            StepKind::Photos => (step.field.is_some(), "`field`"),
        };
        if !whole {
            wrong.add(
                &step.step,
                format!("步骤 `{}` 没有写字段", step.step),
                format!("补上 {needed}"),
            );
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

fn check_shown(file: &PortalFile, register: &Register, wrong: &mut Wrong<'_>) {
    let progress = &file.progress;
    let rating = file.rating.iter().flat_map(|it| [&it.open_when, &it.done_when]);
    let asked: Vec<&Asked> = file.rating.iter().flat_map(|it| &it.fields).collect();
    let shown = progress
        .answers
        .iter()
        .chain(&progress.photos)
        .chain(&progress.before)
        .map(|it| &it.field);
    let all = shown
        .chain(progress.limit.as_ref().map(|it| &it.field))
        .chain(progress.counts.iter().map(|it| &it.field))
        .chain(progress.dates.iter().map(|it| &it.field))
        .chain([&progress.number])
        .chain(&progress.unit)
        .chain(&file.title_from)
        .chain(rating);
    for name in all.chain(asked.iter().map(|it| &it.field)) {
        match register.field(name) {
            None => wrong.add(name, format!("登记簿 `{}` 没有字段 `{name}`", register.name), "核对字段名"),
            // The code is no proof of who asks: what is sealed in the register stays off this page.
            Some(field) if field.sensitive.is_some() => {
                wrong.add(name, format!("字段 `{name}` 是敏感的,不能对公众显示"), "去掉这一项");
            }
            Some(_) => {}
        }
    }
    for count in &progress.counts {
        if register.field(&count.field).is_some_and(|it| it.ty != FieldType::Integer) {
            wrong.add(
                &count.field,
                format!("字段 `{}` 不是整数,数不了次数", count.field),
                "换一个整数字段",
            );
        }
        if !count.text.contains("{n}") {
            wrong.add(
                &count.field,
                format!("`{}` 的说法里没有次数", count.title),
                "在 `text` 里写 `{n}`",
            );
        }
    }
}

fn check_states(file: &PortalFile, states: &Dictionary, wrong: &mut Wrong<'_>) {
    let known = |word: &str| file.state_words.iter().any(|it| it.word == word);
    for entry in &states.entries {
        let word = entry.values.get("public").and_then(|it| it.as_str()).unwrap_or_default();
        if !known(word) {
            let message = format!("状态 {} 对公众的说法 “{word}” 不在 `state_words` 里", entry.code);
            wrong.add("state_words", message, "在字典里改 `values.public`,或在这里加上这个词");
        }
    }
}

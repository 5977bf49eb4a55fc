//! What the public may send and see. An app declares both in `portal/texts.yaml`: the register, the form that a resident fills in, the values the
//! page adds, the dictionary whose `public` and `public_step` tell the state, and (`progress`) the only fields that whoever has the code sees.

mod yaml;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;
use yiwang_feel::{Context, Value as Feel};
use yiwang_files::Rendition;
use yiwang_model::{FieldValue, Model, Register, Values};
use yiwang_records::{Loaded, Saved};
use yiwang_registry::Definitions;
use yiwang_types::{Code, Fault, Offset};

use crate::app::App;
use crate::views::moment;

/// Characters of the title made of a description.
const TITLE: usize = 30;

/// The public page of a register.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Page {
    register: String,
    form: String,
    set: Map<String, Json>,
    title_from: Option<String>,
    state_dictionary: Option<String>,
    /// Field that names the handling organ.
    unit: Option<String>,
    /// Fields with moments, and their titles.
    dates: Vec<(String, String)>,
    /// Fields with what the office says, and their titles.
    answers: Vec<(String, String)>,
    /// Field with the photos that are shown.
    photos: Option<String>,
}

/// The public pages of one set of definitions.
#[derive(Debug, Default)]
pub(crate) struct PageSet(BTreeMap<String, Page>);

/// The public pages in force, read once for each set of definitions.
#[derive(Default)]
pub(crate) struct Pages(RwLock<(String, Arc<PageSet>)>);

impl Pages {
    pub(crate) fn of(&self, definitions: &Definitions) -> Arc<PageSet> {
        {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if known.0 == definitions.hash {
                return Arc::clone(&known.1);
            }
        }
        let fresh = Arc::new(PageSet::of(&definitions.model));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (definitions.hash.clone(), Arc::clone(&fresh));
        fresh
    }
}

impl PageSet {
    fn of(model: &Model) -> PageSet {
        let files = model.portal_templates.values().filter(|it| it.file.ends_with("/texts.yaml"));
        let pages = files
            .filter_map(|it| Page::read(&it.text))
            .filter(|it| model.registers.contains_key(&it.register));
        PageSet(pages.map(|it| (it.register.clone(), it)).collect())
    }

    /// The dictionary of a register's states.
    pub(crate) fn state_dictionary(&self, register: &str) -> Option<String> {
        self.0.get(register)?.state_dictionary.clone()
    }
}

impl Page {
    fn read(text: &str) -> Option<Page> {
        let file = yaml::read(text)?;
        let text = |key: &str| file.get(key).and_then(Json::as_str).map(str::to_owned);
        let progress = file.get("progress");
        let list = |key: &str| {
            progress
                .and_then(|it| it.get(key))
                .and_then(Json::as_array)
                .into_iter()
                .flatten()
                .filter_map(titled)
        };
        Some(Page {
            register: text("register")?,
            form: text("form")?,
            set: file.get("set").and_then(Json::as_object).cloned().unwrap_or_default(),
            title_from: text("title_from"),
            state_dictionary: text("state_dictionary"),
            unit: progress
                .and_then(|it| it.get("unit"))
                .and_then(Json::as_str)
                .map(str::to_owned),
            dates: list("dates").collect(),
            answers: list("answers").collect(),
            photos: progress.and_then(|it| it.get("photos")).and_then(titled).map(|it| it.0),
        })
    }

    /// The record that the page makes of what was filled in, or everything that is wrong with it.
    fn fields(&self, app: &App, model: &Model, input: Map<String, Json>) -> Result<Map<String, Json>, Fault> {
        let (records, now) = (&app.records, app.records.now());
        let (offset, env) = (records.offset(), records.env(now));
        let today = now.date(offset);
        let broken = || Fault::new(Code::DefinitionBroken, "这个页面的配置有误,暂停受理;请打 12345。");
        let form = model.forms.get(&self.form).ok_or_else(broken)?;
        let register = records.register(&self.register)?;
        let input = self.titled(&register, input);
        let filled = yiwang_model::validate_form(form, &register, &model.dictionaries, &input, &Values::new(), today, offset);
        let filled = filled.map_err(Fault::invalid)?;
        let record = yiwang_model::record_context(&register, &filled.record, &model.dictionaries, today, offset);
        let values: Context = filled
            .form
            .iter()
            .map(|(name, value)| (name.clone(), value.to_feel(offset)))
            .collect();
        let scope: Context = [
            ("record".to_owned(), Feel::from(record)),
            ("form".to_owned(), Feel::from(values)),
            ("task".to_owned(), Feel::Null),
        ]
        .into_iter()
        .collect();
        let faults = yiwang_model::check_rules(&form.rules, &scope, &env);
        if !faults.is_empty() {
            return Err(Fault::invalid(faults));
        }
        // What the page adds wins over nothing: the form has refused every field that is not its own.
        Ok(input.into_iter().chain(self.set.clone()).collect())
    }

    /// A report without a title is called by its first words.
    fn titled(&self, register: &Register, mut input: Map<String, Json>) -> Map<String, Json> {
        let text = |name: &str| {
            input
                .get(name)
                .and_then(Json::as_str)
                .map(yiwang_types::text::one_line)
                .unwrap_or_default()
        };
        let title = self
            .title_from
            .as_deref()
            .filter(|_| text(&register.label).is_empty())
            .map(text);
        if let Some(title) = title.filter(|it| !it.is_empty()) {
            input.insert(
                register.label.clone(),
                Json::from(title.chars().take(TITLE).collect::<String>()),
            );
        }
        input
    }
}

fn titled(it: &Json) -> Option<(String, String)> {
    Some((it.get("field")?.as_str()?.to_owned(), it.get("title")?.as_str()?.to_owned()))
}

/// A report that was taken.
#[derive(Serialize, ToSchema)]
#[schema(as = Receipt)]
pub(crate) struct ReceiptView {
    /// Code for asking how far it is, and for rating it. Whoever has it counts as the reporter.
    pub(crate) code: String,
    /// Numbers given by field, the code among them.
    numbers: BTreeMap<String, String>,
}

/// How far a report is: no names of staff, nothing of other residents.
#[derive(Serialize, ToSchema)]
#[schema(as = Progress)]
pub(crate) struct ProgressView {
    /// What kind of matter it is.
    matter: String,
    /// Numbers given, by field.
    numbers: BTreeMap<String, String>,
    /// When it came in.
    received_at: String,
    /// Last change.
    updated_at: String,
    /// One of the public words: 已收到, 处理中, 已处理, 已结束.
    state: Option<String>,
    /// A sentence beside it.
    step: Option<String>,
    /// The organ that handles it.
    unit: Option<String>,
    /// What happened when, in the order of the page.
    dates: Vec<SaidView>,
    /// What the office says, in the order of the page.
    answers: Vec<SaidView>,
    /// Ids of the photos that are shown.
    photos: Vec<String>,
}

/// A fact that the office tells.
#[derive(Serialize, ToSchema)]
#[schema(as = Said)]
pub(crate) struct SaidView {
    /// Its title.
    title: String,
    /// Its words, or its moment.
    text: String,
}

/// The fields of a new report, checked against the page's form.
///
/// # Errors
/// `not-found` when the register has no public page; `invalid` with every field fault.
pub(crate) fn report(app: &App, register: &str, input: Map<String, Json>) -> Result<Map<String, Json>, Fault> {
    let definitions = app.registry.current();
    let pages = app.pages.of(&definitions);
    let page = pages
        .0
        .get(register)
        .ok_or_else(|| Fault::new(Code::NotFound, "这一类事项不在网上受理;可以打 12345。"))?;
    page.fields(app, &definitions.model, input)
}

/// The matter with a progress code, with its page.
///
/// # Errors
/// `not-found`.
pub(crate) async fn by_code(app: &App, code: &str) -> Result<(Loaded, Page), Fault> {
    let pages = app.pages.of(&app.registry.current());
    let mut missing = Fault::new(Code::NotFound, "没有找到这个查询码;请检查有没有抄错,字母和数字之间没有空格。");
    for page in pages.0.values() {
        match app.processes.by_code(&page.register, code).await {
            Ok(found) => return Ok((found, page.clone())),
            Err(fault) if fault.code == Code::NotFound => missing = fault,
            Err(fault) => return Err(fault),
        }
    }
    Err(missing)
}

impl ReceiptView {
    pub(crate) fn of(register: &Register, saved: Saved) -> ReceiptView {
        let code = register
            .progress_code
            .as_ref()
            .and_then(|it| saved.numbers.get(it))
            .cloned()
            .unwrap_or_default();
        ReceiptView {
            code,
            numbers: saved.numbers,
        }
    }
}

impl ProgressView {
    pub(crate) fn of(app: &App, record: &Loaded, page: &Page) -> ProgressView {
        let (model, offset) = (app.records.model(), app.records.offset());
        let register = &record.register;
        let entry = page
            .state_dictionary
            .as_ref()
            .and_then(|it| model.dictionaries.get(it))
            .and_then(|it| it.entry(&record.status));
        let word = |key: &str| {
            entry
                .and_then(|it| it.values.get(key))
                .and_then(Json::as_str)
                .map(str::to_owned)
        };
        let number = |field: &str| Some((field.to_owned(), record.text(field)?.to_owned()));
        ProgressView {
            matter: register.title.clone(),
            numbers: register.numbers.iter().filter_map(|it| number(&it.field)).collect(),
            received_at: moment(record.created_at, offset),
            updated_at: moment(record.updated_at, offset),
            state: word("public"),
            step: word("public_step"),
            // An organ is named, a person never.
            unit: page
                .unit
                .as_ref()
                .and_then(|it| open(record, it)?.as_text().and_then(|it| app.identity.department(it))),
            dates: said(record, &page.dates, offset),
            answers: said(record, &page.answers, offset),
            photos: page
                .photos
                .as_ref()
                .and_then(|it| open(record, it))
                .map(ids)
                .unwrap_or_default(),
        }
    }
}

/// The value of a field that is not sensitive, whatever the page says.
fn open<'a>(record: &'a Loaded, field: &str) -> Option<&'a FieldValue> {
    record
        .register
        .field(field)
        .filter(|it| it.sensitive.is_none())
        .map(|_| record.value(field))
}

fn ids(value: &FieldValue) -> Vec<String> {
    match value {
        FieldValue::List(ids) => ids.clone(),
        _ => Vec::new(),
    }
}

/// A photo of the progress page: drawn anew, without position and device.
///
/// # Errors
/// `not-found` for a photo that is not shown there.
pub(crate) async fn photo(app: &App, code: &str, id: &str) -> Result<Vec<u8>, Fault> {
    let (record, page) = by_code(app, code).await?;
    let fields: Vec<&str> = page.photos.as_deref().into_iter().collect();
    app.files.public_rendition(&record, &fields, id, Rendition::Public).await
}

fn said(record: &Loaded, fields: &[(String, String)], offset: Offset) -> Vec<SaidView> {
    let said = |(field, title): &(String, String)| {
        let text = open(record, field)?.to_json(offset).as_str()?.to_owned();
        Some(SaidView {
            title: title.clone(),
            text,
        })
    };
    fields.iter().filter_map(said).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_are_read_from_their_texts() {
        let text = "format: 1\nportal: a\nregister: things\nform: report\nset: {source: web}\ntitle_from: words\nstate_dictionary: states\nprogress: {unit: who, dates: [{field: at, title: 收到}], answers: [{field: answer, title: 答复}, {field: x}], photos: {field: after, title: 照片}}\n";
        let page = Page::read(text).unwrap();
        let set = json!({ "source": "web" }).as_object().cloned().unwrap();
        let expected = Page {
            register: "things".into(),
            form: "report".into(),
            set,
            title_from: Some("words".into()),
            state_dictionary: Some("states".into()),
            unit: Some("who".into()),
            dates: vec![("at".into(), "收到".into())],
            answers: vec![("answer".into(), "答复".into())],
            photos: Some("after".into()),
        };
        assert_eq!(page, expected);
        assert_eq!(Page::read("format: 1\n"), None);
    }
}

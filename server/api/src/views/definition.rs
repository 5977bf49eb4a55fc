//! Definitions: registers with their fields, dictionaries, forms and states; processes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;
use yiwang_bpmn::{NodeKind, Process};
use yiwang_model::{Dictionary, Field, Form, FormField, FormInto, Model, Place, Register};
use yiwang_reports::ReportInfo;
use yiwang_types::Offset;

/// Registers that the reader may use.
#[derive(Serialize, ToSchema)]
#[schema(as = Registers)]
pub(crate) struct RegistersView {
    /// By name.
    pub(crate) items: Vec<RegisterItem>,
}

/// A register in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterItem {
    /// Name in the API.
    name: String,
    /// Title for people.
    title: String,
    /// App that defines it.
    app: String,
    /// What the reader may do: `read`, `create`, `update`, `delete`, `export`, `history`.
    may: Vec<&'static str>,
    /// Statistical tables over it that the reader may see.
    reports: Vec<ReportItem>,
}

/// A statistical table in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportItem {
    /// Name in the API.
    name: String,
    /// Title for people.
    title: String,
    /// Whether the reader may take it out as a file.
    export: bool,
}

impl RegisterItem {
    /// `reports` are those that the reader may run, of every register.
    pub(crate) fn of(register: &Register, may: Vec<&'static str>, reports: &[ReportInfo]) -> RegisterItem {
        let own = reports.iter().filter(|it| it.register == register.name);
        RegisterItem {
            name: register.name.clone(),
            title: register.title.clone(),
            app: register.app.clone(),
            may,
            reports: own
                .map(|it| ReportItem {
                    name: it.report.clone(),
                    title: it.title.clone(),
                    export: it.export,
                })
                .collect(),
        }
    }

    /// Whether the reader may do anything with it.
    pub(crate) fn is_usable(&self) -> bool {
        !self.may.is_empty() || !self.reports.is_empty()
    }
}

/// A register.
#[derive(Serialize, ToSchema)]
#[schema(as = Register)]
pub(crate) struct RegisterView {
    #[serde(flatten)]
    item: RegisterItem,
    /// Field that names a record in lists.
    label: String,
    /// Fields that carry its numbers, in the order they are given.
    numbers: Vec<String>,
    /// Fields that say where a record is.
    place: Option<PlaceDef>,
    /// Process of its records.
    process: Option<String>,
    /// Field by which references point to its records; none means by UUID.
    key: Option<String>,
    /// Fields in order; hidden ones are left out.
    fields: Vec<FieldDef>,
    /// Dictionaries of its fields and states.
    dictionaries: BTreeMap<String, Vec<EntryDef>>,
    /// Forms over it.
    forms: BTreeMap<String, FormView>,
    /// The forms that the reader makes new records with; with none of them he fills in the fields themselves.
    creates: Vec<CreateView>,
    /// Dictionary of its states, among `dictionaries`.
    states: Option<String>,
}

impl RegisterView {
    /// `item` heads it; `seen` tells whether a field is delivered at all, `holds` whether the reader, who may create, has a role.
    pub(crate) fn of(
        model: &Model,
        register: &Register,
        item: RegisterItem,
        states: Option<&str>,
        seen: impl Fn(&str) -> bool,
        holds: impl Fn(&str) -> bool,
        offset: Offset,
    ) -> RegisterView {
        let fields: Vec<FieldDef> = register
            .fields
            .iter()
            .filter(|it| seen(&it.name))
            .map(|it| FieldDef::of(it, offset))
            .collect();
        let forms: BTreeMap<String, FormView> = model
            .forms
            .values()
            .filter(|it| it.register == register.name)
            .map(|it| (it.name.clone(), FormView::of(it, register, offset)))
            .collect();
        let creates = model
            .forms
            .values()
            .filter(|it| it.register == register.name)
            .filter_map(|it| Some((it, it.create.as_ref()?)))
            .filter(|(_, create)| create.roles.iter().any(|it| holds(it)))
            .map(|(form, create)| CreateView {
                form: form.name.clone(),
                set: create.set.clone(),
            })
            .collect();
        let own = forms
            .values()
            .flat_map(|it| &it.fields)
            .filter_map(|it| it.definition.as_ref());
        let named: BTreeSet<&str> = fields
            .iter()
            .chain(own)
            .filter_map(|it| it.dictionary.as_deref())
            .chain(states)
            .collect();
        let dictionary = |name: &str| Some((name.to_owned(), entries_of(model.dictionaries.get(name)?)));
        let dictionaries = named.into_iter().filter_map(dictionary).collect();
        RegisterView {
            item,
            label: register.label.clone(),
            numbers: register.numbers.iter().map(|it| it.field.clone()).collect(),
            place: register.place.as_ref().map(PlaceDef::of),
            process: register.process.clone(),
            key: register.key.clone(),
            fields,
            dictionaries,
            forms,
            creates,
            states: states.filter(|it| model.dictionaries.contains_key(*it)).map(str::to_owned),
        }
    }
}

/// A form that makes new records.
#[derive(Serialize, ToSchema)]
#[schema(as = CreateForm)]
pub(crate) struct CreateView {
    /// Its name among `forms`.
    form: String,
    /// Values to send along that the form does not ask for.
    #[schema(value_type = Object)]
    set: serde_json::Map<String, Json>,
}

/// Names of the fields that say where a record is: the point, and what is filled in from it.
#[derive(Serialize, ToSchema)]
#[schema(as = PlaceFields)]
pub(crate) struct PlaceDef {
    /// The point.
    point: String,
    /// Takes the cell; naming one there answers the question of a point on a border.
    cell: Option<String>,
    /// Takes the division.
    division: Option<String>,
}

impl PlaceDef {
    fn of(place: &Place) -> PlaceDef {
        PlaceDef {
            point: place.point.clone(),
            cell: place.cell.clone(),
            division: place.division.clone(),
        }
    }
}

/// A field.
#[derive(Serialize, ToSchema)]
#[schema(as = Field)]
pub(crate) struct FieldDef {
    /// Name.
    name: String,
    /// Title for people.
    title: String,
    /// Type, as in the format of registers.
    #[serde(rename = "type")]
    ty: &'static str,
    /// Must have a value from its creation on.
    required: bool,
    /// Personal data: masked for most readers.
    sensitive: bool,
    /// Written by the process, never directly.
    computed: bool,
    /// Holds a list.
    many: bool,
    /// How to fill it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// Value of a new record.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Json>,
    /// Longest text in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u32>,
    /// Smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<String>,
    /// Largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_value: Option<String>,
    /// Dictionary of a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    dictionary: Option<String>,
    /// Choice of the register whose value narrows what is offered here, by the `values` of the entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    narrowed_by: Option<String>,
    /// Like which field of the register each part of a `json` is shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartDef>,
    /// Register that a reference points into.
    #[serde(skip_serializing_if = "Option::is_none")]
    register: Option<String>,
    /// Kinds of files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<&'static str>,
    /// Most files.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_count: Option<u32>,
}

impl FieldDef {
    fn of(it: &Field, offset: Offset) -> FieldDef {
        let scaled = |value: i64| yiwang_model::scaled_text(value, it.scale);
        FieldDef {
            name: it.name.clone(),
            title: it.title.clone(),
            ty: it.ty.as_str(),
            required: it.required,
            sensitive: it.sensitive.is_some(),
            computed: it.computed,
            many: it.many,
            help: it.help.clone(),
            default: it.default.as_ref().map(|it| it.to_json(offset)),
            max: it.max,
            min: it.min.map(scaled),
            max_value: it.max_value.map(scaled),
            dictionary: it.dictionary.clone(),
            narrowed_by: it.narrowed_by.clone(),
            parts: it
                .parts
                .iter()
                .map(|(part, like)| PartDef {
                    part: part.clone(),
                    like: like.clone(),
                })
                .collect(),
            register: it.register.clone(),
            kinds: it.kinds.iter().map(|it| it.as_str()).collect(),
            max_count: (it.ty == yiwang_model::FieldType::Files).then_some(it.max_count),
        }
    }
}

/// A part of a `json`.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldPart)]
pub(crate) struct PartDef {
    /// Its name in the value.
    part: String,
    /// Field of the register with the title and type of it.
    like: String,
}

/// A code of a dictionary.
#[derive(Serialize, ToSchema)]
#[schema(as = DictionaryEntry)]
pub(crate) struct EntryDef {
    /// Code.
    code: String,
    /// Title.
    title: String,
    /// Code above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    /// First valid day.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Last valid day.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// Values by which a choice is narrowed and decisions are made.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object, required = false)]
    values: BTreeMap<String, Json>,
}

fn entries_of(dictionary: &Dictionary) -> Vec<EntryDef> {
    let entry = |it: &yiwang_model::Entry| EntryDef {
        code: it.code.clone(),
        title: it.title.clone(),
        parent: it.parent.clone(),
        from: it.from.map(|it| it.to_string()),
        until: it.until.map(|it| it.to_string()),
        values: it.values.clone(),
    };
    dictionary.entries.iter().map(entry).collect()
}

/// A form.
#[derive(Serialize, ToSchema)]
#[schema(as = Form)]
pub(crate) struct FormView {
    /// Title.
    title: String,
    /// Fields in order.
    fields: Vec<FormFieldView>,
}

/// A field as a form shows it.
#[derive(Serialize, ToSchema)]
#[schema(as = FormField)]
pub(crate) struct FormFieldView {
    /// Name of the register's field or of the form's own one.
    name: String,
    /// Title here.
    title: String,
    /// Whether this form asks for it.
    required: bool,
    /// How to fill it here.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// Where the value goes: `record`, `comment` or `none` (only the history).
    into: &'static str,
    /// The definition of a field of the form alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<FieldDef>,
}

impl FormView {
    pub(crate) fn of(form: &Form, register: &Register, offset: Offset) -> FormView {
        let field = |it: &FormField| {
            let base = it.own.as_ref().or_else(|| register.field(&it.name));
            FormFieldView {
                name: it.name.clone(),
                title: it
                    .title
                    .clone()
                    .or_else(|| base.map(|it| it.title.clone()))
                    .unwrap_or_else(|| it.name.clone()),
                required: it.required,
                help: it.help.clone().or_else(|| base.and_then(|it| it.help.clone())),
                into: match it.into {
                    FormInto::Record => "record",
                    FormInto::Comment => "comment",
                    FormInto::None => "none",
                },
                definition: it.own.as_ref().map(|it| FieldDef::of(it, offset)),
            }
        };
        FormView {
            title: form.title.clone(),
            fields: form.fields.iter().map(field).collect(),
        }
    }

    /// The form of that name in the model.
    pub(crate) fn named(model: &Model, name: &str, offset: Offset) -> Option<FormView> {
        let form = model.forms.get(name)?;
        Some(FormView::of(form, model.registers.get(&form.register)?, offset))
    }
}

/// A process.
#[derive(Serialize, ToSchema)]
#[schema(as = Process)]
pub(crate) struct ProcessView {
    /// Id.
    id: String,
    /// Title for people.
    title: String,
    /// Register whose records it runs on.
    register: Option<String>,
    /// Steps in the order of the file.
    steps: Vec<StepView>,
    /// The BPMN file as it is stored.
    xml: String,
}

/// A step of a process that people do.
#[derive(Serialize, ToSchema)]
#[schema(as = Step)]
pub(crate) struct StepView {
    /// Element in the file.
    id: String,
    /// Title for people.
    title: String,
    /// State of the record while the step is open.
    status: Option<String>,
    /// State once somebody has taken it on; none where taking it on changes nothing.
    claimed: Option<String>,
    /// The clock that runs with it.
    clock: Option<String>,
    /// Outcomes and further acts by name, with their titles.
    acts: BTreeMap<String, String>,
}

impl ProcessView {
    pub(crate) fn of(process: &Process, xml: &str) -> ProcessView {
        let step = |node: &yiwang_bpmn::Node| match &node.kind {
            NodeKind::User(task) => Some(StepView {
                id: task.id.clone(),
                title: task.name.clone(),
                status: task.status.clone(),
                claimed: task.claimed.clone(),
                clock: task.clock.clone(),
                acts: task
                    .outcomes
                    .iter()
                    .map(|it| (it.id.clone(), it.title.clone()))
                    .chain(task.acts.iter().map(|it| (it.name.clone(), it.title.clone())))
                    .collect(),
            }),
            _ => None,
        };
        ProcessView {
            id: process.id.clone(),
            title: process.name.clone(),
            register: process.register.clone(),
            steps: process.nodes.iter().filter_map(step).collect(),
            xml: xml.to_owned(),
        }
    }
}

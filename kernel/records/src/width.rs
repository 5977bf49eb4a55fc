//! How much of a record a list reads and shows: everything, what a line of somebody's work needs, or the fields that were asked for.

use std::collections::BTreeSet;

use yiwang_authz::Permission;
use yiwang_model::{Field, FieldType, FieldValue, Register};
use yiwang_types::{Code, Fault};

/// Which fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// All.
    Whole,
    /// What names a record and says of what kind it is and where it lies: its texts, choices and references that have a value, without personal data.
    Brief,
    /// These.
    Named(BTreeSet<String>),
}

impl Width {
    /// Reads names by comma; none is everything.
    pub(crate) fn asked(register: &Register, fields: Option<&str>) -> Result<Width, Fault> {
        let Some(text) = fields else {
            return Ok(Width::Whole);
        };
        let names = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        let known = |name: &str| match register.field(name) {
            Some(field) => Ok(field.name.clone()),
            None => Err(Fault::new(
                Code::BadFilter,
                format!(
                    "登记簿“{}”没有字段“{name}”;fields 里只写它的字段名,用逗号分开。",
                    register.title
                ),
            )),
        };
        names.map(known).collect::<Result<_, _>>().map(Width::Named)
    }

    /// The fields that are read. The texts and references that scopes and names go by are always among them; where something sealed is shown
    /// the rights may ask for any field, so all are read.
    pub(crate) fn read<'a>(&self, register: &'a Register) -> Vec<&'a Field> {
        let whole = self.reads_all(register);
        let named = |it: &Field| matches!(self, Width::Named(names) if names.contains(&it.name));
        let wanted = |it: &&Field| whole || is_line(it) || named(it) || it.name == register.label;
        register.fields.iter().filter(wanted).collect()
    }

    /// Whether the fields read are all, so that any rule can be held against them.
    pub(crate) fn reads_all(&self, register: &Register) -> bool {
        let sealed = |name: &str| register.field(name).is_some_and(|it| it.sensitive.is_some());
        match self {
            Width::Whole => true,
            Width::Brief => sealed(&register.label),
            Width::Named(names) => sealed(&register.label) || names.iter().any(|it| sealed(it)),
        }
    }

    /// Whether what is shown depends on which grants cover a record. Fields that are not sealed are shown by each that does not hide them.
    pub(crate) fn weighs_grants(&self, register: &Register, permission: &Permission) -> bool {
        // The name of a record is shown whatever was asked for.
        let shown = |it: &str| it == register.label || register.field(it).is_some_and(|it| self.takes(it));
        self.reads_all(register) || permission.fields.hidden_by_some().any(shown)
    }

    fn takes(&self, field: &Field) -> bool {
        match self {
            Width::Whole => true,
            Width::Brief => is_line(field),
            Width::Named(names) => names.contains(&field.name),
        }
    }

    /// Whether the field is shown with this value.
    pub(crate) fn shows(&self, field: &Field, value: &FieldValue) -> bool {
        self.takes(field) && (*self != Width::Brief || *value != FieldValue::Null)
    }
}

fn is_line(field: &Field) -> bool {
    matches!(field.ty, FieldType::Text | FieldType::Reference | FieldType::Choice) && field.sensitive.is_none()
}

//! Registers: typed tables described by a file.

mod fields;
mod parse;
mod similar;

use std::sync::LazyLock;

pub(crate) use fields::read_field;
pub(crate) use parse::{Owner, check_columns, read, read_fields};

use crate::field::{Column, Field, FieldType, Physical};
use crate::number::NumberRule;
use crate::rule::Rule;

/// A register as its file declares it, with every default filled in.
#[derive(Clone, Debug)]
pub struct Register {
    /// Name in files, API, expressions; the table's name.
    pub name: String,
    /// App that defines it.
    pub app: String,
    /// Title.
    pub title: String,
    /// Field that names a record in lists.
    pub label: String,
    /// Process started by a new record.
    pub process: Option<String>,
    /// One of the kernel's own registers.
    pub system: bool,
    /// Unique text field by which references point to its records; `None`: they hold the UUID.
    pub key: Option<String>,
    /// Numbers given to fields.
    pub numbers: Vec<NumberRule>,
    /// Field that gets a random code at creation.
    pub progress_code: Option<String>,
    /// Field that holds the place of a record. When it is not called `division`, the system column `division` is its copy.
    pub division: Option<String>,
    /// Fields that follow from where a record is.
    pub place: Option<Place>,
    /// Fields by which records about the same thing are found.
    pub similar: Option<Similar>,
    /// Declared fields in order; with `division: division` and no such field, that reference is added as the last one.
    pub fields: Vec<Field>,
    /// Fields that together may not repeat; ignored while any of them is empty. Numbers, progress code and key are included.
    pub unique: Vec<Vec<String>>,
    /// Further indexes.
    pub indexes: Vec<Vec<String>>,
    /// What must be true of every record.
    pub rules: Vec<Rule>,
    /// File that defines it.
    pub file: String,
}

/// Names of the fields that are filled from a point when it is set: unit grid cell, division, responsibility grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The point.
    pub point: String,
    /// Takes the code of the cell; naming a cell there answers the question of a point on a border.
    pub cell: Option<String>,
    /// Takes the code of the division.
    pub division: Option<String>,
    /// Takes the code of the responsibility grid (责任网格).
    pub duty_grid: Option<String>,
}

/// Names of the fields by which records that may be about the same thing are found and compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Similar {
    /// A point.
    pub point: Option<String>,
    /// A moment; the time of registration when there is none.
    pub time: Option<String>,
    /// A sensitive telephone number, compared by its keyed hash.
    pub phone: Option<String>,
    /// A choice.
    pub class: Option<String>,
    /// A short text.
    pub title: Option<String>,
    /// A longer text.
    pub text: Option<String>,
}

impl Register {
    /// A declared field.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|it| it.name == name)
    }

    /// A declared field or a system column: whatever a filter, sort or report may name.
    pub fn any_field(&self, name: &str) -> Option<&Field> {
        self.field(name).or_else(|| system_fields().iter().find(|it| it.name == name))
    }

    /// The columns of the declared fields, without the system columns (`division` belongs to those).
    pub fn columns(&self) -> Vec<Column> {
        let own = self.fields.iter().filter(|it| it.name != "division");
        own.flat_map(Field::columns).collect()
    }

    /// The system columns that every register has, in order.
    pub fn system_columns() -> Vec<Column> {
        let numeric = ["version", "created_at", "updated_at"];
        let kind = |name: &str| {
            if numeric.contains(&name) {
                Physical::Integer
            } else {
                Physical::Text
            }
        };
        system_fields()
            .iter()
            .map(|it| Column {
                name: it.name.clone(),
                kind: kind(&it.name),
            })
            .collect()
    }
}

/// The columns that every register has, as fields.
pub fn system_fields() -> &'static [Field] {
    static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
        let field = |name, title, ty, register: Option<&str>| Field {
            register: register.map(str::to_owned),
            by_key: register == Some("division"),
            computed: true,
            system: true,
            ..Field::new(name, title, ty)
        };
        vec![
            field("id", "记录标识", FieldType::Text, None),
            field("version", "版本", FieldType::Integer, None),
            field("status", "状态", FieldType::Text, None),
            field("division", "所属区划", FieldType::Reference, Some("division")),
            field("created_at", "登记时间", FieldType::DateTime, None),
            field("created_by", "登记人", FieldType::Reference, Some("user")),
            field("updated_at", "更新时间", FieldType::DateTime, None),
            field("updated_by", "更新人", FieldType::Reference, Some("user")),
        ]
    });
    &FIELDS
}

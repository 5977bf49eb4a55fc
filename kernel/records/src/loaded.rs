//! A record as it was read: its fields in clear, its version, and its place in the audit chain.

use std::collections::BTreeMap;
use std::sync::Arc;

use yiwang_feel::{Context, Value as Feel};
use yiwang_model::{Field, FieldValue, Model, Register};
use yiwang_store::Value;
use yiwang_types::{Fault, Instant, Offset};

use crate::audit::Link;
use crate::column;
use crate::keys::KeyRing;
use crate::tables;

/// A record of a register at one version.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its register.
    pub register: Arc<Register>,
    /// Number inside.
    pub rid: i64,
    /// UUID outside.
    pub id: String,
    /// Version for `If-Match`; counts changes of the content.
    pub version: i64,
    /// State set by the process; empty text when there is none.
    pub status: String,
    /// When it was made.
    pub created_at: Instant,
    /// `kind:id` of its maker.
    pub created_by: String,
    /// Last change.
    pub updated_at: Instant,
    /// Fields with a value.
    pub values: BTreeMap<String, FieldValue>,
    /// The chain so far; every act on the matter moves it, so it also tells whether anything happened in between.
    pub(crate) link: Link,
}

impl Loaded {
    /// The value of a field; `Null` when it has none.
    pub fn value(&self, field: &str) -> &FieldValue {
        self.values.get(field).unwrap_or(&FieldValue::Null)
    }

    /// The text of a field, when it is one.
    pub fn text(&self, field: &str) -> Option<&str> {
        match self.value(field) {
            FieldValue::Text(it) => Some(it),
            _ => None,
        }
    }

    /// The name of the record in lists.
    pub fn label(&self) -> &str {
        self.text(&self.register.label).unwrap_or(&self.id)
    }

    /// As expressions see it.
    pub fn context(&self, model: &Model, offset: Offset) -> Context {
        let today = self.updated_at.date(offset);
        let mut context = yiwang_model::record_context(&self.register, &self.values, &model.dictionaries, today, offset);
        context.insert("id", Feel::from(self.id.as_str()));
        context.insert("status", Feel::from(self.status.as_str()));
        context.insert("version", Feel::from(self.version));
        context
    }

    /// Acts on the matter so far.
    pub fn acts(&self) -> i64 {
        self.link.seq
    }
}

/// All columns of a register, in the order [`read`] expects them.
pub(crate) fn columns(register: &Register) -> Vec<String> {
    columns_of(register.fields.iter())
}

/// The columns of some fields, in the order [`read_part`] expects them.
pub(crate) fn columns_of<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<String> {
    let system = tables::SYSTEM.iter().map(|(name, ..)| (*name).to_owned());
    system.chain(fields.flat_map(column::names)).collect()
}

/// Makes a record of a row read with [`columns`].
pub(crate) fn read(register: &Arc<Register>, row: &[Value], keys: &KeyRing) -> Result<Loaded, Fault> {
    read_part(register, register.fields.iter(), row, keys)
}

/// Makes a record of a row read with [`columns_of`]: what was not read counts as without a value.
pub(crate) fn read_part<'a>(
    register: &Arc<Register>,
    fields: impl Iterator<Item = &'a Field>,
    row: &[Value],
    keys: &KeyRing,
) -> Result<Loaded, Fault> {
    let broken = || Fault::internal(format!("{}: stored row is incomplete", register.name));
    let (system, mut rest) = row.split_at_checked(tables::SYSTEM.len()).ok_or_else(broken)?;
    let [rid, id, version, status, created_at, created_by, updated_at, _, _, seq, head] = system else {
        return Err(broken());
    };
    let int = |value: &Value| value.as_int().ok_or_else(broken);
    let text = |value: &Value| value.as_text().map(str::to_owned);
    let mut values = BTreeMap::new();
    for field in fields {
        let width = tables::physical(&field.ty, field.sensitive.is_some()).len();
        let (mine, others) = rest.split_at_checked(width).ok_or_else(broken)?;
        rest = others;
        let value = column::decode(&register.name, field, mine, keys)?;
        if !matches!(value, FieldValue::Null) {
            values.insert(field.name.clone(), value);
        }
    }
    Ok(Loaded {
        register: Arc::clone(register),
        rid: int(rid)?,
        id: text(id).ok_or_else(broken)?,
        version: int(version)?,
        status: text(status).unwrap_or_default(),
        created_at: Instant::from_millis(int(created_at)?),
        created_by: text(created_by).unwrap_or_default(),
        updated_at: Instant::from_millis(int(updated_at)?),
        values,
        link: Link {
            seq: int(seq)?,
            head: head.as_bytes().map(<[u8]>::to_vec).unwrap_or_default(),
        },
    })
}

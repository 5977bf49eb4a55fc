//! A `files` field names only what the writer uploaded himself or what the record holds already, of the field's kinds; what is new then
//! belongs to the record, in the same batch.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;
use serde_json::Value as Json;
use yiwang_model::{Field, FieldType, FieldValue, FormInto, Model};
use yiwang_records::{Ctx, Draft, Guard, Records};
use yiwang_types::{Fault, FieldFault};

use crate::service::holder;
use crate::service::rows::{Bound, FileRow};

/// The guard of every register.
pub(super) struct FilesGuard;

/// One list of ids that a draft brings.
struct Given {
    field: Field,
    ids: Vec<String>,
}

impl Guard for FilesGuard {
    fn name(&self) -> &'static str {
        "files"
    }

    fn check<'a>(
        &'a self,
        records: &'a Records,
        ctx: &'a Ctx,
        draft: &'a mut Draft,
        faults: &'a mut Vec<FieldFault>,
    ) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(check(records, ctx, draft, faults))
    }
}

async fn check(records: &Records, ctx: &Ctx, draft: &mut Draft, faults: &mut Vec<FieldFault>) -> Result<(), Fault> {
    let given = given(&records.model(), draft);
    let wanted: BTreeSet<&str> = given.iter().flat_map(|it| &it.ids).map(String::as_str).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let wanted: Vec<&str> = wanted.into_iter().collect();
    let rows = FileRow::find_all(records, &wanted).await?;
    let rows: BTreeMap<&str, &FileRow> = rows.iter().map(|it| (it.id.as_str(), it)).collect();
    // Somebody without a session key has uploaded nothing.
    let holder = holder(ctx).ok();
    let mut fresh: BTreeMap<&str, (&FileRow, &Field)> = BTreeMap::new();
    for Given { field, ids } in &given {
        if ids.len() > usize::try_from(field.max_count).unwrap_or(usize::MAX) {
            let message = format!("“{}”最多放 {} 个文件", field.title, field.max_count);
            faults.push(FieldFault::new(&field.name, "max-count", message, "去掉一些"));
        }
        for id in ids {
            let row = rows.get(id.as_str()).copied().filter(|row| match &row.bound {
                Some(_) => row.belongs_to(&draft.register().name, draft.rid()),
                None => holder.as_ref() == Some(&row.uploaded_by) && row.is_alive(draft.at()),
            });
            match row {
                None => faults.push(missing(field)),
                Some(row) if !fits(field, row) => faults.push(unfit(field)),
                Some(row) if row.bound.is_none() => drop(fresh.entry(id).or_insert((row, field))),
                Some(_) => {}
            }
        }
    }
    if faults.is_empty() {
        for (row, field) in fresh.into_values() {
            let to = Bound {
                register: draft.register().name.clone(),
                record_rid: draft.rid(),
                field: field.name.clone(),
            };
            draft.with(row.bind(&to));
        }
    }
    Ok(())
}

/// The lists that the draft changes: in the record's fields, and in a form's own ones, which go into the history.
fn given(model: &Model, draft: &Draft) -> Vec<Given> {
    let register = draft.register();
    let changed = |field: &&Field| {
        field.ty == FieldType::Files
            && draft
                .before()
                .is_none_or(|it| it.value(&field.name) != draft.value(&field.name))
    };
    let fields = register.fields.iter().filter(changed);
    let mut given: Vec<Given> = fields
        .map(|it| Given {
            field: it.clone(),
            ids: ids(draft.value(&it.name)).to_vec(),
        })
        .collect();
    for (name, value) in &draft.deed().notes {
        if let Some(field) = own_field(model, &register.name, name) {
            let listed = value.as_array().map(Vec::as_slice).unwrap_or_default();
            given.push(Given {
                field: field.clone(),
                ids: listed.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            });
        }
    }
    given
}

/// The `files` field of that name that some form over the register has for itself.
fn own_field<'a>(model: &'a Model, register: &str, name: &str) -> Option<&'a Field> {
    let forms = model.forms.values().filter(|it| it.register == register);
    let fields = forms
        .flat_map(|it| &it.fields)
        .filter(|it| it.name == name && it.into == FormInto::None);
    fields.filter_map(|it| it.own.as_ref()).find(|it| it.ty == FieldType::Files)
}

/// The ids of a `files` value.
pub(super) fn ids(value: &FieldValue) -> &[String] {
    match value {
        FieldValue::List(it) => it,
        _ => &[],
    }
}

fn fits(field: &Field, row: &FileRow) -> bool {
    field.kinds.is_empty() || field.kinds.iter().any(|it| it.as_str() == row.kind)
}

fn missing(field: &Field) -> FieldFault {
    let message = format!("“{}”里有的文件没有上传、已过期或不是本人上传的", field.title);
    FieldFault::new(&field.name, "unknown-file", message, "重新上传这个文件")
}

fn unfit(field: &Field) -> FieldFault {
    let message = format!("“{}”里有的文件不是要求的种类", field.title);
    FieldFault::new(&field.name, "file-kind", message, "换成要求的文件")
}

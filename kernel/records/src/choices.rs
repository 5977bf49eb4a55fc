//! What a reference may be filled with: records of the register it points into, by name or code, or the nearest first.

use std::collections::BTreeSet;
use std::sync::Arc;

use yiwang_authz::Action;
use yiwang_model::{FieldType, FieldValue, Register};
use yiwang_store::{Cmp, Filter, Scope, Select, Sort};
use yiwang_types::{Code, Fault};

use crate::ctx::Ctx;
use crate::engine::Records;
use crate::faults::fault_of;
use crate::list::{MAX_LIMIT, escaped, select_of};
use crate::loaded::{self, Loaded};

/// Half the side of the boxes that are searched for the nearest, one after the other, in 1e-7 degree (about 30 m to 3 km).
const REACHES: [i64; 5] = [3_000, 10_000, 30_000, 100_000, 300_000];
/// Most records of one box that are compared.
const COMPARED: u32 = 1_000;

/// Which records are wanted.
#[derive(Clone, Debug, Default)]
pub struct ChoiceParams {
    /// Words in the name, or the beginning of the key or of a number.
    pub q: Option<String>,
    /// A point in 1e-7 degree (longitude, latitude): the nearest come first. Without effect where the register has no point.
    pub near: Option<(i64, i64)>,
    /// At most so many, 1 to 200.
    pub limit: u32,
}

/// A record that a reference may name.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What the reference holds: key or UUID.
    pub value: String,
    /// Name of the record.
    pub title: String,
    /// Where it is, in 1e-7 degree.
    pub at: Option<(i64, i64)>,
}

impl Records {
    /// The records of a register that a reference may name: those that the person may read. Registers of the kernel itself (places) are open
    /// to everybody in office; such a read without a grant is audited. Without words and point in the order in which they were made.
    ///
    /// # Errors
    /// `forbidden` without the right to read another app's register; `masked-field` where its name is masked; what the store says.
    pub async fn choices(&self, ctx: &Ctx, register: &str, params: &ChoiceParams) -> Result<Vec<Choice>, Fault> {
        let register = self.register(register)?;
        let (select, clear) = self.choosable(ctx, &register).await?;
        let is_clear = |field: &str| clear.contains(field);
        let words = params.q.as_deref().and_then(|it| worded(&register, it, is_clear));
        let select = Select {
            filter: select.filter.and(words.unwrap_or(Filter::True)),
            limit: params.limit.clamp(1, MAX_LIMIT),
            ..select
        };
        let point = point_of(&register).filter(|it| is_clear(it));
        let found = match (&point, params.near) {
            (Some(field), Some(near)) => self.nearest(&register, select, field, near).await?,
            _ => self.loaded(&register, &select).await?,
        };
        Ok(found.iter().map(|it| choice(it, point.as_deref())).collect())
    }

    /// All of them within the person's scope, in order, and the fields that he always sees in clear.
    async fn choosable(&self, ctx: &Ctx, register: &Arc<Register>) -> Result<(Select, BTreeSet<String>), Fault> {
        let sort = vec![Sort::up("rid")];
        let open = register
            .fields
            .iter()
            .filter(|it| it.sensitive.is_none())
            .map(|it| it.name.clone());
        let mut clear: BTreeSet<String> = open.collect();
        let select = match self.permit(ctx, Action::Read, &register.name) {
            Ok(permission) => {
                clear.retain(|it| permission.fields.is_always_clear(it));
                select_of(register, &permission, &ctx.subject, Filter::True, sort, 1)
            }
            Err(_) if register.system => {
                self.system("choices").noted().await?;
                Select {
                    table: register.name.clone(),
                    columns: loaded::columns(register),
                    filter: Filter::is_null("deleted_at"),
                    scope: Scope::All,
                    sort,
                    after: None,
                    limit: 1,
                }
            }
            Err(fault) => return Err(fault),
        };
        let mut needed = std::iter::once(&register.label).chain(&register.key);
        if needed.all(|it| clear.contains(it)) {
            return Ok((select, clear));
        }
        let detail = format!("“{}”的名称是脱敏的,不能列出来选。", register.title);
        Err(Fault::new(Code::MaskedField, detail))
    }

    /// Grows a box around the point until it holds enough.
    async fn nearest(
        &self,
        register: &Arc<Register>,
        select: Select,
        field: &str,
        near: (i64, i64),
    ) -> Result<Vec<Loaded>, Fault> {
        let wanted = usize::try_from(select.limit).unwrap_or(usize::MAX);
        let mut found: Vec<Loaded> = Vec::new();
        for reach in REACHES {
            let within = |column: String, middle: i64| {
                Filter::cmp(column.as_str(), Cmp::Ge, middle.saturating_sub(reach)).and(Filter::cmp(
                    column.as_str(),
                    Cmp::Le,
                    middle.saturating_add(reach),
                ))
            };
            let inside = within(format!("{field}_x"), near.0).and(within(format!("{field}_y"), near.1));
            let select = Select {
                filter: select.filter.clone().and(inside),
                limit: COMPARED,
                ..select.clone()
            };
            let here = self.loaded(register, &select).await?;
            // Of a box that holds more than is compared, the oldest came, not the nearest: then those of the smaller box stay in front.
            let whole = here.len() < usize::try_from(COMPARED).unwrap_or(usize::MAX);
            if whole {
                found = here;
            } else {
                let known: BTreeSet<i64> = found.iter().map(|it| it.rid).collect();
                found.extend(here.into_iter().filter(|it| !known.contains(&it.rid)));
            }
            if found.len() >= wanted {
                break;
            }
        }
        found.sort_by_key(|it| (square(place(it, field), near), it.rid));
        found.truncate(wanted);
        Ok(found)
    }

    async fn loaded(&self, register: &Arc<Register>, select: &Select) -> Result<Vec<Loaded>, Fault> {
        let rows = self.store().select(select).await.map_err(fault_of)?;
        rows.iter().map(|row| loaded::read(register, row, self.keys())).collect()
    }
}

fn point_of(register: &Register) -> Option<String> {
    let declared = register.place.as_ref().map(|it| it.point.clone());
    let first = || {
        register
            .fields
            .iter()
            .find(|it| it.ty == FieldType::Point)
            .map(|it| it.name.clone())
    };
    declared.or_else(first)
}

fn place(record: &Loaded, field: &str) -> Option<(i64, i64)> {
    match record.value(field) {
        FieldValue::Point { lon, lat } => Some((*lon, *lat)),
        _ => None,
    }
}

/// Squared distance on the plane, good enough for an order within some kilometres: a degree of longitude counts as long as at 30°.
fn square(at: Option<(i64, i64)>, near: (i64, i64)) -> i128 {
    let Some(at) = at else { return i128::MAX };
    let (east, north) = (i128::from(at.0 - near.0) * 866, i128::from(at.1 - near.1) * 1_000);
    east * east + north * north
}

fn worded(register: &Register, q: &str, is_clear: impl Fn(&str) -> bool) -> Option<Filter> {
    let q = q.trim();
    if q.is_empty() {
        return None;
    }
    let like = |field: &str, pattern: String| Filter::Like {
        column: field.to_owned(),
        pattern,
    };
    let codes = register
        .numbers
        .iter()
        .map(|it| it.field.as_str())
        .chain(register.key.as_deref());
    let codes = codes.filter(|it| is_clear(it));
    let mut any: Vec<Filter> = codes.map(|it| like(it, format!("{}%", escaped(q)))).collect();
    any.push(like(&register.label, format!("%{}%", escaped(q))));
    Some(Filter::Or(any))
}

fn choice(record: &Loaded, point: Option<&str>) -> Choice {
    let value = match record.register.key.as_deref() {
        Some(key) => record.text(key).unwrap_or(&record.id),
        None => &record.id,
    };
    Choice {
        value: value.to_owned(),
        title: record.label().to_owned(),
        at: point.and_then(|it| place(record, it)),
    }
}

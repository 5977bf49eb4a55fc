//! Lists: filter, search, sort, page by key, bounded count, all within the reader's scope.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use yiwang_authz::{Action, FieldAccess, Permission, Subject};
use yiwang_model::{FieldType, Register};
use yiwang_store::{ColumnType, Count, Filter, Lead, Row, Scope, Select, Sort, Value};
use yiwang_types::{Code, Fault};

use crate::ctx::Ctx;
use crate::engine::Records;
use crate::faults::fault_of;
use crate::history::Entry;
use crate::loaded::{self, Loaded};
use crate::system::Event;
use crate::view::View;
use crate::width::Width;
use crate::{cursor, filter, scope, tables};

/// Most rows of one page.
pub const MAX_LIMIT: u32 = 200;
/// Most fields of an order.
const MAX_SORT: usize = 5;
/// Counting stops here and says so.
const COUNTED: u64 = 1_000;
/// Most participant keys of one reader on the rows of a page: few of his many keys are noted for any record.
const MOST_PARTICIPANTS: u32 = 10_000;

/// What a list asks for.
#[derive(Clone, Debug, Default)]
pub struct ListParams {
    /// CQL2 text.
    pub filter: Option<String>,
    /// Words in the name of the record, or an exact number.
    pub q: Option<String>,
    /// `field` or `-field`; several by comma. Default: newest first.
    pub sort: Option<String>,
    /// Rows of a page, 1 to 200; default 20.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// The fields of each row, names by comma; none gives them all.
    pub fields: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// The rows.
    pub items: Vec<View>,
    /// Where the next page starts.
    pub next: Option<String>,
    /// How many there are in all, bounded.
    pub count: Counted,
}

/// A bounded count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The count, or the bound.
    pub value: u64,
    /// Whether it is the whole count.
    pub exact: bool,
}

impl From<Count> for Counted {
    fn from(it: Count) -> Counted {
        Counted {
            value: it.value,
            exact: it.exact,
        }
    }
}

/// The records of a page as they were read.
pub(crate) struct Found {
    pub records: Vec<Loaded>,
    /// The values of the last row by which the order goes.
    last: Option<Vec<Value>>,
}

impl Records {
    /// One record within the reader's scope.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub async fn get(&self, ctx: &Ctx, register: &str, id: &str) -> Result<View, Fault> {
        let (permission, record) = self.readable(ctx, register, id, Action::Read).await?;
        let participants = self.participants_of(&ctx.subject, &permission, &[record.rid]).await?;
        Ok(self.view(
            ctx,
            &permission,
            &record,
            participants.get(&record.rid).map(Vec::as_slice).unwrap_or_default(),
            &Width::Whole,
        ))
    }

    /// The record itself with every field in clear, for the engine's next step; proves that the reader may read it.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub async fn readable(&self, ctx: &Ctx, register: &str, id: &str, action: Action<'_>) -> Result<(Permission, Loaded), Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, action, &register.name)?;
        let record = self
            .load(&register, id, scope::compile(&register, &permission.scope, &ctx.subject))
            .await?;
        Ok((permission, record))
    }

    /// Records by their numbers inside as this reader may see them; those outside his scope are left out.
    ///
    /// # Errors
    /// `forbidden`; what the store says.
    pub async fn views_of(&self, ctx: &Ctx, register: &str, rids: &[i64]) -> Result<HashMap<i64, View>, Fault> {
        self.by_rids(ctx, register, rids, &Width::Whole).await
    }

    /// The same in brief: texts, choices and references that have a value, without personal data.
    ///
    /// # Errors
    /// `forbidden`; what the store says.
    pub async fn briefs_of(&self, ctx: &Ctx, register: &str, rids: &[i64]) -> Result<HashMap<i64, View>, Fault> {
        self.by_rids(ctx, register, rids, &Width::Brief).await
    }

    async fn by_rids(&self, ctx: &Ctx, register: &str, rids: &[i64], width: &Width) -> Result<HashMap<i64, View>, Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, Action::Read, &register.name)?;
        let filter = Filter::within("rid", rids.iter().copied());
        let limit = u32::try_from(rids.len()).unwrap_or(MAX_LIMIT);
        let select = select_of(&register, &permission, &ctx.subject, filter, vec![], limit);
        let records = self.read_rows(&register, select, Lead::Conditions, width).await?.records;
        Ok(self.views(ctx, &permission, &records, width).await?.into_iter().collect())
    }

    /// The acts on a record, for a reader with the right to its history.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub async fn history(&self, ctx: &Ctx, register: &str, id: &str) -> Result<Vec<Entry>, Fault> {
        let (permission, record) = self.readable(ctx, register, id, Action::History).await?;
        let participants = self.participants_of(&ctx.subject, &permission, &[record.rid]).await?;
        let participants = participants.get(&record.rid).map(Vec::as_slice).unwrap_or_default();
        let shown = self.view(ctx, &permission, &record, participants, &Width::Whole).fields;
        let mut entries = self.entries(record.rid).await?;
        let changes = entries
            .iter_mut()
            .filter_map(|it| it.content.get_mut("changes")?.as_object_mut());
        // What the record does not show him, its history does not either. Fields that the register has no more are shown.
        let hidden = |field: &String| record.register.field(field).is_some() && !shown.contains_key(field);
        changes.for_each(|it| it.retain(|field, _| !hidden(field)));
        Ok(entries)
    }

    /// The acts on a record as its timeline, for whoever may read it: without field contents.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub async fn timeline(&self, ctx: &Ctx, register: &str, id: &str) -> Result<Vec<Entry>, Fault> {
        let (_, record) = self.readable(ctx, register, id, Action::Read).await?;
        let mut entries = self.entries(record.rid).await?;
        entries.iter_mut().for_each(|it| it.content = Json::Null);
        Ok(entries)
    }

    /// A page of a register.
    ///
    /// # Errors
    /// `forbidden`; `bad-filter` and `masked-field` with the place in the filter; what the store says.
    pub async fn list(&self, ctx: &Ctx, register: &str, params: &ListParams) -> Result<Page, Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, Action::Read, &register.name)?;
        let width = Width::asked(&register, params.fields.as_deref())?;
        let (filter, sort) = self.asked(ctx, &register, &permission, params).await?;
        let limit = params.limit.unwrap_or(20).clamp(1, MAX_LIMIT);
        let mut select = select_of(&register, &permission, &ctx.subject, filter, sort, limit);
        let count = self.store().count(&select, COUNTED).await.map_err(fault_of)?;
        let lead = if count.exact { Lead::Conditions } else { Lead::Order };
        select.after = params
            .after
            .as_deref()
            .map(|it| mark(&register, &select.sort, it))
            .transpose()?;
        let found = self.read_rows(&register, select, lead, &width).await?;
        let is_full = found.records.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let next = found.last.filter(|_| is_full).map(|it| cursor::write(&it));
        let items = self.views(ctx, &permission, &found.records, &width).await?;
        Ok(Page {
            items: items.into_iter().map(|it| it.1).collect(),
            next,
            count: count.into(),
        })
    }

    /// Condition and order that a list asks for, every field in them held against what the reader sees; looking for a masked value is
    /// audited.
    pub(crate) async fn asked(
        &self,
        ctx: &Ctx,
        register: &Register,
        permission: &Permission,
        params: &ListParams,
    ) -> Result<(Filter, Vec<Sort>), Fault> {
        let visible = |field: &str| permission.fields.is_always_clear(field);
        let env = self.env(self.now());
        let sight = |field: &str| sight(permission, field, &env);
        let parsed = filter::parse(register, params.filter.as_deref(), self.keys(), &sight)?;
        let sort = sorting(register, params.sort.as_deref(), &visible)?;
        if !parsed.looked_up.is_empty() {
            let event = Event {
                act: "look-up",
                object: register.name.clone(),
                content: json!({ "fields": parsed.looked_up }),
            };
            self.note(ctx, event, vec![]).await?;
        }
        let mut conditions = vec![parsed.filter];
        conditions.extend(params.q.as_deref().and_then(|it| searched(register, it, &visible)));
        Ok((Filter::And(conditions), sort))
    }

    /// The records as the reader may see them, with their numbers inside.
    pub(crate) async fn views(
        &self,
        ctx: &Ctx,
        permission: &Permission,
        records: &[Loaded],
        width: &Width,
    ) -> Result<Vec<(i64, View)>, Fault> {
        let weighing = records.iter().filter(|it| width.weighs_grants(&it.register, permission));
        let rids: Vec<i64> = weighing.map(|it| it.rid).collect();
        let participants = self.participants_of(&ctx.subject, permission, &rids).await?;
        let none = Vec::new();
        let view = |it: &Loaded| {
            let seen = self.view(ctx, permission, it, participants.get(&it.rid).unwrap_or(&none), width);
            (it.rid, seen)
        };
        Ok(records.iter().map(view).collect())
    }

    /// The records of a page in this width, whatever columns `select` names.
    pub(crate) async fn read_rows(
        &self,
        register: &Arc<Register>,
        select: Select,
        lead: Lead,
        width: &Width,
    ) -> Result<Found, Fault> {
        let fields = width.read(register);
        let columns = loaded::columns_of(fields.iter().copied());
        let own = columns.len();
        // The columns of the cursor come behind those of the record.
        let select = Select {
            columns: columns
                .into_iter()
                .chain(select.sort.iter().map(|it| it.column.clone()))
                .collect(),
            ..select
        };
        let rows = self.store().select_by(&select, lead).await.map_err(fault_of)?;
        let read = |row: &Row| {
            let row = row.get(..own).unwrap_or_default();
            loaded::read_part(register, fields.iter().copied(), row, self.keys())
        };
        Ok(Found {
            records: rows.iter().map(read).collect::<Result<_, _>>()?,
            last: rows.last().and_then(|it| it.get(own..)).map(<[Value]>::to_vec),
        })
    }

    /// The reader's own participant keys by record, read only when some term of the permission speaks of participants.
    pub(crate) async fn participants_of(
        &self,
        subject: &Subject,
        permission: &Permission,
        rids: &[i64],
    ) -> Result<HashMap<i64, Vec<String>>, Fault> {
        let keys = scope::own_participant_keys(&permission.scope, subject);
        if rids.is_empty() || keys.is_empty() {
            return Ok(HashMap::new());
        }
        let select = Select {
            table: tables::PARTICIPANT.to_owned(),
            columns: vec!["record_rid".to_owned(), "who".to_owned()],
            filter: Filter::And(vec![
                Filter::within("record_rid", rids.iter().copied()),
                Filter::within("who", keys),
            ]),
            scope: Scope::All,
            sort: vec![],
            after: None,
            limit: MOST_PARTICIPANTS,
        };
        let mut all: HashMap<i64, Vec<String>> = HashMap::new();
        for row in self.store().select(&select).await.map_err(fault_of)? {
            if let [rid, who] = row.as_slice()
                && let (Some(rid), Some(who)) = (rid.as_int(), who.as_text())
            {
                all.entry(rid).or_default().push(who.to_owned());
            }
        }
        Ok(all)
    }
}

/// The place in this order that a mark stands for; each value is of the type of its column.
fn mark(register: &Register, sort: &[Sort], text: &str) -> Result<Vec<Value>, Fault> {
    let fits = |(sort, value): (&Sort, &Value)| {
        let is_text = match register.field(&sort.column) {
            Some(field) => matches!(tables::physical(&field.ty, false), [(_, ColumnType::Text), ..]),
            None => sort.column == "status",
        };
        match value {
            Value::Null => true,
            Value::Text(_) => is_text,
            Value::Int(_) => !is_text,
            Value::Bytes(_) => false,
        }
    };
    let values = cursor::read(text, sort.len())?;
    if sort.iter().zip(&values).all(fits) {
        Ok(values)
    } else {
        Err(cursor::foreign())
    }
}

pub(crate) fn select_of(
    register: &Register,
    permission: &Permission,
    subject: &Subject,
    filter: Filter,
    sort: Vec<Sort>,
    limit: u32,
) -> Select {
    Select {
        table: register.name.clone(),
        columns: loaded::columns(register),
        filter: Filter::And(vec![filter, Filter::IsNull("deleted_at".into())]),
        scope: scope::compile(register, &permission.scope, subject),
        sort,
        after: None,
        limit,
    }
}

pub(crate) fn sight(permission: &Permission, field: &str, env: &yiwang_feel::Env) -> FieldAccess {
    if permission.fields.is_always_clear(field) {
        return FieldAccess::Clear;
    }
    permission.fields.access(field, None, env, |_| true).min(FieldAccess::Masked)
}

/// Words in the label; or, exactly, one of the register's numbers. None for no words.
pub(crate) fn searched(register: &Register, q: &str, visible: &dyn Fn(&str) -> bool) -> Option<Filter> {
    let q = q.trim();
    if q.is_empty() {
        return None;
    }
    let escaped = escaped(q);
    let exact = |field: &str| Filter::eq(field, q);
    let numbers = register
        .numbers
        .iter()
        .map(|it| it.field.as_str())
        .chain(register.key.as_deref());
    let mut any: Vec<Filter> = numbers.filter(|it| visible(it)).map(exact).collect();
    let sealed = register.field(&register.label).is_some_and(|it| it.sensitive.is_some());
    if visible(&register.label) && !sealed {
        any.push(Filter::Like {
            column: register.label.as_str().into(),
            pattern: format!("%{escaped}%"),
        });
    }
    Some(Filter::Or(any))
}

/// Words as they stand in a pattern.
pub(crate) fn escaped(q: &str) -> String {
    q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// `-reported_at,title` to columns, closed by `rid` so that every row has its place.
fn sorting(register: &Register, text: Option<&str>, visible: &dyn Fn(&str) -> bool) -> Result<Vec<Sort>, Fault> {
    let mut sort = Vec::new();
    for part in text.unwrap_or_default().split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let (name, descending) = part.strip_prefix('-').map_or((part, false), |it| (it, true));
        let sortable = match register.field(name) {
            Some(field) => {
                // Sealed values have no order, whoever may read them.
                if !visible(name) || field.sensitive.is_some() {
                    return Err(Fault::new(
                        Code::MaskedField,
                        format!("“{}”是脱敏字段,不能用来排序。", field.title),
                    ));
                }
                !field.many
                    && !matches!(
                        field.ty,
                        FieldType::Point | FieldType::Area | FieldType::Files | FieldType::Json
                    )
            }
            None => ["created_at", "updated_at", "status", "version"].contains(&name),
        };
        if !sortable {
            return Err(Fault::new(
                Code::BadFilter,
                format!("不能按“{name}”排序;可用的是登记簿里的文字、数字、日期和选项字段。"),
            ));
        }
        if sort.iter().any(|it: &Sort| it.column == name) {
            return Err(Fault::new(Code::BadFilter, format!("“{name}”在排序里写了两次,写一次就够。")));
        }
        if sort.len() >= MAX_SORT {
            return Err(Fault::new(Code::BadFilter, format!("最多按 {MAX_SORT} 个字段排序。")));
        }
        sort.push(Sort {
            column: name.to_owned(),
            descending,
        });
    }
    let descending = sort.last().is_none_or(|it| it.descending);
    // Behind what is asked for stands what every index ends with, so that one gives the whole order.
    for column in ["created_at", "rid"] {
        if sort.iter().all(|it| it.column != column) {
            sort.push(Sort {
                column: column.to_owned(),
                descending,
            });
        }
    }
    Ok(sort)
}

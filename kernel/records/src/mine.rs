//! Records by what a person has to do with them, and by a few numbers or keys at hand: what boxes and references ask for. Always within the
//! reader's scope.

use std::collections::{BTreeMap, BTreeSet};

use yiwang_authz::{Action, Permission};
use yiwang_model::Register;
use yiwang_store::{Filter, Lead, Select, Sort, Value};
use yiwang_types::Fault;

use crate::ctx::Ctx;
use crate::cursor;
use crate::engine::Records;
use crate::faults::fault_of;
use crate::list::{Counted, MAX_LIMIT, searched, select_of};
use crate::scope::{compile, participates};
use crate::view::View;
use crate::width::Width;

/// What the reader has to do with the records he wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// He made them.
    Made,
    /// He follows them: urged or supervised them.
    Watched,
}

/// A page of them, newest first.
#[derive(Clone, Debug, Default)]
pub struct MineParams {
    /// Words in the name of the record, or an exact number.
    pub q: Option<String>,
    /// Rows, 1 to 200; default 20.
    pub limit: Option<u32>,
    /// The mark of the row before, see [`Mine::mark`].
    pub after: Option<String>,
    /// Counting stops here.
    pub count_to: u64,
}

/// Records of one register that the reader has to do with.
#[derive(Clone, Debug)]
pub struct Mine {
    /// Number inside and view, newest first.
    pub rows: Vec<(i64, View)>,
    /// How many there are in all, bounded.
    pub count: Counted,
}

impl Mine {
    /// The mark behind a row. Numbers inside differ between registers too, so one mark serves a page over several of them.
    pub fn mark(rid: i64, view: &View) -> String {
        cursor::write(&[Value::Int(view.created_at.millis()), Value::Int(rid)])
    }
}

impl Records {
    /// The records of a register that the reader made or follows, as far as he may read them.
    ///
    /// # Errors
    /// `forbidden`; `bad-request` for a foreign mark; what the store says.
    pub async fn mine(&self, ctx: &Ctx, register: &str, part: Part, params: &MineParams) -> Result<Mine, Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, Action::Read, &register.name)?;
        let visible = |field: &str| permission.fields.is_always_clear(field);
        let part = match part {
            Part::Made => Filter::eq("created_by", ctx.subject.reference()),
            Part::Watched => participates(&register, vec![format!("w:{}", ctx.subject.id)]),
        };
        let words = params.q.as_deref().and_then(|it| searched(&register, it, &visible));
        let filter = Filter::And(std::iter::once(part).chain(words).collect());
        let sort = vec![Sort::down("created_at"), Sort::down("rid")];
        let limit = params.limit.unwrap_or(20).clamp(1, MAX_LIMIT);
        let mut select = select_of(&register, &permission, &ctx.subject, filter, sort, limit);
        let count = self.store().count(&select, params.count_to).await.map_err(fault_of)?;
        let after = params.after.as_deref().map(cursor::read_numbers::<2>).transpose()?;
        select.after = after.map(|it| it.map(Value::Int).to_vec());
        let records = self
            .read_rows(&register, select, Lead::Conditions, &Width::Brief)
            .await?
            .records;
        Ok(Mine {
            rows: self.views(ctx, &permission, &records, &Width::Brief).await?,
            count: count.into(),
        })
    }

    /// Those of the records with these numbers inside that the words name.
    ///
    /// # Errors
    /// `forbidden`; what the store says.
    pub async fn named(&self, ctx: &Ctx, register: &str, rids: &[i64], q: &str) -> Result<BTreeSet<i64>, Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, Action::Read, &register.name)?;
        let visible = |field: &str| permission.fields.is_always_clear(field);
        let words = searched(&register, q, &visible).unwrap_or(Filter::True);
        let limit = u32::try_from(rids.len()).unwrap_or(MAX_LIMIT);
        let filter = Filter::within("rid", rids.iter().copied()).and(words);
        let found = self.rids_where(ctx, &register, &permission, filter, limit).await?;
        Ok(found.into_iter().collect())
    }

    /// The records that the words name by an exact number, as far as the reader may read them; none for other words.
    ///
    /// # Errors
    /// `forbidden`; what the store says.
    pub async fn numbered(&self, ctx: &Ctx, register: &str, q: &str) -> Result<Vec<i64>, Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, Action::Read, &register.name)?;
        let numbers = register.numbers.iter().map(|it| it.field.as_str());
        let visible = numbers.filter(|it| permission.fields.is_always_clear(it));
        let exact: Vec<Filter> = visible.map(|it| Filter::eq(it, q.trim())).collect();
        if exact.is_empty() {
            return Ok(vec![]);
        }
        self.rids_where(ctx, &register, &permission, Filter::Or(exact), MAX_LIMIT)
            .await
    }

    async fn rids_where(
        &self,
        ctx: &Ctx,
        register: &Register,
        permission: &Permission,
        filter: Filter,
        limit: u32,
    ) -> Result<Vec<i64>, Fault> {
        let scope = compile(register, &permission.scope, &ctx.subject);
        let select = Select {
            filter: filter.and(Filter::is_null("deleted_at")),
            limit,
            ..Select::new(register.name.as_str(), &["rid"], scope)
        };
        let rows = self.store().select(&select).await.map_err(fault_of)?;
        Ok(rows.iter().filter_map(|row| row.first()?.as_int()).collect())
    }

    /// Names of records by what references to them hold (key or UUID): those that the reader may read and whose name he always sees in
    /// clear. One statement, or none where he may read nothing.
    ///
    /// # Errors
    /// `not-found` for an unknown register; what the store says.
    pub async fn titles(&self, ctx: &Ctx, register: &str, keys: &BTreeSet<String>) -> Result<BTreeMap<String, String>, Fault> {
        let register = self.register(register)?;
        let Ok(permission) = self.permit(ctx, Action::Read, &register.name) else {
            return Ok(BTreeMap::new());
        };
        let plain = register
            .field(&register.label)
            .is_some_and(|it| it.sensitive.is_none() && permission.fields.is_always_clear(&it.name));
        if keys.is_empty() || !plain {
            return Ok(BTreeMap::new());
        }
        let key = register.key.as_deref().unwrap_or("id");
        let select = Select {
            filter: Filter::within(key, keys.iter().map(String::as_str)).and(Filter::is_null("deleted_at")),
            limit: u32::try_from(keys.len()).unwrap_or(MAX_LIMIT),
            ..Select::new(
                register.name.as_str(),
                &[key, register.label.as_str()],
                compile(&register, &permission.scope, &ctx.subject),
            )
        };
        let rows = self.store().select(&select).await.map_err(fault_of)?;
        let text = |value: Option<&Value>| value.and_then(Value::as_text).map(str::to_owned);
        Ok(rows
            .iter()
            .filter_map(|row| Some((text(row.first())?, text(row.get(1))?)))
            .collect())
    }

    /// How many rows of a table that is no register meet a condition, counted up to the bound.
    ///
    /// # Errors
    /// When a register is asked for: it is counted within a scope; what the store says.
    pub async fn count_rows(&self, select: &Select, bound: u64) -> Result<Counted, Fault> {
        self.is_no_register(&select.table)?;
        let found = self.store().count(select, bound).await.map_err(fault_of)?;
        Ok(found.into())
    }
}

impl Counted {
    /// Two counts together.
    #[must_use]
    pub fn plus(self, other: Counted) -> Counted {
        Counted {
            value: self.value.saturating_add(other.value),
            exact: self.exact && other.exact,
        }
    }

    /// The same with another bound.
    #[must_use]
    pub fn bounded(self, bound: u64) -> Counted {
        Counted {
            value: self.value.min(bound),
            exact: self.exact && self.value <= bound,
        }
    }
}

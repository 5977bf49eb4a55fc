//! Records that have something in common with another one: bounded reads within the reader's scope, newest first. Every way goes by an index.

use std::sync::Arc;

use serde_json::json;
use yiwang_authz::{Action, FieldAccess, Permission};
use yiwang_model::{Field, Register};
use yiwang_store::{Cmp, Filter, Sort, Value};
use yiwang_types::{Fault, Instant};

use crate::column;
use crate::ctx::Ctx;
use crate::engine::Records;
use crate::faults::fault_of;
use crate::filter::hash_column;
use crate::list::select_of;
use crate::loaded::{self, Loaded};
use crate::system::Event;
use crate::view::View;
use crate::width::Width;

/// What is in common. Several are asked for together: a record must meet all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alike {
    /// A point within a box of 1e-7 degree, borders included: west, south, east, north.
    Near {
        /// The `point` field.
        field: String,
        /// The box.
        around: [i64; 4],
    },
    /// A moment between two, both included.
    Between {
        /// A `datetime` field, or `created_at`.
        field: String,
        /// The first.
        from: Instant,
        /// The last.
        until: Instant,
    },
    /// The same value of a text field. A sensitive one is compared by its keyed hash; where the reader sees it masked, the look-up is audited.
    Same {
        /// The field.
        field: String,
        /// The normalised value.
        value: String,
    },
}

/// A record and how this reader sees it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// With every field in clear, for comparing.
    pub record: Loaded,
    /// What may be shown.
    pub view: View,
}

impl Candidate {
    /// Whether the reader sees this field of the record in clear.
    pub fn shows(&self, field: &str) -> bool {
        self.view.fields.contains_key(field) && !self.view.masked.iter().any(|it| it == field)
    }
}

impl Records {
    /// One record within the reader's scope, as a side of a comparison.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub async fn candidate(&self, ctx: &Ctx, register: &str, id: &str) -> Result<Candidate, Fault> {
        let (permission, record) = self.readable(ctx, register, id, Action::Read).await?;
        let participants = self.participants_of(&ctx.subject, &permission, &[record.rid]).await?;
        let view = self.view(
            ctx,
            &permission,
            &record,
            participants.get(&record.rid).map(Vec::as_slice).unwrap_or_default(),
            &Width::Whole,
        );
        Ok(Candidate { record, view })
    }

    /// The newest records that have all of this in common. A field that the reader cannot compare by gives none.
    ///
    /// # Errors
    /// `forbidden`; what the store says.
    pub async fn alike(&self, ctx: &Ctx, register: &str, common: &[Alike], limit: u32) -> Result<Vec<Candidate>, Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, Action::Read, &register.name)?;
        let mut conditions = Vec::new();
        let mut looked_up = Vec::new();
        for it in common {
            match self.condition(&register, &permission, it, &mut looked_up) {
                Some(condition) => conditions.push(condition),
                None => return Ok(vec![]),
            }
        }
        if !looked_up.is_empty() {
            let content = json!({ "fields": looked_up });
            self.note(
                ctx,
                Event {
                    act: "look-up",
                    object: register.name.clone(),
                    content,
                },
                vec![],
            )
            .await?;
        }
        let newest = vec![Sort::down("rid")];
        let select = select_of(&register, &permission, &ctx.subject, Filter::And(conditions), newest, limit);
        let rows = self.store().select(&select).await.map_err(fault_of)?;
        let records = rows
            .iter()
            .map(|row| loaded::read(&register, row, self.keys()))
            .collect::<Result<Vec<_>, _>>()?;
        let rids: Vec<i64> = records.iter().map(|it| it.rid).collect();
        let participants = self.participants_of(&ctx.subject, &permission, &rids).await?;
        let none = Vec::new();
        let seen = |record: Loaded| {
            let view = self.view(
                ctx,
                &permission,
                &record,
                participants.get(&record.rid).unwrap_or(&none),
                &Width::Whole,
            );
            Candidate { record, view }
        };
        Ok(records.into_iter().map(seen).collect())
    }

    /// None when the register has no such field or the reader may not compare by it.
    fn condition(
        &self,
        register: &Arc<Register>,
        permission: &Permission,
        common: &Alike,
        looked_up: &mut Vec<String>,
    ) -> Option<Filter> {
        let (Alike::Near { field: name, .. } | Alike::Between { field: name, .. } | Alike::Same { field: name, .. }) = common;
        let field = register.any_field(name)?;
        let clear = permission.fields.is_always_clear(name);
        if let (Alike::Same { value, .. }, Some(_)) = (common, field.sensitive) {
            if !clear {
                self.sees_masked(permission, field).then(|| looked_up.push(name.clone()))?;
            }
            let hash = self.keys().hash(column::kind_of(field), value);
            return Some(Filter::Cmp {
                column: hash_column(field),
                op: Cmp::Eq,
                value: Value::Bytes(hash),
            });
        }
        if !clear {
            return None;
        }
        Some(match common {
            Alike::Near {
                around: [west, south, east, north],
                ..
            } => {
                let between = |axis: char, low: &i64, high: &i64| Filter::Between {
                    column: format!("{name}_{axis}"),
                    low: Value::Int(*low),
                    high: Value::Int(*high),
                };
                between('x', west, east).and(between('y', south, north))
            }
            Alike::Between { from, until, .. } => Filter::Between {
                column: name.clone(),
                low: Value::from(*from),
                high: Value::from(*until),
            },
            Alike::Same { value, .. } => Filter::eq(name.as_str(), value.as_str()),
        })
    }

    fn sees_masked(&self, permission: &Permission, field: &Field) -> bool {
        let env = self.env(self.now());
        permission.fields.access(&field.name, None, &env, |_| true) != FieldAccess::Hidden
    }
}

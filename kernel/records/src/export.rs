//! Records as a file: the rows of a list, chunk by chunk by key, each as the reader may take it out. Audited before the first row.

use std::sync::Arc;

use serde_json::json;
use yiwang_authz::{Action, FieldAccess, Permission};
use yiwang_model::Register;
use yiwang_store::Chunks;
use yiwang_types::{Code, Fault};

use crate::ctx::Ctx;
use crate::engine::Records;
use crate::faults::fault_of;
use crate::list::{ListParams, select_of};
use crate::loaded;
use crate::system::Event;
use crate::view::View;
use crate::width::Width;

/// Rows read at once.
const CHUNK: u32 = 500;

/// An export that is allowed and being prepared.
pub struct Export {
    records: Records,
    ctx: Ctx,
    register: Arc<Register>,
    permission: Permission,
    params: ListParams,
}

/// The rows of an export.
pub struct ExportRows {
    export: Export,
    chunks: Chunks,
}

impl Records {
    /// Proves the right to take records of a register out. `params` as for a list; its limit and mark do not matter.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub fn export(&self, ctx: &Ctx, register: &str, params: ListParams) -> Result<Export, Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, Action::Export, &register.name)?;
        Ok(Export {
            records: self.clone(),
            ctx: ctx.clone(),
            register,
            permission,
            params,
        })
    }
}

impl Export {
    /// The register.
    pub fn register(&self) -> &Arc<Register> {
        &self.register
    }

    /// Whether a field is delivered at all, if only masked.
    pub fn shows(&self, field: &str) -> bool {
        let env = self.records.env(self.records.now());
        self.permission.fields.access(field, None, &env, |_| true) != FieldAccess::Hidden
    }

    /// Whether posts, roles and scope are those with which the export began, for its rows are chosen by them. What the fields show follows
    /// the rights of now.
    async fn still_allowed(&mut self) -> Result<(), Fault> {
        let now = self.ctx.refreshed().await?;
        let permission = self.records.permit(&now, Action::Export, &self.register.name)?;
        if now.subject.seats == self.ctx.subject.seats && permission.scope == self.permission.scope {
            self.permission = permission;
            return Ok(());
        }
        Err(Fault::new(Code::Forbidden, "岗位或权限有变动,导出已停止;请重新导出。"))
    }

    /// Notes the export in the chain of who takes it, then gives its rows. `fields` are the columns that it will have.
    ///
    /// # Errors
    /// As `Records::list`.
    pub async fn begin(self, fields: &[String]) -> Result<ExportRows, Fault> {
        let (records, params) = (&self.records, &self.params);
        let (filter, sort) = records.asked(&self.ctx, &self.register, &self.permission, params).await?;
        let select = select_of(&self.register, &self.permission, &self.ctx.subject, filter, sort, 0);
        let chunks = records.store().chunks(&select, CHUNK).await.map_err(fault_of)?;
        let event = Event {
            act: "export",
            object: self.register.name.clone(),
            content: json!({ "filter": params.filter, "q": params.q, "sort": params.sort, "fields": fields }),
        };
        records.note(&self.ctx, event, vec![]).await?;
        Ok(ExportRows { export: self, chunks })
    }
}

impl ExportRows {
    /// The next rows; none at the end.
    ///
    /// # Errors
    /// `forbidden` once the person's rights are no longer those with which it began; what the store says.
    pub async fn next(&mut self) -> Result<Option<Vec<View>>, Fault> {
        self.export.still_allowed().await?;
        let Some(rows) = self.chunks.next().await.map_err(fault_of)? else {
            return Ok(None);
        };
        let it = &self.export;
        let keys = it.records.keys();
        let records = rows
            .iter()
            .map(|row| loaded::read(&it.register, row, keys))
            .collect::<Result<Vec<_>, _>>()?;
        let views = it.records.views(&it.ctx, &it.permission, &records, &Width::Whole).await?;
        Ok(Some(views.into_iter().map(|it| it.1).collect()))
    }
}

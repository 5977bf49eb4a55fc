//! Records as a file for a spreadsheet: sent while they are read, so that its size does not matter.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use tokio::sync::OwnedSemaphorePermit;
use yiwang_records::{Ctx, Export, ExportRows, ListParams};
use yiwang_reports::{BYTE_ORDER_MARK, csv_lines};
use yiwang_types::{Code, Fault};

use crate::access::{Grant, Who};
use crate::app::App;
use crate::error::Problem;
use crate::gates::Class;
use crate::input::{At, Pairs, Param, Query, QueryParams};
use crate::labels::Labels;
use crate::routes::{Doc, Routes};
use crate::views::csv::{Column, line};

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("记录", "exportRecords", "导出记录(CSV;要有导出权限,记入审计)").class(Class::Transfer);
    let doc = doc.query::<ExportQuery>().raw("text/csv");
    let doc = doc.problems(&[Code::BadFilter, Code::MaskedField]);
    routes.get("/api/v1/registers/{register}/export", Grant, doc, export);
}

/// Which records and fields.
pub(crate) struct ExportQuery {
    params: ListParams,
    fields: Option<String>,
}

impl QueryParams for ExportQuery {
    const PARAMS: &'static [Param] = &[
        Param {
            name: "format",
            title: "文件格式:csv",
            integer: false,
        },
        Param {
            name: "filter",
            title: "筛选条件(CQL2 文本)",
            integer: false,
        },
        Param {
            name: "q",
            title: "名称里的词,或完整的编号",
            integer: false,
        },
        Param {
            name: "sort",
            title: "排序字段,前加 - 为倒序,多个用逗号",
            integer: false,
        },
        Param {
            name: "fields",
            title: "要哪些字段,用逗号;不写是全部",
            integer: false,
        },
    ];

    fn read(pairs: &mut Pairs) -> ExportQuery {
        // The one format there is; another one is a mistake.
        let _ = pairs.choice("format", &[("csv", ())]);
        ExportQuery {
            params: ListParams {
                filter: pairs.text("filter"),
                q: pairs.text("q"),
                sort: pairs.text("sort"),
                ..ListParams::default()
            },
            fields: pairs.text("fields"),
        }
    }
}

async fn export(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At(register): At<String>,
    Query(asked): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let export = app.records.export(&ctx, &register, asked.params)?;
    let columns = columns(&export, asked.fields.as_deref())?;
    let full = |_| Fault::new(Code::Busy, "正在导出的太多;请稍后再试。").after_ms(5_000);
    let place = Arc::clone(&app.exports).try_acquire_owned().map_err(full)?;
    let names: Vec<String> = columns.iter().map(|it| it.name().to_owned()).collect();
    let name = format!(
        "attachment; filename=\"{register}-{}.csv\"",
        app.records.now().date(app.records.offset())
    );
    let sending = Sending {
        rows: export.begin(&names).await?,
        app,
        ctx,
        register,
        columns,
        head: true,
        _place: place,
    };
    let pieces = stream::try_unfold(sending, |mut it| async move {
        let piece = it.next().await.inspect_err(|fault| {
            // The connection breaks off, which the client sees; why stands here.
            tracing::warn!(error = %fault, "An export broke off");
        })?;
        Ok::<_, Fault>(piece.map(|piece| (Bytes::from(piece), it)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// The columns wanted, in the order asked for; every name must be a field that the person may take out.
fn columns(export: &Export, fields: Option<&str>) -> Result<Vec<Column>, Fault> {
    let all = Column::all(export.register(), |field| export.shows(field));
    let Some(fields) = fields else {
        return Ok(all);
    };
    let wanted = fields.split(',').map(str::trim).filter(|it| !it.is_empty());
    let find = |name: &str| {
        let none = || Fault::new(Code::BadRequest, format!("没有可以导出的字段“{name}”;去掉它再试。"));
        all.iter().find(|it| it.name() == name).cloned().ok_or_else(none)
    };
    wanted.map(find).collect()
}

/// An export on its way.
struct Sending {
    app: App,
    ctx: Ctx,
    register: String,
    rows: ExportRows,
    columns: Vec<Column>,
    head: bool,
    _place: OwnedSemaphorePermit,
}

impl Sending {
    async fn next(&mut self) -> Result<Option<String>, Fault> {
        if std::mem::take(&mut self.head) {
            let heads = csv_lines([self.columns.iter().map(Column::head).collect()]);
            return Ok(Some(format!("{BYTE_ORDER_MARK}{heads}")));
        }
        let Some(views) = self.rows.next().await? else {
            return Ok(None);
        };
        let labels = Labels::of(&self.app, &self.ctx, &self.register, &views).await?;
        let offset = self.app.records.offset();
        Ok(Some(csv_lines(
            views.iter().map(|it| line(&self.columns, it, &labels, offset)),
        )))
    }
}

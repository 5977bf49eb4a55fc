//! Records as a file for a spreadsheet: sent while they are read, so that its size does not matter.

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use yiwang_records::{Ctx, Export, ExportRows, ListParams};
use yiwang_reports::{BYTE_ORDER_MARK, csv_lines};
use yiwang_types::{Code, Fault};

use crate::access::{CameWith, Grant, Who};
use crate::app::App;
use crate::error::Problem;
use crate::gates::Class;
use crate::input::{At, Pairs, Param, Query, QueryParams};
use crate::labels::Labels;
use crate::places::{Full, Place};
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
                q: pairs.words("q"),
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
    came_with: CameWith,
    At(register): At<String>,
    Query(asked): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let export = app.records.export(&ctx, &register, asked.params)?;
    let columns = columns(&export, asked.fields.as_deref())?;
    let place = app.exports.take(&ctx.subject.reference()).map_err(full)?;
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
        came_with,
        head: true,
        _place: place,
    };
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(send(sending, sender));
    let pieces = stream::try_unfold(receiver, |mut it| async move {
        // The connection breaks off, which the client sees; why stands in the log.
        let piece = it.recv().await.ok_or_else(|| Fault::internal("an export broke off"))?;
        Ok::<_, Fault>(piece.map(|piece| (Bytes::from(piece), it)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

fn full(full: Full) -> Fault {
    match full {
        Full::All => Fault::new(Code::Busy, "正在导出的太多;请稍后再试。").after_ms(5_000),
        Full::Own => Fault::new(Code::TooManyRequests, "上一次导出还没有结束;等它下载完再导出。").after_ms(5_000),
    }
}

/// Sends piece after piece to a reader who keeps up, and the end last; who does not gives his place to others.
async fn send(mut sending: Sending, to: mpsc::Sender<Option<String>>) {
    let (piece_time, whole_time) = (sending.app.options.export_piece, sending.app.options.export_timeout);
    let pieces = async {
        while let Some(piece) = sending.next().await? {
            let sent = timeout(piece_time, to.send(Some(piece))).await;
            sent.map_err(|_| too_slow())?.map_err(|_| gone())?;
        }
        Ok(())
    };
    let ended = timeout(whole_time, pieces).await.unwrap_or_else(|_| Err(too_slow()));
    // The place is free before the reader knows of the end, so that he can begin the next export at once.
    drop(sending);
    match ended {
        Ok(()) => {
            let _ = timeout(piece_time, to.send(None)).await;
        }
        Err(fault) => tracing::warn!(error = %fault, "An export broke off"),
    }
}

fn too_slow() -> Fault {
    Fault::new(Code::Timeout, "导出的文件接收得太慢,已停止;请重新导出。")
}

fn gone() -> Fault {
    Fault::new(Code::Unavailable, "接收导出文件的一方已断开。")
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
    came_with: CameWith,
    head: bool,
    _place: Place,
}

impl Sending {
    async fn next(&mut self) -> Result<Option<String>, Fault> {
        if std::mem::take(&mut self.head) {
            let heads = csv_lines([self.columns.iter().map(Column::head).collect()]);
            return Ok(Some(format!("{BYTE_ORDER_MARK}{heads}")));
        }
        self.came_with.holds(&self.app).await?;
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

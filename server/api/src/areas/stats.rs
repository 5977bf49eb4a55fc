//! Declared statistics, counted within the reader's scope.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use yiwang_reports::ReportParams;
use yiwang_types::{Code, Fault};

use crate::access::{Grant, Who};
use crate::app::App;
use crate::error::Problem;
use crate::input::{At, Pairs, Param, Query, QueryParams};
use crate::routes::{Doc, Routes};
use crate::views::stats::TableView;

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("统计", "getStats", "一张统计表")
        .query::<StatsQuery>()
        .json::<TableView>();
    let doc = doc.problems(&[Code::BadFilter, Code::MaskedField, Code::DefinitionBroken]);
    routes.get("/api/v1/registers/{register}/stats/{report}", Grant, doc, get);
}

/// Which periods and records, and in which form.
pub(crate) struct StatsQuery {
    params: ReportParams,
    format: Format,
}

#[derive(Clone, Copy, Default)]
enum Format {
    #[default]
    Json,
    Csv,
}

impl QueryParams for StatsQuery {
    const PARAMS: &'static [Param] = &[
        Param {
            name: "from",
            title: "第一天",
            integer: false,
        },
        Param {
            name: "until",
            title: "最后一天的后一天;不写到本期末",
            integer: false,
        },
        Param {
            name: "last",
            title: "到 until 为止的期数,代替 from",
            integer: true,
        },
        Param {
            name: "filter",
            title: "筛选条件(CQL2 文本)",
            integer: false,
        },
        Param {
            name: "format",
            title: "json,或 csv(要有导出权限,记入审计)",
            integer: false,
        },
    ];

    fn read(pairs: &mut Pairs) -> StatsQuery {
        let params = ReportParams {
            from: pairs.day("from"),
            until: pairs.day("until"),
            last: pairs.number("last", 1, 1000),
            filter: pairs.text("filter"),
        };
        let format = pairs
            .choice("format", &[("json", Format::Json), ("csv", Format::Csv)])
            .unwrap_or_default();
        StatsQuery { params, format }
    }
}

async fn get(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At((register, report)): At<(String, String)>,
    Query(StatsQuery { params, format }): Query<StatsQuery>,
) -> Result<Response, Problem> {
    belongs(&app, &register, &report)?;
    Ok(match format {
        Format::Json => Json(TableView::from(app.reports.run(&ctx, &report, &params).await?)).into_response(),
        Format::Csv => {
            let text = app.reports.export(&ctx, &report, &params).await?;
            let name = format!("attachment; filename=\"{report}.csv\"");
            (
                [
                    (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                    (header::CONTENT_DISPOSITION, name),
                ],
                text,
            )
                .into_response()
        }
    })
}

fn belongs(app: &App, register: &str, report: &str) -> Result<(), Fault> {
    let known = app
        .records
        .model()
        .reports
        .get(report)
        .is_some_and(|it| it.register == register);
    if known {
        Ok(())
    } else {
        Err(Fault::new(Code::NotFound, format!("没有名为“{report}”的统计表。")))
    }
}

//! Process models as they are stored.

use axum::Json;
use axum::extract::State;
use yiwang_authz::Action;
use yiwang_types::{Code, Fault};

use crate::access::{Grant, Who};
use crate::app::App;
use crate::input::{At, Pairs, Param, Query, QueryParams};
use crate::routes::{Doc, Routes};
use crate::views::Answer;
use crate::views::definition::ProcessView;

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("定义", "getProcess", "流程模型(BPMN)和它的环节")
        .query::<ProcessQuery>()
        .json::<ProcessView>();
    routes.get("/api/v1/processes/{process}", Grant, doc, get);
}

/// The record whose version is wanted.
pub(crate) struct ProcessQuery(Option<String>);

impl QueryParams for ProcessQuery {
    const PARAMS: &'static [Param] = &[Param {
        name: "record",
        title: "记录的标识:要它所走的那一版;不写是现行版",
        integer: false,
    }];

    fn read(pairs: &mut Pairs) -> ProcessQuery {
        ProcessQuery(pairs.text("record"))
    }
}

async fn get(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At(id): At<String>,
    Query(ProcessQuery(record)): Query<ProcessQuery>,
) -> Answer<ProcessView> {
    let unknown = || Fault::new(Code::NotFound, "没有这个流程,或者没有使用它的登记簿的权限。");
    let current = app.registry.current();
    let register = current
        .processes
        .get(&id)
        .and_then(|it| it.register.as_deref())
        .ok_or_else(unknown)?;
    app.records.permit(&ctx, Action::Read, register).map_err(|_| unknown())?;
    let definitions = match record {
        None => current,
        Some(record) => {
            let pinned = app.processes.definitions_of(&ctx, register, &record).await?;
            pinned.filter(|(_, process)| *process == id).ok_or_else(unknown)?.0
        }
    };
    let process = definitions.processes.get(&id).ok_or_else(unknown)?;
    let file = definitions
        .model
        .processes
        .values()
        .find(|it| it.file == process.place.file)
        .ok_or_else(unknown)?;
    Ok(Json(ProcessView::of(process, &file.text)))
}

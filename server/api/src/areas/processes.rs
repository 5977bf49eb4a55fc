//! Process models as they are stored.

use axum::Json;
use axum::extract::State;
use yiwang_authz::Action;
use yiwang_types::{Code, Fault};

use crate::access::{Grant, Who};
use crate::app::App;
use crate::input::At;
use crate::routes::{Doc, Routes};
use crate::views::Answer;
use crate::views::definition::ProcessView;

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("定义", "getProcess", "流程模型(BPMN)和它的环节").json::<ProcessView>();
    routes.get("/api/v1/processes/{process}", Grant, doc, get);
}

async fn get(Who { ctx }: Who<Grant>, State(app): State<App>, At(id): At<String>) -> Answer<ProcessView> {
    let unknown = || Fault::new(Code::NotFound, "没有这个流程,或者您不使用它的登记簿。");
    let definitions = app.registry.current();
    let process = definitions.processes.get(&id).ok_or_else(unknown)?;
    let register = process.register.as_deref().ok_or_else(unknown)?;
    app.records.permit(&ctx, Action::Read, register).map_err(|_| unknown())?;
    let file = definitions
        .model
        .processes
        .values()
        .find(|it| it.file == process.place.file)
        .ok_or_else(unknown)?;
    Ok(Json(ProcessView::of(process, &file.text)))
}

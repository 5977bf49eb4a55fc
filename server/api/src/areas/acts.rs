//! A record's matter: acts without a task, clocks, open tasks.

use axum::Json as Answered;
use axum::extract::State;
use yiwang_types::Code;

use crate::access::{Grant, Who, Write};
use crate::app::App;
use crate::error::Problem;
use crate::input::{At, Json};
use crate::routes::{Doc, Routes};
use crate::views::definition::FormView;
use crate::views::record::SavedView;
use crate::views::task::{ActBody, ClocksBody, MatterActsBody, OpenTasksBody};
use crate::views::{Answer, Tagged};

const TAG: &str = "办理";

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(TAG, "listActs", "现在可以对这件事办的动作").json::<MatterActsBody>();
    routes.get("/api/v1/registers/{register}/records/{id}/acts", Grant, doc, list);
    let doc = Doc::new(TAG, "actOnRecord", "对这件事办理,如催办、督办")
        .json::<SavedView>()
        .etag();
    routes.post(
        "/api/v1/registers/{register}/records/{id}/acts/{act}",
        Grant,
        doc.problems(&[Code::ActNotAllowed]),
        act,
    );
    let doc = Doc::new(TAG, "listClocks", "这件事的时限").json::<ClocksBody>();
    routes.get("/api/v1/registers/{register}/records/{id}/clocks", Grant, doc, clocks);
    let doc = Doc::new(TAG, "listOpenTasks", "这件事未办完的待办").json::<OpenTasksBody>();
    routes.get("/api/v1/registers/{register}/records/{id}/tasks", Grant, doc, tasks);
}

async fn list(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At((register, id)): At<(String, String)>,
) -> Answer<MatterActsBody> {
    let acts = app.processes.acts_on(&ctx, &register, &id).await?;
    let offset = app.records.offset();
    Ok(Answered(MatterActsBody::of(acts.items, |name| {
        FormView::named(&acts.model, name, offset)
    })))
}

async fn act(
    State(app): State<App>,
    At((register, id, act)): At<(String, String, String)>,
    Write { ctx, input: Json(body) }: Write<Grant, Json<ActBody>>,
) -> Result<Tagged<SavedView>, Problem> {
    let saved = app.processes.act_on(&ctx, &register, &id, &act, &body.into()).await?;
    Ok(SavedView::tagged(saved))
}

async fn clocks(Who { ctx }: Who<Grant>, State(app): State<App>, At((register, id)): At<(String, String)>) -> Answer<ClocksBody> {
    let clocks = app.processes.clocks(&ctx, &register, &id).await?;
    Ok(Answered(ClocksBody::of(clocks, app.records.offset())))
}

async fn tasks(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At((register, id)): At<(String, String)>,
) -> Answer<OpenTasksBody> {
    let tasks = app.processes.open_tasks(&ctx, &register, &id).await?;
    Ok(Answered(OpenTasksBody::of(tasks, app.records.offset())))
}

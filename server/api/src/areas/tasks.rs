//! The boxes of tasks, one task, the acts on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json as Answered;
use axum::extract::State;
use yiwang_process::{TaskBox, TaskListParams};
use yiwang_records::View;
use yiwang_types::Code;

use crate::access::{SignedIn, Who, Write};
use crate::app::App;
use crate::error::Problem;
use crate::input::{At, Json, NoBody, Pairs, Param, Query, QueryParams};
use crate::labels::Labels;
use crate::routes::{Doc, Routes};
use crate::views::definition::FormView;
use crate::views::record::SavedView;
use crate::views::task::{ActBody, LeaseBody, TaskBody, TaskPageBody};
use crate::views::{Answer, Tagged, moment};

const TAG: &str = "待办";

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(TAG, "listTasks", "待办、已办等")
        .query::<TaskQuery>()
        .json::<TaskPageBody>();
    routes.get("/api/v1/tasks", SignedIn, doc, list);
    let doc = Doc::new(TAG, "getTask", "一项待办:可办的动作、结果、表单和时限").json::<TaskBody>();
    routes.get("/api/v1/tasks/{id}", SignedIn, doc, get);
    let doc = Doc::new(TAG, "renewLease", "继续占用这项待办")
        .json::<LeaseBody>()
        .problems(&[Code::TaskTaken]);
    routes.post("/api/v1/tasks/{id}/lease", SignedIn, doc, lease);
    let doc = Doc::new(TAG, "actOnTask", "办理这项待办,如 claim、complete、return")
        .json::<SavedView>()
        .etag();
    let doc = doc.problems(&[Code::TaskTaken, Code::TaskDone, Code::ActNotAllowed, Code::Separation]);
    routes.post("/api/v1/tasks/{id}/{act}", SignedIn, doc, act);
}

/// Which tasks.
pub(crate) struct TaskQuery(TaskListParams);

const BOXES: [(&str, TaskBox); 4] = [
    ("todo", TaskBox::Todo),
    ("done", TaskBox::Done),
    ("started", TaskBox::Started),
    ("cc", TaskBox::Cc),
];

impl QueryParams for TaskQuery {
    const PARAMS: &'static [Param] = &[
        Param {
            name: "box",
            title: "todo 待办、done 已办、started 我发起的、cc 我催办督办过的;不写是待办",
            integer: false,
        },
        Param {
            name: "register",
            title: "只看这个登记簿的",
            integer: false,
        },
        Param {
            name: "q",
            title: "名称里的词,或完整的编号",
            integer: false,
        },
        Param {
            name: "limit",
            title: "每页行数,1 到 200",
            integer: true,
        },
        Param {
            name: "after",
            title: "上一页答复里的 next",
            integer: false,
        },
    ];

    fn read(pairs: &mut Pairs) -> TaskQuery {
        TaskQuery(TaskListParams {
            task_box: pairs.choice("box", &BOXES).unwrap_or_default(),
            register: pairs.text("register"),
            q: pairs.words("q"),
            limit: pairs.number("limit", 1, 200),
            after: pairs.text("after"),
        })
    }
}

async fn list(
    Who { ctx }: Who<SignedIn>,
    State(app): State<App>,
    Query(TaskQuery(params)): Query<TaskQuery>,
) -> Answer<TaskPageBody> {
    let page = app.processes.tasks(&ctx, &params).await?;
    let mut by_register: BTreeMap<&str, Vec<&View>> = BTreeMap::new();
    for (register, view) in page.items.iter().filter_map(|it| Some((&it.register, it.record.as_ref()?))) {
        by_register.entry(register).or_default().push(view);
    }
    let mut labels = BTreeMap::new();
    for (register, views) in by_register {
        labels.insert(register.to_owned(), Labels::of(&app, &ctx, register, views).await?);
    }
    Ok(Answered(TaskPageBody::of(page, &labels, app.records.offset())))
}

async fn get(Who { ctx }: Who<SignedIn>, State(app): State<App>, At(id): At<String>) -> Answer<TaskBody> {
    let task = app.processes.task(&ctx, &id).await?;
    let (model, offset) = (Arc::clone(&task.model), app.records.offset());
    let labels = Labels::of(&app, &ctx, &task.register, [&task.record]).await?;
    Ok(Answered(TaskBody::of(task, &labels, offset, |name| {
        FormView::named(&model, name, offset)
    })))
}

async fn lease(State(app): State<App>, At(id): At<String>, Write { ctx, .. }: Write<SignedIn, NoBody>) -> Answer<LeaseBody> {
    let until = app.processes.renew(&ctx, &id).await?;
    Ok(Answered(LeaseBody {
        until: moment(until, app.records.offset()),
    }))
}

async fn act(
    State(app): State<App>,
    At((id, act)): At<(String, String)>,
    Write { ctx, input: Json(body) }: Write<SignedIn, Json<ActBody>>,
) -> Result<Tagged<SavedView>, Problem> {
    let saved = app.processes.act(&ctx, &id, &act, &body.into()).await?;
    Ok(SavedView::tagged(saved))
}

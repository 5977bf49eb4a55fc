//! Records: lists, one record, changes, history, import.

use axum::Json as Answered;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use yiwang_process::NewMatter;
use yiwang_records::{ListParams, Writer};
use yiwang_types::Code;

use crate::access::{Grant, Who, Write};
use crate::app::App;
use crate::error::Problem;
use crate::gates::Class;
use crate::import::{self, ImportView};
use crate::input::{At, IfMatch, Json, Lines, Pairs, Param, Query, QueryParams};
use crate::labels::Labels;
use crate::routes::{Doc, Routes};
use crate::views::record::{DeleteInput, RecordInput, RecordPageView, RecordView, SavedView, TimelineView};
use crate::views::{Answer, Tagged};

const TAG: &str = "记录";

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(TAG, "listRecords", "登记簿的记录")
        .query::<ListQuery>()
        .json::<RecordPageView>();
    routes.get(
        "/api/v1/registers/{register}/records",
        Grant,
        doc.problems(&[Code::BadFilter, Code::MaskedField]),
        list,
    );
    let doc = Doc::new(TAG, "createRecord", "新建记录,登记簿有流程的同时启动")
        .answers::<SavedView>(StatusCode::CREATED)
        .etag();
    routes.post(
        "/api/v1/registers/{register}/records",
        Grant,
        doc.problems(&[Code::PlaceOutside, Code::PlaceOnBorder]),
        create,
    );
    let doc = Doc::new(TAG, "getRecord", "一条记录").json::<RecordView>().etag();
    routes.get("/api/v1/registers/{register}/records/{id}", Grant, doc, get);
    let doc = Doc::new(TAG, "updateRecord", "修改记录的字段")
        .if_match()
        .json::<SavedView>()
        .etag();
    routes.write(Method::PATCH, "/api/v1/registers/{register}/records/{id}", Grant, doc, update);
    let doc = Doc::new(TAG, "deleteRecord", "删除记录(留有历史)")
        .if_match()
        .json::<SavedView>();
    routes.write(
        Method::DELETE,
        "/api/v1/registers/{register}/records/{id}",
        Grant,
        doc,
        delete,
    );
    let doc = Doc::new(TAG, "getHistory", "记录的修改历史").json::<TimelineView>();
    routes.get("/api/v1/registers/{register}/records/{id}/history", Grant, doc, history);
    let doc = Doc::new(TAG, "getTimeline", "记录的办理经过").json::<TimelineView>();
    routes.get("/api/v1/registers/{register}/records/{id}/timeline", Grant, doc, timeline);
    let doc = Doc::new(TAG, "importRecords", "成批新建记录,每行一个 JSON")
        .class(Class::Transfer)
        .json::<ImportView>();
    routes.post("/api/v1/registers/{register}/import", Grant, doc, import);
}

/// What a list asks for.
pub(crate) struct ListQuery(ListParams);

impl QueryParams for ListQuery {
    const PARAMS: &'static [Param] = &[
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
            name: "limit",
            title: "每页行数,1 到 200",
            integer: true,
        },
        Param {
            name: "after",
            title: "上一页答复里的 next",
            integer: false,
        },
        Param {
            name: "fields",
            title: "每行要的字段,用逗号分开;不写就是全部",
            integer: false,
        },
    ];

    fn read(pairs: &mut Pairs) -> ListQuery {
        ListQuery(ListParams {
            filter: pairs.text("filter"),
            q: pairs.words("q"),
            sort: pairs.text("sort"),
            limit: pairs.number("limit", 1, 200),
            after: pairs.text("after"),
            fields: pairs.text("fields"),
        })
    }
}

async fn list(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At(register): At<String>,
    Query(ListQuery(params)): Query<ListQuery>,
) -> Answer<RecordPageView> {
    let page = app.records.list(&ctx, &register, &params).await?;
    let labels = Labels::of(&app, &ctx, &register, &page.items).await?;
    Ok(Answered(RecordPageView::of(page, &labels, app.records.offset())))
}

async fn create(
    State(app): State<App>,
    At(register): At<String>,
    Write {
        ctx,
        input: Json(RecordInput(fields)),
    }: Write<Grant, Json<RecordInput>>,
) -> Result<Tagged<SavedView>, Problem> {
    let new = NewMatter {
        fields,
        notes: Default::default(),
        writer: Writer::Outside,
    };
    let saved = app.processes.create(&ctx, &register, &new).await?;
    Ok(SavedView::created(saved))
}

async fn get(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At((register, id)): At<(String, String)>,
) -> Result<Tagged<RecordView>, Problem> {
    let view = app.records.get(&ctx, &register, &id).await?;
    let labels = Labels::of(&app, &ctx, &register, [&view]).await?;
    Ok(RecordView::tagged(view, &labels, app.records.offset()))
}

async fn update(
    State(app): State<App>,
    At((register, id)): At<(String, String)>,
    IfMatch(version): IfMatch,
    Write {
        ctx,
        input: Json(RecordInput(fields)),
    }: Write<Grant, Json<RecordInput>>,
) -> Result<Tagged<SavedView>, Problem> {
    let saved = app.records.update(&ctx, &register, &id, version, &fields).await?;
    Ok(SavedView::tagged(saved))
}

async fn delete(
    State(app): State<App>,
    At((register, id)): At<(String, String)>,
    IfMatch(version): IfMatch,
    Write { ctx, input: Json(body) }: Write<Grant, Json<DeleteInput>>,
) -> Result<Tagged<SavedView>, Problem> {
    let saved = app.processes.delete(&ctx, &register, &id, version, &body.reason).await?;
    Ok(SavedView::tagged(saved))
}

async fn history(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At((register, id)): At<(String, String)>,
) -> Answer<TimelineView> {
    let entries = app.records.history(&ctx, &register, &id).await?;
    Ok(Answered(TimelineView::of(entries, app.records.offset(), |code| {
        app.identity.department(code)
    })))
}

async fn timeline(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At((register, id)): At<(String, String)>,
) -> Answer<TimelineView> {
    let entries = app.records.timeline(&ctx, &register, &id).await?;
    Ok(Answered(TimelineView::of(entries, app.records.offset(), |code| {
        app.identity.department(code)
    })))
}

async fn import(
    State(app): State<App>,
    At(register): At<String>,
    Write { ctx, input }: Write<Grant, Lines>,
) -> Answer<ImportView> {
    let done = import::run(&app.processes, &ctx, &register, input).await?;
    Ok(Answered(done))
}

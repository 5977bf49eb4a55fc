//! What anybody may do: report, ask how far it is, rate once.

use axum::Json as Answered;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use yiwang_files::Rendition;
use yiwang_process::NewMatter;
use yiwang_records::Writer;
use yiwang_types::Code;

use crate::access::{Address, Public, Who, Write};
use crate::app::App;
use crate::error::Problem;
use crate::gates::Class;
use crate::input::{At, Json};
use crate::limiter::Counted;
use crate::public::{self, ProgressView, ReceiptView};
use crate::routes::{Doc, Routes};
use crate::views::Answer;
use crate::views::record::RecordInput;
use crate::views::task::ActBody;

const TAG: &str = "公众";

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(TAG, "report", "反映一个问题,得到编号和查询码").answers::<ReceiptView>(StatusCode::CREATED);
    let doc = doc.problems(&[Code::TooManyRequests, Code::PlaceOutside, Code::PlaceOnBorder]);
    routes.post("/api/v1/public/{register}", Public, doc, report);
    let doc = Doc::new(TAG, "getProgress", "凭查询码查进度").json::<ProgressView>();
    routes.get("/api/v1/public/progress/{code}", Public, doc, progress);
    let doc = Doc::new(TAG, "getProgressPhoto", "进度页上的照片(不带位置和机型)");
    let doc = doc
        .class(Class::Transfer)
        .raw(Rendition::MEDIA_TYPE)
        .problems(&[Code::BadFile]);
    routes.get("/api/v1/public/progress/{code}/photos/{id}", Public, doc, photo);
    let doc =
        Doc::new(TAG, "rate", "凭查询码评价一次").problems(&[Code::TooManyRequests, Code::AlreadyRated, Code::ActNotAllowed]);
    routes.post("/api/v1/public/progress/{code}/rating", Public, doc, rate);
}

async fn report(
    State(app): State<App>,
    At(register): At<String>,
    Address(from): Address,
    Write {
        ctx,
        input: Json(RecordInput(fields)),
    }: Write<Public, Json<RecordInput>>,
) -> Result<Response, Problem> {
    app.limiter.take(Counted::PublicWrite, &from, app.options.public_writes)?;
    let fields = public::report(&app, &register, fields)?;
    let new = NewMatter {
        fields,
        notes: Default::default(),
        writer: Writer::Outside,
    };
    let saved = app.processes.create(&ctx, &register, &new).await?;
    let view = ReceiptView::of(app.records.register(&register)?.as_ref(), saved);
    Ok((StatusCode::CREATED, Answered(view)).into_response())
}

async fn progress(_: Who<Public>, State(app): State<App>, At(code): At<String>) -> Answer<ProgressView> {
    let (record, page) = public::by_code(&app, &code).await?;
    Ok(Answered(ProgressView::of(&app, &record, &page)))
}

async fn photo(_: Who<Public>, State(app): State<App>, At((code, id)): At<(String, String)>) -> Result<Response, Problem> {
    let bytes = public::photo(&app, &code, &id).await?;
    Ok(([(header::CONTENT_TYPE, Rendition::MEDIA_TYPE)], bytes).into_response())
}

async fn rate(
    State(app): State<App>,
    At(code): At<String>,
    Address(from): Address,
    Write { ctx, input: Json(body) }: Write<Public, Json<ActBody>>,
) -> Result<StatusCode, Problem> {
    app.limiter.take(Counted::PublicWrite, &from, app.options.public_writes)?;
    let (record, _) = public::by_code(&app, &code).await?;
    app.processes
        .act_by_code(&ctx, &record.register.name, &code, "rate", &body.into())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

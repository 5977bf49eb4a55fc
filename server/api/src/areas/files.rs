//! Files: sent once, named by id in a field of a record; read by the uploader until then, and by the readers of that field afterwards.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use yiwang_files::{Declared, FileService, Kind, Rendition};
use yiwang_records::Ctx;
use yiwang_types::{Code, Fault};

use crate::access::{SignedIn, Who, Write};
use crate::app::App;
use crate::error::Problem;
use crate::gates::Class;
use crate::input::{At, Form, Pairs, Param, Query, QueryParams};
use crate::routes::{Doc, Routes};
use crate::views::file::FileView;

const TAG: &str = "文件";

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(TAG, "uploadFile", "上传一个文件(图片或 PDF),得到它的标识").class(Class::Transfer);
    let doc = doc
        .answers::<FileView>(StatusCode::CREATED)
        .problems(&[Code::BadMultipart, Code::BadFile]);
    routes.post("/api/v1/files", SignedIn, doc, upload);
    let doc = Doc::new(TAG, "getFile", "取文件").class(Class::Transfer).query::<FileQuery>();
    routes.get("/api/v1/files/{id}", SignedIn, doc.raw("application/octet-stream"), get);
}

/// How large.
pub(crate) struct FileQuery(Option<Rendition>);

const SIZES: [(&str, Option<Rendition>); 3] = [
    ("original", None),
    ("thumbnail", Some(Rendition::Thumbnail)),
    ("public", Some(Rendition::Public)),
];

impl QueryParams for FileQuery {
    const PARAMS: &'static [Param] = &[Param {
        name: "size",
        title: "original 原件、thumbnail 小图、public 去掉位置信息的图",
        integer: false,
    }];

    fn read(pairs: &mut Pairs) -> FileQuery {
        FileQuery(pairs.choice("size", &SIZES).flatten())
    }
}

async fn upload(State(app): State<App>, Write { ctx, input }: Write<SignedIn, Form>) -> Result<Response, Problem> {
    let view = take(&app.files, &ctx, input).await?;
    let place = format!("{}/files/{}", crate::routes::BASE, view.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(FileView::from(view))).into_response())
}

async fn take(files: &FileService, ctx: &Ctx, mut form: Form) -> Result<yiwang_files::FileView, Fault> {
    while let Some(mut part) = form.next().await? {
        if part.name() != Some("file") {
            continue;
        }
        let (name, media_type) = part.declared();
        let mut upload = files.begin(ctx, Kind::ALL).await?;
        while let Some(piece) = part.next().await? {
            upload.write(&piece).await?;
        }
        return files.finish(ctx, upload, &Declared { name, media_type }).await;
    }
    Err(Fault::new(Code::BadMultipart, "表单里没有名为 file 的文件;请选好文件再传。"))
}

async fn get(
    Who { ctx }: Who<SignedIn>,
    State(app): State<App>,
    At(id): At<String>,
    Query(FileQuery(rendition)): Query<FileQuery>,
) -> Result<Response, Problem> {
    let (media, bytes) = match rendition {
        Some(it) => (Rendition::MEDIA_TYPE.to_owned(), app.files.rendition(&ctx, &id, it).await?),
        None => app
            .files
            .read(&ctx, &id)
            .await
            .map(|(view, bytes)| (view.media_type, bytes))?,
    };
    let media = HeaderValue::from_str(&media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    // Whatever a file holds, a browser that shows it runs nothing of it.
    let policy = HeaderValue::from_static("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'");
    Ok((
        [(header::CONTENT_TYPE, media), (header::CONTENT_SECURITY_POLICY, policy)],
        bytes,
    )
        .into_response())
}

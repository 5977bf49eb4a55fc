//! Files: sent once, named by id in a field of a record, fetched through that record.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use yiwang_files::Rendition;
use yiwang_types::Code;

use crate::access::{SignedIn, Who, Write};
use crate::app::App;
use crate::error::Problem;
use crate::files::{self, FileView, Form};
use crate::gates::Class;
use crate::input::{At, Pairs, Param, Query, QueryParams};
use crate::routes::{Doc, Routes};

const TAG: &str = "文件";

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(TAG, "uploadFile", "上传一个文件(图片或 PDF),得到它的标识").class(Class::Transfer);
    let doc = doc
        .answers::<FileView>(StatusCode::CREATED)
        .problems(&[Code::BadMultipart, Code::BadFile]);
    routes.post("/api/v1/files", SignedIn, doc, upload);
    let doc = Doc::new(TAG, "getFile", "取文件:自己上传的,或写明所在登记簿和记录")
        .class(Class::Transfer)
        .query::<FileQuery>();
    routes.get("/api/v1/files/{id}", SignedIn, doc.raw("application/octet-stream"), get);
}

/// Through which record, and how large.
pub(crate) struct FileQuery {
    register: Option<String>,
    record: Option<String>,
    size: Option<Option<Rendition>>,
}

const SIZES: [(&str, Option<Rendition>); 3] = [
    ("original", None),
    ("thumbnail", Some(Rendition::Thumbnail)),
    ("public", Some(Rendition::Public)),
];

impl QueryParams for FileQuery {
    const PARAMS: &'static [Param] = &[
        Param {
            name: "register",
            title: "记录所在的登记簿",
            integer: false,
        },
        Param {
            name: "record",
            title: "写有这个文件的记录",
            integer: false,
        },
        Param {
            name: "size",
            title: "original 原件、thumbnail 小图、public 去掉位置信息的图",
            integer: false,
        },
    ];

    fn read(pairs: &mut Pairs) -> FileQuery {
        let query = FileQuery {
            register: pairs.text("register"),
            record: pairs.text("record"),
            size: pairs.choice("size", &SIZES),
        };
        match (&query.register, &query.record) {
            (Some(_), None) => pairs.missing("record"),
            (None, Some(_)) => pairs.missing("register"),
            _ => {}
        }
        query
    }
}

async fn upload(State(app): State<App>, Write { ctx, input }: Write<SignedIn, Form>) -> Result<Response, Problem> {
    let view = files::take(&app, &ctx, input).await?;
    let place = format!("{}/files/{}", crate::routes::BASE, view.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view)).into_response())
}

async fn get(
    Who { ctx }: Who<SignedIn>,
    State(app): State<App>,
    At(id): At<String>,
    Query(query): Query<FileQuery>,
) -> Result<Response, Problem> {
    let record = query.register.as_deref().zip(query.record.as_deref());
    let kept = files::find(&app.records, &ctx, &id, record).await?;
    let (bytes, media) = files::bytes(&app.files, &kept, query.size.flatten()).await?;
    let name = disposition(kept.name.as_deref().unwrap_or("file"));
    // Whatever a file holds, a browser that shows it runs nothing of it.
    let policy = HeaderValue::from_static("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'");
    let headers = [
        (header::CONTENT_TYPE, media_value(&media)),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    Ok((headers, bytes).into_response())
}

fn media_value(media: &str) -> HeaderValue {
    HeaderValue::from_str(media).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// The name as RFC 6266 and RFC 8187 write it.
fn disposition(name: &str) -> HeaderValue {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-._~".contains(&it);
    let encoded: String = name
        .bytes()
        .map(|it| {
            if plain(it) {
                char::from(it).to_string()
            } else {
                format!("%{it:02X}")
            }
        })
        .collect();
    HeaderValue::from_str(&format!("inline; filename*=UTF-8''{encoded}")).unwrap_or(HeaderValue::from_static("inline"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_the_header() {
        let check = |name: &str, expected: &str| assert_eq!(disposition(name), format!("inline; filename*=UTF-8''{expected}"));
        check("a.jpg", "a.jpg");
        check("井 \".jpg", "%E4%BA%95%20%22.jpg");
        check("a\r\nx: y", "a%0D%0Ax%3A%20y");
    }
}

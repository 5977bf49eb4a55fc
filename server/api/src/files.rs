//! Which content stands behind the id of an uploaded file, and who may have it: its uploader, and whoever sees a record that names it.

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest as _, Request};
use axum::http::StatusCode;
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use yiwang_files::{Declared, Digest, Files, Kind, Stored};
use yiwang_model::FieldType;
use yiwang_records::rows::{ColumnType, Filter, Lane, Row, Scope, Select, Table, Value};
use yiwang_records::tables::{optional, required, table, unique};
use yiwang_records::{Ctx, Records, RowWrite};
use yiwang_types::{Code, Fault, Id};

use crate::app::App;
use crate::input::{BodyDoc, Input};

const FILE: &str = "yw_file";

/// Makes the table that this crate needs.
///
/// # Errors
/// When the database refuses.
pub async fn migrate(records: &Records) -> Result<(), Fault> {
    use ColumnType::{Int, Text};
    let columns = vec![
        required("id", Text),
        required("digest", Text),
        required("media_type", Text),
        optional("name", Text),
        required("bytes", Int),
        optional("width", Int),
        optional("height", Int),
        required("owner", Text),
        required("at", Int),
    ];
    let table: Table = table(FILE, columns, vec![unique(FILE, &["id"], &[])]);
    records.migrate(&[table]).await
}

/// A form with a file.
pub(crate) struct Form(Multipart);

impl Input for Form {
    async fn read(request: Request, app: &App) -> Result<(Form, Option<Bytes>), Fault> {
        match Multipart::from_request(request, app).await {
            Ok(it) => Ok((Form(it), None)),
            Err(it) => {
                let detail = "上传文件要用 multipart/form-data,并写明 boundary。";
                Err(Fault::new(Code::UnsupportedMedia, detail).because(it))
            }
        }
    }

    fn described() -> Option<BodyDoc> {
        let file = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        let form = ObjectBuilder::new().property("file", file).required("file");
        Some(BodyDoc {
            media: "multipart/form-data",
            schema: form.into(),
            schemas: vec![],
        })
    }
}

/// A file that was taken.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
pub(crate) struct FileView {
    /// UUID, as it goes into a field of files.
    pub(crate) id: String,
    /// Name the sender gave.
    name: Option<String>,
    /// Media type found in the content.
    media_type: String,
    /// Length.
    bytes: u64,
    /// Width in pixels, of images.
    width: Option<u32>,
    /// Height in pixels, of images.
    height: Option<u32>,
}

/// Takes the part `file` of a form.
///
/// # Errors
/// `bad-multipart` when the form breaks off or has no such part; what the content check says.
pub(crate) async fn take(app: &App, ctx: &Ctx, form: Form) -> Result<FileView, Fault> {
    let Form(mut parts) = form;
    while let Some(mut part) = parts
        .next_field()
        .await
        .map_err(|it| broken(it, &app.options.transfer_bytes))?
    {
        if part.name() != Some("file") {
            continue;
        }
        let declared = Declared {
            name: part.file_name().map(short),
            media_type: part.content_type().map(str::to_owned),
        };
        let mut upload = app.files.begin(Kind::ALL).await?;
        while let Some(piece) = part.chunk().await.map_err(|it| broken(it, &app.options.transfer_bytes))? {
            upload.write(&piece).await?;
        }
        let stored = upload.finish(&declared, app.clock.now()).await?;
        let id = name_file(&app.records, ctx, &stored, declared.name.as_deref()).await?;
        let Stored {
            bytes,
            media_type,
            width,
            height,
            ..
        } = stored;
        return Ok(FileView {
            id,
            name: declared.name,
            media_type,
            bytes,
            width,
            height,
        });
    }
    Err(Fault::new(Code::BadMultipart, "表单里没有名为 file 的文件;请选好文件再传。"))
}

/// A name is for showing only.
fn short(name: &str) -> String {
    yiwang_types::text::one_line(name).chars().take(200).collect()
}

fn broken(error: MultipartError, most: &usize) -> Fault {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Fault::new(
            Code::TooLarge,
            format!("文件超过上限({} MB);请压缩后再传。", most / 1_000_000),
        );
    }
    Fault::new(Code::BadMultipart, "上传的表单不完整;请检查网络,重新上传。").because(error)
}

/// Gives a kept file its id; the public pages take their photos through here too, so that one id means one file everywhere.
///
/// # Errors
/// What the store says.
pub async fn name_file(records: &Records, ctx: &Ctx, stored: &Stored, name: Option<&str>) -> Result<String, Fault> {
    let at = records.now();
    let id = Id::new(at, records.entropy()).to_string();
    let rid = records.rids(1).await?.start;
    let size = |it: Option<u32>| it.map_or(Value::Null, |it| Value::Int(i64::from(it)));
    let row = vec![
        ("rid".into(), Value::Int(rid)),
        ("id".into(), Value::from(id.as_str())),
        ("digest".into(), Value::from(stored.digest.to_string())),
        ("media_type".into(), Value::from(stored.media_type.as_str())),
        ("name".into(), Value::from(name)),
        ("bytes".into(), Value::Int(i64::try_from(stored.bytes).unwrap_or(i64::MAX))),
        ("width".into(), size(stored.width)),
        ("height".into(), size(stored.height)),
        ("owner".into(), Value::from(ctx.subject.reference())),
        ("at".into(), Value::Int(at.millis())),
    ];
    records
        .write_rows(Lane::Interactive, vec![RowWrite::Insert { table: FILE.into(), row }])
        .await?;
    Ok(id)
}

/// The content behind a file id, without asking who wants it: for the clean copies of the public pages.
///
/// # Errors
/// `not-found`.
pub async fn file_named(records: &Records, id: &str) -> Result<Digest, Fault> {
    let row = row_of(records, id).await?;
    row.as_deref()
        .and_then(|it| it.first()?.as_text()?.parse().ok())
        .ok_or_else(missing)
}

async fn row_of(records: &Records, id: &str) -> Result<Option<Row>, Fault> {
    let select = Select::new(FILE, &["digest", "media_type", "name", "owner"], Scope::All).filter(Filter::eq("id", id));
    Ok(records.rows(&Select { limit: 1, ..select }).await?.pop())
}

fn missing() -> Fault {
    Fault::new(Code::NotFound, "没有这个文件,或者不在您的管辖范围内;请从记录里打开它。")
}

/// A file that the reader may have.
pub(crate) struct Kept {
    pub(crate) digest: Digest,
    pub(crate) media_type: String,
    pub(crate) name: Option<String>,
}

/// The file with that id, when the reader uploaded it or sees it in `record` of a register.
///
/// # Errors
/// `not-found` in every case where he may not have it.
pub(crate) async fn find(records: &Records, ctx: &Ctx, id: &str, record: Option<(&str, &str)>) -> Result<Kept, Fault> {
    let row = row_of(records, id).await?;
    let Some([digest, media_type, name, owner]) = row.as_deref() else {
        return Err(missing());
    };
    let own = !ctx.subject.id.is_empty() && owner.as_text() == Some(ctx.subject.reference().as_str());
    let seen = match record {
        _ if own => true,
        Some((register, record)) => names(records, ctx, register, record, id).await.map_err(|_| missing())?,
        None => false,
    };
    let digest = digest
        .as_text()
        .and_then(|it| it.parse().ok())
        .filter(|_| seen)
        .ok_or_else(missing)?;
    let text = |it: &Value| it.as_text().map(str::to_owned);
    Ok(Kept {
        digest,
        media_type: text(media_type).unwrap_or_default(),
        name: text(name),
    })
}

/// Whether a record that the reader sees names the file in a field that he sees.
async fn names(records: &Records, ctx: &Ctx, register: &str, record: &str, id: &str) -> Result<bool, Fault> {
    let register = records.register(register)?;
    let view = records.get(ctx, &register.name, record).await?;
    let fields = register
        .fields
        .iter()
        .filter(|it| it.ty == FieldType::Files)
        .filter_map(|it| view.fields.get(&it.name));
    Ok(fields.filter_map(Json::as_array).flatten().any(|it| it.as_str() == Some(id)))
}

/// The bytes to send, with their media type.
pub(crate) async fn bytes(
    files: &Files,
    kept: &Kept,
    rendition: Option<yiwang_files::Rendition>,
) -> Result<(Vec<u8>, String), Fault> {
    match rendition {
        None => Ok((files.read(kept.digest).await?, kept.media_type.clone())),
        Some(it) => Ok((
            files.rendition(kept.digest, it).await?,
            yiwang_files::Rendition::MEDIA_TYPE.to_owned(),
        )),
    }
}

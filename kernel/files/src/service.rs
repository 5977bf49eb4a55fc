//! Files with an owner: whose upload it is, which record it belongs to, who may read it.

mod guard;
mod rows;
mod sweep;

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tokio::io::AsyncRead;
use yiwang_authz::{Action, SubjectKind};
use yiwang_records::{Ctx, Event, Loaded, Records};
use yiwang_types::{Code, Fault, Id, Sm3Digest};

pub use sweep::Swept;

use crate::service::guard::FilesGuard;
use crate::service::rows::FileRow;
use crate::{Declared, Digest, Files, Kind, Rendition, Stored, Upload};

/// An upload that no record refers to is kept so long, in hours: the form may still be open in front of somebody.
const KEPT_HOURS: i64 = 24;
/// Shortest session key of a visitor; a shorter one could be guessed.
const SHORTEST_OWNER: usize = 16;

/// Uploads, and what becomes of them. Cheap to clone.
#[derive(Clone)]
pub struct FileService {
    records: Records,
    files: Files,
}

/// A file as its reader sees it. It has no name: the name that a person gave is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileView {
    /// UUID, which a `files` field holds.
    pub id: String,
    /// Kind.
    pub kind: Kind,
    /// Media type found in the content.
    pub media_type: String,
    /// Length.
    pub bytes: u64,
    /// Width in pixels as seen, of images.
    pub width: Option<u32>,
    /// Height in pixels as seen, of images.
    pub height: Option<u32>,
    /// SM3 of the content, in hexadecimal digits.
    pub digest: String,
}

impl FileService {
    /// Opens the service: makes its table, and guards every `files` field from now on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open(records: Records, files: Files) -> Result<FileService, Fault> {
        records.migrate(&[rows::table()]).await?;
        records.add_guard(Arc::new(FilesGuard));
        Ok(FileService { records, files })
    }

    /// The bytes behind it.
    pub const fn files(&self) -> &Files {
        &self.files
    }

    /// Takes a whole file from a stream or from bytes at hand (`&[u8]` is a stream), only of the kinds named. It belongs to who uploaded it:
    /// a subject, or the session key of a visitor (`ctx.owner`).
    ///
    /// # Errors
    /// Those of [`Files::put`]; `bad-request` for a visitor without a session key.
    pub async fn upload(
        &self,
        ctx: &Ctx,
        source: impl AsyncRead + Unpin,
        declared: &Declared,
        kinds: &[Kind],
    ) -> Result<FileView, Fault> {
        let holder = holder(ctx)?;
        let stored = self.files.put(source, declared, kinds, self.records.now()).await?;
        self.keep(ctx, holder, stored).await
    }

    /// Begins to take a file piece by piece; [`FileService::finish`] keeps it.
    ///
    /// # Errors
    /// `bad-request` for a visitor without a session key; `unavailable` when the disk does not take it.
    pub async fn begin(&self, ctx: &Ctx, kinds: &[Kind]) -> Result<Upload, Fault> {
        holder(ctx)?;
        self.files.begin(kinds).await
    }

    /// Looks into a file that came piece by piece, and keeps it when it is fine.
    ///
    /// # Errors
    /// As [`FileService::upload`].
    pub async fn finish(&self, ctx: &Ctx, upload: Upload, declared: &Declared) -> Result<FileView, Fault> {
        let holder = holder(ctx)?;
        let stored = upload.finish(declared, self.records.now()).await?;
        self.keep(ctx, holder, stored).await
    }

    /// What is known of a file, for whoever may read it.
    ///
    /// # Errors
    /// `not-found` also for who may not read it.
    pub async fn describe(&self, ctx: &Ctx, id: &str) -> Result<FileView, Fault> {
        self.readable(ctx, id).await?.view()
    }

    /// The bytes: for the uploader until a record holds the file, afterwards for whoever may read that field of that record. What a record
    /// held only in the past, or in the history of a step, is for readers of its history.
    ///
    /// # Errors
    /// `not-found` also for who may not read it.
    pub async fn read(&self, ctx: &Ctx, id: &str) -> Result<(FileView, Vec<u8>), Fault> {
        let row = self.readable(ctx, id).await?;
        Ok((row.view()?, self.files.read(row.digest()?).await?))
    }

    /// The same for sending in pieces.
    ///
    /// # Errors
    /// As [`FileService::read`].
    pub async fn open_for_sending(&self, ctx: &Ctx, id: &str) -> Result<(FileView, tokio::fs::File), Fault> {
        let row = self.readable(ctx, id).await?;
        Ok((row.view()?, self.files.open_for_sending(row.digest()?).await?.0))
    }

    /// An image drawn anew, for whoever may read the file.
    ///
    /// # Errors
    /// As [`FileService::read`]; `bad-file` when it is no image.
    pub async fn rendition(&self, ctx: &Ctx, id: &str, rendition: Rendition) -> Result<Vec<u8>, Fault> {
        let row = self.readable(ctx, id).await?;
        self.files.rendition(row.digest()?, rendition).await
    }

    /// An image of a record for the public: upright, without position and device. The caller has proved the right to the record (its progress
    /// code) and says which fields are shown to such a reader; the file must stand in one of them.
    ///
    /// # Errors
    /// `not-found` when it does not; `bad-file` when it is no image.
    pub async fn public_rendition(
        &self,
        record: &Loaded,
        fields: &[&str],
        id: &str,
        rendition: Rendition,
    ) -> Result<Vec<u8>, Fault> {
        let shown = fields.iter().any(|it| guard::ids(record.value(it)).iter().any(|it| it == id));
        let row = if shown {
            FileRow::find(&self.records, id).await?
        } else {
            None
        };
        let row = row
            .filter(|it| it.belongs_to(&record.register.name, record.rid))
            .ok_or_else(unknown)?;
        self.files.rendition(row.digest()?, rendition).await
    }

    /// An image for a page that has proved it may show it: it names an upload from its own signed form, or a field its app declares public.
    /// Without position and device, like every image for the public.
    ///
    /// # Errors
    /// `not-found`; `bad-file` when it is no image.
    pub async fn shown(&self, id: &str, rendition: Rendition) -> Result<Vec<u8>, Fault> {
        let row = FileRow::find(&self.records, id).await?.ok_or_else(unknown)?;
        self.files.rendition(row.digest()?, rendition).await
    }

    async fn keep(&self, ctx: &Ctx, holder: String, stored: Stored) -> Result<FileView, Fault> {
        let now = self.records.now();
        let row = FileRow {
            rid: self.records.rids(1).await?.start,
            id: Id::new(now, self.records.entropy()).to_string(),
            digest: stored.digest.to_string(),
            kind: stored.kind.as_str().to_owned(),
            media_type: stored.media_type,
            bytes: i64::try_from(stored.bytes).map_err(Fault::internal)?,
            width: stored.width.map(i64::from),
            height: stored.height.map(i64::from),
            uploaded_by: holder,
            expires_at: Some(now.plus_minutes(KEPT_HOURS * 60)),
            bound: None,
        };
        let content = json!({ "digest": row.digest, "kind": row.kind, "bytes": row.bytes });
        let event = Event {
            act: "upload",
            object: format!("file/{}", row.id),
            content,
        };
        self.records.note(ctx, event, vec![row.insert(now)]).await?;
        row.view()
    }

    async fn readable(&self, ctx: &Ctx, id: &str) -> Result<FileRow, Fault> {
        let row = FileRow::find(&self.records, id).await?.ok_or_else(unknown)?;
        let may = match &row.bound {
            None => holder(ctx).is_ok_and(|it| it == row.uploaded_by) && row.is_alive(self.records.now()),
            Some(place) => self.may_read(ctx, place, id).await?,
        };
        if may { Ok(row) } else { Err(unknown()) }
    }

    /// Whether the reader sees the file in a field of its record, or else may see what the record held before.
    async fn may_read(&self, ctx: &Ctx, place: &rows::Bound, id: &str) -> Result<bool, Fault> {
        let register = self.records.register(&place.register)?;
        let views = match self.records.views_of(ctx, &place.register, &[place.record_rid]).await {
            Ok(it) => it,
            Err(fault) if fault.code == Code::Forbidden => return Ok(false),
            Err(fault) => return Err(fault),
        };
        let Some(view) = views.get(&place.record_rid) else {
            return Ok(false);
        };
        let holds = |field: &serde_json::Value| field.as_array().is_some_and(|all| all.iter().any(|it| it == id));
        if view.fields.values().any(holds) {
            return Ok(true);
        }
        let hidden = register.field(&place.field).is_some() && !view.fields.contains_key(&place.field);
        if hidden {
            return Ok(false);
        }
        let history = self.records.readable(ctx, &place.register, &view.id, Action::History).await;
        match history {
            Ok(_) => Ok(true),
            Err(fault) if matches!(fault.code, Code::Forbidden | Code::NotFound) => Ok(false),
            Err(fault) => Err(fault),
        }
    }
}

/// To whom an upload belongs. Of a visitor's session key only the digest is kept.
fn holder(ctx: &Ctx) -> Result<String, Fault> {
    let subject = &ctx.subject;
    if subject.kind != SubjectKind::Resident || !subject.id.is_empty() {
        return Ok(subject.reference());
    }
    let key = ctx.owner.as_deref().filter(|it| it.len() >= SHORTEST_OWNER);
    let missing = || Fault::new(Code::BadRequest, "浏览器没有带上本次填报的标识;请刷新页面后重新上传。");
    Ok(format!("visitor:{}", Sm3Digest::of(key.ok_or_else(missing)?.as_bytes())))
}

fn unknown() -> Fault {
    Fault::new(Code::NotFound, "没有这个文件,或者没有查看它的权限。")
}

fn digest_of(text: &str) -> Result<Digest, Fault> {
    text.parse()
        .map_err(|()| Fault::internal(format!("stored digest {text} cannot be read")))
}

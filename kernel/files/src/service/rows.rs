//! The table of files: one row an upload.

use yiwang_records::rows::{Cmp, ColumnType, Filter, Row, Scope, Select, Table, Value};
use yiwang_records::tables::{index, optional, required, table as keyed, unique};
use yiwang_records::{Records, RowWrite};
use yiwang_types::{Fault, Instant};

use crate::service::{FileView, digest_of};
use crate::{Digest, Kind};

pub(super) const FILE: &str = "yw_file";

/// Columns in the order in which [`FileRow::read`] takes them.
const COLUMNS: [&str; 14] = [
    "rid",
    "id",
    "digest",
    "kind",
    "media_type",
    "bytes",
    "width",
    "height",
    "uploaded_by",
    "expires_at",
    "bound",
    "register",
    "record_rid",
    "field",
];

pub(super) fn table() -> Table {
    use ColumnType::{Int, Text};
    let columns = vec![
        required("id", Text),
        required("digest", Text),
        required("kind", Text),
        required("media_type", Text),
        required("bytes", Int),
        optional("width", Int),
        optional("height", Int),
        required("uploaded_at", Int),
        required("uploaded_by", Text),
        optional("expires_at", Int),
        // 0 until a record holds the file: a key of writes, which are conditional on it.
        required("bound", Int),
        optional("register", Text),
        optional("record_rid", Int),
        optional("field", Text),
    ];
    let indexes = vec![
        unique(&["id"], &[]),
        index(&["digest"]),
        index(&["bound", "expires_at", "rid"]),
        index(&["record_rid"]),
    ];
    keyed(FILE, columns, indexes)
}

/// The record that holds a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub register: String,
    pub record_rid: i64,
    /// Field of the register, or of a form, through which it came.
    pub field: String,
}

#[derive(Clone, Debug)]
pub(super) struct FileRow {
    pub rid: i64,
    pub id: String,
    pub digest: String,
    pub kind: String,
    pub media_type: String,
    pub bytes: i64,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub uploaded_by: String,
    pub expires_at: Option<Instant>,
    pub bound: Option<Bound>,
}

impl FileRow {
    pub(super) async fn find(records: &Records, id: &str) -> Result<Option<FileRow>, Fault> {
        Ok(FileRow::find_all(records, &[id]).await?.pop())
    }

    pub(super) async fn find_all(records: &Records, ids: &[&str]) -> Result<Vec<FileRow>, Fault> {
        let limit = u32::try_from(ids.len()).map_err(Fault::internal)?;
        let select = select().filter(Filter::within("id", ids.iter().copied())).limit(limit);
        records.rows(&select).await?.iter().map(FileRow::read).collect()
    }

    /// Uploads that no record holds and whose time is over.
    pub(super) async fn expired(records: &Records, now: Instant, most: u32) -> Result<Vec<FileRow>, Fault> {
        let over = Filter::eq("bound", 0).and(Filter::cmp("expires_at", Cmp::Le, now));
        records
            .rows(&select().filter(over).limit(most))
            .await?
            .iter()
            .map(FileRow::read)
            .collect()
    }

    /// Which of these contents some row still stands for.
    pub(super) async fn known_digests(records: &Records, digests: &[String]) -> Result<Vec<String>, Fault> {
        let mut known = Vec::new();
        for digest in digests {
            let select = Select::new(FILE, &["digest"], Scope::All)
                .filter(Filter::eq("digest", digest.as_str()))
                .limit(1);
            known.extend(records.rows(&select).await?.first().map(|_| digest.clone()));
        }
        Ok(known)
    }

    fn read(row: &Row) -> Result<FileRow, Fault> {
        let broken = || Fault::internal("a row of files is incomplete");
        let int = |at: usize| row.get(at).and_then(Value::as_int);
        let text = |at: usize| row.get(at).and_then(Value::as_text).map(str::to_owned);
        let bound = match (text(11), int(12), text(13)) {
            (Some(register), Some(record_rid), Some(field)) => Some(Bound {
                register,
                record_rid,
                field,
            }),
            _ => None,
        };
        Ok(FileRow {
            rid: int(0).ok_or_else(broken)?,
            id: text(1).ok_or_else(broken)?,
            digest: text(2).ok_or_else(broken)?,
            kind: text(3).ok_or_else(broken)?,
            media_type: text(4).ok_or_else(broken)?,
            bytes: int(5).ok_or_else(broken)?,
            width: int(6),
            height: int(7),
            uploaded_by: text(8).ok_or_else(broken)?,
            expires_at: int(9).map(Instant::from_millis),
            bound,
        })
    }

    pub(super) fn view(&self) -> Result<FileView, Fault> {
        let broken = |what: &str| Fault::internal(format!("file {}: stored {what} cannot be read", self.id));
        let pixels = |it: Option<i64>| it.map(u32::try_from).transpose().map_err(|_| broken("size"));
        Ok(FileView {
            id: self.id.clone(),
            kind: Kind::from_word(&self.kind).ok_or_else(|| broken("kind"))?,
            media_type: self.media_type.clone(),
            bytes: u64::try_from(self.bytes).map_err(|_| broken("length"))?,
            width: pixels(self.width)?,
            height: pixels(self.height)?,
            digest: self.digest.clone(),
        })
    }

    pub(super) fn digest(&self) -> Result<Digest, Fault> {
        digest_of(&self.digest)
    }

    /// Whether a record holds it or its time is not over yet.
    pub(super) fn is_alive(&self, now: Instant) -> bool {
        self.bound.is_some() || self.expires_at.is_none_or(|it| now < it)
    }

    pub(super) fn belongs_to(&self, register: &str, record_rid: i64) -> bool {
        self.bound
            .as_ref()
            .is_some_and(|it| it.register == register && it.record_rid == record_rid)
    }

    pub(super) fn insert(&self, at: Instant) -> RowWrite {
        RowWrite::Insert {
            table: FILE.into(),
            row: vec![
                ("rid".into(), Value::Int(self.rid)),
                ("id".into(), Value::from(&self.id)),
                ("digest".into(), Value::from(&self.digest)),
                ("kind".into(), Value::from(&self.kind)),
                ("media_type".into(), Value::from(&self.media_type)),
                ("bytes".into(), Value::Int(self.bytes)),
                ("width".into(), Value::from(self.width)),
                ("height".into(), Value::from(self.height)),
                ("uploaded_at".into(), Value::from(at)),
                ("uploaded_by".into(), Value::from(&self.uploaded_by)),
                ("expires_at".into(), Value::from(self.expires_at)),
                ("bound".into(), Value::Int(0)),
            ],
        }
    }

    /// Gives the file to a record, unless another one took it meanwhile: then the save is a conflict and is prepared again.
    pub(super) fn bind(&self, to: &Bound) -> RowWrite {
        RowWrite::Update {
            table: FILE.into(),
            key: self.unbound(),
            set: vec![
                ("bound".into(), Value::Int(1)),
                ("register".into(), Value::from(&to.register)),
                ("record_rid".into(), Value::Int(to.record_rid)),
                ("field".into(), Value::from(&to.field)),
                ("expires_at".into(), Value::Null),
            ],
            expect: Some(1),
        }
    }

    /// Forgets the upload, unless a record took it meanwhile.
    pub(super) fn forget(&self) -> RowWrite {
        RowWrite::Delete {
            table: FILE.into(),
            key: self.unbound(),
        }
    }

    fn unbound<N: From<&'static str>>(&self) -> Vec<(N, Value)> {
        vec![("rid".into(), Value::Int(self.rid)), ("bound".into(), Value::Int(0))]
    }
}

fn select() -> Select {
    Select::new(FILE, &COLUMNS, Scope::All)
}

//! Files.

use serde::Serialize;
use utoipa::ToSchema;
use yiwang_files::FileView as Kept;

/// A file that was taken. It has no name: the name that a person gave is not kept.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
pub(crate) struct FileView {
    /// UUID, as it goes into a field of files.
    id: String,
    /// `image` or `pdf`.
    kind: &'static str,
    /// Media type found in the content.
    media_type: String,
    /// Length.
    bytes: u64,
    /// Width in pixels, of images.
    width: Option<u32>,
    /// Height in pixels, of images.
    height: Option<u32>,
    /// SM3 of the content, in hexadecimal digits.
    digest: String,
}

impl From<Kept> for FileView {
    fn from(it: Kept) -> FileView {
        FileView {
            id: it.id,
            kind: it.kind.as_str(),
            media_type: it.media_type,
            bytes: it.bytes,
            width: it.width,
            height: it.height,
            digest: it.digest,
        }
    }
}

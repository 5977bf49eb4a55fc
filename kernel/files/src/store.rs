//! The files of an installation.

mod disk;
mod sweep;
mod upload;

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::Semaphore;
use yiwang_types::{Code, Fault, Instant};

pub use sweep::Candidate;
pub use upload::Upload;

use crate::store::disk::Disk;
use crate::words::Asked;
use crate::{Declared, Digest, Kind, Limits, Rendition, render};

/// Images decoded at the same time: each may need a few hundred megabytes.
const DECODERS: usize = 2;

/// Where the bytes lie. An object store becomes a second variant with a file beside `disk`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Backend {
    /// `DIR/files` on a local or shared disk.
    Disk(Arc<Disk>),
}

/// A kept file, as the record that refers to it remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Name of the content.
    pub digest: Digest,
    /// Length.
    pub bytes: u64,
    /// Kind.
    pub kind: Kind,
    /// Media type found in the content.
    pub media_type: String,
    /// Width in pixels as seen, of images.
    pub width: Option<u32>,
    /// Height in pixels as seen, of images.
    pub height: Option<u32>,
}

/// All files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    backend: Backend,
    limits: Limits,
    decoders: Arc<Semaphore>,
}

impl Files {
    /// Opens (or makes) `data/files`. Its folders are readable for the server's user alone.
    ///
    /// # Errors
    /// `Unavailable` when the folder cannot be made.
    pub fn open(data: &Path, limits: Limits) -> Result<Files, Fault> {
        let disk = Disk::open(&data.join("files")).map_err(|it| Asked::File.not_kept().because(it))?;
        Ok(Files {
            backend: Backend::Disk(Arc::new(disk)),
            limits,
            decoders: Arc::new(Semaphore::new(DECODERS)),
        })
    }

    /// The limits in force.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Begins to take a file piece by piece; only the kinds named are accepted.
    ///
    /// # Errors
    /// `Unavailable` when the disk does not take it.
    pub async fn begin(&self, accepted: &[Kind]) -> Result<Upload, Fault> {
        Upload::begin(self.clone(), accepted).await
    }

    /// Takes a whole stream. `now` starts the day after which a file without a reference may go.
    ///
    /// # Errors
    /// Those of [`crate::inspect`]; `BadFile` when the stream breaks off; `Unavailable` when the disk does not take it. Nothing stays behind.
    pub async fn put(
        &self,
        mut source: impl AsyncRead + Unpin,
        declared: &Declared,
        accepted: &[Kind],
        now: Instant,
    ) -> Result<Stored, Fault> {
        let mut upload = self.begin(accepted).await?;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = source
                .read(&mut buffer)
                .await
                .map_err(|it| Asked::of(accepted).damaged().because(it))?;
            match buffer.get(..count) {
                Some(piece) if !piece.is_empty() => upload.write(piece).await?,
                _ => return upload.finish(declared, now).await,
            }
        }
    }

    /// Takes bytes that are at hand.
    ///
    /// # Errors
    /// As [`Files::put`].
    pub async fn put_bytes(&self, bytes: &[u8], declared: &Declared, accepted: &[Kind], now: Instant) -> Result<Stored, Fault> {
        self.put(bytes, declared, accepted, now).await
    }

    /// The bytes of a file. Rights were decided by the caller: whoever may see the record that refers to it.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn read(&self, digest: Digest) -> Result<Vec<u8>, Fault> {
        self.blocking(move |disk| disk.read(digest).map_err(|it| missing(&it))).await
    }

    /// Opens a file for sending, with its length.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn open_for_sending(&self, digest: Digest) -> Result<(tokio::fs::File, u64), Fault> {
        let Backend::Disk(disk) = &self.backend;
        let file = tokio::fs::File::open(disk.path_of(digest)).await.map_err(|it| missing(&it))?;
        let length = file.metadata().await.map_err(|it| missing(&it))?.len();
        Ok((file, length))
    }

    /// Whether the bytes on disk still have that digest.
    ///
    /// # Errors
    /// `NotFound` when there are none.
    pub async fn verify(&self, digest: Digest) -> Result<bool, Fault> {
        self.blocking(move |disk| {
            disk.read(digest)
                .map(|it| Digest::of(&it) == digest)
                .map_err(|it| missing(&it))
        })
        .await
    }

    /// A rendition of an image, drawn at the first call and kept.
    ///
    /// # Errors
    /// `NotFound` when there is no such file, `BadFile` when it is no image.
    pub async fn rendition(&self, digest: Digest, rendition: Rendition) -> Result<Vec<u8>, Fault> {
        let limits = self.limits;
        if let Ok(ready) = self
            .blocking(move |disk| disk.read_drawn(digest, rendition).map_err(|it| missing(&it)))
            .await
        {
            return Ok(ready);
        }
        let _permit = self.decoders.acquire().await.map_err(Fault::internal)?;
        self.blocking(move |disk| {
            let original = disk.read(digest).map_err(|it| missing(&it))?;
            let drawn = render(&original, rendition, &limits)?;
            disk.keep_drawn(digest, rendition, &drawn)
                .map_err(|it| Asked::Photo.not_kept().because(it))?;
            Ok(drawn)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Disk) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let Backend::Disk(disk) = self.backend.clone();
        tokio::task::spawn_blocking(move || work(&disk))
            .await
            .map_err(Fault::internal)?
    }
}

fn missing(error: &std::io::Error) -> Fault {
    match error.kind() {
        std::io::ErrorKind::NotFound => Fault::new(Code::NotFound, "没有这个文件。它可能已被删除。"),
        _ => Fault::new(Code::Unavailable, "文件暂时读不出来,请稍后再试。").because(error),
    }
}

#[cfg(test)]
mod tests;

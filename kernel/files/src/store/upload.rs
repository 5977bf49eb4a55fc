//! A file on its way in.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use yiwang_types::digest::Sm3Hasher;
use yiwang_types::{Fault, Instant};

use crate::store::disk::{Disk, forget};
use crate::store::{Backend, Files, Stored};
use crate::words::Asked;
use crate::{Declared, Kind, inspect};

/// Takes a file piece by piece; dropped before [`Upload::finish`], nothing stays behind.
pub struct Upload {
    files: Files,
    accepted: Vec<Kind>,
    most: u64,
    hasher: Sm3Hasher,
    bytes: u64,
    file: tokio::fs::File,
    temporary: Temporary,
}

/// A path that is removed when nobody wants it any more.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        forget(&self.0);
    }
}

impl Upload {
    pub(super) async fn begin(files: Files, accepted: &[Kind]) -> Result<Upload, Fault> {
        let (path, file) = files
            .blocking(|disk| disk.temporary().map_err(|it| Asked::File.not_kept().because(it)))
            .await
            .map(|(path, file)| (path, tokio::fs::File::from_std(file)))?;
        let most = accepted.iter().map(|it| files.limits.bytes(*it)).max().unwrap_or(0);
        Ok(Upload {
            files,
            accepted: accepted.to_vec(),
            most,
            hasher: Sm3Hasher::default(),
            bytes: 0,
            file,
            temporary: Temporary(path),
        })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// `TooLarge` as soon as the limit is passed, `Unavailable` when the disk does not take it.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), Fault> {
        let asked = Asked::of(&self.accepted);
        self.bytes = self.bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if self.bytes > self.most {
            return Err(asked.too_many_bytes(self.most));
        }
        self.hasher.update(piece);
        self.file.write_all(piece).await.map_err(|it| asked.not_kept().because(it))
    }

    /// Looks into the file, and keeps it when it is fine. Answered means: on the disk.
    ///
    /// # Errors
    /// Those of [`crate::inspect`]; `Unavailable` when the disk does not take it.
    pub async fn finish(mut self, declared: &Declared, now: Instant) -> Result<Stored, Fault> {
        let asked = Asked::of(&self.accepted);
        self.file.flush().await.map_err(|it| asked.not_kept().because(it))?;
        let permit = Arc::clone(&self.files.decoders)
            .acquire_owned()
            .await
            .map_err(Fault::internal)?;
        let Backend::Disk(disk) = self.files.backend.clone();
        let declared = declared.clone();
        let file = self
            .file
            .try_clone()
            .await
            .map_err(|it| asked.not_kept().because(it))?
            .into_std()
            .await;
        let settled = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            self.settle(&disk, file, &declared, now)
        });
        // A decoder that gives up on hostile bytes is a bad file, not a broken server.
        settled.await.unwrap_or_else(|it| Err(asked.damaged().because(it)))
    }

    fn settle(self, disk: &Disk, mut file: File, declared: &Declared, now: Instant) -> Result<Stored, Fault> {
        let asked = Asked::of(&self.accepted);
        let mut content = Vec::new();
        let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut content));
        read.map_err(|it| asked.not_kept().because(it))?;
        let found = inspect(&content, declared, &self.accepted, self.files.limits())?;
        let digest = self.hasher.finish();
        disk.settle(&self.temporary.0, &file, digest, now)
            .map_err(|it| asked.not_kept().because(it))?;
        Ok(Stored {
            digest,
            bytes: self.bytes,
            kind: found.kind,
            media_type: found.media_type.to_owned(),
            width: found.width,
            height: found.height,
        })
    }
}

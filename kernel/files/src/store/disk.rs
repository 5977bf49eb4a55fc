//! The folder `files`: `ab/cd/<digest>` for originals, `drawn/` for renditions, `tmp/` for what is still coming in.
//!
//! A file appears under its name by a rename after its bytes are on the disk, so a name never stands for half a file; the folder is
//! synced after the rename, so an answered upload outlives a power cut.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use yiwang_types::Instant;

use crate::{Digest, Rendition};

/// Files on a disk.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
    next: AtomicU64,
}

impl Disk {
    pub(super) fn open(root: &Path) -> io::Result<Disk> {
        for folder in [root.to_owned(), root.join("tmp"), root.join("drawn")] {
            make_folders(&folder)?;
        }
        Ok(Disk {
            root: root.to_owned(),
            next: AtomicU64::new(0),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn path_of(&self, digest: Digest) -> PathBuf {
        self.root.join(leaf(digest))
    }

    pub(super) fn read(&self, digest: Digest) -> io::Result<Vec<u8>> {
        fs::read(self.path_of(digest))
    }

    /// A new file in `tmp` that no other process has.
    pub(super) fn temporary(&self) -> io::Result<(PathBuf, File)> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let path = self.root.join("tmp").join(format!("{}-{number}", std::process::id()));
            match OpenOptions::new().read(true).write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((path, file)),
                Err(it) if it.kind() == ErrorKind::AlreadyExists => {}
                Err(it) => return Err(it),
            }
        }
    }

    /// Moves a finished temporary file to its name. Where the content is there already, the newer copy takes its place, which also
    /// starts its day anew.
    pub(super) fn settle(&self, temporary: &Path, file: &File, digest: Digest, now: Instant) -> io::Result<()> {
        file.set_modified(UNIX_EPOCH + Duration::from_millis(u64::try_from(now.millis()).unwrap_or(0)))?;
        file.sync_all()?;
        let path = self.path_of(digest);
        self.rename(temporary, &path)
    }

    pub(super) fn read_drawn(&self, digest: Digest, rendition: Rendition) -> io::Result<Vec<u8>> {
        fs::read(self.drawn_path(digest, rendition))
    }

    /// Keeps a rendition. It can be drawn again, but half of one must never be served.
    pub(super) fn keep_drawn(&self, digest: Digest, rendition: Rendition, bytes: &[u8]) -> io::Result<()> {
        let (temporary, mut file) = self.temporary()?;
        let kept = file
            .write_all(bytes)
            .and_then(|()| file.sync_data())
            .and_then(|()| self.rename(&temporary, &self.drawn_path(digest, rendition)));
        if kept.is_err() {
            forget(&temporary);
        }
        kept
    }

    pub(super) fn drawn_path(&self, digest: Digest, rendition: Rendition) -> PathBuf {
        self.root
            .join("drawn")
            .join(leaf(digest))
            .with_extension(format!("{}.jpg", rendition.name()))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let folder = to.parent().unwrap_or(&self.root);
        make_folders(folder)?;
        fs::rename(from, to)?;
        File::open(folder)?.sync_all()
    }
}

/// Removes what nobody will miss; what cannot be removed now is swept later.
pub(super) fn forget(path: &Path) {
    let _swept_later = fs::remove_file(path);
}

fn leaf(digest: Digest) -> PathBuf {
    let name = digest.to_string();
    let part = |at: usize| name.get(at..at + 2).unwrap_or_default();
    Path::new(part(0)).join(part(2)).join(&name)
}

/// Makes missing folders one by one and syncs the parent of each, so that the name itself survives.
fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    make_folders(parent)?;
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(it) if it.kind() != ErrorKind::AlreadyExists => Err(it),
        _ => File::open(parent)?.sync_all(),
    }
}

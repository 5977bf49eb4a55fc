//! What may go: files that no record has referred to for a day, and pieces of uploads that were never finished.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use yiwang_types::{Fault, Instant};

use crate::store::Files;
use crate::store::disk::{Disk, forget};
use crate::{Digest, Rendition};

/// A file without a reference is left alone this long: its form may still be open in front of somebody.
const DAY: i64 = 24 * 3_600_000;

/// A file that may be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name.
    pub digest: Digest,
    /// Its length.
    pub bytes: u64,
    /// When it came in last.
    pub stored_at: Instant,
}

impl Files {
    /// Files that came in more than 24 hours before `now`, at most `most`; the caller takes out those that a record, or its history,
    /// refers to, and hands the rest to [`Files::remove`]. In order of their names from `after` on, so that a sweep goes on where it stopped.
    ///
    /// # Errors
    /// `Unavailable` when the folder cannot be read.
    pub async fn candidates(&self, now: Instant, after: Option<Digest>, most: usize) -> Result<Vec<Candidate>, Fault> {
        self.blocking(move |disk| disk.candidates(now, after, most).map_err(|it| unreadable(&it)))
            .await
    }

    /// Whether no content at all is kept here.
    ///
    /// # Errors
    /// `Unavailable` when the folder cannot be read.
    pub async fn is_empty(&self) -> Result<bool, Fault> {
        self.blocking(|disk| disk.is_empty().map_err(|it| unreadable(&it))).await
    }

    /// Removes a file and what was drawn from it, unless it came in again within 24 hours before `now`. Answers whether it did.
    ///
    /// # Errors
    /// `Unavailable` when the folder cannot be changed.
    pub async fn remove(&self, digest: Digest, now: Instant) -> Result<bool, Fault> {
        self.blocking(move |disk| disk.remove(digest, now).map_err(|it| unreadable(&it)))
            .await
    }

    /// Removes pieces of uploads that were begun more than 24 hours before `now` and never finished. Answers how many.
    ///
    /// # Errors
    /// `Unavailable` when the folder cannot be read.
    pub async fn remove_unfinished(&self, now: Instant) -> Result<usize, Fault> {
        self.blocking(move |disk| disk.remove_unfinished(now).map_err(|it| unreadable(&it)))
            .await
    }
}

impl Disk {
    fn candidates(&self, now: Instant, after: Option<Digest>, most: usize) -> io::Result<Vec<Candidate>> {
        let mut found = Vec::new();
        let first = after.map(|it| it.to_string()).unwrap_or_default();
        for outer in folders(self.root())? {
            if name_of(&outer).as_str() < first.get(..2).unwrap_or_default() {
                continue;
            }
            for inner in folders(&outer)? {
                for (digest, path) in digests(&inner)? {
                    let metadata = fs::metadata(&path)?;
                    let stored_at = instant(metadata.modified()?);
                    if after.is_none_or(|it| digest > it) && now.since(stored_at) > DAY {
                        found.push(Candidate {
                            digest,
                            bytes: metadata.len(),
                            stored_at,
                        });
                    }
                    if found.len() >= most {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(found)
    }

    fn is_empty(&self) -> io::Result<bool> {
        for outer in folders(self.root())? {
            for inner in folders(&outer)? {
                if !digests(&inner)?.is_empty() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Takes the file aside before looking at its age: an upload of the same content that arrives meanwhile puts a fresh one in its place,
    /// and that one is not touched.
    fn remove(&self, digest: Digest, now: Instant) -> io::Result<bool> {
        let path = self.path_of(digest);
        let (aside, _) = self.temporary()?;
        match fs::rename(&path, &aside) {
            Err(it) if it.kind() == io::ErrorKind::NotFound => {
                forget(&aside);
                return Ok(false);
            }
            other => other?,
        }
        if now.since(instant(fs::metadata(&aside)?.modified()?)) <= DAY {
            fs::rename(&aside, &path)?;
            return Ok(false);
        }
        fs::remove_file(&aside)?;
        for rendition in Rendition::ALL {
            forget(&self.drawn_path(digest, *rendition));
        }
        Ok(true)
    }

    fn remove_unfinished(&self, now: Instant) -> io::Result<usize> {
        let mut count = 0;
        for entry in fs::read_dir(self.root().join("tmp"))? {
            let entry = entry?;
            if now.since(instant(entry.metadata()?.modified()?)) > DAY {
                fs::remove_file(entry.path())?;
                count += 1;
            }
        }
        Ok(count)
    }
}

/// Folders with names of two hexadecimal digits, sorted.
fn folders(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        let name = name_of(&path);
        if name.len() == 2 && name.bytes().all(|it| it.is_ascii_hexdigit()) && path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn digests(folder: &Path) -> io::Result<Vec<(Digest, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        found.extend(name_of(&path).parse::<Digest>().ok().map(|it| (it, path)));
    }
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|it| it.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn instant(time: SystemTime) -> Instant {
    let millis = time
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|it| i64::try_from(it.as_millis()).ok());
    Instant::from_millis(millis.unwrap_or(0))
}

fn unreadable(error: &io::Error) -> Fault {
    Fault::new(yiwang_types::Code::Unavailable, "文件暂时读不出来,请稍后再试。").because(error)
}

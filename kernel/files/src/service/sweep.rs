//! Forgetting what nobody came back for.

use yiwang_records::RowWrite;
use yiwang_records::rows::{Lane, Scope, Select};
use yiwang_types::{Fault, Instant};

use crate::service::FileService;
use crate::service::rows::{FILE, FileRow};

/// Rows and files looked at in one go.
const CHUNK: u32 = 200;

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads that no record took within their time.
    pub uploads: usize,
    /// Contents on the disk for which no upload stands any more.
    pub contents: usize,
    /// Pieces of uploads that were never finished.
    pub pieces: usize,
}

impl FileService {
    /// Whether the contents on the disk are those of another installation: some are there, and this one never took any. A sweep would remove
    /// them all.
    ///
    /// # Errors
    /// What the store or the disk says.
    pub async fn holds_only_foreign(&self) -> Result<bool, Fault> {
        let any = Select::new(FILE, &["rid"], Scope::All).limit(1);
        Ok(!self.files.is_empty().await? && self.records.rows(&any).await?.is_empty())
    }

    /// Removes what is over by `now`. May run on several nodes at once, and at any time beside uploads and saves.
    ///
    /// # Errors
    /// What the store or the disk says; what was removed by then stays removed.
    pub async fn sweep(&self, now: Instant) -> Result<Swept, Fault> {
        let mut swept = Swept {
            pieces: self.files.remove_unfinished(now).await?,
            ..Swept::default()
        };
        loop {
            let expired = FileRow::expired(&self.records, now, CHUNK).await?;
            let writes: Vec<RowWrite> = expired.iter().map(FileRow::forget).collect();
            if writes.is_empty() {
                break;
            }
            swept.uploads += writes.len();
            self.records.write_rows(Lane::Bulk, writes).await?;
        }
        let most = usize::try_from(CHUNK).map_err(Fault::internal)?;
        let mut after = None;
        loop {
            let candidates = self.files.candidates(now, after, most).await?;
            let Some(last) = candidates.last() else { return Ok(swept) };
            after = Some(last.digest);
            let digests: Vec<String> = candidates.iter().map(|it| it.digest.to_string()).collect();
            let known = FileRow::known_digests(&self.records, &digests).await?;
            for candidate in candidates
                .iter()
                .zip(&digests)
                .filter(|(_, it)| !known.contains(*it))
                .map(|it| it.0)
            {
                swept.contents += usize::from(self.files.remove(candidate.digest, now).await?);
            }
        }
    }
}

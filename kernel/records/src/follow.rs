//! Following the change log: which registers changed, whichever node wrote it.

use std::collections::BTreeSet;

use yiwang_store::Watermark;
use yiwang_types::Fault;

use crate::engine::Records;
use crate::faults::fault_of;

/// Lines read at once.
const LINES: u32 = 1_000;
/// Lines before the last one where following begins: what was being committed while the place was looked for is among them.
const BEFORE: i64 = 500;

/// A place in the change log.
pub struct Follower {
    records: Records,
    at: Watermark,
}

impl Records {
    /// Follows what is written from now on.
    ///
    /// # Errors
    /// What the store says.
    pub async fn follow(&self) -> Result<Follower, Fault> {
        let last = self.store().last_change().await.map_err(fault_of)?;
        let mut follower = Follower {
            records: self.clone(),
            at: Watermark::at(last.saturating_sub(BEFORE).max(0)),
        };
        follower.next().await?;
        Ok(follower)
    }
}

impl Follower {
    /// The registers whose records changed since the last call. One statement when nothing did.
    ///
    /// # Errors
    /// What the store says.
    pub async fn next(&mut self) -> Result<BTreeSet<String>, Fault> {
        let mut registers = BTreeSet::new();
        loop {
            let (changes, at) = self.records.store().changes(&self.at, LINES).await.map_err(fault_of)?;
            self.at = at;
            let full = changes.len() >= usize::try_from(LINES).unwrap_or(usize::MAX);
            registers.extend(changes.into_iter().map(|it| it.register.to_string()));
            if !full {
                return Ok(registers);
            }
        }
    }
}

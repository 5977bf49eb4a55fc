//! Inner ids, handed out from blocks that are taken from the database ahead of need, so that no write waits for them.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The counter of which blocks are taken.
pub(crate) const COUNTER: &str = "yw_rid";

#[derive(Debug, Default)]
pub(crate) struct Rids {
    state: Mutex<State>,
    /// Held by whoever fetches while others wait for it.
    pub(crate) fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    current: Range<i64>,
    spare: Option<Range<i64>>,
    ahead: bool,
}

impl Rids {
    /// So many ids in a row, if they are at hand. What is left of a block that is too short is given up.
    pub(crate) fn take(&self, n: i64) -> Option<Range<i64>> {
        let mut state = self.lock();
        if length(&state.current) < n {
            if state.spare.as_ref().is_none_or(|it| length(it) < n) {
                return None;
            }
            state.current = state.spare.take().unwrap_or_default();
        }
        let start = state.current.start;
        state.current.start += n;
        Some(start..start + n)
    }

    /// Whether the caller should fetch the next block in the background; told to one caller at a time.
    pub(crate) fn wants_ahead(&self, block: i64) -> bool {
        let mut state = self.lock();
        let wanted = !state.ahead && state.spare.is_none() && length(&state.current) < block / 2;
        state.ahead |= wanted;
        wanted
    }

    /// A fetched block, or the news that fetching failed.
    pub(crate) fn arrived(&self, block: Option<Range<i64>>) {
        let mut state = self.lock();
        state.ahead = false;
        if block.is_some() {
            state.spare = block;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn length(it: &Range<i64>) -> i64 {
    it.end - it.start
}

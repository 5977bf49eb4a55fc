//! A word to whoever asks for unknown progress codes again and again: they are counted by the address they are asked from, in the memory of
//! this node. What keeps others out is the length of a code; a right one is answered always.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use yiwang_types::Instant;

/// Unknown codes of one address that are answered as unknown within a window.
const MOST: u32 = 20;
/// Length of a window in milliseconds.
const WINDOW: i64 = 600_000;
/// Most addresses kept.
const ADDRESSES: usize = 10_000;

/// What was asked in vain, by address. Only unknown codes come here, so one lock is no bottleneck.
#[derive(Default)]
pub(crate) struct Guesses(Mutex<HashMap<String, Window>>);

struct Window {
    since: Instant,
    asked: u32,
}

impl Window {
    /// Milliseconds until it is over.
    fn left(&self, now: Instant) -> u64 {
        let passed = now.since(self.since).max(0);
        u64::try_from(WINDOW - passed).unwrap_or_default()
    }
}

impl Guesses {
    /// Counts an unknown code; milliseconds to wait when there were too many.
    pub(crate) fn wrong(&self, from: &str, now: Instant) -> Option<u64> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= ADDRESSES {
            windows.retain(|_, it| it.left(now) > 0);
            if windows.len() >= ADDRESSES {
                windows.clear();
            }
        }
        let fresh = || Window { since: now, asked: 0 };
        let window = windows.entry(from.to_owned()).or_insert_with(fresh);
        if window.left(now) == 0 {
            *window = fresh();
        }
        window.asked = window.asked.saturating_add(1);
        (window.asked > MOST).then(|| window.left(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let guesses = Guesses::default();
        let at = Instant::from_millis;
        for n in 0..3 * ADDRESSES {
            assert_eq!(guesses.wrong(&n.to_string(), at(0)), None);
        }
        assert!(guesses.0.lock().unwrap().len() <= ADDRESSES);
        let last = (0..25).filter_map(|_| guesses.wrong("a", at(1_000))).collect::<Vec<_>>();
        assert_eq!(last, [600_000; 5]);
        assert_eq!(
            guesses.wrong("a", at(0)),
            Some(600_000),
            "a clock that goes back makes no wait longer"
        );
        assert_eq!(guesses.wrong("a", at(601_000)), None);
    }
}

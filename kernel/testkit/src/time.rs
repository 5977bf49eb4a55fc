//! A clock that moves only when told, and randomness that repeats.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use yiwang_types::{Clock, Entropy, Instant};

/// A clock that stands until it is moved.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Standing at `2026-10-09T09:00:00+08:00` or any other RFC 3339 text. Panics when it is none.
    pub fn at(text: &str) -> ManualClock {
        let Some(at) = Instant::parse(text) else {
            panic!("{text} is no moment")
        };
        ManualClock(AtomicI64::new(at.millis()))
    }

    /// Puts it to a moment.
    pub fn set(&self, text: &str) {
        self.0.store(ManualClock::at(text).now().millis(), Ordering::SeqCst);
    }

    /// Moves it on.
    pub fn pass_minutes(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// The same bytes in every run (splitmix64).
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// Starting from a seed.
    pub fn new(seed: u64) -> SeededEntropy {
        SeededEntropy(AtomicU64::new(seed))
    }

    fn next(&self) -> u64 {
        let mut it = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            for (to, from) in part.iter_mut().zip(self.next().to_le_bytes()) {
                *to = from;
            }
        }
    }
}

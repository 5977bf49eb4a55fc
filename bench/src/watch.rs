//! The machine's clock, randomness and counters: a bench measures real time.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use yiwang_types::{Clock, Entropy};

/// A stopwatch.
#[derive(Clone, Copy, Debug)]
pub struct Watch(Instant);

impl Watch {
    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    pub fn start() -> Watch {
        Watch(Instant::now())
    }

    /// Seconds since.
    pub fn seconds(self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// The machine's clock.
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "a bench runs in real time")]
    fn now(&self) -> yiwang_types::Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        yiwang_types::Instant::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands: the moment of a past act.
pub struct Standing(pub yiwang_types::Instant);

impl Clock for Standing {
    fn now(&self) -> yiwang_types::Instant {
        self.0
    }
}

/// The machine's randomness.
pub struct MachineEntropy;

impl Entropy for MachineEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // Numbers that are not random would collide, and the figures with them.
            std::process::abort();
        }
    }
}

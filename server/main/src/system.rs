//! The machine's clock, randomness and memory: made here and nowhere else.

use yiwang_types::{Clock, Entropy, Instant};

/// Lists and acts make many small values; the allocator of the C library takes a quarter of their time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock enters")]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Instant::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The machine's randomness.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(err) = getrandom::fill(bytes) {
            // Without randomness nothing may go on: keys and codes would be guessable.
            tracing::error!(error = %err, "The system gives no randomness; stopping");
            std::process::abort();
        }
    }
}

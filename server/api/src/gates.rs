//! Admission control: so many requests of a class at a time, a short wait, then 503 with Retry-After.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use yiwang_types::{Code, Fault};

/// What a route costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Answered under any load: health and metrics.
    Probe,
    /// Reads.
    Read,
    /// Writes.
    Write,
    /// Files and imports.
    Transfer,
}

/// How many at a time, and how long to wait for a place.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Reads in progress.
    pub reads: usize,
    /// Writes in progress.
    pub writes: usize,
    /// File transfers and imports in progress.
    pub transfers: usize,
    /// Longest wait for a place.
    pub wait: Duration,
}

impl Default for Admission {
    fn default() -> Admission {
        Admission {
            reads: 128,
            writes: 128,
            transfers: 8,
            wait: Duration::from_millis(500),
        }
    }
}

/// One class's door.
pub(crate) struct Gate {
    places: Semaphore,
    size: usize,
    waiting: AtomicUsize,
    refused: AtomicU64,
}

pub(crate) struct Gates {
    reads: Gate,
    writes: Gate,
    transfers: Gate,
    wait: Duration,
}

impl Gates {
    pub(crate) fn new(admission: &Admission) -> Gates {
        let gate = |size: usize| Gate {
            places: Semaphore::new(size),
            size,
            waiting: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
        };
        Gates {
            reads: gate(admission.reads),
            writes: gate(admission.writes),
            transfers: gate(admission.transfers),
            wait: admission.wait,
        }
    }

    /// A place for the time of a request; none is needed for probes.
    pub(crate) async fn enter(&self, class: Class) -> Result<Option<SemaphorePermit<'_>>, Fault> {
        let gate = match class {
            Class::Probe => return Ok(None),
            Class::Read => &self.reads,
            Class::Write => &self.writes,
            Class::Transfer => &self.transfers,
        };
        gate.enter(self.wait).await.map(Some)
    }

    /// The gates with their names, for the metrics.
    pub(crate) fn named(&self) -> [(&'static str, &Gate); 3] {
        [("read", &self.reads), ("write", &self.writes), ("transfer", &self.transfers)]
    }
}

impl Gate {
    async fn enter(&self, wait: Duration) -> Result<SemaphorePermit<'_>, Fault> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(place);
        }
        // Who cannot be served within the wait anyway is sent away at once.
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.size.saturating_mul(4) {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(self.refuse());
        }
        let got = tokio::time::timeout(wait, self.places.acquire()).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        match got {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(self.refuse()),
        }
    }

    fn refuse(&self) -> Fault {
        self.refused.fetch_add(1, Ordering::Relaxed);
        Fault::new(Code::Busy, "系统繁忙,请稍后再试;已填的内容都还在。").after_ms(1_000)
    }

    /// Places in use, places in all, requests waiting, requests refused so far.
    pub(crate) fn fullness(&self) -> (usize, usize, usize, u64) {
        let used = self.size.saturating_sub(self.places.available_permits());
        (
            used,
            self.size,
            self.waiting.load(Ordering::Relaxed),
            self.refused.load(Ordering::Relaxed),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates(wait: u64) -> Gates {
        Gates::new(&Admission {
            reads: 1,
            writes: 1,
            transfers: 1,
            wait: Duration::from_millis(wait),
        })
    }

    #[tokio::test]
    async fn a_full_class_refuses_and_leaves_the_others_alone() {
        let gates = gates(1);
        let held = gates.enter(Class::Write).await.unwrap();
        assert_eq!(gates.enter(Class::Write).await.unwrap_err().code, Code::Busy);
        assert!(gates.enter(Class::Read).await.is_ok());
        assert!(gates.enter(Class::Probe).await.unwrap().is_none());
        assert_eq!(gates.writes.fullness(), (1, 1, 0, 1));
        drop(held);
        assert!(gates.enter(Class::Write).await.is_ok());
    }

    #[tokio::test]
    async fn a_freed_place_goes_to_who_waits_and_a_crowd_is_sent_away_at_once() {
        let gates = gates(60_000);
        let held = gates.enter(Class::Read).await.unwrap();
        // Four wait for the one place, the other five are sent away without waiting; then the place goes from one to the next.
        let crowd = futures::future::join_all((0..9).map(|_| async { gates.enter(Class::Read).await.map(drop) }));
        let (crowd, ()) = tokio::join!(crowd, async {
            tokio::task::yield_now().await;
            drop(held);
        });
        assert_eq!(crowd.iter().filter(|it| it.is_ok()).count(), 4);
        assert_eq!(gates.reads.fullness(), (0, 1, 0, 5));
    }
}

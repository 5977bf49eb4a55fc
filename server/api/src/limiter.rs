//! How often one address or one user may sign in or report: token buckets over the clock that is handed in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use yiwang_types::{Clock, Code, Fault};

/// Most buckets kept; full ones say nothing and are forgotten first.
const MOST: usize = 50_000;
/// A token in the buckets' small change.
const TOKEN: i64 = 60_000;

/// A rate: so many at once, then so many a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// At once.
    pub burst: u32,
    /// Regained in a minute.
    pub per_minute: u32,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    SignInAddress,
    SignInUser,
    PublicWrite,
}

struct Bucket {
    /// Sixty-thousandths of a token: one millisecond regains `per_minute` of them.
    left: i64,
    at: i64,
}

/// Used by signing in and public reports only, so one lock is no bottleneck.
pub(crate) struct Limiter {
    clock: Arc<dyn Clock>,
    buckets: Mutex<HashMap<(Counted, String), Bucket>>,
}

impl Limiter {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Limiter {
        Limiter {
            clock,
            buckets: Mutex::default(),
        }
    }

    /// Takes one token, or says how long to wait.
    pub(crate) fn take(&self, what: Counted, who: &str, rate: Option<Rate>) -> Result<(), Fault> {
        let Some(rate) = rate else { return Ok(()) };
        let now = self.clock.now().millis();
        let full = i64::from(rate.burst.max(1)) * TOKEN;
        let speed = i64::from(rate.per_minute.max(1));
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|_, it| it.left + (now - it.at).saturating_mul(speed) < full);
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let bucket = buckets
            .entry((what, who.to_owned()))
            .or_insert(Bucket { left: full, at: now });
        bucket.left = bucket
            .left
            .saturating_add((now - bucket.at).max(0).saturating_mul(speed))
            .min(full);
        bucket.at = now;
        if bucket.left >= TOKEN {
            bucket.left -= TOKEN;
            return Ok(());
        }
        let millis = (TOKEN - bucket.left).div_euclid(speed) + 1;
        let seconds = millis.div_euclid(1000) + 1;
        let detail = format!("请求太频繁;请等 {seconds} 秒再试,已填的内容都还在。");
        Err(Fault::new(Code::TooManyRequests, detail).after_ms(millis.unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use yiwang_types::Instant;

    use super::*;

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Instant {
            Instant::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn a_burst_then_a_trickle() {
        let clock = Arc::new(Hand(AtomicI64::new(0)));
        let limiter = Limiter::new(clock.clone());
        let rate = Some(Rate { burst: 3, per_minute: 6 });
        let take = |who: &str| limiter.take(Counted::PublicWrite, who, rate);
        assert!((0..3).all(|_| take("a").is_ok()));
        let fault = take("a").unwrap_err();
        assert_eq!(fault.code, Code::TooManyRequests);
        assert!(fault.detail.contains("11 秒"), "{}", fault.detail);
        assert!(take("b").is_ok(), "another address has a bucket of its own");
        assert!(limiter.take(Counted::SignInUser, "a", rate).is_ok());
        assert!(limiter.take(Counted::PublicWrite, "a", None).is_ok());
        clock.0.store(10_001, Ordering::Relaxed);
        assert!(take("a").is_ok() && take("a").is_err());
        clock.0.store(5_000, Ordering::Relaxed);
        assert!(take("a").is_err(), "a clock that goes back gives nothing");
    }
}

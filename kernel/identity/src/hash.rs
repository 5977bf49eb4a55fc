//! Argon2id on a bounded pool: 19 MiB and some 20 ms each, so that a flood of sign-ins takes neither memory nor the threads of others.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use yiwang_types::{Code, Fault};

/// Hashes computed at once.
const AT_ONCE: usize = 2;
/// Callers that compute or wait; more are told to come back.
const AT_MOST: usize = AT_ONCE + 30;
/// Memory in KiB, passes, lanes (OWASP's first choice for argon2id at 19 MiB).
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// Sign-ins under one name follow each other; names share so many queues.
const QUEUES: usize = 16;

pub(crate) struct HashPool {
    places: Arc<Semaphore>,
    running: Arc<Semaphore>,
    queues: [Arc<Mutex<()>>; QUEUES],
}

/// The right to compute; held until it is dropped, also when the caller has gone away meanwhile.
pub(crate) struct Turn {
    _place: OwnedSemaphorePermit,
    _queue: Option<OwnedMutexGuard<()>>,
    _running: OwnedSemaphorePermit,
}

impl HashPool {
    pub(crate) fn new() -> HashPool {
        let queues = std::array::from_fn(|_| Arc::default());
        HashPool {
            places: Arc::new(Semaphore::new(AT_MOST)),
            running: Arc::new(Semaphore::new(AT_ONCE)),
            queues,
        }
    }

    /// Waits for a turn; `busy` when too many wait already.
    pub(crate) async fn turn(&self) -> Result<Turn, Fault> {
        self.turn_behind(None).await
    }

    /// The same, one after the other for all who give the same name, so that many guesses at once cannot slip under the count of failures.
    pub(crate) async fn turn_of(&self, name: &str) -> Result<Turn, Fault> {
        let hash = name
            .bytes()
            .fold(0_usize, |hash, it| hash.wrapping_mul(31).wrapping_add(it.into()));
        self.turn_behind(self.queues.get(hash % QUEUES)).await
    }

    async fn turn_behind(&self, queue: Option<&Arc<Mutex<()>>>) -> Result<Turn, Fault> {
        let busy = || Fault::new(Code::Busy, "登录的人太多,请过几秒再试。");
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        let queue = match queue {
            Some(it) => Some(Arc::clone(it).lock_owned().await),
            None => None,
        };
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(Fault::internal)?;
        Ok(Turn {
            _place: place,
            _queue: queue,
            _running: running,
        })
    }
}

impl Turn {
    /// Whether the password is that of any of these hashes. Every hash is computed, so that the time tells nothing.
    pub(crate) async fn matches(self, password: &str, hashes: Vec<String>) -> Result<(bool, Turn), Fault> {
        let password = password.as_bytes().to_vec();
        self.compute(move || {
            let check = |hash: &String| {
                PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(&password, &hash).is_ok())
            };
            Ok(hashes.iter().map(check).filter(|it| *it).count() > 0)
        })
        .await
    }

    /// The hash of a password, as a PHC string.
    pub(crate) async fn hash(self, password: &str, salt: [u8; 16]) -> Result<(String, Turn), Fault> {
        let password = password.as_bytes().to_vec();
        self.compute(move || {
            let params = Params::new(COST.0, COST.1, COST.2, None).map_err(Fault::internal)?;
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            argon2
                .hash_password_with_salt(&password, &salt)
                .map(|it| it.to_string())
                .map_err(Fault::internal)
        })
        .await
    }

    async fn compute<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<(T, Turn), Fault> {
        let job = tokio::task::spawn_blocking(move || work().map(|it| (it, self)));
        job.await.map_err(Fault::internal)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hashes_and_matches() {
        let pool = HashPool::new();
        let (hash, turn) = pool.turn().await.unwrap().hash("桃李Spring7", [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let (right, turn) = turn.matches("桃李Spring7", vec![hash.clone()]).await.unwrap();
        let (wrong, _) = turn.matches("桃李Spring8", vec!["no hash".to_owned(), hash]).await.unwrap();
        assert!(right && !wrong);
    }

    #[tokio::test]
    async fn too_many_are_sent_away() {
        let pool = HashPool::new();
        let _held = [pool.turn().await.unwrap(), pool.turn().await.unwrap()];
        let _places: Vec<_> = (0..AT_MOST - AT_ONCE)
            .map(|_| Arc::clone(&pool.places).try_acquire_owned().unwrap())
            .collect();
        assert_eq!(pool.turn().await.err().unwrap().code, Code::Busy);
    }
}

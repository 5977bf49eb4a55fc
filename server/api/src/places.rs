//! Places for what goes on after its answer has begun: so many in all, and so many of one person.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

type Taken = Arc<Mutex<HashMap<String, usize>>>;

/// Places.
pub(crate) struct Places {
    all: Arc<Semaphore>,
    each: usize,
    taken: Taken,
}

/// One of them, until it is dropped.
pub(crate) struct Place {
    who: String,
    taken: Taken,
    _permit: OwnedSemaphorePermit,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// All are taken.
    All,
    /// This person has all that one may have.
    Own,
}

impl Places {
    pub(crate) fn new(all: usize, each: usize) -> Places {
        Places {
            all: Arc::new(Semaphore::new(all)),
            each,
            taken: Taken::default(),
        }
    }

    /// Takes a place for somebody.
    pub(crate) fn take(&self, who: &str) -> Result<Place, Full> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.get(who).is_some_and(|it| *it >= self.each) {
            return Err(Full::Own);
        }
        let permit = Arc::clone(&self.all).try_acquire_owned().map_err(|_| Full::All)?;
        *taken.entry(who.to_owned()).or_default() += 1;
        Ok(Place {
            who: who.to_owned(),
            taken: Arc::clone(&self.taken),
            _permit: permit,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = taken.get_mut(&self.who) {
            *left -= 1;
            if *left == 0 {
                taken.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_does_not_take_them_all() {
        let places = Places::new(3, 2);
        let held = [places.take("a").ok(), places.take("a").ok()];
        assert!(held.iter().all(Option::is_some));
        assert_eq!(places.take("a").err(), Some(Full::Own));
        let other = places.take("b");
        assert!(other.is_ok());
        assert_eq!(places.take("c").err(), Some(Full::All));
        drop(held);
        assert!(places.take("a").is_ok() && places.take("c").is_ok());
        drop(other);
        assert!(places.taken.lock().unwrap().is_empty(), "nobody is remembered");
    }
}

//! The ground in memory, following the registers. Nothing is decided from it that another node would decide otherwise for longer than 2 s.

use std::sync::{Arc, Mutex, RwLock};

use yiwang_records::Records;
use yiwang_types::{Date, Fault};

use crate::geocode::Candidate;
use crate::known::{Around, CellName, Known, Source, Whereabouts};
use crate::package::HELD;
use crate::sketch::Sketch;
use crate::{PlaceHook, Point};

/// What is known of the ground, shared by the space and the hook that asks it.
#[derive(Clone, Default)]
pub(crate) struct Places(Arc<RwLock<Arc<Known>>>);

impl Places {
    pub(crate) fn known(&self) -> Arc<Known> {
        match self.0.read() {
            Ok(it) => Arc::clone(&it),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    fn put(&self, known: Known) {
        match self.0.write() {
            Ok(mut slot) => *slot = Arc::new(known),
            Err(poisoned) => *poisoned.into_inner() = Arc::new(known),
        }
    }
}

/// State of the held registers from which the memory was built: the day (cells come into and go out of force) and a mark for each.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    day: Date,
    stamps: Vec<(i64, i64)>,
}

/// The ground of one node; cheap to clone.
#[derive(Clone)]
pub struct Space {
    records: Records,
    places: Places,
    origin: Option<Point>,
    seen: Arc<Mutex<Option<Seen>>>,
}

impl Space {
    /// Reads the registers of geography and adds a [`PlaceHook`] to the pipeline. `origin` is a fixed point of the county by which links of
    /// the street sketch name their views; without one it is the south-west corner of the cells.
    ///
    /// # Errors
    /// What the store says.
    pub async fn open(records: Records, origin: Option<Point>) -> Result<Space, Fault> {
        let space = Space {
            records,
            places: Places::default(),
            origin,
            seen: Arc::default(),
        };
        space.refresh_if_changed().await?;
        space.records.add_hook(Arc::new(PlaceHook::new(&space)));
        Ok(space)
    }

    /// Takes over what has changed in the registers; gives whether anything had. Call it every second.
    ///
    /// # Errors
    /// What the store says.
    pub async fn refresh_if_changed(&self) -> Result<bool, Fault> {
        // The marks are read before the records: what is written in between is seen again next time.
        let now = self.seen_now().await?;
        if self.seen.lock().is_ok_and(|it| it.as_ref() == Some(&now)) {
            return Ok(false);
        }
        let source = Source {
            cells: self.all("grid_cell").await?,
            boundaries: self.all("boundary").await?,
            streets: self.all("street").await?,
            addresses: self.all("address").await?,
            divisions: self.all("division").await?,
        };
        self.places.put(source.build(self.origin, now.day));
        if let Ok(mut seen) = self.seen.lock() {
            *seen = Some(now);
        }
        Ok(true)
    }

    /// What is known now, for several questions about one moment and for the sketch.
    pub fn known(&self) -> Arc<Known> {
        self.places.known()
    }

    /// Whether no ground is known.
    pub fn is_empty(&self) -> bool {
        self.known().is_empty()
    }

    /// The street sketch of the public site.
    pub fn sketch(&self) -> Arc<Sketch> {
        self.known().sketch()
    }

    /// Where a point lies, with the choices when it is near a border.
    pub fn locate(&self, point: Point) -> Whereabouts {
        self.known().locate(point)
    }

    /// Cells within so many metres, nearest first.
    pub fn nearby(&self, point: Point, metres: f64) -> Vec<(CellName, f64)> {
        self.known().nearby(point, metres)
    }

    /// Places that the words may mean, the likeliest first, at most `limit`.
    pub fn geocode(&self, words: &str, limit: usize) -> Vec<Candidate> {
        self.known().geocode(words, limit)
    }

    /// What lies around a point, in words.
    pub fn around(&self, point: Point) -> Around {
        self.known().around(point)
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    async fn seen_now(&self) -> Result<Seen, Fault> {
        let reader = self.records.system("space");
        let mut stamps = Vec::with_capacity(HELD.len());
        for register in HELD {
            stamps.push(if self.has(register) {
                reader.stamp(register).await?
            } else {
                (0, 0)
            });
        }
        Ok(Seen {
            day: self.records.now().date(self.records.offset()),
            stamps,
        })
    }

    async fn all(&self, register: &str) -> Result<Vec<yiwang_records::Loaded>, Fault> {
        if self.has(register) {
            self.records.system("space").all(register).await
        } else {
            Ok(Vec::new())
        }
    }

    /// A package that is disabled has no registers; the rest of the town hall goes on.
    fn has(&self, register: &str) -> bool {
        self.records.model().registers.contains_key(register)
    }
}

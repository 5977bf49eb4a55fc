//! What the pages need from the kernel, as ports, so that a page can be tried without a database.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::request::Parts;
use yiwang_files::Rendition;
use yiwang_help::Pages;
use yiwang_model::{FieldValue, Model};
use yiwang_process::{ActInput, NewMatter};
use yiwang_records::{Idempotency, Saved};
use yiwang_space::Point;
use yiwang_space::sketch::Sketch;
use yiwang_types::worktime::Limit;
use yiwang_types::{Clock, Entropy, Fault, Instant, Offset};

/// A future answer of a port.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// Matters as the public may touch them: make one, look one up by its code, act on it by its code.
pub trait Matters: Send + Sync {
    /// Definitions in force. The same definitions come as the same `Arc`, so that pages can keep what they made of them.
    fn model(&self) -> Arc<Model>;

    /// Makes a record and starts its process; the same key answers the same again.
    fn submit<'a>(&'a self, register: &'a str, new: &'a NewMatter, key: Idempotency) -> Answer<'a, Saved>;

    /// The record with this progress code, if there is one.
    fn find<'a>(&'a self, register: &'a str, code: &'a str) -> Answer<'a, Option<Found>>;

    /// An act without a task, by the progress code.
    fn act<'a>(&'a self, register: &'a str, code: &'a str, act: &'a str, input: &'a ActInput, key: Idempotency)
    -> Answer<'a, ()>;

    /// The limits of a register's process that are the same for every matter, by the name of their clock.
    fn limits(&self, register: &str) -> BTreeMap<String, Limit>;

    /// How a clock of the matter with this progress code stands; none before it began.
    fn clock<'a>(&'a self, register: &'a str, code: &'a str, clock: &'a str) -> Answer<'a, Option<ClockFace>>;

    /// The name of the record of a register that a reference points to.
    fn name_of<'a>(&'a self, register: &'a str, reference: &'a str) -> Answer<'a, Option<String>>;
}

/// A record found by its progress code. All values in clear: the page shows only those that its app names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// State.
    pub status: String,
    /// When it was made.
    pub created_at: Instant,
    /// Values by field.
    pub values: BTreeMap<String, FieldValue>,
}

/// A clock of a matter as the public sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockFace {
    /// The limit, extensions included.
    pub limit: Limit,
    /// Whether it counts.
    pub counting: Counting,
}

/// Whether a clock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// It runs, and this is when it is due.
    Until(Instant),
    /// It stands because the matter is suspended.
    Suspended,
    /// It stands because what it counts is done, or it has ended.
    Done,
}

/// Photos on their way in, and their clean copies on the way out.
pub trait Photos: Send + Sync {
    /// Begins to take a photo piece by piece.
    fn begin(&self) -> Answer<'_, Box<dyn PhotoUpload>>;

    /// A rendition (JPEG, only pixels) of the photo with this file id.
    fn drawn<'a>(&'a self, id: &'a str, rendition: Rendition) -> Answer<'a, Vec<u8>>;
}

/// A photo on its way in; dropped before `finish`, nothing stays behind.
pub trait PhotoUpload: Send {
    /// Takes the next piece.
    fn write<'a>(&'a mut self, piece: &'a [u8]) -> Answer<'a, ()>;

    /// Checks the content and keeps it; gives the file id as `files` fields hold it.
    fn finish(self: Box<Self>, name: Option<String>, media_type: Option<String>) -> Answer<'static, String>;
}

/// Places: which side of a border, what is nearby, which place words mean, and the street sketch.
pub trait Places: Send + Sync {
    /// Whether a point can be taken.
    fn locate(&self, point: Point) -> Located;

    /// What lies at a point, in one line of words; empty when nothing is near.
    fn words(&self, point: Point) -> String;

    /// Places that an address may mean, the likeliest first.
    fn find(&self, words: &str) -> Vec<Spot>;

    /// The street sketch; none when there are no streets, then the page asks for an address only.
    fn sketch(&self) -> Option<Arc<Sketch>>;
}

/// Answer of [`Places::locate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Located {
    /// Clearly in one community, or inside the county and in none.
    Inside,
    /// Near a border: the reporter is asked which side he means.
    Border(Vec<Side>),
    /// Outside the county.
    Outside,
}

/// One side of a border.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Names it in the form.
    pub key: String,
    /// Name of the community.
    pub title: String,
    /// The point to record when this side is meant: the point itself, or the nearest one on that side.
    pub at: Point,
}

/// A place that an address may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Names it in the form.
    pub key: String,
    /// Its text.
    pub title: String,
    /// Where.
    pub at: Point,
    /// Whether it is just what the words say, and not merely like it.
    pub exact: bool,
}

/// The key that signs what a form carries from page to page: 32 secret bytes, the same on every node.
#[derive(Clone, Copy)]
pub struct Secret(pub [u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// The address of the client, as the server tells it from a request.
pub type AddressOf = Arc<dyn Fn(&Parts) -> String + Send + Sync>;

/// Everything the public pages stand on.
#[derive(Clone)]
pub struct PortalServices {
    /// Matters.
    pub matters: Arc<dyn Matters>,
    /// Photos.
    pub photos: Arc<dyn Photos>,
    /// Places.
    pub places: Arc<dyn Places>,
    /// Where a request comes from, for the brake on guessing codes.
    pub address: AddressOf,
    /// The present moment.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for the keys of new reports.
    pub entropy: Arc<dyn Entropy>,
    /// Wall clock of the place.
    pub offset: Offset,
    /// Signs what forms carry.
    pub secret: Secret,
    /// Whether every page says that this is a demo.
    pub demo: bool,
    /// Pages of the manual and of error codes.
    pub help: Arc<Pages>,
    /// Address of the script that makes the pages easier where it runs; none: the pages go without.
    pub script: Option<String>,
}

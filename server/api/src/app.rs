//! What the routes stand on: the kernel's services, the settings of the door, counters.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

use futures::future::BoxFuture;
use yiwang_authz::Subject;
use yiwang_files::FileService;
use yiwang_help::Pages as HelpPages;
use yiwang_matching::Matching;
use yiwang_process::Processes;
use yiwang_records::{Records, Refresh};
use yiwang_registry::Registry;
use yiwang_reports::{GroupLabel, Reports};
use yiwang_space::Space;
use yiwang_types::{Clock, Fault, Instant};

use crate::feed::Feed;
use crate::gates::{Admission, Gates};
use crate::limiter::{Limiter, Rate};
use crate::meters::Meters;
use crate::places::Places;
use crate::public::Pages;
use crate::routes::RouteInfo;

/// Exports of a node at a time.
const EXPORTS: usize = 4;
/// Of one person.
const OWN_EXPORTS: usize = 1;

/// Who is let in. Answered by `kernel/identity`; tests bring their own.
pub trait Doorkeeper: Send + Sync {
    /// Checks name and password; `origin` is the address the attempt comes from.
    ///
    /// # Errors
    /// `sign-in-failed`, `locked-out`.
    fn sign_in<'a>(&'a self, username: &'a str, password: &'a str, origin: &'a str) -> BoxFuture<'a, Result<Admitted, Fault>>;

    /// The subject of a cookie session.
    ///
    /// # Errors
    /// `not-signed-in`.
    fn session<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>>;

    /// The subject of a bearer token.
    ///
    /// # Errors
    /// `not-signed-in`.
    fn token<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>>;

    /// The subject of a cookie session, also while its password must be changed first.
    ///
    /// # Errors
    /// `not-signed-in`.
    fn account<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Account, Fault>>;

    /// The same as `session` for a request that no person made: asking does not keep it alive.
    ///
    /// # Errors
    /// `not-signed-in`.
    fn session_at_rest<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>>;

    /// The same as `account` for a request that no person made.
    ///
    /// # Errors
    /// `not-signed-in`.
    fn account_at_rest<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Account, Fault>>;

    /// Changes the password of whoever holds the session.
    ///
    /// # Errors
    /// `invalid` with faults of `current` and `new`; `locked-out`.
    fn change_password<'a>(&'a self, token: &'a str, current: &'a str, new: &'a str) -> BoxFuture<'a, Result<(), Fault>>;

    /// Ends a session; one that does not exist is no error.
    ///
    /// # Errors
    /// What the store says.
    fn sign_out<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<(), Fault>>;

    /// How a subject is rebuilt when rights have moved.
    fn refresh(&self) -> Option<Refresh>;

    /// Title of a department by its code.
    fn department(&self, code: &str) -> Option<String>;

    /// Title of a division by its code.
    fn division(&self, code: &str) -> Option<String>;

    /// What a reference into `division`, `department`, `post` or `user` may name, in official order; none for other registers.
    fn entries(&self, register: &str) -> Option<Vec<DirectoryEntry>>;

    /// Title and 排序号 of a record of `division`, `department`, `post` or `user`, for the rows of statistics. Without an order of its own the
    /// door says only titles.
    fn label(&self, register: &str, key: &str) -> Option<(String, i64)> {
        let title = match register {
            "department" => self.department(key),
            "division" => self.division(key),
            _ => None,
        };
        title.map(|it| (it, 0))
    }
}

/// Who holds a session.
#[derive(Clone)]
pub struct Account {
    /// Who it is.
    pub subject: Arc<Subject>,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
}

/// A division, department, post or user as a reference may name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// What the reference holds.
    pub value: String,
    /// Title where room is short.
    pub title: String,
    /// What tells it from others of that title.
    pub note: Option<String>,
    /// Further words it is found by.
    pub words: Vec<String>,
    /// The account of a person: he is found by its beginning only.
    pub account: Option<String>,
}

/// A person who has just signed in.
#[derive(Clone)]
pub struct Admitted {
    /// Secret of the session.
    pub token: String,
    /// Who it is.
    pub subject: Arc<Subject>,
    /// When the session ends.
    pub expires: Instant,
    /// Whether the password must be changed first.
    pub must_change: bool,
}

/// The kernel as the routes use it.
pub struct Services {
    /// Registers.
    pub records: Records,
    /// Process engine.
    pub processes: Processes,
    /// Definitions in force.
    pub registry: Arc<Registry>,
    /// Sessions and tokens.
    pub identity: Arc<dyn Doorkeeper>,
    /// Files, and whose they are.
    pub files: FileService,
    /// The ground.
    pub space: Space,
    /// Manual and pages of error codes.
    pub help: Arc<HelpPages>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// A demonstration: every answer to `GET /me` and `GET /apps` says so.
    pub demo: bool,
    /// Set once everything is loaded; `/healthz` waits for it.
    pub ready: Arc<AtomicBool>,
}

/// Settings of the door.
#[derive(Clone, Debug)]
pub struct Options {
    /// A proxy in front adds `x-forwarded-for`, whose last entry is the client's address, and `x-forwarded-proto`; over `https` the session
    /// cookie is `Secure`.
    pub forwarded: bool,
    /// Further origins whose pages may write with a cookie (`https://console.example.gov.cn`); the own host always may.
    pub origins: Vec<String>,
    /// Another router answers paths outside `/api`; otherwise they are problems too.
    pub pages: bool,
    /// How many requests at a time.
    pub admission: Admission,
    /// Longest time of a request.
    pub timeout: Duration,
    /// Longest time of a file transfer or an import.
    pub transfer_timeout: Duration,
    /// Longest time that the reader of an export may take for one piece.
    pub export_piece: Duration,
    /// Longest time of a whole export.
    pub export_timeout: Duration,
    /// Most bytes of a JSON body.
    pub json_bytes: usize,
    /// Most bytes of an uploaded file or an import.
    pub transfer_bytes: usize,
    /// Attempts to sign in, from one address.
    pub sign_in_address: Option<Rate>,
    /// Attempts to sign in, for one user name.
    pub sign_in_user: Option<Rate>,
    /// Public reports and ratings, from one address; many people share one behind a carrier's gateway.
    pub public_writes: Option<Rate>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            forwarded: false,
            origins: Vec::new(),
            pages: false,
            admission: Admission::default(),
            timeout: Duration::from_secs(30),
            transfer_timeout: Duration::from_secs(300),
            export_piece: Duration::from_secs(60),
            export_timeout: Duration::from_secs(1_800),
            json_bytes: 1_000_000,
            transfer_bytes: 20_000_000,
            sign_in_address: Some(Rate {
                burst: 60,
                per_minute: 30,
            }),
            sign_in_user: Some(Rate {
                burst: 10,
                per_minute: 10,
            }),
            public_writes: Some(Rate {
                burst: 60,
                per_minute: 30,
            }),
        }
    }
}

/// Everything behind the routes.
pub struct Inner {
    pub(crate) services: Services,
    pub(crate) options: Options,
    pub(crate) gates: Gates,
    pub(crate) limiter: Limiter,
    pub(crate) meters: Meters,
    pub(crate) pages: Pages,
    pub(crate) reports: Reports,
    pub(crate) matching: Matching,
    pub(crate) feed: Feed,
    /// Places for exports, which go on after their answer has begun.
    pub(crate) exports: Places,
    /// Number of the next request.
    pub(crate) requests: AtomicU64,
    /// When this router was made, so that request numbers differ from those of the last run.
    pub(crate) started: i64,
}

/// The state of the router; cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Inner>);

impl App {
    pub(crate) fn new(services: Services, options: Options, routes: &[Arc<RouteInfo>]) -> App {
        let door = Arc::clone(&services.identity);
        let label = move |register: &str, key: &str| door.label(register, key).map(|(title, order)| GroupLabel { title, order });
        App(Arc::new(Inner {
            matching: Matching::new(services.records.clone()),
            reports: Reports::new(services.records.clone(), Arc::new(label)),
            gates: Gates::new(&options.admission),
            limiter: Limiter::new(Arc::clone(&services.clock)),
            meters: Meters::new(routes),
            pages: Pages::default(),
            feed: Feed::new(services.records.clone()),
            exports: Places::new(EXPORTS, OWN_EXPORTS),
            requests: AtomicU64::new(1),
            started: services.clock.now().millis(),
            services,
            options,
        }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
}

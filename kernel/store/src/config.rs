//! Which database, and how much of it.

use std::path::PathBuf;

use crate::Tape;

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// Embedded, one folder.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// A setting of the database that decides whether a commit outlives a loss of power.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durability {
    /// As the database names it.
    pub name: String,
    /// Its value on a connection that writes.
    pub value: String,
    /// Whether it is as full as it can be.
    pub full: bool,
}

impl Durability {
    pub(crate) fn new(name: &str, value: String, wanted: &[&str]) -> Durability {
        Durability {
            name: name.to_owned(),
            full: wanted.contains(&value.as_str()),
            value,
        }
    }
}

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Config {
    /// A folder with `yiwang.db`; made when absent. One process at a time.
    Sqlite {
        /// The folder.
        folder: PathBuf,
        /// Sizes and limits.
        options: Options,
    },
    /// A PostgreSQL database in UTF-8.
    Postgres {
        /// Connection URL of the serving role.
        url: String,
        /// Connection URL of a role that may change the schema; `url` when absent.
        migrator_url: Option<String>,
        /// Sizes and limits.
        options: Options,
    },
}

impl Config {
    /// SQLite in this folder.
    pub fn sqlite(folder: impl Into<PathBuf>) -> Config {
        Config::Sqlite {
            folder: folder.into(),
            options: Options::default(),
        }
    }

    /// PostgreSQL at this URL.
    pub fn postgres(url: impl Into<String>) -> Config {
        Config::Postgres {
            url: url.into(),
            migrator_url: None,
            options: Options::default(),
        }
    }

    /// With other sizes and limits.
    #[must_use]
    pub fn with(self, options: Options) -> Config {
        match self {
            Config::Sqlite { folder, .. } => Config::Sqlite { folder, options },
            Config::Postgres { url, migrator_url, .. } => Config::Postgres {
                url,
                migrator_url,
                options,
            },
        }
    }

    pub(crate) fn options(&self) -> &Options {
        match self {
            Config::Sqlite { options, .. } | Config::Postgres { options, .. } => options,
        }
    }
}

/// Sizes of pools, bounds of queues, times. The defaults suit two cores and a county.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of this node, seen in the database's list of sessions.
    pub node: String,
    /// Run every plan's function twice and compare (test kit).
    pub run_plans_twice: bool,
    /// PostgreSQL connections for plans.
    pub write_connections: usize,
    /// PostgreSQL connections, or SQLite threads, for lists.
    pub list_connections: usize,
    /// PostgreSQL connections, or SQLite threads, for reports and exports.
    pub report_connections: usize,
    /// Plans that may wait in the interactive lane.
    pub interactive_queue: usize,
    /// Plans that may wait in the bulk lane.
    pub bulk_queue: usize,
    /// Reads of lists, and of reports, that may wait.
    pub read_queue: usize,
    /// Milliseconds after which a list is stopped.
    pub list_timeout_ms: u64,
    /// Milliseconds after which one chunk or one aggregate of a report is stopped.
    pub report_timeout_ms: u64,
    /// Milliseconds after which a plan that waits for locks or the database gives up (PostgreSQL).
    pub write_timeout_ms: u64,
    /// The most rows one select gives.
    pub max_rows: u32,
    /// `rid`s taken from the database at a time.
    pub rid_block: u32,
    /// Where committed transactions are written down (bench).
    pub tape: Option<Tape>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            node: "yiwang".to_owned(),
            run_plans_twice: false,
            write_connections: 8,
            list_connections: 4,
            report_connections: 2,
            interactive_queue: 1024,
            bulk_queue: 256,
            read_queue: 512,
            list_timeout_ms: 5_000,
            report_timeout_ms: 60_000,
            write_timeout_ms: 10_000,
            max_rows: 10_000,
            rid_block: 10_000,
            tape: None,
        }
    }
}

//! Divisions, departments, posts, roles, users as system registers; sign-in, sessions, tokens of programs, passwords, the directory.
//!
//! The registers are files of an app package ([`package`]) and change through the one pipeline like any other. What must never be listed or
//! exported (hashes, sessions, tokens) stands in tables of its own. Whatever a node remembers is at most two seconds old and is tied to the
//! rights epoch, so a disabled user or a changed post is felt on every node within that time.

mod attempts;
mod demo;
mod directory;
mod enrol;
mod hash;
mod package;
mod password;
mod policy;
mod seeds;
mod session;
mod sign_in;
mod subject;
mod tables;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use yiwang_records::Records;
use yiwang_types::{Fault, Instant};

pub use demo::Site;
pub use directory::{Department, Directory, Division, Person, Post};
pub use enrol::NewUser;
pub use package::package;
pub use seeds::{SeedReport, load_seeds};
pub use session::Account;
pub use sign_in::SignedIn;

use session::Known;

/// Milliseconds for which a node may go on with what it has read of users, posts, sessions and tokens.
pub const FRESH: i64 = 2_000;

struct Inner {
    records: Records,
    pool: hash::HashPool,
    /// The hash of a password that nobody has: computed for unknown users, so that they take as long as known ones.
    decoy: String,
    /// Sessions and tokens seen lately, by digest.
    known: Mutex<HashMap<String, Known>>,
    /// The directory and when it was last compared with the rights epoch.
    directory: tokio::sync::Mutex<Option<(Instant, Arc<Directory>)>>,
}

/// Who is who, and who is signed in; cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

impl Identity {
    /// Makes the tables of this crate. The registers of [`package`] must be installed before anybody is asked for.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open(records: Records) -> Result<Identity, Fault> {
        records.migrate(&tables::all()).await?;
        let pool = hash::HashPool::new();
        let nobody = session::secret(records.entropy());
        let (decoy, _) = pool.turn().await?.hash(&nobody, session::salt(records.entropy())).await?;
        let inner = Inner {
            records,
            pool,
            decoy,
            known: Mutex::default(),
            directory: tokio::sync::Mutex::default(),
        };
        Ok(Identity(Arc::new(inner)))
    }

    pub(crate) fn records(&self) -> &Records {
        &self.0.records
    }

    pub(crate) fn pool(&self) -> &hash::HashPool {
        &self.0.pool
    }

    pub(crate) fn decoy(&self) -> &str {
        &self.0.decoy
    }
}

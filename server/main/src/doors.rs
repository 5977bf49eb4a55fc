//! The kernel's parts as the doors want them.

use std::sync::{Arc, RwLock};

use axum::Router;
use futures::future::BoxFuture;
use yiwang_api::{Account, Admitted, DirectoryEntry, Doorkeeper, Options, Services};
use yiwang_authz::Subject;
use yiwang_identity::{Directory, Identity};
use yiwang_portal::{KernelMatters, KernelPhotos, PortalServices, Secret};
use yiwang_records::Refresh;
use yiwang_types::{Clock as _, Fault, Offset};

use crate::entries::entries;
use crate::ground::Ground;
use crate::help;
use crate::node::Node;
use crate::system::{SystemClock, SystemEntropy};

/// How the site is reached from outside.
#[derive(Clone, Debug, Default)]
pub struct Door {
    /// One proxy in front says who comes, and whether over TLS.
    pub behind_proxy: bool,
    /// Further sites whose pages may act with a session of this one.
    pub origins: Vec<String>,
}

/// Identity at the door, with the directory it last read for titles.
#[derive(Clone)]
pub struct Keeper {
    identity: Identity,
    directory: Arc<RwLock<Option<Arc<Directory>>>>,
}

impl Keeper {
    /// At the door of a node.
    pub fn new(identity: Identity) -> Keeper {
        Keeper {
            identity,
            directory: Arc::default(),
        }
    }

    /// Reads the directory anew when it is older than two seconds; called every second.
    ///
    /// # Errors
    /// What the store says.
    pub async fn refresh_directory(&self) -> Result<(), Fault> {
        let directory = self.identity.directory().await?;
        if let Ok(mut slot) = self.directory.write() {
            *slot = Some(directory);
        }
        Ok(())
    }

    fn known(&self) -> Option<Arc<Directory>> {
        self.directory.read().ok().and_then(|it| it.clone())
    }
}

impl Doorkeeper for Keeper {
    fn sign_in<'a>(&'a self, username: &'a str, password: &'a str, origin: &'a str) -> BoxFuture<'a, Result<Admitted, Fault>> {
        Box::pin(async move {
            let it = self.identity.sign_in(username, password, origin).await?;
            Ok(Admitted {
                token: it.token,
                subject: it.subject,
                expires: it.expires,
                must_change: it.must_change,
            })
        })
    }

    fn session<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>> {
        Box::pin(self.identity.session(token))
    }

    fn token<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>> {
        Box::pin(self.identity.token(bearer))
    }

    fn sign_out<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(self.identity.sign_out(token))
    }

    fn account<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Account, Fault>> {
        Box::pin(async move { self.identity.account(token).await.map(account) })
    }

    fn session_at_rest<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>> {
        Box::pin(self.identity.session_at_rest(token))
    }

    fn account_at_rest<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Account, Fault>> {
        Box::pin(async move { self.identity.account_at_rest(token).await.map(account) })
    }

    fn change_password<'a>(&'a self, token: &'a str, current: &'a str, new: &'a str) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            let changed = self.identity.change_own_password(token, current, new).await;
            changed.map_err(|mut fault| {
                // The fields as they were sent.
                for it in &mut fault.fields {
                    let sent = if it.field == "old_password" { "current" } else { "new" };
                    it.field = sent.into();
                }
                fault
            })
        })
    }

    fn refresh(&self) -> Option<Refresh> {
        Some(self.identity.refresh())
    }

    fn department(&self, code: &str) -> Option<String> {
        self.known().and_then(|it| it.title("department", code).map(str::to_owned))
    }

    fn entries(&self, register: &str) -> Option<Vec<DirectoryEntry>> {
        let today = SystemClock.now().date(Offset::CHINA);
        entries(&*self.known()?, register, today)
    }

    fn label(&self, register: &str, key: &str) -> Option<(String, i64)> {
        let directory = self.known()?;
        let rank = directory
            .rank(register, key)
            .and_then(|it| i64::try_from(it).ok())
            .unwrap_or(i64::MAX);
        directory.short_title(register, key).map(|it| (it.to_owned(), rank))
    }

    fn division(&self, code: &str) -> Option<String> {
        self.known().and_then(|it| it.title("division", code).map(str::to_owned))
    }
}

fn account(it: yiwang_identity::Account) -> Account {
    Account {
        subject: it.subject,
        must_change: it.must_change_password,
    }
}

/// All routes of a node.
pub fn router(node: &Node, door: &Door) -> Router {
    let help = Arc::new(help::pages());
    let services = Services {
        records: node.records.clone(),
        processes: node.processes.clone(),
        registry: Arc::clone(&node.registry),
        identity: Arc::new(node.keeper.clone()),
        files: node.files.clone(),
        space: node.space.clone(),
        help: Arc::clone(&help),
        clock: Arc::new(SystemClock),
        demo: node.demo.is_some(),
        ready: Arc::clone(&node.ready),
    };
    let forwarded = door.behind_proxy;
    let portal = PortalServices {
        matters: Arc::new(KernelMatters::new(node.processes.clone())),
        photos: Arc::new(KernelPhotos::new(node.files.clone())),
        places: Arc::new(Ground(node.space.clone())),
        address: Arc::new(move |parts| yiwang_api::client_address(parts, forwarded)),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        offset: node.records.offset(),
        secret: Secret(node.records.derived_secret("portal-forms")),
        demo: node.demo.is_some(),
        help,
        script: yiwang_assets::portal_script(),
    };
    let api = yiwang_api::router(
        services,
        Options {
            pages: true,
            forwarded,
            origins: door.origins.clone(),
            ..Options::default()
        },
    );
    yiwang_portal::router(portal).merge(api).merge(yiwang_assets::router())
}

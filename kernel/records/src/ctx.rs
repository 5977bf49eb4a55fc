//! Who asks, how urgently, and under which idempotency key.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use yiwang_authz::Subject;
use yiwang_store::Lane;
use yiwang_types::Fault;

/// Rebuilds a subject whose rights have changed since it was made.
pub type Refresh = Arc<dyn Fn(Arc<Subject>) -> Pin<Box<dyn Future<Output = Result<Arc<Subject>, Fault>> + Send>> + Send + Sync>;

/// The key under which a repeated write answers what the first one answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// As sent by the client, 1 to 200 characters.
    pub key: String,
    /// Digest of what is asked (route and body): the same key with another digest is refused.
    pub digest: String,
}

/// Everything a call carries besides its arguments.
#[derive(Clone)]
pub struct Ctx {
    /// Who acts, and on whose behalf.
    pub subject: Arc<Subject>,
    /// Interactive before bulk.
    pub lane: Lane,
    /// Set when the client sent a key.
    pub idempotency: Option<Idempotency>,
    /// How to rebuild the subject when the rights epoch moved; jobs have none.
    pub refresh: Option<Refresh>,
    /// Random key of the browser session of somebody who is not signed in: what he uploads before he reports is his by it.
    pub owner: Option<String>,
}

impl Ctx {
    /// A context without key and refresh.
    pub fn new(subject: Arc<Subject>) -> Ctx {
        Ctx {
            subject,
            lane: Lane::Interactive,
            idempotency: None,
            refresh: None,
            owner: None,
        }
    }

    /// The declared job of that name; its grants stand in the model as role `job:NAME`.
    pub fn job(name: &str) -> Ctx {
        Ctx {
            lane: Lane::Bulk,
            ..Ctx::new(Arc::new(Subject::job(name)))
        }
    }

    /// The same with a key.
    #[must_use]
    pub fn with_key(mut self, key: Option<Idempotency>) -> Ctx {
        self.idempotency = key;
        self
    }

    /// The same for a visitor of the public pages with this session key.
    #[must_use]
    pub fn with_owner(mut self, owner: Option<String>) -> Ctx {
        self.owner = owner;
        self
    }

    pub(crate) async fn refreshed(&self) -> Result<Ctx, Fault> {
        match &self.refresh {
            Some(refresh) => Ok(Ctx {
                subject: refresh(Arc::clone(&self.subject)).await?,
                ..self.clone()
            }),
            None => Ok(self.clone()),
        }
    }
}

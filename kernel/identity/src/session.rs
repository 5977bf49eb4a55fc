//! Sessions: from the token in a cookie to the subject, on every request.

use std::sync::{Arc, MutexGuard, PoisonError};

use serde_json::json;
use yiwang_authz::{Subject, SubjectKind};
use yiwang_records::rows::{Cmp, Filter, Lane, Scope, Select, Sort, Value};
use yiwang_records::{Ctx, Event, RowWrite};
use yiwang_types::digest::hex;
use yiwang_types::{Code, Entropy, Fault, Instant, Sm3Digest};

use crate::subject::{known_only_by_id, not_signed_in};
use crate::tables::{SESSION, int, text};
use crate::{FRESH, Identity};

/// Milliseconds after which a session ends whatever happens.
pub(crate) const LONGEST: i64 = 12 * 3_600_000;
/// Milliseconds without a request that a person made after which it ends.
const IDLE: i64 = 30 * 60_000;
/// Milliseconds between two notes of the last request.
const SEEN_EVERY: i64 = 60_000;
/// Most sessions and tokens a node remembers at once.
const MOST_KNOWN: usize = 20_000;
/// Rows that one sign-in tidies away.
const TIDY: u32 = 20;

/// A session or token that was checked a moment ago.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) subject: Arc<Subject>,
    pub(crate) checked_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) must_change: bool,
    /// When a person was last seen with it, as far as that is noted.
    pub(crate) seen_at: Instant,
}

/// Who asks with a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Somebody did something.
    Person,
    /// A page that merely stands open: that keeps no session alive.
    Page,
}

/// Who holds a session, whether or not his password must be changed first.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who it is.
    pub subject: Arc<Subject>,
    /// Nothing else is allowed before the password is changed.
    pub must_change_password: bool,
}

impl Identity {
    /// Who holds this session, with the rights he has now (at most two seconds ago).
    ///
    /// # Errors
    /// `not-signed-in` for a token that is made up, signed out, idle for 30 minutes or 12 hours old, and for a disabled user;
    /// `password-must-change`, see [`Identity::account`]; what the store says.
    pub async fn session(&self, token: &str) -> Result<Arc<Subject>, Fault> {
        free(self.live_session(token, By::Person).await?)
    }

    /// The same for a request that no person made, such as that of a page that merely stands open: it does not keep the session alive.
    ///
    /// # Errors
    /// As [`Identity::session`].
    pub async fn session_at_rest(&self, token: &str) -> Result<Arc<Subject>, Fault> {
        free(self.live_session(token, By::Page).await?)
    }

    /// Who holds a session, for the few things that are allowed before the password is changed: who am I, change it, sign out.
    ///
    /// # Errors
    /// As [`Identity::session`], without `password-must-change`.
    pub async fn account(&self, token: &str) -> Result<Account, Fault> {
        Ok(self.live_session(token, By::Person).await?.into())
    }

    /// The same for a request that no person made.
    ///
    /// # Errors
    /// As [`Identity::account`].
    pub async fn account_at_rest(&self, token: &str) -> Result<Account, Fault> {
        Ok(self.live_session(token, By::Page).await?.into())
    }

    /// Ends a session. One that is over already is no fault.
    ///
    /// # Errors
    /// What the store says.
    pub async fn sign_out(&self, token: &str) -> Result<(), Fault> {
        let known = match self.live_session(token, By::Person).await {
            Ok(it) => it,
            Err(fault) if fault.code == Code::NotSignedIn => return Ok(()),
            Err(fault) => return Err(fault),
        };
        let digest = digest(token);
        let row = RowWrite::Delete {
            table: SESSION.into(),
            key: vec![("digest".into(), Value::from(digest.as_str()))],
        };
        let event = Event {
            act: "sign-out",
            object: format!("user/{}", known.subject.id),
            content: json!({}),
        };
        self.records().note(&Ctx::new(known.subject), event, vec![row]).await?;
        self.known().remove(&digest);
        Ok(())
    }

    /// Ends every session of a user, on every node within two seconds. Tokens of programs stay.
    ///
    /// # Errors
    /// What the store says.
    pub async fn sign_out_all(&self, user_id: &str) -> Result<(), Fault> {
        let event = Event {
            act: "sign-out-all",
            object: format!("user/{user_id}"),
            content: json!({}),
        };
        let ctx = Ctx::new(Arc::new(known_only_by_id(user_id)));
        self.records().note(&ctx, event, vec![end_sessions(user_id)]).await?;
        self.forget(user_id);
        Ok(())
    }

    /// Removes sessions that are over; for a job, beside what each sign-in removes.
    ///
    /// # Errors
    /// What the store says.
    pub async fn sweep(&self) -> Result<usize, Fault> {
        let now = self.records().now();
        let mut all = 0;
        loop {
            let mut rows = self.tidy_sessions(now).await?;
            rows.extend(self.tidy_attempts(now).await?);
            if rows.is_empty() {
                return Ok(all);
            }
            all += rows.len();
            self.records().write_rows(Lane::Bulk, rows).await?;
        }
    }

    pub(crate) async fn live_session(&self, token: &str, by: By) -> Result<Known, Fault> {
        let now = self.records().now();
        if !is_secret(token) {
            return Err(not_signed_in());
        }
        let digest = digest(token);
        let to_note = |it: &Known| by == By::Person && now.since(it.seen_at) >= SEEN_EVERY;
        if let Some(known) = self.lately(&digest, now).filter(|it| !to_note(it)) {
            return Ok(known);
        }
        let mut read = self.read_session(&digest, now).await;
        if let Ok(it) = &mut read
            && to_note(it)
        {
            self.note_seen(&digest, now).await;
            it.seen_at = now;
        }
        self.remember(digest, &read);
        read
    }

    async fn read_session(&self, digest: &str, now: Instant) -> Result<Known, Fault> {
        let columns = ["user_id", "last_seen", "expires_at", "must_change"];
        let select = Select::new(SESSION, &columns, Scope::All)
            .filter(Filter::eq("digest", digest))
            .limit(1);
        let rows = self.records().rows(&select).await?;
        let row = rows.first().ok_or_else(not_signed_in)?;
        let (user, last_seen, expires_at) = (
            text(row, 0),
            Instant::from_millis(int(row, 1)),
            Instant::from_millis(int(row, 2)),
        );
        if now >= expires_at || now.since(last_seen) > IDLE {
            return Err(not_signed_in());
        }
        let directory = self.current_directory().await?;
        let subject = Arc::new(directory.subject(&user, SubjectKind::Staff)?);
        Ok(Known {
            subject,
            checked_at: now,
            expires_at,
            must_change: int(row, 3) != 0,
            seen_at: last_seen,
        })
    }

    /// Moves the idle clock. That it could not be written is no reason to refuse the request: the next one tries again.
    async fn note_seen(&self, digest: &str, now: Instant) {
        let key = vec![("digest".into(), Value::from(digest))];
        let set = vec![("last_seen".into(), Value::Int(now.millis()))];
        let row = RowWrite::Update {
            table: SESSION.into(),
            key,
            set,
            expect: None,
        };
        if let Err(fault) = self.records().write_rows(Lane::Bulk, vec![row]).await {
            tracing::warn!(fault.code = %fault.code, "The last request of a session was not noted");
        }
    }

    /// Some sessions that are over.
    pub(crate) async fn tidy_sessions(&self, now: Instant) -> Result<Vec<RowWrite>, Fault> {
        let over = Filter::cmp("expires_at", Cmp::Le, now.millis());
        let select = Select::new(SESSION, &["digest"], Scope::All)
            .filter(over)
            .sort(vec![Sort::up("expires_at")])
            .limit(TIDY);
        let rows = self.records().rows(&select).await?;
        let delete = |digest: String| RowWrite::Delete {
            table: SESSION.into(),
            key: vec![("digest".into(), Value::from(digest.as_str()))],
        };
        Ok(rows.iter().map(|row| delete(text(row, 0))).collect())
    }

    /// What was checked less than two seconds ago.
    pub(crate) fn lately(&self, digest: &str, now: Instant) -> Option<Known> {
        let known = self.known().get(digest).cloned()?;
        ((0..FRESH).contains(&now.since(known.checked_at)) && now < known.expires_at).then_some(known)
    }

    pub(crate) fn remember(&self, digest: String, known: &Result<Known, Fault>) {
        let mut all = self.known();
        match known {
            Ok(it) => {
                if all.len() >= MOST_KNOWN {
                    all.retain(|_, old| it.checked_at.since(old.checked_at) < FRESH);
                }
                all.insert(digest, it.clone());
            }
            Err(_) => {
                all.remove(&digest);
            }
        }
    }

    /// Forgets what this node remembers of a user's sessions and tokens.
    pub(crate) fn forget(&self, user_id: &str) {
        self.known().retain(|_, it| it.subject.id != user_id);
    }

    fn known(&self) -> MutexGuard<'_, std::collections::HashMap<String, Known>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Known> for Account {
    fn from(known: Known) -> Account {
        Account {
            subject: known.subject,
            must_change_password: known.must_change,
        }
    }
}

/// Who may do anything at all.
fn free(known: Known) -> Result<Arc<Subject>, Fault> {
    if known.must_change {
        return Err(Fault::new(Code::PasswordMustChange, "密码须先修改才能继续;请设一个新密码。"));
    }
    Ok(known.subject)
}

pub(crate) fn end_sessions(user_id: &str) -> RowWrite {
    RowWrite::Delete {
        table: SESSION.into(),
        key: vec![("user_id".into(), Value::from(user_id))],
    }
}

/// 256 random bits in 64 digits.
pub(crate) fn secret(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    hex(&bytes)
}

pub(crate) fn salt(entropy: &dyn Entropy) -> [u8; 16] {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    bytes
}

/// Whether a text could be a secret at all; anything else is not worth a question to the database.
pub(crate) fn is_secret(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

pub(crate) fn digest(secret: &str) -> String {
    Sm3Digest::of(secret.as_bytes()).to_string()
}

//! Signing in with username and password.

use std::fmt;
use std::sync::Arc;

use serde_json::json;
use yiwang_authz::{Subject, SubjectKind};
use yiwang_records::rows::Value;
use yiwang_records::{Ctx, Event, RowWrite};
use yiwang_types::text::one_line;
use yiwang_types::{Code, Fault, Instant};

use crate::Identity;
use crate::attempts::{Attempts, locked_out};
use crate::directory::Person;
use crate::password::Credential;
use crate::session::{self, LONGEST, digest};
use crate::subject::known_only_by_id;
use crate::tables::SESSION;

/// Days after which a password must be changed (GB/T 22239, periodic change).
const PASSWORD_DAYS: i64 = 90;
/// Longer passwords belong to nobody and are not hashed in full.
const LONGEST_TYPED: usize = 1_000;

/// A fresh session.
pub struct SignedIn {
    /// 256 random bits, URL-safe. It is stored nowhere: only its digest is.
    pub token: String,
    /// Who it is.
    pub subject: Arc<Subject>,
    /// When the session ends whatever happens.
    pub expires: Instant,
    /// Nothing else is allowed until the password is changed.
    pub must_change: bool,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("subject", &self.subject.id)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// Signs a user in. `origin` is the address and program he comes from. Unknown, disabled and passwordless users are refused in the same
    /// words and the same time as a wrong password.
    ///
    /// # Errors
    /// `sign-in-failed`; `locked-out` with the time; `busy` when too many sign in at once; what the store says.
    pub async fn sign_in(&self, username: &str, password: &str, origin: &str) -> Result<SignedIn, Fault> {
        let username = one_line(username).to_lowercase();
        let password: String = password.chars().take(LONGEST_TYPED).collect();
        // Held until the failure is written.
        let turn = self.pool().turn_of(&username).await?;
        let now = self.records().now();
        let attempts = self.attempts(&username, now).await?;
        let directory = self.current_directory().await?;
        let person = directory.person_named(&username);
        let credential = self.credential(person.map_or("", |it| it.id.as_str())).await?;
        let hash = credential.as_ref().map_or(self.decoy(), |it| it.hash.as_str()).to_owned();
        let (matches, _turn) = turn.matches(&password, vec![hash]).await?;
        match (person, credential) {
            (Some(person), Some(credential)) if matches && !person.disabled => {
                let subject = Arc::new(directory.subject(&person.id, SubjectKind::Staff)?);
                let must_change = person.must_change_password || credential.is_older_than(PASSWORD_DAYS, now);
                let unchanged = credential.unchanged(&person.id);
                self.admit(subject, must_change, attempts, unchanged, (now, origin)).await
            }
            (person, credential) => {
                let why = why_refused(person, credential.as_ref());
                Err(self
                    .refuse(
                        person.map(|it| it.id.as_str()),
                        attempts,
                        now,
                        json!({ "reason": why, "origin": short(origin) }),
                    )
                    .await?)
            }
        }
    }

    async fn admit(
        &self,
        subject: Arc<Subject>,
        must_change: bool,
        attempts: Attempts,
        unchanged: RowWrite,
        (now, origin): (Instant, &str),
    ) -> Result<SignedIn, Fault> {
        let token = session::secret(self.records().entropy());
        let expires = now.plus_millis(LONGEST);
        let mut rows = vec![
            RowWrite::Insert {
                table: SESSION.into(),
                row: vec![
                    ("digest".into(), Value::from(digest(&token).as_str())),
                    ("user_id".into(), Value::from(subject.id.as_str())),
                    ("created_at".into(), Value::Int(now.millis())),
                    ("last_seen".into(), Value::Int(now.millis())),
                    ("expires_at".into(), Value::Int(expires.millis())),
                    ("must_change".into(), Value::from(must_change)),
                    ("origin".into(), Value::from(short(origin).as_str())),
                ],
            },
            attempts.forget(),
            unchanged,
        ];
        rows.extend(self.tidy_sessions(now).await?);
        let event = Event {
            act: "sign-in",
            object: format!("user/{}", subject.id),
            content: json!({ "origin": short(origin) }),
        };
        self.records().note(&Ctx::new(Arc::clone(&subject)), event, rows).await?;
        Ok(SignedIn {
            token,
            subject,
            expires,
            must_change,
        })
    }

    /// Writes a failure down and says it: in the chain of the user, or of the public when the name belongs to nobody. The name itself is
    /// kept nowhere, for people type passwords into the wrong field.
    pub(crate) async fn refuse(
        &self,
        user: Option<&str>,
        mut attempts: Attempts,
        now: Instant,
        content: serde_json::Value,
    ) -> Result<Fault, Fault> {
        let rid = self.records().rids(1).await?.start;
        let mut rows = vec![attempts.failed(rid, now)];
        rows.extend(self.tidy_attempts(now).await?);
        let locked = attempts.locked_until(now);
        let subject = user.map_or_else(Subject::public, known_only_by_id);
        let object = user.map_or_else(|| format!("name/{}", attempts.who()), |it| format!("user/{it}"));
        let act = if locked.is_some() { "lock-out" } else { "sign-in-failed" };
        self.records()
            .note(&Ctx::new(Arc::new(subject)), Event { act, object, content }, rows)
            .await?;
        Ok(match locked {
            Some(until) => locked_out(until, now, self.records().offset()),
            None => {
                let left = attempts.left(now);
                Fault::new(
                    Code::SignInFailed,
                    format!("账号或密码不对;再错 {left} 次,账号将锁定 30 分钟。"),
                )
            }
        })
    }
}

fn why_refused(person: Option<&Person>, credential: Option<&Credential>) -> &'static str {
    match (person, credential) {
        (None, _) => "unknown",
        (Some(it), _) if it.disabled => "disabled",
        (_, None) => "no-password",
        _ => "password",
    }
}

fn short(origin: &str) -> String {
    one_line(origin).chars().take(200).collect()
}

//! Bearer tokens of programs: the rights of one user, without his password.

use std::sync::Arc;

use serde_json::json;
use yiwang_authz::{Action, Subject, SubjectKind};
use yiwang_records::rows::{Filter, Scope, Select, Value};
use yiwang_records::{Authority, Ctx, Deed, RowWrite};
use yiwang_types::text::one_line;
use yiwang_types::{Fault, FieldFault, Instant};

use crate::Identity;
use crate::session::{Known, digest, is_secret, secret};
use crate::subject::not_signed_in;
use crate::tables::{TOKEN, int, text};

/// Tokens begin with this, so that programs which look for leaked secrets find them.
const PREFIX: &str = "yiwang_";

impl Identity {
    /// Makes a token with the rights of a user, for himself or by whoever may change users. It is shown this once. `name` says what it is for.
    ///
    /// # Errors
    /// `invalid` for an empty name or a time that is past; `forbidden`; `not-found`; what the store says.
    pub async fn create_token(&self, ctx: &Ctx, user_id: &str, name: &str, expires: Instant) -> Result<String, Fault> {
        let name: String = one_line(name).chars().take(60).collect();
        check(&name, expires, self.records().now())?;
        let token = format!("{PREFIX}{}", secret(self.records().entropy()));
        let row = RowWrite::Insert {
            table: TOKEN.into(),
            row: vec![
                ("digest".into(), Value::from(digest(&token).as_str())),
                ("user_id".into(), Value::from(user_id)),
                ("name".into(), Value::from(name.as_str())),
                ("created_at".into(), Value::Int(self.records().now().millis())),
                ("expires_at".into(), Value::Int(expires.millis())),
            ],
        };
        let mut deed = Deed::of("create-token");
        deed.notes = [
            ("name".to_owned(), json!(name)),
            ("expires".to_owned(), json!(expires.to_rfc3339(self.records().offset()))),
        ]
        .into_iter()
        .collect();
        self.on_user(ctx, user_id, deed, &[row]).await?;
        Ok(token)
    }

    /// Takes back every token of a user.
    ///
    /// # Errors
    /// As [`Identity::create_token`].
    pub async fn revoke_tokens(&self, ctx: &Ctx, user_id: &str) -> Result<(), Fault> {
        let rows = [RowWrite::Delete {
            table: TOKEN.into(),
            key: vec![("user_id".into(), Value::from(user_id))],
        }];
        self.on_user(ctx, user_id, Deed::of("revoke-tokens"), &rows).await?;
        self.forget(user_id);
        Ok(())
    }

    /// The program that holds this token, with the rights its user has now.
    ///
    /// # Errors
    /// `not-signed-in` for a token that is made up, taken back or expired, and for a disabled user; what the store says.
    pub async fn token(&self, token: &str) -> Result<Arc<Subject>, Fault> {
        let now = self.records().now();
        if !token.strip_prefix(PREFIX).is_some_and(is_secret) {
            return Err(not_signed_in());
        }
        let digest = digest(token);
        if let Some(known) = self.lately(&digest, now) {
            return Ok(known.subject);
        }
        let known = self.read_token(&digest, now).await;
        self.remember(digest, &known);
        known.map(|it| it.subject)
    }

    async fn read_token(&self, digest: &str, now: Instant) -> Result<Known, Fault> {
        let select = Select::new(TOKEN, &["user_id", "name", "expires_at"], Scope::All)
            .filter(Filter::eq("digest", digest))
            .limit(1);
        let rows = self.records().rows(&select).await?;
        let row = rows.first().ok_or_else(not_signed_in)?;
        let expires_at = Instant::from_millis(int(row, 2));
        if now >= expires_at {
            return Err(not_signed_in());
        }
        let subject = self.current_directory().await?.subject(&text(row, 0), SubjectKind::Token)?;
        let name = format!("{}(程序:{})", subject.name, text(row, 1));
        Ok(Known {
            subject: Arc::new(Subject { name, ..subject }),
            checked_at: now,
            expires_at,
            must_change: false,
            seen_at: now,
        })
    }

    /// Writes rows together with an act on a user, in the user's own chain: by himself, or by whoever may change users.
    async fn on_user(&self, ctx: &Ctx, user_id: &str, deed: Deed, rows: &[RowWrite]) -> Result<(), Fault> {
        let work = |ctx: Ctx| {
            let deed = deed.clone();
            async move {
                let mut draft = if ctx.subject.kind == SubjectKind::Staff && ctx.subject.id == user_id {
                    let directory = self.current_directory().await?;
                    let rid = directory.person(user_id).ok_or_else(not_signed_in)?.rid;
                    self.records()
                        .prepare_matter("user", rid, Authority::Engine("own-account"), deed)
                        .await?
                } else {
                    self.records()
                        .prepare_act(&ctx, "user", user_id, Action::Update, deed)
                        .await?
                };
                rows.iter().cloned().for_each(|it| draft.with(it));
                self.records().save(&ctx, draft).await
            }
        };
        self.records().attempt(ctx, work).await.map(|_| ())
    }
}

fn check(name: &str, expires: Instant, now: Instant) -> Result<(), Fault> {
    let mut faults = Vec::new();
    if name.is_empty() {
        faults.push(FieldFault::new("name", "required", "没有写令牌的用途", "写明给哪个程序用"));
    }
    if expires <= now {
        faults.push(FieldFault::new("expires", "past", "到期时间已过", "填写将来的时间"));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Fault::invalid(faults))
    }
}

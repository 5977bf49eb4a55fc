//! Setting and changing passwords. The new hash commits with an act in the user's own chain, so every change of a password can be proved.

use serde_json::Value as Json;
use yiwang_authz::Action;
use yiwang_model::FieldValue;
use yiwang_records::rows::{Filter, Scope, Select, Value};
use yiwang_records::{Authority, Ctx, Deed, RowWrite};
use yiwang_types::{Code, Fault, FieldFault, Instant};

use crate::attempts::forget_attempts;
use crate::directory::Person;
use crate::session::{By, digest, end_sessions, salt};
use crate::subject::not_signed_in;
use crate::tables::{CREDENTIAL, SESSION, int, text};
use crate::{Identity, policy};

/// The current password and those before it that may not return: five in all.
const BARRED: usize = 5;
const DAY: i64 = 24 * 3_600_000;

/// What is stored of a password.
pub(crate) struct Credential {
    pub(crate) hash: String,
    changed_at: Instant,
    previous: Vec<String>,
}

impl Credential {
    /// A write that hits only while this is still the password, so that no sign-in with the old one outlives a change of it.
    pub(crate) fn unchanged(&self, user_id: &str) -> RowWrite {
        let hash = Value::from(self.hash.as_str());
        RowWrite::Update {
            table: CREDENTIAL.into(),
            key: vec![("user_id".into(), Value::from(user_id)), ("hash".into(), hash.clone())],
            set: vec![("hash".into(), hash)],
            expect: Some(1),
        }
    }

    pub(crate) fn is_older_than(&self, days: i64, now: Instant) -> bool {
        now.since(self.changed_at) > days * DAY
    }
}

impl Identity {
    /// Gives a user a new password, for whoever may change users. Ends his sessions and his
    /// lock; he has to change it at the next sign-in.
    ///
    /// # Errors
    /// `forbidden`; `not-found`; `invalid` with everything that is wrong with the password; `busy`; what the store says.
    pub async fn set_password(&self, ctx: &Ctx, user_id: &str, new: &str) -> Result<(), Fault> {
        let prepare = |ctx: Ctx| async move {
            self.records()
                .prepare_act(&ctx, "user", user_id, Action::Update, Deed::of("set-password"))
                .await
        };
        let draft = prepare(ctx.clone()).await?;
        let username = draft
            .before()
            .and_then(|it| it.text("username"))
            .unwrap_or_default()
            .to_owned();
        let before = self.credential(user_id).await?;
        let mut faults = policy::faults(&username, new);
        if self.is_barred(before.as_ref(), new).await? {
            faults.push(policy::reused());
        }
        if !faults.is_empty() {
            return Err(Fault::invalid(faults));
        }
        let rows = [
            self.credential_row(user_id, new, before).await?,
            end_sessions(user_id),
            forget_attempts(&username),
        ];
        let work = |ctx: Ctx| {
            let rows = rows.clone();
            async move {
                let mut draft = prepare(ctx.clone()).await?;
                draft.set("must_change_password", FieldValue::Bool(true))?;
                rows.into_iter().for_each(|it| draft.with(it));
                self.records().save(&ctx, draft).await
            }
        };
        self.records().attempt(ctx, work).await?;
        self.forget(user_id);
        Ok(())
    }

    /// Changes the password of whoever holds the session; the session stays, his other ones end. A wrong old password counts as a failed
    /// sign-in.
    ///
    /// # Errors
    /// `not-signed-in`; `locked-out`; `invalid` with everything that is wrong, the old password included; `busy`; what the store says.
    pub async fn change_own_password(&self, token: &str, old: &str, new: &str) -> Result<(), Fault> {
        let subject = self.live_session(token, By::Person).await?.subject;
        let directory = self.current_directory().await?;
        let person = directory.person(&subject.id).ok_or_else(not_signed_in)?;
        let before = self.credential(&person.id).await?.ok_or_else(not_signed_in)?;
        let mut faults = policy::faults(&person.username, new);
        if self.is_barred(Some(&before), new).await? {
            faults.push(policy::reused());
        }
        if let Some(fault) = self.wrong_old(person, &before, old).await? {
            faults.insert(0, fault);
        }
        if !faults.is_empty() {
            return Err(Fault::invalid(faults));
        }
        let mut rows = vec![self.credential_row(&person.id, new, Some(before)).await?];
        rows.extend(self.sessions_but_one(&person.id, &digest(token)).await?);
        let ctx = self.ctx(subject);
        let work = |ctx: Ctx| {
            let rows = rows.clone();
            async move {
                let right = Authority::Engine("own-account");
                let mut draft = self
                    .records()
                    .prepare_matter("user", person.rid, right, Deed::of("change-password"))
                    .await?;
                draft.set("must_change_password", FieldValue::Bool(false))?;
                rows.into_iter().for_each(|it| draft.with(it));
                self.records().save(&ctx, draft).await
            }
        };
        self.records().attempt(&ctx, work).await?;
        self.forget(&person.id);
        Ok(())
    }

    /// Whether anybody can sign in at all; an installation without is waiting for its first administrator.
    ///
    /// # Errors
    /// What the store says.
    pub async fn has_any_user(&self) -> Result<bool, Fault> {
        let rows = self
            .records()
            .rows(&Select::new(CREDENTIAL, &["user_id"], Scope::All).limit(1))
            .await?;
        Ok(!rows.is_empty())
    }

    pub(crate) async fn credential(&self, user_id: &str) -> Result<Option<Credential>, Fault> {
        let select = Select::new(CREDENTIAL, &["hash", "changed_at", "previous"], Scope::All);
        let rows = self
            .records()
            .rows(&select.filter(Filter::eq("user_id", user_id)).limit(1))
            .await?;
        Ok(rows.first().map(|row| Credential {
            hash: text(row, 0),
            changed_at: Instant::from_millis(int(row, 1)),
            previous: serde_json::from_str(&text(row, 2)).unwrap_or_default(),
        }))
    }

    /// The row of a new password.
    pub(crate) async fn credential_row(&self, user_id: &str, new: &str, before: Option<Credential>) -> Result<RowWrite, Fault> {
        let turn = self.pool().turn().await?;
        let (hash, _) = turn.hash(new, salt(self.records().entropy())).await?;
        let mut previous: Vec<String> = before
            .into_iter()
            .flat_map(|it| std::iter::once(it.hash).chain(it.previous))
            .collect();
        previous.truncate(BARRED - 1);
        Ok(RowWrite::Upsert {
            table: CREDENTIAL.into(),
            key: vec![("user_id".into(), Value::from(user_id))],
            row: vec![
                ("hash".into(), Value::from(hash.as_str())),
                ("changed_at".into(), Value::Int(self.records().now().millis())),
                ("previous".into(), Value::from(Json::from(previous).to_string().as_str())),
            ],
        })
    }

    async fn is_barred(&self, before: Option<&Credential>, new: &str) -> Result<bool, Fault> {
        let Some(before) = before else { return Ok(false) };
        let hashes = std::iter::once(&before.hash).chain(&before.previous).cloned().collect();
        let (barred, _) = self.pool().turn().await?.matches(new, hashes).await?;
        Ok(barred)
    }

    async fn wrong_old(&self, person: &Person, before: &Credential, old: &str) -> Result<Option<FieldFault>, Fault> {
        let turn = self.pool().turn_of(&person.username).await?;
        let now = self.records().now();
        let attempts = self.attempts(&person.username, now).await?;
        let (right, _turn) = turn.matches(old, vec![before.hash.clone()]).await?;
        if right {
            return Ok(None);
        }
        let fault = self
            .refuse(
                Some(&person.id),
                attempts,
                now,
                serde_json::json!({ "reason": "old-password" }),
            )
            .await?;
        if fault.code == Code::LockedOut {
            return Err(fault);
        }
        Ok(Some(FieldFault::new("old_password", "wrong", "原密码不对", "重新输入原密码")))
    }

    /// Ends all sessions of a user, those too that begin at this moment, and begins the one that is kept anew, freed of the duty to change
    /// the password.
    async fn sessions_but_one(&self, user_id: &str, kept: &str) -> Result<[RowWrite; 2], Fault> {
        let columns = ["created_at", "last_seen", "expires_at", "origin"];
        let select = Select::new(SESSION, &columns, Scope::All)
            .filter(Filter::eq("digest", kept).and(Filter::eq("user_id", user_id)))
            .limit(1);
        let rows = self.records().rows(&select).await?;
        let read = rows.into_iter().next().ok_or_else(not_signed_in)?;
        let fixed = [
            ("digest", Value::from(kept)),
            ("user_id", Value::from(user_id)),
            ("must_change", Value::Int(0)),
        ];
        let row = fixed.into_iter().chain(columns.into_iter().zip(read));
        let again = RowWrite::Insert {
            table: SESSION.into(),
            row: row.map(|(name, value)| (name.into(), value)).collect(),
        };
        Ok([end_sessions(user_id), again])
    }
}

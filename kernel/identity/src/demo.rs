//! The users of a demonstration: one password for all of them, which works nowhere else.

use yiwang_authz::Action;
use yiwang_records::rows::{Lane, Value};
use yiwang_records::{Ctx, Deed, RowWrite};
use yiwang_types::{Code, Fault};

use crate::Identity;
use crate::tables::CREDENTIAL;

/// What kind of installation this is; the marker in the data folder says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// Begun with `--demo`, for good.
    Demo,
    /// With real data.
    Real,
}

impl Identity {
    /// Gives the listed users this password, in a demonstration only. Users who have it already are left alone, names of nobody are passed
    /// over. Answers how many now have it.
    ///
    /// # Errors
    /// `forbidden` outside a demonstration; what the store says.
    pub async fn demo_users(&self, site: Site, usernames: &[&str], password: &str) -> Result<usize, Fault> {
        if site != Site::Demo {
            return Err(Fault::new(Code::Forbidden, "这里不是演示环境,不能设置演示账号的密码。"));
        }
        let ctx = Ctx::job("kernel");
        let directory = self.current_directory().await?;
        let people: Vec<_> = usernames.iter().filter_map(|it| directory.person_named(it)).collect();
        for person in &people {
            let before = self.credential(&person.id).await?;
            if let Some(before) = &before {
                let (same, _) = self.pool().turn().await?.matches(password, vec![before.hash.clone()]).await?;
                if same {
                    self.renew(&person.id).await?;
                    continue;
                }
            }
            let row = self.credential_row(&person.id, password, before).await?;
            let work = |ctx: Ctx| {
                let row = row.clone();
                async move {
                    let deed = Deed::of("set-password");
                    let mut draft = self
                        .records()
                        .prepare_act(&ctx, "user", &person.id, Action::Update, deed)
                        .await?;
                    draft.with(row);
                    self.records().save(&ctx, draft).await
                }
            };
            self.records().attempt(&ctx, work).await?;
        }
        Ok(people.len())
    }

    /// A demonstration may be months old; its password does not grow old.
    async fn renew(&self, user_id: &str) -> Result<(), Fault> {
        let set = vec![("changed_at".into(), Value::Int(self.records().now().millis()))];
        let row = RowWrite::Update {
            table: CREDENTIAL.into(),
            key: vec![("user_id".into(), Value::from(user_id))],
            set,
            expect: None,
        };
        self.records().write_rows(Lane::Bulk, vec![row]).await
    }
}

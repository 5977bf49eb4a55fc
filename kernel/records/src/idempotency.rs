//! The same key tells the same truth: an answer is stored in the batch of its write.

use yiwang_store::{Cmp, Filter, Lane, Name, Row, Scope, Select, Store, Value, Write};
use yiwang_types::{Code, Fault, Instant, Sm3Digest};

use crate::ctx::Ctx;
use crate::engine::Records;
use crate::faults::fault_of;
use crate::save::Saved;
use crate::tables;

/// The answer already given under this key, if any.
pub(crate) async fn answered(store: &Store, ctx: &Ctx) -> Result<Option<Saved>, Fault> {
    let Some(key) = &ctx.idempotency else { return Ok(None) };
    let who = owner(ctx);
    let row = store
        .get(
            tables::IDEMPOTENCY,
            &[("subject", Value::from(who.as_str())), ("key", Value::from(key.key.as_str()))],
            &["digest", "answer"],
        )
        .await
        .map_err(fault_of)?;
    let Some(row) = row else { return Ok(None) };
    let text = |at: usize| row.get(at).and_then(Value::as_text).unwrap_or_default();
    if text(0) != key.digest {
        return Err(Fault::new(
            Code::KeyReused,
            "这个幂等键已用于另一项内容;请换一个新的键再提交。",
        ));
    }
    serde_json::from_str(text(1))
        .map(Some)
        .map_err(|err| Fault::internal(format!("stored answer: {err}")))
}

/// The row that remembers the answer.
pub(crate) fn remember(ctx: &Ctx, answer: &Saved, at: Instant) -> Option<Write> {
    let key = ctx.idempotency.as_ref()?;
    let answer = serde_json::to_string(answer).ok()?;
    Some(Write::Insert {
        table: tables::IDEMPOTENCY.into(),
        row: vec![
            ("subject".into(), Value::from(owner(ctx))),
            ("key".into(), Value::from(key.key.as_str())),
            ("digest".into(), Value::from(key.digest.as_str())),
            ("answer".into(), Value::from(answer)),
            ("at".into(), Value::Int(at.millis())),
        ],
    })
}

/// Whose key it is. Visitors have no id in common that would be theirs: the digest of their session key takes its place.
fn owner(ctx: &Ctx) -> String {
    let mut owner = ctx.subject.reference();
    if ctx.subject.id.is_empty()
        && let Some(session) = &ctx.owner
    {
        owner.push_str(&Sm3Digest::of(session.as_bytes()).to_string());
    }
    if let Some(principal) = &ctx.subject.on_behalf {
        owner.push_str(" for ");
        owner.push_str(principal);
    }
    owner
}

impl Records {
    /// Forgets the answers of calls before a moment; a client does not repeat a request for longer than a day or two. Call it now and then.
    /// Gives how many were forgotten.
    ///
    /// # Errors
    /// What the store says.
    pub async fn forget_answers(&self, before: Instant) -> Result<u64, Fault> {
        let mut forgotten = 0;
        loop {
            let select = Select {
                limit: 500,
                ..Select::new(tables::IDEMPOTENCY, &["subject", "key"], Scope::All).filter(Filter::cmp("at", Cmp::Lt, before))
            };
            let rows = self.store().select(&select).await.map_err(fault_of)?;
            if rows.is_empty() {
                return Ok(forgotten);
            }
            forgotten += u64::try_from(rows.len()).unwrap_or_default();
            let delete = |row: Row| Write::Delete {
                table: tables::IDEMPOTENCY.into(),
                key: ["subject", "key"].map(Name::from).into_iter().zip(row).collect(),
            };
            self.write_rows(Lane::Bulk, rows.into_iter().map(delete).collect()).await?;
        }
    }
}

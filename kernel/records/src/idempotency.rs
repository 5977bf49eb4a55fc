//! The same key tells the same truth: an answer is stored in the batch of its write.

use yiwang_store::{Store, Value, Write};
use yiwang_types::{Code, Fault, Instant};

use crate::ctx::Ctx;
use crate::engine::fault_of;
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

fn owner(ctx: &Ctx) -> String {
    ctx.subject.reference()
}

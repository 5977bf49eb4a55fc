//! From a draft to a durable commit: everything computed outside, the rest in one pure function that the store runs on the locked rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use yiwang_model::{FieldValue, Register};
use yiwang_store::{Batch, Change, Decision, Error, Lock, Locked, Plan, Value, Write};
use yiwang_types::{Fault, FieldFault, Instant};

use crate::audit::{ChainEntry, Link};
use crate::ctx::Ctx;
use crate::draft::{Authority, Draft};
use crate::engine::{Records, Trouble};
use crate::faults::fault_of;
use crate::loaded::Loaded;
use crate::numbers::Wish;
use crate::{column, history, idempotency, participants, tables};

/// What a write answers, and answers again under the same idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Register of the record.
    pub register: String,
    /// UUID of the record.
    pub id: String,
    /// Its version now.
    pub version: i64,
    /// Its state now.
    pub status: String,
    /// Numbers given by this write.
    pub numbers: BTreeMap<String, String>,
    /// What else the caller wants to know.
    #[serde(default, flatten)]
    pub answer: Map<String, Json>,
}

/// Everything the locked part needs, computed outside.
struct Prepared {
    ctx: Ctx,
    register: Arc<Register>,
    rid: i64,
    id: String,
    at: Instant,
    version: i64,
    status: String,
    before: Option<Arc<Loaded>>,
    columns: Vec<(String, Value)>,
    history: history::Prepared,
    audit_rid: i64,
    salt: [u8; 16],
    extra: Vec<Write>,
    wishes: Vec<Wish>,
    given: BTreeMap<String, String>,
    answer: Map<String, Json>,
    bump_rights: bool,
}

impl Records {
    /// Commits a draft. Rules of the register are checked first, over the record as it will be.
    ///
    /// # Errors
    /// [`Trouble::Again`] when the matter moved since it was read: prepare again. Otherwise the fault.
    pub async fn save(&self, ctx: &Ctx, mut draft: Draft) -> Result<Saved, Trouble> {
        self.check_whole(ctx, &mut draft).await?;
        let prepared = self.prepare_save(ctx, draft).await?;
        let mut locks = Vec::new();
        if prepared.before.is_some() {
            locks.push(Lock::Row {
                table: prepared.register.name.clone(),
                key: vec![("rid".into(), Value::Int(prepared.rid))],
                columns: vec!["audit_seq".into()],
            });
        }
        locks.extend(prepared.wishes.iter().map(|it| Lock::Counter(it.counter.clone())));
        let register = Arc::clone(&prepared.register);
        let plan = Plan {
            lane: ctx.lane,
            locks,
            decide: Arc::new(move |locked: &Locked| prepared.decide(locked)),
        };
        match self.store().commit(plan).await {
            Ok(saved) => Ok(saved),
            Err(Error::Conflict(why)) => Err(Trouble::Again(why)),
            Err(Error::Unique { table, .. }) if table == tables::IDEMPOTENCY => Err(Trouble::Again("idempotency key".into())),
            Err(Error::Unique { index, .. }) => Err(Trouble::Fault(taken(&register, &index))),
            Err(other) => Err(Trouble::Fault(fault_of(other))),
        }
    }

    async fn prepare_save(&self, ctx: &Ctx, draft: Draft) -> Result<Prepared, Fault> {
        let rids = self.store().rids(2).await.map_err(fault_of)?;
        let register = Arc::clone(&draft.register);
        let content_changed = draft.changes_content();
        let version = draft.before().map_or(1, |it| it.version + i64::from(content_changed));
        let mut columns = Vec::new();
        let mut changes = Map::new();
        for (name, value) in &draft.changes {
            let Some(field) = register.field(name) else { continue };
            let sealed = match (field.sensitive.is_some(), value) {
                (true, FieldValue::Text(clear)) => Some(self.keys().seal(
                    &column::place_of(&register.name, field),
                    column::kind_of(field),
                    clear,
                    self.entropy(),
                )?),
                _ => None,
            };
            columns.extend(
                column::names(field)
                    .into_iter()
                    .zip(column::encode(field, value, sealed.as_ref())),
            );
            changes.insert(name.clone(), history::change_of(field, value, &self.salt(), self.offset()));
        }
        if let Some(status) = &draft.status {
            changes.insert("status".into(), Json::from(status.as_str()));
        }
        if draft.deletes {
            columns.push(("deleted_at".into(), Value::Int(draft.at.millis())));
        }
        let wishes = draft
            .gapless
            .iter()
            .map(|field| self.wish(&register, field, draft.at))
            .collect::<Result<Vec<_>, _>>()?;
        let mut extra = draft.extra.clone();
        extra.extend(
            draft
                .participants
                .iter()
                .map(|it| participants::write(&register.name, draft.rid(), it)),
        );
        let leaving = draft.dismissed.iter().filter(|it| !draft.participants.contains(it));
        extra.extend(leaving.map(|it| participants::delete(&register.name, draft.rid(), it)));
        let given = numbers_given(&draft);
        Ok(Prepared {
            rid: draft.rid(),
            id: draft.id().to_owned(),
            at: draft.at,
            version,
            status: draft.status().to_owned(),
            before: draft.before().cloned(),
            columns,
            history: history::prepare(ctx, &draft, rids.start, version, changes),
            audit_rid: rids.start + 1,
            salt: self.salt(),
            extra,
            wishes,
            given,
            answer: draft.answer,
            bump_rights: register.system,
            ctx: ctx.clone(),
            register,
        })
    }
}

impl Prepared {
    /// Pure; the store may run it again.
    fn decide(&self, locked: &Locked) -> Decision<Saved> {
        let epoch = self.ctx.subject.rights_epoch;
        if self.ctx.subject.has_posts() && epoch != locked.epochs.rights {
            return Decision::Conflict("rights".into());
        }
        if let Some(before) = &self.before {
            let seq = locked
                .rows
                .first()
                .and_then(Option::as_ref)
                .and_then(|row| row.first())
                .and_then(Value::as_int);
            if seq != Some(before.link.seq) {
                return Decision::Conflict("the matter moved".into());
            }
        }
        let mut numbers = self.given.clone();
        let mut columns = self.columns.clone();
        let mut counters = Vec::new();
        for (wish, current) in self.wishes.iter().zip(&locked.counters) {
            let next = current + 1;
            let text = wish.render(next);
            columns.push((wish.field.clone(), Value::from(text.as_str())));
            counters.push((wish.counter.clone(), next));
            numbers.insert(wish.field.clone(), text);
        }
        let content = self.history.content(&numbers);
        let entry = ChainEntry {
            at: self.at,
            subject: self.ctx.subject.reference(),
            on_behalf: self.ctx.subject.on_behalf.clone(),
            act: self.history.act().to_owned(),
            object: format!("{}/{}", self.register.name, self.id),
            salt: self.salt,
            content: self.history.proof(&content),
        };
        let link = entry.chain(&self.before.as_ref().map(|it| it.link.clone()).unwrap_or_default());
        let saved = Saved {
            register: self.register.name.clone(),
            id: self.id.clone(),
            version: self.version,
            status: self.status.clone(),
            numbers,
            answer: self.answer.clone(),
        };
        let mut writes = vec![self.record_write(columns, &link)];
        writes.push(self.history.write(link.seq, content));
        writes.push(audit_write(self.audit_rid, &self.object(), &entry, &link));
        writes.extend(self.extra.iter().cloned());
        writes.extend(idempotency::remember(&self.ctx, &saved, self.at));
        let change = Change {
            register: self.register.name.clone().into(),
            id: self.id.clone().into(),
            rid: self.rid,
            version: self.version,
            kind: self.history.act().to_owned().into(),
        };
        let batch = Batch {
            writes,
            changes: vec![change],
            counters,
            bump_rights: self.bump_rights,
            bump_definitions: false,
        };
        Decision::Commit(batch, saved)
    }

    fn object(&self) -> String {
        format!("{}/{}", self.register.name, self.id)
    }

    fn record_write(&self, mut columns: Vec<(String, Value)>, link: &Link) -> Write {
        let who = self.ctx.subject.reference();
        columns.extend([
            ("version".to_owned(), Value::Int(self.version)),
            ("status".to_owned(), Value::from(self.status.as_str())),
            ("updated_at".to_owned(), Value::Int(self.at.millis())),
            ("updated_by".to_owned(), Value::from(who.as_str())),
            ("audit_seq".to_owned(), Value::Int(link.seq)),
            ("audit_head".to_owned(), Value::Bytes(link.head.clone())),
        ]);
        let table = self.register.name.clone().into();
        let named = |columns: Vec<(String, Value)>| {
            columns
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect::<Vec<_>>()
        };
        if self.before.is_some() {
            let key = vec![("rid".into(), Value::Int(self.rid))];
            return Write::Update {
                table,
                key,
                set: named(columns),
                expect: Some(1),
            };
        }
        columns.extend([
            ("rid".to_owned(), Value::Int(self.rid)),
            ("id".to_owned(), Value::from(self.id.as_str())),
            ("created_at".to_owned(), Value::Int(self.at.millis())),
            ("created_by".to_owned(), Value::from(who)),
        ]);
        Write::Insert {
            table,
            row: named(columns),
        }
    }
}

pub(crate) fn audit_write(rid: i64, chain: &str, entry: &ChainEntry, link: &Link) -> Write {
    Write::Insert {
        table: tables::AUDIT.into(),
        row: vec![
            ("rid".into(), Value::Int(rid)),
            ("chain".into(), Value::from(chain)),
            ("seq".into(), Value::Int(link.seq)),
            ("at".into(), Value::Int(entry.at.millis())),
            ("subject".into(), Value::from(entry.subject.as_str())),
            ("on_behalf".into(), Value::from(entry.on_behalf.as_deref())),
            ("act".into(), Value::from(entry.act.as_str())),
            ("object".into(), Value::from(entry.object.as_str())),
            ("salt".into(), Value::Bytes(entry.salt.to_vec())),
            ("digest".into(), Value::Bytes(entry.digest().as_bytes().to_vec())),
            ("hash".into(), Value::Bytes(link.head.clone())),
        ],
    }
}

/// Numbers and codes that a new record got before the commit.
fn numbers_given(draft: &Draft) -> BTreeMap<String, String> {
    if draft.before().is_some() {
        return BTreeMap::new();
    }
    let register = &draft.register;
    let fields = register
        .numbers
        .iter()
        .map(|it| it.field.as_str())
        .chain(register.progress_code.as_deref());
    fields
        .filter_map(|field| match draft.changes.get(field) {
            Some(FieldValue::Text(it)) => Some((field.to_owned(), it.clone())),
            _ => None,
        })
        .collect()
}

/// A unique index was hit: said on the fields it stands for.
fn taken(register: &Register, index: &str) -> Fault {
    let sets = register
        .unique
        .iter()
        .cloned()
        .chain(register.key.iter().map(|it| vec![it.clone()]));
    for set in sets {
        let columns: Vec<&str> = set.iter().map(String::as_str).collect();
        if index == tables::unique(&columns, &[]).name {
            let fault = |field: &String| {
                let title = register.field(field).map_or(field.as_str(), |it| it.title.as_str());
                FieldFault::new(
                    field.as_str(),
                    "unique",
                    format!("“{title}”与已有记录重复"),
                    "核对后改用别的值,或打开已有记录",
                )
            };
            return Fault::invalid(set.iter().map(fault).collect());
        }
    }
    Fault::internal(format!("unique index {index} of {} was hit", register.name))
}

impl Authority {
    pub(crate) fn to_json(&self) -> Json {
        match self {
            Authority::Grant(it) => json!({ "grant": it }),
            Authority::Task(it) => json!({ "task": it }),
            Authority::Engine(it) => json!({ "engine": it }),
        }
    }
}

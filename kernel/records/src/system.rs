//! What is not one person's act on one record: reads of the engine itself, and events that belong to no matter (sign-ins, exports).

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use serde_json::Value as Json;
use yiwang_store::{
    Aggregate, Batch, Cmp, Decision, Error, Filter, Lane, Lock, Locked, Measure, Plan, Row, Scope, Select, Sort, Value, Write,
};
use yiwang_types::{Code, Fault};

use crate::audit::{ChainEntry, Link};
use crate::ctx::Ctx;
use crate::engine::{Records, TRIES};
use crate::faults::fault_of;
use crate::loaded::{self, Loaded};
use crate::save::audit_write;
use crate::tables;

/// Purposes already noted today on this node.
#[derive(Default)]
pub(crate) struct Noted(Mutex<HashSet<String>>);

impl Noted {
    fn first(&self, key: &str) -> bool {
        self.0.lock().is_ok_and(|mut all| {
            if all.len() > 1000 {
                all.clear();
            }
            all.insert(key.to_owned())
        })
    }

    fn forget(&self, key: &str) {
        if let Ok(mut all) = self.0.lock() {
            all.remove(key);
        }
    }
}

/// Reads without a subject's scope, for a declared purpose. The first read of a purpose on a day is itself audited on each node.
#[derive(Clone)]
pub struct SystemReader {
    records: Records,
    purpose: &'static str,
}

/// An event outside any matter.
#[derive(Clone, Debug)]
pub struct Event {
    /// The act: `sign-in`, `export`, `unmask`, `system-read` ...
    pub act: &'static str,
    /// The thing it was done to.
    pub object: String,
    /// Facts of the event, without clear personal data.
    pub content: Json,
}

impl Records {
    /// A reader for the engine's own purpose.
    pub fn system(&self, purpose: &'static str) -> SystemReader {
        SystemReader {
            records: self.clone(),
            purpose,
        }
    }

    /// Notes an event in the chain of its subject and month, together with rows of other tables.
    ///
    /// # Errors
    /// What the store says.
    pub async fn note(&self, ctx: &Ctx, event: Event, rows: Vec<Write>) -> Result<(), Fault> {
        self.note_with(
            ctx,
            event,
            Batch {
                writes: rows,
                ..Batch::default()
            },
        )
        .await
    }

    /// The same for an event that changes the definitions in force: every node reloads.
    ///
    /// # Errors
    /// What the store says.
    pub async fn publish(&self, ctx: &Ctx, event: Event, rows: Vec<Write>) -> Result<(), Fault> {
        self.note_with(
            ctx,
            event,
            Batch {
                writes: rows,
                bump_definitions: true,
                ..Batch::default()
            },
        )
        .await
    }

    async fn note_with(&self, ctx: &Ctx, event: Event, with: Batch) -> Result<(), Fault> {
        let at = self.now();
        let (year, month, _) = at.date(self.offset()).ymd();
        let chain = format!("{}/{year:04}{month:02}", ctx.subject.reference());
        let entry = ChainEntry {
            at,
            subject: ctx.subject.reference(),
            on_behalf: ctx.subject.on_behalf.clone(),
            act: event.act.to_owned(),
            object: event.object,
            salt: self.salt(),
            content: event.content.to_string(),
        };
        for _ in 0..TRIES {
            let rid = self.store().rids(1).await.map_err(fault_of)?.start;
            let (chain, entry, with) = (chain.clone(), entry.clone(), with.clone());
            let lock = Lock::Row {
                table: tables::CHAIN.to_owned(),
                key: vec![("chain".into(), Value::from(chain.as_str()))],
                columns: vec!["seq".into(), "head".into()],
            };
            let decide = move |locked: &Locked| Decision::Commit(chain_batch(&chain, &entry, rid, locked, &with), ());
            let plan = Plan {
                lane: Lane::Interactive,
                locks: vec![lock],
                decide: Arc::new(decide),
            };
            match self.store().commit(plan).await {
                Err(Error::Conflict(_)) => {}
                // Two firsts of a month at once: the second one finds the row now.
                Err(Error::Unique { table, .. }) if table == tables::CHAIN || table == tables::AUDIT => {}
                other => return other.map_err(fault_of),
            }
        }
        Err(Fault::new(Code::Busy, "系统繁忙,请稍后再试。").because(format!("chain {chain} does not go on")))
    }

    /// Writes rows of tables that are no registers and belong to no person's act (leases of jobs, expiry of sessions).
    ///
    /// # Errors
    /// What the store says; a row that should have been hit and was not is `version-conflict`.
    pub async fn write_rows(&self, lane: Lane, rows: Vec<Write>) -> Result<(), Fault> {
        let names: HashSet<String> = self.model().registers.keys().cloned().collect();
        if let Some(name) = rows.iter().map(table_of).find(|it| names.contains(*it)) {
            return Err(Fault::internal(format!(
                "{name} is a register: it is written through a draft"
            )));
        }
        let decide = move |_: &Locked| {
            Decision::Commit(
                Batch {
                    writes: rows.clone(),
                    ..Batch::default()
                },
                (),
            )
        };
        self.store()
            .commit(Plan {
                lane,
                locks: vec![],
                decide: Arc::new(decide),
            })
            .await
            .map_err(fault_of)
    }

    /// Reads rows of tables that are no registers (tasks, timers, sessions).
    ///
    /// # Errors
    /// When a register is asked for: it is read with a scope.
    pub async fn rows(&self, select: &Select) -> Result<Vec<Row>, Fault> {
        self.is_no_register(&select.table)?;
        self.store().select(select).await.map_err(fault_of)
    }

    pub(crate) fn is_no_register(&self, table: &str) -> Result<(), Fault> {
        if self.model().registers.contains_key(table) {
            Err(Fault::internal(format!("{table} is a register: it is read within a scope")))
        } else {
            Ok(())
        }
    }
}

fn chain_batch(chain: &str, entry: &ChainEntry, rid: i64, locked: &Locked, with: &Batch) -> Batch {
    let row = locked.rows.first().and_then(Option::as_ref);
    let before = row.map(|row| Link {
        seq: row.first().and_then(Value::as_int).unwrap_or(0),
        head: row.get(1).and_then(Value::as_bytes).map(<[u8]>::to_vec).unwrap_or_default(),
    });
    let link = entry.chain(&before.clone().unwrap_or_default());
    let key = ("chain".into(), Value::from(chain));
    let set = vec![
        ("seq".into(), Value::Int(link.seq)),
        ("head".into(), Value::Bytes(link.head.clone())),
    ];
    let head = match before {
        Some(_) => Write::Update {
            table: tables::CHAIN.into(),
            key: vec![key],
            set,
            expect: Some(1),
        },
        None => Write::Insert {
            table: tables::CHAIN.into(),
            row: std::iter::once(key).chain(set).collect(),
        },
    };
    let mut writes = vec![head, audit_write(rid, chain, entry, &link)];
    writes.extend(with.writes.iter().cloned());
    Batch { writes, ..with.clone() }
}

impl SystemReader {
    pub(crate) async fn noted(&self) -> Result<(), Fault> {
        let day = self.records.now().date(self.records.offset());
        let key = format!("{}/{day}", self.purpose);
        if !self.records.noted().first(&key) {
            return Ok(());
        }
        let event = Event {
            act: "system-read",
            object: self.purpose.to_owned(),
            content: serde_json::json!({ "day": day.to_string() }),
        };
        let noted = self.records.note(&Ctx::job("kernel"), event, vec![]).await;
        // What could not be noted is not read, now or later that day.
        if noted.is_err() {
            self.records.noted().forget(&key);
        }
        noted
    }

    /// The record whose unique or indexed text field has exactly this value.
    ///
    /// # Errors
    /// What the store says.
    pub async fn find(&self, register: &str, field: &str, value: &str) -> Result<Option<Loaded>, Fault> {
        self.noted().await?;
        let register = self.records.register(register)?;
        let filter = Filter::Cmp {
            column: field.to_owned(),
            op: Cmp::Eq,
            value: Value::from(value),
        };
        self.records.load_where(&register, filter, Scope::All).await
    }

    /// The records whose columns equal these values, newest first. An empty list of pairs means all.
    ///
    /// # Errors
    /// What the store says.
    pub async fn matching(&self, register: &str, filter: Filter, limit: u32) -> Result<Vec<Loaded>, Fault> {
        self.noted().await?;
        let register = self.records.register(register)?;
        let select = Select {
            table: register.name.clone(),
            columns: loaded::columns(&register),
            filter: Filter::And(vec![filter, Filter::IsNull("deleted_at".into())]),
            scope: Scope::All,
            sort: vec![Sort {
                column: "rid".into(),
                descending: true,
            }],
            after: None,
            limit,
        };
        let rows = self.records.store().select(&select).await.map_err(fault_of)?;
        rows.iter()
            .map(|row| loaded::read(&register, row, self.records.keys()))
            .collect()
    }

    /// Every record of a register, in the order they were made; for the small ones that are held in memory (cells, departments).
    ///
    /// # Errors
    /// What the store says.
    pub async fn all(&self, register: &str) -> Result<Vec<Loaded>, Fault> {
        self.noted().await?;
        let register = self.records.register(register)?;
        let mut all = Vec::new();
        let mut select = Select {
            table: register.name.clone(),
            columns: loaded::columns(&register),
            filter: Filter::IsNull("deleted_at".into()),
            scope: Scope::All,
            sort: vec![Sort {
                column: "rid".into(),
                descending: false,
            }],
            after: None,
            limit: 500,
        };
        loop {
            let rows = self.records.store().select(&select).await.map_err(fault_of)?;
            for row in &rows {
                all.push(loaded::read(&register, row, self.records.keys())?);
            }
            match rows.last() {
                Some(last) if rows.len() == 500 => select.after = Some(last.iter().take(1).cloned().collect()),
                _ => return Ok(all),
            }
        }
    }

    /// A mark that moves whenever a record of the register is made, changed or deleted: how many there are and how often they were changed.
    /// One cheap statement, for what is held in memory and must follow.
    ///
    /// # Errors
    /// What the store says.
    pub async fn stamp(&self, register: &str) -> Result<(i64, i64), Fault> {
        self.noted().await?;
        let measures = vec![Measure::Count(Filter::True), Measure::Sum("version".to_owned(), Filter::True)];
        let register = self.records.register(register)?;
        let aggregate = Aggregate {
            table: register.name.clone(),
            filter: Filter::True,
            scope: Scope::All,
            group: vec![],
            measures,
        };
        let rows = self.records.store().aggregate(&aggregate).await.map_err(fault_of)?;
        let figure = |at: usize| rows.first().and_then(|row| row.get(at)).and_then(Value::as_int).unwrap_or(0);
        Ok((figure(0), figure(1)))
    }

    /// The keyed hash by which an equal sensitive value of a field is found.
    ///
    /// # Errors
    /// When the register has no such field.
    pub fn hash(&self, register: &str, field: &str, value: &str) -> Result<Vec<u8>, Fault> {
        let register = self.records.register(register)?;
        let field = register
            .field(field)
            .ok_or_else(|| Fault::internal(format!("{}: no field {field}", register.name)))?;
        Ok(self.records.keys().hash(crate::column::kind_of(field), value))
    }
}

fn table_of(write: &Write) -> &str {
    match write {
        Write::Insert { table, .. } | Write::Update { table, .. } | Write::Upsert { table, .. } | Write::Delete { table, .. } => {
            table
        }
    }
}

//! The definitions of this installation: stored, activated, reloaded on every node within two seconds.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};

use serde_json::json;
use yiwang_model::SourceFile;
use yiwang_records::rows::{ColumnType, Filter, Scope, Select, Sort, Table, Value};
use yiwang_records::tables::{required, table};
use yiwang_records::{Ctx, Event, Records, RowWrite};
use yiwang_types::{Diagnostic, Fault, Place, Sm3Digest};

use crate::compile::{Definitions, compile, compile_without, hash_of};

const FILE: &str = "yw_definition";
const SET: &str = "yw_definition_set";
const ACTIVATION: &str = "yw_activation";
/// Earlier sets held compiled.
const MOST_SETS: usize = 16;

fn tables() -> Vec<Table> {
    use ColumnType::{Bytes, Int, Text};
    let keyed = |name: &str, columns| Table {
        name: name.to_owned(),
        columns,
        key: vec!["hash".to_owned()],
        indexes: vec![],
    };
    vec![
        keyed(
            FILE,
            vec![required("hash", Text), required("format", Int), required("content", Bytes)],
        ),
        keyed(
            SET,
            vec![required("hash", Text), required("format", Int), required("files", Text)],
        ),
        table(
            ACTIVATION,
            vec![required("at", Int), required("hash", Text), required("subject", Text)],
            vec![],
        ),
    ]
}

/// The registry of one node.
pub struct Registry {
    records: Records,
    current: RwLock<Arc<Definitions>>,
    sets: RwLock<HashMap<String, Arc<Definitions>>>,
    epoch: AtomicI64,
}

impl Registry {
    /// Opens the registry; when `files` are not what is active, they are stored and activated.
    ///
    /// # Errors
    /// What the store says; broken files are no error here, their apps are disabled.
    pub async fn open(records: Records, files: &[SourceFile]) -> Result<Registry, Fault> {
        records.migrate(&tables()).await?;
        let empty = Arc::new(compile(&[], records.offset()));
        let registry = Registry {
            records,
            current: RwLock::new(empty),
            sets: RwLock::default(),
            epoch: AtomicI64::new(i64::MIN),
        };
        let (hash, _) = hash_of(files);
        let active = registry.active().await?;
        if active.as_deref() != Some(hash.as_str()) {
            registry.activate(&Ctx::job("kernel"), files).await?;
        }
        registry.reload().await?;
        Ok(registry)
    }

    /// The definitions in force on this node.
    pub fn current(&self) -> Arc<Definitions> {
        match self.current.read() {
            Ok(it) => Arc::clone(&it),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    /// The set with that hash: what a running matter began with.
    ///
    /// # Errors
    /// Internal fault when the set is not in the database.
    pub async fn pinned(&self, hash: &str) -> Result<Arc<Definitions>, Fault> {
        let current = self.current();
        if current.hash == hash {
            return Ok(current);
        }
        if let Some(found) = self.sets.read().ok().and_then(|it| it.get(hash).cloned()) {
            return Ok(found);
        }
        let loaded = Arc::new(compile(&self.files(hash).await?, self.records.offset()));
        if let Ok(mut sets) = self.sets.write() {
            // Old sets are compiled again when a matter of their time is touched.
            if sets.len() >= MOST_SETS {
                sets.clear();
            }
            sets.insert(hash.to_owned(), Arc::clone(&loaded));
        }
        Ok(loaded)
    }

    /// Stores files and puts them in force on all nodes; the act is in the audit chain.
    ///
    /// # Errors
    /// What the store says.
    pub async fn activate(&self, ctx: &Ctx, files: &[SourceFile]) -> Result<String, Fault> {
        let (hash, list) = hash_of(files);
        let mut rows: Vec<RowWrite> = Vec::new();
        for file in files {
            let key = vec![("hash".into(), Value::from(Sm3Digest::of(&file.bytes).to_string()))];
            let row = vec![
                ("format".into(), Value::Int(1)),
                ("content".into(), Value::Bytes(file.bytes.to_vec())),
            ];
            rows.push(RowWrite::Upsert {
                table: FILE.into(),
                key,
                row,
            });
        }
        let key = vec![("hash".into(), Value::from(hash.as_str()))];
        let row = vec![
            ("format".into(), Value::Int(1)),
            ("files".into(), Value::from(json!(list).to_string())),
        ];
        rows.push(RowWrite::Upsert {
            table: SET.into(),
            key,
            row,
        });
        let rid = self.records.rids(1).await?.start;
        // The last activation is in force, also when this node's clock is behind that of the node before.
        let at = self
            .records
            .now()
            .millis()
            .max(self.last_activation().await?.map_or(0, |it| it.1 + 1));
        rows.push(RowWrite::Insert {
            table: ACTIVATION.into(),
            row: vec![
                ("rid".into(), Value::Int(rid)),
                ("at".into(), Value::Int(at)),
                ("hash".into(), Value::from(hash.as_str())),
                ("subject".into(), Value::from(ctx.subject.reference())),
            ],
        });
        let event = Event {
            act: "activate",
            object: format!("definitions/{hash}"),
            content: json!({ "files": list.len() }),
        };
        self.records.publish(ctx, event, rows).await?;
        Ok(hash)
    }

    /// Takes over what another node activated; gives whether anything changed. Call it every second.
    ///
    /// # Errors
    /// What the store says.
    pub async fn reload_if_changed(&self) -> Result<bool, Fault> {
        let epoch = self.records.epochs().await?.definitions;
        if self.epoch.load(Ordering::SeqCst) == epoch {
            return Ok(false);
        }
        // Only what was taken over is done with: after a failure the next call tries again.
        self.reload().await?;
        self.epoch.store(epoch, Ordering::SeqCst);
        Ok(true)
    }

    async fn reload(&self) -> Result<(), Fault> {
        let Some(hash) = self.active().await? else { return Ok(()) };
        let files = self.files(&hash).await?;
        let loaded = Arc::new(self.fitting(&files).await?);
        for diagnostic in &loaded.diagnostics {
            tracing::warn!(diagnostic = %diagnostic, "A definition needs mending");
        }
        self.records.install((*loaded.model).clone()).await?;
        if let Ok(mut slot) = self.current.write() {
            *slot = loaded;
        }
        Ok(())
    }

    /// The definitions without the apps whose registers do not fit the tables that are there (a field of another type, a unique rule that
    /// stored records break): those are disabled with the reason, the town hall stays open.
    async fn fitting(&self, files: &[SourceFile]) -> Result<Definitions, Fault> {
        let loaded = compile(files, self.records.offset());
        let mut refused = Vec::new();
        for (register, fault) in self.records.misfits(&loaded.model).await? {
            let app = register.app.clone();
            if !loaded.model.apps.contains_key(&app) {
                return Err(fault);
            }
            let place = Place {
                file: register.file.clone(),
                line: 1,
                column: 1,
            };
            let why = fault.internal.unwrap_or(fault.detail);
            let message = format!("登记簿 {} 与库里已有的数据不合:{why}", register.name);
            let remedy = "字段不能改类型、不能由不敏感改为敏感;请另起字段名,或先改好数据再加唯一规则";
            refused.push((app, Diagnostic::error("table-misfit", place, message, remedy)));
        }
        if refused.is_empty() {
            return Ok(loaded);
        }
        Ok(compile_without(files, self.records.offset(), refused))
    }

    async fn active(&self) -> Result<Option<String>, Fault> {
        Ok(self.last_activation().await?.map(|it| it.0))
    }

    /// Hash and moment. Two nodes draw row numbers from blocks of their own, so the time decides first.
    async fn last_activation(&self) -> Result<Option<(String, i64)>, Fault> {
        let select = Select {
            sort: vec![Sort::down("at"), Sort::down("rid")],
            limit: 1,
            ..Select::new(ACTIVATION, &["hash", "at"], Scope::All)
        };
        let rows = self.records.rows(&select).await?;
        let last = rows.first().map(Vec::as_slice).unwrap_or_default();
        Ok(match last {
            [Value::Text(hash), Value::Int(at)] => Some((hash.to_string(), *at)),
            _ => None,
        })
    }

    async fn files(&self, hash: &str) -> Result<Vec<SourceFile>, Fault> {
        let missing = |what: &str| Fault::internal(format!("definition {what} is not in the database"));
        let select = Select::new(SET, &["files"], Scope::All).filter(Filter::eq("hash", hash));
        let rows = self.records.rows(&select).await?;
        let list = rows
            .first()
            .and_then(|row| row.first())
            .and_then(Value::as_text)
            .ok_or_else(|| missing(hash))?;
        let list: BTreeMap<String, String> = serde_json::from_str(list).map_err(|_| missing(hash))?;
        let mut contents: HashMap<String, Arc<[u8]>> = HashMap::new();
        let hashes: Vec<&String> = list.values().collect();
        for part in hashes.chunks(500) {
            let filter = Filter::within("hash", part.iter().map(|it| it.as_str()));
            let mut select = Select::new(FILE, &["hash", "content"], Scope::All).filter(filter);
            select.limit = 500;
            for row in self.records.rows(&select).await? {
                if let [hash, content] = row.as_slice()
                    && let (Some(hash), Some(content)) = (hash.as_text(), content.as_bytes())
                {
                    contents.insert(hash.to_owned(), content.into());
                }
            }
        }
        let file = |(path, hash): (String, String)| {
            let bytes = contents.get(&hash).cloned().ok_or_else(|| missing(&path))?;
            Ok(SourceFile { path, bytes })
        };
        list.into_iter().map(file).collect()
    }
}

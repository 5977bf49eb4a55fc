//! The door of this crate: definitions in force, keys, clock; and preparing a unit of work.

use std::future::Future;
use std::sync::{Arc, RwLock};

use serde_json::{Map, Value as Json};
use yiwang_authz::{Action, Decision as Right, Permission};
use yiwang_feel::{Context, Env, Value as Feel};
use yiwang_model::{Mode, Model, Register, Values};
use yiwang_store::{Error, Filter, Scope, Select, Store, Table, Value};
use yiwang_types::{Clock, Code, Entropy, Fault, Instant, Offset};

use crate::ctx::Ctx;
use crate::draft::{Authority, Base, Deed, Draft};
use crate::faults::{after_fault, fault_of};
use crate::guard::Guards;
use crate::hooks::{Hook, HookContext};
use crate::keys::KeyRing;
use crate::loaded::{self, Loaded};
use crate::numbers::Blocks;
use crate::save::Saved;
use crate::system::Noted;
use crate::{idempotency, key_check, scope, tables};

/// How often a unit of work is prepared again before the caller hears of it.
pub(crate) const TRIES: usize = 12;

/// Who hands in the values of a new record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writer {
    /// A person or a program: computed fields are refused.
    #[default]
    Outside,
    /// An import or the kernel: computed fields may be filled.
    Kernel,
}

/// Why a save did not go through.
#[derive(Debug)]
pub enum Trouble {
    /// Somebody was faster: prepare again from fresh data.
    Again(String),
    /// It will not go through.
    Fault(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Trouble {
        Trouble::Fault(fault)
    }
}

/// What an installation brings.
pub struct Options {
    /// The open database.
    pub store: Store,
    /// Keys of sensitive values.
    pub keys: KeyRing,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Wall clock of the place.
    pub offset: Offset,
}

struct Inner {
    options: Options,
    model: RwLock<Arc<Model>>,
    hooks: RwLock<Vec<Arc<dyn Hook>>>,
    guards: Guards,
    blocks: Blocks,
    noted: Noted,
}

/// The write pipeline and the scoped reads; cheap to clone.
#[derive(Clone)]
pub struct Records {
    inner: Arc<Inner>,
    clock: Arc<dyn Clock>,
}

impl Records {
    /// Opens the pipeline on a store and makes the tables of this crate.
    ///
    /// # Errors
    /// `unavailable` when a key that this database was used with is missing or is another one; when the database refuses.
    pub async fn open(options: Options) -> Result<Records, Fault> {
        options.store.migrate(&tables::internal()).await.map_err(fault_of)?;
        key_check::compare(&options.store, &options.keys).await?;
        let clock = Arc::clone(&options.clock);
        let model = RwLock::new(Arc::new(Model::default()));
        let inner = Inner {
            options,
            model,
            hooks: RwLock::default(),
            guards: Guards::default(),
            blocks: Blocks::default(),
            noted: Noted::default(),
        };
        Ok(Records {
            inner: Arc::new(inner),
            clock,
        })
    }

    /// The same pipeline at another time: a demo's past, a replay. Everything else is shared.
    #[must_use]
    pub fn at(&self, clock: Arc<dyn Clock>) -> Records {
        Records {
            inner: Arc::clone(&self.inner),
            clock,
        }
    }

    /// Adds a function on drafts behind those already there. The binary adds them in their fixed order before it serves.
    pub fn add_hook(&self, hook: Arc<dyn Hook>) {
        if let Ok(mut hooks) = self.inner.hooks.write() {
            hooks.push(hook);
        }
    }

    /// Makes tables of other crates (tasks, timers, sessions). Additive and repeatable.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn migrate(&self, tables: &[Table]) -> Result<(), Fault> {
        self.store().migrate(tables).await.map(|_| ()).map_err(fault_of)
    }

    /// Puts definitions in force on this node, making or widening the tables of their registers first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn install(&self, model: Model) -> Result<(), Fault> {
        let tables: Vec<Table> = model.registers.values().map(|it| tables::of_register(it)).collect();
        self.migrate(&tables).await?;
        if let Ok(mut slot) = self.inner.model.write() {
            *slot = Arc::new(model);
        }
        Ok(())
    }

    /// The registers of a model that the database refuses, each with the reason. What fits is made at once.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn misfits(&self, model: &Model) -> Result<Vec<(Arc<Register>, Fault)>, Fault> {
        let tables: Vec<Table> = model.registers.values().map(|it| tables::of_register(it)).collect();
        if self.migrate(&tables).await.is_ok() {
            return Ok(vec![]);
        }
        let mut misfits = Vec::new();
        for register in model.registers.values() {
            match self.store().migrate(&[tables::of_register(register)]).await {
                Ok(_) => {}
                Err(error @ (Error::Invalid(_) | Error::Database(_) | Error::Unique { .. })) => {
                    misfits.push((Arc::clone(register), fault_of(error)));
                }
                Err(other) => return Err(fault_of(other)),
            }
        }
        Ok(misfits)
    }

    /// Definitions in force.
    pub fn model(&self) -> Arc<Model> {
        match self.inner.model.read() {
            Ok(it) => Arc::clone(&it),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    /// The store. Only this crate and the job queue write to it.
    pub fn store(&self) -> &Store {
        &self.inner.options.store
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Wall clock of the place.
    pub fn offset(&self) -> Offset {
        self.inner.options.offset
    }

    /// What expressions may know of the outside.
    pub fn env(&self, now: Instant) -> Env {
        Env {
            now,
            offset: self.offset(),
        }
    }

    /// Randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        self.inner.options.entropy.as_ref()
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.inner.options.keys
    }

    pub(crate) fn guards(&self) -> &Guards {
        &self.inner.guards
    }

    pub(crate) fn blocks(&self) -> &Blocks {
        &self.inner.blocks
    }

    pub(crate) fn noted(&self) -> &Noted {
        &self.inner.noted
    }

    /// A secret for another purpose, the same on every node with the same keys.
    pub fn derived_secret(&self, purpose: &str) -> [u8; 32] {
        let bytes = self.keys().hash("derived", purpose);
        bytes.try_into().unwrap_or([0; 32])
    }

    /// Row numbers from this node's block.
    ///
    /// # Errors
    /// What the store says.
    pub async fn rids(&self, n: u32) -> Result<std::ops::Range<i64>, Fault> {
        if n == 0 {
            Ok(0..0)
        } else {
            self.store().rids(n).await.map_err(fault_of)
        }
    }

    /// How often rights and definitions have changed.
    ///
    /// # Errors
    /// What the store says.
    pub async fn epochs(&self) -> Result<yiwang_store::Epochs, Fault> {
        self.store().epochs().await.map_err(fault_of)
    }

    pub(crate) fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.entropy().fill(&mut salt);
        salt
    }

    /// A register by name.
    ///
    /// # Errors
    /// `not-found` when no enabled app has it.
    pub fn register(&self, name: &str) -> Result<Arc<Register>, Fault> {
        let model = self.model();
        let found = model.registers.get(name).cloned();
        found.ok_or_else(|| Fault::new(Code::NotFound, format!("没有名为“{name}”的登记簿。")))
    }

    /// What the subject may do, or the refusal with its reason.
    ///
    /// # Errors
    /// `forbidden`, with the roles that were looked at in the internal half.
    pub fn permit(&self, ctx: &Ctx, action: Action<'_>, register: &str) -> Result<Permission, Fault> {
        match yiwang_authz::decide(&self.model(), &ctx.subject, action, register) {
            Right::Allowed(permission) => Ok(permission),
            Right::Denied(why) => Err(Fault::new(Code::Forbidden, why.to_string())),
        }
    }

    /// Runs a unit of work until it goes through, with fresh data and, when rights moved, a fresh subject. Answers what an earlier call with
    /// the same idempotency key answered.
    ///
    /// # Errors
    /// The fault of the work; `busy` when others were faster every time.
    pub async fn attempt<F, Fut>(&self, ctx: &Ctx, work: F) -> Result<Saved, Fault>
    where
        F: Fn(Ctx) -> Fut,
        Fut: Future<Output = Result<Saved, Trouble>>,
    {
        if let Some(saved) = idempotency::answered(self.store(), ctx).await? {
            return Ok(saved);
        }
        let mut ctx = ctx.clone();
        for _ in 0..TRIES {
            match work(ctx.clone()).await {
                Ok(saved) => return Ok(saved),
                Err(Trouble::Fault(fault)) => {
                    // The task may be done because this very request was already carried out.
                    return after_fault(fault, idempotency::answered(self.store(), &ctx).await);
                }
                Err(Trouble::Again(_)) => {
                    if let Some(saved) = idempotency::answered(self.store(), &ctx).await? {
                        return Ok(saved);
                    }
                    ctx = ctx.refreshed().await?;
                }
            }
        }
        Err(Fault::new(Code::Busy, "同一事项正被多人同时办理,请稍后再试。"))
    }

    /// Makes a record.
    ///
    /// # Errors
    /// As [`Records::prepare_create`] and [`Records::save`].
    pub async fn create(&self, ctx: &Ctx, register: &str, input: &Map<String, Json>) -> Result<Saved, Fault> {
        let work = |ctx: Ctx| async move {
            let draft = self.prepare_create(&ctx, register, input, Writer::Outside).await?;
            self.save(&ctx, draft).await
        };
        self.attempt(ctx, work).await
    }

    /// Changes fields of a record. `version` is that of `If-Match`.
    ///
    /// # Errors
    /// `version-conflict` when the record has another version; as [`Records::save`].
    pub async fn update(
        &self,
        ctx: &Ctx,
        register: &str,
        id: &str,
        version: i64,
        input: &Map<String, Json>,
    ) -> Result<Saved, Fault> {
        let work = |ctx: Ctx| async move {
            let mut draft = self
                .prepare_act(&ctx, register, id, Action::Update, Deed::of("update"))
                .await?;
            check_version(&draft, version)?;
            self.fill(&mut draft, input, Writer::Outside)?;
            self.settle(&ctx, &mut draft)?;
            self.save(&ctx, draft).await
        };
        self.attempt(ctx, work).await
    }

    /// Deletes a record: a recorded act, the row stays.
    ///
    /// # Errors
    /// As [`Records::update`].
    pub async fn delete(&self, ctx: &Ctx, register: &str, id: &str, version: i64, reason: &str) -> Result<Saved, Fault> {
        let work = |ctx: Ctx| async move {
            let draft = self.prepare_delete(&ctx, register, id, version, reason).await?;
            self.save(&ctx, draft).await
        };
        self.attempt(ctx, work).await
    }

    /// A draft that deletes a record. A matter with a process is deleted through its process, so that no task stays behind.
    ///
    /// # Errors
    /// As [`Records::update`].
    pub async fn prepare_delete(&self, ctx: &Ctx, register: &str, id: &str, version: i64, reason: &str) -> Result<Draft, Fault> {
        let deed = Deed {
            comment: Some(reason.to_owned()),
            ..Deed::of("delete")
        };
        let mut draft = self.prepare_act(ctx, register, id, Action::Delete, deed).await?;
        check_version(&draft, version)?;
        draft.delete();
        Ok(draft)
    }

    /// A new record, checked and completed, not yet saved.
    ///
    /// # Errors
    /// `forbidden`; `invalid` with every field fault; what a hook refuses.
    pub async fn prepare_create(
        &self,
        ctx: &Ctx,
        register: &str,
        input: &Map<String, Json>,
        writer: Writer,
    ) -> Result<Draft, Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, Action::Create, &register.name)?;
        let at = self.now();
        let values = self.validate(&register, input, Mode::Create, writer, at)?;
        let rid = self.store().rids(1).await.map_err(fault_of)?.start;
        let id = yiwang_types::Id::new(at, self.entropy()).to_string();
        let authority = Authority::Grant(permission.why.to_string());
        let mut draft = Draft::new(
            Arc::clone(&register),
            Base::Fresh { rid, id },
            at,
            authority,
            Deed::of("create"),
        )
        .in_name_of(permission.department);
        for (name, value) in values {
            draft.set(&name, value)?;
        }
        self.number_at_create(&mut draft).await?;
        self.settle(ctx, &mut draft)?;
        Ok(draft)
    }

    /// A draft on an existing record within the subject's scope for that action.
    ///
    /// # Errors
    /// `forbidden`; `not-found` when there is no such record in the scope.
    pub async fn prepare_act(&self, ctx: &Ctx, register: &str, id: &str, action: Action<'_>, deed: Deed) -> Result<Draft, Fault> {
        let register = self.register(register)?;
        let permission = self.permit(ctx, action, &register.name)?;
        let loaded = self
            .load(&register, id, scope::compile(&register, &permission.scope, &ctx.subject))
            .await?;
        let authority = Authority::Grant(permission.why.to_string());
        let draft = Draft::new(register, Base::Existing(Arc::new(loaded)), self.now(), authority, deed);
        Ok(draft.in_name_of(permission.department))
    }

    /// A draft by right of a task or of the engine. The caller has proved that right; it is written into the history.
    ///
    /// # Errors
    /// `not-found` when the record is gone.
    pub async fn prepare_matter(&self, register: &str, rid: i64, authority: Authority, deed: Deed) -> Result<Draft, Fault> {
        let register = self.register(register)?;
        let found = self.load_where(
            &register,
            Filter::Cmp {
                column: "rid".into(),
                op: yiwang_store::Cmp::Eq,
                value: Value::Int(rid),
            },
            Scope::All,
        );
        let loaded = found.await?.ok_or_else(|| not_found(&register))?;
        Ok(Draft::new(
            register,
            Base::Existing(Arc::new(loaded)),
            self.now(),
            authority,
            deed,
        ))
    }

    /// Checks input as a change and puts it into the draft.
    ///
    /// # Errors
    /// `invalid` with every field fault.
    pub fn fill(&self, draft: &mut Draft, input: &Map<String, Json>, writer: Writer) -> Result<(), Fault> {
        let register = Arc::clone(draft.register());
        let existing = draft.values();
        for (name, value) in self.validate(&register, input, Mode::Update { existing: &existing }, writer, draft.at())? {
            draft.set(&name, value)?;
        }
        Ok(())
    }

    fn validate(
        &self,
        register: &Register,
        input: &Map<String, Json>,
        mode: Mode<'_>,
        writer: Writer,
        at: Instant,
    ) -> Result<Values, Fault> {
        let model = self.model();
        let check = match writer {
            Writer::Outside => yiwang_model::validate,
            Writer::Kernel => yiwang_model::validate_internal,
        };
        check(
            register,
            &model.dictionaries,
            input,
            mode,
            at.date(self.offset()),
            self.offset(),
        )
        .map_err(Fault::invalid)
    }

    /// Runs the hooks: places a point, derives fields. Call it after the values are in and before the process steps.
    ///
    /// # Errors
    /// `invalid` with every field fault, or what a hook refuses.
    pub fn settle(&self, ctx: &Ctx, draft: &mut Draft) -> Result<(), Fault> {
        let model = self.model();
        let context = HookContext {
            model: &model,
            subject: &ctx.subject,
            now: draft.at(),
        };
        let mut faults = Vec::new();
        let hooks: Vec<Arc<dyn Hook>> = self.inner.hooks.read().map(|it| it.clone()).unwrap_or_default();
        for hook in &hooks {
            hook.before_save(draft, &context, &mut faults)?;
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Fault::invalid(faults))
        }
    }

    /// What only the whole record shows: the register's rules, that what is referred to exists, what the guards say. All faults at once.
    pub(crate) async fn check_whole(&self, ctx: &Ctx, draft: &mut Draft) -> Result<(), Fault> {
        let mut faults = Vec::new();
        if !draft.changes.is_empty() {
            faults = self.missing_references(draft).await?;
            if !draft.register.rules.is_empty() {
                let mut scope = Context::default();
                scope.insert("record", Feel::from(draft.record_context(&self.model(), self.offset())));
                faults.extend(yiwang_model::check_rules(
                    &draft.register.rules,
                    &scope,
                    &self.env(draft.at()),
                ));
            }
        }
        self.ask_guards(ctx, draft, &mut faults).await?;
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Fault::invalid(faults))
        }
    }

    /// A record by its UUID within a scope.
    pub(crate) async fn load(&self, register: &Arc<Register>, id: &str, scope: Scope) -> Result<Loaded, Fault> {
        let filter = Filter::Cmp {
            column: "id".into(),
            op: yiwang_store::Cmp::Eq,
            value: Value::from(id),
        };
        self.load_where(register, filter, scope)
            .await?
            .ok_or_else(|| not_found(register))
    }

    pub(crate) async fn load_where(
        &self,
        register: &Arc<Register>,
        filter: Filter,
        scope: Scope,
    ) -> Result<Option<Loaded>, Fault> {
        let select = Select {
            table: register.name.clone(),
            columns: loaded::columns(register),
            filter: Filter::And(vec![filter, Filter::IsNull("deleted_at".into())]),
            scope,
            sort: vec![],
            after: None,
            limit: 1,
        };
        let rows = self.store().select(&select).await.map_err(fault_of)?;
        rows.first().map(|row| loaded::read(register, row, self.keys())).transpose()
    }
}

fn not_found(register: &Register) -> Fault {
    Fault::new(Code::NotFound, format!("没有找到这条“{}”,或不在管辖范围内。", register.title))
}

fn check_version(draft: &Draft, version: i64) -> Result<(), Fault> {
    match draft.before() {
        Some(before) if before.version != version => Err(Fault::new(
            Code::VersionConflict,
            format!(
                "别人刚刚改过这条记录(现为第 {} 版,打开时是第 {version} 版);请刷新后再改,已填的内容还在。",
                before.version
            ),
        )),
        _ => Ok(()),
    }
}

//! Acts on a matter without a task: urge, supervise, rate, resume. The process declares them, a role's grant or the progress code permits them.

use std::sync::Arc;

use yiwang_authz::Action;
use yiwang_bpmn::{Act, Event, Process};
use yiwang_feel::Context;
use yiwang_model::Model;
use yiwang_records::{Authority, Ctx, Deed, Draft, Participant, Saved, Trouble};
use yiwang_registry::Definitions;
use yiwang_types::{Code, Fault};

use crate::act::{ActInput, mark};
use crate::effect::Motion;
use crate::rows::InstanceRow;
use crate::scope::Data;
use crate::state::Matter;
use crate::{Processes, form, request};

/// An act on a matter that the subject may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterAct {
    /// Name in the API.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Its form.
    pub form: Option<String>,
    /// Whether a comment must be given.
    pub comment_required: bool,
}

/// The acts on a matter, and the process version it runs on.
#[derive(Clone, Debug)]
pub struct MatterActs {
    /// What may be done now, in the order of the process.
    pub items: Vec<MatterAct>,
    /// The definitions that the matter runs on: those of its forms.
    pub model: Arc<Model>,
}

impl Processes {
    /// Does an act on a record within the subject's scope.
    ///
    /// # Errors
    /// `forbidden`, `not-found`, `act-not-allowed`, `invalid`.
    pub async fn act_on(&self, ctx: &Ctx, register: &str, id: &str, act: &str, input: &ActInput) -> Result<Saved, Fault> {
        let work = |ctx: Ctx| async move {
            let draft = self
                .records
                .prepare_act(&ctx, register, id, Action::Act(act), Deed::of(act))
                .await?;
            self.matter_act(&ctx, draft, act, input).await
        };
        self.records.attempt(ctx, work).await
    }

    /// Does an act on the record that has this progress code: whoever has the code is the reporter.
    ///
    /// # Errors
    /// `not-found` for an unknown code; `already-rated`; as [`Processes::act_on`].
    pub async fn act_by_code(&self, ctx: &Ctx, register: &str, code: &str, act: &str, input: &ActInput) -> Result<Saved, Fault> {
        let work = |ctx: Ctx| async move {
            let rid = self.by_code(register, code).await?.rid;
            let draft = self
                .records
                .prepare_matter(register, rid, Authority::Grant("progress code".to_owned()), Deed::of(act))
                .await?;
            self.matter_act(&ctx, draft, act, input).await
        };
        self.records.attempt(ctx, work).await
    }

    /// Deletes a record with its matter: its tasks are cancelled, its timers go. A recorded act; the row stays.
    ///
    /// # Errors
    /// As `Records::delete`.
    pub async fn delete(&self, ctx: &Ctx, register: &str, id: &str, version: i64, reason: &str) -> Result<Saved, Fault> {
        let work = |ctx: Ctx| async move {
            let mut draft = self.records.prepare_delete(&ctx, register, id, version, reason).await?;
            if let Some(instance) = self
                .instance_of(draft.rid())
                .await?
                .filter(|it| !it.matter.engine.is_completed())
            {
                let process = self.registry.pinned(&instance.definition).await?.process(&instance.process)?;
                let data = self.matter_data(&ctx, &draft, &instance, Context::default(), Some(reason));
                let current = self.registry.current();
                let mut motion = Motion::new(self, process, current, instance.rid, instance.matter, draft);
                request::end_suspension(&mut motion.matter);
                motion.step(Event::Cancel { reason }, &data).await?;
                draft = motion.finish(&data)?;
            }
            self.records.save(&ctx, draft).await
        };
        self.records.attempt(ctx, work).await
    }

    /// The record with this progress code.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn by_code(&self, register: &str, code: &str) -> Result<yiwang_records::Loaded, Fault> {
        let unknown = || Fault::new(Code::NotFound, "没有这个查询码;请核对 12 位字母和数字,不分大小写。");
        let field = self.records.register(register)?.progress_code.clone().ok_or_else(unknown)?;
        let code = code.trim().to_uppercase();
        if !code.chars().all(|it| it.is_ascii_alphanumeric()) {
            return Err(unknown());
        }
        let found = self.records.system("progress-code").find(register, &field, &code).await?;
        found.ok_or_else(unknown)
    }

    /// What is remembered of the matter with this progress code; none when it has no process. What of it is shown is the page's to say.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn matter_by_code(&self, register: &str, code: &str) -> Result<Option<Matter>, Fault> {
        let rid = self.by_code(register, code).await?.rid;
        Ok(self.instance_of(rid).await?.map(|it| it.matter))
    }

    async fn matter_act(&self, ctx: &Ctx, mut draft: Draft, name: &str, input: &ActInput) -> Result<Saved, Trouble> {
        let register = draft.register().clone();
        let none = || Fault::new(Code::ActNotAllowed, format!("“{}”没有“{name}”这种办理。", register.title));
        let instance = self.instance_of(draft.rid()).await?.ok_or_else(none)?;
        let (process, act) = self.matter_act_of(&instance, name).await?.ok_or_else(none)?;
        let pinned = self.registry.pinned(&instance.definition).await?;
        if name == "rate" && instance.matter.acts.contains_key("rate") {
            return Err(Fault::new(Code::AlreadyRated, "已经评价过;每件只能评价一次。").into());
        }
        if !self.offered(ctx, &draft, &instance, &act) {
            return Err(Fault::new(Code::ActNotAllowed, format!("本案现在不能“{}”。", act.title)).into());
        }
        let ask = form::Ask {
            form: act.form.as_deref(),
            comment_required: act.comment_required,
        };
        let applied = form::apply(&self.records, &pinned.model, &mut draft, &ask, input)?;
        self.records.settle(ctx, &mut draft)?;
        let data = self.matter_data(ctx, &draft, &instance, applied.context.clone(), input.comment.as_deref());
        form::check_rules(&pinned.model, &ask, &data, &self.records.env(draft.at()))?;
        draft.deed_mut().comment = applied.comment;
        draft.deed_mut().notes.extend(applied.notes);
        mark(&mut draft, &act)?;
        // Who urges or supervises finds the matter again among those he follows.
        if ctx.subject.has_posts() {
            draft.involve(Participant::Watcher(ctx.subject.id.clone()));
        }
        let mut motion = Motion::new(self, process, self.registry.current(), instance.rid, instance.matter, draft);
        motion.matter.note_act(name);
        if name == "resume" {
            request::resume(&mut motion);
        }
        let draft = motion.finish(&data)?;
        self.records.save(ctx, draft).await
    }

    async fn matter_act_of(&self, instance: &InstanceRow, name: &str) -> Result<Option<(Arc<Process>, Act)>, Fault> {
        let process = self.registry.pinned(&instance.definition).await?.process(&instance.process)?;
        let act = process.act(name).cloned();
        Ok(act.map(|it| (process, it)))
    }

    fn matter_data(&self, ctx: &Ctx, draft: &Draft, instance: &InstanceRow, form: Context, comment: Option<&str>) -> Context {
        let env = self.records.env(draft.at());
        let current = self.registry.current();
        Data {
            draft,
            definitions: &current,
            matter: &instance.matter,
            subject: &ctx.subject,
            task: None,
            form,
            comment,
            calendar: &current.calendar,
            env: &env,
        }
        .context()
    }

    fn offered(&self, ctx: &Ctx, draft: &Draft, instance: &InstanceRow, act: &Act) -> bool {
        if act.name == "resume" && instance.matter.suspended.is_none() {
            return false;
        }
        let data = self.matter_data(ctx, draft, instance, Context::default(), None);
        act.when
            .as_ref()
            .is_none_or(|when| when.eval(&data, &self.records.env(draft.at())).is_ok_and(|it| it.is_true()))
    }

    /// The acts on a record that the subject may do now.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub async fn acts_on(&self, ctx: &Ctx, register: &str, id: &str) -> Result<MatterActs, Fault> {
        let draft = self
            .records
            .prepare_act(ctx, register, id, Action::Read, Deed::of("read"))
            .await?;
        let Some(instance) = self.instance_of(draft.rid()).await? else {
            return Ok(MatterActs {
                items: vec![],
                model: self.records.model(),
            });
        };
        let pinned = self.registry.pinned(&instance.definition).await?;
        let process = pinned.process(&instance.process)?;
        let may = |act: &&Act| {
            self.records.permit(ctx, Action::Act(&act.name), register).is_ok() && self.offered(ctx, &draft, &instance, act)
        };
        let view = |act: &Act| MatterAct {
            name: act.name.clone(),
            title: act.title.clone(),
            form: act.form.clone(),
            comment_required: act.comment_required,
        };
        Ok(MatterActs {
            items: process.acts.iter().filter(may).map(view).collect(),
            model: Arc::clone(&pinned.model),
        })
    }

    /// The definitions that a record's matter runs on, and the name of its process in them; none when it has no matter.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub async fn definitions_of(&self, ctx: &Ctx, register: &str, id: &str) -> Result<Option<(Arc<Definitions>, String)>, Fault> {
        let (_, record) = self.records.readable(ctx, register, id, Action::Read).await?;
        let Some(instance) = self.instance_of(record.rid).await? else {
            return Ok(None);
        };
        let pinned = self.registry.pinned(&instance.definition).await?;
        Ok(Some((pinned, instance.process)))
    }
}

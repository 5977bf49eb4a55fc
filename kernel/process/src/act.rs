//! Acts on a task: claim, release, complete with an outcome, the flow acts and requests that the process declares.

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use yiwang_authz::Action;
use yiwang_bpmn::{Act, ActKind, Event, Process, UserTask};
use yiwang_feel::Context;
use yiwang_model::FieldValue;
use yiwang_records::rows::Lane;
use yiwang_records::{Authority, Ctx, Deed, Draft, Participant, Saved, Trouble};
use yiwang_types::worktime::deadline;
use yiwang_types::{Code, Fault, FieldFault, Instant};

use crate::Processes;
use crate::clock::limit_from;
use crate::effect::{Ending, Motion};
use crate::rows::{self, InstanceRow, TaskRow};
use crate::scope::Data;
use crate::state::OpenTask;
use crate::{form, request, who};

/// The body of an act.
#[derive(Clone, Debug, Default)]
pub struct ActInput {
    /// Which outcome, for `complete`.
    pub outcome: Option<String>,
    /// Form values.
    pub form: Map<String, Json>,
    /// What the person says.
    pub comment: Option<String>,
}

/// A task ready to be acted on.
pub(crate) struct Held {
    pub row: TaskRow,
    pub task: OpenTask,
    pub node: UserTask,
    pub process: Arc<Process>,
    pub instance: InstanceRow,
    pub draft: Draft,
}

/// What expressions see once the form is in the draft.
pub(crate) struct Seen {
    /// The form's own part.
    pub form: Context,
    /// All of it.
    pub data: Context,
}

impl Held {
    /// Whether the record's status is that of this task: not of a request beside it, nor while the matter is suspended.
    fn shows_status(&self) -> bool {
        self.task.side.is_none() && self.instance.matter.suspended.is_none()
    }
}

impl Processes {
    /// Does an act on a task.
    ///
    /// # Errors
    /// `not-found`, `task-done`, `task-taken`, `forbidden`, `separation`, `act-not-allowed`, `invalid`.
    pub async fn act(&self, ctx: &Ctx, task_id: &str, act: &str, input: &ActInput) -> Result<Saved, Fault> {
        let work = |ctx: Ctx| async move {
            let held = self.hold(&ctx, task_id, act).await?;
            let draft = match act {
                "claim" => self.claim(&ctx, held)?,
                "release" => self.release(&ctx, held).await?,
                _ if held.task.side.is_some() => self.decide_request(&ctx, held, act, input).await?,
                "complete" => self.complete(&ctx, held, input).await?,
                _ => self.declared(&ctx, held, act, input).await?,
            };
            self.records.save(&ctx, draft).await
        };
        self.records.attempt(ctx, work).await
    }

    /// Renews the lease of a task that the subject holds; not an act, so not in the history.
    ///
    /// # Errors
    /// `task-taken` when somebody else holds it meanwhile.
    pub async fn renew(&self, ctx: &Ctx, task_id: &str) -> Result<Instant, Fault> {
        let row = self.task_row(task_id).await?;
        let now = self.records.now();
        let lease = self.pinned_node(&row).await?.1.lease_ms.unwrap_or(0);
        if row.state != "open" || row.held_by(now) != Some(ctx.subject.id.as_str()) || lease == 0 {
            return Err(lost());
        }
        let until = now.plus_millis(lease);
        let renewal = rows::task_renewal(row.rid, &ctx.subject.id, until);
        match self.records.write_rows(Lane::Interactive, renewal).await {
            Err(fault) if fault.code == Code::VersionConflict => return Err(lost()),
            other => other?,
        }
        Ok(until)
    }

    pub(crate) async fn pinned_node(&self, row: &TaskRow) -> Result<(Arc<Process>, UserTask, InstanceRow), Fault> {
        let instance = self.instance(row.instance_rid).await?;
        let process = self.registry.pinned(&instance.definition).await?.process(&instance.process)?;
        let node = process.task(&row.element).cloned();
        let node = node.ok_or_else(|| Fault::internal(format!("process {} has no task {}", process.id, row.element)))?;
        Ok((process, node, instance))
    }

    async fn hold(&self, ctx: &Ctx, task_id: &str, act: &str) -> Result<Held, Trouble> {
        let row = self.task_row(task_id).await?;
        if row.state != "open" {
            return Err(done(&row).into());
        }
        let deed = Deed {
            step: Some(row.name.clone()),
            ..Deed::of(act)
        };
        let draft = self
            .records
            .prepare_matter(&row.register, row.record_rid, Authority::Task(row.id.clone()), deed)
            .await?;
        // Read after the record, which the commit compares: whoever holds the task now, and what the instance remembers now.
        let row = self.task_row(task_id).await?;
        let (process, node, instance) = self.pinned_node(&row).await?;
        let Some(task) = instance.matter.task(&row.id).cloned() else {
            return Err(Trouble::Again("the task was ended".to_owned()));
        };
        if act != "release" {
            who::check(&ctx.subject, &instance.matter, &node, &task, &row, draft.at())?;
        }
        let draft = draft.in_name_of(who::department(&ctx.subject, &task));
        Ok(Held {
            row,
            task,
            node,
            process,
            instance,
            draft,
        })
    }

    fn claim(&self, ctx: &Ctx, mut held: Held) -> Result<Draft, Fault> {
        let lease = held
            .node
            .lease_ms
            .filter(|_| held.task.side.is_none())
            .map(|it| held.draft.at().plus_millis(it));
        for row in rows::task_holder(held.row.rid, Some((&ctx.subject.id, &ctx.subject.name)), lease) {
            held.draft.with(row);
        }
        held.draft.involve(Participant::User(ctx.subject.id.clone()));
        if let Some(status) = held.node.claimed.clone().filter(|_| held.shows_status()) {
            held.draft.set_status(&status);
        }
        let takes_on = lease.is_none() && held.task.side.is_none();
        self.note_actor(ctx, &mut held, takes_on)
    }

    /// A claim without a lease is taking the work on (签收): it counts for 监管分离. Looking at a report for five minutes does not.
    fn note_actor(&self, ctx: &Ctx, held: &mut Held, counts: bool) -> Result<Draft, Fault> {
        let mut matter = held.instance.matter.clone();
        if counts {
            matter.note_actor(&held.task.element, &ctx.subject);
        }
        matter.note_act(&held.draft.deed_mut().act.clone());
        let state = yiwang_records::rows::Value::Bytes(matter.to_bytes()?);
        held.draft.with(rows::update(
            crate::tables::INSTANCE,
            held.instance.rid,
            vec![("state", state)],
        ));
        Ok(held.draft.clone())
    }

    async fn release(&self, ctx: &Ctx, mut held: Held) -> Result<Draft, Fault> {
        let now = held.draft.at();
        let mine = held.row.held_by(now) == Some(ctx.subject.id.as_str());
        if !mine {
            let (register, id) = (&held.row.register, &held.row.record_id);
            self.records.readable(ctx, register, id, Action::Act("release")).await?;
        }
        if held.row.held_by(now).is_none() {
            return Err(Fault::new(Code::ActNotAllowed, "这一件现在没有人占用,不用释放。"));
        }
        for row in rows::task_holder(held.row.rid, None, None) {
            held.draft.with(row);
        }
        if held.shows_status()
            && held.node.claimed.is_some()
            && let Some(status) = held.node.status.clone()
        {
            held.draft.set_status(&status);
        }
        self.note_actor(ctx, &mut held, false)
    }

    async fn complete(&self, ctx: &Ctx, held: Held, input: &ActInput) -> Result<Draft, Trouble> {
        let known = || {
            held.node
                .outcomes
                .iter()
                .map(|it| format!("{}({})", it.title, it.id))
                .collect::<Vec<_>>()
                .join("、")
        };
        let wanted = input.outcome.as_deref().unwrap_or_default();
        let Some(outcome) = held.node.outcome(wanted).cloned() else {
            let message = if wanted.is_empty() {
                "没有选择办理结果".to_owned()
            } else {
                format!("这一步没有办理结果“{wanted}”")
            };
            return Err(Fault::invalid(vec![FieldFault::new(
                "outcome",
                "choice",
                message,
                format!("可选:{}", known()),
            )])
            .into());
        };
        let form = outcome.form.clone().or_else(|| held.node.form.clone());
        let ask = form::Ask {
            form: form.as_deref(),
            comment_required: outcome.comment_required,
        };
        self.flow(ctx, held, &outcome.id, None, &ask, input).await
    }

    async fn declared(&self, ctx: &Ctx, held: Held, name: &str, input: &ActInput) -> Result<Draft, Trouble> {
        let Some(act) = held.node.act(name).cloned() else {
            return Err(Fault::new(Code::ActNotAllowed, format!("“{}”这一步不能“{name}”。", held.node.name)).into());
        };
        if let Some(why) = self.hindrance(ctx, &held, &act)? {
            return Err(Fault::new(Code::ActNotAllowed, why).into());
        }
        let ask = form::Ask {
            form: act.form.as_deref(),
            comment_required: act.comment_required,
        };
        match act.kind {
            ActKind::Flow => self.flow(ctx, held, &act.name, Some(&act), &ask, input).await,
            ActKind::Request => Ok(self.ask(ctx, held, &act, &ask, input).await?),
            ActKind::Note => self.note(ctx, held, &act, &ask, input).await,
        }
    }

    /// Why a declared act is not offered now; none when it is.
    pub(crate) fn hindrance(&self, ctx: &Ctx, held: &Held, act: &Act) -> Result<Option<String>, Fault> {
        if !act.roles.is_empty() && !act.roles.iter().any(|role| ctx.subject.roles().contains(role.as_str())) {
            return Ok(Some(format!("“{}”只能由规定的岗位办理。", act.title)));
        }
        let env = self.records.env(held.draft.at());
        if let Some(when) = &act.when
            && !when.eval(&self.asked_data(ctx, held), &env).is_ok_and(|it| it.is_true())
        {
            return Ok(Some(format!("本案现在不能“{}”。", act.title)));
        }
        if act.window.is_some() {
            let Some(until) = self.window_end(ctx, held, act) else {
                return Ok(Some(format!("“{}”的时间窗口没有定义。", act.title)));
            };
            if env.now > until {
                let at = until.to_rfc3339(env.offset).replace('T', " ");
                return Ok(Some(format!(
                    "“{}”应在 {} 前提出,现已超过时间窗口。",
                    act.title,
                    at.get(..16).unwrap_or(&at)
                )));
            }
        }
        if act.kind == ActKind::Request
            && held
                .instance
                .matter
                .tasks
                .iter()
                .any(|it| it.side.as_ref().is_some_and(|side| side.act == act.name))
        {
            return Ok(Some(format!("“{}”已提出,正等待审批。", act.title)));
        }
        Ok(None)
    }

    /// Until when an act can be done, where it has a window.
    pub(crate) fn window_end(&self, ctx: &Ctx, held: &Held, act: &Act) -> Option<Instant> {
        let env = self.records.env(held.draft.at());
        let limit = act.window.as_ref()?.eval(&self.asked_data(ctx, held), &env).ok();
        let calendar = &self.registry.current().calendar;
        Some(deadline(calendar, held.task.opened_at, limit_from(&limit?)?, &[]).due)
    }

    /// What the conditions of an act see before anything is filled in.
    fn asked_data(&self, ctx: &Ctx, held: &Held) -> Context {
        self.data(ctx, held, Context::default(), None, &self.registry.current())
    }

    pub(crate) fn data(
        &self,
        ctx: &Ctx,
        held: &Held,
        form: Context,
        comment: Option<&str>,
        current: &yiwang_registry::Definitions,
    ) -> Context {
        let env = self.records.env(held.draft.at());
        Data {
            draft: &held.draft,
            definitions: current,
            matter: &held.instance.matter,
            subject: &ctx.subject,
            task: Some((&held.task, held.row.holder.as_deref())),
            form,
            comment,
            calendar: &current.calendar,
            env: &env,
        }
        .context()
    }

    /// Ends the task with an outcome and lets the process go on.
    async fn flow(
        &self,
        ctx: &Ctx,
        mut held: Held,
        outcome: &str,
        declared: Option<&Act>,
        ask: &form::Ask<'_>,
        input: &ActInput,
    ) -> Result<Draft, Trouble> {
        let seen = self.apply_form(ctx, &mut held, ask, input).await?;
        // A flow act is its own outcome; only a chosen outcome is told apart from the act.
        let shown = if declared.is_none() { Some(outcome) } else { None };
        held.draft.deed_mut().outcome = shown.map(str::to_owned);
        if let Some(act) = declared {
            mark(&mut held.draft, act)?;
        }
        let current = self.registry.current();
        let data = match declared {
            // The marks of the act are seen too.
            Some(_) => self.data(ctx, &held, seen.form, input.comment.as_deref(), &current),
            None => seen.data,
        };
        let act = held.draft.deed_mut().act.clone();
        let Held {
            task,
            process,
            instance,
            mut draft,
            ..
        } = held;
        draft.involve(Participant::User(ctx.subject.id.clone()));
        let mut motion = Motion::new(self, process, current, instance.rid, instance.matter, draft);
        motion.matter.note_actor(&task.element, &ctx.subject);
        request::end_suspension(&mut motion.matter);
        motion.matter.note_act(&act);
        motion.ending = Ending {
            task: task.id.clone(),
            user: ctx.subject.id.clone(),
            name: ctx.subject.name.clone(),
            act,
            outcome: shown.map(str::to_owned),
        };
        motion
            .step(
                Event::TaskDone {
                    token: task.token,
                    outcome,
                    variables: Context::default(),
                },
                &data,
            )
            .await?;
        Ok(motion.finish(&data)?)
    }

    /// An act that only notes and counts; the task stays.
    async fn note(&self, ctx: &Ctx, mut held: Held, act: &Act, ask: &form::Ask<'_>, input: &ActInput) -> Result<Draft, Trouble> {
        self.apply_form(ctx, &mut held, ask, input).await?;
        mark(&mut held.draft, act)?;
        Ok(self.note_actor(ctx, &mut held, true)?)
    }

    /// Checks form and comment, puts the record's part into the draft, gives back the form's own part. All faults at once.
    pub(crate) async fn apply_form(
        &self,
        ctx: &Ctx,
        held: &mut Held,
        ask: &form::Ask<'_>,
        input: &ActInput,
    ) -> Result<Seen, Fault> {
        let pinned = self.registry.pinned(&held.instance.definition).await?;
        let current = self.registry.current();
        let applied = form::apply(&self.records, &pinned.model, &mut held.draft, ask, input)?;
        self.records.settle(ctx, &mut held.draft)?;
        let data = self.data(ctx, held, applied.context.clone(), input.comment.as_deref(), &current);
        form::check_rules(&pinned.model, ask, &data, &self.records.env(held.draft.at()))?;
        let deed = held.draft.deed_mut();
        deed.comment = applied.comment;
        deed.notes.extend(applied.notes);
        Ok(Seen {
            form: applied.context,
            data,
        })
    }
}

/// Counts and dates an act in the fields it names.
pub(crate) fn mark(draft: &mut Draft, act: &Act) -> Result<(), Fault> {
    if let Some(field) = &act.count {
        let next = match draft.value(field) {
            FieldValue::Int(it) => it + 1,
            _ => 1,
        };
        draft.set(field, FieldValue::Int(next))?;
    }
    if let Some(field) = &act.stamp {
        let at = draft.at();
        draft.set(field, FieldValue::DateTime(at))?;
    }
    Ok(())
}

fn lost() -> Fault {
    Fault::new(Code::TaskTaken, "这一件已不由本人占用;请重新打开。")
}

fn done(row: &TaskRow) -> Fault {
    let detail = match (&row.done_name, row.state.as_str()) {
        (Some(name), "done") => format!("这一步已由{name}办完;请刷新待办。"),
        _ => "这一步已经结束;请刷新待办。".to_owned(),
    };
    Fault::new(Code::TaskDone, detail)
}

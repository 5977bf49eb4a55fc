//! One task, ready to be worked on: the record, the acts this subject may do now with their outcomes and forms, the clocks.

use std::sync::Arc;

use yiwang_model::Model;
use yiwang_records::{Authority, Ctx, Deed, View};
use yiwang_types::{Fault, Instant};

use crate::Processes;
use crate::act::Held;
use crate::effect::{due_of, name_of};
use crate::light::{LightView, light};
use crate::rows::TaskRow;
use crate::state::{Matter, OpenTask, Side};
use crate::who;

/// A task as one subject sees it.
#[derive(Clone, Debug)]
pub struct TaskView {
    /// UUID.
    pub id: String,
    /// Register of the record.
    pub register: String,
    /// User task.
    pub element: String,
    /// Title of the step.
    pub name: String,
    /// `open`, `done` or `cancelled`.
    pub state: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it is due.
    pub due_at: Option<Instant>,
    /// Who holds it now, and until when for a lease.
    pub holder: Option<(String, String, Option<Instant>)>,
    /// For how many milliseconds opening the task holds it; none where a claim takes the work on (签收).
    pub lease_ms: Option<i64>,
    /// What is asked, for a side task.
    pub request: Option<Side>,
    /// Acts that the subject may do now.
    pub acts: Vec<ActView>,
    /// Why none may be done, when so.
    pub hindrance: Option<String>,
    /// The record.
    pub record: View,
    /// The matter's clocks.
    pub clocks: Vec<ClockView>,
    /// The definitions that the matter runs on: those of its forms.
    pub model: Arc<Model>,
}

/// An act that may be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActView {
    /// Name in the API.
    pub act: String,
    /// Title for people.
    pub title: String,
    /// Its form.
    pub form: Option<String>,
    /// Whether a comment must be given.
    pub comment_required: bool,
    /// Outcomes to choose from, for `complete`.
    pub outcomes: Vec<OutcomeView>,
    /// Until when, where it has a window.
    pub until: Option<Instant>,
}

/// One outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeView {
    /// What is sent.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Its form.
    pub form: Option<String>,
    /// Whether a comment must be given.
    pub comment_required: bool,
}

/// A clock of a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockView {
    /// Id in the process.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// When it is due.
    pub due: Instant,
    /// `running`, `paused` or `ended`.
    pub state: &'static str,
    /// The light while it runs or stands.
    pub light: Option<LightView>,
    /// Whether the limit was or is missed.
    pub late: bool,
    /// How the deadline was counted, as a sentence.
    pub explanation: String,
}

impl Processes {
    /// A task with everything needed to act on it.
    ///
    /// # Errors
    /// `not-found` when it is none of the subject's business.
    pub async fn task(&self, ctx: &Ctx, id: &str) -> Result<TaskView, Fault> {
        let row = self.task_row(id).await?;
        let record = self.records.get(ctx, &row.register, &row.record_id).await?;
        let (process, node, instance) = self.pinned_node(&row).await?;
        let pinned = self.registry.pinned(&instance.definition).await?;
        let now = self.records.now();
        let task = instance.matter.task(&row.id).cloned();
        let clocks = self.clock_views(&process, &instance.matter, now);
        let mut view = TaskView {
            id: row.id.clone(),
            register: row.register.clone(),
            element: row.element.clone(),
            name: row.name.clone(),
            state: row.state.clone(),
            opened_at: row.opened_at,
            due_at: row.due_at,
            holder: row
                .held_by(now)
                .map(|it| (it.to_owned(), row.holder_name.clone().unwrap_or_default(), row.lease_until)),
            lease_ms: node.lease_ms.filter(|_| task.as_ref().is_some_and(|it| it.side.is_none())),
            request: task.as_ref().and_then(|it| it.side.clone()),
            acts: vec![],
            hindrance: None,
            record,
            clocks,
            model: Arc::clone(&pinned.model),
        };
        let Some(task) = task.filter(|_| row.state == "open") else {
            return Ok(view);
        };
        view.name = name_of(&process, &task);
        view.due_at = due_of(&process, &instance.matter, &task);
        if let Err(fault) = who::check(&ctx.subject, &instance.matter, &node, &task, &row, now) {
            view.hindrance = Some(fault.detail);
            let held = row.held_by(now).is_some_and(|it| it != ctx.subject.id);
            if held && self.may_release(ctx, &row).await {
                view.acts.push(plain("release", "释放"));
            }
            return Ok(view);
        }
        let deed = Deed::of("read");
        let draft = self
            .records
            .prepare_matter(&row.register, row.record_rid, Authority::Task(row.id.clone()), deed)
            .await?;
        view.acts = self.acts(
            ctx,
            &Held {
                row,
                task,
                node,
                process,
                instance,
                draft,
            },
        )?;
        Ok(view)
    }

    /// Whether the subject may end somebody else's hold; he need be no candidate for the task.
    async fn may_release(&self, ctx: &Ctx, row: &TaskRow) -> bool {
        let act = yiwang_authz::Action::Act("release");
        self.records.readable(ctx, &row.register, &row.record_id, act).await.is_ok()
    }

    fn acts(&self, ctx: &Ctx, held: &Held) -> Result<Vec<ActView>, Fault> {
        let held_by_me = held.row.held_by(held.draft.at()) == Some(ctx.subject.id.as_str());
        let mut acts = vec![if held_by_me {
            plain("release", "放回")
        } else {
            plain("claim", "签收")
        }];
        if held.task.side.is_some() {
            let outcome = |id: &str, title: &str, comment_required| OutcomeView {
                id: id.to_owned(),
                title: title.to_owned(),
                form: None,
                comment_required,
            };
            let outcomes = vec![outcome("agree", "同意", false), outcome("refuse", "不同意", true)];
            acts.push(ActView {
                outcomes,
                ..plain("complete", "审批")
            });
            return Ok(acts);
        }
        let outcomes: Vec<OutcomeView> = held
            .node
            .outcomes
            .iter()
            .map(|it| OutcomeView {
                id: it.id.clone(),
                title: it.title.clone(),
                form: it.form.clone().or_else(|| held.node.form.clone()),
                comment_required: it.comment_required,
            })
            .collect();
        if !outcomes.is_empty() {
            acts.push(ActView {
                outcomes,
                ..plain("complete", "办理")
            });
        }
        for act in &held.node.acts {
            if self.hindrance(ctx, held, act)?.is_none() {
                let form = act.form.clone();
                acts.push(ActView {
                    form,
                    comment_required: act.comment_required,
                    until: self.window_end(ctx, held, act),
                    ..plain(&act.name, &act.title)
                });
            }
        }
        Ok(acts)
    }

    fn clock_views(&self, process: &yiwang_bpmn::Process, matter: &Matter, now: Instant) -> Vec<ClockView> {
        let calendar = &self.registry.current().calendar;
        let view = |clock: &yiwang_bpmn::Clock| {
            let it = matter.clocks.get(&clock.id)?;
            let until = it.ended_at.or(it.paused_since).unwrap_or(now);
            let counted = yiwang_types::worktime::deadline(calendar, it.started_at, it.limit, &it.periods());
            Some(ClockView {
                id: clock.id.clone(),
                title: clock.title.clone(),
                due: it.due,
                state: if it.ended_at.is_some() {
                    "ended"
                } else if it.paused_since.is_some() {
                    "paused"
                } else {
                    "running"
                },
                light: it
                    .ended_at
                    .is_none()
                    .then(|| light(calendar, it.started_at, it.due, until, it.limit.unit)),
                late: it.late(now),
                explanation: counted.sentence("起算", now.date(self.records.offset())),
            })
        };
        process.clocks.iter().filter_map(view).collect()
    }

    /// The clocks of a record's matter, for whoever may read the record.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub async fn clocks(&self, ctx: &Ctx, register: &str, id: &str) -> Result<Vec<ClockView>, Fault> {
        let (_, record) = self.records.readable(ctx, register, id, yiwang_authz::Action::Read).await?;
        let Some(instance) = self.instance_of(record.rid).await? else {
            return Ok(vec![]);
        };
        let process = self.registry.pinned(&instance.definition).await?.process(&instance.process)?;
        Ok(self.clock_views(&process, &instance.matter, self.records.now()))
    }

    /// The open tasks of a record that the subject is a candidate of, for the way from a record to its work.
    ///
    /// # Errors
    /// `forbidden`, `not-found`.
    pub async fn open_tasks(&self, ctx: &Ctx, register: &str, id: &str) -> Result<Vec<(OpenTask, String, bool)>, Fault> {
        let (_, record) = self.records.readable(ctx, register, id, yiwang_authz::Action::Read).await?;
        let Some(instance) = self.instance_of(record.rid).await? else {
            return Ok(vec![]);
        };
        let process = self.registry.pinned(&instance.definition).await?.process(&instance.process)?;
        let mine = |it: &OpenTask| (it.clone(), name_of(&process, it), who::is_candidate(&ctx.subject, it));
        Ok(instance.matter.tasks.iter().map(mine).collect())
    }
}

fn plain(act: &str, title: &str) -> ActView {
    ActView {
        act: act.to_owned(),
        title: title.to_owned(),
        form: None,
        comment_required: false,
        outcomes: vec![],
        until: None,
    }
}

//! Requests: 延期 and 挂账 are asked for by the holder of a task and decided by somebody else, in a side task of that task.

use serde_json::{Map, Value as Json, json};
use yiwang_bpmn::Act;
use yiwang_feel::Context;
use yiwang_records::{Ctx, Draft, Participant, Trouble};
use yiwang_types::{Code, Date, Fault, FieldFault, Id, Instant, Offset};

use crate::Processes;
use crate::act::{ActInput, Held, mark};
use crate::effect::{Ending, Motion};
use crate::form;
use crate::state::{ClockState, Matter, OpenTask, Side, Suspension, TimerEntry, TimerKind};

impl Processes {
    /// Opens the side task.
    pub(crate) async fn ask(
        &self,
        ctx: &Ctx,
        mut held: Held,
        act: &Act,
        ask: &form::Ask<'_>,
        input: &ActInput,
    ) -> Result<Draft, Fault> {
        if held.instance.matter.suspended.is_some() && act.name != "resume" {
            return Err(Fault::new(Code::ActNotAllowed, "本案已挂账,时限已停;请先恢复。"));
        }
        if act.name == "extend" && running_clock(&held).is_none() {
            let detail = "这一步没有在走的时限,不用申请延期。";
            return Err(Fault::new(Code::ActNotAllowed, detail));
        }
        let form = self.apply_form(ctx, &mut held, ask, input).await?.form;
        check_asked(&act.name, &input.form, held.draft.at(), self.records.offset())?;
        let rid = self.records.rids(1).await?.start;
        let decided_by = act
            .decided_by
            .clone()
            .ok_or_else(|| Fault::internal(format!("act {} has no decidedBy", act.name)))?;
        let side = Side {
            act: act.name.clone(),
            form: input.form.clone(),
            comment: input.comment.clone(),
            asker: ctx.subject.id.clone(),
            asker_for: ctx.subject.on_behalf.clone(),
        };
        let task = OpenTask {
            rid,
            id: Id::new(held.draft.at(), self.records.entropy()).to_string(),
            token: 0,
            element: held.task.element.clone(),
            opened_at: held.draft.at(),
            pools: vec![decided_by],
            assignee: None,
            due: None,
            side: Some(side),
        };
        held.draft
            .deed_mut()
            .notes
            .insert("asked".to_owned(), Json::Object(input.form.clone()));
        let current = self.registry.current();
        let data = self.data(ctx, &held, form, input.comment.as_deref(), &current);
        held.draft.involve(Participant::User(ctx.subject.id.clone()));
        let mut motion = self.motion(held);
        motion.matter.note_actor(&task.element, &ctx.subject);
        motion.matter.tasks.push(task);
        motion.matter.note_act(&act.name);
        motion.finish(&data)
    }

    fn motion(&self, held: Held) -> Motion<'_> {
        Motion::new(
            self,
            held.process,
            self.registry.current(),
            held.instance.rid,
            held.instance.matter,
            held.draft,
        )
    }

    /// Decides: `complete` with outcome `agree` or `refuse`.
    pub(crate) async fn decide_request(&self, ctx: &Ctx, mut held: Held, act: &str, input: &ActInput) -> Result<Draft, Trouble> {
        let outcome = input.outcome.as_deref().unwrap_or_default();
        if act != "complete" || !matches!(outcome, "agree" | "refuse") {
            let fault = FieldFault::new(
                "outcome",
                "choice",
                "审批结果只能是同意或不同意",
                "选 agree(同意)或 refuse(不同意)",
            );
            return Err(Fault::invalid(vec![fault]).into());
        }
        let Some(side) = held.task.side.clone() else {
            return Err(Fault::internal("not a side task").into());
        };
        let ask = form::Ask {
            form: None,
            comment_required: outcome == "refuse",
        };
        self.apply_form(ctx, &mut held, &ask, input).await?;
        let at = held.draft.at();
        if outcome == "agree" {
            still_possible(&side, at, self.records.offset())?;
        }
        let asked = held.node.act(&side.act).cloned();
        let deed = held.draft.deed_mut();
        deed.outcome = Some(outcome.to_owned());
        deed.notes
            .insert("request".to_owned(), json!({ "act": side.act, "form": side.form }));
        held.draft.involve(Participant::User(ctx.subject.id.clone()));
        let (id, element) = (held.task.id.clone(), held.task.element.clone());
        if let (Some(act), "agree") = (&asked, outcome) {
            mark(&mut held.draft, act)?;
        }
        let current = self.registry.current();
        let data = self.data(ctx, &held, Context::default(), input.comment.as_deref(), &current);
        let mut motion = self.motion(held);
        motion.ending = Ending {
            task: id.clone(),
            user: ctx.subject.id.clone(),
            name: ctx.subject.name.clone(),
            act: "complete".to_owned(),
            outcome: Some(outcome.to_owned()),
        };
        motion.matter.tasks.retain(|it| it.id != id);
        if outcome == "agree" {
            match side.act.as_str() {
                "extend" => extend(&mut motion, &element, &side.form)?,
                "suspend" => {
                    let rid = self.records.rids(1).await?.start;
                    let review = review_of(&side.form, self.records.offset()).ok_or_else(|| Fault::internal("no review date"))?;
                    suspend(&mut motion.matter, &element, at, review, rid);
                    if let Some(status) = asked.as_ref().and_then(|it| it.status.as_deref()) {
                        motion.draft.set_status(status);
                    }
                }
                _ => {}
            }
        }
        Ok(motion.finish(&data)?)
    }
}

/// Faults of a request are told when it is made, not when it is decided.
fn check_asked(act: &str, asked: &Map<String, Json>, now: Instant, offset: Offset) -> Result<(), Fault> {
    let fault =
        |field: &str, message: &str, remedy: &str| Err(Fault::invalid(vec![FieldFault::new(field, "required", message, remedy)]));
    match act {
        "extend" if extension(asked).is_none() => {
            fault("extend_amount", "没有写明延长多少", "填写 1 以上的整数,单位与处置时限相同")
        }
        "suspend" => match review_of(asked, offset) {
            None => fault("review_date", "没有写明挂账到哪一天", "填写复查日期,如 2026-12-01"),
            Some(review) if review <= now => fault("review_date", "复查日期已过", "改为今天以后的日期"),
            Some(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What could be asked then may be too late now.
fn still_possible(side: &Side, now: Instant, offset: Offset) -> Result<(), Fault> {
    if side.act == "suspend" && review_of(&side.form, offset).is_none_or(|review| review <= now) {
        let detail = "申请的复查日期已过,不能再同意;请选不同意,由单位重新申请。";
        return Err(Fault::new(Code::ActNotAllowed, detail));
    }
    Ok(())
}

/// The clock that an extension would make longer.
fn running_clock(held: &Held) -> Option<&ClockState> {
    let clock = held.node.clock.as_ref()?;
    held.instance.matter.clocks.get(clock).filter(|it| it.ended_at.is_none())
}

fn extension(asked: &Map<String, Json>) -> Option<u32> {
    let value = asked.get("extend_amount")?;
    let number = value.as_u64().or_else(|| value.as_str().and_then(|it| it.parse().ok()))?;
    u32::try_from(number).ok().filter(|it| (1..=10_000).contains(it))
}

/// The review date as the beginning of that day.
fn review_of(asked: &Map<String, Json>, offset: Offset) -> Option<Instant> {
    let date = Date::parse(asked.get("review_date")?.as_str()?)?;
    Some(Instant::from_local(date, 0, offset))
}

fn extend(motion: &mut Motion<'_>, element: &str, asked: &Map<String, Json>) -> Result<(), Fault> {
    let amount = extension(asked).ok_or_else(|| Fault::internal("no extension"))?;
    let clock = motion.process.task(element).and_then(|it| it.clock.clone());
    let clock = clock.ok_or_else(|| Fault::internal(format!("task {element} has no clock")))?;
    let calendar = std::sync::Arc::clone(&motion.calendar);
    if let Some(state) = motion.matter.clocks.get_mut(&clock) {
        state.extend(amount, &calendar);
    }
    Ok(())
}

fn suspend(matter: &mut Matter, element: &str, since: Instant, review: Instant, rid: i64) {
    matter.suspended = Some(Suspension {
        since,
        element: element.to_owned(),
        review,
    });
    matter.timers.push(TimerEntry {
        rid,
        what: TimerKind::Review,
        due: Some(review),
    });
}

/// Forgets a suspension; the clocks follow the tasks again.
pub(crate) fn end_suspension(matter: &mut Matter) {
    matter.suspended = None;
    matter.timers.retain(|it| it.what != TimerKind::Review);
}

/// Ends a suspension: the clocks go on, the state is that of the open task.
pub(crate) fn resume(motion: &mut Motion<'_>) {
    end_suspension(&mut motion.matter);
    let open = motion
        .matter
        .tasks
        .iter()
        .find(|it| it.side.is_none())
        .map(|it| it.element.clone());
    let status = open.and_then(|it| motion.process.task(&it).and_then(|node| node.status.clone()));
    if let Some(status) = status {
        motion.draft.set_status(&status);
    }
}

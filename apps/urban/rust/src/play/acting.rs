//! One case on the stage: its next act through the engine, and what is seen of it afterwards.

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use yiwang_process::{ActInput, NewMatter, Processes, Writer};
use yiwang_records::{Ctx, Saved};
use yiwang_types::{Fault, Instant};

use super::Stage;
use crate::geography::At;
use crate::picture::{Moment, Trouble, name, png};
use crate::script::{Move, Player, Script, Seen, What, Who};

const REGISTER: &str = "urban_case";
/// Elements whose clocks and pool are looked at.
const WITH_A_UNIT: [&str; 2] = ["handle", "rework"];

/// A case being played.
pub(super) struct Case {
    pub name: String,
    /// Acts so far; 0 when it has just been reported.
    pub acts: usize,
    reported_at: Instant,
    reporter: Who,
    fields: Map<String, Json>,
    trouble: Trouble,
    player: Player,
    id: Option<String>,
    code: String,
    tasks: Vec<Task>,
    seen: Seen,
    next: Option<Move>,
    timer: Option<Instant>,
    /// Task and deadline for which the timer has fired.
    fired: Option<(String, Instant)>,
}

struct Task {
    id: String,
    element: String,
    side: bool,
}

/// All pictures, drawn once.
pub(super) fn pictures() -> Vec<(Trouble, Moment, Vec<u8>)> {
    let troubles = [Trouble::Hole, Trouble::Heap, Trouble::Water, Trouble::Obstacle];
    let both = |it: Trouble| [Moment::Before, Moment::After].map(|moment| (it, moment, png(it, moment)));
    troubles.into_iter().flat_map(both).collect()
}

impl Case {
    pub(super) fn new(script: Script) -> Case {
        let seen = Seen {
            now: script.at,
            status: String::new(),
            element: None,
            unit: None,
            due: None,
            first_due: None,
            asked: false,
        };
        Case {
            name: script.name,
            acts: 0,
            reported_at: script.at,
            reporter: script.reporter,
            fields: script.fields,
            trouble: script.trouble,
            player: script.player,
            id: None,
            code: String::new(),
            tasks: Vec::new(),
            seen,
            next: None,
            timer: None,
            fired: None,
        }
    }

    /// When something happens next.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.id.is_none() {
            return Some(self.reported_at);
        }
        let act = self.next.as_ref().map(|it| it.at);
        self.timer.into_iter().chain(act).min()
    }

    /// Whether that is a timer.
    pub(super) fn timer_is_next(&self) -> bool {
        self.timer.is_some() && self.due() == self.timer
    }

    /// What is done next; none for the report itself.
    pub(super) fn what(&self) -> Option<&What> {
        self.next.as_ref().map(|it| &it.what)
    }

    pub(super) fn timer_fired(&mut self) {
        self.timer = None;
        let task = self
            .tasks
            .iter()
            .find(|it| !it.side)
            .map(|it| it.id.clone())
            .unwrap_or_default();
        self.fired = self.seen.due.map(|due| (task, due));
    }

    /// Reports the case or does its next act.
    pub(super) async fn step(&mut self, stage: &Stage<'_, '_>) -> Result<(), Fault> {
        let saved = match (self.id.clone(), self.next.take()) {
            (None, _) => self.report(stage).await?,
            (Some(id), Some(next)) => {
                self.acts += 1;
                self.seen.now = next.at;
                self.act(stage, &id, next).await?
            }
            (Some(_), None) => return Ok(()),
        };
        self.look(stage, saved).await?;
        self.next = self.player.next(&self.seen, stage.town).filter(|it| it.at <= stage.now);
        self.set_timer(stage.now);
        Ok(())
    }

    async fn report(&mut self, stage: &Stage<'_, '_>) -> Result<Saved, Fault> {
        let ctx = stage.company.ctx(&self.reporter)?;
        let fields = std::mem::take(&mut self.fields);
        let fields = self.with_pictures(stage, &ctx, fields).await?;
        let new = NewMatter {
            fields,
            notes: Map::new(),
            writer: Writer::Outside,
        };
        let saved = at(stage, self.reported_at).create(&ctx, REGISTER, &new).await?;
        self.code = saved.numbers.get("progress_code").cloned().unwrap_or_default();
        Ok(saved)
    }

    async fn act(&self, stage: &Stage<'_, '_>, id: &str, next: Move) -> Result<Saved, Fault> {
        let ctx = stage.company.ctx(&next.who)?;
        let form = self.with_pictures(stage, &ctx, next.form).await?;
        let input = ActInput {
            outcome: next.outcome,
            form,
            comment: next.comment,
        };
        let engine = at(stage, next.at);
        let task = |wanted: &dyn Fn(&Task) -> bool| {
            let found = self.tasks.iter().find(|it| wanted(it)).map(|it| it.id.as_str());
            found.ok_or_else(|| Fault::internal(format!("{:?} is not open; the case is {}", next.what, self.seen.status)))
        };
        match &next.what {
            What::Task { element, act } => {
                engine
                    .act(&ctx, task(&|it| !it.side && it.element == *element)?, act, &input)
                    .await
            }
            What::Side => engine.act(&ctx, task(&|it| it.side)?, "complete", &input).await,
            What::Matter(act) => engine.act_on(&ctx, REGISTER, id, act, &input).await,
            What::Code(act) => engine.act_by_code(&ctx, REGISTER, &self.code, act, &input).await,
        }
    }

    /// Takes in what the engine answers; where a unit is at work, its pool and the clocks too.
    async fn look(&mut self, stage: &Stage<'_, '_>, saved: Saved) -> Result<(), Fault> {
        if let Some(tasks) = saved.answer.get("tasks").and_then(Json::as_array) {
            self.tasks = tasks.iter().filter_map(task_of).collect();
        }
        self.seen.status = saved.status;
        self.seen.asked = self.tasks.iter().any(|it| it.side);
        self.seen.element = self.tasks.iter().find(|it| !it.side).map(|it| it.element.clone());
        (self.seen.due, self.seen.first_due) = (None, None);
        let unit_at_work = self.seen.element.as_deref().is_some_and(|it| WITH_A_UNIT.contains(&it));
        if unit_at_work {
            let (engine, ctx) = (at(stage, self.seen.now), stage.company.ctx(&Who::user("chief1"))?);
            let open = engine.open_tasks(&ctx, REGISTER, &saved.id).await?;
            let pools = open.iter().flat_map(|it| &it.0.pools);
            self.seen.unit = pools.filter_map(|it| it.strip_prefix("handler@")).map(str::to_owned).next();
            for clock in engine
                .clocks(&ctx, REGISTER, &saved.id)
                .await?
                .into_iter()
                .filter(|it| it.state == "running")
            {
                match clock.id.as_str() {
                    "handling" => self.seen.due = Some(clock.due),
                    "first_response" => self.seen.first_due = Some(clock.due),
                    _ => {}
                }
            }
        }
        self.id = Some(saved.id);
        Ok(())
    }

    /// A deadline that passes before the next act fires its timer at its moment, once for each task.
    fn set_timer(&mut self, now: Instant) {
        let until = self.next.as_ref().map_or(now, |it| it.at);
        let task = self
            .tasks
            .iter()
            .find(|it| !it.side)
            .map(|it| it.id.clone())
            .unwrap_or_default();
        let due = self.seen.due.filter(|due| *due < until && self.fired != Some((task, *due)));
        self.timer = due.map(|it| it.max(self.seen.now));
    }

    /// Each `{"photo": ..}` of the form kept as a file of whoever acts.
    async fn with_pictures(
        &self,
        stage: &Stage<'_, '_>,
        ctx: &Ctx,
        mut form: Map<String, Json>,
    ) -> Result<Map<String, Json>, Fault> {
        for value in form.values_mut().filter_map(Json::as_array_mut).flatten() {
            let Some(word) = value.get("photo").and_then(Json::as_str) else {
                continue;
            };
            let wanted = if word == "after" { Moment::After } else { Moment::Before };
            let found = stage
                .pictures
                .iter()
                .find(|(trouble, moment, _)| *trouble == self.trouble && *moment == wanted);
            let (trouble, moment, bytes) = found.ok_or_else(|| Fault::internal(format!("no picture {word}")))?;
            *value = Json::from(stage.cast.picture(ctx, &name(*trouble, *moment), bytes).await?);
        }
        Ok(form)
    }
}

fn at(stage: &Stage<'_, '_>, at: Instant) -> Processes {
    stage.processes.at(Arc::new(At(at)))
}

fn task_of(json: &Json) -> Option<Task> {
    let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    Some(Task {
        id: text("id")?,
        element: text("element")?,
        side: text("name")?.starts_with("审批:"),
    })
}

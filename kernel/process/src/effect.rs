//! From the engine's effects to one draft: tasks, timers, fields, clocks. The memory is compared before and after, so that every projection row
//! follows from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use yiwang_bpmn::{At, Effect, Event, Process, step};
use yiwang_feel::Context;
use yiwang_records::rows::Value;
use yiwang_records::{Draft, Participant, Writer};
use yiwang_registry::Definitions;
use yiwang_types::worktime::Calendar;
use yiwang_types::{Code, Fault, Id, Instant};

use crate::Processes;
use crate::clock;
use crate::rows::{self, TaskPlace};
use crate::scope::Decisions;
use crate::state::{ClockState, Matter, OpenTask, TimerEntry, TimerKind};
use crate::tables::INSTANCE;

/// How a task that is being closed was ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ending {
    /// The task that was acted on; every other one that closes with it is cancelled.
    pub task: String,
    pub user: String,
    pub name: String,
    pub act: String,
    pub outcome: Option<String>,
}

/// A matter being moved.
pub(crate) struct Motion<'a> {
    pub processes: &'a Processes,
    /// The process version the matter is pinned to.
    pub process: Arc<Process>,
    /// What is in force today: decisions, calendar, dictionaries.
    pub current: Arc<Definitions>,
    pub calendar: Arc<Calendar>,
    pub instance_rid: i64,
    pub before: Matter,
    pub matter: Matter,
    pub draft: Draft,
    pub ending: Ending,
    entered: Vec<String>,
    lookups: Vec<(u32, String)>,
}

/// Look-ups in one act.
const MAX_LOOKUPS: usize = 20;

impl<'a> Motion<'a> {
    pub(crate) fn new(
        processes: &'a Processes,
        process: Arc<Process>,
        current: Arc<Definitions>,
        instance_rid: i64,
        matter: Matter,
        draft: Draft,
    ) -> Motion<'a> {
        let calendar = Arc::clone(&current.calendar);
        let before = matter.clone();
        let (ending, entered, lookups) = (Ending::default(), Vec::new(), Vec::new());
        Motion {
            processes,
            process,
            current,
            calendar,
            instance_rid,
            before,
            matter,
            draft,
            ending,
            entered,
            lookups,
        }
    }

    /// Steps the engine and takes over its effects.
    pub(crate) async fn step(&mut self, event: Event<'_>, data: &Context) -> Result<(), Fault> {
        self.one_step(event, data).await?;
        // A look-up has its answer at once; the engine goes on with it in the same act.
        for _ in 0..MAX_LOOKUPS {
            let Some((token, field)) = self.lookups.pop() else {
                return Ok(());
            };
            let result = self.processes.look_up(&self.draft, &field).await?;
            let mut data = data.clone();
            data.insert("record", self.record());
            self.one_step(Event::ServiceDone { token, result }, &data).await?;
        }
        Err(Fault::internal("too many look-ups in one act"))
    }

    async fn one_step(&mut self, event: Event<'_>, data: &Context) -> Result<(), Fault> {
        let env = self.processes.records.env(self.draft.at());
        let world = Decisions {
            definitions: &self.current,
            env: &env,
        };
        let (engine, effects) = step(&self.process, &self.matter.engine, event, data, &world, &env).map_err(refused)?;
        self.matter.engine = engine;
        let wanted = effects
            .iter()
            .filter(|it| matches!(it, Effect::OpenTask { .. } | Effect::SetTimer { .. }))
            .count();
        let mut rids = self.processes.records.rids(u32::try_from(wanted).unwrap_or(0)).await?;
        for effect in effects {
            self.take(effect, &mut rids)?;
        }
        Ok(())
    }

    fn record(&self) -> yiwang_feel::Value {
        yiwang_feel::Value::from(
            self.draft
                .record_context(&self.current.model, self.processes.records.offset()),
        )
    }

    fn take(&mut self, effect: Effect, rids: &mut std::ops::Range<i64>) -> Result<(), Fault> {
        let mut rid = || rids.next().ok_or_else(|| Fault::internal("row numbers ran out"));
        match effect {
            Effect::OpenTask {
                token,
                task,
                candidates,
                assignee,
                due,
                ..
            } => {
                let opened_at = self.draft.at();
                let id = Id::new(opened_at, self.processes.records.entropy()).to_string();
                let task = OpenTask {
                    rid: rid()?,
                    id,
                    token,
                    element: task,
                    opened_at,
                    pools: candidates,
                    assignee,
                    due,
                    side: None,
                };
                self.matter.tasks.push(task);
            }
            Effect::CloseTask { token, how: _ } => {
                let element = self
                    .matter
                    .tasks
                    .iter()
                    .find(|it| it.token == token && it.side.is_none())
                    .map(|it| it.element.clone());
                // Requests on a task end with it.
                self.matter
                    .tasks
                    .retain(|it| it.token != token && !(it.side.is_some() && Some(&it.element) == element.as_ref()));
            }
            Effect::SetTimer { timer, node: _, at } => {
                let (what, due) = match at {
                    At::Instant(due) => (TimerKind::Engine(timer), Some(due)),
                    At::Clock(clock) => (TimerKind::Clock(timer, clock), None),
                };
                self.matter.timers.push(TimerEntry { rid: rid()?, what, due });
            }
            Effect::CancelTimer { timer } => self.matter.timers.retain(|it| it.what.engine() != Some(timer)),
            Effect::Entered { node } => self.entered.push(node),
            Effect::Assign { path, value } => self.assign(&path, &value)?,
            Effect::Service { token, function, .. } => match function.split_once(':') {
                Some(("number", field)) => self.draft.number(field),
                Some(("lookup", field)) => self.lookups.push((token, field.to_owned())),
                _ => return Err(Fault::internal(format!("no service function {function}"))),
            },
            Effect::SetStatus(status) => self.draft.set_status(&status),
            Effect::Ended {
                status: Some(status), ..
            } => self.draft.set_status(&status),
            Effect::Decided { node, decision, rules } => {
                let note = json!({ "decision": decision, "rules": rules });
                self.draft.deed_mut().notes.insert(format!("decided:{node}"), note);
            }
            Effect::Incident { node, message, .. } => {
                return Err(Fault::new(
                    Code::DefinitionBroken,
                    format!("流程在“{node}”处无法继续:{message}"),
                ));
            }
            Effect::Left { .. } | Effect::Ended { .. } | Effect::Completed => {}
        }
        Ok(())
    }

    fn assign(&mut self, path: &str, value: &yiwang_feel::Value) -> Result<(), Fault> {
        let name = path.strip_prefix("record.").unwrap_or(path);
        let input = std::iter::once((name.to_owned(), value.to_json())).collect();
        let filled = self.processes.records.fill(&mut self.draft, &input, Writer::Kernel);
        // What a process computes and the register refuses is a mistake of the definition, not of the person.
        filled.map_err(|fault| {
            let why: Vec<String> = fault.fields.iter().map(|it| it.message.clone()).collect();
            Fault::new(
                Code::DefinitionBroken,
                format!("流程写入“{name}”的值不合登记簿的规定:{}", why.join(";")),
            )
        })
    }

    /// Clocks, deadlines, projection rows; then the draft is ready to be saved.
    pub(crate) fn finish(mut self, data: &Context) -> Result<Draft, Fault> {
        let env = self.processes.records.env(self.draft.at());
        let mut data = data.clone();
        data.insert("record", self.record());
        clock::update(&mut self.matter, &self.process, &self.entered, &data, &env, &self.calendar)?;
        self.time_timers();
        let dues = self.dues();
        let (register, record_id) = (self.draft.register().name.clone(), self.draft.id().to_owned());
        let place = TaskPlace {
            instance_rid: self.instance_rid,
            register: &register,
            record_rid: self.draft.rid(),
            record_id: &record_id,
        };
        self.write_tasks(&place, &dues);
        self.write_timers(&place);
        self.write_instance(&place, env.now)?;
        let open: Vec<Json> = self
            .matter
            .tasks
            .iter()
            .map(|it| json!({ "id": it.id, "element": it.element, "name": self.name_of(it) }))
            .collect();
        self.draft.answer("tasks", Json::from(open));
        Ok(self.draft)
    }

    /// Timers that hang on a clock follow it.
    fn time_timers(&mut self) {
        for timer in &mut self.matter.timers {
            if let TimerKind::Clock(_, clock) = &timer.what {
                timer.due = self.matter.clocks.get(clock).filter(|it| it.running()).map(|it| it.due);
            }
        }
    }

    /// The next deadline of each open task: its own, or the earliest running clock that counts while it is open.
    fn dues(&self) -> BTreeMap<i64, Option<Instant>> {
        self.matter
            .tasks
            .iter()
            .map(|it| (it.rid, due_of(&self.process, &self.matter, it)))
            .collect()
    }

    pub(crate) fn name_of(&self, task: &OpenTask) -> String {
        name_of(&self.process, task)
    }

    fn write_tasks(&mut self, place: &TaskPlace<'_>, dues: &BTreeMap<i64, Option<Instant>>) {
        let gone: Vec<OpenTask> = self
            .before
            .tasks
            .iter()
            .filter(|it| self.matter.task(&it.id).is_none())
            .cloned()
            .collect();
        for task in &gone {
            let acted_on = task.id == self.ending.task;
            let some = |text: &str| {
                if text.is_empty() || !acted_on {
                    Value::Null
                } else {
                    Value::from(text)
                }
            };
            let set = vec![
                ("state", Value::from(if acted_on { "done" } else { "cancelled" })),
                ("done_at", Value::Int(self.draft.at().millis())),
                ("done_by", some(&self.ending.user)),
                ("done_name", some(&self.ending.name)),
                ("act", some(&self.ending.act)),
                ("outcome", some(self.ending.outcome.as_deref().unwrap_or_default())),
            ];
            for row in rows::task_closes(task.rid, set) {
                self.draft.with(row);
            }
        }
        // A pool has to do with the record while it has a task on it; whoever acted stays.
        let open = |pool: &String| self.matter.tasks.iter().any(|it| it.pools.contains(pool));
        for pool in gone.iter().flat_map(|it| &it.pools).filter(|it| !open(it)) {
            self.draft.dismiss(Participant::Pool(pool.clone()));
        }
        for task in &self.matter.tasks {
            let due = dues.get(&task.rid).copied().flatten();
            let writes = match self.before.task(&task.id) {
                None => {
                    for pool in &task.pools {
                        self.draft.involve(Participant::Pool(pool.clone()));
                    }
                    if let Some(user) = &task.assignee {
                        self.draft.involve(Participant::User(user.clone()));
                    }
                    rows::task_inserts(place, task, &name_of(&self.process, task), due)
                }
                Some(old) if due_of(&self.process, &self.before, old) != due => rows::task_due(task.rid, due),
                Some(_) => vec![],
            };
            for row in writes {
                self.draft.with(row);
            }
        }
    }

    fn write_timers(&mut self, place: &TaskPlace<'_>) {
        for old in &self.before.timers {
            match self.matter.timers.iter().find(|it| it.rid == old.rid) {
                None => self.draft.with(rows::timer_delete(old.rid)),
                Some(now) if now.due != old.due => self.draft.with(rows::timer_due(now)),
                Some(_) => {}
            }
        }
        for new in self
            .matter
            .timers
            .iter()
            .filter(|it| self.before.timers.iter().all(|old| old.rid != it.rid))
        {
            self.draft.with(rows::timer_insert(place, new));
        }
    }

    fn write_instance(&mut self, place: &TaskPlace<'_>, now: Instant) -> Result<(), Fault> {
        let state = Value::Bytes(self.matter.to_bytes()?);
        let over = self.matter.engine.is_completed();
        if !self.before.engine.is_new() {
            let mut set = vec![("state", state)];
            // What is done afterwards (a rating) does not move the end.
            if over && !self.before.engine.is_completed() {
                set.push(("ended_at", Value::Int(now.millis())));
            }
            self.draft.with(rows::update(INSTANCE, place.instance_rid, set));
            return Ok(());
        }
        let ended = if over { Value::Int(now.millis()) } else { Value::Null };
        let id = Id::new(now, self.processes.records.entropy()).to_string();
        let row = vec![
            ("rid", Value::Int(place.instance_rid)),
            ("id", Value::from(id)),
            ("register", Value::from(place.register)),
            ("record_rid", Value::Int(place.record_rid)),
            ("process", Value::from(self.process.id.as_str())),
            ("definition", Value::from(self.current.hash.as_str())),
            ("state", state),
            ("started_at", Value::Int(now.millis())),
            ("ended_at", ended),
        ];
        self.draft.with(rows::insert(INSTANCE, row));
        Ok(())
    }
}

/// The title of a task; a side task is named after what is asked.
pub(crate) fn name_of(process: &Process, task: &OpenTask) -> String {
    let node = process.task(&task.element);
    match &task.side {
        None => node.map_or_else(|| task.element.clone(), |it| it.name.clone()),
        Some(side) => {
            let title = node
                .and_then(|it| it.act(&side.act))
                .map_or(side.act.as_str(), |it| it.title.as_str());
            format!("审批:{title}")
        }
    }
}

/// The next deadline of a task.
pub(crate) fn due_of(process: &Process, matter: &Matter, task: &OpenTask) -> Option<Instant> {
    let clock = due_clock(process, matter, task).map(|it| it.due);
    clock.into_iter().chain(task.due).min()
}

/// The clock by which a task is due: of those that run while it is open the first to end.
pub(crate) fn due_clock<'a>(process: &Process, matter: &'a Matter, task: &OpenTask) -> Option<&'a ClockState> {
    if task.side.is_some() {
        return None;
    }
    let clocks = process.clocks.iter().filter(|it| it.runs_while.contains(&task.element));
    let running = clocks.filter_map(|it| matter.clocks.get(&it.id)).filter(|it| it.running());
    running.min_by_key(|it| it.due)
}

impl TimerKind {
    /// The engine's number of the timer.
    pub(crate) fn engine(&self) -> Option<u32> {
        match self {
            TimerKind::Engine(it) | TimerKind::Clock(it, _) => Some(*it),
            TimerKind::Review => None,
        }
    }
}

/// What the engine refuses is the caller's to know when it speaks of the act, ours when it speaks of the model.
fn refused(error: yiwang_bpmn::StepError) -> Fault {
    Fault::new(Code::ActNotAllowed, format!("流程不能这样继续:{error}")).because(format!("{error:?}"))
}

//! What expressions of a process see: `record`, `subject`, `task`, `form`, `comment`, `now`, `today`, `process.clock`.

use yiwang_authz::Subject;
use yiwang_bpmn::World;
use yiwang_feel::{Context, DateTime, Env, Value};
use yiwang_records::Draft;
use yiwang_registry::Definitions;
use yiwang_types::Instant;
use yiwang_types::worktime::Calendar;

use crate::clock;
use crate::state::{Matter, OpenTask};

/// Everything but `outcome`, which the engine adds.
pub(crate) struct Data<'a> {
    pub draft: &'a Draft,
    pub definitions: &'a Definitions,
    pub matter: &'a Matter,
    pub subject: &'a Subject,
    pub task: Option<(&'a OpenTask, Option<&'a str>)>,
    pub form: Context,
    pub comment: Option<&'a str>,
    pub calendar: &'a Calendar,
    pub env: &'a Env,
}

impl Data<'_> {
    pub(crate) fn context(self) -> Context {
        let mut all = Context::default();
        all.insert(
            "record",
            Value::from(self.draft.record_context(&self.definitions.model, self.env.offset)),
        );
        all.insert("subject", Value::from(subject(self.subject)));
        if let Some((task, holder)) = self.task {
            all.insert("task", Value::from(task_context(task, holder, self.env)));
        }
        all.insert("form", Value::from(self.form));
        all.insert("comment", self.comment.map_or(Value::Null, Value::from));
        all.insert("now", moment(self.env.now, self.env));
        all.insert("today", Value::from(self.env.now.date(self.env.offset)));
        let mut process = Context::default();
        process.insert("clock", Value::from(clock::context(self.matter, self.env, self.calendar)));
        let acts = self
            .matter
            .acts
            .iter()
            .map(|(name, n)| (name.as_str(), Value::from(i64::from(*n))))
            .collect::<Context>();
        process.insert("acts", Value::from(acts));
        all.insert("process", Value::from(process));
        all.insert("parameters", Value::from(self.definitions.parameters.clone()));
        all
    }
}

fn moment(at: Instant, env: &Env) -> Value {
    Value::from(DateTime::from_instant(at, env.offset))
}

fn subject(it: &Subject) -> Context {
    let mut all = Context::default();
    all.insert("user", Value::from(it.id.as_str()));
    all.insert("name", Value::from(it.name.as_str()));
    all.insert("kind", Value::from(it.kind.as_str()));
    all.insert(
        "department",
        it.seats
            .first()
            .map_or(Value::Null, |seat| Value::from(seat.department.as_str())),
    );
    let texts = |items: Vec<&str>| Value::from(items.into_iter().map(Value::from).collect::<Vec<_>>());
    all.insert("posts", texts(it.seats.iter().map(|seat| seat.post.as_str()).collect()));
    all.insert("roles", texts(it.roles().into_iter().collect()));
    all
}

fn task_context(task: &OpenTask, holder: Option<&str>, env: &Env) -> Context {
    let mut all = Context::default();
    all.insert("element", Value::from(task.element.as_str()));
    all.insert("holder", holder.map_or(Value::Null, Value::from));
    all.insert("opened_at", moment(task.opened_at, env));
    all
}

/// Decisions for the engine: those in force on the day of the act.
pub(crate) struct Decisions<'a> {
    pub definitions: &'a Definitions,
    pub env: &'a Env,
}

impl World for Decisions<'_> {
    fn decide(&self, decision: &str, scope: &Context) -> Result<(Value, Vec<u32>), String> {
        self.definitions.decide(decision, scope, self.env)
    }
}

//! The engine: one event moves an instance until every token waits again.

mod enter;
mod error;
mod expression;
mod run;
mod timer;

use yiwang_feel::{Context, Env, Value};
use yiwang_types::Instant;

use crate::model::Process;
use crate::state::State;

pub use error::StepError;

/// Most nodes entered in one step. More means a loop without a waiting task, or a model far beyond any office's.
pub const MAX_MOVES: u32 = 1000;

/// What happened outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// The instance begins, at its start event or at a given node.
    Start {
        /// Where to begin instead of the start event.
        node: Option<&'a str>,
    },
    /// A user task was ended by an outcome or a flow act.
    TaskDone {
        /// The token of the task.
        token: u32,
        /// Id of the outcome or name of the act.
        outcome: &'a str,
        /// Values for the task's output mappings; without mappings they become variables of the instance.
        variables: Context,
    },
    /// A timer is due.
    TimerFired {
        /// The timer, as `SetTimer` named it.
        timer: u32,
    },
    /// A service task that waits has its result.
    ServiceDone {
        /// The token of the task.
        token: u32,
        /// The result.
        result: Value,
    },
    /// The instance is ended from outside (void, withdrawn, merged).
    Cancel {
        /// Why; for the caller's history, the engine does not read it.
        reason: &'a str,
    },
}

/// What the caller has to do, in this order, in the transaction that saves the new state.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A user task is open.
    OpenTask {
        /// Its token; unique in the instance, also when the task is entered again.
        token: u32,
        /// Id of the user task.
        task: String,
        /// Pools that may take it.
        candidates: Vec<String>,
        /// The user it is given to.
        assignee: Option<String>,
        /// When it should be done.
        due: Option<Instant>,
        /// When to look again.
        follow_up: Option<Instant>,
    },
    /// A user task is no longer open.
    CloseTask {
        /// Its token.
        token: u32,
        /// How it ended.
        how: Closing,
    },
    /// A timer is to be set.
    SetTimer {
        /// Its id, unique in the instance.
        timer: u32,
        /// The boundary event.
        node: String,
        /// When it fires.
        at: At,
    },
    /// A timer is no longer wanted.
    CancelTimer {
        /// Its id.
        timer: u32,
    },
    /// A token came to a node.
    Entered {
        /// The node.
        node: String,
    },
    /// A token left a node.
    Left {
        /// The node.
        node: String,
    },
    /// A field of the record gets a value.
    Assign {
        /// `record.FIELD`.
        path: String,
        /// The value.
        value: Value,
    },
    /// A function of the host is to be called.
    Service {
        /// The token of the task.
        token: u32,
        /// The service task.
        node: String,
        /// Name of the function.
        function: String,
        /// The input mappings as a context.
        input: Value,
        /// Whether the token waits for `ServiceDone`.
        wait: bool,
    },
    /// The record gets a status.
    SetStatus(String),
    /// A decision was taken.
    Decided {
        /// The business rule task.
        node: String,
        /// The decision.
        decision: String,
        /// Numbers of the rules that matched.
        rules: Vec<u32>,
    },
    /// A token came to an end event.
    Ended {
        /// The end event.
        node: String,
        /// The status it gives the record.
        status: Option<String>,
    },
    /// No token is left.
    Completed,
    /// A token waits for something that can no longer come.
    Incident {
        /// The token.
        token: u32,
        /// Where it waits.
        node: String,
        /// What is wrong, in Chinese.
        message: String,
    },
}

/// How a user task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// By an outcome or a flow act.
    Done,
    /// By a timer, or with the instance.
    Cancelled,
}

/// When a timer fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// At an instant, which may have passed already.
    Instant(Instant),
    /// When the named clock is due.
    Clock(String),
}

/// What the engine asks of its surroundings while it steps. Pure: equal questions get equal answers.
pub trait World {
    /// Evaluates the decision with that id; gives the result and the numbers of the rules that matched.
    fn decide(&self, decision: &str, scope: &Context) -> Result<(Value, Vec<u32>), String>;
}

/// Moves an instance by one event. On an error nothing has happened: the caller keeps the state it has.
///
/// `data` holds what expressions see beside the variables: `record`, `subject`, `task`, `form`, `comment`, `parameters`, `now`, `today`, and
/// `process` with the clocks. `outcome`, `process.started_at` and `process.done` are added here.
pub fn step(
    process: &Process,
    state: &State,
    event: Event<'_>,
    data: &Context,
    world: &dyn World,
    env: &Env,
) -> Result<(State, Vec<Effect>), StepError> {
    let mut run = run::Run::new(process, state.clone(), data, world, env);
    match event {
        Event::Start { node } => run.start(node)?,
        Event::TaskDone {
            token,
            outcome,
            variables,
        } => run.task_done(token, outcome, variables)?,
        Event::TimerFired { timer } => run.timer_fired(timer)?,
        Event::ServiceDone { token, result } => run.service_done(token, result)?,
        Event::Cancel { reason: _ } => run.cancel()?,
    }
    run.finish()
}

//! User tasks and the acts of people.

use yiwang_feel::Expr;
use yiwang_types::Instant;

use super::Moment;

/// A user task.
#[derive(Clone, Debug, Default)]
pub struct UserTask {
    /// Id of its node.
    pub id: String,
    /// Title for people.
    pub name: String,
    /// Who may take it.
    pub candidates: Candidates,
    /// FEEL giving the id of the one user it is given to.
    pub assignee: Option<Expr>,
    /// The default form of every outcome.
    pub form: Option<String>,
    /// Status of the record while the task is open.
    pub status: Option<String>,
    /// Status of the record from the moment somebody takes the task on.
    pub claimed: Option<String>,
    /// The clock shown on the task.
    pub clock: Option<String>,
    /// How long opening the task claims it, in milliseconds.
    pub lease_ms: Option<i64>,
    /// Who acted on these tasks of the instance may not act here (监管分离).
    pub separate_from: Vec<String>,
    /// The choices of act `complete`; empty when there is only one way to complete.
    pub outcomes: Vec<Outcome>,
    /// Further acts on the open task.
    pub acts: Vec<Act>,
    /// Ids of the timers on its border.
    pub timers: Vec<String>,
    /// When it should be done, from `zeebe:taskSchedule`.
    pub due: Option<Moment<Instant>>,
    /// When to look again, from `zeebe:taskSchedule`.
    pub follow_up: Option<Moment<Instant>>,
}

impl UserTask {
    /// The outcome with that id.
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|it| it.id == id)
    }

    /// The act with that name.
    pub fn act(&self, name: &str) -> Option<&Act> {
        self.acts.iter().find(|it| it.name == name)
    }

    /// Everything that may stand in `outcome` when the task ends: outcomes and flow acts. Empty means that any text is taken.
    pub fn endings(&self) -> impl Iterator<Item = &str> {
        let flow_acts = self
            .acts
            .iter()
            .filter(|it| it.kind == ActKind::Flow)
            .map(|it| it.name.as_str());
        self.outcomes.iter().map(|it| it.id.as_str()).chain(flow_acts)
    }
}

/// Who may take a task.
#[derive(Clone, Debug)]
pub enum Candidates {
    /// Pools by name.
    Pools(Vec<String>),
    /// FEEL giving a text (comma list) or a list of texts.
    Feel(Expr),
}

impl Default for Candidates {
    fn default() -> Self {
        Candidates::Pools(Vec::new())
    }
}

/// One way to complete a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What the flows read as `outcome`.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Form of this outcome, where it differs from the task's.
    pub form: Option<String>,
    /// Whether a comment must be given.
    pub comment_required: bool,
}

/// What doing an act does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActKind {
    /// Ends the task with `outcome` = the act's name. The default on a task.
    Flow,
    /// Asks somebody who decides.
    Request,
    /// Only notes and counts. The default on a matter.
    Note,
}

/// An act on a task or on the matter.
#[derive(Clone, Debug)]
pub struct Act {
    /// Name in API and history.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What doing it does.
    pub kind: ActKind,
    /// Its form.
    pub form: Option<String>,
    /// Whether a comment must be given.
    pub comment_required: bool,
    /// When it is offered at all.
    pub when: Option<Expr>,
    /// How long after the task was opened it is offered: `{amount, unit}`.
    pub window: Option<Expr>,
    /// Pool that decides a request.
    pub decided_by: Option<String>,
    /// Integer field of the record that counts it.
    pub count: Option<String>,
    /// Datetime field of the record that gets the moment of the act.
    pub stamp: Option<String>,
    /// Status of the record while an agreed request lasts (a suspension).
    pub status: Option<String>,
    /// Only holders of one of these roles may do it; empty means whoever may act on the task.
    pub roles: Vec<String>,
}

//! Tasks, the acts on them, clocks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;
use yiwang_process::{
    ActInput, ActView, ClockView, Light, LightView, MatterAct, OpenTask, OutcomeView, TaskItem, TaskPage, TaskView,
};
use yiwang_types::Offset;

use super::definition::FormView;
use super::moment;
use super::record::{CountView, RecordView};
use crate::labels::Labels;

/// The body of an act.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActInput)]
pub(crate) struct ActBody {
    /// Which outcome, for `complete`.
    #[serde(default)]
    outcome: Option<String>,
    /// Form values by name.
    #[serde(default)]
    #[schema(value_type = Object)]
    form: Map<String, Json>,
    /// What the person says.
    #[serde(default)]
    comment: Option<String>,
}

impl From<ActBody> for ActInput {
    fn from(it: ActBody) -> ActInput {
        ActInput {
            outcome: it.outcome,
            form: it.form,
            comment: it.comment,
        }
    }
}

/// A page of a box.
#[derive(Serialize, ToSchema)]
#[schema(as = TaskPage)]
pub(crate) struct TaskPageBody {
    /// The tasks.
    items: Vec<TaskItemBody>,
    /// Mark of the next page, for `after`; none at the end.
    next: Option<String>,
    /// How many there are.
    count: CountView,
}

/// A row of a box.
#[derive(Serialize, ToSchema)]
#[schema(as = TaskItem)]
pub(crate) struct TaskItemBody {
    /// UUID; none in `started` and `cc`, whose rows are matters.
    id: Option<String>,
    /// Register of the record.
    register: String,
    /// UUID of the record.
    record_id: String,
    /// User task of the process; none for a matter without an open one.
    element: Option<String>,
    /// Title of the step; of a matter without an open one its state.
    name: String,
    /// When it was opened; of a matter when it was made.
    opened_at: String,
    /// When it is due.
    due_at: Option<String>,
    /// Light of the clock by which it is due, while that runs.
    light: Option<LightBody>,
    /// Name of who holds it now.
    holder: Option<String>,
    /// When it was done.
    done_at: Option<String>,
    /// How it was done.
    act: Option<String>,
    /// With which outcome.
    outcome: Option<String>,
    /// The record; none when it is outside the reader's scope.
    record: Option<RecordView>,
}

impl TaskPageBody {
    /// `labels` by register.
    pub(crate) fn of(page: TaskPage, labels: &BTreeMap<String, Labels>, offset: Offset) -> TaskPageBody {
        let state = |it: &TaskItem| Some(labels.get(&it.register)?.status(it.record.as_ref()?));
        let item = |it: TaskItem| TaskItemBody {
            name: it.name.clone().or_else(|| state(&it)).unwrap_or_default(),
            record: it
                .record
                .zip(labels.get(&it.register))
                .map(|(view, labels)| RecordView::of(view, labels, offset)),
            id: it.id,
            register: it.register,
            record_id: it.record_id,
            element: it.element,
            light: it.light.map(LightBody::from),
            opened_at: moment(it.opened_at, offset),
            due_at: it.due_at.map(|it| moment(it, offset)),
            holder: it.holder_name,
            done_at: it.done_at.map(|it| moment(it, offset)),
            act: it.act,
            outcome: it.outcome,
        };
        TaskPageBody {
            items: page.items.into_iter().map(item).collect(),
            next: page.next,
            count: page.count.into(),
        }
    }
}

/// A task with everything needed to act on it.
#[derive(Serialize, ToSchema)]
#[schema(as = Task)]
pub(crate) struct TaskBody {
    /// UUID.
    id: String,
    /// Register of the record.
    register: String,
    /// User task of the process.
    element: String,
    /// Title of the step.
    name: String,
    /// `open`, `done` or `cancelled`.
    state: String,
    /// When it was opened.
    opened_at: String,
    /// When it is due.
    due_at: Option<String>,
    /// Who holds it now.
    holder: Option<HolderBody>,
    /// For how many seconds opening the task holds it, by `claim`; none where a claim takes the work on.
    lease: Option<i64>,
    /// What is asked, when the task is a decision on a request.
    request: Option<RequestBody>,
    /// Acts that the reader may do now.
    acts: Vec<ActBodyView>,
    /// Why none may be done, when so.
    hindrance: Option<String>,
    /// The forms that the acts name.
    forms: BTreeMap<String, FormView>,
    /// The matter's clocks.
    clocks: Vec<ClockBody>,
    /// The record.
    record: RecordView,
}

/// Who holds a task.
#[derive(Serialize, ToSchema)]
#[schema(as = Holder)]
pub(crate) struct HolderBody {
    /// Id of the user.
    id: String,
    /// Name.
    name: String,
    /// Until when, for a lease.
    until: Option<String>,
}

/// A request that waits for a decision.
#[derive(Serialize, ToSchema)]
#[schema(as = Request)]
pub(crate) struct RequestBody {
    /// `extend`, `suspend` ...
    act: String,
    /// What was filled in.
    #[schema(value_type = Object)]
    form: Map<String, Json>,
    /// Why.
    comment: Option<String>,
}

/// An act that may be done now.
#[derive(Serialize, ToSchema)]
#[schema(as = Act)]
pub(crate) struct ActBodyView {
    /// Name in the API.
    act: String,
    /// Title for people.
    title: String,
    /// Its form.
    form: Option<String>,
    /// Whether a comment must be given.
    comment_required: bool,
    /// Outcomes to choose from, for `complete`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    outcomes: Vec<OutcomeBody>,
    /// Until when it can be done, where it has a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// One outcome.
#[derive(Serialize, ToSchema)]
#[schema(as = Outcome)]
pub(crate) struct OutcomeBody {
    /// What is sent.
    id: String,
    /// Title for people.
    title: String,
    /// Its form.
    form: Option<String>,
    /// Whether a comment must be given.
    comment_required: bool,
}

/// A clock of a matter.
#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
pub(crate) struct ClockBody {
    /// Id in the process.
    id: String,
    /// Title for people.
    title: String,
    /// When it is due.
    due: String,
    /// `running`, `paused` or `ended`.
    state: &'static str,
    /// The light, until the clock has ended.
    light: Option<LightBody>,
    /// Whether the limit was or is missed.
    late: bool,
    /// How the deadline was counted, as a sentence.
    explanation: String,
}

/// A light with its words.
#[derive(Serialize, ToSchema)]
#[schema(as = Light)]
pub(crate) struct LightBody {
    /// The colour.
    light: Colour,
    /// 正常, 临期 or 超期.
    word: &'static str,
    /// What is left or passed.
    remaining: String,
}

/// The three lights.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Colour {
    Green,
    Amber,
    Red,
}

impl From<LightView> for LightBody {
    fn from(it: LightView) -> LightBody {
        LightBody {
            light: match it.light {
                Light::Green => Colour::Green,
                Light::Amber => Colour::Amber,
                Light::Red => Colour::Red,
            },
            word: it.word,
            remaining: it.remaining,
        }
    }
}

impl ActBodyView {
    fn of(it: ActView, offset: Offset) -> ActBodyView {
        let outcome = |it: OutcomeView| OutcomeBody {
            id: it.id,
            title: it.title,
            form: it.form,
            comment_required: it.comment_required,
        };
        ActBodyView {
            act: it.act,
            title: it.title,
            form: it.form,
            comment_required: it.comment_required,
            outcomes: it.outcomes.into_iter().map(outcome).collect(),
            until: it.until.map(|at| moment(at, offset)),
        }
    }
}

impl TaskBody {
    /// `form` gives a form by name.
    pub(crate) fn of(it: TaskView, labels: &Labels, offset: Offset, form: impl Fn(&str) -> Option<FormView>) -> TaskBody {
        let named = it
            .acts
            .iter()
            .flat_map(|act| act.form.iter().chain(act.outcomes.iter().filter_map(|it| it.form.as_ref())));
        let forms = named.filter_map(|name| Some((name.clone(), form(name)?))).collect();
        TaskBody {
            forms,
            id: it.id,
            register: it.register,
            element: it.element,
            name: it.name,
            state: it.state,
            opened_at: moment(it.opened_at, offset),
            due_at: it.due_at.map(|it| moment(it, offset)),
            holder: it.holder.map(|(id, name, until)| HolderBody {
                id,
                name,
                until: until.map(|it| moment(it, offset)),
            }),
            lease: it.lease_ms.map(|it| it / 1000),
            request: it.request.map(|it| RequestBody {
                act: it.act,
                form: it.form,
                comment: it.comment,
            }),
            acts: it.acts.into_iter().map(|act| ActBodyView::of(act, offset)).collect(),
            hindrance: it.hindrance,
            clocks: ClocksBody::of(it.clocks, offset).items,
            record: RecordView::of(it.record, labels, offset),
        }
    }
}

/// The clocks of a matter.
#[derive(Serialize, ToSchema)]
#[schema(as = Clocks)]
pub(crate) struct ClocksBody {
    /// In the order of the process.
    items: Vec<ClockBody>,
}

impl ClocksBody {
    pub(crate) fn of(clocks: Vec<ClockView>, offset: Offset) -> ClocksBody {
        let view = |it: ClockView| ClockBody {
            id: it.id,
            title: it.title,
            due: moment(it.due, offset),
            state: it.state,
            light: it.light.map(LightBody::from),
            late: it.late,
            explanation: it.explanation,
        };
        ClocksBody {
            items: clocks.into_iter().map(view).collect(),
        }
    }
}

/// The open tasks of a record.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenTasks)]
pub(crate) struct OpenTasksBody {
    /// In the order they were opened.
    items: Vec<OpenTaskBody>,
}

/// An open task of a record.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenTask)]
pub(crate) struct OpenTaskBody {
    /// UUID.
    id: String,
    /// User task of the process.
    element: String,
    /// Title of the step.
    name: String,
    /// When it was opened.
    opened_at: String,
    /// Whether the reader may take it.
    mine: bool,
}

impl OpenTasksBody {
    pub(crate) fn of(tasks: Vec<(OpenTask, String, bool)>, offset: Offset) -> OpenTasksBody {
        let view = |(it, name, mine): (OpenTask, String, bool)| OpenTaskBody {
            opened_at: moment(it.opened_at, offset),
            id: it.id,
            element: it.element,
            name,
            mine,
        };
        OpenTasksBody {
            items: tasks.into_iter().map(view).collect(),
        }
    }
}

/// The acts on a matter that the reader may do now, without a task.
#[derive(Serialize, ToSchema)]
#[schema(as = MatterActs)]
pub(crate) struct MatterActsBody {
    /// In the order of the process.
    items: Vec<ActBodyView>,
    /// The forms that they name.
    forms: BTreeMap<String, FormView>,
}

impl MatterActsBody {
    /// `form` gives a form by name.
    pub(crate) fn of(acts: Vec<MatterAct>, form: impl Fn(&str) -> Option<FormView>) -> MatterActsBody {
        let forms = acts
            .iter()
            .filter_map(|it| it.form.as_ref())
            .filter_map(|name| Some((name.clone(), form(name)?)))
            .collect();
        let view = |it: MatterAct| ActBodyView {
            act: it.name,
            title: it.title,
            form: it.form,
            comment_required: it.comment_required,
            outcomes: vec![],
            until: None,
        };
        MatterActsBody {
            items: acts.into_iter().map(view).collect(),
            forms,
        }
    }
}

/// A lease that was renewed.
#[derive(Serialize, ToSchema)]
#[schema(as = Lease)]
pub(crate) struct LeaseBody {
    /// Until when the task is held.
    pub(crate) until: String,
}

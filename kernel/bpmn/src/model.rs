//! The process model: what a BPMN file says, in the types the engine runs on.

mod task;

use std::collections::BTreeMap;

use yiwang_feel::Expr;
use yiwang_types::{Diagnostic, Instant, Place};

pub use task::{Act, ActKind, Candidates, Outcome, UserTask};

use crate::xml;

/// A BPMN file: its tree, kept whole for writing back, and the processes read from it.
///
/// The tree is the source and the processes a view of it: to change a process, change the XML and parse again.
#[derive(Clone, Debug)]
pub struct Definitions {
    /// Path of the file, relative to the package root.
    pub file: String,
    /// The tree of the file.
    pub document: xml::Document,
    /// The processes in their order.
    pub processes: Vec<Process>,
}

impl Definitions {
    /// The process with that id.
    pub fn process(&self, id: &str) -> Option<&Process> {
        self.processes.iter().find(|it| it.id == id)
    }
}

/// One process.
#[derive(Clone, Debug)]
pub struct Process {
    /// Id, unique in the file.
    pub id: String,
    /// Title for people; the id where the file gives none.
    pub name: String,
    /// Whether the author meant it to run.
    pub executable: bool,
    /// The register whose records it runs on.
    pub register: Option<String>,
    /// Its named clocks.
    pub clocks: Vec<Clock>,
    /// Acts on the matter that need no task.
    pub acts: Vec<Act>,
    /// Nodes in document order.
    pub nodes: Vec<Node>,
    /// Sequence flows in document order, which is the order a gateway tests them in.
    pub flows: Vec<Flow>,
    /// Where it stands in the file.
    pub place: Place,
    /// Position of each node by its id.
    pub(crate) index: BTreeMap<String, usize>,
    /// What was found while reading that only matters for running.
    pub(crate) problems: Vec<Diagnostic>,
}

impl Process {
    /// The node with that id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.index.get(id).and_then(|it| self.nodes.get(*it))
    }

    /// The user task with that id.
    pub fn task(&self, id: &str) -> Option<&UserTask> {
        self.node(id).and_then(Node::task)
    }

    /// The user tasks in document order.
    pub fn user_tasks(&self) -> impl Iterator<Item = &UserTask> {
        self.nodes.iter().filter_map(Node::task)
    }

    /// The clock with that id.
    pub fn clock(&self, id: &str) -> Option<&Clock> {
        self.clocks.iter().find(|it| it.id == id)
    }

    /// The act on the matter with that name.
    pub fn act(&self, name: &str) -> Option<&Act> {
        self.acts.iter().find(|it| it.name == name)
    }

    /// The flows that leave a node, in document order.
    pub fn outgoing(&self, node: &Node) -> impl Iterator<Item = &Flow> {
        node.outgoing.iter().filter_map(|it| self.flows.get(*it))
    }

    /// The flows that enter a node, in document order.
    pub fn incoming(&self, node: &Node) -> impl Iterator<Item = &Flow> {
        node.incoming.iter().filter_map(|it| self.flows.get(*it))
    }

    /// The boundary events attached to a node, in document order.
    pub fn boundaries(&self, id: &str) -> impl Iterator<Item = (&Node, &Boundary)> {
        self.nodes.iter().filter_map(move |node| match &node.kind {
            NodeKind::Boundary(boundary) if boundary.attached_to == id => Some((node, boundary)),
            _ => None,
        })
    }

    /// The start event, when there is exactly one.
    pub fn start(&self) -> Option<&Node> {
        let mut starts = self.nodes.iter().filter(|it| matches!(it.kind, NodeKind::Start));
        let first = starts.next()?;
        starts.next().is_none().then_some(first)
    }
}

/// A named clock: it runs while one of its tasks is open, pauses otherwise, ends at an element or with the instance.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Id, unique in the process.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Gives `{amount, unit}` or null, which means that no clock runs.
    pub limit: Option<Expr>,
    /// The user tasks it runs with.
    pub runs_while: Vec<String>,
    /// The elements whose entry ends it.
    pub ends_at: Vec<String>,
    /// Where it stands in the file.
    pub place: Place,
}

/// A sequence flow.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Id, unique in the file.
    pub id: String,
    /// Title for people, often empty.
    pub name: String,
    /// Id of the node it leaves.
    pub source: String,
    /// Id of the node it enters.
    pub target: String,
    /// When an exclusive gateway takes it.
    pub condition: Option<Expr>,
    /// Whether the file gives a condition, also one with a mistake.
    pub(crate) conditional: bool,
    /// Where it stands in the file.
    pub place: Place,
}

/// A node of the flow.
#[derive(Clone, Debug)]
pub struct Node {
    /// Id, unique in the file.
    pub id: String,
    /// Title for people; the id where the file gives none.
    pub name: String,
    /// What it does.
    pub kind: NodeKind,
    /// Local variables set on entry, in order.
    pub inputs: Vec<Mapping<String>>,
    /// What is handed on when it is done, in order.
    pub outputs: Vec<Mapping<Target>>,
    /// Where it stands in the file.
    pub place: Place,
    /// Positions of the flows that enter it.
    pub(crate) incoming: Vec<usize>,
    /// Positions of the flows that leave it.
    pub(crate) outgoing: Vec<usize>,
}

impl Node {
    /// Its user task, when it is one.
    pub fn task(&self) -> Option<&UserTask> {
        match &self.kind {
            NodeKind::User(task) => Some(task),
            _ => None,
        }
    }

    /// Whether a token stops here until something comes from outside.
    pub fn waits(&self) -> bool {
        match &self.kind {
            NodeKind::User(_) => true,
            NodeKind::Service(service) => service.wait,
            _ => false,
        }
    }
}

/// What a node does. Kinds the engine cannot run are kept for drawing and refused by `check_runnable`.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A none start event.
    Start,
    /// A none end event, with the status the record then gets.
    End {
        /// Status of the record, from `yw:end`.
        status: Option<String>,
    },
    /// A none intermediate throw event: a milestone, for instance the end of a clock.
    Milestone,
    /// A user task.
    User(Box<UserTask>),
    /// A service task.
    Service(Service),
    /// A business rule task.
    Rule(Rule),
    /// A script task.
    Script(Script),
    /// An exclusive gateway with the id of its default flow.
    Exclusive {
        /// Taken when no condition holds.
        default: Option<String>,
    },
    /// A parallel gateway: waits for a token on each incoming flow, then puts one on each outgoing.
    Parallel,
    /// A timer on the border of a task.
    Boundary(Boundary),
    /// Anything else, by its BPMN element name.
    Unsupported(String),
}

/// A service task: a function of the host by its name.
#[derive(Clone, Debug)]
pub struct Service {
    /// `kind:argument`, e.g. `number:case_number`.
    pub function: String,
    /// Whether the token waits until the host reports the result.
    pub wait: bool,
    /// Where the result goes.
    pub result: Option<Target>,
}

/// A business rule task: a DMN decision by its id.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Id of the decision.
    pub decision: String,
    /// Where the result goes.
    pub result: Target,
}

/// A script task: one FEEL expression.
#[derive(Clone, Debug)]
pub struct Script {
    /// The expression; `None` where the file has a mistake.
    pub expression: Option<Expr>,
    /// Where the result goes.
    pub result: Target,
}

/// A timer boundary event.
#[derive(Clone, Debug)]
pub struct Boundary {
    /// Id of the node it is attached to.
    pub attached_to: String,
    /// Whether firing ends the task.
    pub interrupting: bool,
    /// When it fires; `None` where the file has a mistake.
    pub timer: Option<Timer>,
}

/// When a timer fires.
#[derive(Clone, Debug)]
pub enum Timer {
    /// So long after the task was entered.
    After(Moment<i64>),
    /// At an instant.
    At(Moment<Instant>),
    /// When the named clock is due.
    Clock(String),
}

/// A moment fixed in the file or computed on entry.
#[derive(Clone, Debug)]
pub enum Moment<T> {
    /// Fixed: milliseconds, or an instant.
    Fixed(T),
    /// FEEL giving a duration, or a date or date and time; null means never.
    Feel(Expr),
}

/// One line of an input or output mapping.
#[derive(Clone, Debug)]
pub struct Mapping<T> {
    /// The value.
    pub source: Expr,
    /// Where it goes.
    pub target: T,
}

/// Where a result goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A field of the record.
    Record(String),
    /// A variable of the instance.
    Variable(String),
}

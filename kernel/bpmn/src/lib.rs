//! BPMN 2.0 XML to a process model, and the pure step of the engine.
//!
//! [`parse`] reads a file for drawing and running, [`write()`] gives the same tree back, `Definitions::check_runnable` says what
//! keeps it from running, and [`step`] moves an instance: state and event in, state and effects out. No I/O, clock or randomness.

mod check;
mod duration;
mod model;
mod parse;
mod state;
mod step;
pub mod xml;

pub use model::{
    Act, ActKind, Boundary, Candidates, Clock, Definitions, Flow, Mapping, Moment, Node, NodeKind, Outcome, Process, Rule,
    Script, Service, Target, Timer, UserTask,
};
pub use parse::parse;
pub use state::{FORMAT, Scope, State, StateError, TimerState, Token};
pub use step::{At, Closing, Effect, Event, MAX_MOVES, StepError, World, step};

/// The file as text; reading it again gives an equal tree.
pub fn write(definitions: &Definitions) -> String {
    xml::write(&definitions.document)
}

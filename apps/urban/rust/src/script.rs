//! What happens to one case: who does what when, decided step by step from what has become of it.

mod handling;
mod ordinary;

use serde_json::{Map, Value as Json};
use yiwang_types::Instant;

pub(crate) use ordinary::{Facts, Fate, Ordinary};

use crate::picture::Trouble;
use crate::stories::StoryPlayer;
use crate::town::Town;

/// Who does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// A demo user.
    User(String),
    /// The collector of a responsibility grid.
    Collector(String),
    /// Whoever handles for a unit.
    Handler(String),
    /// The reporter.
    Public,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// An act on the open task of that element.
    Task { element: String, act: String },
    /// The decision of the open request.
    Side,
    /// An act on the matter.
    Matter(String),
    /// An act by the progress code.
    Code(String),
}

/// One act to come. A picture in a form is written `{"photo": "before"}` until it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub at: Instant,
    pub who: Who,
    pub what: What,
    pub outcome: Option<String>,
    pub form: Map<String, Json>,
    pub comment: Option<String>,
}

/// What has become of the case.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Moment of the last act.
    pub now: Instant,
    /// State.
    pub status: String,
    /// The open task that is no request.
    pub element: Option<String>,
    /// Unit that handles it.
    pub unit: Option<String>,
    /// When handling is due, while that clock runs.
    pub due: Option<Instant>,
    /// When the first response is due, while that clock runs.
    pub first_due: Option<Instant>,
    /// Whether a request waits for its decision.
    pub asked: bool,
}

/// Who decides what comes next.
pub(crate) enum Player {
    Ordinary(Box<Ordinary>),
    Story(StoryPlayer),
}

/// A report and what follows from it.
pub(crate) struct Script {
    /// For messages: which case.
    pub name: String,
    pub at: Instant,
    pub reporter: Who,
    pub fields: Map<String, Json>,
    pub trouble: Trouble,
    pub player: Player,
}

impl Player {
    /// The next act; none when the case is left as it is.
    pub(crate) fn next(&mut self, seen: &Seen, town: &Town<'_>) -> Option<Move> {
        match self {
            Player::Ordinary(it) => it.next(seen, town),
            Player::Story(it) => it.next(seen),
        }
    }
}

impl Move {
    /// `complete` of a task.
    pub(crate) fn complete(at: Instant, who: Who, element: &str, outcome: &str, form: Json) -> Move {
        Move {
            outcome: Some(outcome.to_owned()),
            ..Move::act(at, who, element, "complete", form)
        }
    }

    /// A declared act of a task.
    pub(crate) fn act(at: Instant, who: Who, element: &str, act: &str, form: Json) -> Move {
        let what = What::Task {
            element: element.to_owned(),
            act: act.to_owned(),
        };
        Move {
            at,
            who,
            what,
            outcome: None,
            form: form.as_object().cloned().unwrap_or_default(),
            comment: None,
        }
    }

    #[must_use]
    pub(crate) fn saying(mut self, comment: impl Into<String>) -> Move {
        self.comment = Some(comment.into());
        self
    }
}

impl Who {
    pub(crate) fn user(name: &str) -> Who {
        Who::User(name.to_owned())
    }
}

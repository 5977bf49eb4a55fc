//! The state of an instance: where its tokens wait, the timers set, local variables and what has been done how often.
//! Business data is not here, it lives in the record.

mod codec;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use yiwang_feel::Context;
use yiwang_types::Instant;

pub(crate) use value::is_storable;

/// The format of the stored state. A reader refuses a number it does not know.
pub const FORMAT: u64 = 1;

/// The scope every instance has.
pub(crate) const ROOT: u32 = 0;

/// The state of one instance. `State::default()` is one that has not begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Waiting tokens, in the order of their ids.
    pub tokens: Vec<Token>,
    /// Timers set and neither fired nor cancelled.
    pub timers: Vec<TimerState>,
    /// Scopes with their variables; the first has id 0 and no parent.
    pub scopes: Vec<Scope>,
    /// How often each element was completed; gateways are not counted.
    pub done: BTreeMap<String, u32>,
    /// When the instance began.
    pub started_at: Option<Instant>,
    /// The next id for a token, timer or scope; ids are never used twice in an instance.
    pub next: u32,
}

/// A token that waits at a node. A task has a fresh token each time it is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Id within the instance.
    pub id: u32,
    /// Node where it waits.
    pub node: String,
    /// Scope it runs in.
    pub scope: u32,
    /// Outcome of the last user task on its way; what expressions see as `outcome`.
    pub outcome: Option<String>,
    /// The flow it came by, kept only where it waits at a join.
    pub via: Option<String>,
}

/// A timer on the border of the node where a token waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerState {
    /// Id within the instance.
    pub id: u32,
    /// The token it belongs to.
    pub token: u32,
    /// The boundary event.
    pub node: String,
}

/// A scope of variables: the instance, or an activity with its mappings (later also a sub-process or one of many instances).
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// Id within the instance.
    pub id: u32,
    /// The scope around it.
    pub parent: Option<u32>,
    /// The element it belongs to; `None` for the instance.
    pub element: Option<String>,
    /// Its variables.
    pub variables: Context,
}

/// Why stored bytes are no state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateError(pub String);

impl State {
    /// Whether the instance has not begun.
    pub fn is_new(&self) -> bool {
        self.next == 0
    }

    /// Whether the instance is over.
    pub fn is_completed(&self) -> bool {
        !self.is_new() && self.tokens.is_empty()
    }

    /// The token with that id.
    pub fn token(&self, id: u32) -> Option<&Token> {
        self.tokens.iter().find(|it| it.id == id)
    }

    /// The tokens that wait at a node.
    pub fn tokens_at<'a>(&'a self, node: &'a str) -> impl Iterator<Item = &'a Token> {
        self.tokens.iter().filter(move |it| it.node == node)
    }

    /// How often an element was completed.
    pub fn done(&self, element: &str) -> u32 {
        self.done.get(element).copied().unwrap_or(0)
    }

    /// The stored form: compact JSON with a format number.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self).to_string().into_bytes()
    }

    /// Reads the stored form.
    pub fn from_bytes(bytes: &[u8]) -> Result<State, StateError> {
        let json = serde_json::from_slice(bytes).map_err(|it| StateError(format!("instance state is no JSON: {it}")))?;
        codec::decode(&json)
    }

    pub(crate) fn scope(&self, id: u32) -> Option<&Scope> {
        self.scopes.iter().find(|it| it.id == id)
    }

    pub(crate) fn scope_mut(&mut self, id: u32) -> Option<&mut Scope> {
        self.scopes.iter_mut().find(|it| it.id == id)
    }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        codec::encode(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<State, D::Error> {
        codec::decode(&serde_json::Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StateError {}

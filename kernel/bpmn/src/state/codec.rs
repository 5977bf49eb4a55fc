//! State to JSON and back. Tokens, timers and scopes are short arrays, for the blob is read and written with every act.

use serde_json::{Map, Value as Json, json};
use yiwang_feel::Context;
use yiwang_types::Instant;

use super::{FORMAT, Scope, State, StateError, TimerState, Token, value};

pub fn encode(state: &State) -> Json {
    let tokens = state
        .tokens
        .iter()
        .map(|it| json!([it.id, it.node, it.scope, it.outcome, it.via]));
    let timers = state.timers.iter().map(|it| json!([it.id, it.token, it.node]));
    let scopes = state.scopes.iter().map(|it| {
        let variables: Map<String, Json> = it
            .variables
            .iter()
            .map(|(name, it)| (name.to_string(), value::encode(it)))
            .collect();
        json!([it.id, it.parent, it.element, variables])
    });
    json!({
        "format": FORMAT,
        "next": state.next,
        "started": state.started_at.map(Instant::millis),
        "tokens": tokens.collect::<Vec<_>>(),
        "timers": timers.collect::<Vec<_>>(),
        "scopes": scopes.collect::<Vec<_>>(),
        "done": state.done,
    })
}

pub fn decode(json: &Json) -> Result<State, StateError> {
    let object = json.as_object().ok_or_else(|| bad("is no object"))?;
    let format = object.get("format").and_then(Json::as_u64);
    if format != Some(FORMAT) {
        return Err(bad(&format!("has format {format:?}, this reader knows {FORMAT}")));
    }
    let known = ["format", "next", "started", "tokens", "timers", "scopes", "done"];
    if let Some(key) = object.keys().find(|it| !known.contains(&it.as_str())) {
        return Err(bad(&format!("has the unknown key {key}")));
    }
    let part = |name: &str| {
        object
            .get(name)
            .and_then(Json::as_array)
            .ok_or_else(|| bad(&format!("lacks {name}")))
    };
    let done = object
        .get("done")
        .and_then(Json::as_object)
        .ok_or_else(|| bad("lacks done"))?;
    Ok(State {
        tokens: part("tokens")?.iter().map(token).collect::<Result<_, _>>()?,
        timers: part("timers")?.iter().map(timer).collect::<Result<_, _>>()?,
        scopes: part("scopes")?.iter().map(scope).collect::<Result<_, _>>()?,
        done: done
            .iter()
            .map(|(name, it)| Ok((name.clone(), number(it)?)))
            .collect::<Result<_, StateError>>()?,
        started_at: match object.get("started") {
            None | Some(Json::Null) => None,
            Some(it) => Some(Instant::from_millis(
                it.as_i64().ok_or_else(|| bad("has a start that is no integer"))?,
            )),
        },
        next: number(object.get("next").unwrap_or(&Json::Null))?,
    })
}

fn token(json: &Json) -> Result<Token, StateError> {
    let [id, node, scope, outcome, via] = items(json)? else {
        return Err(bad("has a token that is no list of five"));
    };
    Ok(Token {
        id: number(id)?,
        node: text(node)?,
        scope: number(scope)?,
        outcome: optional(outcome)?,
        via: optional(via)?,
    })
}

fn timer(json: &Json) -> Result<TimerState, StateError> {
    let [id, token, node] = items(json)? else {
        return Err(bad("has a timer that is no list of three"));
    };
    Ok(TimerState {
        id: number(id)?,
        token: number(token)?,
        node: text(node)?,
    })
}

fn scope(json: &Json) -> Result<Scope, StateError> {
    let [id, parent, element, variables] = items(json)? else {
        return Err(bad("has a scope that is no list of four"));
    };
    let variables = variables.as_object().ok_or_else(|| bad("has a scope without variables"))?;
    Ok(Scope {
        id: number(id)?,
        parent: if parent.is_null() { None } else { Some(number(parent)?) },
        element: optional(element)?,
        variables: variables
            .iter()
            .map(|(name, it)| {
                Ok((
                    name.as_str(),
                    value::decode(it).ok_or_else(|| bad(&format!("has a bad value for {name}")))?,
                ))
            })
            .collect::<Result<Context, StateError>>()?,
    })
}

fn items(json: &Json) -> Result<&[Json], StateError> {
    json.as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| bad("has an entry that is no list"))
}

fn number(json: &Json) -> Result<u32, StateError> {
    json.as_u64()
        .and_then(|it| u32::try_from(it).ok())
        .ok_or_else(|| bad(&format!("has {json} where a number belongs")))
}

fn text(json: &Json) -> Result<String, StateError> {
    json.as_str()
        .map(str::to_owned)
        .ok_or_else(|| bad(&format!("has {json} where a text belongs")))
}

fn optional(json: &Json) -> Result<Option<String>, StateError> {
    if json.is_null() { Ok(None) } else { text(json).map(Some) }
}

fn bad(what: &str) -> StateError {
    StateError(format!("instance state {what}"))
}

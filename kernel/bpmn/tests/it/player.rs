//! Plays an instance. Every step is done twice and its state goes through its bytes, so that each test also proves both.

use yiwang_bpmn::{At, Closing, Definitions, Effect, Event, Process, State, StepError, World, step};
use yiwang_feel::{Context, Env, Value};
use yiwang_types::{Instant, Offset};

/// Answers a decision with its own id doubled, or fails for `broken`.
pub struct Decisions;

impl World for Decisions {
    fn decide(&self, decision: &str, scope: &Context) -> Result<(Value, Vec<u32>), String> {
        match decision {
            "broken" => Err("没有这个决策".to_owned()),
            "class" => Ok((
                scope
                    .get("record")
                    .and_then(|it| it.get("class"))
                    .cloned()
                    .unwrap_or_default(),
                vec![2, 3],
            )),
            other => Ok((Value::text(format!("{other}{other}")), vec![1])),
        }
    }
}

pub struct Player {
    definitions: Definitions,
    pub state: State,
    pub data: Context,
    pub env: Env,
    pub effects: Vec<Effect>,
}

impl Player {
    pub fn new(definitions: Definitions) -> Player {
        let now = Instant::parse("2026-10-09T08:00:00+08:00").expect("an instant");
        Player {
            definitions,
            state: State::default(),
            data: [("record", Value::from(Context::new()))].into_iter().collect(),
            env: Env {
                now,
                offset: Offset::CHINA,
            },
            effects: Vec::new(),
        }
    }

    pub fn process(&self) -> &Process {
        &self.definitions.processes[0]
    }

    /// Puts the record expressions see, from JSON.
    pub fn with_record(mut self, json: &str) -> Player {
        let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
        self.data.insert("record", Value::from_json(&json));
        self
    }

    pub fn apply(&mut self, event: Event<'_>) -> Result<&[Effect], StepError> {
        let done = step(self.process(), &self.state, event.clone(), &self.data, &Decisions, &self.env);
        let again = step(self.process(), &self.state, event, &self.data, &Decisions, &self.env);
        assert_eq!(done, again, "a step is deterministic");
        let (state, effects) = done?;
        let bytes = state.to_bytes();
        assert_eq!(
            State::from_bytes(&bytes).as_ref(),
            Ok(&state),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        self.write_record(&effects);
        self.state = state;
        self.effects = effects;
        Ok(&self.effects)
    }

    pub fn start(&mut self) -> Result<&[Effect], StepError> {
        self.apply(Event::Start { node: None })
    }

    /// Ends the oldest open task of that id.
    pub fn done(&mut self, task: &str, outcome: &str) -> Result<&[Effect], StepError> {
        let token = self.token(task);
        self.apply(Event::TaskDone {
            token,
            outcome,
            variables: Context::new(),
        })
    }

    /// Fires the timer set for a boundary event.
    pub fn fire(&mut self, node: &str) -> Result<&[Effect], StepError> {
        let timer = self.state.timers.iter().find(|it| it.node == node).expect("a timer").id;
        self.apply(Event::TimerFired { timer })
    }

    pub fn token(&self, node: &str) -> u32 {
        self.state
            .tokens_at(node)
            .next()
            .unwrap_or_else(|| panic!("no token at {node}: {:?}", self.state.tokens))
            .id
    }

    /// Ids of the nodes where tokens wait.
    pub fn waiting(&self) -> Vec<&str> {
        self.state.tokens.iter().map(|it| it.node.as_str()).collect()
    }

    pub fn record(&self, path: &str) -> String {
        self.data
            .get("record")
            .and_then(|it| it.get(path))
            .cloned()
            .unwrap_or_default()
            .to_string()
    }

    /// What the kernel would do with `Assign`.
    fn write_record(&mut self, effects: &[Effect]) {
        let mut record = self
            .data
            .get("record")
            .and_then(Value::as_context)
            .cloned()
            .unwrap_or_default();
        for effect in effects {
            if let Effect::Assign { path, value } = effect {
                record.insert(path.strip_prefix("record.").expect("a field of the record"), value.clone());
            }
        }
        self.data.insert("record", record);
    }
}

/// Plays a script such as `t1:ok t2:no !late #` (outcomes, fired timers, cancel) and gives the effects of the last step as text.
pub fn play(player: &mut Player, script: &str) -> String {
    let mut last = player.start().map(summary);
    for word in script.split_whitespace() {
        last.as_ref().unwrap_or_else(|it| panic!("before {word}: {it}"));
        last = match word.split_once(':') {
            Some((task, outcome)) => player.done(task, outcome).map(summary),
            None if word == "#" => player.apply(Event::Cancel { reason: "误报" }).map(summary),
            None => player.fire(word.strip_prefix('!').expect("`!` and a timer")).map(summary),
        };
    }
    last.unwrap_or_else(|it| format!("error: {it}"))
}

/// Effects in a short form: `+t1` opened, `-` done, `x` cancelled, `[S]` status.
pub fn summary(effects: &[Effect]) -> String {
    let words = effects.iter().filter_map(|it| match it {
        Effect::OpenTask { task, .. } => Some(format!("+{task}")),
        Effect::CloseTask { how: Closing::Done, .. } => Some("-".to_owned()),
        Effect::CloseTask {
            how: Closing::Cancelled, ..
        } => Some("x".to_owned()),
        Effect::SetTimer {
            node,
            at: At::Instant(at),
            ..
        } => Some(format!("{node}@{at}")),
        Effect::SetTimer {
            node,
            at: At::Clock(clock),
            ..
        } => Some(format!("{node}@{clock}")),
        Effect::CancelTimer { .. } => Some("untimer".to_owned()),
        Effect::Entered { .. } | Effect::Left { .. } => None,
        Effect::Assign { path, value } => Some(format!("{path}={value}")),
        Effect::Service {
            function, input, wait, ..
        } => Some(format!("call {function} {input}{}", if *wait { " wait" } else { "" })),
        Effect::SetStatus(status) => Some(format!("[{status}]")),
        Effect::Decided { decision, rules, .. } => Some(format!("decided {decision} {rules:?}")),
        Effect::Ended { node, .. } => Some(format!("end {node}")),
        Effect::Completed => Some("over".to_owned()),
        Effect::Incident { node, .. } => Some(format!("stuck {node}")),
    });
    words.collect::<Vec<_>>().join(" ")
}

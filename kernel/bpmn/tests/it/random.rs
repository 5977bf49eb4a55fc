//! Random structured processes under random choices: they always end, and no token is lost or made.

use std::collections::BTreeMap;

use proptest::prelude::*;
use yiwang_bpmn::{Closing, Effect, Event};
use yiwang_feel::Context;

use crate::diagram::{outcome, runnable, xml};
use crate::player::Player;

/// A structured piece of a process.
#[derive(Clone, Debug)]
enum Block {
    Task,
    /// A task with an interrupting timer that leads to the same place.
    Timed,
    Sequence(Vec<Block>),
    /// A task that chooses a branch by its outcome.
    Choice(Vec<Block>),
    Parallel(Vec<Block>),
    /// Again while the closing task says so, at most three times.
    Loop(Box<Block>),
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![3 => Just(Block::Task), 1 => Just(Block::Timed)];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Block::Sequence),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Block::Choice),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Block::Parallel),
            inner.prop_map(|it| Block::Loop(Box::new(it))),
        ]
    })
}

#[derive(Default)]
struct Drawing {
    flows: Vec<String>,
    extensions: Vec<(String, String)>,
    raw: String,
    /// Splits and the joins that belong to them.
    forks: Vec<(String, String)>,
    next: u32,
}

impl Drawing {
    fn id(&mut self, kind: char) -> String {
        self.next += 1;
        format!("{kind}{}", self.next)
    }

    fn flow(&mut self, from: &str, to: &str, tail: &str) {
        self.flows.push(format!("{from} > {to} {tail}"));
    }

    /// Draws a block; gives its first and its last node.
    fn draw(&mut self, block: &Block) -> (String, String) {
        match block {
            Block::Task => {
                let task = self.id('t');
                (task.clone(), task)
            }
            Block::Timed => {
                let (task, timer, merge) = (self.id('t'), self.id('b'), self.id('x'));
                self.raw += &format!(
                    r#"<bpmn:boundaryEvent id="{timer}" attachedToRef="{task}"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"#
                );
                self.flow(&task, &merge, "");
                self.flow(&timer, &merge, "");
                (task, merge)
            }
            Block::Sequence(parts) => {
                let drawn: Vec<_> = parts.iter().map(|it| self.draw(it)).collect();
                for pair in drawn.windows(2) {
                    self.flow(&pair[0].1, &pair[1].0, "");
                }
                (drawn[0].0.clone(), drawn[drawn.len() - 1].1.clone())
            }
            Block::Choice(parts) => {
                let (task, split, merge) = (self.id('t'), self.id('x'), self.id('x'));
                let ids: Vec<String> = (0..parts.len()).map(|it| format!("o{it}")).collect();
                self.extensions.push((task.clone(), outcome(&ids.join(" "))));
                self.flow(&task, &split, "");
                for (part, id) in parts.iter().zip(ids) {
                    let (first, last) = self.draw(part);
                    self.flow(&split, &first, &format!(r#"if outcome = "{id}""#));
                    self.flow(&last, &merge, "");
                }
                (task, merge)
            }
            Block::Parallel(parts) => {
                let (split, join) = (self.id('p'), self.id('p'));
                for part in parts {
                    let (first, last) = self.draw(part);
                    self.flow(&split, &first, "");
                    self.flow(&last, &join, "");
                }
                self.forks.push((split.clone(), join.clone()));
                (split, join)
            }
            Block::Loop(body) => {
                let (merge, task, split, out) = (self.id('x'), self.id('t'), self.id('x'), self.id('m'));
                let (first, last) = self.draw(body);
                self.extensions.push((task.clone(), outcome("again on")));
                self.flow(&merge, &first, "");
                self.flow(&last, &task, "");
                self.flow(&task, &split, "");
                self.flow(
                    &split,
                    &merge,
                    &format!(r#"if outcome = "again" and modulo(process.done.{task}, 3) != 0"#),
                );
                self.flow(&split, &out, "default");
                (merge, out)
            }
        }
    }
}

fn draw(block: &Block) -> (String, Vec<(String, String)>) {
    let mut drawing = Drawing::default();
    let (first, last) = drawing.draw(block);
    drawing.flow("s", &first, "");
    drawing.flow(&last, "e", "");
    let extensions: Vec<(&str, &str)> = drawing.extensions.iter().map(|(id, it)| (id.as_str(), it.as_str())).collect();
    (xml(&drawing.flows.join(";"), &extensions, &drawing.raw), drawing.forks)
}

/// What a plain observer of the effects knows.
#[derive(Default)]
struct Observer {
    open: BTreeMap<u32, String>,
    timers: Vec<u32>,
    entered: BTreeMap<String, u32>,
    ended: u32,
}

impl Observer {
    fn watch(&mut self, effects: &[Effect], fired: Option<u32>) {
        self.timers.retain(|it| Some(*it) != fired);
        for effect in effects {
            match effect {
                Effect::OpenTask { token, task, .. } => {
                    assert!(self.open.insert(*token, task.clone()).is_none(), "a token id is used once");
                }
                Effect::CloseTask { token, how } => {
                    assert!(self.open.remove(token).is_some(), "only an open task closes");
                    assert_eq!(*how == Closing::Cancelled, fired.is_some());
                }
                Effect::SetTimer { timer, .. } => self.timers.push(*timer),
                Effect::CancelTimer { timer } => {
                    let before = self.timers.len();
                    self.timers.retain(|it| it != timer);
                    assert_eq!(self.timers.len() + 1, before, "only a set timer is cancelled");
                }
                Effect::Entered { node } => *self.entered.entry(node.clone()).or_default() += 1,
                Effect::Ended { .. } => self.ended += 1,
                Effect::Incident { node, .. } => panic!("stuck at {node}"),
                _ => {}
            }
        }
    }
}

fn run(block: &Block, choices: &[u16]) {
    let (text, forks) = draw(block);
    let mut player = Player::new(runnable(&text));
    let mut observer = Observer::default();
    observer.watch(player.start().expect("start"), None);
    let mut moves = 0;
    while !player.state.is_completed() {
        let choice = usize::from(choices[moves % choices.len()]) + moves / choices.len();
        moves += 1;
        assert!(moves < 5000, "it ends\n{text}");
        let open: Vec<(u32, String)> = observer.open.iter().map(|(token, task)| (*token, task.clone())).collect();
        let (token, task) = &open[choice % open.len()];
        let timer = player
            .state
            .timers
            .iter()
            .find(|it| it.token == *token)
            .map(|it| it.id)
            .filter(|_| choice.is_multiple_of(3));
        let outcomes: Vec<String> = player
            .process()
            .task(task)
            .expect("a task")
            .endings()
            .map(str::to_owned)
            .collect();
        let outcome = outcomes.get(choice / 7 % outcomes.len().max(1)).cloned().unwrap_or_default();
        let event = match timer {
            Some(timer) => Event::TimerFired { timer },
            None => Event::TaskDone {
                token: *token,
                outcome: &outcome,
                variables: Context::new(),
            },
        };
        let effects = player.apply(event).unwrap_or_else(|it| panic!("{it}\n{text}"));
        observer.watch(effects, timer);
        let waiting: Vec<u32> = player
            .state
            .tokens
            .iter()
            .filter(|it| player.process().task(&it.node).is_some())
            .map(|it| it.id)
            .collect();
        assert_eq!(
            waiting,
            observer.open.keys().copied().collect::<Vec<_>>(),
            "open tasks are the waiting tokens"
        );
        assert_eq!(
            player.state.timers.iter().map(|it| it.id).collect::<Vec<_>>(),
            observer.timers
        );
    }
    assert!(observer.open.is_empty() && observer.timers.is_empty());
    assert_eq!(observer.ended, 1, "one token went in, one came out\n{text}");
    for (split, join) in forks {
        assert_eq!(
            observer.entered.get(&split),
            observer.entered.get(&join),
            "each split is joined\n{text}"
        );
    }
    assert_eq!(player.state.scopes.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn structured_processes_always_end(block in block(), choices in prop::collection::vec(any::<u16>(), 1..24)) {
        run(&block, &choices);
    }
}

//! Damaged files and states give diagnostics and errors, never a panic.

use proptest::prelude::*;
use yiwang_bpmn::{Event, State, parse, step, write};
use yiwang_feel::Context;

use crate::diagram::runnable;
use crate::player::{Decisions, Player};
use crate::seven_steps::FILE;

const SCRAPS: &[&str] = &[
    "",
    "<",
    ">",
    "\"",
    "&",
    "id=\"intake\"",
    "</bpmn:process>",
    "=",
    "\u{0}",
    "路",
    "<bpmn:endEvent id=\"z\"/>",
    "default=\"x\" ",
];

fn damaged(text: &str, cuts: &[(usize, usize, usize)]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (at, length, scrap) in cuts {
        let at = at % letters.len().max(1);
        let end = (at + length).min(letters.len());
        letters.splice(at.min(end)..end, SCRAPS[scrap % SCRAPS.len()].chars());
    }
    letters.into_iter().collect()
}

fn cuts() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((any::<usize>(), 0..12_usize, any::<usize>()), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files(cuts in cuts()) {
        if let (Some(definitions), _) = parse(&damaged(FILE, &cuts), "f.bpmn") {
            let found = definitions.check_runnable();
            prop_assert!(found.iter().all(|it| it.place.line > 0));
            let written = write(&definitions);
            prop_assert!(parse(&written, "f.bpmn").0.is_some());
            for process in &definitions.processes {
                let mut player = Player::new(definitions.clone());
                let _ = step(process, &State::default(), Event::Start { node: None }, &player.data, &Decisions, &player.env);
                let _ = player.start();
            }
        }
    }

    #[test]
    fn states(cuts in cuts(), token in 0..12_u32) {
        let mut player = Player::new(runnable(FILE));
        player.start().expect("start");
        let text = String::from_utf8(player.state.to_bytes()).expect("text");
        if let Ok(state) = State::from_bytes(damaged(&text, &cuts).as_bytes()) {
            let event = Event::TaskDone { token, outcome: "file", variables: Context::new() };
            let _ = step(player.process(), &state, event, &player.data, &Decisions, &player.env);
            let _ = step(player.process(), &state, Event::Cancel { reason: "" }, &player.data, &Decisions, &player.env);
        }
    }
}

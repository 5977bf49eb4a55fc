//! Where: an address with places to choose from, or a click on the street sketch.

use std::sync::Arc;

use yiwang_space::Point;
use yiwang_space::sketch::{Sketch, View};
use yiwang_types::FieldFault;

use crate::answers::Answers;
use crate::app::App;
use crate::report::draft::{Draft, Settled};
use crate::services::{Located, Spot};
use crate::site::{Portal, Step};
use crate::words::t;

/// The sketch is drawn at its true size, so that a click means the same pixel everywhere: one size for phones, one for wide screens.
pub(crate) const SMALL: (u32, u32) = (288, 288);
/// See [`SMALL`].
pub(crate) const LARGE: (u32, u32) = (638, 440);

/// The answer when none of the offered places is meant.
pub(crate) const NONE: &str = "none";

/// The question which of the offered places is meant.
pub(crate) const SPOT: &str = "spot";

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Show the page again, with what is wrong.
    Stay(Vec<FieldFault>),
    /// Show the page again with a question that is no reproach.
    Ask(&'static str),
    /// Go on.
    On,
}

/// A position of a phone that is further off than this, in metres, marks nothing: it only shows where to look.
const TOO_VAGUE: u32 = 150;

/// Takes a click, a choice or a button of this page.
pub(crate) fn turn(app: &App, portal: &Portal, step: &Step, draft: &mut Draft, answers: &Answers, go: &str) -> Turn {
    let name = step.point.as_deref().unwrap_or_default();
    let address = step.address.as_deref().unwrap_or_default();
    if let Some(wrong) = choose(app, draft, answers, address) {
        return Turn::Stay(vec![FieldFault::new(address, "choice", wrong, "")]);
    }
    if let Some(outcome) = click(app, portal, draft, answers, name) {
        return Turn::Stay(outcome);
    }
    let moved = go.strip_prefix("map-").and_then(|it| it.parse::<usize>().ok());
    if let Some(at) = moved {
        move_map(app, draft, at);
        return Turn::Stay(Vec::new());
    }
    match go {
        "here" => here(app, portal, draft, answers, name),
        "clear" => {
            draft.mark(None);
            Turn::Stay(Vec::new())
        }
        "find" => {
            draft.asked_for = Some(draft.typed(address).to_owned());
            let spots = app.services.places.find(draft.typed(address));
            if answers.text(SPOT).is_none() && only_exact(&spots) {
                go_to(app, draft, &spots);
            }
            let wrong = FieldFault::new(address, "unknown", t(missing(app, draft.typed(address))), "");
            if spots.is_empty() {
                Turn::Stay(vec![wrong])
            } else {
                Turn::Stay(Vec::new())
            }
        }
        "next" => on(app, draft, answers, address),
        _ => Turn::Stay(Vec::new()),
    }
}

/// Places to offer for the address: those that were asked for.
pub(crate) fn offered(app: &App, draft: &Draft, address: &str) -> Vec<Spot> {
    let typed = draft.typed(address);
    match &draft.asked_for {
        Some(asked) if asked == typed && !typed.trim().is_empty() => {
            let spots = app.services.places.find(typed);
            // Just what was written, and marked already: nothing is left to ask.
            let settled = only_exact(&spots) && spots.first().map(|it| it.at) == draft.place();
            if settled { Vec::new() } else { spots }
        }
        _ => Vec::new(),
    }
}

/// The sketch and the view on it, for a size.
pub(crate) fn view(app: &App, draft: &Draft, size: (u32, u32)) -> Option<(Arc<Sketch>, View)> {
    let sketch = app.services.places.sketch()?;
    let view = sketch.view_of(&draft.view, size.0, size.1).marked(draft.place());
    Some((sketch, view))
}

/// A place that was offered and is meant; a sentence when it is not to be had.
fn choose(app: &App, draft: &mut Draft, answers: &Answers, address: &str) -> Option<&'static str> {
    let wanted = answers.text(SPOT).filter(|it| *it != NONE)?;
    let before = draft.asked_for.clone().unwrap_or_default();
    // Another address typed over the old offer: the choice belonged to the old one.
    if before != draft.typed(address) {
        return None;
    }
    let spot = app.services.places.find(&before).into_iter().find(|it| it.key == wanted);
    let Some(spot) = spot else { return Some(t("spot_gone")) };
    go_to(app, draft, &[spot]);
    None
}

/// A click on the sketch. `None`: there was none.
fn click(app: &App, portal: &Portal, draft: &mut Draft, answers: &Answers, name: &str) -> Option<Vec<FieldFault>> {
    let hit = |prefix: &str| {
        Some((
            answers.number(&format!("{prefix}.x"))?,
            answers.number(&format!("{prefix}.y"))?,
        ))
    };
    let ((x, y), size) = hit("small")
        .map(|it| (it, SMALL))
        .or_else(|| hit("large").map(|it| (it, LARGE)))?;
    // The Enter key on a picture sends the corner: nobody pointed anywhere.
    if (x, y) == (0, 0) {
        return Some(vec![FieldFault::new(name, "keyboard", t("map_keyboard"), "")]);
    }
    let (sketch, view) = view(app, draft, size)?;
    let before = (draft.point, draft.side.take());
    draft.view = sketch.query_of(&view.marked(None));
    draft.mark(Some(view.place_at(x, y)));
    if matches!(draft.settled(&*app.services.places), Settled::Outside) {
        (draft.point, draft.side) = before;
        return Some(vec![FieldFault::new(name, "outside", portal.file.word("outside"), "")]);
    }
    Some(Vec::new())
}

/// The position of the reporter's phone, sent when he pressed the button for it.
fn here(app: &App, portal: &Portal, draft: &mut Draft, answers: &Answers, name: &str) -> Turn {
    let part = |name: &str| answers.text(name)?.parse().ok();
    let point = part("here-lon")
        .zip(part("here-lat"))
        .and_then(|(lon, lat)| Point::new(lon, lat));
    let (Some(point), Some(accuracy)) = (point, answers.number("here-accuracy")) else {
        return Turn::Stay(Vec::new());
    };
    if matches!(app.services.places.locate(point), Located::Outside) {
        return Turn::Stay(vec![FieldFault::new(name, "outside", portal.file.word("outside"), "")]);
    }
    if accuracy > TOO_VAGUE {
        look_at(app, draft, point, accuracy.saturating_mul(4));
        return Turn::Ask(t("here_vague"));
    }
    draft.mark(Some(point));
    draft.accuracy = Some(accuracy);
    look_at(app, draft, point, NEAR);
    Turn::Stay(Vec::new())
}

fn move_map(app: &App, draft: &mut Draft, at: usize) {
    if let Some((sketch, view)) = view(app, draft, LARGE)
        && let Some(link) = sketch.links(&view).get(at)
    {
        draft.view = sketch.query_of(&link.view.marked(None));
    }
}

/// Metres from left to right of the sketch when it shows one place from near.
const NEAR: u32 = 600;

/// Shows a place, so many metres around it from left to right.
fn look_at(app: &App, draft: &mut Draft, point: Point, span: u32) {
    if let Some((sketch, _)) = view(app, draft, LARGE) {
        draft.view = sketch.query_of(&View::new(LARGE.0, LARGE.1, point, span, None));
    }
}

/// The address alone is enough, but when places are known for it the reporter is asked once which he means.
fn on(app: &App, draft: &mut Draft, answers: &Answers, address: &str) -> Turn {
    let typed = draft.typed(address).to_owned();
    let asked = draft.asked_for.as_deref() == Some(typed.as_str());
    if draft.point.is_some() || typed.trim().is_empty() {
        return Turn::On;
    }
    let spots = app.services.places.find(&typed);
    if !asked && only_exact(&spots) {
        draft.asked_for = Some(typed);
        go_to(app, draft, &spots);
        return Turn::On;
    }
    match (!spots.is_empty(), asked, answers.text(SPOT)) {
        (false, _, _) => Turn::On,
        (true, true, Some(NONE)) => {
            draft.declined = Some(typed);
            Turn::On
        }
        (true, _, _) if draft.declined.as_deref() == Some(typed.as_str()) => Turn::On,
        (true, false, _) => {
            draft.asked_for = Some(typed);
            Turn::Ask(t("spot_which"))
        }
        (true, true, _) => Turn::Stay(vec![FieldFault::new(SPOT, "choice", t("spot_choose"), "")]),
    }
}

/// One place, and just the one that was written.
fn only_exact(spots: &[Spot]) -> bool {
    matches!(spots, [only] if only.exact)
}

fn go_to(app: &App, draft: &mut Draft, spots: &[Spot]) {
    if let Some(spot) = spots.first().filter(|it| draft.place() != Some(it.at)) {
        draft.mark(Some(spot.at));
        look_at(app, draft, spot.at, NEAR);
    }
}

fn missing(app: &App, typed: &str) -> &'static str {
    match (typed.trim().is_empty(), app.services.places.sketch().is_some()) {
        (true, _) => "address_empty",
        (false, true) => "address_unknown",
        (false, false) => "address_unknown_no_map",
    }
}

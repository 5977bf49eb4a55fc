//! Reporting: one question a page, each page a form that carries everything said so far.

pub(crate) mod check;
pub(crate) mod draft;
mod place;
mod show;
mod submit;

use std::sync::Arc;

pub(crate) use place::{LARGE, SMALL};

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use yiwang_types::{Code, Fault, FieldFault};

use crate::answers::Answers;
use crate::app::{App, Shared};
use crate::display::Display;
use crate::faults::fault_page;
use crate::guard::same_site;
use crate::report::draft::Draft;
use crate::report::place::Turn;
use crate::seal::{Opened, open};
use crate::site::{Portal, Site, Step, StepKind};
use crate::view::Shell;
use crate::words::{fill, t, typeset};

/// What the signature of a draft is for.
const PURPOSE: &str = "report";

/// One visit to the form.
pub(super) struct Visit<'a> {
    pub(super) app: &'a App,
    pub(super) site: Arc<Site>,
    pub(super) portal: Arc<Portal>,
    pub(super) shell: Shell,
    pub(super) draft: Draft,
}

/// What to answer.
pub(super) struct Turned {
    pub(super) stage: Stage,
    pub(super) faults: Vec<FieldFault>,
    /// A sentence that belongs to no field.
    pub(super) notice: Option<String>,
    /// A question that is no reproach.
    pub(super) hint: Option<&'static str>,
    pub(super) status: StatusCode,
}

/// Where in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The question with this number, from 0.
    Step(usize),
    /// All answers together.
    Check,
}

impl Turned {
    fn to(stage: Stage) -> Turned {
        Turned {
            stage,
            faults: Vec::new(),
            notice: None,
            hint: None,
            status: StatusCode::OK,
        }
    }

    fn wrong(stage: Stage, faults: Vec<FieldFault>) -> Turned {
        let status = if faults.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        Turned {
            faults,
            status,
            ..Turned::to(stage)
        }
    }
}

/// `/report`: the only entrance, or the list of them.
pub(crate) async fn entrance(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Response {
    let site = app.site();
    let mut all = site.portals.values();
    match (all.next(), all.next()) {
        (Some(only), None) => Redirect::to(&format!("/report/{}", only.file.register)).into_response(),
        (Some(_), Some(_)) => show::entrances(&app, &site, app.shell(&site, &headers, &uri)),
        (None, _) => {
            let fault = Fault::new(Code::Unavailable, t("no_entrance"));
            fault_page(&app, app.shell(&site, &headers, &uri), &fault)
        }
    }
}

/// `GET /report/{register}`: the first question of a new report.
pub(crate) async fn begin(State(app): State<Shared>, Path(register): Path<String>, headers: HeaderMap, uri: Uri) -> Response {
    let site = app.site();
    let shell = app.shell(&site, &headers, &uri);
    let Some(portal) = site.portals.get(&register).cloned() else {
        return unknown(&app, shell);
    };
    let draft = Draft::new(&register, &*app.services.entropy);
    let visit = Visit {
        app: &app,
        site,
        portal,
        shell,
        draft,
    };
    visit.show(Turned::to(Stage::Step(0))).await
}

/// `POST /report/{register}`: an answer, a step back, a button on the page, or the report.
pub(crate) async fn answer(State(app): State<Shared>, Path(register): Path<String>, request: Request) -> Response {
    let site = app.site();
    let uri = request.uri().clone();
    let shell = app.shell(&site, request.headers(), &uri);
    if !same_site(request.method(), request.headers()) {
        return fault_page(&app, shell, &Fault::new(Code::ForeignOrigin, t("foreign")));
    }
    let Some(portal) = site.portals.get(&register).cloned() else {
        return unknown(&app, shell);
    };
    let answers = Answers::read(request, &*app.services.photos).await;
    let opened = open::<Draft>(&app.services.secret, PURPOSE, answers.text("state").unwrap_or_default());
    let entropy = &*app.services.entropy;
    let (draft, ours) = match opened {
        Opened::Ours(it) if it.register == register => (it, true),
        Opened::Ours(it) | Opened::Foreign(it) => (it.salvaged(&register, entropy), false),
        Opened::Broken => match &answers.broken {
            Some(fault) => return fault_page(&app, shell, fault),
            None => (Draft::new(&register, entropy), false),
        },
    };
    let mut visit = Visit {
        app: &app,
        site,
        portal,
        shell,
        draft,
    };
    let stage = visit.stage(answers.text("step"));
    if let Stage::Step(at) = stage
        && let Some(step) = visit.portal.file.steps.get(at).cloned()
    {
        visit.draft.take(&step, &answers);
    }
    if let Some(fault) = &answers.broken {
        return visit
            .show(Turned {
                notice: Some(typeset(&fault.detail)),
                ..failed(stage, fault)
            })
            .await;
    }
    if !ours {
        let notice = Some(t("state_foreign").to_owned());
        return visit
            .show(Turned {
                notice,
                status: StatusCode::UNPROCESSABLE_ENTITY,
                ..Turned::to(stage)
            })
            .await;
    }
    visit.turn(stage, &answers).await
}

fn unknown(app: &App, shell: Shell) -> Response {
    fault_page(app, shell, &Fault::new(Code::NotFound, t("not_found")))
}

/// The same page again, because something outside the form went wrong.
fn failed(stage: Stage, fault: &Fault) -> Turned {
    Turned {
        status: crate::faults::status_of(fault.code),
        ..Turned::to(stage)
    }
}

impl Visit<'_> {
    fn stage(&self, name: Option<&str>) -> Stage {
        let at = |name: &str| self.portal.file.steps.iter().position(|it| it.step == name);
        match name {
            Some("check") => Stage::Check,
            Some(name) => Stage::Step(at(name).unwrap_or(0)),
            None => Stage::Step(0),
        }
    }

    async fn turn(mut self, stage: Stage, answers: &Answers) -> Response {
        let go = answers.text("go").unwrap_or("next").to_owned();
        let refused = self.photos_refused(stage, answers);
        if let Some(wish) = go.strip_prefix("display-") {
            return self.redisplay(Turned::wrong(stage, refused), wish).await;
        }
        if let Some(step) = go.strip_prefix("edit-") {
            let stage = self.stage(Some(step));
            return self.show(Turned::to(stage)).await;
        }
        let at = match stage {
            Stage::Step(at) => at,
            Stage::Check if go == "back" => {
                let last = self.portal.file.steps.len().saturating_sub(1);
                return self.show(Turned::to(Stage::Step(last))).await;
            }
            Stage::Check => return self.submit().await,
        };
        let Some(step) = self.portal.file.steps.get(at).cloned() else {
            return self.show(Turned::to(Stage::Step(0))).await;
        };
        // Back takes along what a click or a choice on this page said, but is not held up by it; only a photo is never lost without a word.
        let turn = self.page_turn(&step, answers, &go, refused);
        let lost = matches!(&turn, Turn::Stay(faults) if step.kind == StepKind::Photos && !faults.is_empty());
        if go == "back" && !lost {
            return self.show(Turned::to(Stage::Step(at.saturating_sub(1)))).await;
        }
        let turned = match turn {
            Turn::Stay(faults) => Turned::wrong(stage, faults),
            Turn::Ask(hint) => Turned {
                hint: Some(hint),
                ..Turned::to(stage)
            },
            Turn::On => {
                let faults = check::of_step(self.app, &self.site, &self.portal, &self.draft, &step);
                if faults.is_empty() {
                    self.onward(at)
                } else {
                    Turned::wrong(stage, faults)
                }
            }
        };
        self.show(turned).await
    }

    fn page_turn(&mut self, step: &Step, answers: &Answers, go: &str, refused: Vec<FieldFault>) -> Turn {
        match step.kind {
            StepKind::Words if go == "next" => Turn::On,
            StepKind::Words => Turn::Stay(Vec::new()),
            StepKind::Place => {
                let portal = Arc::clone(&self.portal);
                place::turn(self.app, &portal, step, &mut self.draft, answers, go)
            }
            StepKind::Photos => photos_turn(&mut self.draft, go, refused),
        }
    }

    fn onward(&mut self, at: usize) -> Turned {
        let next = at + 1;
        if self.draft.checking || next >= self.portal.file.steps.len() {
            self.draft.checking = true;
            return Turned::to(Stage::Check);
        }
        Turned::to(Stage::Step(next))
    }

    /// Photos of this page that were not taken, each by name and with the reason: whatever was pressed, the reporter hears of them.
    fn photos_refused(&self, stage: Stage, answers: &Answers) -> Vec<FieldFault> {
        let Stage::Step(at) = stage else { return Vec::new() };
        let steps = &self.portal.file.steps;
        let Some(step) = steps.get(at).filter(|it| it.kind == StepKind::Photos) else {
            return Vec::new();
        };
        let field = step.field.as_deref().unwrap_or_default();
        let named = |(name, fault): &(String, Fault)| {
            let said = if fault.detail.is_empty() {
                self.portal.file.word("photo_failed")
            } else {
                &fault.detail
            };
            let message = fill("photo_named", &[("name", &shortened(name)), ("why", said)]);
            FieldFault::new(field, fault.code.as_str(), message, "")
        };
        let mut faults: Vec<FieldFault> = answers.refused.iter().map(named).collect();
        if answers.photos.iter().any(|it| !self.draft.photos.contains(it)) {
            let most = step.most.unwrap_or(self.draft.photos.len()).to_string();
            let message = fill("photos_most", &[("most", &most)]);
            faults.push(FieldFault::new(field, "max-count", message, ""));
        }
        faults
    }

    async fn redisplay(mut self, turned: Turned, wish: &str) -> Response {
        let display: Display = self.shell.display.with(wish);
        self.shell.set_display(display);
        let mut response = self.show(turned).await;
        if let Ok(cookie) = display.cookie().parse() {
            response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
        }
        response
    }
}

fn photos_turn(draft: &mut Draft, go: &str, refused: Vec<FieldFault>) -> Turn {
    let at = go.strip_prefix("remove-").and_then(|it| it.parse::<usize>().ok());
    if let Some(at) = at.filter(|it| *it < draft.photos.len()) {
        draft.photos.remove(at);
    }
    if refused.is_empty() && go == "next" {
        Turn::On
    } else {
        Turn::Stay(refused)
    }
}

/// The end of a file name is what tells photos apart.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 24;
    let chars: Vec<char> = name.chars().collect();
    match chars.len().checked_sub(LONGEST) {
        Some(cut) if cut > 0 => format!("…{}", chars.iter().skip(cut).collect::<String>()),
        _ => name.to_owned(),
    }
}

//! An ordinary case: what it is about and its fate are drawn at its beginning, the rest as it goes.

use serde_json::{Value as Json, json};
use yiwang_types::Instant;

use super::{Move, Seen, What, Who};
use crate::draw::Draw;
use crate::file::Cases;
use crate::ground::whole;
use crate::town::Town;

/// Where the case ends up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Closed,
    NotAccept,
    NotFile,
    Void,
    /// Left open at that step:
    Intake,
    Verify,
    VoidProposed,
    Dispatch,
    Handle,
    /// With a request for more time waiting.
    ExtendAsked,
    /// With a request for suspension waiting.
    SuspendAsked,
    Suspend,
    Rework,
    Check,
    Close,
}

impl Fate {
    /// Of a word in `demo.yaml`.
    pub(crate) fn of(word: &str) -> Option<Fate> {
        Some(match word {
            "closed" => Fate::Closed,
            "not_accept" => Fate::NotAccept,
            "not_file" => Fate::NotFile,
            "void" => Fate::Void,
            "intake" => Fate::Intake,
            "verify" => Fate::Verify,
            "dispatch" => Fate::Dispatch,
            "handle" => Fate::Handle,
            "suspend" => Fate::Suspend,
            "rework" => Fate::Rework,
            "check" => Fate::Check,
            "close" => Fate::Close,
            _ => return None,
        })
    }
}

/// What the case is about.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub class: String,
    pub condition: String,
    /// Code of the component.
    pub component: Option<String>,
    pub source: String,
    /// Responsibility grid.
    pub grid: String,
    /// Said when it is not filed, in place of one of the usual answers.
    pub answer: Option<String>,
    /// Everything happens within hours, so that a case of today has come to its step.
    pub quick: bool,
}

/// Plays one ordinary case.
pub(crate) struct Ordinary {
    pub(super) draw: Draw,
    pub(super) facts: Facts,
    pub(super) fate: Fate,
    pub(super) wants: Wants,
    /// When it was last dispatched.
    pub(super) dispatched: Option<Instant>,
    /// Whether the unit will be late, and which share of the limit it uses; drawn when the unit is known.
    pub(super) use_of_limit: Option<f64>,
    pub(super) late: bool,
}

/// What is still to happen once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wants {
    pub verify: bool,
    pub sent_back: bool,
    pub claim: bool,
    pub secure: bool,
    pub extend: bool,
    pub suspend: bool,
    pub urge: bool,
    pub supervise: bool,
    pub unsolved: u8,
    pub rate: bool,
    /// Returned by a unit and not dispatched again.
    pub dispatch_anew: bool,
}

impl Ordinary {
    pub(crate) fn new(mut draw: Draw, facts: Facts, fate: Fate, cases: &Cases) -> Ordinary {
        let rated = cases.rated_share.get(&facts.source).copied().unwrap_or(0.0);
        let public = ["portal", "hotline", "site_message", "complaint", "mayor_line"].contains(&facts.source.as_str());
        let open = |it: Fate| fate == it;
        let rework = if draw.chance(cases.rework_share) {
            1 + u8::from(draw.chance(0.15))
        } else {
            0
        };
        let wants = Wants {
            verify: open(Fate::Verify) || public && !facts.quick && draw.chance(cases.verify_share),
            sent_back: !facts.quick && draw.chance(cases.return_share),
            claim: draw.chance(0.4),
            secure: draw.chance(cases.secure_share),
            extend: open(Fate::ExtendAsked) || open(Fate::Closed) && draw.chance(cases.extend_share),
            suspend: matches!(fate, Fate::Suspend | Fate::SuspendAsked),
            urge: open(Fate::Closed) && draw.chance(cases.urge_share),
            supervise: draw.chance(cases.supervise_share),
            unsolved: if open(Fate::Rework) { 1 } else { rework },
            rate: draw.chance(rated),
            dispatch_anew: false,
        };
        Ordinary {
            draw,
            facts,
            fate,
            wants,
            dispatched: None,
            use_of_limit: None,
            late: false,
        }
    }

    /// The next act.
    pub(crate) fn next(&mut self, seen: &Seen, town: &Town<'_>) -> Option<Move> {
        match seen.element.as_deref() {
            Some("intake") => self.intake(seen, town),
            Some("verify") => self.verify(seen, town),
            Some("void_decide") if self.fate != Fate::VoidProposed => {
                let at = self.later(seen, 10.0, 120.0);
                Some(Move::complete(at, Who::user("chief1"), "void_decide", "agree", json!({})))
            }
            Some("dispatch") => self.dispatch(seen, town),
            Some("handle") => self.handle(seen, town),
            Some("rework") => self.rework(seen, town),
            Some("check") => self.check(seen, town),
            Some("close") if self.fate != Fate::Close => {
                let at = self.centre(seen, town, "close");
                Some(Move::complete(at, Who::user("chief1"), "close", "close", json!({})))
            }
            None if seen.status == "CLOSED" => self.rate(seen, town),
            _ => None,
        }
    }

    fn intake(&mut self, seen: &Seen, town: &Town<'_>) -> Option<Move> {
        if self.fate == Fate::Intake {
            return None;
        }
        let at = self.centre(seen, town, "intake");
        let clerk = || Who::user("intake1");
        if std::mem::take(&mut self.wants.verify) {
            return Some(Move::complete(at, clerk(), "intake", "verify", json!({})).saying("请到现场核实情况和位置。"));
        }
        Some(match self.fate {
            Fate::NotAccept => {
                let said = self.draw.pick(&town.file.answers.not_accept)?;
                let form = json!({ "not_accepted_to": said[1], "answer": format!("您反映的事{},请联系{}。", said[0], said[1]) });
                Move::complete(at, clerk(), "intake", "not_accept", form).saying(said[0].as_str())
            }
            Fate::NotFile => {
                let usual = self.draw.pick(&town.file.answers.not_file).cloned();
                let answer = self.facts.answer.clone().or(usual)?;
                Move::complete(
                    at,
                    clerk(),
                    "intake",
                    "not_file",
                    json!({ "class": self.facts.class, "answer": answer }),
                )
                .saying(answer)
            }
            Fate::Void | Fate::VoidProposed => {
                Move::complete(at, clerk(), "intake", "void", json!({ "reason": "同一个人重复登记" }))
                    .saying("与前一件内容相同,登记了两次。")
            }
            _ => {
                let mut form = json!({ "class": self.facts.class, "condition": self.facts.condition });
                if let (Some(component), Some(form)) = (&self.facts.component, form.as_object_mut()) {
                    form.insert("component".to_owned(), json!(component));
                }
                Move::complete(at, clerk(), "intake", "file", form)
            }
        })
    }

    fn verify(&mut self, seen: &Seen, town: &Town<'_>) -> Option<Move> {
        if self.fate == Fate::Verify {
            return None;
        }
        let at = self.centre(seen, town, "verify");
        let true_report = !matches!(self.fate, Fate::NotFile | Fate::NotAccept);
        let finding = if true_report {
            "现场看过,情况属实。"
        } else {
            "到现场没有看到反映的情况。"
        };
        let form = json!({ "finding_confirmed": true_report, "finding": finding });
        Some(Move::complete(at, self.collector(), "verify", "answer", form))
    }

    fn dispatch(&mut self, seen: &Seen, town: &Town<'_>) -> Option<Move> {
        if self.fate == Fate::Dispatch {
            return None;
        }
        let at = self.centre(seen, town, "dispatch");
        self.dispatched = Some(at);
        let anew = std::mem::take(&mut self.wants.dispatch_anew);
        let form = if anew {
            json!({ "handler": self.other_unit(), "reason": "按退回建议改派" })
        } else {
            json!({})
        };
        Some(Move::complete(at, Who::user("dispatcher1"), "dispatch", "dispatch", form))
    }

    /// Where a returned case goes: components to the bureau, events to the office of works.
    pub(super) fn other_unit(&self) -> &'static str {
        if self.facts.class.starts_with('C') {
            "chengguan"
        } else {
            "shizheng"
        }
    }

    fn check(&mut self, seen: &Seen, town: &Town<'_>) -> Option<Move> {
        if self.fate == Fate::Check && self.wants.unsolved == 0 {
            return None;
        }
        let at = self.centre(seen, town, "check");
        let checks = &town.file.checks;
        if self.wants.unsolved > 0 {
            self.wants.unsolved -= 1;
            let said = self.draw.pick(&checks.unsolved)?.clone();
            let form = json!({ "check_result": said, "check_photos": [{ "photo": "before" }] });
            return Some(Move::complete(at, self.collector(), "check", "unsolved", form).saying(said));
        }
        let mut form = json!({ "check_result": self.draw.pick(&checks.solved)? });
        if self.draw.chance(town.file.cases.photos.checked)
            && let Some(form) = form.as_object_mut()
        {
            form.insert("check_photos".to_owned(), json!([{ "photo": "after" }]));
        }
        Some(Move::complete(at, self.collector(), "check", "solved", form))
    }

    fn rate(&mut self, seen: &Seen, town: &Town<'_>) -> Option<Move> {
        if !std::mem::take(&mut self.wants.rate) {
            return None;
        }
        let cases = &town.file.cases;
        let ratings: Vec<(&String, &f64)> = cases.ratings.iter().collect();
        let (rating, _) = ratings.get(self.draw.weighted(ratings.iter().map(|it| *it.1)))?;
        let solved = self.draw.chance(cases.solved.get(*rating).copied().unwrap_or(1.0));
        let form: Json = json!({ "rating": rating, "rating_solved": solved });
        let at = self.later(seen, 60.0, 3000.0);
        let what = What::Code("rate".to_owned());
        Some(Move {
            at,
            who: Who::Public,
            what,
            outcome: None,
            form: form.as_object().cloned()?,
            comment: None,
        })
    }

    pub(super) fn collector(&self) -> Who {
        Who::Collector(self.facts.grid.clone())
    }

    /// Minutes from the last act.
    pub(super) fn later(&mut self, seen: &Seen, low: f64, high: f64) -> Instant {
        let millis = whole(self.draw.between(low, high) * 60_000.0);
        seen.now.plus_millis(millis)
    }

    /// After the time that the centre takes for one of its steps.
    fn centre(&mut self, seen: &Seen, town: &Town<'_>, step: &str) -> Instant {
        let none = Vec::new();
        let spans = town.file.cases.centre.get(step).unwrap_or(&none);
        let at = self.draw.weighted(spans.iter().map(|it| it[2]));
        let [low, high, _] = spans.get(at).copied().unwrap_or([2.0, 8.0, 1.0]);
        self.later(seen, low, if self.facts.quick { high.min(low + 20.0) } else { high })
    }
}

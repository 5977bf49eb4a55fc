//! Clerks at work while the knife comes down: each takes cases from the report to the close, one call after the other, and notes what was
//! answered. A call without an answer is kept; after the restart it is sent again under its key.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value as Json, json};
use yiwang_types::Sm3Digest;

use crate::client::{Answer, Body, Lost, People, photo};

/// Everybody who has a part in a case.
pub const STAFF: [&str; 5] = ["intake1", "dispatcher1", "handler1", "collector1", "chief1"];

/// A step of a case's life: who does it, what the record shows afterwards.
#[derive(Debug)]
pub struct Step {
    who: &'static str,
    what: What,
    /// Act and outcome in the timeline; none for an upload, which is no act on the record.
    pub told: Option<(&'static str, Option<&'static str>)>,
    pub status: &'static str,
    /// The task that is open afterwards.
    pub open: Option<&'static str>,
}

#[derive(Debug)]
enum What {
    Report,
    Act(&'static str, fn(&str) -> Json),
    Upload,
}

const fn act(
    who: &'static str,
    outcome: &'static str,
    form: fn(&str) -> Json,
    status: &'static str,
    open: Option<&'static str>,
) -> Step {
    Step {
        who,
        what: What::Act(outcome, form),
        told: Some(("complete", Some(outcome))),
        status,
        open,
    }
}

const fn upload(who: &'static str, status: &'static str, open: &'static str) -> Step {
    Step {
        who,
        what: What::Upload,
        told: None,
        status,
        open: Some(open),
    }
}

/// From the report to the close.
pub const LIFE: [Step; 8] = [
    Step {
        who: "intake1",
        what: What::Report,
        told: Some(("create", None)),
        status: "REPORTED",
        open: Some("intake"),
    },
    act(
        "intake1",
        "file",
        |_| json!({ "class": "E0110", "condition": "E0110-2" }),
        "FILED",
        Some("dispatch"),
    ),
    act("dispatcher1", "dispatch", |_| json!({}), "DISPATCHED", Some("handle")),
    upload("handler1", "DISPATCHED", "handle"),
    act(
        "handler1",
        "reply",
        |photo| json!({ "reply": "已铣刨重铺", "reply_photos": [photo] }),
        "CHECKING",
        Some("check"),
    ),
    upload("collector1", "CHECKING", "check"),
    act(
        "collector1",
        "solved",
        |photo| json!({ "check_result": "路面平整", "check_photos": [photo] }),
        "CLOSE_READY",
        Some("close"),
    ),
    act("chief1", "close", |_| json!({}), "CLOSED", None),
];

/// A call of a case, with its answer once there is one.
#[derive(Debug)]
pub struct Call {
    who: &'static str,
    path: String,
    /// The key; also the comment of the act, by which the timeline tells it.
    pub key: String,
    body: Body,
    pub answer: Option<Answer>,
}

impl Call {
    fn send(&self, people: &People) -> Result<Answer, Lost> {
        people.call(self.who, "POST", &self.path, Some(&self.key), &self.body)
    }

    /// The answer again, which must be the same: an upload has no key and is left out.
    pub fn repeat(&self, people: &People) {
        if matches!(self.body, Body::Json(_)) {
            let again = self.send(people).expect("an answer to a repeated call");
            assert_eq!(
                Some(&again),
                self.answer.as_ref(),
                "the same key tells the same truth: {}",
                self.key
            );
        }
    }
}

/// A file that was taken: its id, who may read it as its uploader, and what it must hold.
#[derive(Debug)]
pub struct Taken {
    pub id: String,
    pub who: &'static str,
    pub content: Vec<u8>,
}

/// A case on its way.
#[derive(Debug)]
pub struct Case {
    /// Title of the record and head of all keys.
    pub name: String,
    /// One per step that was begun; only the last may be without an answer.
    pub calls: Vec<Call>,
    pub id: String,
    pub case_number: Option<String>,
    pub files: Vec<Taken>,
    task: String,
    serial: u64,
}

impl Case {
    fn new(name: String, serial: u64) -> Case {
        Case {
            name,
            calls: Vec::new(),
            id: String::new(),
            case_number: None,
            files: Vec::new(),
            task: String::new(),
            serial,
        }
    }

    /// Steps that were answered.
    pub fn done(&self) -> usize {
        self.calls.iter().filter(|it| it.answer.is_some()).count()
    }

    fn is_over(&self) -> bool {
        self.done() == LIFE.len()
    }

    /// The next call: the one without an answer, or a new one.
    fn prepare(&mut self) {
        if self.calls.last().is_some_and(|it| it.answer.is_none()) {
            return;
        }
        let at = self.calls.len();
        let step = &LIFE[at];
        let key = format!("{}-{at}", self.name);
        let (path, body) = match step.what {
            What::Report => {
                let place = json!({ "lon": 127.5006, "lat": 43.0496 });
                let record = json!({ "source": "hotline", "title": self.name, "description": "路面塌了一块", "location": place });
                ("/registers/urban_case/records".to_owned(), Body::Json(record))
            }
            What::Upload => (
                "/files".to_owned(),
                Body::Photo(photo(self.serial * 16 + u64::try_from(at).expect("small"))),
            ),
            What::Act(outcome, form) => {
                let photo = self.files.last().map_or("", |it| it.id.as_str());
                let body = json!({ "outcome": outcome, "form": form(photo), "comment": key });
                (format!("/tasks/{}/complete", self.task), Body::Json(body))
            }
        };
        self.calls.push(Call {
            who: step.who,
            path,
            key,
            body,
            answer: None,
        });
    }

    fn take(&mut self, answer: Answer) {
        let at = self.calls.len() - 1;
        let said = answer.good(&self.calls[at].key);
        let text = |it: &Json| it.as_str().unwrap_or_default().to_owned();
        let call = &mut self.calls[at];
        match (&LIFE[at].what, &call.body) {
            (What::Upload, Body::Photo(content)) => {
                assert_eq!(said["digest"], Sm3Digest::of(content).to_string(), "{}", call.key);
                self.files.push(Taken {
                    id: text(&said["id"]),
                    who: call.who,
                    content: content.clone(),
                });
            }
            _ => {
                assert_eq!(said["status"], LIFE[at].status, "{}: {said}", call.key);
                self.id = text(&said["id"]);
                self.task = text(&said["answer"]["tasks"][0]["id"]);
                if let Some(number) = said["numbers"]["case_number"].as_str() {
                    self.case_number = Some(number.to_owned());
                }
            }
        }
        call.answer = Some(answer);
    }
}

/// One clerk's screen: its cases, the last of them in work.
#[derive(Debug)]
pub struct Desk {
    number: u64,
    pub cases: Vec<Case>,
    /// Cases before this one were over, and looked at, before the present round.
    pub from: usize,
}

impl Desk {
    pub fn new(number: u64) -> Desk {
        Desk {
            number,
            cases: Vec::new(),
            from: 0,
        }
    }

    /// Works until a call gets no answer or the round is called off.
    pub fn work(&mut self, people: &People, round: &Round) {
        while !round.is_over() {
            if self.cases.last().is_none_or(Case::is_over) {
                let count = u64::try_from(self.cases.len()).expect("small");
                let name = format!("knife-{}-{count}", self.number);
                self.cases.push(Case::new(name, self.number * 10_000 + count));
            }
            let Some(case) = self.cases.last_mut() else { return };
            case.prepare();
            let Some(call) = case.calls.last() else { return };
            match call.send(people) {
                // Whether it was done is not known, or it was not: the same call again.
                Ok(answer) if answer.status == 503 => round.unavailable(&answer),
                Ok(answer) => {
                    case.take(answer);
                    round.answered();
                }
                Err(Lost) => return,
            }
        }
    }

    /// After a restart: sends again what got no answer.
    pub fn settle(&mut self, people: &People) {
        let Some(case) = self.cases.last_mut() else { return };
        let open = case.calls.last().filter(|it| it.answer.is_none());
        if let Some(answer) = open.map(|it| it.send(people).expect("an answer after the restart")) {
            case.take(answer);
        }
    }

    /// The cases of the present round.
    pub fn recent(&self) -> &[Case] {
        &self.cases[self.from..]
    }

    /// The next round begins with the case in work.
    pub fn next_round(&mut self) {
        let over = self.cases.last().is_none_or(Case::is_over);
        self.from = self.cases.len() - usize::from(!over);
    }
}

/// How far the load of a round is.
#[derive(Default)]
pub struct Round {
    answers: Mutex<usize>,
    more: Condvar,
    over: AtomicBool,
    unknown: AtomicUsize,
}

impl Round {
    fn answered(&self) {
        *self.answers.lock().expect("answers") += 1;
        self.more.notify_all();
    }

    /// A 503 says that trying again under the same key is right.
    fn unavailable(&self, answer: &Answer) {
        let code = answer.code();
        assert!(
            ["outcome-unknown", "unavailable", "busy"].contains(&code.as_str()),
            "503 {code}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        self.unknown.fetch_add(1, Ordering::SeqCst);
    }

    /// Waits until so many calls were answered in this round.
    pub fn wait_for(&self, count: usize) {
        let answers = self.answers.lock().expect("answers");
        let waited = self
            .more
            .wait_timeout_while(answers, Duration::from_secs(120), |it| *it < count)
            .expect("answers");
        assert!(!waited.1.timed_out(), "the load stands still at {} of {count}", *waited.0);
    }

    /// Nobody begins another call.
    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// Calls answered, and answers that told to try again.
    pub fn figures(&self) -> (usize, usize) {
        (*self.answers.lock().expect("answers"), self.unknown.load(Ordering::SeqCst))
    }
}

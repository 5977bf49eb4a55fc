//! The rating: once, after closing.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value as Json};
use yiwang_model::{FieldType, validate_form};
use yiwang_process::ActInput;
use yiwang_records::Idempotency;
use yiwang_types::digest::Sm3Digest;
use yiwang_types::{Code, Fault, FieldFault};

use crate::answers::Answers;
use crate::faults::{Way, fault_page_to, status_of};
use crate::progress::Matter;
use crate::report::draft::answer_of;
use crate::view::Shell;
use crate::words::{fill, t};

impl Matter {
    /// Takes a rating.
    pub(super) async fn rate(&self, shell: Shell, answers: &Answers) -> Response {
        let Some(rating) = &self.portal.file.rating else {
            return self.fault(shell, &Fault::new(Code::NotFound, t("not_found")));
        };
        if let Some(wish) = answers.text("go").and_then(|it| it.strip_prefix("display-")) {
            return self.redisplay(shell, answers, wish).await;
        }
        let form = self.rate_input(answers);
        let faults = self.rate_faults(&form);
        if !faults.is_empty() {
            return self.page(StatusCode::UNPROCESSABLE_ENTITY, shell, answers, &faults).await;
        }
        // The same rating sent twice is one; another one after it is refused by the kernel.
        let digest = Sm3Digest::of(Json::Object(form.clone()).to_string().as_bytes()).to_string();
        let key = Idempotency {
            key: format!("rate:{}:{digest}", self.code),
            digest,
        };
        let input = ActInput {
            form,
            ..ActInput::default()
        };
        let done = self
            .app
            .services
            .matters
            .act(&self.portal.file.register, &self.code, &rating.act, &input, key)
            .await;
        match done {
            Ok(()) => Redirect::to(&format!("/p/{}#rating", self.code)).into_response(),
            Err(fault) if fault.code == Code::Invalid && !fault.fields.is_empty() => {
                self.page(StatusCode::UNPROCESSABLE_ENTITY, shell, answers, &fault.fields)
                    .await
            }
            // Not offered any more because it was given in another way, or not offered yet.
            Err(fault) if matches!(fault.code, Code::AlreadyRated | Code::ActNotAllowed) => {
                let given = fault.code == Code::AlreadyRated || !self.value(&rating.done_when).is_empty();
                let word = if given { "rated_already" } else { "rate_later" };
                self.fault(shell, &Fault::new(fault.code, self.portal.file.word(word)))
            }
            Err(fault) if status_of(fault.code).is_server_error() => {
                let faults = [FieldFault::new("rating", "failed", fault.detail.clone(), "")];
                self.page(status_of(fault.code), shell, answers, &faults).await
            }
            Err(fault) => self.fault(shell, &fault),
        }
    }

    /// A page about something wrong with this matter; it leads back to its progress.
    pub(super) fn fault(&self, shell: Shell, fault: &Fault) -> Response {
        fault_page_to(&self.app, shell, fault, Way::progress(&self.code))
    }

    async fn redisplay(&self, mut shell: Shell, answers: &Answers, wish: &str) -> Response {
        let display = shell.display.with(wish);
        shell.set_display(display);
        let mut response = self.page(StatusCode::OK, shell, answers, &[]).await;
        if let Ok(cookie) = display.cookie().parse() {
            response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
        }
        response
    }

    fn rate_input(&self, answers: &Answers) -> Map<String, Json> {
        let mut form = Map::new();
        for asked in self.portal.file.rating.iter().flat_map(|it| &it.fields) {
            let typed = answers.text(&asked.field).unwrap_or_default();
            let boolean = self
                .portal
                .register
                .field(&asked.field)
                .is_some_and(|it| it.ty == FieldType::Boolean);
            let value = if boolean {
                answer_of(typed).map(Json::Bool)
            } else {
                Some(typed).filter(|it| !it.trim().is_empty()).map(Json::from)
            };
            form.extend(value.map(|it| (asked.field.clone(), it)));
        }
        form
    }

    fn rate_faults(&self, input: &Map<String, Json>) -> Vec<FieldFault> {
        let Some(form) = &self.portal.rate_form else {
            return Vec::new();
        };
        let (now, offset) = (self.app.services.clock.now(), self.app.services.offset);
        let dictionaries = &self.site.model.dictionaries;
        let checked = validate_form(
            form,
            &self.portal.register,
            dictionaries,
            input,
            &Default::default(),
            now.date(offset),
            offset,
        );
        let labels = self.portal.file.rating.iter().flat_map(|it| &it.fields);
        let label = |name: &str| labels.clone().find(|it| it.field == name).and_then(|it| it.label.clone());
        let spoken = |it: FieldFault| match label(&it.field) {
            Some(label) if it.rule == "required" => FieldFault {
                message: fill("choose_one", &[("label", &label)]),
                remedy: String::new(),
                ..it
            },
            _ => it,
        };
        checked.err().unwrap_or_default().into_iter().map(spoken).collect()
    }
}

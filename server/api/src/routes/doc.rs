//! What a route says of itself in the API document, built where it is registered.

use axum::http::StatusCode;
use utoipa::ToSchema;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Required, Schema};
use yiwang_types::Code;

use crate::access::Access;
use crate::gates::Class;
use crate::input::{BodyDoc, QueryParams};

/// Schemas by name.
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// The description of a route.
pub(crate) struct Doc {
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) tag: &'static str,
    pub(super) class: Option<Class>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<BodyDoc>,
    pub(super) answer: (StatusCode, &'static str, Option<RefOr<Schema>>),
    pub(super) etag: bool,
    pub(super) signed_in: bool,
    pub(super) schemas: Schemas,
    pub(super) problems: Vec<Code>,
}

impl Doc {
    /// A route with its operation id and Chinese summary; it answers 204 until told otherwise.
    pub(crate) fn new(tag: &'static str, id: &'static str, summary: &'static str) -> Doc {
        Doc {
            id,
            summary,
            tag,
            class: None,
            parameters: Vec::new(),
            body: None,
            answer: (StatusCode::NO_CONTENT, "", None),
            etag: false,
            signed_in: false,
            schemas: Vec::new(),
            problems: vec![Code::Internal],
        }
    }

    /// Another class than reads and writes have.
    pub(crate) fn class(mut self, class: Class) -> Doc {
        self.class = Some(class);
        self
    }

    /// Answers 200 with this view.
    pub(crate) fn json<T: ToSchema>(self) -> Doc {
        self.answers::<T>(StatusCode::OK)
    }

    /// Answers with this view.
    pub(crate) fn answers<T: ToSchema>(mut self, status: StatusCode) -> Doc {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        self.answer = (status, "application/json", Some(Ref::from_schema_name(T::name()).into()));
        self
    }

    /// Answers 200 with something that is no JSON.
    pub(crate) fn raw(mut self, media: &'static str) -> Doc {
        self.answer = (
            StatusCode::OK,
            media,
            Some(ObjectBuilder::new().schema_type(Type::String).into()),
        );
        self
    }

    /// The answer carries the record's version.
    pub(crate) fn etag(mut self) -> Doc {
        self.etag = true;
        self
    }

    /// Takes these parameters.
    pub(crate) fn query<Q: QueryParams>(mut self) -> Doc {
        self.problems.extend([Code::BadRequest, Code::BadText]);
        for it in Q::PARAMS {
            let ty = if it.integer { Type::Integer } else { Type::String };
            self.parameters
                .push(parameter(it.name, ParameterIn::Query, it.title, ty, Required::False));
        }
        self
    }

    /// Needs the version that the change is based on.
    pub(crate) fn if_match(mut self) -> Doc {
        let title = "所改的版本,如 \"5\"";
        self.parameters.push(parameter(
            "If-Match",
            ParameterIn::Header,
            title,
            Type::String,
            Required::True,
        ));
        self.problems
            .extend([Code::BadRequest, Code::VersionMissing, Code::VersionConflict]);
        self
    }

    /// Further problems it may answer.
    pub(crate) fn problems(mut self, codes: &[Code]) -> Doc {
        self.problems.extend_from_slice(codes);
        self
    }

    pub(super) fn body(mut self, body: Option<BodyDoc>) -> Doc {
        self.problems.extend([Code::OutcomeUnknown, Code::BadRequest]);
        if let Some(body) = &body {
            self.problems.extend([Code::BadText, Code::TooLarge, Code::UnsupportedMedia]);
            if body.media == "application/json" {
                self.problems.extend([Code::BadJson, Code::Invalid, Code::KeyReused]);
                let title = "幂等键:1 到 200 个可见字符;同一个键重试得到同一个答复";
                self.parameters.push(parameter(
                    "Idempotency-Key",
                    ParameterIn::Header,
                    title,
                    Type::String,
                    Required::False,
                ));
            }
        }
        self.body = body;
        self
    }

    pub(super) fn access<A: Access>(mut self) -> Doc {
        self.signed_in = A::SIGNED_IN;
        if self.class != Some(Class::Probe) {
            self.problems.extend([Code::Busy, Code::Timeout]);
        }
        if A::SIGNED_IN {
            self.problems.extend([Code::NotSignedIn, Code::Forbidden]);
            if self.body.is_some() {
                self.problems.push(Code::ForeignOrigin);
            }
        }
        self
    }
}

pub(super) fn parameter(name: &str, place: ParameterIn, title: &str, ty: Type, required: Required) -> Parameter {
    let schema = ObjectBuilder::new().schema_type(ty);
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(title))
        .schema(Some(schema))
        .build()
}

//! Signing in and out.

use axum::Json as Answered;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yiwang_types::text::one_line;
use yiwang_types::{Code, Instant, Sm3Digest};

use crate::access::{Address, COOKIE, Open, OverTls, OwnAccount, SessionToken, Write};
use crate::app::App;
use crate::areas::me::MeView;
use crate::error::Problem;
use crate::input::{Json, NoBody};
use crate::limiter::Counted;
use crate::routes::{Doc, Routes};
use crate::views::moment;

/// Signs of a name that are looked at; no account is longer.
const LONGEST_NAME: usize = 200;

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("会话", "signIn", "登录").json::<SessionView>();
    let doc = doc.problems(&[
        Code::SignInFailed,
        Code::LockedOut,
        Code::TooManyRequests,
        Code::ForeignOrigin,
    ]);
    routes.post("/api/v1/session", Open, doc, sign_in);
    routes.write(
        Method::DELETE,
        "/api/v1/session",
        OwnAccount,
        Doc::new("会话", "signOut", "退出"),
        sign_out,
    );
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInInput {
    username: String,
    password: String,
}

/// A session that has begun; its secret is in the cookie only.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionView {
    /// Who is signed in.
    me: MeView,
    /// When the session ends.
    expires_at: String,
    /// Whether the password must be changed before anything else.
    must_change_password: bool,
}

async fn sign_in(
    State(app): State<App>,
    Address(from): Address,
    tls: OverTls,
    body: Write<Open, Json<SignInInput>>,
) -> Result<Response, Problem> {
    let Json(asked) = body.input;
    app.limiter.take(Counted::SignInAddress, &from, app.options.sign_in_address)?;
    app.limiter
        .take(Counted::SignInUser, &counted(&asked.username), app.options.sign_in_user)?;
    let admitted = app.identity.sign_in(&asked.username, &asked.password, &from).await?;
    let view = SessionView {
        me: MeView::of(&app, &admitted.subject, admitted.must_change),
        expires_at: moment(admitted.expires, app.records.offset()),
        must_change_password: admitted.must_change,
    };
    let cookie = cookie(&app, &admitted.token, admitted.expires, &tls);
    Ok(([(header::SET_COOKIE, cookie)], Answered(view)).into_response())
}

/// What attempts for a name are counted by: one for all its spellings that sign in alike, and short whatever is sent.
fn counted(username: &str) -> String {
    let name: String = one_line(username).chars().take(LONGEST_NAME).collect();
    Sm3Digest::of(name.to_lowercase().as_bytes()).to_string()
}

async fn sign_out(
    State(app): State<App>,
    SessionToken(token): SessionToken,
    tls: OverTls,
    _: Write<OwnAccount, NoBody>,
) -> Result<Response, Problem> {
    if let Some(token) = token {
        app.identity.sign_out(&token).await?;
    }
    let gone = cookie(&app, "", app.clock.now(), &tls);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

fn cookie(app: &App, token: &str, until: Instant, tls: &OverTls) -> HeaderValue {
    let seconds = until.since(app.clock.now()).div_euclid(1000).max(0);
    let secure = if tls.0 { "; Secure" } else { "" };
    let text = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("yw_session=; Path=/; Max-Age=0"))
}

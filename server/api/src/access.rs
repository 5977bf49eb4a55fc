//! Who may come in, declared with the route. A handler gets its context only through [`Who`] (reads) or [`Write`] (writes) of the access
//! that its route declares; `routes` refuses any other handler at compile time.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use yiwang_authz::Subject;
use yiwang_records::{Ctx, Idempotency};
use yiwang_types::{Code, Fault, digest::Sm3Hasher};

use crate::app::App;
use crate::error::Problem;
use crate::input::{Input, idempotency_key};

/// The session cookie.
pub(crate) const COOKIE: &str = "yw_session";
/// The header of requests that no person made.
const BACKGROUND: &str = "x-yiwang-background";

/// An access declaration.
pub(crate) trait Access: Copy + Send + Sync + 'static {
    /// As it stands in `routes.txt`.
    const NAME: &'static str;
    /// Whether a session or token is asked for.
    const SIGNED_IN: bool;
    /// What the handler gets.
    type Pass: Send;

    /// Lets the request in or says why not.
    fn admit(app: &App, parts: &Parts) -> impl Future<Output = Result<Self::Pass, Fault>> + Send;

    /// The pass with an idempotency key.
    fn keyed(pass: Self::Pass, key: Option<Key>) -> Self::Pass;
}

/// The client's idempotency key with the digest of what is asked, all but the subject.
pub(crate) struct Key {
    key: String,
    digest: Sm3Hasher,
}

/// Anybody, without a context: health, signing in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open;

/// A program that watches this node: from the machine itself, or with a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Monitor;

/// Anybody, as the public: rights of the role `public`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Public;

/// Who is signed in, for what is his own: sessions, tasks, files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedIn;

/// Who is signed in, for his own account: also while his password must be changed before anything else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnAccount;

/// The pass of [`OwnAccount`].
pub(crate) struct Holder {
    pub(crate) ctx: Ctx,
    /// Whether the password must be changed first.
    pub(crate) must_change: bool,
}

/// Who is signed in and holds a grant: the kernel call of the handler decides with this context.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant;

impl Access for Open {
    const NAME: &'static str = "open";
    const SIGNED_IN: bool = false;
    type Pass = ();

    async fn admit(app: &App, parts: &Parts) -> Result<(), Fault> {
        if parts.method.is_safe() {
            Ok(())
        } else {
            same_origin(&app.options.origins, &parts.headers)
        }
    }

    fn keyed((): (), _: Option<Key>) {}
}

impl Access for Monitor {
    const NAME: &'static str = "monitor";
    const SIGNED_IN: bool = true;
    type Pass = ();

    async fn admit(app: &App, parts: &Parts) -> Result<(), Fault> {
        // A proxy on the machine speaks for others.
        let forwarded = parts.headers.contains_key("x-forwarded-for") || parts.headers.contains_key(header::FORWARDED);
        if !forwarded && peer(parts).is_some_and(|it| it.is_loopback()) {
            return Ok(());
        }
        match bearer(&parts.headers)? {
            Some(token) => app.identity.token(token).await.map(|_| ()),
            None => Err(Fault::new(
                Code::NotSignedIn,
                "运行指标只给本机和带令牌的程序看;用 yiwang token 发一个令牌,放在请求头 Authorization 里。",
            )),
        }
    }

    fn keyed((): (), _: Option<Key>) {}
}

impl Access for Public {
    const NAME: &'static str = "public";
    const SIGNED_IN: bool = false;
    type Pass = Ctx;

    async fn admit(_: &App, _: &Parts) -> Result<Ctx, Fault> {
        Ok(Ctx::new(Arc::new(Subject::public())))
    }

    fn keyed(ctx: Ctx, key: Option<Key>) -> Ctx {
        with_key(ctx, key)
    }
}

impl Access for SignedIn {
    const NAME: &'static str = "signed-in";
    const SIGNED_IN: bool = true;
    type Pass = Ctx;

    async fn admit(app: &App, parts: &Parts) -> Result<Ctx, Fault> {
        signed_in(app, parts).await
    }

    fn keyed(ctx: Ctx, key: Option<Key>) -> Ctx {
        with_key(ctx, key)
    }
}

impl Access for OwnAccount {
    const NAME: &'static str = "account";
    const SIGNED_IN: bool = true;
    type Pass = Holder;

    async fn admit(app: &App, parts: &Parts) -> Result<Holder, Fault> {
        let Some(token) = cookie(&parts.headers).filter(|_| !parts.headers.contains_key(header::AUTHORIZATION)) else {
            let ctx = signed_in(app, parts).await?;
            return Ok(Holder { ctx, must_change: false });
        };
        if !parts.method.is_safe() {
            same_origin(&app.options.origins, &parts.headers)?;
        }
        let account = if in_background(&parts.headers) {
            app.identity.account_at_rest(token).await?
        } else {
            app.identity.account(token).await?
        };
        Ok(Holder {
            ctx: Ctx {
                refresh: app.identity.refresh(),
                ..Ctx::new(account.subject)
            },
            must_change: account.must_change,
        })
    }

    fn keyed(pass: Holder, key: Option<Key>) -> Holder {
        Holder {
            ctx: with_key(pass.ctx, key),
            ..pass
        }
    }
}

impl Access for Grant {
    const NAME: &'static str = "grant";
    const SIGNED_IN: bool = true;
    type Pass = Ctx;

    async fn admit(app: &App, parts: &Parts) -> Result<Ctx, Fault> {
        signed_in(app, parts).await
    }

    fn keyed(ctx: Ctx, key: Option<Key>) -> Ctx {
        with_key(ctx, key)
    }
}

fn with_key(ctx: Ctx, key: Option<Key>) -> Ctx {
    let key = key.map(|it| Idempotency {
        key: it.key,
        digest: it.digest.with(ctx.subject.reference().as_bytes()).finish().to_string(),
    });
    ctx.with_key(key)
}

/// The context of a read.
pub(crate) struct Who<A: Access> {
    pub(crate) ctx: A::Pass,
}

impl<A: Access> FromRequestParts<App> for Who<A> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Who<A>, Problem> {
        Ok(Who {
            ctx: A::admit(app, parts).await?,
        })
    }
}

/// The context of a write, its idempotency key included, and what was sent.
pub(crate) struct Write<A: Access, T: Input> {
    pub(crate) ctx: A::Pass,
    pub(crate) input: T,
}

impl<A: Access, T: Input> FromRequest<App> for Write<A, T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Write<A, T>, Problem> {
        let (parts, body) = request.into_parts();
        let pass = A::admit(app, &parts).await?;
        let key = idempotency_key(&parts.headers)?;
        // The route and what was asked, not the host or the headers: a retry may come over another way.
        let (method, uri) = (parts.method.clone(), parts.uri.clone());
        let (input, bytes) = T::read(Request::from_parts(parts, body), app).await?;
        let key = key.zip(bytes).map(|(key, bytes)| {
            let asked = Sm3Hasher::default()
                .with(method.as_str().as_bytes())
                .with(b"\n")
                .with(uri.to_string().as_bytes())
                .with(b"\n");
            Key {
                key,
                digest: asked.with(&bytes).with(b"\n"),
            }
        });
        Ok(Write {
            ctx: A::keyed(pass, key),
            input,
        })
    }
}

async fn signed_in(app: &App, parts: &Parts) -> Result<Ctx, Fault> {
    let subject = if let Some(token) = bearer(&parts.headers)? {
        app.identity.token(token).await?
    } else {
        let Some(token) = cookie(&parts.headers) else {
            return Err(not_signed_in());
        };
        if !parts.method.is_safe() {
            same_origin(&app.options.origins, &parts.headers)?;
        }
        if in_background(&parts.headers) {
            app.identity.session_at_rest(token).await?
        } else {
            app.identity.session(token).await?
        }
    };
    Ok(Ctx {
        refresh: app.identity.refresh(),
        ..Ctx::new(subject)
    })
}

fn not_signed_in() -> Fault {
    Fault::new(Code::NotSignedIn, "请先登录;没有提交的内容请先留底。")
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Fault> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let wrong = || Fault::new(Code::NotSignedIn, "请求头 Authorization 应写成“Bearer 令牌”。");
    let (scheme, token) = value.to_str().ok().and_then(|it| it.split_once(' ')).ok_or_else(wrong)?;
    if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() {
        Ok(Some(token.trim()))
    } else {
        Err(wrong())
    }
}

/// Whether a page asks by itself, with nobody having done anything: such requests do not keep a session alive.
fn in_background(headers: &HeaderMap) -> bool {
    let streams = |it: &HeaderValue| it.as_bytes() == b"text/event-stream";
    headers.get(BACKGROUND).is_some_and(|it| it == "1") || headers.get(header::ACCEPT).is_some_and(streams)
}

/// The session's secret, from whichever cookie header holds it.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'));
    pairs
        .filter_map(|it| it.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|it| it.1)
        .filter(|it| !it.is_empty())
}

/// A write with a cookie must come from our own page. A program sends neither header and is let through: no browser can be made to do that
/// for a foreign page.
fn same_origin(allowed: &[String], headers: &HeaderMap) -> Result<(), Fault> {
    let text = |name: &header::HeaderName| headers.get(name).map(|it| it.to_str().unwrap_or("?"));
    let origin = text(&header::ORIGIN);
    if origin.is_some_and(|it| allowed.iter().any(|own| own == it)) {
        return Ok(());
    }
    let site = text(&header::HeaderName::from_static("sec-fetch-site"));
    let host = text(&header::HOST);
    let own_host = |it: &str| {
        it.split_once("://")
            .is_some_and(|(_, of)| host.is_some_and(|host| host.eq_ignore_ascii_case(of)))
    };
    if site.is_none_or(|it| it == "same-origin" || it == "none") && origin.is_none_or(own_host) {
        Ok(())
    } else {
        Err(Fault::new(
            Code::ForeignOrigin,
            "请求来自别的网站,没有处理;请回到本系统的页面操作。",
        ))
    }
}

/// Where a connection comes from, as the server's accept loop noted it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The address of the client, for limits and the log of sign-ins. `forwarded`: as in [`Options`](crate::Options).
pub fn client_address(parts: &Parts, forwarded: bool) -> String {
    let told = parts
        .headers
        .get("x-forwarded-for")
        .filter(|_| forwarded)
        .and_then(|it| it.to_str().ok());
    if let Some(told) = told
        .and_then(|it| it.rsplit(',').next())
        .and_then(|it| it.trim().parse::<IpAddr>().ok())
    {
        return told.to_string();
    }
    peer(parts).map_or_else(|| "unknown".to_owned(), |it| it.to_string())
}

fn peer(parts: &Parts) -> Option<IpAddr> {
    let noted = parts.extensions.get::<Peer>().map(|it| it.0);
    noted.or_else(|| parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip()))
}

/// The client's address as a handler takes it.
pub(crate) struct Address(pub(crate) String);

impl FromRequestParts<App> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Address, Problem> {
        Ok(Address(client_address(parts, app.options.forwarded)))
    }
}

/// Whether the browser speaks TLS with the proxy in front.
pub(crate) struct OverTls(pub(crate) bool);

impl FromRequestParts<App> for OverTls {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<OverTls, Problem> {
        let told = parts.headers.get("x-forwarded-proto").and_then(|it| it.to_str().ok());
        let last = told.and_then(|it| it.rsplit(',').next());
        Ok(OverTls(
            app.options.forwarded && last.is_some_and(|it| it.trim().eq_ignore_ascii_case("https")),
        ))
    }
}

/// With what somebody came in, so that a long answer can look again whether it still holds.
pub(crate) enum CameWith {
    Session(String),
    Token(String),
}

impl CameWith {
    /// Whether it still lets somebody in; the look keeps no session alive.
    pub(crate) async fn holds(&self, app: &App) -> Result<(), Fault> {
        match self {
            CameWith::Session(it) => app.identity.session_at_rest(it).await.map(|_| ()),
            CameWith::Token(it) => app.identity.token(it).await.map(|_| ()),
        }
    }
}

impl FromRequestParts<App> for CameWith {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<CameWith, Problem> {
        if let Some(token) = bearer(&parts.headers)? {
            return Ok(CameWith::Token(token.to_owned()));
        }
        let session = cookie(&parts.headers).ok_or_else(not_signed_in)?;
        Ok(CameWith::Session(session.to_owned()))
    }
}

/// The secret of the cookie session, when there is one.
pub(crate) struct SessionToken(pub(crate) Option<String>);

impl FromRequestParts<App> for SessionToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<SessionToken, Problem> {
        Ok(SessionToken(cookie(&parts.headers).map(str::to_owned)))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn origins() {
        let check = |pairs: &[(&'static str, &str)], expected: bool| {
            let allowed = ["https://console.example".to_owned()];
            assert_eq!(same_origin(&allowed, &headers(pairs)).is_ok(), expected, "{pairs:?}");
        };
        check(&[], true);
        check(
            &[
                ("sec-fetch-site", "same-origin"),
                ("host", "a:8080"),
                ("origin", "http://a:8080"),
            ],
            true,
        );
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(
            &[("sec-fetch-site", "cross-site"), ("host", "a"), ("origin", "https://b")],
            false,
        );
        check(&[("host", "a:8080"), ("origin", "http://A:8080")], true);
        check(&[("host", "a:8080"), ("origin", "http://a")], false);
        check(&[("host", "a"), ("origin", "null")], false);
        check(
            &[
                ("host", "a"),
                ("origin", "https://console.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            true,
        );
        check(
            &[
                ("host", "a"),
                ("origin", "https://console.example.evil"),
                ("sec-fetch-site", "same-origin"),
            ],
            false,
        );
    }

    #[test]
    fn credentials() {
        let check = |value: &str, expected: Option<&str>| assert_eq!(cookie(&headers(&[("cookie", value)])), expected, "{value}");
        check("yw_session=abc", Some("abc"));
        check("a=1; yw_session=abc; b=2", Some("abc"));
        check("yw_session=", None);
        check("xyw_session=abc", None);
        let check = |value: &str, expected: Option<Option<&str>>| {
            assert_eq!(bearer(&headers(&[("authorization", value)])).ok(), expected, "{value}");
        };
        check("Bearer abc", Some(Some("abc")));
        check("bearer  abc", Some(Some("abc")));
        check("Basic YTpi", None);
        check("Bearer", None);
        assert_eq!(bearer(&HeaderMap::new()).unwrap(), None);
    }
}

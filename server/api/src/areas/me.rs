//! Who is signed in, and what there is to work with.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yiwang_authz::{Seat, Subject};
use yiwang_model::{App as Package, Model};
use yiwang_types::{Code, Fault};

use crate::access::{Open, OwnAccount, SessionToken, SignedIn, Who, Write};
use crate::app::App;
use crate::error::Problem;
use crate::input;
use crate::routes::{Doc, Routes};
use crate::views::Answer;

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("定义", "getPlace", "本系统服务的地方、版本、是不是演示");
    routes.get("/api/v1/place", Open, doc.json::<PlaceView>(), place);
    let doc = Doc::new("会话", "getMe", "当前登录的人和岗位").json::<MeView>();
    routes.get("/api/v1/me", OwnAccount, doc, me);
    let doc = Doc::new("会话", "changePassword", "修改自己的密码;其他地方的登录随之结束").problems(&[Code::LockedOut]);
    routes.post("/api/v1/me/password", OwnAccount, doc, change_password);
    routes.get(
        "/api/v1/apps",
        SignedIn,
        Doc::new("定义", "listApps", "本地启用的应用").json::<AppsView>(),
        apps,
    );
}

/// The place that this installation serves.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
pub(crate) struct PlaceView {
    /// Name of the place.
    title: Option<String>,
    /// Whether this is a demonstration.
    demo: bool,
    /// Version of the program.
    version: &'static str,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub(crate) struct MeView {
    /// Id of the user.
    id: String,
    /// Name to show.
    name: String,
    /// `staff`, `resident`, `firm`, `token`, `job`.
    kind: &'static str,
    /// Posts held now.
    posts: Vec<PostView>,
    /// Id of the user on whose behalf he acts.
    on_behalf: Option<String>,
    /// Whether this is a demonstration.
    demo: bool,
    /// Nothing else is allowed before the password is changed.
    must_change_password: bool,
}

/// The password now and the one to come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordInput {
    current: String,
    new: String,
}

/// A post.
#[derive(Serialize, ToSchema)]
#[schema(as = Post)]
pub(crate) struct PostView {
    /// Id.
    post: String,
    /// Its department.
    department: TitledView,
    /// Divisions it is responsible for.
    divisions: Vec<TitledView>,
    /// Roles it carries.
    roles: Vec<TitledView>,
}

/// A code with its title.
#[derive(Serialize, ToSchema)]
#[schema(as = Titled)]
pub(crate) struct TitledView {
    /// Code or name.
    code: String,
    /// Title for people; the code where none is known.
    title: String,
}

impl TitledView {
    fn of(code: &str, title: Option<String>) -> TitledView {
        TitledView {
            title: title.unwrap_or_else(|| code.to_owned()),
            code: code.to_owned(),
        }
    }
}

impl MeView {
    pub(crate) fn of(app: &App, subject: &Subject, must_change_password: bool) -> MeView {
        let model = app.records.model();
        let role = |name: &String| TitledView::of(name, model.roles.get(name).map(|it| it.title.clone()));
        let post = |seat: &Seat| PostView {
            post: seat.post.clone(),
            department: TitledView::of(&seat.department, app.identity.department(&seat.department)),
            divisions: seat
                .divisions
                .iter()
                .map(|it| TitledView::of(it, app.identity.division(it)))
                .collect(),
            roles: seat.roles.iter().map(role).collect(),
        };
        MeView {
            id: subject.id.clone(),
            name: subject.name.clone(),
            kind: subject.kind.as_str(),
            posts: subject.seats.iter().map(post).collect(),
            on_behalf: subject.on_behalf.clone(),
            demo: app.demo,
            must_change_password,
        }
    }
}

/// The apps of this place.
#[derive(Serialize, ToSchema)]
#[schema(as = Apps)]
pub(crate) struct AppsView {
    /// Name of the place.
    place: Option<String>,
    /// Whether this is a demonstration.
    demo: bool,
    /// Apps in use.
    items: Vec<AppView>,
    /// Apps that are switched off because of mistakes in their files.
    disabled: Vec<String>,
}

/// An app.
#[derive(Serialize, ToSchema)]
#[schema(as = App)]
pub(crate) struct AppView {
    /// Name.
    name: String,
    /// Title for people.
    title: String,
    /// What it provides.
    provides: Vec<String>,
}

impl AppsView {
    fn of(model: &Model, demo: bool) -> AppsView {
        let view = |it: &Package| AppView {
            name: it.name.clone(),
            title: it.title.clone(),
            provides: it.provides.clone(),
        };
        AppsView {
            place: model.overlay.as_ref().map(|it| it.title.clone()),
            demo,
            items: model.apps.values().filter(|it| !it.system).map(view).collect(),
            disabled: model.disabled.keys().cloned().collect(),
        }
    }
}

async fn place(_: Who<Open>, State(app): State<App>) -> Answer<PlaceView> {
    Ok(Json(PlaceView {
        title: app.records.model().overlay.as_ref().map(|it| it.title.clone()),
        demo: app.demo,
        version: env!("CARGO_PKG_VERSION"),
    }))
}

async fn me(Who { ctx: holder }: Who<OwnAccount>, State(app): State<App>) -> Answer<MeView> {
    Ok(Json(MeView::of(&app, &holder.ctx.subject, holder.must_change)))
}

async fn change_password(
    State(app): State<App>,
    SessionToken(token): SessionToken,
    Write { input, .. }: Write<OwnAccount, input::Json<PasswordInput>>,
) -> Result<StatusCode, Problem> {
    let input::Json(asked) = input;
    let none = || Fault::new(Code::Forbidden, "令牌不能改密码;请用账号登录后再改。");
    let token = token.ok_or_else(none)?;
    app.identity.change_password(&token, &asked.current, &asked.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn apps(_: Who<SignedIn>, State(app): State<App>) -> Answer<AppsView> {
    Ok(Json(AppsView::of(&app.records.model(), app.demo)))
}

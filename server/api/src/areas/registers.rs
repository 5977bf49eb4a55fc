//! Registers as their definitions describe them, for who may use them.

use axum::Json;
use axum::extract::State;
use yiwang_authz::{Action, FieldAccess, Permission};
use yiwang_records::Ctx;
use yiwang_types::Fault;

use crate::access::{Grant, Who};
use crate::app::App;
use crate::input::At;
use crate::routes::{Doc, Routes};
use crate::views::Answer;
use crate::views::definition::{RegisterItem, RegisterView, RegistersView};

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("定义", "listRegisters", "可以使用的登记簿").json::<RegistersView>();
    routes.get("/api/v1/registers", Grant, doc, list);
    let doc = Doc::new("定义", "getRegister", "登记簿的字段、字典、表单和状态").json::<RegisterView>();
    routes.get("/api/v1/registers/{register}", Grant, doc, get);
}

const ACTIONS: [(&str, Action<'static>); 6] = [
    ("read", Action::Read),
    ("create", Action::Create),
    ("update", Action::Update),
    ("delete", Action::Delete),
    ("export", Action::Export),
    ("history", Action::History),
];

fn may(app: &App, ctx: &Ctx, register: &str) -> Vec<&'static str> {
    let allowed = ACTIONS
        .iter()
        .filter(|(_, action)| app.records.permit(ctx, *action, register).is_ok());
    allowed.map(|(word, _)| *word).collect()
}

async fn list(Who { ctx }: Who<Grant>, State(app): State<App>) -> Answer<RegistersView> {
    let model = app.records.model();
    let reports = app.reports.list(&ctx);
    let items = model
        .registers
        .values()
        .map(|it| RegisterItem::of(it, may(&app, &ctx, &it.name), &reports));
    Ok(Json(RegistersView {
        items: items.filter(RegisterItem::is_usable).collect(),
    }))
}

async fn get(Who { ctx }: Who<Grant>, State(app): State<App>, At(name): At<String>) -> Answer<RegisterView> {
    let register = app.records.register(&name)?;
    let reader = reader(&app, &ctx, &name)?;
    let env = app.records.env(app.records.now());
    // Who may only make records sees every field he may fill; a reader all but those hidden from him.
    let seen = |field: &str| match &reader {
        Some(it) => it.fields.access(field, None, &env, |_| true) != FieldAccess::Hidden,
        None => register.field(field).is_some_and(|it| !it.computed),
    };
    let may = may(&app, &ctx, &name);
    let creates = may.contains(&"create");
    let holds = |role: &str| creates && ctx.subject.seats.iter().any(|it| it.roles.iter().any(|it| it == role));
    let definitions = app.registry.current();
    let states = app.pages.of(&definitions).state_dictionary(&name);
    let view = RegisterView::of(
        &definitions.model,
        &register,
        RegisterItem::of(&register, may, &app.reports.list(&ctx)),
        states.as_deref(),
        seen,
        holds,
        app.records.offset(),
    );
    Ok(Json(view))
}

/// The permission to read; none when he may only make records.
pub(super) fn reader(app: &App, ctx: &Ctx, register: &str) -> Result<Option<Permission>, Fault> {
    match app.records.permit(ctx, Action::Read, register) {
        Ok(it) => Ok(Some(it)),
        Err(fault) => app
            .records
            .permit(ctx, Action::Create, register)
            .map(|_| None)
            .map_err(|_| fault),
    }
}

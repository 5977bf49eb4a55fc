//! The manual.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yiwang_help::Page;
use yiwang_types::{Code, Fault};

use crate::access::{Open, Who};
use crate::app::App;
use crate::input::At;
use crate::routes::{Doc, Routes};
use crate::views::Answer;

const TAG: &str = "帮助";

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(TAG, "listHelp", "用户手册的各页").json::<HelpPagesView>();
    routes.get("/api/v1/help", Open, doc, list);
    let doc = Doc::new(TAG, "getHelp", "用户手册的一页").json::<HelpPageView>();
    routes.get("/api/v1/help/{page}", Open, doc, get);
}

/// The pages of the manual.
#[derive(Serialize, ToSchema)]
#[schema(as = HelpPages)]
pub(crate) struct HelpPagesView {
    /// By name.
    items: Vec<HelpItem>,
}

/// A page of the manual in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct HelpItem {
    /// Name in addresses.
    page: String,
    /// Title.
    title: String,
}

/// A page of the manual.
#[derive(Serialize, ToSchema)]
#[schema(as = HelpPage)]
pub(crate) struct HelpPageView {
    /// Name in addresses.
    page: String,
    /// Title.
    title: String,
    /// What it says, as trusted HTML without the title.
    html: String,
}

async fn list(_: Who<Open>, State(app): State<App>) -> Answer<HelpPagesView> {
    let item = |it: &Page| HelpItem {
        page: it.name.clone(),
        title: it.title.clone(),
    };
    Ok(Json(HelpPagesView {
        items: app.help.manual().map(item).collect(),
    }))
}

async fn get(_: Who<Open>, State(app): State<App>, At(name): At<String>) -> Answer<HelpPageView> {
    let none = || Fault::new(Code::NotFound, "手册里没有这一页;目录见 /api/v1/help。");
    let page = app.help.manual_page(&name).ok_or_else(none)?;
    Ok(Json(HelpPageView {
        page: page.name.clone(),
        title: page.title.clone(),
        html: page.html.clone(),
    }))
}

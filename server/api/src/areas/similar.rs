//! Records that may tell of the same thing: near, recent, from the same telephone, with the same words. A hint, never a decision.

use axum::Json as Answered;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yiwang_matching::Hint;

use crate::access::{Grant, Who};
use crate::app::App;
use crate::input::At;
use crate::routes::{Doc, Routes};
use crate::views::Answer;

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("登记簿", "listSimilar", "可能说的是同一件事的记录:附近的、近期的、同一电话的").json::<SimilarView>();
    routes.get("/api/v1/registers/{register}/records/{id}/similar", Grant, doc, similar);
}

/// Similar records, the most alike first.
#[derive(Serialize, ToSchema)]
#[schema(as = Similar)]
pub(crate) struct SimilarView {
    items: Vec<HintView>,
}

/// A record that is alike.
#[derive(Serialize, ToSchema)]
#[schema(as = Hint)]
pub(crate) struct HintView {
    /// UUID of the record.
    id: String,
    /// Its title.
    title: String,
    /// Its state.
    status: String,
    /// Likeness, 1 to 100.
    score: u32,
    /// Why, in Chinese.
    reasons: Vec<String>,
}

impl From<Hint> for HintView {
    fn from(it: Hint) -> HintView {
        HintView {
            id: it.id,
            title: it.title,
            status: it.status,
            score: it.score,
            reasons: it.reasons,
        }
    }
}

async fn similar(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At((register, id)): At<(String, String)>,
) -> Answer<SimilarView> {
    let items = app
        .matching
        .hints(&ctx, &register, &id)
        .await?
        .into_iter()
        .map(HintView::from)
        .collect();
    Ok(Answered(SimilarView { items }))
}

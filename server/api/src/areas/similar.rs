//! Records that may tell of the same thing: near, recent, from the same telephone, with the same words. A hint, never a decision.

use axum::Json as Answered;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yiwang_matching::Hint;

use crate::access::{Grant, Who, Write};
use crate::app::App;
use crate::input::{At, Json};
use crate::routes::{Doc, Routes};
use crate::views::Answer;
use crate::views::record::RecordInput;

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("登记簿", "listSimilar", "可能说的是同一件事的记录:附近的、近期的、同一电话的").json::<SimilarView>();
    routes.get("/api/v1/registers/{register}/records/{id}/similar", Grant, doc, similar);
    let doc = Doc::new("登记簿", "listSimilarToNew", "可能与将要新建的记录是同一件事的记录").json::<SimilarView>();
    routes.post("/api/v1/registers/{register}/similar", Grant, doc, similar_to_new);
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

impl SimilarView {
    fn of(hints: Vec<Hint>) -> SimilarView {
        SimilarView {
            items: hints.into_iter().map(HintView::from).collect(),
        }
    }
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
    let hints = app.matching.hints(&ctx, &register, &id).await?;
    Ok(Answered(SimilarView::of(hints)))
}

/// A POST because the values of a form do not go into an address; it writes nothing.
async fn similar_to_new(
    State(app): State<App>,
    At(register): At<String>,
    Write {
        ctx,
        input: Json(RecordInput(fields)),
    }: Write<Grant, Json<RecordInput>>,
) -> Answer<SimilarView> {
    let hints = app.matching.hints_for_new(&ctx, &register, &fields).await?;
    Ok(Answered(SimilarView::of(hints)))
}

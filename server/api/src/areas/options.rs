//! What a reference field may be filled with.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yiwang_authz::FieldAccess;
use yiwang_model::FieldType;
use yiwang_records::{Choice, ChoiceParams, Ctx};
use yiwang_space::{CellName, Point};
use yiwang_types::{Code, Fault};

use super::registers::reader;
use crate::access::{Grant, Who};
use crate::app::{App, DirectoryEntry};
use crate::input::{At, LAT, LON, Pairs, Param, Query, QueryParams, point};
use crate::routes::{Doc, Routes};
use crate::views::Answer;

/// Metres around a point in which cells are offered.
const NEAR: f64 = 1_000.0;
/// Signs of an account that must be typed before it finds anybody.
const ACCOUNT: usize = 4;

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new("记录", "listOptions", "引用字段可以填的:按名称、编码查,给了位置的由近到远");
    let doc = doc
        .query::<OptionsQuery>()
        .json::<OptionsView>()
        .problems(&[Code::MaskedField]);
    routes.get("/api/v1/registers/{register}/fields/{field}/options", Grant, doc, options);
}

/// Words, a point, how many.
pub(crate) struct OptionsQuery {
    q: Option<String>,
    near: Option<Point>,
    limit: u32,
}

impl QueryParams for OptionsQuery {
    const PARAMS: &'static [Param] = &[
        Param {
            name: "q",
            title: "名称里的词,或编码的开头",
            integer: false,
        },
        LON,
        LAT,
        Param {
            name: "limit",
            title: "最多几个,1 到 200;不写是 20",
            integer: true,
        },
    ];

    fn read(pairs: &mut Pairs) -> OptionsQuery {
        OptionsQuery {
            q: pairs.words("q").map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()),
            near: point(pairs),
            limit: pairs.number("limit", 1, 200).unwrap_or(20),
        }
    }
}

/// What a field may hold.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldOptions)]
pub(crate) struct OptionsView {
    /// In official order, or nearest first.
    items: Vec<OptionView>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldOption)]
pub(crate) struct OptionView {
    /// What the field then holds.
    value: String,
    /// Title for people.
    title: String,
    /// What tells it from others: whole name, community, distance.
    note: Option<String>,
}

async fn options(
    Who { ctx }: Who<Grant>,
    State(app): State<App>,
    At((register, field)): At<(String, String)>,
    Query(asked): Query<OptionsQuery>,
) -> Answer<OptionsView> {
    let target = target(&app, &ctx, &register, &field)?;
    let items = match app.identity.entries(&target) {
        Some(entries) => listed(entries, &asked),
        None if target == "grid_cell" => cells(&app, &asked),
        None => records(&app, &ctx, &target, &asked).await?,
    };
    Ok(Json(OptionsView { items }))
}

/// The register that the field points into, for who may see the field.
fn target(app: &App, ctx: &Ctx, register: &str, field: &str) -> Result<String, Fault> {
    let unknown = || Fault::new(Code::NotFound, format!("登记簿“{register}”没有引用字段“{field}”。"));
    let definition = app.records.register(register)?;
    let reader = reader(app, ctx, register)?;
    let env = app.records.env(app.records.now());
    let seen = reader.is_none_or(|it| it.fields.access(field, None, &env, |_| true) != FieldAccess::Hidden);
    let field = definition.field(field).filter(|it| seen && it.ty == FieldType::Reference);
    field.and_then(|it| it.register.clone()).ok_or_else(unknown)
}

fn listed(entries: Vec<DirectoryEntry>, asked: &OptionsQuery) -> Vec<OptionView> {
    let q = asked.q.as_deref().unwrap_or_default();
    let option = |it: DirectoryEntry| OptionView {
        value: it.value,
        title: it.title,
        note: it.note,
    };
    let wanted = entries.into_iter().filter(|it| is_meant(it, q));
    wanted.take(most(asked)).map(option).collect()
}

/// Accounts are half of what signs in: they are not to be guessed letter by letter.
fn is_meant(it: &DirectoryEntry, q: &str) -> bool {
    let typed = q.to_lowercase();
    let by_account = typed.chars().count() >= ACCOUNT && it.account.as_ref().is_some_and(|it| it.starts_with(&typed));
    by_account || it.title.contains(q) || it.value.starts_with(q) || it.words.iter().any(|it| it.contains(q))
}

fn cells(app: &App, asked: &OptionsQuery) -> Vec<OptionView> {
    let known = app.space.known();
    let near: Vec<(CellName, Option<f64>)> = match asked.near {
        Some(at) => known
            .nearby(at, NEAR)
            .into_iter()
            .map(|(it, metres)| (it, Some(metres)))
            .collect(),
        None => {
            let all = known.cells().cells().iter();
            all.filter_map(|it| known.cell(&it.code)).map(|it| (it, None)).collect()
        }
    };
    let wanted = |(it, _): &(CellName, Option<f64>)| {
        let q = asked.q.as_deref().unwrap_or_default();
        it.code.starts_with(q) || it.words().contains(q)
    };
    let option = |(it, metres): (CellName, Option<f64>)| OptionView {
        note: Some(match metres {
            Some(metres) => format!("{},{}", it.words(), distance(metres)),
            None => it.words(),
        }),
        title: it.code.clone(),
        value: it.code,
    };
    near.into_iter().filter(wanted).take(most(asked)).map(option).collect()
}

async fn records(app: &App, ctx: &Ctx, target: &str, asked: &OptionsQuery) -> Result<Vec<OptionView>, Fault> {
    let params = ChoiceParams {
        q: asked.q.clone(),
        near: asked.near.map(|it| (it.lon(), it.lat())),
        limit: asked.limit,
    };
    let found = app.records.choices(ctx, target, &params).await?;
    let keyed = app.records.register(target)?.key.is_some();
    let option = |it: Choice| {
        let at = it.at.and_then(|(lon, lat)| Point::new(lon, lat));
        let away = asked.near.zip(at).map(|(from, to)| distance(from.metres_to(to)));
        OptionView {
            note: away.or_else(|| keyed.then(|| it.value.clone())),
            value: it.value,
            title: it.title,
        }
    };
    Ok(found.into_iter().map(option).collect())
}

fn most(asked: &OptionsQuery) -> usize {
    usize::try_from(asked.limit).unwrap_or(20)
}

/// Metres as people say them.
fn distance(metres: f64) -> String {
    if metres < 1.0 {
        "就在这里".to_owned()
    } else if metres < 995.0 {
        format!("约 {metres:.0} 米")
    } else {
        format!("约 {:.1} 公里", metres / 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_by_name_or_by_the_beginning_of_the_account() {
        let person = DirectoryEntry {
            value: "0192".to_owned(),
            title: "王工".to_owned(),
            note: None,
            words: vec![],
            account: Some("handler1".to_owned()),
        };
        let check = |q: &str, expected: bool| assert_eq!(is_meant(&person, q), expected, "{q}");
        check("", true);
        check("工", true);
        check("hand", true);
        check("Handler1", true);
        check("han", false);
        check("andl", false);
        check("ler1", false);
        check("handler12", false);
    }

    #[test]
    fn distances() {
        let check = |metres: f64, expected: &str| assert_eq!(distance(metres), expected);
        check(0.0, "就在这里");
        check(34.6, "约 35 米");
        check(1_240.0, "约 1.2 公里");
    }
}

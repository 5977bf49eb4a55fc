//! The ground for the maps of the office: what lies around a point, in which cell it lies, where an address is.

use axum::Json;
use axum::extract::State;
use yiwang_space::Point;

use crate::access::{SignedIn, Who};
use crate::app::App;
use crate::input::{LAT, LON, Pairs, Param, Query, QueryParams, needed_point};
use crate::routes::{Doc, Routes};
use crate::views::Answer;
use crate::views::space::{FeaturesView, SpotsView, WhereaboutsView};

const TAG: &str = "空间";
/// Cells, and streets, drawn at most.
const MOST: usize = 150;

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(TAG, "getAround", "一个点周围的单元网格和道路(GeoJSON,度)");
    let doc = doc.query::<AroundQuery>().json::<FeaturesView>();
    routes.get("/api/v1/space/around", SignedIn, doc, around);
    let doc = Doc::new(TAG, "locatePoint", "一个点在哪个单元网格、哪个社区,是不是在边界上");
    let doc = doc.query::<LocateQuery>().json::<WhereaboutsView>();
    routes.get("/api/v1/space/locate", SignedIn, doc, locate);
    let doc = Doc::new(TAG, "findPlace", "按路名门牌查位置")
        .query::<FindQuery>()
        .json::<SpotsView>();
    routes.get("/api/v1/space/find", SignedIn, doc, find);
}

/// A point and how far around it.
pub(crate) struct AroundQuery {
    at: Point,
    metres: u32,
}

impl QueryParams for AroundQuery {
    const PARAMS: &'static [Param] = &[
        LON,
        LAT,
        Param {
            name: "metres",
            title: "半径,10 到 3000 米;不写是 300",
            integer: true,
        },
    ];

    fn read(pairs: &mut Pairs) -> AroundQuery {
        AroundQuery {
            at: needed_point(pairs),
            metres: pairs.number("metres", 10, 3_000).unwrap_or(300),
        }
    }
}

/// A point.
pub(crate) struct LocateQuery(Point);

impl QueryParams for LocateQuery {
    const PARAMS: &'static [Param] = &[LON, LAT];

    fn read(pairs: &mut Pairs) -> LocateQuery {
        LocateQuery(needed_point(pairs))
    }
}

/// An address.
pub(crate) struct FindQuery {
    q: String,
    limit: u32,
}

impl QueryParams for FindQuery {
    const PARAMS: &'static [Param] = &[
        Param {
            name: "q",
            title: "路名、门牌或地点的名称",
            integer: false,
        },
        Param {
            name: "limit",
            title: "最多几个,1 到 50;不写是 8",
            integer: true,
        },
    ];

    fn read(pairs: &mut Pairs) -> FindQuery {
        FindQuery {
            q: pairs.words("q").unwrap_or_default(),
            limit: pairs.number("limit", 1, 50).unwrap_or(8),
        }
    }
}

async fn around(
    _: Who<SignedIn>,
    State(app): State<App>,
    Query(AroundQuery { at, metres }): Query<AroundQuery>,
) -> Answer<FeaturesView> {
    let known = app.space.known();
    Ok(Json(FeaturesView::of(known.neighbourhood(at, f64::from(metres), MOST))))
}

async fn locate(_: Who<SignedIn>, State(app): State<App>, Query(LocateQuery(at)): Query<LocateQuery>) -> Answer<WhereaboutsView> {
    Ok(Json(app.space.locate(at).into()))
}

async fn find(_: Who<SignedIn>, State(app): State<App>, Query(FindQuery { q, limit }): Query<FindQuery>) -> Answer<SpotsView> {
    let found = app.space.geocode(&q, usize::try_from(limit).unwrap_or(8));
    Ok(Json(SpotsView::of(found)))
}

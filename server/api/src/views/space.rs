//! Places: shapes around a point as GeoJSON (RFC 7946), where a point lies, what an address may mean.

use serde::Serialize;
use utoipa::ToSchema;
use yiwang_space::geocode::Candidate;
use yiwang_space::geometry::Polygon;
use yiwang_space::{CellGround, CellName, Neighbourhood, Point, Whereabouts};

/// Longitude and latitude in degrees.
type Position = Vec<f64>;

/// Cells and streets around a point.
#[derive(Serialize, ToSchema)]
#[schema(as = FeatureCollection)]
pub(crate) struct FeaturesView {
    #[serde(rename = "type")]
    ty: CollectionType,
    /// Cells, then streets; nearest first.
    features: Vec<FeatureView>,
}

#[derive(Serialize, ToSchema)]
enum CollectionType {
    FeatureCollection,
}

/// A shape.
#[derive(Serialize, ToSchema)]
#[schema(as = Feature)]
pub(crate) struct FeatureView {
    #[serde(rename = "type")]
    ty: FeatureType,
    properties: PropertiesView,
    geometry: GeometryView,
}

#[derive(Serialize, ToSchema)]
enum FeatureType {
    Feature,
}

/// What a shape is.
#[derive(Serialize, ToSchema)]
#[schema(as = FeatureProperties)]
pub(crate) struct PropertiesView {
    kind: FeatureKind,
    /// Code of a cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Community and responsibility grid of a cell; name of a street.
    title: String,
    /// Whether the point lies in this cell.
    here: bool,
}

/// Cell or street.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum FeatureKind {
    Cell,
    Street,
}

/// Lines and areas.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", content = "coordinates")]
#[schema(as = Geometry)]
pub(crate) enum GeometryView {
    LineString(Vec<Position>),
    Polygon(Vec<Vec<Position>>),
    MultiPolygon(Vec<Vec<Vec<Position>>>),
}

impl FeaturesView {
    pub(crate) fn of(near: Neighbourhood<'_>) -> FeaturesView {
        let street = |it: &yiwang_space::sketch::Street| {
            let properties = PropertiesView {
                kind: FeatureKind::Street,
                code: None,
                title: it.name.clone(),
                here: false,
            };
            FeatureView::of(properties, GeometryView::LineString(it.line.iter().map(position).collect()))
        };
        let cells = near.cells.into_iter().map(cell);
        FeaturesView {
            ty: CollectionType::FeatureCollection,
            features: cells.chain(near.streets.into_iter().map(street)).collect(),
        }
    }
}

impl FeatureView {
    fn of(properties: PropertiesView, geometry: GeometryView) -> FeatureView {
        FeatureView {
            ty: FeatureType::Feature,
            properties,
            geometry,
        }
    }
}

fn cell(it: CellGround<'_>) -> FeatureView {
    let geometry = match it.area.polygons() {
        [only] => GeometryView::Polygon(rings(only)),
        several => GeometryView::MultiPolygon(several.iter().map(rings).collect()),
    };
    let properties = PropertiesView {
        kind: FeatureKind::Cell,
        title: it.name.words(),
        code: Some(it.name.code),
        here: it.here,
    };
    FeatureView::of(properties, geometry)
}

/// Rings closed by their first point.
fn rings(polygon: &Polygon) -> Vec<Vec<Position>> {
    let closed = |ring: &Vec<Point>| ring.iter().chain(ring.first()).map(position).collect();
    polygon.rings().map(closed).collect()
}

fn position(at: &Point) -> Position {
    let (lon, lat) = at.degrees();
    vec![lon, lat]
}

/// A place by code and title.
#[derive(Serialize, ToSchema)]
#[schema(as = PlaceName)]
pub(crate) struct PlaceNameView {
    /// Code of the cell or division.
    code: String,
    /// Its name.
    title: String,
}

impl From<CellName> for PlaceNameView {
    fn from(it: CellName) -> PlaceNameView {
        PlaceNameView {
            title: it.words(),
            code: it.code,
        }
    }
}

/// Where a point lies.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = Whereabouts)]
pub(crate) struct WhereaboutsView {
    /// The cell that holds it.
    cell: Option<PlaceNameView>,
    /// The smallest division that holds it.
    division: Option<PlaceNameView>,
    /// Cells of another community or responsibility grid whose border is within 10 m, nearest first: the person chooses.
    border: Vec<PlaceNameView>,
    /// Outside the county.
    outside: bool,
}

impl From<Whereabouts> for WhereaboutsView {
    fn from(it: Whereabouts) -> WhereaboutsView {
        match it {
            Whereabouts::Unknown => WhereaboutsView::default(),
            Whereabouts::Outside { .. } => WhereaboutsView {
                outside: true,
                ..WhereaboutsView::default()
            },
            Whereabouts::Division { code, title } => WhereaboutsView {
                division: Some(PlaceNameView { code, title }),
                ..WhereaboutsView::default()
            },
            Whereabouts::Cell { cell, near } => WhereaboutsView {
                division: Some(PlaceNameView {
                    code: cell.division.clone(),
                    title: cell.division_title.clone(),
                }),
                cell: Some(cell.into()),
                border: near.into_iter().map(|it| it.0.into()).collect(),
                outside: false,
            },
        }
    }
}

/// Places that words may mean.
#[derive(Serialize, ToSchema)]
#[schema(as = Spots)]
pub(crate) struct SpotsView {
    /// The likeliest first.
    items: Vec<SpotView>,
}

/// A place that words may mean.
#[derive(Serialize, ToSchema)]
#[schema(as = Spot)]
pub(crate) struct SpotView {
    /// Its address.
    title: String,
    /// Longitude in degrees.
    lon: f64,
    /// Latitude in degrees.
    lat: f64,
}

impl SpotsView {
    pub(crate) fn of(found: Vec<Candidate>) -> SpotsView {
        let spot = |it: Candidate| {
            let (lon, lat) = it.at.degrees();
            SpotView {
                title: it.text,
                lon,
                lat,
            }
        };
        SpotsView {
            items: found.into_iter().map(spot).collect(),
        }
    }
}

//! The plain street sketch of the public site: streets and names of communities, drawn on the server, clickable without scripts.
//!
//! It shows no boundaries, coordinates, heights or components, so that it is no map in the sense of the surveying law (domain notes 14,
//! public maps). The same view always gives the same bytes.

mod draw;
mod view;

pub use view::{Link, Step, View, ViewQuery};

use crate::geometry::line_metres;
use crate::point::Scale;
use crate::tree::Tree;
use crate::{BBox, Point};

/// One street as drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Street {
    /// Its name; pieces of one street share it.
    pub name: String,
    /// Its middle line.
    pub line: Vec<Point>,
    /// Whether it is drawn broad.
    pub width: StreetWidth,
}

/// How broad a street is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreetWidth {
    /// A main road.
    Main,
    /// A side street.
    Side,
}

/// A community's name and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Community {
    /// The name.
    pub name: String,
    /// The middle of the word.
    pub at: Point,
}

/// What can be drawn.
#[derive(Debug)]
pub struct Sketch {
    origin: Point,
    extent: BBox,
    streets: Vec<Street>,
    communities: Vec<Community>,
    tree: Tree,
}

impl Sketch {
    /// Keeps streets and communities ready. `origin` is a fixed place of the county: links name views by their distance from it.
    pub fn build(origin: Point, streets: Vec<Street>, communities: Vec<Community>) -> Sketch {
        let streets: Vec<Street> = streets.into_iter().filter(|it| it.line.len() > 1).collect();
        let points = streets
            .iter()
            .flat_map(|it| &it.line)
            .chain(communities.iter().map(|it| &it.at));
        let extent = BBox::around(points).unwrap_or_else(|| BBox::of(origin));
        let tree = Tree::build(streets.iter().filter_map(|it| BBox::around(&it.line)));
        Sketch {
            origin,
            extent,
            streets,
            communities,
            tree,
        }
    }

    /// The view that shows everything.
    pub fn home(&self, width: u32, height: u32) -> View {
        let (east, north) = self.extent.high().offset_from(self.extent.low());
        let shape = f64::from(width.max(1)) / f64::from(height.max(1));
        let span = u32::try_from(crate::float::round(east.max(north * shape) * 1.1)).unwrap_or(u32::MAX);
        View::new(width, height, self.extent.center(), span, None)
    }

    /// The picture. Names are escaped; the result is a whole `<svg>` element.
    pub fn svg(&self, view: &View) -> String {
        draw::svg(self, view)
    }

    /// The same in words, for those who cannot see it.
    pub fn alt(&self, view: &View) -> String {
        const MOST: usize = 8;
        let list = |mut names: Vec<&str>| {
            names.sort_unstable();
            names.dedup();
            let more = if names.len() > MOST { "等" } else { "" };
            format!("{}{more}", names.into_iter().take(MOST).collect::<Vec<_>>().join("、"))
        };
        let mut text = format!("街道示意图,横向约 {} 米", view.span());
        let streets: Vec<&str> = self
            .streets_in(view.bbox())
            .map(|it| it.name.as_str())
            .filter(|it| !it.is_empty())
            .collect();
        if !streets.is_empty() {
            text.push_str(&format!(";街道:{}", list(streets)));
        }
        let communities: Vec<&str> = self
            .communities
            .iter()
            .filter(|it| view.bbox().contains(it.at))
            .map(|it| it.name.as_str())
            .collect();
        if !communities.is_empty() {
            text.push_str(&format!(";社区:{}", list(communities)));
        }
        if let Some(marker) = view.marker() {
            match self.nearest_street(marker) {
                Some((street, _)) => text.push_str(&format!(";已标出的位置在{}附近", street.name)),
                None => text.push_str(";已标出一个位置"),
            }
        }
        text.push('。');
        text
    }

    /// The links around the picture that move and scale it; what would show nothing new is left out.
    pub fn links(&self, view: &View) -> Vec<Link> {
        Step::ALL
            .iter()
            .map(|step| Link {
                title: step.title(),
                view: view.stepped(*step, self.extent),
            })
            .filter(|it| it.view != *view)
            .collect()
    }

    /// The view as the query of a link, without absolute coordinates.
    pub fn query_of(&self, view: &View) -> ViewQuery {
        ViewQuery::of(view, self.origin)
    }

    /// The view that a link names; whatever is missing or out of range falls back to [`Sketch::home`].
    pub fn view_of(&self, query: &ViewQuery, width: u32, height: u32) -> View {
        query.view(&self.home(width, height), self.origin)
    }

    pub(crate) fn streets_in(&self, bbox: BBox) -> impl Iterator<Item = &Street> {
        self.tree.query(bbox).into_iter().filter_map(|it| self.streets.get(it))
    }

    fn nearest_street(&self, from: Point) -> Option<(&Street, f64)> {
        let scale = Scale::at(from);
        let metres = |it: &Street| line_metres(scale, from, &it.line);
        let (at, metres) = self
            .tree
            .nearest(from, |at| self.streets.get(at).filter(|it| !it.name.is_empty()).map(metres))?;
        self.streets.get(at).map(|it| (it, metres))
    }
}

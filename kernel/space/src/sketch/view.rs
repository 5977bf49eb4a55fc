//! What part is shown, and the way from a click back to a place.

use serde::{Deserialize, Serialize};

use crate::float::{float, round};
use crate::point::Scale;
use crate::{BBox, Point};

const SIZE: (u32, u32) = (100, 2_000);
const SPAN: (u32, u32) = (100, 60_000);

/// A part of the sketch at a scale; always of a sensible size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    width: u32,
    height: u32,
    center: Point,
    span: u32,
    marker: Option<Point>,
}

impl View {
    /// A view of `width` × `height` pixels (100 to 2,000) that shows `span` metres (100 to 60,000) from left to right.
    pub fn new(width: u32, height: u32, center: Point, span: u32, marker: Option<Point>) -> View {
        View {
            width: width.clamp(SIZE.0, SIZE.1),
            height: height.clamp(SIZE.0, SIZE.1),
            center,
            span: span.clamp(SPAN.0, SPAN.1),
            marker,
        }
    }

    /// Pixels from left to right.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Pixels from top to bottom.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Metres from left to right.
    pub const fn span(&self) -> u32 {
        self.span
    }

    /// The middle.
    pub const fn center(&self) -> Point {
        self.center
    }

    /// The place that is marked.
    pub const fn marker(&self) -> Option<Point> {
        self.marker
    }

    /// The same part with another mark.
    #[must_use]
    pub const fn marked(self, marker: Option<Point>) -> View {
        View { marker, ..self }
    }

    /// The place at a pixel as `<input type="image">` sends it (0 at the left and at the top); clicks beyond count as on the edge.
    pub fn place_at(&self, x: u32, y: u32) -> Point {
        let size = self.metres_per_pixel();
        let east = (f64::from(x.min(self.width - 1)) + 0.5 - f64::from(self.width) / 2.0) * size;
        let north = (f64::from(self.height) / 2.0 - f64::from(y.min(self.height - 1)) - 0.5) * size;
        self.center.moved(east, north)
    }

    /// Where a place is drawn, in pixels from the left and from the top; may lie outside the picture.
    pub fn pixel_of(&self, place: Point) -> (f64, f64) {
        let scale = Scale::at(self.center);
        let east = float(place.lon() - self.center.lon()) * scale.east;
        let north = float(place.lat() - self.center.lat()) * scale.north;
        let size = self.metres_per_pixel();
        (
            f64::from(self.width) / 2.0 + east / size,
            f64::from(self.height) / 2.0 - north / size,
        )
    }

    /// The box that is shown.
    pub fn bbox(&self) -> BBox {
        let (half_width, half_height) = self.half_metres();
        BBox::of(self.center.moved(-half_width, -half_height)).join(BBox::of(self.center.moved(half_width, half_height)))
    }

    pub(super) fn metres_per_pixel(&self) -> f64 {
        f64::from(self.span) / f64::from(self.width)
    }

    /// One step on; the middle never leaves `extent`.
    pub(super) fn stepped(&self, step: Step, extent: BBox) -> View {
        let (half_width, half_height) = self.half_metres();
        let (span, east, north) = match step {
            Step::North => (self.span, 0.0, half_height),
            Step::South => (self.span, 0.0, -half_height),
            Step::West => (self.span, -half_width, 0.0),
            Step::East => (self.span, half_width, 0.0),
            Step::Nearer => (self.span / 2, 0.0, 0.0),
            Step::Farther => (self.span.saturating_mul(2), 0.0, 0.0),
        };
        let moved = self.center.moved(east, north);
        let center = Point::clamped(
            moved.lon().clamp(extent.low().lon(), extent.high().lon()),
            moved.lat().clamp(extent.low().lat(), extent.high().lat()),
        );
        // Looking closer keeps the mark in sight.
        let center = if step == Step::Nearer {
            self.marker.unwrap_or(center)
        } else {
            center
        };
        View::new(self.width, self.height, center, span, self.marker)
    }

    fn half_metres(&self) -> (f64, f64) {
        let size = self.metres_per_pixel();
        (f64::from(self.width) / 2.0 * size, f64::from(self.height) / 2.0 * size)
    }
}

/// A way to move or scale the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Half a picture up.
    North,
    /// Half a picture down.
    South,
    /// Half a picture to the left.
    West,
    /// Half a picture to the right.
    East,
    /// Twice as large.
    Nearer,
    /// Half as large.
    Farther,
}

impl Step {
    /// Every step in the order of the links.
    pub const ALL: [Step; 6] = [Step::North, Step::South, Step::West, Step::East, Step::Nearer, Step::Farther];

    /// The Chinese word on the link.
    pub const fn title(self) -> &'static str {
        match self {
            Step::North => "向北",
            Step::South => "向南",
            Step::West => "向西",
            Step::East => "向东",
            Step::Nearer => "放大",
            Step::Farther => "缩小",
        }
    }
}

/// A link beside the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its word.
    pub title: &'static str,
    /// What it shows.
    pub view: View,
}

/// A view in a link: distances from the sketch's origin in 1e-7 degree, so that a link shows no coordinates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewQuery {
    /// Middle, to the east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<i64>,
    /// Middle, to the north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<i64>,
    /// Metres from left to right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s: Option<u32>,
    /// Mark, to the east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub me: Option<i64>,
    /// Mark, to the north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mn: Option<i64>,
}

impl ViewQuery {
    /// Names and values, for hidden fields and links.
    pub fn pairs(&self) -> Vec<(&'static str, i64)> {
        [
            ("e", self.e),
            ("n", self.n),
            ("s", self.s.map(i64::from)),
            ("me", self.me),
            ("mn", self.mn),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|it| (name, it)))
        .collect()
    }

    pub(super) fn of(view: &View, origin: Point) -> ViewQuery {
        ViewQuery {
            e: Some(view.center.lon() - origin.lon()),
            n: Some(view.center.lat() - origin.lat()),
            s: Some(view.span),
            me: view.marker.map(|it| it.lon() - origin.lon()),
            mn: view.marker.map(|it| it.lat() - origin.lat()),
        }
    }

    pub(super) fn view(&self, home: &View, origin: Point) -> View {
        let place = |east: Option<i64>, north: Option<i64>| {
            Point::new(origin.lon().checked_add(east?)?, origin.lat().checked_add(north?)?)
        };
        let center = place(self.e, self.n).unwrap_or(home.center);
        View::new(
            home.width,
            home.height,
            center,
            self.s.unwrap_or(home.span),
            place(self.me, self.mn),
        )
    }
}

/// Tenths of a pixel, the precision of the picture.
pub(super) fn tenths(pixels: f64) -> String {
    let value = round(pixels * 10.0);
    let sign = if value < 0 { "-" } else { "" };
    match value.unsigned_abs() {
        it if it % 10 == 0 => format!("{sign}{}", it / 10),
        it => format!("{sign}{}.{}", it / 10, it % 10),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_click_comes_back_to_its_pixel(
            width in 100_u32..2000, height in 100_u32..2000, span in 100_u32..60_000,
            lon in -1_790_000_000_i64..1_790_000_000, lat in -800_000_000_i64..800_000_000,
            x in 0_u32..2000, y in 0_u32..2000,
        ) {
            let view = View::new(width, height, Point::clamped(lon, lat), span, None);
            let (x, y) = (x % width, y % height);
            let (back_x, back_y) = view.pixel_of(view.place_at(x, y));
            prop_assert!((back_x - f64::from(x) - 0.5).abs() < 0.3, "{back_x} {x}");
            prop_assert!((back_y - f64::from(y) - 0.5).abs() < 0.3, "{back_y} {y}");
        }

        #[test]
        fn a_link_comes_back_to_its_view(
            east in -9_000_i64..9_000, north in -9_000_i64..9_000, span in 0_u32..70_000, marked in any::<bool>(),
        ) {
            let origin = Point::clamped(1_194_700_000, 292_100_000);
            let center = Point::clamped(origin.lon() + east, origin.lat() + north);
            let view = View::new(600, 400, center, span, marked.then_some(origin));
            let home = View::new(600, 400, origin, 1_000, None);
            prop_assert_eq!(ViewQuery::of(&view, origin).view(&home, origin), view);
        }
    }

    #[test]
    fn clicks_beyond_the_edge_and_broken_links_do_no_harm() {
        let origin = Point::clamped(1_194_700_000, 292_100_000);
        let home = View::new(0, u32::MAX, origin, 0, None);
        assert_eq!((home.width(), home.height(), home.span()), (100, 2000, 100));
        assert_eq!(home.place_at(u32::MAX, u32::MAX), home.place_at(99, 1999));
        let broken = ViewQuery {
            e: Some(i64::MAX),
            n: Some(i64::MIN),
            s: Some(5),
            me: Some(1),
            mn: None,
        };
        assert_eq!(broken.view(&home, origin), home);
    }

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [(1.0, "1"), (0.04, "0"), (-0.26, "-0.3"), (12.34, "12.3"), (-5.0, "-5")] {
            assert_eq!(tenths(value), expected);
        }
    }
}

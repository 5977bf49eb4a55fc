//! WKT in degrees, kept in integers of 1e-7 degree.

use crate::cql2::lexer::Kind;
use crate::cql2::parser::Parser;
use crate::cql2::{Error, Expr};
use crate::{Point, Polygon, Shape};

/// A geometry: longitude first, 1e-7 degree. Rings are closed: the last point is the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Geometry {
    /// `POINT(119.4 29.2)`.
    Point(Point),
    /// `POLYGON(...)` or `MULTIPOLYGON(...)`.
    Polygons(Vec<Polygon>),
    /// `BBOX(west, south, east, north)`.
    Bbox(Point, Point),
}

impl Geometry {
    /// The shape to filter by.
    pub fn shape(&self) -> Shape {
        match self {
            Geometry::Point(it) => Shape::ring(vec![*it]),
            Geometry::Polygons(it) => Shape { polygons: it.clone() },
            Geometry::Bbox(low, high) => Shape::bbox(*low, *high),
        }
    }
}

const REMEDY: &str = "请写成 POLYGON((119.1 29.2, 119.3 29.2, 119.3 29.4, 119.1 29.2)),经度在前。";

impl Parser {
    /// The two arguments of S_INTERSECTS in either order.
    pub(super) fn intersects(&mut self) -> Result<Expr, Error> {
        self.expect("(")?;
        let before = self.property();
        let property_first = before.is_some();
        if property_first {
            self.expect(",")?;
        }
        let geometry = self.geometry()?;
        if !property_first {
            self.expect(",")?;
        }
        let at = self.at();
        let property = before.or_else(|| self.property());
        let property = property.ok_or_else(|| {
            Error::new(
                at,
                "S_INTERSECTS 里缺少位置字段。",
                "请写成 S_INTERSECTS(location, BBOX(...))。",
            )
        })?;
        self.expect(")")?;
        Ok(Expr::Intersects { property, geometry })
    }

    fn geometry(&mut self) -> Result<Geometry, Error> {
        let at = self.at();
        let geometry = if self.takes_word("POINT") {
            self.expect("(")?;
            let point = self.point()?;
            self.expect(")")?;
            Geometry::Point(point)
        } else if self.takes_word("POLYGON") {
            Geometry::Polygons(vec![self.polygon()?])
        } else if self.takes_word("MULTIPOLYGON") {
            Geometry::Polygons(self.listed(Parser::polygon)?)
        } else if self.takes_word("BBOX") {
            self.bbox()?
        } else {
            return Err(Error::new(
                at,
                "这里缺少图形。",
                "请用 POINT、POLYGON、MULTIPOLYGON 或 BBOX。",
            ));
        };
        geometry
            .shape()
            .check()
            .map_err(|message| Error::new(at, message, "请缩小或简化范围。"))?;
        Ok(geometry)
    }

    fn bbox(&mut self) -> Result<Geometry, Error> {
        let at = self.at();
        let list = self.listed(Parser::coordinate)?;
        match list.as_slice() {
            [west, south, east, north] if west <= east && south <= north => Ok(Geometry::Bbox((*west, *south), (*east, *north))),
            _ => Err(Error::new(
                at,
                "BBOX 要有四个数:西、南、东、北。",
                "请写成 BBOX(119.1, 29.2, 119.3, 29.4)。",
            )),
        }
    }

    fn polygon(&mut self) -> Result<Polygon, Error> {
        Ok(Polygon {
            rings: self.listed(Parser::ring)?,
        })
    }

    fn ring(&mut self) -> Result<Vec<Point>, Error> {
        let at = self.at();
        let ring = self.listed(Parser::point)?;
        if ring.len() < 4 || ring.first() != ring.last() {
            return Err(Error::new(at, "多边形的环没有闭合,或不足四个点。", "首尾两点要相同。"));
        }
        Ok(ring)
    }

    fn point(&mut self) -> Result<Point, Error> {
        Ok((self.coordinate()?, self.coordinate()?))
    }

    fn coordinate(&mut self) -> Result<i64, Error> {
        let at = self.at();
        let negative = self.takes("-");
        match self.next() {
            Some(Kind::Number(text)) => {
                let degrees = scaled(&text).ok_or_else(|| Error::new(at, "坐标写法不对。", "请用度,小数最多写到 7 位。"))?;
                Ok(if negative { -degrees } else { degrees })
            }
            _ => Err(Error::new(at, "这里缺少坐标。", REMEDY)),
        }
    }

    fn listed<T>(&mut self, each: fn(&mut Parser) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        self.expect("(")?;
        let mut list = vec![each(self)?];
        while self.takes(",") {
            list.push(each(self)?);
        }
        self.expect(")")?;
        Ok(list)
    }
}

/// Degrees as written to 1e-7 degree; the eighth decimal is rounded half up.
fn scaled(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if text.contains('e') || whole.len() > 3 {
        return None;
    }
    let mut digits = fraction.chars().chain(std::iter::repeat('0'));
    let kept: String = digits.by_ref().take(7).collect();
    let round = i64::from(digits.next().is_some_and(|it| it >= '5'));
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    Some(whole * 10_000_000 + kept.parse::<i64>().ok()? + round)
}

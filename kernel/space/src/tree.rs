//! A packed tree of boxes: built once, asked often. Sorted in tiles (sort-tile-recursive), sixteen children a node.

use crate::{BBox, Point};

const CHILDREN: usize = 16;

/// Answers "which items may touch this box".
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Items in tile order with the number by which the caller knows them.
    items: Vec<(BBox, usize)>,
    /// `levels[k]` covers chunks of sixteen of the level below; `levels[0]` covers `items`.
    levels: Vec<Vec<BBox>>,
}

impl Tree {
    pub(crate) fn build(boxes: impl IntoIterator<Item = BBox>) -> Tree {
        let mut items: Vec<(BBox, usize)> = boxes.into_iter().enumerate().map(|(at, it)| (it, at)).collect();
        items.sort_by_key(|(it, at)| (it.center().lon(), *at));
        let slices = items.len().div_ceil(CHILDREN).isqrt().max(1);
        let slice_size = items.len().div_ceil(slices).max(1);
        for slice in items.chunks_mut(slice_size) {
            slice.sort_by_key(|(it, at)| (it.center().lat(), *at));
        }
        let mut levels: Vec<Vec<BBox>> = Vec::new();
        let mut below: Vec<BBox> = items.iter().map(|(it, _)| *it).collect();
        while below.len() > 1 || levels.is_empty() && !below.is_empty() {
            below = below
                .chunks(CHILDREN)
                .filter_map(|it| it.iter().copied().reduce(BBox::join))
                .collect();
            levels.push(below.clone());
        }
        Tree { items, levels }
    }

    /// Numbers of the items whose box touches `wanted`, ascending.
    pub(crate) fn query(&self, wanted: BBox) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open: Vec<(usize, usize)> = match self.levels.len().checked_sub(1) {
            Some(top) => (0..self.levels.get(top).map_or(0, Vec::len)).map(|at| (top, at)).collect(),
            None => Vec::new(),
        };
        while let Some((level, at)) = open.pop() {
            if !self
                .levels
                .get(level)
                .and_then(|it| it.get(at))
                .is_some_and(|it| it.meets(wanted))
            {
                continue;
            }
            let children = at * CHILDREN..(at + 1) * CHILDREN;
            match level.checked_sub(1) {
                Some(below) => open.extend(children.map(|it| (below, it))),
                None => found.extend(
                    self.items
                        .iter()
                        .take(children.end)
                        .skip(children.start)
                        .filter(|it| it.0.meets(wanted))
                        .map(|it| it.1),
                ),
            }
        }
        found.sort_unstable();
        found
    }

    /// The item with the least `metres`, looking in ever wider boxes; items answered `None` do not count.
    pub(crate) fn nearest(&self, from: Point, metres: impl Fn(usize) -> Option<f64>) -> Option<(usize, f64)> {
        let whole = self.levels.last().and_then(|it| it.iter().copied().reduce(BBox::join))?;
        let mut reach = 50.0;
        loop {
            let wanted = BBox::of(from).grown(reach);
            let best = self
                .query(wanted)
                .into_iter()
                .filter_map(|at| metres(at).map(|it| (at, it)))
                .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            let all_seen = wanted.contains(whole.low()) && wanted.contains(whole.high());
            match best {
                Some((at, it)) if it <= reach || all_seen => return Some((at, it)),
                None if all_seen => return None,
                _ if reach > 1e8 => return best,
                _ => reach *= 4.0,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(side: i64) -> Vec<BBox> {
        (0..side * side)
            .map(|at| {
                let low = Point::clamped(at % side * 10, at / side * 10);
                BBox::of(low).join(BBox::of(Point::clamped(low.lon() + 9, low.lat() + 9)))
            })
            .collect()
    }

    #[test]
    fn finds_the_same_as_looking_at_each() {
        for side in [0, 1, 3, 4, 17, 30] {
            let boxes = grid(side);
            let tree = Tree::build(boxes.clone());
            for (lon, lat, size) in [(0, 0, 5), (15, 15, 30), (95, 3, 0), (-50, -50, 1000), (39, 39, 2)] {
                let wanted = BBox::of(Point::clamped(lon, lat)).join(BBox::of(Point::clamped(lon + size, lat + size)));
                let expected: Vec<usize> = boxes
                    .iter()
                    .enumerate()
                    .filter(|it| it.1.meets(wanted))
                    .map(|it| it.0)
                    .collect();
                assert_eq!(tree.query(wanted), expected, "side {side}, {wanted:?}");
            }
        }
    }

    #[test]
    fn nearest_looks_as_far_as_it_must() {
        let points: Vec<Point> = vec![
            Point::clamped(0, 0),
            Point::clamped(900_000_000, 0),
            Point::clamped(0, 300_000_000),
        ];
        let tree = Tree::build(points.iter().map(|it| BBox::of(*it)));
        let from = Point::clamped(100_000_000, 10);
        let found = tree.nearest(from, |at| points.get(at).map(|it| crate::haversine(from, *it)));
        assert_eq!(found.map(|it| it.0), Some(0));
        assert_eq!(Tree::default().nearest(from, |_| Some(0.0)), None);
    }
}

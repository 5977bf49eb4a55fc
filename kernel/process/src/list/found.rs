//! What a page of a box is made of: places, marks, and what a search found.

use yiwang_records::rows::Value;
use yiwang_records::{Counted, cursor};
use yiwang_types::Fault;

use super::{COUNTED, size};

/// The place of a row in the order of its box: deadline or moment, and number.
pub(super) type Place = (i64, i64);

/// The place behind which a page begins, and how many rows of a search were found up to it.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) place: Place,
    pub(super) before: usize,
}

impl Mark {
    pub(super) fn read(text: &str) -> Result<Mark, Fault> {
        let [moment, rid, before] = cursor::read_numbers(text)?;
        Ok(Mark {
            place: (moment, rid),
            before: usize::try_from(before).map_err(|_| cursor::foreign())?,
        })
    }

    pub(super) fn write(&self) -> String {
        let (moment, rid) = self.place;
        let before = i64::try_from(self.before).unwrap_or(i64::MAX);
        cursor::write(&[moment, rid, before].map(Value::Int))
    }
}

/// Rows in their order, and whether these are all behind the place that was asked for.
pub(super) struct Stretch {
    pub(super) places: Vec<Place>,
    pub(super) all: bool,
}

/// The rows of a page by their numbers.
pub(super) struct Found {
    pub(super) rids: Vec<i64>,
    pub(super) next: Option<String>,
    pub(super) count: Counted,
}

impl Found {
    /// A page of what a search found behind a mark, with the last row that it looked at. A page that is not full goes on behind that row, as
    /// up to it nothing is left to find; so no box is too long for a search.
    pub(super) fn searched(stretch: Stretch, looked: Option<Place>, mark: Option<Mark>, limit: u32) -> Found {
        let Stretch { mut places, all } = stretch;
        let before = mark.map_or(0, |it| it.before);
        let count = counted(before.saturating_add(places.len()), all);
        let full = places.len() > size(limit);
        places.truncate(size(limit));
        let last = if full {
            places.last().copied()
        } else {
            looked.filter(|_| !all)
        };
        let before = before.saturating_add(places.len());
        Found {
            next: last.map(|place| Mark { place, before }.write()),
            rids: places.into_iter().map(|it| it.1).collect(),
            count,
        }
    }
}

/// So many, found by looking through all of them or not.
pub(super) fn counted(found: usize, all: bool) -> Counted {
    let whole = Counted {
        value: u64::try_from(found).unwrap_or(u64::MAX),
        exact: all,
    };
    whole.bounded(COUNTED.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_goes_on_behind_what_it_looked_at() {
        let check = |places: &[Place], all: bool, expected: (&[i64], Option<(Place, usize)>, u64, bool)| {
            let stretch = Stretch {
                places: places.to_vec(),
                all,
            };
            let mark = Mark {
                place: (0, 0),
                before: 7,
            };
            let found = Found::searched(stretch, Some((9, 9)), Some(mark), 2);
            let next = found.next.map(|it| Mark::read(&it).expect("its own mark"));
            assert_eq!(
                (
                    found.rids.as_slice(),
                    next.map(|it| (it.place, it.before)),
                    found.count.value,
                    found.count.exact
                ),
                expected
            );
        };
        check(&[], true, (&[], None, 7, true));
        check(&[], false, (&[], Some(((9, 9), 7)), 7, false));
        check(&[(1, 1)], false, (&[1], Some(((9, 9), 8)), 8, false));
        check(&[(1, 1), (2, 2), (3, 3)], false, (&[1, 2], Some(((2, 2), 9)), 10, false));
        check(&[(1, 1), (2, 2), (3, 3)], true, (&[1, 2], Some(((2, 2), 9)), 10, true));
    }
}

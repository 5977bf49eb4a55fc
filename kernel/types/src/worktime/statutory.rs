//! 法定节假日 by law alone, for years whose State Council notice is not loaded yet.

use crate::Date;

/// First day of the lunar year, 清明, 端午 and 中秋 as month and day, from 2026 on.
const MOVABLE: [[(u8, u8); 4]; 25] = [
    [(2, 17), (4, 5), (6, 19), (9, 25)],
    [(2, 6), (4, 5), (6, 9), (9, 15)],
    [(1, 26), (4, 4), (5, 28), (10, 3)],
    [(2, 13), (4, 4), (6, 16), (9, 22)],
    [(2, 3), (4, 5), (6, 5), (9, 12)],
    [(1, 23), (4, 5), (6, 24), (10, 1)],
    [(2, 11), (4, 4), (6, 12), (9, 19)],
    [(1, 31), (4, 4), (6, 1), (9, 8)],
    [(2, 19), (4, 5), (6, 20), (9, 27)],
    [(2, 8), (4, 5), (6, 10), (9, 16)],
    [(1, 28), (4, 4), (5, 30), (10, 4)],
    [(2, 15), (4, 4), (6, 18), (9, 24)],
    [(2, 4), (4, 5), (6, 7), (9, 13)],
    [(1, 24), (4, 5), (5, 27), (10, 2)],
    [(2, 12), (4, 4), (6, 14), (9, 20)],
    [(2, 1), (4, 4), (6, 3), (9, 10)],
    [(1, 22), (4, 4), (6, 22), (9, 28)],
    [(2, 10), (4, 5), (6, 11), (9, 17)],
    [(1, 30), (4, 4), (5, 31), (10, 5)],
    [(2, 17), (4, 4), (6, 19), (9, 25)],
    [(2, 6), (4, 4), (6, 8), (9, 15)],
    [(1, 26), (4, 5), (5, 29), (10, 4)],
    [(2, 14), (4, 4), (6, 15), (9, 22)],
    [(2, 2), (4, 4), (6, 4), (9, 11)],
    [(1, 23), (4, 4), (6, 23), (9, 30)],
];

/// The statutory holiday of a day (全国年节及纪念日放假办法 in force since 2025: 13 days). Outside of 2026–2050 only those with
/// a fixed date are known.
pub(super) fn holiday(date: Date) -> Option<&'static str> {
    let (year, month, day) = date.ymd();
    match (month, day) {
        (1, 1) => return Some("元旦"),
        (5, 1 | 2) => return Some("劳动节"),
        (10, 1..=3) => return Some("国庆节"),
        _ => {}
    }
    let row = usize::try_from(year - 2026).ok().and_then(|it| MOVABLE.get(it))?;
    let days_after = |(month, day)| Date::from_ymd(year, month, day).map(|it| date.days() - it.days());
    let [spring, bright, dragon, moon] = row.map(days_after);
    match (spring, bright, dragon, moon) {
        // from the eve on
        (Some(-1..=2), ..) => Some("春节"),
        (_, Some(0), ..) => Some("清明节"),
        (_, _, Some(0), _) => Some("端午节"),
        (_, _, _, Some(0)) => Some("中秋节"),
        _ => None,
    }
}

//! The 15 digits of a unit grid cell and their order (GB/T 30428.1, domain notes 2.2): county 6, town 3, community 3, order 3.

use std::fmt;

use crate::geometry::{Area, Flaw};

/// A checked code of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellCode {
    community: u64,
    order: u16,
}

impl CellCode {
    /// Reads 15 digits.
    ///
    /// # Errors
    /// A flaw that says which part is wrong; the older 14-digit form is named as such.
    pub fn parse(text: &str) -> Result<CellCode, Flaw> {
        let text = text.trim();
        let flaw = |message: &str| Flaw::new("cell-code", format!("单元网格代码 {} {message}", short(text)), REMEDY);
        if text.is_empty() || !text.bytes().all(|it| it.is_ascii_digit()) {
            return Err(flaw("不全是数字"));
        }
        match text.len() {
            15 => {}
            14 => return Err(flaw("是旧式 14 位代码")),
            _ => return Err(flaw("不是 15 位")),
        }
        let number: u64 = text.parse().map_err(|_| flaw("不是 15 位"))?;
        let order = u16::try_from(number % 1000).map_err(|_| flaw("不是 15 位"))?;
        CellCode::new(number / 1000, order).ok_or_else(|| flaw("的区县、街道、社区或顺序号有一段为零"))
    }

    /// The cell of that order number (1–999) in a community of 12 digits; `None` when a part is missing.
    pub fn new(community: u64, order: u16) -> Option<CellCode> {
        let county = community / 1_000_000;
        let parts_fine =
            (110_000..=999_999).contains(&county) && !(community / 1000).is_multiple_of(1000) && !community.is_multiple_of(1000);
        (parts_fine && (1..=999).contains(&order)).then_some(CellCode { community, order })
    }

    /// Six digits of the county.
    pub fn county(self) -> String {
        format!("{:06}", self.community / 1_000_000)
    }

    /// Nine digits of the street or town.
    pub fn town(self) -> String {
        format!("{:09}", self.community / 1000)
    }

    /// Twelve digits of the community or village.
    pub fn community(self) -> String {
        format!("{:012}", self.community)
    }

    /// Number inside the community, from 1.
    pub const fn order(self) -> u16 {
        self.order
    }
}

impl fmt::Display for CellCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}{:03}", self.community, self.order)
    }
}

const REMEDY: &str = "请写成 15 位:区县 6 位、街道 3 位、社区 3 位、顺序号 3 位";

fn short(text: &str) -> String {
    text.chars().take(20).collect()
}

/// Gives the cells of one community their codes: rows from north to south, in a row from west to east. Cells belong to one row when their
/// middles differ by less than half the median height. The answer is in the order of `areas`.
///
/// # Errors
/// A flaw when the community code is wrong or holds more than 999 cells.
pub fn number_cells(community: &str, areas: &[&Area]) -> Result<Vec<CellCode>, Flaw> {
    let first = CellCode::parse(&format!("{community}001"))?;
    if areas.len() > 999 {
        return Err(Flaw::new(
            "cell-count",
            format!("社区有 {} 个单元网格,最多 999 个", areas.len()),
            "请先划分社区",
        ));
    }
    let half_row = median_height(areas) / 2;
    let mut order: Vec<usize> = (0..areas.len()).collect();
    let middle = |at: &usize| areas.get(*at).map(|it| it.bbox().center());
    order.sort_by_key(|it| (middle(it).map(|it| -it.lat()), *it));
    let mut codes = vec![first; areas.len()];
    let mut rest = order.as_mut_slice();
    let mut number = 0_u16;
    while let Some(north) = rest.first().and_then(middle) {
        let size = rest.partition_point(|it| middle(it).is_some_and(|it| north.lat() - it.lat() <= half_row));
        let (row, below) = std::mem::take(&mut rest).split_at_mut(size.max(1));
        row.sort_by_key(|it| (middle(it).map(|it| it.lon()), *it));
        for at in row {
            number += 1;
            if let Some(it) = codes.get_mut(*at) {
                it.order = number;
            }
        }
        rest = below;
    }
    Ok(codes)
}

fn median_height(areas: &[&Area]) -> i64 {
    let mut heights: Vec<i64> = areas
        .iter()
        .map(|it| it.bbox().high().lat() - it.bbox().low().lat())
        .collect();
    heights.sort_unstable();
    heights.get(heights.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::tests::board;

    #[test]
    fn reads_and_writes_codes() {
        let check = |text: &str, expected: Result<[&str; 4], &str>| match (CellCode::parse(text), expected) {
            (Ok(code), Ok([county, town, community, order])) => {
                assert_eq!(
                    [code.county(), code.town(), code.community(), code.order().to_string()],
                    [county, town, community, order]
                );
                assert_eq!(code.to_string(), text);
            }
            (Err(flaw), Err(part)) => assert!(flaw.message.contains(part), "{text}: {}", flaw.message),
            (found, expected) => panic!("{text}: {found:?}, expected {expected:?}"),
        };
        check("330781001002015", Ok(["330781", "330781001", "330781001002", "15"]));
        check("33078100100215", Err("旧式 14 位"));
        check("33078100100201", Err("旧式 14 位"));
        check("3307810010020155", Err("不是 15 位"));
        check("33078100100201x", Err("不全是数字"));
        check("", Err("不全是数字"));
        check("330781001002000", Err("有一段为零"));
        check("330781000002001", Err("有一段为零"));
        check("000781001002001", Err("有一段为零"));
    }

    #[test]
    fn numbers_rows_from_the_north_west() {
        let cells = board(2, 3);
        let turned: Vec<&Area> = cells.iter().rev().map(|it| &it.area).collect();
        let codes = number_cells("330781001001", &turned).unwrap();
        let orders: Vec<u16> = codes.iter().map(|it| it.order()).collect();
        assert_eq!(orders, [6, 5, 4, 3, 2, 1]);
        assert!(number_cells("33078100100", &turned).is_err());
        assert_eq!(number_cells("330781001001", &[]).unwrap(), []);
    }
}

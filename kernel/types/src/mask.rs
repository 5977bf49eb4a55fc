//! How sensitive values look to those who may not see them. A value of an unexpected shape shows less, never more.

use serde::{Deserialize, Serialize};

/// Surnames of two characters that are still in use.
const COMPOUND_SURNAMES: &[&str] = &[
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公羊", "公孙", "慕容", "令狐", "宇文", "长孙", "司徒", "司空",
    "端木", "夏侯", "独孤", "南宫", "西门", "东郭", "百里", "呼延", "闻人", "澹台", "淳于", "单于", "太叔", "申屠", "仲孙",
    "轩辕", "钟离", "鲜于", "闾丘", "亓官", "司寇", "子车", "颛孙", "巫马", "公西", "漆雕", "乐正", "公良", "拓跋", "夹谷",
    "宰父", "谷梁", "段干", "东门", "南门", "羊舌", "微生", "梁丘", "左丘", "赫连", "万俟", "濮阳", "公冶", "宗政", "第五",
    "欧侯",
];

/// What a value is, which decides how much of it may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaskKind {
    /// 手机 `138****1234`; 固话 the last four.
    Phone,
    /// 身份证 `222401********0020`.
    CitizenId,
    /// 身份证, first and last character only.
    CitizenIdStrict,
    /// 姓名 `张*`, `欧阳**`.
    PersonName,
    /// 银行卡 the last four.
    BankCard,
    /// 邮箱 `z***@example.cn`.
    Mail,
    /// 车牌 `吉H***12`.
    Plate,
    /// 地址 to the street or community.
    Address,
    /// Nothing is seen.
    All,
}

impl MaskKind {
    /// Every kind.
    pub const ALL: [MaskKind; 9] = [
        MaskKind::Phone,
        MaskKind::CitizenId,
        MaskKind::CitizenIdStrict,
        MaskKind::PersonName,
        MaskKind::BankCard,
        MaskKind::Mail,
        MaskKind::Plate,
        MaskKind::Address,
        MaskKind::All,
    ];

    /// The name in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            MaskKind::Phone => "phone",
            MaskKind::CitizenId => "citizen_id",
            MaskKind::CitizenIdStrict => "citizen_id_strict",
            MaskKind::PersonName => "person_name",
            MaskKind::BankCard => "bank_card",
            MaskKind::Mail => "mail",
            MaskKind::Plate => "plate",
            MaskKind::Address => "address",
            MaskKind::All => "all",
        }
    }

    /// Reads the name in files.
    pub fn parse(text: &str) -> Option<MaskKind> {
        MaskKind::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// The value as it may be shown; an empty value stays empty.
pub fn mask(kind: MaskKind, value: &str) -> String {
    let length = value.chars().count();
    match kind {
        MaskKind::Phone if length == 11 && value.starts_with('1') => ends(value, 3, 4),
        MaskKind::Phone | MaskKind::BankCard => ends(value, 0, 4),
        MaskKind::CitizenId if length == 18 => ends(value, 6, 4),
        MaskKind::CitizenId | MaskKind::CitizenIdStrict => ends(value, 1, 1),
        MaskKind::PersonName => person_name(value),
        MaskKind::Mail => mail(value),
        MaskKind::Plate => ends(value, 2, 2),
        MaskKind::Address => address(value),
        MaskKind::All => "*".repeat(length.min(6)),
    }
}

/// Keeps so many characters at both ends, unless that would be more than two thirds of the value: then nothing.
fn ends(value: &str, first: usize, last: usize) -> String {
    let length = value.chars().count();
    if 3 * (first + last) > 2 * length {
        return "*".repeat(length);
    }
    value
        .chars()
        .enumerate()
        .map(|(at, it)| if at < first || at + last >= length { it } else { '*' })
        .collect()
}

fn person_name(value: &str) -> String {
    let length = value.chars().count();
    let compound = length > 2 && COMPOUND_SURNAMES.iter().any(|it| value.starts_with(it));
    let seen = match (length, compound) {
        (0 | 1, _) => 0,
        (_, true) => 2,
        (_, false) => 1,
    };
    value
        .chars()
        .enumerate()
        .map(|(at, it)| if at < seen { it } else { '*' })
        .collect()
}

fn mail(value: &str) -> String {
    match value.split_once('@') {
        Some((name, host)) if name.chars().count() > 1 => {
            let first: String = name.chars().take(1).collect();
            format!("{first}***@{host}")
        }
        Some((_, host)) => format!("***@{host}"),
        None => "*".repeat(value.chars().count()),
    }
}

/// Up to the last town, street office, community or village before the first number; else up to the county.
fn address(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    let before_number = value.split(|it: char| it.is_numeric()).next().unwrap_or_default();
    let end_of = |words: &[&str]| {
        words
            .iter()
            .filter_map(|it| before_number.rfind(it).map(|at| at + it.len()))
            .max()
    };
    let seen = end_of(&["街道", "镇", "乡", "社区", "村"]).or_else(|| end_of(&["区", "县", "市"]));
    let (seen, hidden) = value.split_at_checked(seen.unwrap_or(0)).unwrap_or(("", value));
    if hidden.is_empty() {
        seen.to_owned()
    } else {
        format!("{seen}****")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shapes() {
        use MaskKind::*;
        for (kind, value, expected) in [
            (Phone, "13812341234", "138****1234"),
            (Phone, "05731234567", "*******4567"),
            (Phone, "12345", "*****"),
            (Phone, "", ""),
            (CitizenId, "222401198506150020", "222401********0020"),
            (CitizenId, "2224011985", "2********5"),
            (CitizenIdStrict, "222401198506150020", "2****************0"),
            (PersonName, "张三", "张*"),
            (PersonName, "张三丰", "张**"),
            (PersonName, "欧阳修文", "欧阳**"),
            (PersonName, "欧阳", "欧*"),
            (PersonName, "张", "*"),
            (BankCard, "6222020200112233445", "***************3445"),
            (Mail, "zhang@example.cn", "z***@example.cn"),
            (Mail, "z@example.cn", "***@example.cn"),
            (Mail, "zhang", "*****"),
            (Plate, "吉H3Q712", "吉H***12"),
            (Address, "澜溪县城关镇人民路12号3单元502室", "澜溪县城关镇****"),
            (Address, "城关街道清河社区5号", "城关街道清河社区****"),
            (Address, "澜溪县人民路12号", "澜溪县****"),
            (Address, "12号", "****"),
            (All, "随便什么文字都不显示", "******"),
        ] {
            assert_eq!(mask(kind, value), expected, "{kind:?} {value}");
        }
    }

    #[test]
    fn names() {
        for kind in MaskKind::ALL {
            assert_eq!(MaskKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert!(COMPOUND_SURNAMES.iter().all(|it| it.chars().count() == 2));
    }

    proptest! {
        #[test]
        fn something_is_hidden(value in "[0-9]{1,20}|\\PC{1,12}") {
            for kind in [MaskKind::Phone, MaskKind::CitizenId, MaskKind::PersonName, MaskKind::BankCard, MaskKind::Plate, MaskKind::All] {
                let stars = |it: &str| it.chars().filter(|it| *it == '*').count();
                prop_assert!(stars(&mask(kind, &value)) > 0);
            }
            let _ = (mask(MaskKind::Mail, &value), mask(MaskKind::Address, &value));
        }
    }
}

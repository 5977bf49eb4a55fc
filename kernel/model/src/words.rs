//! Words of abolished bodies and rules that may not stand on a screen any more (domain facts, section 14).

/// A dead word, what stands in its place, and the characters before it that make it another word.
struct DeadWord {
    word: &'static str,
    instead: &'static str,
    not_after: &'static [char],
}

const fn dead(word: &'static str, instead: &'static str) -> DeadWord {
    DeadWord {
        word,
        instead,
        not_after: &[],
    }
}

const DEAD_WORDS: &[DeadWord] = &[
    dead("非行政许可审批", "2015 年已取消,改为行政许可或政府内部审批"),
    dead("工商局", "市场监督管理局"),
    dead("工商行政管理", "市场监督管理"),
    DeadWord {
        word: "国税",
        instead: "税务",
        not_after: &['中', '全'],
    },
    DeadWord {
        word: "地税",
        instead: "税务",
        not_after: &['土'],
    },
    dead("计生委", "卫生健康委员会"),
    dead("计生办", "卫生健康办公室"),
    dead("质监局", "市场监督管理局"),
    dead("质量技术监督局", "市场监督管理局"),
    dead("国土局", "自然资源局"),
    dead("国土资源局", "自然资源局"),
    dead("安监局", "应急管理局"),
    dead("安全生产监督管理局", "应急管理局"),
    dead("环保局", "生态环境局"),
    dead("环境保护局", "生态环境局"),
    dead("12319", "12345"),
    dead("法人年检", "年报公示"),
    dead("组织机构代码证", "统一社会信用代码"),
    dead("拆迁", "征收"),
    dead("暂住证", "居住证"),
    dead("刑释解教", "不再使用,删去"),
    dead("红头文件", "公文"),
];

/// A dead word found in a text: where (in characters from 0), which, and the replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundWord {
    /// Characters before it.
    pub at: usize,
    /// The dead word.
    pub word: &'static str,
    /// What to write instead.
    pub instead: &'static str,
}

/// Every dead word of a text, in order.
pub fn dead_words(text: &str) -> Vec<FoundWord> {
    let mut found: Vec<FoundWord> = Vec::new();
    for it in DEAD_WORDS {
        for (at, _) in text.match_indices(it.word) {
            let before = text.get(..at).unwrap_or_default();
            if before.chars().next_back().is_some_and(|c| it.not_after.contains(&c)) {
                continue;
            }
            found.push(FoundWord {
                at: before.chars().count(),
                word: it.word,
                instead: it.instead,
            });
        }
    }
    found.sort_by_key(|it| it.at);
    found
}

#[cfg(test)]
mod tests {
    use super::dead_words;

    #[test]
    fn names_dead_words_only() {
        for (text, expected) in [
            ("市工商局与环保局联合检查", vec!["工商局", "环保局"]),
            ("中国税务", vec![]),
            ("国税大厅", vec!["国税"]),
            ("房屋拆迁公告", vec!["拆迁"]),
            ("房屋征收公告", vec![]),
        ] {
            let words: Vec<&str> = dead_words(text).iter().map(|it| it.word).collect();
            assert_eq!(words, expected, "{text}");
        }
    }
}

//! What every text goes through before it is stored, and the marks that no text may carry.

use unicode_normalization::UnicodeNormalization;

/// Text of one line: NFC, full-width digits as ASCII ones, line breaks and tabs as spaces, no control or invisible direction
/// characters, no white space at the ends.
pub fn one_line(text: &str) -> String {
    let visible = text.chars().filter_map(|it| match it {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        it => keep(it),
    });
    // Composed last, or two parts that only now stand together would stay apart.
    trimmed(visible.nfc().collect())
}

/// Text of several lines: as [`one_line`], but line breaks stay, each as `\n`.
pub fn multi_line(text: &str) -> String {
    let breaks = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let visible = breaks.chars().filter_map(|it| match it {
        '\n' => Some('\n'),
        '\t' => Some(' '),
        it => keep(it),
    });
    trimmed(visible.nfc().collect())
}

/// Codes and numbers: all full-width letters, digits and signs as ASCII, all white space gone.
pub fn code_form(text: &str) -> String {
    let half = |it: char| match it {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
        it => it,
    };
    text.chars()
        .map(half)
        .filter(|it| !it.is_whitespace())
        .filter_map(keep)
        .nfc()
        .collect()
}

/// Whether a text carries a mark of state secrecy (保守国家秘密法): `机密★1年`, a line `密级:秘密`, or a first line that is or
/// begins with the bracketed level. The mere words 秘密, 商业秘密, 工作秘密 are no mark.
pub fn secret_mark(text: &str) -> bool {
    let lines = || text.lines().map(code_form).filter(|it| !it.is_empty());
    lines().any(|it| starred(&it) || declared(&it)) || lines().next().is_some_and(|it| heads(&it))
}

const LEVELS: [&str; 3] = ["秘密", "机密", "绝密"];

/// `机密★`, `绝密*长期`; but `工作秘密★` is a level that this kind of system may hold.
fn starred(line: &str) -> bool {
    LEVELS.iter().any(|level| {
        line.match_indices(level).any(|(at, _)| {
            let (before, after) = line.split_at(at);
            let after = after.strip_prefix(level).unwrap_or_default();
            let other_secret = before.ends_with("工作") || before.ends_with("商业");
            !other_secret && (after.starts_with(['★', '☆']) || after.strip_prefix('*').is_some_and(is_term))
        })
    })
}

/// How long a level holds: `1年`, `长期`, `启用前`.
fn is_term(text: &str) -> bool {
    let after_digits = text.trim_start_matches(|it: char| it.is_ascii_digit());
    (after_digits.len() < text.len() && after_digits.starts_with(['年', '个', '月']))
        || text.starts_with("长期")
        || text.starts_with("启用前")
}

fn declared(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("密级") else {
        return false;
    };
    let rest = rest.strip_prefix("标志").unwrap_or(rest);
    let rest = rest.trim_start_matches([':', '为', '是']);
    LEVELS.iter().any(|level| rest.starts_with(level))
}

fn heads(line: &str) -> bool {
    const BRACKETS: [(char, char); 5] = [('【', '】'), ('[', ']'), ('(', ')'), ('〔', '〕'), ('〖', '〗')];
    LEVELS.iter().any(|level| {
        let bracketed = |(open, close)| {
            line.strip_prefix(open)
                .and_then(|it| it.strip_prefix(level))
                .is_some_and(|it| it.starts_with(close))
        };
        line == *level || BRACKETS.into_iter().any(bracketed)
    })
}

/// The character to store; `None` for what is neither seen nor needed.
fn keep(it: char) -> Option<char> {
    match it {
        '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(it) - 0xfee0),
        // zero-width space, word joiner, byte order mark; overrides of direction, which can hide what a text says
        '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            None
        }
        it if it.is_control() => None,
        it => Some(it),
    }
}

fn trimmed(text: String) -> String {
    let inner = text.trim();
    if inner.len() == text.len() { text } else { inner.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines() {
        let check = |input: &str, one: &str, many: &str| {
            assert_eq!(one_line(input), one);
            assert_eq!(multi_line(input), many);
        };
        check("  人民路１２号\u{3000}", "人民路12号", "人民路12号");
        check("甲\r\n乙\r丙\t丁\u{2028}戊", "甲  乙 丙 丁 戊", "甲\n乙\n丙 丁\n戊");
        check("e\u{301}\u{0}\u{7}\u{202e}x\u{feff}", "éx", "éx");
        check("ＡＢ(１)", "ＡＢ(1)", "ＡＢ(1)");
        check("👨\u{200d}👩", "👨\u{200d}👩", "👨\u{200d}👩");
        check(" \n ", "", "");
        assert_eq!(code_form(" ９１２２ ２４０１ＭＡ－x\u{200b}"), "91222401MA-x");
    }

    #[test]
    fn secret_marks() {
        for marked in [
            "机密★1年",
            "关于防汛的通知\n绝密 ★ 长期",
            "秘密★",
            "绝密*10年",
            "密级:秘密",
            "密 级：机密\n正文",
            "密级标志:绝密★启用前",
            "机密",
            "\n 秘密 \n关于某事",
            "【机密】关于某事的请示",
            "（秘密）某某表",
        ] {
            assert!(secret_mark(marked), "{marked}");
        }
        for plain in [
            "",
            "楼下餐馆泄露商业秘密",
            "举报人要求保守秘密",
            "密级:公开",
            "密级:工作秘密",
            "工作秘密★1年",
            "密级",
            "他说这是机密,我不信\n机密二字",
            "绝密计划密室逃脱店噪音扰民",
            "机密*打折",
            "【秘密花园】小区停水",
        ] {
            assert!(!secret_mark(plain), "{plain}");
        }
    }

    proptest! {
        #[test]
        fn twice_is_once(text in ".{0,40}|[\\u{0}-\\u{20}０-９a甲\\u{301}\\u{200b}]{0,20}") {
            let (one, many, code) = (one_line(&text), multi_line(&text), code_form(&text));
            prop_assert_eq!(one_line(&one), one.clone());
            prop_assert_eq!(multi_line(&many), many);
            prop_assert_eq!(code_form(&code), code);
            prop_assert!(!one.contains('\n'));
            let _ = secret_mark(&text);
        }
    }
}

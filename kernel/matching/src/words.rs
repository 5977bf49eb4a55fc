//! Likeness of two texts by pairs of letters; right for Chinese, which has no blanks between words.

use std::collections::BTreeSet;

/// Letters of a text that are looked at, so that one comparison stays cheap.
const LONGEST: usize = 2_000;
/// Texts shorter than this say too little to be compared.
const SHORTEST: usize = 4;

/// How alike two texts are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Alike {
    /// The same letters in the same order, apart from blanks, punctuation and case.
    Equal,
    /// Share of common pairs among all pairs (Jaccard), 0 to 1.
    Share(f64),
}

/// Compares two texts; a text of fewer than four letters is like nothing.
pub fn likeness_of_texts(a: &str, b: &str) -> Alike {
    Text::of(a).likeness(&Text::of(b))
}

/// A text made ready for many comparisons.
#[derive(Debug)]
pub(crate) struct Text {
    letters: Vec<char>,
    whole_length: usize,
    pairs: BTreeSet<(char, char)>,
}

impl Text {
    pub(crate) fn of(text: &str) -> Text {
        let plain = || text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase);
        let letters: Vec<char> = plain().take(LONGEST).collect();
        let pairs = letters.iter().copied().zip(letters.iter().copied().skip(1)).collect();
        Text {
            whole_length: plain().count(),
            letters,
            pairs,
        }
    }

    pub(crate) fn likeness(&self, other: &Text) -> Alike {
        if self.letters.len() < SHORTEST || other.letters.len() < SHORTEST {
            return Alike::Share(0.0);
        }
        if self.letters == other.letters && self.whole_length == other.whole_length {
            return Alike::Equal;
        }
        let common = count(self.pairs.intersection(&other.pairs).count());
        let all = count(self.pairs.len()) + count(other.pairs.len()) - common;
        Alike::Share(if all > 0.0 { common / all } else { 0.0 })
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn compares_by_pairs() {
        let check = |a: &str, b: &str, low: f64, high: f64| match likeness_of_texts(a, b) {
            Alike::Equal => panic!("{a} = {b}"),
            Alike::Share(it) => assert!((low..=high).contains(&it), "{a} / {b}: {it}"),
        };
        check("人民路井盖破损", "人民路井盖破了", 0.4, 0.8);
        check("人民路井盖破损", "小区夜间施工噪音", 0.0, 0.0);
        check("井盖", "井盖", 0.0, 0.0);
        check("", "人民路井盖破损", 0.0, 0.0);
        assert_eq!(likeness_of_texts("人民路,井盖破损。", "人民路 井盖破损"), Alike::Equal);
        let long = "某".repeat(LONGEST);
        check(&format!("{long}甲"), &format!("{long}甲乙"), 0.9, 1.0);
    }

    proptest! {
        #[test]
        fn is_symmetric_and_bounded(a in "[人民路井盖破损,。 ]{0,30}", b in "[人民路井盖破损,。 ]{0,30}") {
            prop_assert_eq!(likeness_of_texts(&a, &b), likeness_of_texts(&b, &a));
            if let Alike::Share(it) = likeness_of_texts(&a, &b) {
                prop_assert!((0.0..=1.0).contains(&it));
            }
        }
    }
}

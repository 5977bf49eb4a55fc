//! The nearest known word to a mistyped one.

/// The candidate that differs least, if it differs little enough to be a slip of the hand.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().take(64).collect();
    let allowed = (letters.len() / 3).clamp(1, 3);
    known
        .into_iter()
        .filter(|it| *it != word)
        .map(|it| (distance(&letters, it), it))
        .filter(|(far, _)| *far <= allowed)
        .min()
        .map(|(_, it)| it)
}

/// A remedy that names the nearest known word, or else lists what is known.
pub(crate) fn remedy<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(it) = nearest(word, known.clone()) {
        return format!("是不是 `{it}`?");
    }
    let mut all: Vec<&str> = known.into_iter().collect();
    all.sort_unstable();
    let total = all.len();
    all.truncate(12);
    match (all.is_empty(), total > all.len()) {
        (true, _) => "这里没有可用的名称,请删去".to_owned(),
        (false, true) => format!("可用的有 {} 等 {total} 个", all.join("、")),
        (false, false) => format!("可用的有 {}", all.join("、")),
    }
}

/// Edits between two words: insertion, deletion, replacement, swap of neighbours.
fn distance(left: &[char], right: &str) -> usize {
    let right: Vec<char> = right.chars().take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let replaced = at(&last, j) + usize::from(a != b);
            let mut best = replaced.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && left.get(i - 1) == Some(b) && right.get(j - 1) == Some(a);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    at(&last, right.len())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_slips_but_not_other_words() {
        let known = ["required", "reference", "max", "min", "dictionary"];
        for (word, expected) in [
            ("requried", Some("required")),
            ("dictonary", Some("dictionary")),
            ("maxx", Some("max")),
            ("mxa", Some("max")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}

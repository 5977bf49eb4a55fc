//! Sizes: a file over 600 lines needs a reason, over 1,000 there is none, and the median stays small.
//! Functions over 100 lines are clippy's.

use super::{generated, list};
use crate::finding::Finding;
use crate::tree::{Source, Tree};

const REASONS: &str = "tools/xtask/sizes.txt";
const NEEDS_REASON: usize = 600;
const LIMIT: usize = 1_000;
const MEDIAN: usize = 200;

/// Checks the sizes of Rust, TypeScript and Vue files that are written by hand.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let reasons = list::entries(tree, REASONS);
    let made: Vec<&str> = generated::entries(tree).iter().map(|it| it.path).collect();
    let mut findings = Vec::new();
    let mut rust: Vec<usize> = Vec::new();
    for source in tree
        .files
        .iter()
        .filter(|it| is_code(it) && !made.contains(&it.path.as_str()))
    {
        let n_lines = source.text.lines().count();
        if source.extension() == "rs" {
            rust.push(n_lines);
        }
        let reasoned = reasons.iter().any(|it| it.key == source.path && !it.rest.is_empty());
        if n_lines > LIMIT {
            findings.push(Finding::new(
                &source.path,
                1,
                format!("{n_lines} lines, over {LIMIT}"),
                "split it by verb",
            ));
        } else if n_lines > NEEDS_REASON && !reasoned {
            let remedy = format!("split it, or say why not in {REASONS}");
            findings.push(Finding::new(
                &source.path,
                1,
                format!("{n_lines} lines, over {NEEDS_REASON}"),
                remedy,
            ));
        }
    }
    for it in &reasons {
        if tree
            .find(it.key)
            .is_none_or(|source| source.text.lines().count() <= NEEDS_REASON)
        {
            let what = format!("`{}` is not over {NEEDS_REASON} lines (any more)", it.key);
            findings.push(Finding::new(REASONS, it.line, what, "remove the line"));
        }
    }
    findings.extend(median(rust));
    findings
}

fn is_code(source: &Source) -> bool {
    matches!(source.extension(), "rs" | "ts" | "vue")
}

fn median(mut sizes: Vec<usize>) -> Option<Finding> {
    sizes.sort_unstable();
    let middle = *sizes.get(sizes.len() / 2)?;
    let what = format!("the median Rust file has {middle} lines, not under {MEDIAN}");
    (middle >= MEDIAN).then(|| Finding::new(REASONS, 1, what, "split the larger half"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_sizes(files: &[(&str, usize)], reasons: &str, expected: &[&str]) {
        let texts: Vec<(&str, String)> = files.iter().map(|(path, n)| (*path, "x\n".repeat(*n))).collect();
        let mut all: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        all.push((REASONS, reasons));
        let found: Vec<String> = check(&Tree::of(&all))
            .iter()
            .map(|it| format!("{} {}", it.file, it.what))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn long_files_need_a_reason_and_very_long_ones_fail() {
        let small = ("a.rs", 10);
        check_sizes(&[small, ("b.ts", 600)], "", &[]);
        check_sizes(&[small, ("b.ts", 601)], "", &["b.ts 601 lines, over 600"]);
        check_sizes(&[small, ("b.ts", 601)], "b.ts one table\n", &[]);
        check_sizes(
            &[small, ("b.vue", 1001)],
            "b.vue one table\n",
            &["b.vue 1001 lines, over 1000"],
        );
    }

    #[test]
    fn a_reason_for_a_short_file_is_stale() {
        check_sizes(
            &[("a.rs", 10)],
            "a.rs because\n",
            &["tools/xtask/sizes.txt `a.rs` is not over 600 lines (any more)"],
        );
    }

    #[test]
    fn the_median_is_watched() {
        let what = "tools/xtask/sizes.txt the median Rust file has 200 lines, not under 200";
        check_sizes(&[("a.rs", 10), ("b.rs", 200), ("c.rs", 300)], "", &[what]);
        check_sizes(&[("a.rs", 10), ("b.rs", 199), ("c.rs", 300)], "", &[]);
    }
}

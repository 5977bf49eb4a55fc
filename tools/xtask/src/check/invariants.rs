//! The list of invariants names tests and checks that exist.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::tree::Tree;

const PAGE: &str = "docs/invariants.md";

/// Looks for every test and check that the list names.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.find(PAGE) else {
        return vec![Finding::new(PAGE, 1, "is missing", "the list of invariants stands there")];
    };
    let tests: BTreeSet<&str> = tree
        .files
        .iter()
        .filter(|it| it.extension() == "rs")
        .flat_map(|it| it.lines())
        .filter_map(|(_, line)| {
            line.trim_start()
                .trim_start_matches("async ")
                .strip_prefix("fn ")?
                .split('(')
                .next()
        })
        .collect();
    let mut findings = Vec::new();
    for (number, line) in page.lines().filter(|(_, line)| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [n, _, named, checks, later] = cells.as_slice() else {
            findings.push(Finding::new(PAGE, number, "has not five columns", "write it like the others"));
            continue;
        };
        if n.parse::<u8>().is_err() {
            continue;
        }
        if named.is_empty() && checks.is_empty() && later.is_empty() {
            findings.push(Finding::new(
                PAGE,
                number,
                "names nothing that watches the rule",
                "name a test, a check or what is missing",
            ));
        }
        for test in named.split('`').filter(|it| !it.trim().is_empty() && !tests.contains(it)) {
            findings.push(Finding::new(
                PAGE,
                number,
                format!("names `{test}`, which is no test"),
                "name the test of today",
            ));
        }
        for check in checks.split(' ').filter(|it| !it.is_empty()) {
            if tree.find(&format!("tools/xtask/src/check/{check}.rs")).is_none() {
                findings.push(Finding::new(
                    PAGE,
                    number,
                    format!("names {check}, which is no check"),
                    "name a file of tools/xtask/src/check",
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(row: &str) -> usize {
        let page = format!("| n | rule | tests | checks | not yet |\n|---|---|---|---|---|\n{row}\n");
        let files = [
            (PAGE, page.as_str()),
            ("kernel/a/tests/it/b.rs", "async fn it_holds() {}\n"),
            ("tools/xtask/src/check/pure.rs", ""),
        ];
        check(&Tree::of(&files)).len()
    }

    #[test]
    fn names_that_exist_pass_and_others_are_found() {
        assert_eq!(found("| 1 | a rule | `it_holds` | pure | |"), 0);
        assert_eq!(found("| 1 | a rule | | | later |"), 0);
        assert_eq!(found("| 1 | a rule | | | |"), 1);
        assert_eq!(found("| 1 | a rule | `it_fails` | impure | |"), 2);
        assert_eq!(found("| 1 | a rule |"), 1);
    }
}

//! Every YAML file of an app or an overlay says its format version first.

use crate::finding::Finding;
use crate::tree::Tree;

/// Finds YAML files under `apps/` and `overlays/` whose first key is not `format: 1`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.under("apps/").chain(tree.under("overlays/")) {
        if !matches!(source.extension(), "yaml" | "yml") {
            continue;
        }
        let first = source
            .lines()
            .find(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        let (line, text) = first.unwrap_or((1, ""));
        if text.split('#').next().map(str::trim_end) != Some("format: 1") {
            findings.push(Finding::new(
                &source.path,
                line,
                "does not start with its format",
                "write `format: 1` as the first line",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_file(path: &str, text: &str, expected: &[usize]) {
        let found: Vec<usize> = check(&Tree::of(&[(path, text)])).iter().map(|it| it.line).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_first_key_is_the_format() {
        check_file("apps/a/app.yaml", "# an app\nformat: 1   # the first\napp: a\n", &[]);
        check_file("apps/a/app.yaml", "# an app\napp: a\nformat: 1\n", &[2]);
        check_file("overlays/a/seed/user.yml", "", &[1]);
        check_file("overlays/a/b.yaml", "format: 2\n", &[1]);
        check_file("docs/b.yaml", "x: 2\n", &[]);
    }
}

//! Versions of dependencies stand once, in the workspace's table.

use crate::finding::Finding;
use crate::tree::{Source, Tree};

/// Finds dependencies of member crates that state their own version or path.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let members = tree
        .files
        .iter()
        .filter(|it| it.name() == "Cargo.toml" && it.path != "Cargo.toml");
    members.flat_map(check_manifest).collect()
}

fn check_manifest(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut section = Section::Other;
    for (line, text) in source.lines() {
        let text = text.split('#').next().unwrap_or(text).trim();
        if let Some(name) = text.strip_prefix('[') {
            section = Section::of(name.trim_end_matches(']'));
            if let Section::OneDependency = section {
                findings.push(own_version(source, line, name.trim_end_matches(']')));
            }
        } else if let (Section::Dependencies, Some((name, value))) = (&section, text.split_once('=')) {
            let inherits = name.trim().ends_with(".workspace") || value.replace(' ', "").contains("workspace=true");
            if !inherits {
                findings.push(own_version(source, line, name.trim()));
            }
        }
    }
    findings
}

enum Section {
    Dependencies,
    OneDependency,
    Other,
}

impl Section {
    fn of(name: &str) -> Section {
        let mut parts = name.rsplit('.');
        let is_table = |it: Option<&str>| it.is_some_and(|it| it.ends_with("dependencies"));
        if is_table(parts.next()) {
            Section::Dependencies
        } else if is_table(parts.next()) {
            Section::OneDependency
        } else {
            Section::Other
        }
    }
}

fn own_version(source: &Source, line: usize, name: &str) -> Finding {
    let what = format!("`{name}` does not come from the workspace's table");
    Finding::new(
        &source.path,
        line,
        what,
        "write `NAME.workspace = true` and the version in the root Cargo.toml",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, expected: &[usize]) {
        let found: Vec<usize> = check(&Tree::of(&[("kernel/a/Cargo.toml", text)]))
            .iter()
            .map(|it| it.line)
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn inherited_dependencies_pass() {
        check_text(
            "[package]\nversion = \"1\"\n[dependencies]\na.workspace = true\nb = { workspace = true, features = [] }\n",
            &[],
        );
        check_text("[dependencies]\n# a = \"1\"\n\n[lints]\nx = 1\n", &[]);
    }

    #[test]
    fn own_versions_and_paths_fail_in_every_table() {
        check_text("[dependencies]\na = \"1\"\nb = { path = \"../b\" }\n", &[2, 3]);
        check_text("[dev-dependencies]\na = \"1\"\n", &[2]);
        check_text("[target.'cfg(unix)'.build-dependencies]\na = \"1\"\n", &[2]);
        check_text("[dependencies.a]\nversion = \"1\"\n", &[1]);
        assert_eq!(
            check(&Tree::of(&[("Cargo.toml", "[workspace.dependencies]\na = \"1\"\n")])),
            []
        );
    }
}

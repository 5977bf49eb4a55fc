//! What no file may name: paths of one machine, and the hosts of package registries.

use crate::finding::Finding;
use crate::tree::{Source, Tree};

// Put together from halves, so that this file does not find itself.
const PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
const HOSTS: [&str; 6] = [
    concat!("crates", ".io"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("deb.debian", ".org"),
];
/// Package clients write their source into these themselves.
const EXEMPT: [&str; 2] = ["Cargo.lock", "package-lock.json"];

/// Finds them in every text file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .filter(|it| !EXEMPT.contains(&it.name()))
        .flat_map(check_file)
        .collect()
}

fn check_file(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in source.lines() {
        if let Some(path) = PATHS.iter().find(|it| names_path(text, it)) {
            let what = format!("names a path of one machine (`{path}`)");
            findings.push(Finding::new(
                &source.path,
                line,
                what,
                "take it from the environment, or say it relative to the root",
            ));
        }
        if let Some(host) = HOSTS.iter().find(|it| text.contains(*it)) {
            let what = format!("names a package registry (`{host}`)");
            findings.push(Finding::new(&source.path, line, what, "leave it to the configured client"));
        }
    }
    findings
}

/// Whether an absolute path starts here, as opposed to a folder of that name in the middle of one.
fn names_path(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        !before.is_some_and(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-' | '~' | '*' | '}'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, expected: usize) {
        assert_eq!(check(&Tree::of(&[("docs/a.md", text)])).len(), expected, "{text}");
    }

    #[test]
    fn machine_paths_and_registries_are_found() {
        let [first, second, third] = PATHS;
        check_text(&format!("cd {first}main"), 1);
        check_text(&format!("\"{second}.cache\"\nx={third}me"), 2);
        check_text(&format!("see https://{}/x", HOSTS[0]), 1);
    }

    #[test]
    fn folders_inside_other_paths_are_not() {
        check_text(&format!("web{}x and ..{}y", PATHS[0], PATHS[2]), 0);
        let lock = ("Cargo.lock", HOSTS[0]);
        assert_eq!(check(&Tree::of(&[lock])), []);
    }
}

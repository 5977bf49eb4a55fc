//! Arrows between crates point one way, as `tools/xtask/arrows.txt` states.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::list;
use crate::finding::Finding;
use crate::tree::Tree;

const LIST: &str = "tools/xtask/arrows.txt";

/// Compares the list with the edges that cargo sees.
pub fn check(root: &Path, tree: &Tree) -> Result<Vec<Finding>> {
    let (arrows, mut findings) = Arrows::parse(tree);
    let crates = crates(root, &metadata(root)?)?;
    findings.extend(judge(tree, &arrows, &crates));
    Ok(findings)
}

/// A crate and the crates of this repository that it names.
struct Crate {
    folder: String,
    edges: Vec<Edge>,
}

struct Edge {
    /// Name of the crate as in the manifest.
    name: String,
    /// Folder of the crate.
    target: String,
    /// A dev-dependency.
    for_tests: bool,
}

/// What the list says.
#[derive(Default)]
struct Arrows {
    /// Folder to the targets it names directly; `kernel/*` stands for all there.
    direct: BTreeMap<String, Vec<String>>,
    /// Target to the only folders that may name it.
    only: BTreeMap<String, Vec<String>>,
    /// Targets for tests only, and the folders that may name them all the same.
    dev_only: BTreeMap<String, Vec<String>>,
}

impl Arrows {
    fn parse(tree: &Tree) -> (Arrows, Vec<Finding>) {
        let mut arrows = Arrows::default();
        let mut findings = Vec::new();
        for entry in list::entries(tree, LIST) {
            match (entry.key, entry.rest.split_once(':'), entry.rest.strip_prefix("->")) {
                ("only", Some((name, folders)), _) => {
                    arrows
                        .only
                        .insert(folder(name.trim()), folders.split_whitespace().map(folder).collect());
                }
                ("dev-only", harness, None) => {
                    let (name, folders) = harness.unwrap_or((entry.rest, ""));
                    arrows
                        .dev_only
                        .insert(folder(name.trim()), folders.split_whitespace().map(folder).collect());
                }
                (from, _, Some(targets)) => {
                    arrows
                        .direct
                        .insert(folder(from), targets.split_whitespace().map(folder).collect());
                }
                _ => findings.push(Finding::new(LIST, entry.line, "is not an arrow", "write `FOLDER -> TARGETS`")),
            }
        }
        (arrows, findings)
    }

    /// All that a folder may name: its targets, and all that those may use.
    fn reach(&self, from: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<String> = self.direct.get(from).cloned().unwrap_or_default();
        while let Some(target) = open.pop() {
            if let Some(prefix) = target.strip_suffix('*') {
                open.extend(self.direct.keys().filter(|it| it.starts_with(prefix) && *it != from).cloned());
            } else if reached.insert(target.clone()) {
                open.extend(self.direct.get(&target).into_iter().flatten().cloned());
            }
        }
        reached
    }

    /// Why an edge is not allowed, or nothing.
    fn objection(&self, from: &str, edge: &Edge) -> Option<String> {
        let target = &edge.target;
        if edge.for_tests {
            return None;
        }
        if self.dev_only.get(target).is_some_and(|but| !but.iter().any(|it| it == from)) {
            return Some(format!("`{target}` is for tests only"));
        }
        if let Some(folders) = self.only.get(target)
            && !folders.iter().any(|it| it == from)
        {
            return Some(format!("`{target}` is named only by {}", folders.join(", ")));
        }
        (!self.reach(from).contains(target)).then(|| format!("no arrow leads from `{from}` to `{target}`"))
    }
}

/// A bare name is a folder under `kernel/`, one with a slash at its end stands at the top.
fn folder(name: &str) -> String {
    if let Some(top) = name.strip_suffix('/') {
        top.to_owned()
    } else if name.contains('/') {
        name.to_owned()
    } else {
        format!("kernel/{name}")
    }
}

fn judge(tree: &Tree, arrows: &Arrows, crates: &[Crate]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for it in crates {
        let manifest = format!("{}/Cargo.toml", it.folder);
        if !arrows.direct.contains_key(&it.folder) {
            let what = format!("the crate's folder has no line in {LIST}");
            findings.push(Finding::new(&manifest, 1, what, "add the folder with its arrows there"));
            continue;
        }
        for edge in &it.edges {
            if let Some(what) = arrows.objection(&it.folder, edge) {
                let line = line_of(tree, &manifest, &edge.name);
                findings.push(Finding::new(
                    &manifest,
                    line,
                    what,
                    format!("go through a crate it may use, or change {LIST}"),
                ));
            }
        }
    }
    findings
}

fn line_of(tree: &Tree, manifest: &str, name: &str) -> usize {
    let starts = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    tree.find(manifest)
        .and_then(|it| it.lines().find(|(_, line)| starts(line)))
        .map_or(1, |(number, _)| number)
}

fn metadata(root: &Path) -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("starting `cargo metadata`")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).context("reading what `cargo metadata` printed")
}

fn crates(root: &Path, metadata: &Value) -> Result<Vec<Crate>> {
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("`cargo metadata` printed no packages")?;
    packages
        .iter()
        .map(|package| {
            let manifest = text(package, "manifest_path").context("a package without manifest")?;
            let folder = Path::new(manifest).parent().context("a manifest without folder")?;
            let dependencies = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
            Ok(Crate {
                folder: relative(root, folder),
                edges: dependencies.filter_map(|it| edge(root, it)).collect(),
            })
        })
        .collect()
}

fn edge(root: &Path, dependency: &Value) -> Option<Edge> {
    let path = text(dependency, "path")?;
    let name = text(dependency, "rename").or_else(|| text(dependency, "name"))?;
    let for_tests = text(dependency, "kind") == Some("dev");
    Some(Edge {
        name: name.to_owned(),
        target: relative(root, Path::new(path)),
        for_tests,
    })
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARROWS: &str = "\
kernel/types ->
kernel/model -> types
kernel/store -> types model
kernel/records -> store
kernel/space -> records
kernel/testkit -> kernel/*
server/api -> kernel/*
bench/ -> kernel/*
only store: records testkit
dev-only testkit: bench/
";

    /// An edge is `from to` or `from to dev`; expected are `line what`.
    fn check_edges(edges: &[&str], expected: &[&str]) {
        let packages: Vec<Value> = edges
            .iter()
            .map(|edge| {
                let mut words = edge.split(' ');
                let (from, to, kind) = (words.next().unwrap(), words.next().unwrap(), words.next());
                serde_json::json!({"manifest_path": format!("/r/{from}/Cargo.toml"), "dependencies": [
                    {"name": "serde", "path": null, "kind": null},
                    {"name": "it", "path": format!("/r/{to}"), "kind": kind},
                ]})
            })
            .collect();
        let manifest = "[dependencies]\nit.workspace = true\n";
        let paths: Vec<String> = edges
            .iter()
            .map(|it| format!("{}/Cargo.toml", it.split(' ').next().unwrap()))
            .collect();
        let mut files: Vec<(&str, &str)> = paths.iter().map(|it| (it.as_str(), manifest)).collect();
        files.push((LIST, ARROWS));
        let tree = Tree::of(&files);
        let (arrows, mut findings) = Arrows::parse(&tree);
        let crates = crates(Path::new("/r"), &serde_json::json!({"packages": packages})).unwrap();
        findings.extend(judge(&tree, &arrows, &crates));
        let found: Vec<String> = findings.iter().map(|it| format!("{} {}", it.line, it.what)).collect();
        assert_eq!(found, expected, "{edges:?}");
    }

    #[test]
    fn direct_and_included_arrows_pass() {
        check_edges(
            &[
                "kernel/model kernel/types",
                "kernel/space kernel/records",
                "kernel/space kernel/types",
            ],
            &[],
        );
        check_edges(&["server/api kernel/space", "kernel/testkit kernel/store"], &[]);
    }

    #[test]
    fn an_edge_without_arrow_fails() {
        check_edges(
            &["kernel/model kernel/records"],
            &["2 no arrow leads from `kernel/model` to `kernel/records`"],
        );
        check_edges(
            &["kernel/types server/api"],
            &["2 no arrow leads from `kernel/types` to `server/api`"],
        );
    }

    #[test]
    fn the_store_is_named_by_few_even_where_an_arrow_includes_it() {
        check_edges(
            &["kernel/space kernel/store"],
            &["2 `kernel/store` is named only by kernel/records, kernel/testkit"],
        );
        check_edges(
            &["server/api kernel/store"],
            &["2 `kernel/store` is named only by kernel/records, kernel/testkit"],
        );
    }

    #[test]
    fn tests_may_name_anything_but_only_tests_may_name_the_test_kit() {
        check_edges(&["kernel/model kernel/records dev", "kernel/model kernel/testkit dev"], &[]);
        check_edges(&["server/api kernel/testkit"], &["2 `kernel/testkit` is for tests only"]);
        check_edges(&["bench kernel/testkit", "bench kernel/records"], &[]);
    }

    #[test]
    fn a_folder_without_a_line_and_a_line_that_is_no_arrow_are_found() {
        check_edges(
            &["kernel/new kernel/types"],
            &["1 the crate's folder has no line in tools/xtask/arrows.txt"],
        );
        let (_, findings) = Arrows::parse(&Tree::of(&[(LIST, "kernel/types types\n")]));
        assert_eq!(findings.len(), 1);
    }
}

//! Who stands above and below whom. A circle in the data ends the walk instead of going round.

use std::collections::{HashMap, HashSet};

/// A tree by keys.
#[derive(Debug, Default)]
pub(super) struct Tree {
    parents: HashMap<String, Option<String>>,
    children: HashMap<String, Vec<String>>,
}

impl Tree {
    /// From keys with the key above each, in official order.
    pub(super) fn of<'a>(nodes: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Tree {
        let mut tree = Tree::default();
        for (key, parent) in nodes {
            tree.parents.insert(key.to_owned(), parent.map(str::to_owned));
            if let Some(parent) = parent {
                tree.children.entry(parent.to_owned()).or_default().push(key.to_owned());
            }
        }
        tree
    }

    /// The key and those above it.
    pub(super) fn path(&self, key: &str) -> Vec<String> {
        let mut path: Vec<String> = Vec::new();
        let mut at = Some(key);
        while let Some(key) = at.filter(|key| !path.iter().any(|it| it == key)) {
            let Some(parent) = self.parents.get(key) else { break };
            path.push(key.to_owned());
            at = parent.as_deref();
        }
        path
    }

    /// The key and those below it, each before those below itself.
    pub(super) fn below(&self, key: &str) -> Vec<String> {
        let mut all = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        let mut open = vec![key];
        while let Some(key) = open.pop() {
            if self.parents.contains_key(key) && seen.insert(key) {
                all.push(key.to_owned());
                open.extend(self.children.get(key).into_iter().flatten().rev().map(String::as_str));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_both_ways_and_survives_a_circle() {
        let nodes = [
            ("a", None),
            ("b", Some("a")),
            ("d", Some("b")),
            ("c", Some("a")),
            ("x", Some("y")),
            ("y", Some("x")),
            ("z", Some("gone")),
        ];
        let tree = Tree::of(nodes.into_iter());
        let check = |key: &str, path: &[&str], below: &[&str]| {
            assert_eq!(tree.path(key), path, "{key}");
            assert_eq!(tree.below(key), below, "{key}");
        };
        check("a", &["a"], &["a", "b", "d", "c"]);
        check("d", &["d", "b", "a"], &["d"]);
        check("x", &["x", "y"], &["x", "y"]);
        check("z", &["z"], &["z"]);
        check("nobody", &[], &[]);
    }
}

//! The requirement graph: who needs whom, in which order, and that nobody needs himself.

use std::collections::HashMap;

use roxmltree::Node as Element;

use super::xml::{Reader, child, children};

/// The ids that an element requires, by the name of the reference.
pub(super) fn required<'d>(
    element: Element<'d, 'd>,
    requirement: &'static str,
    reference: &'static str,
) -> impl Iterator<Item = (Element<'d, 'd>, &'d str)> {
    children(element, requirement).filter_map(move |it| {
        let target = child(it, reference)?;
        let href = target.attribute("href")?;
        Some((target, href.rsplit_once('#').map_or(href, |it| it.1)))
    })
}

impl<'d> Reader<'d> {
    /// The indices of what elements require among themselves; unknown ids are reported.
    pub(super) fn edges(
        &mut self,
        elements: &[Element<'d, 'd>],
        requirement: &'static str,
        reference: &'static str,
        ids: &HashMap<&str, usize>,
    ) -> Vec<Vec<usize>> {
        elements
            .iter()
            .map(|it| self.targets(*it, requirement, reference, ids))
            .collect()
    }

    /// The indices of what one element requires.
    pub(super) fn targets(
        &mut self,
        element: Element<'d, 'd>,
        requirement: &'static str,
        reference: &'static str,
        ids: &HashMap<&str, usize>,
    ) -> Vec<usize> {
        let mut targets = Vec::new();
        for (at, id) in required(element, requirement, reference) {
            match ids.get(id) {
                Some(it) => targets.push(*it),
                None => self.error(
                    "unknown-requirement",
                    at,
                    format!("引用的“{id}”不在这个文件里"),
                    "改正 href,或补上被引用的元素;不支持引用别的文件",
                ),
            }
        }
        targets
    }

    /// Orders elements so that each comes after those it requires; cycles are reported.
    pub(super) fn order(&mut self, elements: &[Element<'d, 'd>], edges: &[Vec<usize>]) -> Vec<usize> {
        let mut waiting: Vec<usize> = edges.iter().map(Vec::len).collect();
        let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); elements.len()];
        for (at, targets) in edges.iter().enumerate() {
            for target in targets {
                dependents.get_mut(*target).into_iter().for_each(|it| it.push(at));
            }
        }
        let mut order: Vec<usize> = waiting
            .iter()
            .enumerate()
            .filter(|(_, n)| **n == 0)
            .map(|(at, _)| at)
            .collect();
        let mut next = 0;
        while let Some(at) = order.get(next).copied() {
            next += 1;
            for dependent in dependents.get(at).into_iter().flatten() {
                if let Some(left) = waiting.get_mut(*dependent) {
                    *left -= 1;
                    if *left == 0 {
                        order.push(*dependent);
                    }
                }
            }
        }
        if let Some(element) = waiting.iter().position(|left| *left > 0).and_then(|it| elements.get(it)) {
            let name = element.attribute("name").unwrap_or("").to_owned();
            self.error(
                "requirement-cycle",
                *element,
                format!("“{name}”直接或间接依赖自己"),
                "去掉循环的依赖",
            );
        }
        order
    }
}

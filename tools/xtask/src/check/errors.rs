//! Every error code has a help page, and every help page a code.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::tree::{Source, Tree};

const CODES: &str = "kernel/types/src/fault.rs";
const PAGES: &str = "docs/errors/";

/// Compares the codes with the pages.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(source) = tree.find(CODES) else {
        return vec![Finding::new(CODES, 1, "is missing", "the error codes are declared there")];
    };
    let codes = codes(source);
    let mut findings = Vec::new();
    if codes.is_empty() {
        findings.push(Finding::new(
            CODES,
            1,
            "has no list `codes! { Variant \"code\" \"title\", .. }`",
            "keep that form",
        ));
    }
    for (code, (line, title)) in &codes {
        let path = format!("{PAGES}{code}.md");
        let heading = format!("# {code} {title}");
        match tree.find(&path) {
            None => findings.push(Finding::new(
                CODES,
                *line,
                format!("`{code}` has no help page"),
                format!("write {path}"),
            )),
            Some(page) if page.text.lines().next() != Some(heading.as_str()) => {
                let remedy = format!("the first line is `{heading}`");
                findings.push(Finding::new(path, 1, "has another heading than the code's title", remedy));
            }
            Some(_) => {}
        }
    }
    for page in tree
        .under(PAGES)
        .filter(|it| it.extension() == "md" && it.name() != "README.md")
    {
        if !codes.contains_key(page.name().trim_end_matches(".md")) {
            findings.push(Finding::new(
                &page.path,
                1,
                "is a page of no code",
                format!("remove it or add the code to {CODES}"),
            ));
        }
    }
    findings
}

/// Code to line and title.
fn codes(source: &Source) -> BTreeMap<&str, (usize, &str)> {
    let list = source
        .lines()
        .skip_while(|(_, line)| line.trim() != "codes! {")
        .take_while(|(_, line)| line.trim() != "}");
    list.filter_map(|(number, line)| {
        let mut parts = line.trim().split('"');
        let variant = parts.next()?.trim();
        let (code, _, title) = (parts.next()?, parts.next()?, parts.next()?);
        variant
            .starts_with(|it: char| it.is_ascii_uppercase())
            .then_some((code, (number, title)))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAULT: (&str, &str) = (
        CODES,
        "macro\ncodes! {\n    NotFound \"not-found\" \"没有找到\",\n    // the next code goes here\n}\n",
    );

    fn check_pages(pages: &[(&str, &str)], expected: &[&str]) {
        let mut all = vec![FAULT];
        all.extend_from_slice(pages);
        let found: Vec<String> = check(&Tree::of(&all))
            .iter()
            .map(|it| format!("{}:{}", it.file, it.line))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn codes_and_pages_match() {
        check_pages(
            &[
                ("docs/errors/not-found.md", "# not-found 没有找到\n"),
                ("docs/errors/README.md", "x"),
            ],
            &[],
        );
    }

    #[test]
    fn a_code_without_page_a_page_without_code_and_a_wrong_heading_are_found() {
        check_pages(&[], &["kernel/types/src/fault.rs:3"]);
        let good = ("docs/errors/not-found.md", "# not-found 没有找到\n");
        check_pages(&[good, ("docs/errors/gone.md", "# gone")], &["docs/errors/gone.md:1"]);
        check_pages(
            &[("docs/errors/not-found.md", "# not-found 找不到\n")],
            &["docs/errors/not-found.md:1"],
        );
    }

    #[test]
    fn a_list_in_another_form_is_not_silently_empty() {
        assert_eq!(check(&Tree::of(&[(CODES, "enum Code {}\n")])).len(), 1);
        assert_eq!(check(&Tree::of(&[])).len(), 1);
    }
}

//! What is read is written back: every element, attribute, extension and diagram.

use std::collections::BTreeMap;
use std::path::PathBuf;

use yiwang_bpmn::xml::{self, Element, Item};
use yiwang_bpmn::{Definitions, parse, write};
use yiwang_types::Severity;

use crate::seven_steps;

/// A tree without what XML calls insignificant: attribute order, prefixes, where a thing stood.
#[derive(Debug, PartialEq)]
enum Canonical {
    Element {
        name: (Option<String>, String),
        attributes: BTreeMap<(Option<String>, String), String>,
        children: Vec<Canonical>,
    },
    Text(String),
    Other(String),
}

fn canonical(element: &Element) -> Canonical {
    let children = element.children.iter().map(|it| match it {
        Item::Element(element) => canonical(element),
        Item::Text(text, _) => Canonical::Text(text.clone()),
        Item::Comment(text) => Canonical::Other(text.clone()),
        Item::Instruction(target, value) => Canonical::Other(format!("{target} {value:?}")),
    });
    Canonical::Element {
        name: (element.namespace.clone(), element.name.clone()),
        attributes: element
            .attributes
            .iter()
            .map(|it| ((it.namespace.clone(), it.name.clone()), it.value.clone()))
            .collect(),
        children: children.collect(),
    }
}

fn check(text: &str) -> Definitions {
    let (definitions, problems) = parse(text, "file.bpmn");
    let errors: Vec<_> = problems.iter().filter(|it| it.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let definitions = definitions.expect("a drawing");
    let written = write(&definitions);
    let again = xml::read(&written).unwrap_or_else(|it| panic!("{it:?}\n{written}"));
    assert_eq!(canonical(&again.root), canonical(&definitions.document.root));
    // Against an independent reader of the source, so that a loss while reading shows as well.
    let source = roxmltree::Document::parse(text).expect("XML");
    let target = roxmltree::Document::parse(&written).expect("XML");
    let tags = |document: &roxmltree::Document<'_>| -> Vec<String> {
        document
            .descendants()
            .map(|it| {
                let mut attributes: Vec<String> = it
                    .attributes()
                    .map(|it| format!("{{{}}}{}={}", it.namespace().unwrap_or(""), it.name(), it.value()))
                    .collect();
                attributes.sort();
                let text = if it.is_element() { "" } else { it.text().unwrap_or("") };
                format!(
                    "{:?} {:?} {} {attributes:?}",
                    it.node_type(),
                    it.tag_name(),
                    text.trim_end_matches('\n')
                )
            })
            .collect()
    };
    assert_eq!(tags(&source), tags(&target));
    assert_eq!(
        write(&parse(&written, "file.bpmn").0.expect("a drawing")),
        written,
        "the second time changes nothing"
    );
    definitions
}

#[test]
fn own_files() {
    let definitions = check(seven_steps::FILE);
    assert_eq!(definitions.processes.len(), 1);
    assert!(write(&definitions).contains("modeler:executionPlatform=\"Camunda Cloud\""));
}

#[test]
fn corners_of_xml() {
    let head = r#"xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:a="urn:a""#;
    for inside in [
        r#"<process id="p" name="&quot;甲&quot; &lt;乙&gt; &amp; &#xA;&#x9;&#xD; 丙"/>"#,
        "<process id='p'><documentation>a &lt; b &amp;&amp; c ]]&gt; &#xD;\n<![CDATA[<x> & y]]></documentation></process>",
        r#"<process id="p"><extensionElements><plain xmlns="" b="1"><deeper/></plain><a:x a:y="1" y="2"/></extensionElements></process>"#,
        r#"<process id="p"><extensionElements><a:x xmlns:a="urn:b" a:y="1"><a:z/></a:x></extensionElements></process>"#,
        r#"<process id="p"><extensionElements><x xmlns="urn:c" xmlns:c="urn:c" c:y="1" xml:lang="zh"/></extensionElements></process>"#,
        "<!-- 说明 --><?tool keep this?><process id=\"p\"/>",
    ] {
        check(&format!(
            "<!-- before --><definitions {head}>{inside}</definitions><!-- after -->"
        ));
    }
}

#[test]
fn reference_models_of_the_interchange_group() {
    let base = std::env::var_os("YIWANG_TESTDATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if !base.is_dir() {
        println!(
            "left out: {} is absent, so the six bpmn-miwg files were not read",
            base.display()
        );
        return;
    }
    let expected = [
        ("A.1.0", 1, "task"),
        ("A.2.0", 1, "task"),
        ("A.2.1", 1, "task"),
        ("A.3.0", 1, "subProcess"),
        ("A.4.0", 2, "subProcess"),
        ("A.4.1", 2, "subProcess"),
    ];
    for (name, processes, refused) in expected {
        let path = base.join("bpmn-miwg").join(format!("{name}.bpmn"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
        let definitions = check(&text);
        assert_eq!(definitions.processes.len(), processes, "{name}");
        let found = definitions.check_runnable();
        assert!(
            found
                .iter()
                .any(|it| it.code == "unsupported-element" && it.message.contains(refused)),
            "{name}: {found:#?}"
        );
        assert!(
            found
                .iter()
                .all(|it| it.place.line > 0 && it.place.column > 0 && !it.remedy.is_empty()),
            "{name}"
        );
    }
}

//! The DMN Technology Compatibility Kit, level 2: every case file, every result.

use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};
use yiwang_feel::{Context, Value, dmn};
use yiwang_types::Decimal;

use crate::support::env;

/// Results that differ from the kit's, with the reason: none.
const KNOWN: &[&str] = &[];

#[test]
fn level_2() {
    let data = std::env::var_os("YIWANG_TESTDATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if !data.exists() {
        println!("left out: no test data at {}", data.display());
        return;
    }
    let folder = data.join("dmn-tck/compliance-level-2");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("dmn-tck/compliance-level-2")
        .map(|it| it.unwrap().path())
        .collect();
    cases.sort();
    let mut total = 0;
    let mut failed = Vec::new();
    for case in cases.iter().filter(|it| it.is_dir()) {
        let mut files: Vec<PathBuf> = std::fs::read_dir(case).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|it| it.extension().is_some_and(|it| it == "xml")) {
            run_file(case, file, &mut total, &mut failed);
        }
    }
    println!("tck level 2: passed {} of {total}", total - failed.len());
    assert!(total > 100, "only {total} results found");
    assert_eq!(failed, KNOWN);
}

fn run_file(folder: &Path, file: &Path, total: &mut usize, failed: &mut Vec<String>) {
    let text = std::fs::read_to_string(file).unwrap();
    let tests = Document::parse(&text).unwrap();
    let model = element(tests.root_element(), "modelName").and_then(|it| it.text()).unwrap();
    let source = std::fs::read_to_string(folder.join(model)).unwrap();
    let (definitions, diagnostics) = dmn::parse(&source, model);
    for it in &diagnostics {
        println!("{it}");
    }
    for case in elements(tests.root_element(), "testCase") {
        let inputs: Context = elements(case, "inputNode")
            .map(|it| (it.attribute("name").unwrap(), value(it)))
            .collect();
        for result in elements(case, "resultNode") {
            *total += 1;
            let decision = result.attribute("name").unwrap();
            let key = format!("{model} {} {decision}", case.attribute("id").unwrap());
            let wanted = value(element(result, "expected").unwrap());
            let got = definitions
                .as_ref()
                .map(|it| it.evaluate(decision, &inputs, &env()).unwrap().value);
            if !got.as_ref().is_some_and(|it| alike(it, &wanted)) {
                println!("{key}: {got:?} instead of {wanted}");
                failed.push(key);
            }
        }
    }
}

fn elements<'d>(parent: Node<'d, 'd>, name: &'static str) -> impl Iterator<Item = Node<'d, 'd>> {
    parent
        .children()
        .filter(move |it| it.is_element() && it.tag_name().name() == name)
}

fn element<'d>(parent: Node<'d, 'd>, name: &'static str) -> Option<Node<'d, 'd>> {
    elements(parent, name).next()
}

/// The value that a test file writes as value, parts or list.
fn value(parent: Node<'_, '_>) -> Value {
    let find = |name: &str| parent.children().find(|it| it.is_element() && it.tag_name().name() == name);
    if let Some(list) = find("list") {
        return Value::list(list.children().filter(Node::is_element).map(value).collect());
    }
    // the parts of a structure are the children with a name
    let parts: Vec<Node<'_, '_>> = parent
        .children()
        .filter(|it| it.is_element() && it.has_attribute("name"))
        .collect();
    if !parts.is_empty() {
        return Value::from(
            parts
                .into_iter()
                .map(|it| (it.attribute("name").unwrap(), value(it)))
                .collect::<Context>(),
        );
    }
    let Some(single) = find("value") else { return Value::Null };
    let attribute = |name: &str| {
        single
            .attributes()
            .find(|it| it.name() == name)
            .map(|it| it.value().to_owned())
    };
    if attribute("nil").as_deref() == Some("true") {
        return Value::Null;
    }
    let text = single.text().unwrap_or("");
    match attribute("type").unwrap().rsplit(':').next().unwrap() {
        "decimal" | "double" | "integer" => Value::Number(Decimal::parse(text.trim()).unwrap()),
        "boolean" => Value::Bool(text.trim() == "true"),
        "string" => Value::from(text),
        other => panic!("type {other}"),
    }
}

/// Equal, numbers to the digits that the kit writes.
fn alike(got: &Value, wanted: &Value) -> bool {
    match (got, wanted) {
        (Value::Number(a), Value::Number(b)) => {
            let tolerance = Decimal::parse("0.00000001").unwrap();
            a.checked_sub(*b).is_some_and(|it| it.abs() < tolerance)
        }
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| alike(a, b)),
        (Value::Context(a), Value::Context(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|((n, a), (m, b))| n == m && alike(a, b))
        }
        _ => got == wanted,
    }
}

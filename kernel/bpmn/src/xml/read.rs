//! Text to tree. No document type declaration is accepted, so no entity can expand or reach outside.

use roxmltree::{Error, Node, NodeType, ParsingOptions};

use super::{Attribute, Document, Element, Item, Position};

/// Deeper nesting than any drawing tool writes; keeps the recursive walks of the tree within a small stack.
const MAX_DEPTH: usize = 200;
/// Largest document read, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// Why a text is not an XML document that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlError {
    /// Where.
    pub position: Position,
    /// What is wrong, in Chinese.
    pub message: String,
}

/// Reads a document.
pub fn read(xml: &str) -> Result<Document, XmlError> {
    let start = Position { line: 1, column: 1 };
    if xml.len() > MAX_BYTES {
        return Err(XmlError {
            position: start,
            message: "文件超过 8 MB".to_owned(),
        });
    }
    let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
    let parsed = roxmltree::Document::parse_with_options(xml, ParsingOptions::default()).map_err(|it| XmlError {
        position: Position {
            line: it.pos().row,
            column: it.pos().col,
        },
        message: explain(&it),
    })?;
    let source = Source::new(xml);
    check_depth(&parsed, &source)?;
    let mut document = Document {
        before: Vec::new(),
        root: source.element(parsed.root_element()),
        after: Vec::new(),
    };
    let mut root_seen = false;
    for node in parsed.root().children() {
        match source.item(node) {
            Some(Item::Element(_)) => root_seen = true,
            Some(item) if root_seen => document.after.push(item),
            Some(item) => document.before.push(item),
            None => {}
        }
    }
    Ok(document)
}

fn check_depth(parsed: &roxmltree::Document<'_>, source: &Source<'_>) -> Result<(), XmlError> {
    let mut open: Vec<(Node<'_, '_>, usize)> = vec![(parsed.root_element(), 1)];
    while let Some((node, depth)) = open.pop() {
        if depth > MAX_DEPTH {
            let position = source.position(node.range().start);
            return Err(XmlError {
                position,
                message: format!("元素嵌套超过 {MAX_DEPTH} 层"),
            });
        }
        open.extend(node.children().filter(Node::is_element).map(|it| (it, depth + 1)));
    }
    Ok(())
}

fn explain(error: &Error) -> String {
    match error {
        Error::UnexpectedCloseTag(expected, actual, _) => format!("结束标签应为 </{expected}>,写的是 </{actual}>"),
        Error::UnclosedRootNode => "有元素没有结束标签".to_owned(),
        Error::NoRootNode => "文件里没有任何元素".to_owned(),
        Error::DuplicatedAttribute(name, _) => format!("属性 {name} 写了两次"),
        Error::UnknownNamespace(prefix, _) => format!("前缀 {prefix} 没有声明命名空间"),
        Error::UnknownEntityReference(name, _) => format!("不认识的实体 &{name};"),
        Error::DtdDetected => "不接受 DOCTYPE 声明".to_owned(),
        other => format!("不是格式良好的 XML({other})"),
    }
}

/// The text with the beginnings of its lines, to turn byte offsets into positions.
struct Source<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Source<'a> {
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Source { text, lines }
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.lines.partition_point(|it| *it <= offset).max(1);
        let begin = self.lines.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(begin..offset).map_or(0, |it| it.chars().count()) + 1;
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    fn item(&self, node: Node<'_, '_>) -> Option<Item> {
        match node.node_type() {
            NodeType::Root => None,
            NodeType::Element => Some(Item::Element(self.element(node))),
            NodeType::Text => Some(Item::Text(
                node.text().unwrap_or_default().to_owned(),
                self.position(node.range().start),
            )),
            NodeType::Comment => Some(Item::Comment(node.text().unwrap_or_default().to_owned())),
            NodeType::PI => node
                .pi()
                .map(|it| Item::Instruction(it.target.to_string(), it.value.as_ref().map(|value| value.to_string()))),
        }
    }

    fn element(&self, node: Node<'_, '_>) -> Element {
        Element {
            namespace: named(node.tag_name().namespace()),
            name: node.tag_name().name().to_owned(),
            declarations: declarations(node),
            attributes: node
                .attributes()
                .map(|it| Attribute {
                    namespace: named(it.namespace()),
                    name: it.name().to_owned(),
                    value: it.value().to_owned(),
                    position: self.position(it.range_value().start),
                })
                .collect(),
            children: node.children().filter_map(|it| self.item(it)).collect(),
            position: self.position(node.range().start),
        }
    }
}

fn named(namespace: Option<&str>) -> Option<String> {
    namespace.filter(|it| !it.is_empty()).map(str::to_owned)
}

/// The parser gives what is in scope; what is not in scope at the parent was declared here.
fn declarations(node: Node<'_, '_>) -> Vec<(Option<String>, String)> {
    let in_scope = |it: Node<'_, '_>| -> Vec<(Option<String>, String)> {
        it.namespaces()
            .filter(|it| it.uri() != XML_NAMESPACE)
            .map(|it| (it.name().map(str::to_owned), it.uri().to_owned()))
            .collect()
    };
    let outer = node.parent_element().map(in_scope).unwrap_or_default();
    in_scope(node).into_iter().filter(|it| !outer.contains(it)).collect()
}

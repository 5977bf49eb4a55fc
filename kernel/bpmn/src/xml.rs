//! An XML tree that keeps everything a drawing tool wrote, so that it can be written back: names with their namespaces,
//! declarations, attributes, text, comments, processing instructions, and where each element and attribute stood.

mod read;
mod write;

pub use read::{XmlError, read};
pub use write::write;

/// A whole XML document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Comments and instructions before the root element.
    pub before: Vec<Item>,
    /// The root element.
    pub root: Element,
    /// Comments and instructions after the root element.
    pub after: Vec<Item>,
}

/// A position in the text; both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// One element with all it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Namespace URI; `None` when it is in no namespace.
    pub namespace: Option<String>,
    /// Local name.
    pub name: String,
    /// Namespace declarations made on this element: prefix (`None` is the default namespace) and URI.
    pub declarations: Vec<(Option<String>, String)>,
    /// Attributes in their order, without namespace declarations.
    pub attributes: Vec<Attribute>,
    /// Contents in their order.
    pub children: Vec<Item>,
    /// Where its start tag begins.
    pub position: Position,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Namespace URI; `None` for an unprefixed attribute.
    pub namespace: Option<String>,
    /// Local name.
    pub name: String,
    /// Value with entities resolved.
    pub value: String,
    /// Where its value begins.
    pub position: Position,
}

/// What stands inside an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// An element.
    Element(Element),
    /// Text with entities resolved, and where it begins.
    Text(String, Position),
    /// A comment.
    Comment(String),
    /// A processing instruction: target and value.
    Instruction(String, Option<String>),
}

impl Element {
    /// The child elements in their order.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|it| match it {
            Item::Element(element) => Some(element),
            Item::Text(..) | Item::Comment(_) | Item::Instruction(..) => None,
        })
    }

    /// Whether it has this namespace and local name.
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.name == name && self.namespace.as_deref() == Some(namespace)
    }

    /// The unprefixed attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|it| it.namespace.is_none() && it.name == name)
    }

    /// The value of the unprefixed attribute of that name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.attribute(name).map(|it| it.value.as_str())
    }

    /// Its own text joined, and where the first piece that is not blank begins.
    pub fn text(&self) -> (String, Position) {
        let mut joined = String::new();
        let mut start = None;
        for child in &self.children {
            if let Item::Text(text, position) = child {
                if start.is_none() && !text.trim().is_empty() {
                    start = Some(*position);
                }
                joined.push_str(text);
            }
        }
        (joined, start.unwrap_or(self.position))
    }

    /// Itself and every element below, in document order.
    pub fn descendants(&self) -> Vec<&Element> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(element) = open.pop() {
            found.push(element);
            let below: Vec<&Element> = element.elements().collect();
            open.extend(below.into_iter().rev());
        }
        found
    }
}

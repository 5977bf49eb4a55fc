//! Tree to text: the same tree again when read, with the declared prefixes.

use super::{Document, Element, Item};

const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// Writes a document in UTF-8 with an XML declaration.
pub fn write(document: &Document) -> String {
    let mut writer = Writer {
        out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
        scope: Vec::new(),
    };
    for item in &document.before {
        writer.item(item);
        writer.out.push('\n');
    }
    writer.element(&document.root);
    writer.out.push('\n');
    for item in &document.after {
        writer.item(item);
        writer.out.push('\n');
    }
    writer.out
}

struct Writer {
    out: String,
    /// Declarations in scope, innermost last.
    scope: Vec<(Option<String>, String)>,
}

impl Writer {
    fn item(&mut self, item: &Item) {
        match item {
            Item::Element(element) => self.element(element),
            Item::Text(text, _) => escape(&mut self.out, text, Escape::Text),
            Item::Comment(text) => {
                self.out.push_str("<!--");
                self.out.push_str(text);
                self.out.push_str("-->");
            }
            Item::Instruction(target, value) => {
                self.out.push_str("<?");
                self.out.push_str(target);
                if let Some(value) = value {
                    self.out.push(' ');
                    self.out.push_str(value);
                }
                self.out.push_str("?>");
            }
        }
    }

    fn element(&mut self, element: &Element) {
        let outside = self.scope.len();
        self.scope.extend(element.declarations.iter().cloned());
        let name = self.element_name(element);
        let attributes: Vec<(String, &str)> = element
            .attributes
            .iter()
            .map(|it| (self.attribute_name(it.namespace.as_deref(), &it.name), it.value.as_str()))
            .collect();
        self.out.push('<');
        self.out.push_str(&name);
        let declared: Vec<(Option<String>, String)> = self.scope.get(outside..).map(<[_]>::to_vec).unwrap_or_default();
        for (prefix, uri) in &declared {
            match prefix {
                Some(prefix) => self.attribute(&format!("xmlns:{prefix}"), uri),
                None => self.attribute("xmlns", uri),
            }
        }
        for (name, value) in &attributes {
            self.attribute(name, value);
        }
        if element.children.is_empty() {
            self.out.push_str("/>");
        } else {
            self.out.push('>');
            for child in &element.children {
                self.item(child);
            }
            self.out.push_str("</");
            self.out.push_str(&name);
            self.out.push('>');
        }
        self.scope.truncate(outside);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&mut self.out, value, Escape::Attribute);
        self.out.push('"');
    }

    fn element_name(&mut self, element: &Element) -> String {
        let default = self.resolve(None).unwrap_or_default();
        match element.namespace.as_deref() {
            None => {
                if !default.is_empty() {
                    self.scope.push((None, String::new()));
                }
                element.name.clone()
            }
            Some(uri) if default == uri => element.name.clone(),
            Some(uri) => format!("{}:{}", self.prefix(uri), element.name),
        }
    }

    fn attribute_name(&mut self, namespace: Option<&str>, name: &str) -> String {
        match namespace {
            None => name.to_owned(),
            Some(XML_NAMESPACE) => format!("xml:{name}"),
            Some(uri) => format!("{}:{name}", self.prefix(uri)),
        }
    }

    /// What a prefix means here; an inner declaration hides an outer one.
    fn resolve(&self, prefix: Option<&str>) -> Option<String> {
        self.scope
            .iter()
            .rev()
            .find(|(it, _)| it.as_deref() == prefix)
            .map(|(_, uri)| uri.clone())
    }

    /// A prefix in scope for the namespace; declares one when a tree made by hand has none.
    fn prefix(&mut self, uri: &str) -> String {
        let named = self
            .scope
            .iter()
            .rev()
            .filter(|(_, it)| it == uri)
            .filter_map(|(prefix, _)| prefix.as_deref());
        for prefix in named {
            if self.resolve(Some(prefix)).as_deref() == Some(uri) {
                return prefix.to_owned();
            }
        }
        let prefix = format!("ns{}", self.scope.len());
        self.scope.push((Some(prefix.clone()), uri.to_owned()));
        prefix
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    Text,
    Attribute,
}

fn escape(out: &mut String, text: &str, place: Escape) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            '"' if place == Escape::Attribute => out.push_str("&quot;"),
            '\n' if place == Escape::Attribute => out.push_str("&#xA;"),
            '\t' if place == Escape::Attribute => out.push_str("&#x9;"),
            other => out.push(other),
        }
    }
}

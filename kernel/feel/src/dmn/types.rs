//! Item definitions: the declared types of inputs and results.

use std::collections::HashMap;
use std::sync::Arc;

use roxmltree::Node as Element;

use super::xml::{Reader, child, children, name, text};
use crate::ast::{Kind, Test};

/// How deeply item definitions may refer to each other.
const MAX_DEPTH: usize = 32;

/// A declared type.
#[derive(Debug)]
pub(crate) struct ItemType {
    pub collection: bool,
    pub shape: Shape,
    pub allowed: Option<Vec<Test>>,
}

#[derive(Debug)]
pub(crate) enum Shape {
    Any,
    Kind(Kind),
    Item(Arc<ItemType>),
    Fields(Vec<(Arc<str>, Arc<ItemType>)>),
}

/// The item definitions of a file, read when they are asked for.
pub(super) struct Types<'d> {
    elements: HashMap<String, Element<'d, 'd>>,
    ready: HashMap<String, Option<Arc<ItemType>>>,
    open: Vec<String>,
}

impl<'d> Types<'d> {
    pub fn new(root: Element<'d, 'd>) -> Types<'d> {
        let elements = children(root, "itemDefinition")
            .filter_map(|it| Some((name(it)?, it)))
            .collect();
        Types {
            elements,
            ready: HashMap::new(),
            open: Vec::new(),
        }
    }

    /// Reads all of them, so that mistakes in unused ones are found too.
    pub fn read_all(&mut self, reader: &mut Reader<'d>) {
        let mut all: Vec<(String, Element<'d, 'd>)> = self.elements.iter().map(|(name, it)| (name.clone(), *it)).collect();
        all.sort_by_key(|(_, it)| it.range().start);
        for (name, element) in all {
            self.named(&name, element, reader);
        }
    }

    /// The type that an attribute `typeRef` asks for.
    pub fn of_attribute(&mut self, element: Element<'d, 'd>, reader: &mut Reader<'d>) -> Option<Arc<ItemType>> {
        let wanted = element.attribute("typeRef")?;
        self.named(wanted, element, reader)
    }

    fn named(&mut self, wanted: &str, at: Element<'d, 'd>, reader: &mut Reader<'d>) -> Option<Arc<ItemType>> {
        let wanted = wanted.trim();
        if let Some(ready) = self.ready.get(wanted) {
            return ready.clone();
        }
        // DMN 1.1 writes a prefix, `feel:string`
        let local = wanted.rsplit_once(':').map_or(wanted, |it| it.1);
        let element = self.elements.get(wanted).or_else(|| self.elements.get(local)).copied();
        let Some(element) = element else {
            return match Kind::simple(local) {
                Some(Kind::Any) => None,
                Some(kind) => Some(Arc::new(ItemType {
                    collection: false,
                    shape: Shape::Kind(kind),
                    allowed: None,
                })),
                None if matches!(local, "" | "Undefined") => None,
                None => {
                    let remedy = "改成 string、number、boolean、date、time、date and time 等,或补上这个 itemDefinition";
                    reader.error("unknown-type", at, format!("没有定义类型“{wanted}”"), remedy);
                    None
                }
            };
        };
        if self.open.len() >= MAX_DEPTH || self.open.iter().any(|it| it == wanted) {
            reader.error(
                "type-cycle",
                at,
                format!("类型“{wanted}”引用了自己或引用过深"),
                "去掉循环的 typeRef",
            );
            return None;
        }
        self.open.push(wanted.to_owned());
        let read = Some(Arc::new(self.read(element, reader)));
        self.open.pop();
        self.ready.insert(wanted.to_owned(), read.clone());
        read
    }

    fn read(&mut self, element: Element<'d, 'd>, reader: &mut Reader<'d>) -> ItemType {
        let fields: Vec<(Arc<str>, Arc<ItemType>)> = children(element, "itemComponent")
            .filter_map(|it| Some((Arc::from(name(it)?), it)))
            .map(|(name, it)| (name, Arc::new(self.read(it, reader))))
            .collect();
        let shape = if let Some(reference) = child(element, "typeRef") {
            let simple = Kind::simple(text(reference).trim());
            match simple {
                Some(Kind::Any) => Shape::Any,
                Some(kind) => Shape::Kind(kind),
                None => self
                    .named(&text(reference), reference, reader)
                    .map_or(Shape::Any, Shape::Item),
            }
        } else if child(element, "functionItem").is_some() {
            Shape::Kind(Kind::Function)
        } else if fields.is_empty() {
            Shape::Any
        } else {
            Shape::Fields(fields)
        };
        let allowed = child(element, "allowedValues").map(|it| reader.tests(it));
        ItemType {
            collection: element.attribute("isCollection") == Some("true"),
            shape,
            allowed,
        }
    }
}

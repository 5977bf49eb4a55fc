//! YAML with positions, bounded: a file can neither grow in memory (no aliases) nor nest without end.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

/// Largest definition file, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Deepest nesting of lists and maps.
const MAX_DEPTH: usize = 24;
/// Most nodes in a file.
const MAX_NODES: usize = 1_000_000;

/// Line and column, from 1; the column counts characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Mark {
    /// The whole file.
    pub(crate) const FILE: Mark = Mark { line: 0, column: 0 };
}

/// A value with its position.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) mark: Mark,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(KeyText, Node)>),
}

/// A scalar as written. `plain`: without quotes, so that `true`, `null` and numbers mean what they look like.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) plain: bool,
    /// Written as `|` or `>`; its mark is the first line of the text.
    pub(crate) block: bool,
}

/// A key of a map with its position.
#[derive(Clone, Debug)]
pub(crate) struct KeyText {
    pub(crate) mark: Mark,
    pub(crate) text: String,
}

/// Why a file cannot be read as YAML at all.
#[derive(Debug)]
pub(crate) struct YamlError {
    pub(crate) code: &'static str,
    pub(crate) mark: Mark,
    pub(crate) message: String,
    pub(crate) remedy: &'static str,
}

/// A document as JSON, for files that only one program reads (a demo's parameters) and that have no table of keys here.
///
/// # Errors
/// Where and why it cannot be read.
pub fn yaml_to_json(text: &str) -> Result<serde_json::Value, String> {
    let node = parse(text).map_err(|it| format!("第 {} 行:{};{}", it.mark.line, it.message, it.remedy))?;
    Ok(node.json())
}

/// Reads one document.
pub(crate) fn parse(text: &str) -> Result<Node, YamlError> {
    if text.len() > MAX_BYTES {
        return Err(too_large(Mark::FILE));
    }
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    loop {
        match parser.next_event() {
            None => break,
            Some(Ok((event, span))) => builder.take(event, span)?,
            Some(Err(it)) => {
                return Err(YamlError {
                    code: "yaml-syntax",
                    mark: mark(*it.marker()),
                    message: format!("YAML 语法不对({})", it.info()),
                    remedy: "检查这一行的缩进、冒号后的空格、引号和括号",
                });
            }
        }
    }
    builder.root.filter(|it| !it.is_null()).ok_or(YamlError {
        code: "empty-file",
        mark: Mark::FILE,
        message: "文件是空的".to_owned(),
        remedy: "第一行写 `format: 1`,或者删去这个文件",
    })
}

impl Node {
    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(it) => Some(it),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The text of a scalar as written, whatever it looks like; `None` for null, lists and maps.
    pub(crate) fn text(&self) -> Option<&str> {
        if self.is_null() {
            None
        } else {
            self.scalar().map(|it| it.text.as_str())
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.scalar()
            .is_some_and(|it| it.plain && matches!(it.text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    pub(crate) fn boolean(&self) -> Option<bool> {
        let it = self.scalar().filter(|it| it.plain)?;
        match it.text.as_str() {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    pub(crate) fn integer(&self) -> Option<i64> {
        self.scalar().filter(|it| it.plain)?.text.parse().ok()
    }

    /// The text of a plain number, whole or with a point.
    pub(crate) fn number(&self) -> Option<&str> {
        let text = self.scalar().filter(|it| it.plain)?.text.as_str();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let all = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
        (all(whole) && all(part)).then_some(text)
    }

    pub(crate) fn list(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::List(it) => Some(it),
            Kind::Scalar(_) | Kind::Map(_) => None,
        }
    }

    pub(crate) fn map(&self) -> Option<&[(KeyText, Node)]> {
        match &self.kind {
            Kind::Map(it) => Some(it),
            Kind::Scalar(_) | Kind::List(_) => None,
        }
    }

    /// The value of a key; a key written as null counts as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.map()?
            .iter()
            .find(|(it, _)| it.text == key)
            .map(|(_, it)| it)
            .filter(|it| !it.is_null())
    }

    /// The value as JSON; plain scalars become null, booleans and numbers, quoted ones stay text.
    pub(crate) fn json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.kind {
            Kind::List(items) => Value::Array(items.iter().map(Node::json).collect()),
            Kind::Map(entries) => Value::Object(entries.iter().map(|(key, it)| (key.text.clone(), it.json())).collect()),
            Kind::Scalar(_) if self.is_null() => Value::Null,
            Kind::Scalar(it) => match (self.boolean(), self.integer(), self.number()) {
                (Some(it), _, _) => Value::Bool(it),
                (None, Some(it), _) => Value::from(it),
                (None, None, Some(it)) => it.parse::<f64>().map_or_else(|_| Value::from(it), Value::from),
                (None, None, None) => Value::from(it.text.as_str()),
            },
        }
    }
}

#[derive(Default)]
struct Builder {
    open: Vec<Frame>,
    root: Option<Node>,
    nodes: usize,
    documents: usize,
}

struct Frame {
    mark: Mark,
    kind: Open,
}

enum Open {
    List(Vec<Node>),
    Map {
        entries: Vec<(KeyText, Node)>,
        key: Option<KeyText>,
    },
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let at = mark(span.start);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(refused(
                        "several-documents",
                        at,
                        "一个文件只能有一份内容",
                        "删去 `---`,把其余内容另存为文件",
                    ));
                }
                Ok(())
            }
            Event::Alias(_) => Err(refused(
                "alias",
                at,
                "不允许 YAML 引用(`*名称`)",
                "把内容写全;定义文件要一眼能读",
            )),
            Event::Scalar(text, style, anchor, tag) => {
                plain_only(at, anchor, tag.is_some())?;
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let scalar = Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                    block,
                };
                self.add(Node {
                    mark: at,
                    kind: Kind::Scalar(scalar),
                })
            }
            Event::SequenceStart(anchor, tag) => {
                plain_only(at, anchor, tag.is_some())?;
                self.push(at, Open::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                plain_only(at, anchor, tag.is_some())?;
                self.push(
                    at,
                    Open::Map {
                        entries: Vec::new(),
                        key: None,
                    },
                )
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Frame {
                    mark,
                    kind: Open::List(items),
                }) => self.add(Node {
                    mark,
                    kind: Kind::List(items),
                }),
                Some(Frame {
                    mark,
                    kind: Open::Map { entries, .. },
                }) => self.add(Node {
                    mark,
                    kind: Kind::Map(entries),
                }),
                None => Ok(()),
            },
        }
    }

    fn push(&mut self, mark: Mark, kind: Open) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(refused("too-deep", mark, "嵌套太深", "最多 24 层;把内容拆开"));
        }
        if let Some(Frame {
            kind: Open::Map { key: None, .. },
            ..
        }) = self.open.last()
        {
            return Err(complex_key(mark));
        }
        self.open.push(Frame { mark, kind });
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), YamlError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(too_large(node.mark));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Frame {
                kind: Open::List(items), ..
            }) => items.push(node),
            Some(Frame {
                kind: Open::Map { entries, key },
                ..
            }) => match key.take() {
                Some(it) => entries.push((it, node)),
                None => {
                    let mark = node.mark;
                    let Kind::Scalar(it) = node.kind else {
                        return Err(complex_key(mark));
                    };
                    *key = Some(KeyText { mark, text: it.text });
                }
            },
        }
        Ok(())
    }
}

fn mark(it: Marker) -> Mark {
    let line = u32::try_from(it.line()).unwrap_or(u32::MAX);
    let column = u32::try_from(it.col()).unwrap_or(u32::MAX).saturating_add(1);
    Mark { line, column }
}

fn plain_only(mark: Mark, anchor: usize, tagged: bool) -> Result<(), YamlError> {
    if anchor != 0 {
        return Err(refused(
            "alias",
            mark,
            "不允许 YAML 锚点(`&名称`)",
            "把内容写全;定义文件要一眼能读",
        ));
    }
    if tagged {
        return Err(refused(
            "tag",
            mark,
            "不允许 YAML 标签(`!名称`)",
            "删去标签;要写成文字就加引号",
        ));
    }
    Ok(())
}

fn refused(code: &'static str, mark: Mark, message: &str, remedy: &'static str) -> YamlError {
    YamlError {
        code,
        mark,
        message: message.to_owned(),
        remedy,
    }
}

fn complex_key(mark: Mark) -> YamlError {
    refused("key-not-text", mark, "键必须是一个词", "检查这一行的括号和缩进")
}

fn too_large(mark: Mark) -> YamlError {
    refused("too-large", mark, "文件太大", "最多 8 MiB、一百万个值;把内容拆成几个文件")
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn code_of(text: &str) -> &'static str {
        parse(text).map_or_else(|it| it.code, |_| "ok")
    }

    #[test]
    fn bounds_hold() {
        let deep = "[".repeat(30);
        let deeper = "[".repeat(100_000);
        let bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n";
        for (text, expected) in [
            ("a: 1", "ok"),
            (deep.as_str(), "too-deep"),
            (deeper.as_str(), "yaml-syntax"),
            (bomb, "alias"),
            ("a: !!str 1", "tag"),
            ("a: 1\n---\nb: 2", "several-documents"),
            ("? [a]\n: 1", "key-not-text"),
            ("a: [1", "yaml-syntax"),
            ("", "empty-file"),
            ("# only a comment\n", "empty-file"),
        ] {
            assert_eq!(code_of(text), expected, "{:.40}", text);
        }
    }

    #[test]
    fn keeps_positions_and_leading_zeros() {
        let node = parse("标题: 甲\ncode: 0431\nlist:\n  - {a: \"1\"}\n").expect("valid");
        let code = node.get("code").expect("code");
        assert_eq!((code.mark.line, code.mark.column, code.text()), (2, 7, Some("0431")));
        let inner = &node.get("list").and_then(|it| it.list()).expect("list")[0];
        assert_eq!((inner.mark.line, inner.mark.column), (4, 5));
        assert_eq!(inner.json(), serde_json::json!({"a": "1"}));
    }
}

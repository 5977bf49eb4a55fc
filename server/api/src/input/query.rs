//! Parameters behind the question mark: known names only, each at most once, all mistakes at once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use yiwang_types::{Code, Date, Fault, FieldFault};

use crate::app::App;
use crate::error::Problem;

/// A parameter as the API document tells it.
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) integer: bool,
}

/// Most signs of words to search by.
const LONGEST_WORDS: usize = 200;

/// A set of parameters.
pub(crate) trait QueryParams: Sized + Send {
    /// All that may be given.
    const PARAMS: &'static [Param];

    /// Takes them; mistakes are noted in the pairs.
    fn read(pairs: &mut Pairs) -> Self;
}

/// The parameters of a request.
pub(crate) struct Query<Q>(pub(crate) Q);

impl<Q: QueryParams> FromRequestParts<App> for Query<Q> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Query<Q>, Problem> {
        Ok(Query(read(parts.uri.query().unwrap_or_default())?))
    }
}

fn read<Q: QueryParams>(text: &str) -> Result<Q, Fault> {
    let mut pairs = Pairs {
        pairs: Vec::new(),
        faults: Vec::new(),
    };
    for part in text.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let bad = || Fault::new(Code::BadText, "参数里的文字不是有效的 UTF-8。");
        let (name, value) = decode(name).zip(decode(value)).ok_or_else(bad)?;
        pairs.add::<Q>(name, value);
    }
    let query = Q::read(&mut pairs);
    if pairs.faults.is_empty() {
        return Ok(query);
    }
    let detail = format!("有 {} 个参数写得不对。", pairs.faults.len());
    Err(Fault {
        fields: pairs.faults,
        ..Fault::new(Code::BadRequest, detail)
    })
}

/// Name and value pairs with the mistakes found so far.
pub(crate) struct Pairs {
    pairs: Vec<(String, String)>,
    faults: Vec<FieldFault>,
}

impl Pairs {
    fn add<Q: QueryParams>(&mut self, name: String, value: String) {
        if !Q::PARAMS.iter().any(|it| it.name == name) {
            let known = Q::PARAMS.iter().map(|it| it.name).collect::<Vec<_>>().join("、");
            let known = if known.is_empty() {
                "这里不用参数".to_owned()
            } else {
                format!("可用的有:{known}")
            };
            self.say(&name, "unknown-parameter", format!("没有参数“{name}”"), known);
        } else if self.pairs.iter().any(|(it, _)| *it == name) {
            self.say(&name, "duplicate", format!("参数“{name}”写了两次"), "只留一个".to_owned());
        } else if value.contains('\0') {
            self.say(&name, "format", format!("“{name}”里有不能用的字符"), "去掉它再试".to_owned());
        } else {
            self.pairs.push((name, value));
        }
    }

    fn say(&mut self, name: &str, rule: &str, message: String, remedy: String) {
        self.faults.push(FieldFault::new(name, rule, message, remedy));
    }

    /// A text; empty counts as not given.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(it, _)| it == name)?;
        Some(self.pairs.swap_remove(at).1).filter(|it| !it.is_empty())
    }

    /// Words to search by.
    pub(crate) fn words(&mut self, name: &str) -> Option<String> {
        let words = self.text(name)?;
        if words.chars().count() > LONGEST_WORDS {
            let (message, remedy) = (format!("“{name}”太长"), format!("最多写 {LONGEST_WORDS} 个字"));
            self.say(name, "max-length", message, remedy);
            return None;
        }
        Some(words)
    }

    /// A whole number within bounds.
    pub(crate) fn number(&mut self, name: &str, least: u32, most: u32) -> Option<u32> {
        let text = self.text(name)?;
        let number = text.parse::<u32>().ok().filter(|it| (least..=most).contains(it));
        if number.is_none() {
            self.say(
                name,
                "range",
                format!("“{name}”不是 {least} 到 {most} 的整数"),
                format!("填写 {least} 到 {most} 的整数"),
            );
        }
        number
    }

    /// A number of degrees.
    pub(crate) fn degrees(&mut self, name: &str, most: f64) -> Option<f64> {
        let text = self.text(name)?;
        let degrees = text.parse::<f64>().ok().filter(|it| it.abs() <= most);
        if degrees.is_none() {
            let message = format!("“{name}”不是 -{most} 到 {most} 的度数");
            self.say(name, "range", message, "写成 119.4712345".to_owned());
        }
        degrees
    }

    /// Whether a mistake was found so far.
    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Says that a parameter is missing.
    pub(crate) fn missing(&mut self, name: &str) {
        self.say(name, "required", format!("没有写“{name}”"), format!("加上参数“{name}”"));
    }

    /// A day.
    pub(crate) fn day(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name)?;
        let day = Date::parse(&text);
        if day.is_none() {
            self.say(name, "format", format!("“{name}”不是日期"), "写成 2026-10-09".to_owned());
        }
        day
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|it| it.1);
        if found.is_none() {
            let known = words.iter().map(|it| it.0).collect::<Vec<_>>().join("、");
            self.say(
                name,
                "choice",
                format!("“{name}”没有“{text}”这个选项"),
                format!("可用的有:{known}"),
            );
        }
        found
    }
}

fn decode(text: &str) -> Option<String> {
    if !text.bytes().any(|it| it == b'%' || it == b'+') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    let digit = |it: Option<u8>| {
        it.and_then(|it| char::from(it).to_digit(16))
            .and_then(|it| u8::try_from(it).ok())
    };
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next())? << 4 | digit(rest.next())?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Asked(Option<String>, Option<u32>, Option<bool>);

    impl QueryParams for Asked {
        const PARAMS: &'static [Param] = &[
            Param {
                name: "q",
                title: "词",
                integer: false,
            },
            Param {
                name: "limit",
                title: "行数",
                integer: true,
            },
            Param {
                name: "box",
                title: "箱",
                integer: false,
            },
        ];

        fn read(pairs: &mut Pairs) -> Asked {
            Asked(
                pairs.words("q"),
                pairs.number("limit", 1, 200),
                pairs.choice("box", &[("todo", true), ("done", false)]),
            )
        }
    }

    #[test]
    fn good_ones() {
        let check = |text: &str, expected: Asked| assert_eq!(read::<Asked>(text), Ok(expected), "{text}");
        check("", Asked(None, None, None));
        check(
            "q=%E4%BA%95%E7%9B%96+a%2Bb&limit=20&box=done",
            Asked(Some("井盖 a+b".into()), Some(20), Some(false)),
        );
        check("q=&&", Asked(None, None, None));
    }

    #[test]
    fn all_mistakes_at_once() {
        let fault = read::<Asked>("limit=0&x=1&box=bin&q=1&q=2").unwrap_err();
        let rules: Vec<(&str, &str)> = fault.fields.iter().map(|it| (it.field.as_str(), it.rule.as_str())).collect();
        assert_eq!(
            rules,
            [
                ("x", "unknown-parameter"),
                ("q", "duplicate"),
                ("limit", "range"),
                ("box", "choice")
            ]
        );
        assert_eq!(fault.code, Code::BadRequest);
        assert_eq!(fault.fields[0].remedy, "可用的有:q、limit、box");
        let rule = |text: &str| read::<Asked>(text).unwrap_err().fields[0].rule.clone();
        assert_eq!((rule("q=a%00b"), rule("box=%00")), ("format".into(), "format".into()));
        assert_eq!(rule(&format!("q={}", "字".repeat(201))), "max-length");
        assert!(read::<Asked>(&format!("q={}", "字".repeat(200))).is_ok());
        for bad in ["q=%ff", "q=%e4%ba", "q=%", "q=%zz", "%ff=1"] {
            assert_eq!(read::<Asked>(bad).unwrap_err().code, Code::BadText, "{bad}");
        }
    }
}

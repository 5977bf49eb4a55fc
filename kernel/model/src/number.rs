//! Patterns of numbers: `SB{yyyyMMdd}{seq:5}`.

use yiwang_types::Date;

/// A rule that gives numbers to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberRule {
    /// The text field that gets the number.
    pub field: String,
    /// How it looks.
    pub pattern: NumberPattern,
    /// When it is given.
    pub at: NumberAt,
    /// No holes: the counter is locked with the act that takes a number.
    pub gapless: bool,
}

/// When a number is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberAt {
    /// With the new record.
    Create,
    /// By a service task `number:FIELD`.
    Act,
}

/// A parsed pattern: literals, date parts and exactly one running number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Date(DatePart),
    Sequence(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DatePart {
    Year,
    Month,
    Day,
}

impl NumberPattern {
    /// Reads a pattern; the error says in Chinese what is wrong.
    pub fn parse(text: &str) -> Result<NumberPattern, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            push_literal(&mut parts, before)?;
            let (inside, tail) = after.split_once('}').ok_or("有 { 没有 }")?;
            parts.push(parse_part(inside)?);
            rest = tail;
        }
        push_literal(&mut parts, rest)?;
        match parts.iter().filter(|it| matches!(it, Part::Sequence(_))).count() {
            1 => Ok(NumberPattern {
                text: text.to_owned(),
                parts,
            }),
            0 => Err("缺少流水号 {seq:位数}".to_owned()),
            _ => Err("流水号 {seq:位数} 只能有一个".to_owned()),
        }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What distinguishes the counter that serves this day: everything but the running number, so that a new day, month
    /// or year named in the pattern starts again from 1.
    pub fn counter(&self, day: Date) -> String {
        self.write(day, |_| "#".to_owned())
    }

    /// The number; a running number with more digits than planned is written in full.
    pub fn format(&self, day: Date, sequence: u64) -> String {
        self.write(day, |digits| format!("{sequence:0digits$}"))
    }

    fn write(&self, day: Date, sequence: impl Fn(usize) -> String) -> String {
        let (year, month, date) = day.ymd();
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(it) => out.push_str(it),
                Part::Sequence(digits) => out.push_str(&sequence(*digits)),
                Part::Date(DatePart::Year) => out.push_str(&format!("{year:04}")),
                Part::Date(DatePart::Month) => out.push_str(&format!("{year:04}{month:02}")),
                Part::Date(DatePart::Day) => out.push_str(&format!("{year:04}{month:02}{date:02}")),
            }
        }
        out
    }
}

fn push_literal(parts: &mut Vec<Part>, text: &str) -> Result<(), String> {
    if text.contains('}') {
        return Err("有 } 没有 {".to_owned());
    }
    if !text.is_empty() {
        parts.push(Part::Literal(text.to_owned()));
    }
    Ok(())
}

fn parse_part(inside: &str) -> Result<Part, String> {
    match inside {
        "yyyy" => Ok(Part::Date(DatePart::Year)),
        "yyyyMM" => Ok(Part::Date(DatePart::Month)),
        "yyyyMMdd" => Ok(Part::Date(DatePart::Day)),
        _ => {
            let digits = inside.strip_prefix("seq:").and_then(|it| it.parse().ok());
            let digits = digits.filter(|it| (1..=12).contains(it));
            digits
                .map(Part::Sequence)
                .ok_or_else(|| format!("不认识 {{{inside}}},可用 {{yyyy}} {{yyyyMM}} {{yyyyMMdd}} {{seq:位数}}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NumberPattern;
    use yiwang_types::Date;

    #[test]
    fn counts_per_prefix() {
        let day = Date::from_ymd(2026, 10, 9).expect("day");
        for (pattern, counter, number) in [
            ("SB{yyyyMMdd}{seq:5}", "SB20261009#", "SB2026100900042"),
            ("{yyyy}{seq:6}", "2026#", "2026000042"),
            ("澜政发〔{yyyy}〕{seq:1}号", "澜政发〔2026〕#号", "澜政发〔2026〕42号"),
        ] {
            let it = NumberPattern::parse(pattern).expect(pattern);
            assert_eq!((it.counter(day).as_str(), it.format(day, 42).as_str()), (counter, number));
        }
    }

    #[test]
    fn refuses_what_cannot_count() {
        for pattern in [
            "SB",
            "{seq:0}",
            "{seq:5}{seq:2}",
            "{yy}{seq:3}",
            "{yyyy{seq:3}",
            "a}{seq:3}",
            "{seq}",
        ] {
            assert!(NumberPattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}

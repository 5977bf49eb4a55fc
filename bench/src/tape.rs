//! Reads what the store wrote down (`kernel/store`, `tape.rs` there tells the format).

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

/// A bound value.
#[derive(Clone, Debug)]
pub enum Bound {
    /// No value.
    Null,
    /// An integer.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A statement with its values.
pub struct Said {
    /// Text, shared by all statements of the same text.
    pub text: Arc<str>,
    /// Values.
    pub values: Vec<Bound>,
}

/// One committed transaction: its statements by round trip.
pub type Transaction = Vec<Vec<Said>>;

/// The transactions of a tape: those that begin before an offset in the file, and those behind it.
///
/// # Errors
/// When the file is no tape.
pub fn read(path: &Path, offset: u64) -> anyhow::Result<(Vec<Transaction>, Vec<Transaction>)> {
    let mut lines = BufReader::new(std::fs::File::open(path)?);
    let (mut before, mut behind) = (Vec::new(), Vec::new());
    let mut texts: Vec<Arc<str>> = Vec::new();
    let (mut transaction, mut flight) = (Transaction::new(), Vec::new());
    let (mut at, mut begun) = (0, 0);
    let mut line = String::new();
    loop {
        line.clear();
        let length = lines.read_line(&mut line)?;
        if length == 0 {
            return Ok((before, behind));
        }
        let text = line.trim_end_matches('\n');
        match text.split_at_checked(1) {
            Some(("t", rest)) => texts.push(plain(rest.trim_start()).into()),
            Some(("g", _)) => begun = at,
            Some(("s", rest)) => flight.push(said(rest, &texts)?),
            Some(("f", _)) => transaction.push(std::mem::take(&mut flight)),
            Some(("c", _)) => {
                let into = if begun < offset { &mut before } else { &mut behind };
                into.push(std::mem::take(&mut transaction));
            }
            _ => bail!("a line that no tape has: {text}"),
        }
        at += u64::try_from(length)?;
    }
}

fn said(rest: &str, texts: &[Arc<str>]) -> anyhow::Result<Said> {
    let mut parts = rest.trim_start_matches(' ').split('\t');
    let number: usize = parts.next().context("no number")?.parse()?;
    Ok(Said {
        text: texts.get(number).context("a text that was not told")?.clone(),
        values: parts.map(bound).collect::<anyhow::Result<_>>()?,
    })
}

fn bound(text: &str) -> anyhow::Result<Bound> {
    Ok(match text.split_at_checked(1) {
        Some(("n", _)) => Bound::Null,
        Some(("i", rest)) => Bound::Int(rest.parse()?),
        Some(("t", rest)) => Bound::Text(plain(rest)),
        Some(("b", rest)) => {
            let digits: Vec<u32> = rest.chars().filter_map(|it| it.to_digit(16)).collect();
            let byte = |pair: &[u32]| pair.iter().fold(0, |all, it| all * 16 + it);
            Bound::Bytes(digits.chunks(2).map(|it| u8::try_from(byte(it))).collect::<Result<_, _>>()?)
        }
        _ => bail!("a value that no tape has: {text}"),
    })
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        out.push(match sign {
            '\\' => match signs.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                other => other.unwrap_or('\\'),
            },
            other => other,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_is_read_back() {
        let folder = std::env::temp_dir().join(format!("yiwang-tape-{}", std::process::id()));
        let head = "t SELECT ?\\n\ng 0\ns 0\ti5\tn\nf\nc\n";
        std::fs::write(&folder, format!("{head}g 1\ns 0\tta\\tb\\\\\tb0aff\nf\nf\nc\n")).unwrap();
        let (before, behind) = read(&folder, u64::try_from(head.len()).unwrap()).unwrap();
        std::fs::remove_file(&folder).unwrap();
        assert_eq!((before.len(), behind.len(), behind[0].len()), (1, 1, 2));
        assert_eq!(&*before[0][0][0].text, "SELECT ?\n");
        assert!(matches!(&behind[0][0][0].values[..], [Bound::Text(text), Bound::Bytes(bytes)]
            if text == "a\tb\\" && bytes == &[0x0a, 0xff]));
    }
}

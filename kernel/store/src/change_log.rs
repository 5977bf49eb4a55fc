//! Reading the change log without stepping over what is not committed yet.

use crate::{Change, Error, Name, Row, Value, Watermark};

/// What can be delivered of the lines read.
#[derive(Debug)]
pub(crate) struct Part {
    pub changes: Vec<Change>,
    pub next: Watermark,
    /// What stopped it.
    pub gap: Option<Gap>,
}

/// Some line that may still come is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The line behind it.
    pub before: i64,
    /// The last line that was read.
    pub last: i64,
}

/// Takes the lines as long as their numbers follow each other, or gaps between them are final.
pub(crate) fn read(lines: &[Row], after: &Watermark) -> Result<Part, Error> {
    let mut part = Part {
        changes: Vec::with_capacity(lines.len()),
        next: *after,
        gap: None,
    };
    for line in lines {
        let (horizon, seq, change) = parse(line)?;
        let settled = after.fence_seq >= seq && horizon >= after.fence_xid;
        if seq != part.next.seq + 1 && !settled {
            let last = lines.last().and_then(|it| it.get(1)).and_then(Value::as_int).unwrap_or(seq);
            part.gap = Some(Gap { before: seq, last });
            break;
        }
        part.changes.push(change);
        part.next.seq = seq;
    }
    if part.next.seq >= part.next.fence_seq {
        part.next = Watermark::at(part.next.seq);
    }
    Ok(part)
}

fn parse(line: &[Value]) -> Result<(i64, i64, Change), Error> {
    match line {
        [
            Value::Int(horizon),
            Value::Int(seq),
            Value::Text(register),
            Value::Text(id),
            Value::Int(rid),
            Value::Int(version),
            Value::Text(kind),
        ] => {
            let (register, id, kind) = (Name::from(register), Name::from(id), Name::from(kind));
            Ok((
                *horizon,
                *seq,
                Change {
                    register,
                    id,
                    rid: *rid,
                    version: *version,
                    kind,
                },
            ))
        }
        _ => Err(Error::Database("a line of the change log cannot be read".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::{Gap, read};
    use crate::{Row, Watermark};

    fn lines(horizon: i64, numbers: &[i64]) -> Vec<Row> {
        let line = |seq: &i64| {
            vec![
                horizon.into(),
                (*seq).into(),
                "r".into(),
                "i".into(),
                1.into(),
                1.into(),
                "k".into(),
            ]
        };
        numbers.iter().map(line).collect()
    }

    fn check(horizon: i64, numbers: &[i64], after: Watermark, delivered: usize, next: Watermark, gap: Option<(i64, i64)>) {
        let part = read(&lines(horizon, numbers), &after).expect("lines");
        let gap = gap.map(|(before, last)| Gap { before, last });
        assert_eq!(
            (part.changes.len(), part.next, part.gap),
            (delivered, next, gap),
            "{numbers:?} after {after}"
        );
    }

    #[test]
    fn gaps_wait_for_their_fence() {
        let fenced = |seq: i64| Watermark {
            seq,
            fence_seq: 5,
            fence_xid: 100,
        };
        check(0, &[], Watermark::at(7), 0, Watermark::at(7), None);
        check(0, &[1, 2, 3], Watermark::default(), 3, Watermark::at(3), None);
        check(0, &[4, 6, 7], Watermark::at(3), 1, Watermark::at(4), Some((6, 7)));
        check(0, &[6, 7], Watermark::at(4), 0, Watermark::at(4), Some((6, 7)));
        check(99, &[3, 5, 6], fenced(1), 0, fenced(1), Some((3, 6)));
        check(100, &[3, 5, 6], fenced(1), 3, Watermark::at(6), None);
        check(100, &[3, 5, 8], fenced(1), 2, Watermark::at(5), Some((8, 8)));
        check(99, &[2, 3, 5], fenced(1), 2, fenced(3), Some((5, 5)));
        check(99, &[2, 3, 4, 5], fenced(1), 4, Watermark::at(5), None);
    }
}

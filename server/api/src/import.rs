//! Many new records from JSON lines, with the sender's own rights. Rows are committed a few at a time, in the bulk lane; what has been committed
//! when the line breaks stays, and a second run finds it unchanged.

use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;
use yiwang_authz::Action;
use yiwang_process::{NewMatter, Processes};
use yiwang_records::rows::Lane;
use yiwang_records::{Ctx, Writer};
use yiwang_types::{Code, Fault, FieldFault};

use crate::input::{Line, Lines};

/// Rows on their way at the same time: enough for the store to commit them in groups.
const WIDTH: usize = 16;
/// Most lines told of one by one.
const MOST_ERRORS: usize = 1_000;

/// One row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    fields: Map<String, Json>,
    /// Facts that are no fields; kept in the first history entry.
    #[serde(default)]
    notes: Map<String, Json>,
}

/// What became of the rows.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportView {
    /// Records made.
    new: u64,
    /// Rows that are there already, by a unique number of theirs.
    unchanged: u64,
    /// Rows that were refused.
    refused: u64,
    /// The refused rows, the first 1,000 of them.
    errors: Vec<ImportError>,
}

/// A refused row.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportError {
    /// Line in what was sent, from 1.
    line: usize,
    /// Stable code.
    code: &'static str,
    /// What is wrong, in Chinese.
    detail: String,
    /// The fields that have to be mended.
    errors: Vec<ImportFieldError>,
}

/// A field that has to be mended.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportFieldError {
    field: String,
    rule: String,
    message: String,
    remedy: String,
}

/// Takes all lines.
///
/// # Errors
/// `forbidden` and `not-found` before the first row; `too-large` and `bad-request` when the body ends badly.
pub(crate) async fn run(processes: &Processes, ctx: &Ctx, register: &str, lines: Lines) -> Result<ImportView, Fault> {
    processes.records().register(register)?;
    processes.records().permit(ctx, Action::Create, register)?;
    let ctx = &Ctx {
        lane: Lane::Bulk,
        ..ctx.clone()
    };
    let rows = stream::unfold(Some(lines), |lines| async {
        let mut lines = lines?;
        match lines.next().await.transpose()? {
            Ok(line) => Some((Ok(line), Some(lines))),
            Err(fault) => Some((Err(fault), None)),
        }
    });
    let taken = async |line: Result<Line, Fault>| -> Result<(usize, Result<(), Fault>), Fault> {
        let line = line?;
        Ok((line.number, take(processes, ctx, register, &line).await))
    };
    let mut done = rows.map(taken).buffered(WIDTH).boxed();
    let mut view = ImportView::default();
    while let Some(row) = done.next().await {
        let (number, outcome) = row?;
        view.note(number, outcome);
    }
    Ok(view)
}

async fn take(processes: &Processes, ctx: &Ctx, register: &str, line: &Line) -> Result<(), Fault> {
    let row: Row = line.parse()?;
    let new = NewMatter {
        fields: row.fields,
        notes: row.notes,
        writer: Writer::Outside,
    };
    processes.create(ctx, register, &new).await.map(|_| ())
}

impl ImportView {
    fn note(&mut self, line: usize, outcome: Result<(), Fault>) {
        match outcome {
            Ok(()) => self.new += 1,
            Err(fault) if is_known(&fault) => self.unchanged += 1,
            Err(fault) => {
                self.refused += 1;
                if self.errors.len() < MOST_ERRORS {
                    self.errors.push(ImportError::of(line, fault));
                }
            }
        }
    }
}

/// The only thing wrong with the row is that its number is taken: it came before.
fn is_known(fault: &Fault) -> bool {
    fault.code == Code::Invalid && !fault.fields.is_empty() && fault.fields.iter().all(|it| it.rule == "unique")
}

impl ImportError {
    fn of(line: usize, fault: Fault) -> ImportError {
        let field = |it: FieldFault| ImportFieldError {
            field: it.field,
            rule: it.rule,
            message: it.message,
            remedy: it.remedy,
        };
        ImportError {
            line,
            code: fault.code.as_str(),
            detail: fault.detail,
            errors: fault.fields.into_iter().map(field).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let mut view = ImportView::default();
        let fault = |rules: &[&str]| Fault::invalid(rules.iter().map(|it| FieldFault::new("a", *it, "", "")).collect());
        view.note(1, Ok(()));
        view.note(2, Err(fault(&["unique", "unique"])));
        view.note(3, Err(fault(&["unique", "required"])));
        view.note(4, Err(fault(&[])));
        view.note(5, Err(Fault::new(Code::Busy, "忙")));
        assert_eq!((view.new, view.unchanged, view.refused), (1, 1, 3));
        let lines: Vec<(usize, &str)> = view.errors.iter().map(|it| (it.line, it.code)).collect();
        assert_eq!(lines, [(3, "invalid"), (4, "invalid"), (5, "busy")]);
    }
}

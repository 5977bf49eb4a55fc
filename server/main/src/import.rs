//! `yiwang import`: a foreign file by the mapping of its app, row by row, with progress and an error line for each refused row.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use yiwang_model::{Import, Model};
use yiwang_process::Imported;
use yiwang_records::Ctx;
use yiwang_types::Fault;

use crate::admin::Line;
use crate::node::Node;

/// A row's cells by heading, or why it cannot be read.
pub type Row = Result<BTreeMap<String, String>, Fault>;

/// Rows under way at a time.
const TOGETHER: usize = 16;
/// A progress line after so many rows.
const PROGRESS: u64 = 500;

/// Counts of an import.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    new: u64,
    unchanged: u64,
    refused: u64,
}

impl Counts {
    /// Takes a row's end into account and says it when it was refused.
    fn take(&mut self, line: u64, result: Result<Imported, Fault>, say: &UnboundedSender<Line>) {
        match result {
            Ok(Imported::New) => self.new += 1,
            Ok(Imported::Unchanged) => self.unchanged += 1,
            Err(fault) => {
                self.refused += 1;
                let fields: Vec<String> = fault.fields.iter().map(|it| format!("{}:{}", it.field, it.message)).collect();
                let _ = say.send(Line::Note(format!("第 {line} 行未收:{} {}", fault.detail, fields.join(";"))));
            }
        }
    }

    /// The last line, by which scripts know how it went.
    pub fn line(&self) -> String {
        format!("new={} unchanged={} refused={}", self.new, self.unchanged, self.refused)
    }

    /// 0, or 2 when rows were refused.
    pub fn exit(&self) -> u8 {
        if self.refused == 0 { 0 } else { 2 }
    }
}

/// The mapping of a register by name, or its only one.
///
/// # Errors
/// When there is none or there are several.
pub fn mapping(model: &Model, register: &str, name: Option<&str>) -> anyhow::Result<Arc<Import>> {
    let mut fits = model
        .imports
        .values()
        .filter(|it| it.register == register && name.is_none_or(|name| it.name == name));
    match (fits.next(), fits.next()) {
        (Some(one), None) => Ok(Arc::clone(one)),
        (None, _) => bail!("登记簿“{register}”没有导入定义;请核对名称,或在应用的 imports/ 里加一个"),
        (Some(_), Some(_)) => bail!("登记簿“{register}”有几个导入定义;请用 --mapping 指明"),
    }
}

/// The rows of a file as columns by heading, with their line numbers; a broken row is an error of its own.
///
/// # Errors
/// When the file is not in the declared encoding or has no heading.
pub fn rows(import: &Import, bytes: &[u8]) -> anyhow::Result<Vec<(u64, Row)>> {
    let encoding = encoding_rs::Encoding::for_label(import.source.encoding.as_bytes()).context("导入定义的 encoding 不认识")?;
    let (text, _, broken) = encoding.decode(bytes);
    if broken {
        bail!(
            "文件不是 {} 编码;请另存为这种编码,或在导入定义里改 encoding",
            import.source.encoding
        );
    }
    let separator = u8::try_from(import.source.separator).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(text.as_bytes());
    let headings = reader.headers().context("文件没有表头")?.clone();
    let row = |record: Result<csv::StringRecord, csv::Error>| match record {
        Ok(record) => {
            let line = record.position().map_or(0, csv::Position::line);
            (
                line,
                Ok(headings
                    .iter()
                    .map(str::to_owned)
                    .zip(record.iter().map(str::to_owned))
                    .collect()),
            )
        }
        Err(err) => {
            let line = err.position().map_or(0, csv::Position::line);
            (
                line,
                Err(Fault::new(
                    yiwang_types::Code::BadRequest,
                    format!("这一行的列数或引号不对:{err}"),
                )),
            )
        }
    };
    Ok(reader.into_records().map(row).collect())
}

/// Takes a file in as job `import`.
///
/// # Errors
/// When the file cannot be read at all; refused rows are in the counts.
pub async fn run(
    node: &Node,
    register: &str,
    name: Option<&str>,
    bytes: &[u8],
    say: &UnboundedSender<Line>,
) -> anyhow::Result<u8> {
    let import = mapping(&node.records.model(), register, name)?;
    let mut counts = Counts::default();
    let mut under_way: JoinSet<(u64, Result<Imported, Fault>)> = JoinSet::new();
    let mut taken = 0_u64;
    for (line, row) in rows(&import, bytes)? {
        if under_way.len() >= TOGETHER
            && let Some(Ok((line, result))) = under_way.join_next().await
        {
            counts.take(line, result, say);
        }
        match row {
            Err(fault) => counts.take(line, Err(fault), say),
            Ok(row) => {
                let (processes, import) = (node.processes.clone(), Arc::clone(&import));
                under_way.spawn(async move { (line, processes.import_row(&Ctx::job("import"), &import, &row).await) });
            }
        }
        taken += 1;
        if taken.is_multiple_of(PROGRESS) {
            let _ = say.send(Line::Note(format!("已读 {taken} 行:{}", counts.line())));
        }
    }
    while let Some(done) = under_way.join_next().await {
        if let Ok((line, result)) = done {
            counts.take(line, result, say);
        }
    }
    let _ = say.send(Line::Say(counts.line()));
    Ok(counts.exit())
}

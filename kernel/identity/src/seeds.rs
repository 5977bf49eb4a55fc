//! The records that apps and overlays bring, loaded through the pipeline like anybody's.

use serde_json::{Map, Value as Json, json};
use yiwang_model::{Register, Seed};
use yiwang_records::rows::Filter;
use yiwang_records::{Ctx, Loaded, Records, SystemReader};
use yiwang_types::{Code, Fault};

/// What loading did with the records of the seed files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeedReport {
    /// Records made.
    pub new: u64,
    /// Records that were there already; they are left as the place has changed them meanwhile.
    pub unchanged: u64,
}

/// Loads seeds in their order as job `seed`, after the roles that the apps in use define. A record is known by the key of its register, or
/// else by its first unique set of fields.
///
/// # Errors
/// The fault of the first record that does not go in, with file and line; what the store says.
pub async fn load_seeds(records: &Records, seeds: &[Seed]) -> Result<SeedReport, Fault> {
    let mut loader = Loader {
        records,
        reader: records.system("seed"),
        ctx: Ctx::job("seed"),
        report: SeedReport::default(),
    };
    loader.roles().await?;
    for seed in seeds {
        let register = records.register(&seed.register)?;
        for (at, record) in seed.records.iter().enumerate() {
            let line = seed.lines.get(at).copied().unwrap_or(0);
            loader
                .record(&register, record)
                .await
                .map_err(|fault| placed(fault, seed, line))?;
        }
    }
    Ok(loader.report)
}

struct Loader<'a> {
    records: &'a Records,
    reader: SystemReader,
    ctx: Ctx,
    report: SeedReport,
}

impl Loader<'_> {
    /// Keeps the register of roles in step with the roles in force; those of jobs and of the public are held through no post.
    async fn roles(&self) -> Result<(), Fault> {
        for role in self.records.model().roles.values().filter(|it| is_of_staff(&it.name)) {
            let values: Map<String, Json> = [("code".to_owned(), json!(role.name)), ("title".to_owned(), json!(role.title))]
                .into_iter()
                .collect();
            match self.reader.find("role", "code", &role.name).await? {
                None => self.records.create(&self.ctx, "role", &values).await.map(|_| ())?,
                Some(it) if it.text("title") != Some(role.title.as_str()) => {
                    self.records.update(&self.ctx, "role", &it.id, it.version, &values).await?;
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    async fn record(&mut self, register: &Register, record: &Map<String, Json>) -> Result<(), Fault> {
        if self.find(register, record).await?.is_some() {
            self.report.unchanged += 1;
            return Ok(());
        }
        self.records.create(&self.ctx, &register.name, record).await?;
        self.report.new += 1;
        Ok(())
    }

    /// The record that this seed made earlier, or somebody else under the same name.
    async fn find(&self, register: &Register, record: &Map<String, Json>) -> Result<Option<Loaded>, Fault> {
        let key = register
            .key
            .as_ref()
            .map(std::slice::from_ref)
            .or_else(|| register.unique.first().map(Vec::as_slice));
        let Some(key) = key else {
            return Err(Fault::internal(format!(
                "{} has no key and no unique fields, so its seeds cannot be told apart",
                register.name
            )));
        };
        let equal = |name: &String| Some(Filter::eq(name.as_str(), record.get(name)?.as_str()?));
        let Some(equal) = key.iter().map(equal).collect::<Option<Vec<_>>>() else {
            return Err(Fault::new(
                Code::Invalid,
                format!("缺少用来识别记录的字段:{}。", key.join("、")),
            ));
        };
        Ok(self
            .reader
            .matching(&register.name, Filter::And(equal), 1)
            .await?
            .into_iter()
            .next())
    }
}

fn is_of_staff(role: &str) -> bool {
    !role.starts_with("job:") && !["public", "resident", "firm"].contains(&role)
}

/// The same fault with the place in the file, which is what its author needs.
fn placed(fault: Fault, seed: &Seed, line: u32) -> Fault {
    let fields: Vec<String> = fault
        .fields
        .iter()
        .map(|it| format!("{}:{},{}", it.field, it.message, it.remedy))
        .collect();
    let what = if fields.is_empty() {
        fault.detail.clone()
    } else {
        fields.join(";")
    };
    Fault {
        detail: format!("初始数据 {} 第 {line} 行没有写入:{what}", seed.file),
        ..fault
    }
}

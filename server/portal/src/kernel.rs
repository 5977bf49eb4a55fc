//! The ports on the real kernel.

use std::collections::BTreeMap;
use std::sync::Arc;

use yiwang_authz::Subject;
use yiwang_feel::Value;
use yiwang_files::{Declared, FileService, Kind, Rendition, Upload};
use yiwang_model::Model;
use yiwang_process::{ActInput, ClockState, NewMatter, Processes, limit_from};
use yiwang_records::{Ctx, Idempotency, Saved};
use yiwang_types::Code;
use yiwang_types::worktime::Limit;

use crate::services::{Answer, ClockFace, Counting, Found, Matters, PhotoUpload, Photos};

/// [`Matters`] on the process engine; acts as the public.
#[derive(Clone)]
pub struct KernelMatters {
    processes: Processes,
}

impl KernelMatters {
    /// On this engine.
    pub fn new(processes: Processes) -> KernelMatters {
        KernelMatters { processes }
    }
}

/// The session key of all visitors of the pages: which photos belong to which report is said by the signed form, never by a visitor's word.
const VISITORS: &str = "visitors-of-the-public-pages";

fn visitor() -> Ctx {
    Ctx::new(Arc::new(Subject::public())).with_owner(Some(VISITORS.to_owned()))
}

fn public(key: Idempotency) -> Ctx {
    visitor().with_key(Some(key))
}

impl Matters for KernelMatters {
    fn model(&self) -> Arc<Model> {
        Arc::clone(&self.processes.registry().current().model)
    }

    fn submit<'a>(&'a self, register: &'a str, new: &'a NewMatter, key: Idempotency) -> Answer<'a, Saved> {
        Box::pin(async move { self.processes.create(&public(key), register, new).await })
    }

    fn find<'a>(&'a self, register: &'a str, code: &'a str) -> Answer<'a, Option<Found>> {
        Box::pin(async move {
            match self.processes.by_code(register, code).await {
                Ok(it) => Ok(Some(Found {
                    status: it.status,
                    created_at: it.created_at,
                    values: it.values,
                })),
                Err(fault) if fault.code == Code::NotFound => Ok(None),
                Err(fault) => Err(fault),
            }
        })
    }

    fn act<'a>(
        &'a self,
        register: &'a str,
        code: &'a str,
        act: &'a str,
        input: &'a ActInput,
        key: Idempotency,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            self.processes
                .act_by_code(&public(key), register, code, act, input)
                .await
                .map(drop)
        })
    }

    fn limits(&self, register: &str) -> BTreeMap<String, Limit> {
        let definitions = self.processes.registry().current();
        let process = definitions.model.registers.get(register).and_then(|it| it.process.clone());
        let Some(process) = process.and_then(|it| definitions.processes.get(&it)) else {
            return BTreeMap::new();
        };
        // Without a record: an expression that asks for one gives no limit, and is no limit for everybody.
        let scope = [("record".to_owned(), Value::Null)].into_iter().collect();
        let records = self.processes.records();
        let env = records.env(records.now());
        let clocks = process.clocks.iter();
        clocks
            .filter_map(|it| {
                let value = it.limit.as_ref()?.eval(&scope, &env).ok()?;
                Some((it.id.clone(), limit_from(&value)?))
            })
            .collect()
    }

    fn clock<'a>(&'a self, register: &'a str, code: &'a str, clock: &'a str) -> Answer<'a, Option<ClockFace>> {
        Box::pin(async move {
            let matter = self.processes.matter_by_code(register, code).await?;
            Ok(matter.and_then(|it| Some(face(it.clocks.get(clock)?, it.suspended.is_some()))))
        })
    }

    fn name_of<'a>(&'a self, register: &'a str, reference: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move {
            let records = self.processes.records();
            let Some(key) = records.register(register)?.key.clone() else {
                return Ok(None);
            };
            let found = records.system("public-names").find(register, &key, reference).await?;
            Ok(found.map(|it| it.label().to_owned()))
        })
    }
}

fn face(clock: &ClockState, suspended: bool) -> ClockFace {
    let counting = match (clock.ended_at, suspended) {
        (None, true) => Counting::Suspended,
        (None, false) if clock.running() => Counting::Until(clock.due),
        _ => Counting::Done,
    };
    ClockFace {
        limit: clock.limit,
        counting,
    }
}

/// [`Photos`] on the file service.
#[derive(Clone)]
pub struct KernelPhotos {
    files: FileService,
}

impl KernelPhotos {
    /// On this service.
    pub fn new(files: FileService) -> KernelPhotos {
        KernelPhotos { files }
    }
}

impl Photos for KernelPhotos {
    fn begin(&self) -> Answer<'_, Box<dyn PhotoUpload>> {
        Box::pin(async move {
            let upload = self.files.begin(&visitor(), &[Kind::Image]).await?;
            let it: Box<dyn PhotoUpload> = Box::new(KernelUpload {
                files: self.files.clone(),
                upload,
            });
            Ok(it)
        })
    }

    fn drawn<'a>(&'a self, id: &'a str, rendition: Rendition) -> Answer<'a, Vec<u8>> {
        Box::pin(self.files.shown(id, rendition))
    }
}

struct KernelUpload {
    files: FileService,
    upload: Upload,
}

impl PhotoUpload for KernelUpload {
    fn write<'a>(&'a mut self, piece: &'a [u8]) -> Answer<'a, ()> {
        Box::pin(self.upload.write(piece))
    }

    fn finish(self: Box<Self>, name: Option<String>, media_type: Option<String>) -> Answer<'static, String> {
        Box::pin(async move {
            let KernelUpload { files, upload } = *self;
            Ok(files.finish(&visitor(), upload, &Declared { name, media_type }).await?.id)
        })
    }
}

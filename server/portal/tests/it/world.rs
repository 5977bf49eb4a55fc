//! A small county without a database: the app packages of this repository, cells and streets in memory, photos checked by the real rules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use crate::places::PlaceIndex;
use axum::Router;
use axum::http::request::Parts;
use serde_json::Map;
use yiwang_files::{Declared, Kind, Limits, Rendition, inspect, render};
use yiwang_model::{FieldValue, Mode, Model, SourceFile, load, validate};
use yiwang_portal::{Answer, ClockFace, Found, Matters, PhotoUpload, Photos, PortalServices, Secret, router};
use yiwang_process::{ActInput, NewMatter};
use yiwang_records::{Idempotency, Saved};
use yiwang_space::cells::{Cell, CellIndex};
use yiwang_space::geocode::{Address, Geocoder, StreetLine};
use yiwang_space::geometry::Area;
use yiwang_space::sketch::{Community, Sketch, Street, StreetWidth};
use yiwang_space::{BBox, Point};
use yiwang_types::worktime::{Limit, LimitUnit};
use yiwang_types::{Clock, Code, Entropy, Fault, Instant, Offset};

pub struct World {
    pub matters: Arc<FakeMatters>,
    pub photos: Arc<FakePhotos>,
    pub clock: Arc<Hand>,
    pub router: Router,
    pub register: String,
}

/// A world with the street sketch.
pub fn world() -> World {
    world_with(Arc::new(model()), places(true))
}

/// A world where nothing is known of streets.
pub fn world_without_streets() -> World {
    world_with(Arc::new(model()), places(false))
}

/// A page of the manual and one of an error code.
fn help() -> Arc<yiwang_help::Pages> {
    let page = |name: &str, text: &str| [(name.to_owned(), text.to_owned())];
    let manual = page("report.md", "# 怎样反映\n\n写清楚**在哪里**。\n\n- [查进度](progress.md)\n");
    Arc::new(yiwang_help::Pages::of(
        manual,
        page("busy.md", "# busy 系统繁忙\n\n过一会儿再试。\n"),
    ))
}

pub fn world_with(model: Arc<Model>, places: PlaceIndex) -> World {
    let entropy = Arc::new(Counter::default());
    let start = Instant::parse("2026-10-09T08:30:00Z").expect("instant");
    let clock = Arc::new(Hand(AtomicI64::new(start.millis())));
    let services = |matters: &Arc<FakeMatters>, photos: &Arc<FakePhotos>| PortalServices {
        matters: matters.clone(),
        photos: photos.clone(),
        places: Arc::new(places.clone()),
        address: Arc::new(address),
        clock: clock.clone(),
        entropy: entropy.clone(),
        offset: Offset::CHINA,
        secret: Secret([7; 32]),
        demo: true,
        help: help(),
        script: Some("/assets/portal-x.js".to_owned()),
    };
    let register = register_of(&model);
    let matters = Arc::new(FakeMatters {
        model,
        clock: clock.clone(),
        records: Mutex::default(),
        keys: Mutex::default(),
        fault: Mutex::default(),
        clocks: Mutex::default(),
    });
    let photos = Arc::new(FakePhotos::default());
    let router = router(services(&matters, &photos));
    World {
        matters,
        photos,
        clock,
        router,
        register,
    }
}

/// The register of the first entrance.
fn register_of(model: &Model) -> String {
    let file = model.portal_templates.values().next().expect("an app with public pages");
    let line = file
        .text
        .lines()
        .find_map(|it| it.strip_prefix("register: "))
        .expect("its register");
    line.trim().to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All app packages of the repository.
pub fn model() -> Model {
    let mut files = Vec::new();
    read_below(&root(), "apps", &mut files);
    read_below(&root(), "overlays", &mut files);
    // Seeds want the kernel's whole registers; here only the names of what the apps need of it matter.
    files.retain(|it| !it.path.contains("/seed/"));
    let needed = list_in(&files, "needs: [");
    files.push(file(
        "kernel/app.yaml",
        &format!("format: 1\napp: kernel\ntitle: 内核\nprovides: [{}]\n", needed.join(", ")),
    ));
    for name in needed {
        let fields = "fields:\n  - {name: code, title: 代码, type: text}\n  - {name: title, title: 名称, type: text}\n";
        let text = format!("format: 1\nregister: {name}\ntitle: {name}\nlabel: title\nkey: code\nsystem: true\n{fields}");
        files.push(file(&format!("kernel/registers/{name}.yaml"), &text));
    }
    let (model, diagnostics) = load(&files);
    let broken: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    assert!(!model.apps.is_empty() && model.disabled.is_empty(), "{broken:#?}");
    model
}

/// What the heads of all apps list behind a key.
fn list_in(files: &[SourceFile], key: &str) -> Vec<String> {
    let heads = files.iter().filter(|it| it.path.ends_with("/app.yaml"));
    let lines = heads.flat_map(|it| {
        String::from_utf8_lossy(&it.bytes)
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let list = lines.filter_map(|it| Some(it.strip_prefix(key)?.split(']').next()?.to_owned()));
    list.flat_map(|it| it.split(',').map(|it| it.trim().to_owned()).collect::<Vec<_>>())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        bytes: text.as_bytes().into(),
    }
}

fn read_below(root: &Path, inside: &str, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> = std::fs::read_dir(root.join(inside))
        .expect(inside)
        .map(|it| it.expect("entry"))
        .collect();
    entries.sort_by_key(|it| it.file_name());
    for entry in entries {
        let path = format!("{inside}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_below(root, &path, files);
        } else {
            files.push(SourceFile {
                path,
                bytes: std::fs::read(entry.path()).expect("file").into(),
            });
        }
    }
}

/// A clock that stands until it is moved; in milliseconds.
pub struct Hand(AtomicI64);

impl Hand {
    pub fn pass_minutes(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000, Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Where a request of the tests comes from.
fn address(parts: &Parts) -> String {
    let told = parts.headers.get("x-test-address").and_then(|it| it.to_str().ok());
    told.unwrap_or("10.0.0.1").to_owned()
}

#[derive(Default)]
struct Counter(Mutex<u8>);

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let mut count = self.0.lock().expect("lock");
        *count += 1;
        bytes.fill(*count);
    }
}

/// A record of the fake.
#[derive(Clone, Default)]
pub struct Record {
    pub status: String,
    pub values: BTreeMap<String, FieldValue>,
    pub notes: Map<String, serde_json::Value>,
}

/// Records in memory, checked by the kernel's own rules for input.
pub struct FakeMatters {
    model: Arc<Model>,
    clock: Arc<Hand>,
    pub records: Mutex<BTreeMap<String, Record>>,
    keys: Mutex<BTreeMap<String, (String, Saved)>>,
    /// Answered once instead of doing anything.
    pub fault: Mutex<Option<Fault>>,
    /// How the clocks stand, by name.
    pub clocks: Mutex<BTreeMap<String, ClockFace>>,
}

impl FakeMatters {
    pub fn fail_once(&self, fault: Fault) {
        *self.fault.lock().expect("lock") = Some(fault);
    }

    pub fn count(&self) -> usize {
        self.records.lock().expect("lock").len()
    }

    pub fn record(&self, code: &str) -> Record {
        self.records.lock().expect("lock").get(code).cloned().expect("record")
    }

    /// Puts values into a record, as the process would.
    pub fn change(&self, code: &str, status: &str, values: &[(&str, FieldValue)]) {
        let mut records = self.records.lock().expect("lock");
        let record = records.get_mut(code).expect("record");
        record.status = status.to_owned();
        record
            .values
            .extend(values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }

    fn take(&self, register: &str, new: &NewMatter, key: &Idempotency) -> Result<Saved, Fault> {
        if let Some(fault) = self.fault.lock().expect("lock").take() {
            return Err(fault);
        }
        let mut keys = self.keys.lock().expect("lock");
        if let Some((digest, saved)) = keys.get(&key.key) {
            let same = *digest == key.digest;
            return if same {
                Ok(saved.clone())
            } else {
                Err(Fault::new(Code::KeyReused, "这个幂等键已用于另一项内容。"))
            };
        }
        let register = &self.model.registers[register];
        let now = self.clock.now();
        let today = now.date(Offset::CHINA);
        let mut values = validate(
            register,
            &self.model.dictionaries,
            &new.fields,
            Mode::Create,
            today,
            Offset::CHINA,
        )
        .map_err(Fault::invalid)?;
        let mut records = self.records.lock().expect("lock");
        let seq = records.len() + 1;
        let code = format!(
            "K7QM3FVX9T2{}",
            char::from_digit(u32::try_from(seq).expect("few"), 10).expect("few")
        );
        let mut numbers = BTreeMap::new();
        for rule in register.numbers.iter().filter(|it| !it.gapless) {
            numbers.insert(rule.field.clone(), format!("SB20261009{seq:05}"));
        }
        numbers.insert(register.progress_code.clone().expect("code"), code.clone());
        values.extend(numbers.iter().map(|(name, it)| (name.clone(), FieldValue::Text(it.clone()))));
        records.insert(
            code.clone(),
            Record {
                status: "REPORTED".to_owned(),
                values,
                notes: new.notes.clone(),
            },
        );
        let saved = Saved {
            register: register.name.clone(),
            id: format!("id-{seq}"),
            version: 1,
            status: "REPORTED".to_owned(),
            numbers,
            answer: Map::new(),
        };
        keys.insert(key.key.clone(), (key.digest.clone(), saved.clone()));
        Ok(saved)
    }

    fn rate(&self, code: &str, input: &ActInput, key: &Idempotency) -> Result<(), Fault> {
        if let Some(fault) = self.fault.lock().expect("lock").take() {
            return Err(fault);
        }
        let mut keys = self.keys.lock().expect("lock");
        if keys.contains_key(&key.key) {
            return Ok(());
        }
        let mut records = self.records.lock().expect("lock");
        let record = records.get_mut(code).expect("record");
        if record.values.contains_key("rating") {
            return Err(Fault::new(Code::AlreadyRated, "已经评价过;每件只能评价一次。"));
        }
        for (name, value) in &input.form {
            let value = match value {
                serde_json::Value::Bool(it) => FieldValue::Bool(*it),
                other => FieldValue::Text(other.as_str().expect("text").to_owned()),
            };
            record.values.insert(name.clone(), value);
        }
        let saved = Saved {
            register: String::new(),
            id: String::new(),
            version: 2,
            status: record.status.clone(),
            numbers: BTreeMap::new(),
            answer: Map::new(),
        };
        keys.insert(key.key.clone(), (key.digest.clone(), saved));
        Ok(())
    }
}

impl Matters for FakeMatters {
    fn model(&self) -> Arc<Model> {
        Arc::clone(&self.model)
    }

    fn submit<'a>(&'a self, register: &'a str, new: &'a NewMatter, key: Idempotency) -> Answer<'a, Saved> {
        Box::pin(async move { self.take(register, new, &key) })
    }

    fn find<'a>(&'a self, _: &'a str, code: &'a str) -> Answer<'a, Option<Found>> {
        let found = self.records.lock().expect("lock").get(code).cloned();
        let created_at = self.clock.now();
        Box::pin(async move {
            Ok(found.map(|it| Found {
                status: it.status,
                created_at,
                values: it.values,
            }))
        })
    }

    fn act<'a>(&'a self, _: &'a str, code: &'a str, _: &'a str, input: &'a ActInput, key: Idempotency) -> Answer<'a, ()> {
        Box::pin(async move { self.rate(code, input, &key) })
    }

    fn limits(&self, _: &str) -> BTreeMap<String, Limit> {
        let limit = |name: &str, amount| {
            let unit = LimitUnit::WorkingMinute;
            (name.to_owned(), Limit { amount, unit })
        };
        [limit("intake", 10), limit("verify", 60), limit("dispatch", 10)]
            .into_iter()
            .collect()
    }

    fn clock<'a>(&'a self, _: &'a str, _: &'a str, clock: &'a str) -> Answer<'a, Option<ClockFace>> {
        let face = self.clocks.lock().expect("lock").get(clock).copied();
        Box::pin(async move { Ok(face) })
    }

    fn name_of<'a>(&'a self, _: &'a str, reference: &'a str) -> Answer<'a, Option<String>> {
        let name = (reference == "shizheng").then(|| "澜溪县市政设施管理处".to_owned());
        Box::pin(async move { Ok(name) })
    }
}

/// Photos in memory.
#[derive(Clone, Default)]
pub struct FakePhotos(pub Arc<Mutex<Vec<Vec<u8>>>>);

impl Photos for FakePhotos {
    fn begin(&self) -> Answer<'_, Box<dyn PhotoUpload>> {
        let upload: Box<dyn PhotoUpload> = Box::new(FakeUpload {
            photos: self.clone(),
            bytes: Vec::new(),
        });
        Box::pin(async move { Ok(upload) })
    }

    fn drawn<'a>(&'a self, id: &'a str, rendition: Rendition) -> Answer<'a, Vec<u8>> {
        let at = id.rsplit('-').next().and_then(|it| it.parse::<usize>().ok());
        let bytes = at
            .and_then(|it| self.0.lock().expect("lock").get(it).cloned())
            .filter(|it| !it.is_empty());
        Box::pin(async move {
            let bytes = bytes.ok_or_else(|| Fault::new(Code::NotFound, "没有这个文件。"))?;
            render(&bytes, rendition, &Limits::default())
        })
    }
}

struct FakeUpload {
    photos: FakePhotos,
    bytes: Vec<u8>,
}

impl PhotoUpload for FakeUpload {
    fn write<'a>(&'a mut self, piece: &'a [u8]) -> Answer<'a, ()> {
        self.bytes.extend_from_slice(piece);
        let fits = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX) <= Limits::default().image_bytes;
        Box::pin(async move {
            if fits {
                Ok(())
            } else {
                Err(Fault::new(
                    Code::TooLarge,
                    "照片没有传上:文件超过 20 MB。请调低相机分辨率后重新拍一张,已填的内容都还在。",
                ))
            }
        })
    }

    fn finish(self: Box<Self>, name: Option<String>, media_type: Option<String>) -> Answer<'static, String> {
        Box::pin(async move {
            inspect(
                &self.bytes,
                &Declared { name, media_type },
                &[Kind::Image],
                &Limits::default(),
            )?;
            let mut all = self.photos.0.lock().expect("lock");
            let at = all.iter().position(|it| *it == self.bytes).unwrap_or_else(|| {
                all.push(self.bytes.clone());
                all.len() - 1
            });
            Ok(format!("01926c5a-1234-7fff-bfff-{at:012}"))
        })
    }
}

/// West of the town's middle is 县前社区, east of it 十字街社区; the county reaches two kilometres further.
pub const MIDDLE: (i64, i64) = (1_275_122_900, 430_410_000);
const CELL: (i64, i64) = (12_290, 9_000);

pub fn at(east: f64, north: f64) -> Point {
    Point::clamped(MIDDLE.0, MIDDLE.1).moved(east, north)
}

fn places(streets: bool) -> PlaceIndex {
    let mut cells = Vec::new();
    for column in -10..10_i64 {
        for row in -10..10_i64 {
            let low = Point::clamped(MIDDLE.0 + column * CELL.0, MIDDLE.1 + row * CELL.1);
            let high = Point::clamped(low.lon() + CELL.0, low.lat() + CELL.1);
            let division = if column < 0 { "990124002003" } else { "990124002004" };
            let number = (column + 10) % 10 * 20 + row + 11;
            cells.push(Cell {
                code: format!("{division}{number:03}"),
                division: division.to_owned(),
                duty_grid: format!("{division}01"),
                area: Area::of_box(BBox::of(low).join(BBox::of(high))).expect("cell"),
            });
        }
    }
    let names = [
        ("人民路", 0.0, true),
        ("建设街", 280.0, false),
        ("文庙街", -260.0, false),
        ("滨河路", -620.0, true),
        ("育才路", 560.0, false),
    ];
    let line = |north: f64| vec![at(-980.0, north), at(-200.0, north + 15.0), at(980.0, north)];
    let across = [("解放路", -450.0, true), ("迎宾大街", 60.0, true), ("东门巷", 480.0, false)];
    let up = |east: f64| vec![at(east, -880.0), at(east, 880.0)];
    let all: Vec<(&str, Vec<Point>, bool)> = names
        .iter()
        .map(|it| (it.0, line(it.1), it.2))
        .chain(across.iter().map(|it| (it.0, up(it.1), it.2)))
        .collect();
    let drawn = |it: &(&str, Vec<Point>, bool)| Street {
        name: it.0.to_owned(),
        line: it.1.clone(),
        width: if it.2 { StreetWidth::Main } else { StreetWidth::Side },
    };
    let communities = [("县前社区", -500.0, 120.0), ("十字街社区", 500.0, 120.0)];
    let community = |it: &(&str, f64, f64)| Community {
        name: it.0.to_owned(),
        at: at(it.1, it.2),
    };
    let sketch = Sketch::build(
        at(0.0, 0.0),
        all.iter().map(drawn).collect(),
        communities.iter().map(community).collect(),
    );
    let lines = all.iter().enumerate().map(|(id, it)| StreetLine {
        id: format!("street-{id}"),
        name: it.0.to_owned(),
        aliases: Vec::new(),
        line: it.1.clone(),
    });
    let houses = (1..=30_i32).map(|number| Address {
        id: format!("house-{number}"),
        text: format!("建设街{number}号"),
        street: "建设街".to_owned(),
        community: "990124002003".to_owned(),
        at: at(-900.0 + f64::from(number) * 40.0, 290.0),
    });
    let ground = BBox::of(at(-3_000.0, -3_000.0)).join(BBox::of(at(3_000.0, 3_000.0)));
    PlaceIndex {
        cells: Arc::new(CellIndex::build(cells)),
        geocoder: Arc::new(Geocoder::build(houses.collect(), lines.collect(), &["澜溪县"])),
        sketch: streets.then(|| Arc::new(sketch)),
        ground: Area::of_box(ground).map(Arc::new),
        titles: [("990124002003", "县前社区"), ("990124002004", "十字街社区")]
            .into_iter()
            .map(|(code, title)| (code.to_owned(), title.to_owned()))
            .collect(),
    }
}

//! Writes the ground and what stands on it, several at a time, what is there already left alone.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::{Map, Value as Json, json};
use yiwang_process::Processes;
use yiwang_records::{Ctx, Records};
use yiwang_space::Space;
use yiwang_types::{Clock, Fault, Instant};

use crate::ground::float;
use crate::town::Town;
use crate::{DemoReport, JOB, Progress};

/// Writes on their way at once.
const TOGETHER: usize = 16;

type Fields = Map<String, Json>;

/// A clock that stands at the moment of one act.
pub(crate) struct At(pub Instant);

impl Clock for At {
    fn now(&self) -> Instant {
        self.0
    }
}

/// Boundaries, cells, streets, addresses, components. The hook of the pipeline knows the cells before addresses and components are placed.
pub(crate) async fn load(
    processes: &Processes,
    space: &Space,
    town: &Town<'_>,
    now: Instant,
    progress: &(impl Fn(Progress) + Send + Sync),
) -> Result<DemoReport, Fault> {
    // Surveyed the day before the oldest case.
    let surveyed = now.plus_minutes(-i64::from(town.file.cases.days + 2) * 24 * 60);
    let records = processes.records().at(Arc::new(At(surveyed)));
    let loader = Loader { records, progress };
    let mut report = DemoReport {
        boundaries: loader.load("boundary", "division", "区划范围", boundaries(town)).await?,
        cells: loader.load("grid_cell", "code", "单元网格", cells(town)).await?,
        ..DemoReport::default()
    };
    space.refresh_if_changed().await?;
    report.streets = loader.load("street", "title", "道路", streets(town)).await?;
    report.addresses = loader.load("address", "text", "地址", addresses(town)).await?;
    report.components = loader
        .load(
            "component",
            "code",
            "部件",
            town.components.iter().map(|it| it.fields.clone()).collect(),
        )
        .await?;
    Ok(report)
}

struct Loader<'a, F> {
    records: Records,
    progress: &'a F,
}

impl<F: Fn(Progress) + Send + Sync> Loader<'_, F> {
    async fn load(&self, register: &str, key: &str, what: &'static str, rows: Vec<Fields>) -> Result<usize, Fault> {
        let (count, _) = self.records.system("demo").stamp(register).await?;
        let known = if count == 0 {
            BTreeSet::new()
        } else {
            self.known(register, key).await?
        };
        let new = |it: &Fields| it.get(key).and_then(Json::as_str).is_none_or(|it| !known.contains(it));
        let rows: Vec<Fields> = rows.into_iter().filter(new).collect();
        let (total, done) = (rows.len(), AtomicUsize::new(0));
        let ctx = Ctx::job(JOB);
        let create = |row: Fields| {
            let (ctx, done) = (&ctx, &done);
            async move {
                let saved = self.records.create(ctx, register, &row).await;
                saved.map_err(|fault| fault.because(format!("demo {register} {}", Json::Object(row))))?;
                (self.progress)(Progress {
                    what,
                    done: done.fetch_add(1, Ordering::Relaxed) + 1,
                    total,
                });
                Ok::<(), Fault>(())
            }
        };
        stream::iter(rows)
            .map(create)
            .buffer_unordered(TOGETHER)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(total)
    }

    async fn known(&self, register: &str, key: &str) -> Result<BTreeSet<String>, Fault> {
        let all = self.records.system("demo").all(register).await?;
        Ok(all.iter().filter_map(|it| it.text(key).map(str::to_owned)).collect())
    }
}

fn fields(json: Json) -> Fields {
    match json {
        Json::Object(it) => it,
        _ => Fields::new(),
    }
}

/// The county, its towns, the town's streets offices (the box around their communities), the communities.
fn boundaries(town: &Town<'_>) -> Vec<Fields> {
    let geometry = &town.file.geometry;
    let row = |code: &str, rect: [f64; 4]| fields(json!({ "division": code, "area": town.ground.polygon(rect) }));
    let county = &geometry.county;
    let mut all = vec![row(
        town.county(),
        [county.x, county.y, county.width, county.height].map(float),
    )];
    all.extend(geometry.towns.iter().map(|it| row(&it.code, it.rect.map(float))));
    let offices: BTreeSet<&str> = geometry.communities.iter().filter_map(|it| it.code.get(..9)).collect();
    for office in offices {
        let mine = geometry
            .communities
            .iter()
            .filter(|it| it.code.starts_with(office))
            .map(|it| it.rect);
        let join = |[ax, ay, aw, ah]: [i64; 4], [bx, by, bw, bh]: [i64; 4]| {
            let (x, y) = (ax.min(bx), ay.min(by));
            [x, y, (ax + aw).max(bx + bw) - x, (ay + ah).max(by + bh) - y]
        };
        all.extend(mine.reduce(join).map(|it| row(office, it.map(float))));
    }
    all.extend(geometry.communities.iter().map(|it| row(&it.code, it.rect.map(float))));
    all
}

fn cells(town: &Town<'_>) -> Vec<Fields> {
    let (area_m2, valid_from) = (town.ground.cell_area(), &town.file.geometry.valid_from);
    let row = |(cell, area)| {
        let crate::ground::CellAt {
            code,
            division,
            duty_grid,
        } = cell;
        fields(json!({
            "code": code, "division": division, "duty_grid": duty_grid, "area": area, "area_m2": area_m2, "valid_from": valid_from,
        }))
    };
    town.ground.cells().into_iter().map(row).collect()
}

fn streets(town: &Town<'_>) -> Vec<Fields> {
    let row = |it: &crate::file::Street| {
        let line: Vec<Json> = it.line.iter().map(|spot| town.ground.position(*spot)).collect();
        let line = json!({ "type": "LineString", "coordinates": line });
        fields(json!({ "title": it.name, "rank": it.rank, "width": it.width, "line": line }))
    };
    town.file.geometry.streets.iter().map(row).collect()
}

fn addresses(town: &Town<'_>) -> Vec<Fields> {
    let row = |it: &crate::town::Address| {
        fields(json!({ "text": it.text(), "street": it.street, "location": town.ground.location(it.spot), "cell": it.cell.code }))
    };
    town.addresses.iter().map(row).collect()
}

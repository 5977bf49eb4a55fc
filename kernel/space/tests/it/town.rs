//! A town of 2 x 2 cells of about 100 m with a hook in its pipeline: two communities side by side, the eastern one with two responsibility
//! grids above each other; around them the ground of the county.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use yiwang_model::SourceFile;
use yiwang_records::{Ctx, KeyRing, Options, Records, Saved};
use yiwang_space::Space;
use yiwang_store::{Config, Store};
use yiwang_testkit::time::{ManualClock, SeededEntropy};
use yiwang_types::{Fault, Offset};

const KERNEL: &str = "format: 1
app: kernel
title: 机构
provides: [division]
";
const DIVISION: &str = "format: 1
register: division
title: 区划
key: code
system: true
fields:
  - {name: code, title: 代码, type: text, max: 15}
  - {name: title, title: 名称, type: text}
";
const APP: &str = "format: 1
app: trees
title: 树木
provides: [tree]
needs: [division, grid_cell, street, address, boundary]
";
const TREE: &str = "format: 1
register: tree
title: 树
division: division
place: {point: spot, cell: cell, division: division, duty_grid: grid}
fields:
  - {name: title, title: 名称, type: text}
  - {name: spot, title: 位置, type: point}
  - {name: cell, title: 单元网格, type: reference, register: grid_cell}
  - {name: grid, title: 责任网格, type: text, max: 20, computed: true}
  - {name: division, title: 区划, type: reference, register: division, computed: true}
";
const ROLES: &str = "format: 1
roles:
  - role: \"job:demo\"
    title: 演示
    grants:
      - {register: tree, actions: [read, create, update, delete], scope: all}
      - {register: division, actions: [read, create, update, delete], scope: all}
      - {register: grid_cell, actions: [read, create, update, delete], scope: all}
      - {register: boundary, actions: [read, create, update, delete], scope: all}
      - {register: street, actions: [read, create, update, delete], scope: all}
      - {register: address, actions: [read, create, update, delete], scope: all}
";
/// North-west corner and side of a cell in degrees.
const LON: f64 = 127.5;
const LAT: f64 = 43.05;
const SIDE: f64 = 0.001;

/// The town.
pub struct Town {
    pub records: Records,
    pub space: Space,
    pub clock: Arc<ManualClock>,
    pub ctx: Ctx,
    _folder: tempfile::TempDir,
}

/// West community with one grid, east community with a northern and a southern one.
pub const WEST: [&str; 2] = ["990124001001", "99012400100101"];
pub const NORTH: [&str; 2] = ["990124001002", "99012400100201"];
pub const SOUTH: [&str; 2] = ["990124001002", "99012400100202"];

impl Town {
    /// Definitions only.
    pub async fn empty() -> Town {
        let folder = tempfile::tempdir().expect("folder");
        let store = Store::open(Config::sqlite(folder.path())).await.expect("store");
        let clock = Arc::new(ManualClock::at("2026-10-09T09:00:00+08:00"));
        let options = Options {
            store,
            keys: KeyRing::parse(&KeyRing::generate(&SeededEntropy::new(1))).expect("keys"),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            offset: Offset::CHINA,
        };
        let records = Records::open(options).await.expect("records");
        records.install(model()).await.expect("install");
        let space = Space::open(records.clone(), None).await.expect("space");
        Town {
            records,
            space,
            clock,
            ctx: Ctx::job("demo"),
            _folder: folder,
        }
    }

    /// With cells, a street, an address and the ground of the county.
    pub async fn built() -> Town {
        let town = Town::empty().await;
        for (code, title) in [
            ("990124", "澜溪县"),
            ("990124001", "云台街道"),
            (WEST[0], "松岭社区"),
            (NORTH[0], "书院社区"),
            (WEST[1], "松岭责任网格1"),
            (NORTH[1], "书院责任网格1"),
            (SOUTH[1], "书院责任网格2"),
        ] {
            town.create("division", json!({ "code": code, "title": title }))
                .await
                .expect("division");
        }
        for (column, row, [division, grid], order) in [(0, 0, WEST, 1), (0, 1, WEST, 2), (1, 0, NORTH, 1), (1, 1, SOUTH, 2)] {
            let code = format!("{division}{order:03}");
            let area = square(f64::from(column), f64::from(row), 1.0);
            town.create(
                "grid_cell",
                json!({ "code": code, "division": division, "duty_grid": grid, "area": area }),
            )
            .await
            .expect("cell");
        }
        town.create(
            "boundary",
            json!({ "division": "990124", "area": square(-20.0, -20.0, 60.0) }),
        )
        .await
        .expect("county");
        town.create(
            "boundary",
            json!({ "division": "990124001", "area": square(-1.0, -1.0, 6.0) }),
        )
        .await
        .expect("street");
        let line = json!({ "type": "LineString", "coordinates": [at(0.0, 0.5), at(2.0, 0.5)] });
        town.create(
            "street",
            json!({ "title": "文化路", "aliases": "老文化路、东街", "rank": 1, "line": line }),
        )
        .await
        .expect("street");
        town.space.refresh_if_changed().await.expect("refresh");
        let spot = point(0.5, 0.45);
        town.create(
            "address",
            json!({ "text": "文化路12号", "street": "文化路", "location": spot }),
        )
        .await
        .expect("address");
        town.space.refresh_if_changed().await.expect("refresh");
        town
    }

    /// Makes a record.
    pub async fn create(&self, register: &str, fields: Json) -> Result<Saved, Fault> {
        self.records.create(&self.ctx, register, &object(fields)).await
    }

    /// Changes a record.
    pub async fn update(&self, saved: &Saved, fields: Json) -> Result<Saved, Fault> {
        let view = self.records.get(&self.ctx, &saved.register, &saved.id).await.expect("get");
        self.records
            .update(&self.ctx, &saved.register, &saved.id, view.version, &object(fields))
            .await
    }

    /// Cell, division, grid of a tree.
    pub async fn place_of(&self, saved: &Saved) -> [String; 3] {
        let found = self
            .records
            .system("test")
            .find("tree", "id", &saved.id)
            .await
            .expect("find")
            .expect("tree");
        ["cell", "division", "grid"].map(|it| found.text(it).unwrap_or_default().to_owned())
    }
}

/// A point so many cells east and south of the north-west corner.
pub fn point(east: f64, south: f64) -> Json {
    let [lon, lat] = at(east, south);
    json!({ "lon": lon, "lat": lat })
}

fn at(east: f64, south: f64) -> [f64; 2] {
    [LON + east * SIDE, LAT - south * SIDE]
}

/// A square with its north-west corner there.
pub fn square(east: f64, south: f64, side: f64) -> Json {
    let (right, below) = (east + side, south + side);
    json!({ "type": "Polygon", "coordinates": [[at(east, south), at(east, below), at(right, below), at(right, south), at(east, south)]] })
}

pub fn object(json: Json) -> Map<String, Json> {
    json.as_object().expect("object").clone()
}

fn model() -> yiwang_model::Model {
    let mut files = yiwang_space::package_files();
    for (path, text) in [
        ("kernel/app.yaml", KERNEL),
        ("kernel/registers/division.yaml", DIVISION),
        ("apps/trees/app.yaml", APP),
        ("apps/trees/registers/tree.yaml", TREE),
        ("apps/trees/roles.yaml", ROLES),
    ] {
        files.push(SourceFile {
            path: path.to_owned(),
            bytes: text.as_bytes().into(),
        });
    }
    let (model, found) = yiwang_model::load(&files);
    assert!(found.is_empty(), "{found:#?}");
    model
}

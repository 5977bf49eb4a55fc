//! An app with references and places: work orders on things of the town.

use serde_json::{Value as Json, json};
use yiwang_api::Options;
use yiwang_testkit::system::On;

use crate::office::Office;

const APP: &str = "format: 1
app: orders
title: 工单
provides: [order, thing]
needs: [division, department, grid_cell, street, address]
";
const THING: &str = "format: 1
register: thing
title: 物件
label: title
key: code
fields:
  - {name: code, title: 编码, type: text, required: true}
  - {name: title, title: 名称, type: text, required: true}
  - {name: keeper, title: 养护单位, type: reference, register: department, index: true}
  - {name: spot, title: 位置, type: point, index: true}
";
const ORDER: &str = "format: 1
register: order
title: 工单
label: title
place: {point: spot, cell: cell, division: area, duty_grid: grid}
fields:
  - {name: title, title: 标题, type: text, required: true}
  - {name: source, title: 来源, type: choice, dictionary: order_source}
  - {name: sources, title: 各来源, type: choice, dictionary: order_source, many: true}
  - {name: unit, title: 单位, type: reference, register: department}
  - {name: thing, title: 物件, type: reference, register: thing}
  - {name: before, title: 前一张, type: reference, register: order}
  - {name: phone, title: 电话, type: phone, sensitive: true, mask: phone}
  - {name: secret, title: 内部来源, type: choice, dictionary: order_source}
  - {name: urgent, title: 紧急, type: boolean}
  - {name: cost, title: 费用, type: money}
  - {name: at, title: 时刻, type: datetime}
  - {name: spot, title: 位置, type: point}
  - {name: cell, title: 网格, type: reference, register: grid_cell}
  - {name: area, title: 区划, type: reference, register: division, computed: true}
  - {name: grid, title: 责任网格, type: text, max: 20, computed: true}
";
const SOURCES: &str = "format: 1
dictionary: order_source
title: 来源
source: 测试
entries:
  - {code: web, title: 网页}
  - {code: desk, title: 窗口}
";
const ROLES: &str = "format: 1
roles:
  - role: desk
    grants:
      - {register: order, actions: [read, create, update, export], scope: all, reveal: [phone]}
      - {register: thing, actions: [read, create], scope: all}
  - role: reader
    grants:
      - {register: order, actions: [read, export], scope: all, hide: [secret]}
      - {register: thing, actions: [read], scope: \"department:keeper\"}
  - role: blind
    title: 不见位置
    grants:
      - {register: order, actions: [read], scope: all}
      - {register: thing, actions: [read], scope: all, hide: [spot]}
  - role: \"job:seed\"
    title: 装载
    grants:
      - {register: division, actions: [read, create], scope: all}
      - {register: department, actions: [read, create], scope: all}
      - {register: grid_cell, actions: [read, create], scope: all}
      - {register: street, actions: [read, create], scope: all}
      - {register: address, actions: [read, create], scope: all}
      - {register: thing, actions: [read, create], scope: all}
";
/// North-west corner of the cells and their side in degrees.
pub const LON: f64 = 127.5;
pub const LAT: f64 = 43.05;
pub const SIDE: f64 = 0.001;

/// The office with work orders: two cells side by side in two communities, a street through both, three things.
pub async fn office(on: On) -> Office {
    office_with(on, Options::default()).await
}

/// The same with other settings of the door.
pub async fn office_with(on: On, options: Options) -> Office {
    let kernel = [yiwang_identity::package(), yiwang_space::package_files()].concat();
    let kernel: Vec<(String, String)> = kernel
        .into_iter()
        .map(|it| (it.path, String::from_utf8(it.bytes.to_vec()).unwrap()))
        .collect();
    let own = [
        ("apps/orders/app.yaml", APP),
        ("apps/orders/registers/thing.yaml", THING),
        ("apps/orders/registers/order.yaml", ORDER),
        ("apps/orders/dictionaries/order_source.yaml", SOURCES),
        ("apps/orders/roles.yaml", ROLES),
    ];
    let files: Vec<(&str, &str)> = kernel
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .chain(own)
        .collect();
    Office::with(on, options, &files, &seeds()).await
}

fn seeds() -> Vec<(&'static str, Json)> {
    let mut all = Vec::new();
    let mut make = |register: &'static str, fields: Json| all.push((register, fields));
    for (code, title, level) in [
        ("990124", "澜溪县", "county"),
        ("990124001", "云台街道", "street"),
        ("990124001001", "松岭社区", "community"),
        ("990124001002", "书院社区", "community"),
        ("99012400100101", "松岭1号责任网格", "duty_grid"),
    ] {
        make("division", json!({ "code": code, "title": title, "level": level }));
    }
    for code in ["d1", "d2"] {
        make(
            "department",
            json!({ "code": code, "title": format!("{code}全称"), "kind": "government" }),
        );
    }
    for (column, division) in [(0.0, "990124001001"), (1.0, "990124001002")] {
        let (west, north) = (LON + column * SIDE, LAT);
        let (east, south) = (west + SIDE, north - SIDE);
        let ring = json!([[west, north], [west, south], [east, south], [east, north], [west, north]]);
        let mut cell = json!({ "code": format!("{division}001"), "division": division,
            "area": { "type": "Polygon", "coordinates": [ring] } });
        if column == 0.0 {
            cell["duty_grid"] = json!("99012400100101");
        }
        make("grid_cell", cell);
    }
    let line = json!({ "type": "LineString", "coordinates": [[LON, LAT - SIDE / 2.0], [LON + SIDE * 2.0, LAT - SIDE / 2.0]] });
    make("street", json!({ "title": "人民路", "line": line }));
    for (code, title, keeper, shift) in [
        ("t1", "一号灯", "d1", 0.2),
        ("t2", "二号灯", "d2", 0.4),
        ("t3", "井盖", "d1", 0.6),
    ] {
        let spot = json!({ "lon": LON + SIDE * shift, "lat": LAT - SIDE / 2.0 });
        make(
            "thing",
            json!({ "code": code, "title": title, "keeper": keeper, "spot": spot }),
        );
    }
    all
}

/// A new order made by anna; its id.
pub async fn order(office: &Office, fields: Json) -> String {
    let made = office
        .post("anna", "/api/v1/registers/order/records", fields)
        .await
        .ok(201)
        .json();
    made["id"].as_str().unwrap().to_owned()
}

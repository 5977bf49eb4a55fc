//! The table of units and months that the first app declares, over a dozen cases counted by hand: every count and rate that the evaluation
//! standard (CJ/T 292, GB/T 30428.4) names. The app's register, dictionaries and report are read from its folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value as Json};
use yiwang_reports::{GroupLabel, Reports, Table};
use yiwang_testkit::system::{BOTH, On, TestSystem};

use crate::shop::{keep, object, within};

const REPORT: &str = "units_by_month";

/// Unit, month and day of the report, state, and what the steps stored. `early` and `late` are replies.
const CASES: &[(&str, &str, &str, &[&str])] = &[
    ("roads", "2026-09-01", "CLOSED", &["early", "closed", "rating=5"]),
    (
        "roads",
        "2026-09-02",
        "CLOSED",
        &[
            "late",
            "closed",
            "rework_count=2",
            "extend_count=1",
            "urge_count=3",
            "supervise_count=1",
            "rating=2",
        ],
    ),
    ("roads", "2026-09-03", "CHECKING", &["early", "return_count=1"]),
    (
        "roads",
        "2026-09-30",
        "HANDLING",
        &["overdue", "suspend_count=1", "compelled"],
    ),
    ("roads", "2026-09-05", "HANDLING", &["dispatched"]),
    ("", "2026-09-06", "VOID", &[]),
    ("", "2026-09-07", "NOT_ACCEPTED", &[]),
    ("", "2026-09-08", "NOT_FILED", &[]),
    ("", "2026-09-09", "REPORTED", &[]),
    (
        "water",
        "2026-09-10",
        "CLOSED",
        &["early", "closed", "rework_count=1", "rating=4"],
    ),
    ("water", "2026-09-11", "DISPATCHED", &["dispatched"]),
    ("water", "2026-10-01", "CLOSED", &["early", "closed"]),
];

/// Measure, then the hand-counted figures: roads, water and without unit in September, water in October, the total.
const EXPECTED: &[(&str, [&str; 5])] = &[
    ("reported", ["5", "2", "4", "1", "12"]),
    ("voided", ["0", "0", "1", "0", "1"]),
    ("valid", ["5", "2", "3", "1", "11"]),
    ("not_accepted", ["0", "0", "1", "0", "1"]),
    ("not_filed", ["0", "0", "1", "0", "1"]),
    ("filed", ["5", "2", "0", "1", "8"]),
    ("dispatched", ["5", "2", "0", "1", "8"]),
    ("due", ["4", "1", "0", "1", "6"]),
    ("handled", ["3", "1", "0", "1", "5"]),
    ("on_time", ["2", "1", "0", "1", "4"]),
    ("late", ["1", "0", "0", "0", "1"]),
    ("late_open", ["1", "0", "0", "0", "1"]),
    ("should_close", ["4", "1", "0", "1", "6"]),
    ("closed", ["2", "1", "0", "1", "4"]),
    ("closed_on_time", ["1", "1", "0", "1", "3"]),
    ("returns", ["1", "0", "0", "0", "1"]),
    ("reworks", ["2", "1", "0", "0", "3"]),
    ("extended", ["1", "0", "0", "0", "1"]),
    ("suspended", ["1", "0", "0", "0", "1"]),
    ("compelled", ["1", "0", "0", "0", "1"]),
    ("urged", ["3", "0", "0", "0", "3"]),
    ("supervised", ["1", "0", "0", "0", "1"]),
    ("rated", ["2", "1", "0", "0", "3"]),
    ("satisfied", ["1", "1", "0", "0", "2"]),
    ("filing_rate", ["100.00", "100.00", "0.00", "100.00", "72.73"]),
    ("closing_rate", ["50.00", "100.00", "-", "100.00", "66.67"]),
    ("closing_on_time_rate", ["25.00", "100.00", "-", "100.00", "50.00"]),
    ("handling_rate", ["75.00", "100.00", "-", "100.00", "83.33"]),
    ("handling_on_time_rate", ["50.00", "100.00", "-", "100.00", "66.67"]),
    ("handling_late_rate", ["25.00", "0.00", "-", "0.00", "16.67"]),
    ("rework_rate", ["66.67", "100.00", "-", "0.00", "60.00"]),
    ("extension_rate", ["25.00", "0.00", "-", "0.00", "16.67"]),
    ("satisfaction_rate", ["50.00", "100.00", "-", "-", "66.67"]),
];

/// The app that declares the report: its folder, the report's register, and its definitions without process and roles.
struct App {
    register: String,
    files: Vec<(String, String)>,
}

impl App {
    fn read() -> App {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folders = below(&root.join("apps"));
        let folder = folders
            .iter()
            .find(|it| it.join(format!("reports/{REPORT}.yaml")).is_file())
            .expect("an app with the report");
        let name = folder.file_name().expect("name").to_string_lossy().into_owned();
        let mut files = vec![];
        for part in ["app.yaml", "registers", "dictionaries", "reports"] {
            // The process is left out: the cases are data here.
            let plain = |text: String| {
                text.lines()
                    .filter(|it| !it.starts_with("process:"))
                    .map(|it| format!("{it}\n"))
                    .collect()
            };
            files.extend(
                texts(&folder.join(part), &format!("apps/{name}/{part}"))
                    .into_iter()
                    .map(|(path, text)| (path, plain(text))),
            );
        }
        for crate_folder in below(&root.join("kernel")) {
            let package = crate_folder.join("package");
            let head = std::fs::read_to_string(package.join("app.yaml")).unwrap_or_default();
            let crate_name = crate_folder.file_name().expect("name").to_string_lossy().into_owned();
            let to = if head.contains("\napp: kernel\n") {
                "kernel".to_owned()
            } else {
                format!("kernel/{crate_name}")
            };
            for part in ["app.yaml", "registers", "dictionaries"] {
                files.extend(texts(&package.join(part), &format!("{to}/{part}")));
            }
        }
        let report = files
            .iter()
            .find(|it| it.0.ends_with(&format!("/{REPORT}.yaml")))
            .expect("report")
            .1
            .clone();
        let register = report
            .lines()
            .find_map(|it| it.strip_prefix("register: "))
            .expect("register")
            .trim()
            .to_owned();
        let roles = format!(
            "format: 1\nroles:\n  - role: clerk\n    title: 经办\n    grants:\n      - {{register: {register}, actions: [create], scope: all}}\n      \
             - {{register: department, actions: [create], scope: all}}\n      - {{report: {REPORT}, actions: [read], scope: all}}\n"
        );
        files.push((format!("apps/{name}/roles.yaml"), roles));
        App { register, files }
    }

    async fn open(&self, on: On) -> TestSystem {
        let files: Vec<(&str, &str)> = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        TestSystem::open(on, &files).await
    }
}

/// The folders in a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("folder");
    let mut found: Vec<PathBuf> = entries.map(|it| it.expect("entry").path()).filter(|it| it.is_dir()).collect();
    found.sort();
    found
}

/// The YAML files of a folder, or the one file, with the paths they are known by.
fn texts(path: &Path, name: &str) -> Vec<(String, String)> {
    if path.is_file() {
        return vec![(name.to_owned(), std::fs::read_to_string(path).expect("file"))];
    }
    let Ok(entries) = std::fs::read_dir(path) else { return vec![] };
    let paths = entries
        .map(|it| it.expect("entry").path())
        .filter(|it| it.extension().is_some_and(|it| it == "yaml"));
    let named = |it: PathBuf| {
        let file = it.file_name().expect("name").to_string_lossy().into_owned();
        (format!("{name}/{file}"), std::fs::read_to_string(&it).expect("file"))
    };
    paths.map(named).collect()
}

/// The fields of a case.
fn fields(unit: &str, day: &str, marks: &[&str]) -> Map<String, Json> {
    let at = |hour: u32| Json::from(format!("{day}T{hour:02}:00:00+08:00"));
    let mut all = object(serde_json::json!({ "title": "案卷", "reported_at": at(8) }));
    if !unit.is_empty() {
        all.extend([
            ("handler".to_owned(), Json::from(unit)),
            ("filed_at".to_owned(), at(9)),
            ("dispatched_at".to_owned(), at(10)),
        ]);
    }
    for mark in marks {
        match *mark {
            "early" => all.extend([("replied_at".to_owned(), at(11)), ("on_time".to_owned(), Json::from(true))]),
            "late" => all.extend([
                ("replied_at".to_owned(), at(23)),
                ("on_time".to_owned(), Json::from(false)),
                ("overdue".to_owned(), Json::from(true)),
            ]),
            "closed" => drop(all.insert("closed_at".to_owned(), at(23))),
            "dispatched" => {}
            flag => {
                let (name, value) = flag.split_once('=').map_or((flag, Json::from(true)), |(name, it)| {
                    (
                        name,
                        if name == "rating" {
                            Json::from(it)
                        } else {
                            Json::from(it.parse::<i64>().expect("number"))
                        },
                    )
                });
                all.insert(name.to_owned(), value);
            }
        }
    }
    all
}

fn figure(table: &Table, row: usize, measure: &str) -> String {
    let at = table
        .columns
        .iter()
        .position(|it| it.name == measure)
        .unwrap_or_else(|| panic!("no measure {measure}"));
    let figures = table.rows.get(row).map_or(&table.totals, |it| &it.figures);
    figures[at].text().unwrap_or_else(|| "-".to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_and_rates_are_those_counted_by_hand() {
    let app = App::read();
    for on in BOTH {
        let system = app.open(on).await;
        for code in ["roads", "water"] {
            // A new department changes the rights, so each is made by a clerk who knows of the one before.
            let clerk = system.staff("clerk1", "office", &["clerk"], &[]).await;
            let unit = serde_json::json!({ "code": code, "title": code, "kind": "institution" });
            system
                .records
                .create(&clerk, "department", &object(unit))
                .await
                .expect("unit");
        }
        let clerk = system.staff("clerk1", "office", &["clerk"], &[]).await;
        for (unit, day, status, marks) in CASES {
            keep(&system, &clerk, &app.register, &fields(unit, day, marks), status).await;
        }
        let order = |_: &str, key: &str| {
            Some(GroupLabel {
                title: format!("{key}局"),
                order: i64::from(key == "water"),
            })
        };
        let reports = Reports::new(system.records.clone(), Arc::new(order));
        let table = reports
            .run(&clerk, REPORT, &within("2026-09-01", "2026-11-01"))
            .await
            .expect("table");
        let keys: Vec<(&str, &str)> = table
            .rows
            .iter()
            .map(|it| (it.period_label.as_deref().unwrap_or_default(), it.groups[0].title.as_str()))
            .collect();
        let september = "2026年9月";
        assert_eq!(
            keys,
            [
                (september, "roads局"),
                (september, "water局"),
                (september, "(未填)"),
                ("2026年10月", "water局")
            ]
        );
        for (measure, expected) in EXPECTED {
            let found = [0, 1, 2, 3, 4].map(|row| figure(&table, row, measure));
            assert_eq!(found, *expected, "{on:?} {measure}");
        }
        assert_eq!(table.columns.len(), EXPECTED.len(), "every measure is counted by hand");
    }
}

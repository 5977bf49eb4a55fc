use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use yiwang_app_urban::DemoReport;
use yiwang_model::FieldValue;
use yiwang_process::{TaskBox, TaskListParams};
use yiwang_records::Loaded;

use crate::county::County;

/// A Friday behind a week of holidays; the small hours of New Year's days.
const MORNING: &str = "2026-10-09T10:30:00+08:00";
const NIGHT: &str = "2026-02-18T03:10:00+08:00";
/// Every state of an open case.
const OPEN: [&str; 10] = [
    "REPORTED",
    "VERIFY_PENDING",
    "VOID_PROPOSED",
    "FILED",
    "DISPATCHED",
    "HANDLING",
    "SUSPENDED",
    "CHECKING",
    "REWORK",
    "CLOSE_READY",
];

async fn cases(county: &County) -> Vec<Loaded> {
    county.records.system("test").all("urban_case").await.expect("cases")
}

fn is(case: &Loaded, field: &str, expected: bool) -> bool {
    *case.value(field) == FieldValue::Bool(expected)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_small_county_is_lively_and_loaded_once() {
    let county = County::open(MORNING).await;
    let report = county.load().await.expect("demo");
    assert_eq!(
        (report.cells, report.boundaries, report.components, report.cases),
        (400, 33, 2000, 500)
    );
    assert!(county.cast.pictures.load(Ordering::Relaxed) > 1000);
    assert_eq!(county.load().await.expect("again"), DemoReport::default());
    let all = cases(&county).await;
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    all.iter().for_each(|it| *states.entry(it.status.as_str()).or_default() += 1);
    println!("{report:?}\n{states:?}");
    assert!(OPEN.iter().all(|it| states.contains_key(it)), "{states:?}");
    assert!(states["CLOSED"] > 330, "{states:?}");
    for name in [
        "intake1",
        "chief1",
        "dispatcher1",
        "handler1",
        "handler2",
        "collector1",
        "collector2",
    ] {
        let todo = TaskListParams {
            task_box: TaskBox::Todo,
            limit: Some(200),
            after: None,
            ..TaskListParams::default()
        };
        let tasks = county
            .processes
            .tasks(&county.user(name).await, &todo)
            .await
            .expect("tasks")
            .items;
        assert!((2..40).contains(&tasks.len()), "{name}: {}", tasks.len());
    }
    lateness(&all);
    places(&all);
    stories(&all);
    contacts(&county, &all).await;
    assert_eq!(county.records.verify_audit().await.expect("audit").findings, vec![]);
}

/// What is late is flagged, and units differ as the file says.
fn lateness(all: &[Loaded]) {
    let replied: Vec<&Loaded> = all.iter().filter(|it| !it.value("on_time").is_empty()).collect();
    let late = replied.iter().filter(|it| is(it, "on_time", false)).count();
    // A case in rework has its first reply's answer and may have become late since.
    let mut settled = replied.iter().filter(|it| it.status != "REWORK");
    assert!(
        settled.all(|it| is(it, "on_time", !is(it, "overdue", true))),
        "late replies and fired timers are the same cases"
    );
    let share = |unit: &str| {
        let mine: Vec<_> = replied.iter().filter(|it| it.text("handler") == Some(unit)).collect();
        (
            mine.iter().filter(|it| is(it, "on_time", true)).count() * 100 / mine.len().max(1),
            mine.len(),
        )
    };
    println!(
        "late {late} of {}; huanwei {:?} paishui {:?} shizheng {:?}",
        replied.len(),
        share("huanwei"),
        share("paishui"),
        share("shizheng")
    );
    assert!(
        (replied.len() / 50..replied.len() / 10).contains(&late),
        "{late} of {}",
        replied.len()
    );
    assert!(share("paishui").0 < share("huanwei").0);
    assert!(
        all.iter()
            .all(|it| *it.value("reported_at") == FieldValue::DateTime(it.created_at)),
        "everything happens at its time"
    );
}

/// A unit sees name and phone of a reporter only when he allowed it to call him, and on no line of its work.
async fn contacts(county: &County, all: &[Loaded]) {
    let unit = county.user("handler1").await;
    let (mut open, mut closed) = (0, 0);
    for case in all {
        let (Some("shizheng"), Some(phone)) = (case.text("handler"), case.text("reporter_phone")) else {
            continue;
        };
        let seen = county
            .records
            .get(&unit, "urban_case", &case.id)
            .await
            .expect("its case")
            .fields;
        let allowed = is(case, "contact_allowed", true);
        *if allowed { &mut open } else { &mut closed } += 1;
        assert_eq!(
            seen.get("reporter_phone").expect("phone"),
            if allowed { phone } else { "***" },
            "{}",
            case.label()
        );
        assert_eq!(
            seen.get("reporter_name").expect("name") == "***",
            !allowed && case.text("reporter_name").is_some()
        );
    }
    assert!(open > 0 && closed > 0, "{open} allowed it, {closed} did not");
    let todo = county
        .processes
        .tasks(&unit, &TaskListParams::default())
        .await
        .expect("tasks")
        .items;
    let lines = todo.iter().filter_map(|it| it.record.as_ref());
    assert!(lines.flat_map(|it| it.fields.keys()).all(|it| !it.starts_with("reporter_")));
}

/// The hook has placed every case, and the case numbers have no holes.
fn places(all: &[Loaded]) {
    for case in all {
        let [division, cell, grid] = ["division", "cell", "duty_grid"].map(|it| case.text(it).unwrap_or_default());
        assert!(
            cell.starts_with(division) && grid.starts_with(division) && cell.len() == 15 && grid.len() == 14,
            "{}",
            case.label()
        );
    }
    let mut years: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for number in all.iter().filter_map(|it| it.text("case_number")) {
        years
            .entry(&number[..4])
            .or_default()
            .insert(number[4..].parse().expect("number"));
    }
    for (year, numbers) in years {
        assert_eq!(
            numbers.last().copied(),
            u32::try_from(numbers.len()).ok(),
            "case numbers of {year} have no holes"
        );
    }
}

/// Each story stands where its last step leaves it.
fn stories(all: &[Loaded]) {
    let story = |key: &str| all.iter().find(|it| it.text("foreign_number") == Some(key)).expect("story");
    let check = |key: &str, status: &str, facts: &[(&str, FieldValue)]| {
        let case = story(key);
        assert_eq!(case.status, status, "{key}");
        for (field, value) in facts {
            assert_eq!(case.value(field), value, "{key} {field}");
        }
    };
    let text = |it: &str| FieldValue::Text(it.to_owned());
    let compelled = [
        ("compelled", FieldValue::Bool(true)),
        ("return_count", FieldValue::Int(2)),
        ("handler", text("paishui")),
    ];
    check("YS-0001", "CLOSED", &compelled);
    check(
        "YS-0002",
        "CLOSED",
        &[("first_on_time", FieldValue::Bool(true)), ("handler", text("gongshui"))],
    );
    check("YS-0003", "CLOSED", &[("first_on_time", FieldValue::Bool(true))]);
    check(
        "YS-0004",
        "SUSPENDED",
        &[("suspend_count", FieldValue::Int(1)), ("overdue", FieldValue::Bool(false))],
    );
    let overdue = [
        ("overdue", FieldValue::Bool(true)),
        ("supervise_count", FieldValue::Int(1)),
        ("urge_count", FieldValue::Int(1)),
    ];
    check("YS-0005", "DISPATCHED", &overdue);
    check(
        "YS-0006",
        "CLOSED",
        &[("rating", text("2")), ("rating_solved", FieldValue::Bool(false))],
    );
    check("YS-0007", "DISPATCHED", &[("cell", text("990124002003013"))]);
    check(
        "YS-0008",
        "DISPATCHED",
        &[
            ("contact_allowed", FieldValue::Bool(false)),
            ("finding_confirmed", FieldValue::Bool(true)),
        ],
    );
    check(
        "S12345-0009",
        "CLOSED",
        &[("foreign_system", text("市12345平台")), ("on_time", FieldValue::Bool(true))],
    );
    assert!(matches!(
        story("S12345-0009").value("foreign_due_at"),
        FieldValue::DateTime(_)
    ));
    let burst = all
        .iter()
        .filter(|it| it.text("class") == Some("E0402") && it.status == "NOT_FILED")
        .count();
    assert!(burst >= 28, "{burst} further reports of the burst pipe");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_seed_makes_one_county() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let county = County::open(NIGHT).await;
        county.load().await.expect("demo");
        let row = |it: &Loaded| {
            let texts = [
                "report_number",
                "case_number",
                "title",
                "description",
                "cell",
                "handler",
                "component",
                "rating",
            ];
            let texts: Vec<String> = texts
                .iter()
                .map(|field| it.text(field).unwrap_or_default().to_owned())
                .collect();
            (texts, it.status.clone(), it.created_at, it.updated_at, it.version)
        };
        let mut rows: Vec<_> = cases(&county).await.iter().map(row).collect();
        rows.sort();
        seen.push(rows);
    }
    for (one, other) in seen[0].iter().zip(&seen[1]) {
        assert_eq!(one, other);
    }
}

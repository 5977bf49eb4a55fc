//! The boxes: what is in them, how many there are, their lights, words and pages.

use serde_json::json;
use yiwang_process::{Light, TaskBox, TaskListParams, TaskPage};
use yiwang_records::rows::{Lane, Scope, Select, Sort, Value};
use yiwang_records::{Ctx, RowWrite};
use yiwang_registry::SourceFile;
use yiwang_testkit::system::BOTH;

use crate::office::{FILES, Office, file, reply, saying, with};

async fn page(office: &Office, who: &Ctx, params: TaskListParams) -> TaskPage {
    office.system.processes.tasks(who, &params).await.expect("page")
}

fn of(task_box: TaskBox) -> TaskListParams {
    TaskListParams {
        task_box,
        ..TaskListParams::default()
    }
}

fn titles(page: &TaskPage) -> Vec<&str> {
    page.items
        .iter()
        .map(|it| it.record.as_ref().map_or("?", |it| it.label.as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_each_other_and_are_counted() {
    for on in BOTH {
        let office = Office::open(on).await;
        for n in 1..=5 {
            let made = office
                .report_with(json!({ "title": format!("第{n}件") }))
                .await
                .expect("report");
            if n <= 2 {
                office.act(&office.clerk2, &made, "complete", file()).await.expect("file");
            }
        }
        for narrow in [None, Some("repair".to_owned())] {
            let mut params = TaskListParams {
                limit: Some(2),
                register: narrow,
                ..of(TaskBox::Todo)
            };
            let first = page(&office, &office.clerk, params.clone()).await;
            assert_eq!((first.count.value, first.count.exact), (3, true));
            assert_eq!(titles(&first), ["第3件", "第4件"]);
            params.after = first.next;
            let last = page(&office, &office.clerk, params).await;
            assert_eq!(
                (titles(&last), last.next.is_none(), last.count.value),
                (vec!["第5件"], true, 3)
            );
        }
        let elsewhere = TaskListParams {
            register: Some("other".to_owned()),
            ..of(TaskBox::Todo)
        };
        assert_eq!(page(&office, &office.clerk, elsewhere).await.count.value, 0);
        let named = |q: &str| TaskListParams {
            q: Some(q.to_owned()),
            ..of(TaskBox::Todo)
        };
        assert_eq!(titles(&page(&office, &office.clerk, named("4件")).await), ["第4件"]);
        assert!(
            page(&office, &office.clerk, named("1件")).await.items.is_empty(),
            "no longer his"
        );
        let mut done = TaskListParams {
            limit: Some(1),
            ..of(TaskBox::Done)
        };
        let newest = page(&office, &office.clerk2, done.clone()).await;
        assert_eq!((titles(&newest), newest.count.value), (vec!["第2件"], 2));
        done.after = newest.next;
        assert_eq!(titles(&page(&office, &office.clerk2, done).await), ["第1件"]);
        let named = TaskListParams {
            q: Some("第1".to_owned()),
            ..of(TaskBox::Done)
        };
        let found = page(&office, &office.clerk2, named).await;
        assert_eq!(
            (titles(&found), found.count.value, found.next.is_none()),
            (vec!["第1件"], 1, true)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_is_read_to_its_end() {
    for on in BOTH {
        let office = Office::open(on).await;
        let mut last = None;
        for title in ["路灯一", "井盖", "路灯二", "路灯三"] {
            let made = office.report_with(json!({ "title": title })).await.expect("report");
            office.act(&office.clerk2, &made, "complete", file()).await.expect("file");
            last = Some(made);
        }
        let mut params = TaskListParams {
            q: Some("路灯".to_owned()),
            limit: Some(1),
            ..of(TaskBox::Done)
        };
        let mut read = Vec::new();
        loop {
            let page = page(&office, &office.clerk2, params.clone()).await;
            assert_eq!((page.count.value, page.count.exact), (3, true), "{read:?}");
            read.extend(titles(&page).into_iter().map(str::to_owned));
            params.after = page.next;
            if params.after.is_none() {
                break;
            }
        }
        assert_eq!(read, ["路灯三", "路灯二", "路灯一"]);
        let number = office.field(&last.expect("made"), "receipt").await;
        let by_number = TaskListParams {
            q: number.as_str().map(str::to_owned),
            ..of(TaskBox::Done)
        };
        let found = page(&office, &office.clerk2, by_number).await;
        assert_eq!((titles(&found), found.count.value), (vec!["路灯三"], 1), "{number}");
    }
}

/// A matter whose app is disabled stays in the box, without a light, and takes nobody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_broken_definition_leaves_the_box_standing() {
    for on in BOTH {
        let office = Office::open(on).await;
        office.dispatched().await;
        office.dispatched().await;
        let (registry, job) = (&office.system.registry, Ctx::job("kernel"));
        let with = |format: &str| -> Vec<SourceFile> {
            let file = |(path, text): &(&str, &str)| SourceFile {
                path: (*path).to_owned(),
                bytes: text.replace("format: 1", format).into_bytes().into(),
            };
            FILES.iter().map(file).collect()
        };
        let broken = registry.activate(&job, &with("format: 99")).await.expect("activate");
        registry.activate(&job, &with("format: 1")).await.expect("activate");
        registry.reload_if_changed().await.expect("reload");
        let instances = Select::new("yw_instance", &["rid"], Scope::All).sort(vec![Sort::up("rid")]);
        let first = office.system.records.rows(&instances).await.expect("instances")[0][0].clone();
        let update = RowWrite::Update {
            table: "yw_instance".into(),
            key: vec![("rid".into(), first)],
            set: vec![("definition".into(), Value::from(broken))],
            expect: Some(1),
        };
        let written = office.system.records.write_rows(Lane::Bulk, vec![update]);
        written.await.expect("pinned to what does not run");
        let rows = page(&office, &office.worker, of(TaskBox::Todo)).await.items;
        let lights: Vec<bool> = rows.iter().map(|it| it.light.is_some()).collect();
        assert_eq!(lights, [false, true], "{on:?}");
        assert!(rows.iter().all(|it| it.due_at.is_some()), "the deadline is in the row");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_carries_the_light_of_its_clock() {
    for on in BOTH {
        let office = Office::open(on).await;
        office.dispatched().await;
        let light = || async {
            let page = page(&office, &office.worker, of(TaskBox::Todo)).await;
            let light = page.items[0].light.clone().expect("a light");
            (light.light, light.word)
        };
        assert_eq!(light().await, (Light::Green, "正常"));
        let due = page(&office, &office.worker, of(TaskBox::Todo)).await.items[0]
            .due_at
            .expect("due");
        office
            .system
            .clock
            .set(&due.plus_minutes(-5).to_rfc3339(yiwang_types::Offset::CHINA));
        assert_eq!(light().await, (Light::Amber, "临期"));
        office.system.clock.pass_minutes(30);
        assert_eq!(light().await, (Light::Red, "超期"));
        let suspend = saying("等配件", json!({ "review_date": "2026-11-02" }));
        let saved = page(&office, &office.worker, of(TaskBox::Todo)).await.items[0]
            .record_id
            .clone();
        let task = page(&office, &office.worker, of(TaskBox::Todo)).await.items[0]
            .id
            .clone()
            .expect("task");
        office
            .system
            .processes
            .act(&office.worker, &task, "suspend", &suspend)
            .await
            .expect("asked");
        let side = page(&office, &office.chief, of(TaskBox::Todo)).await;
        let asked = side.items.iter().find(|it| it.record_id == saved).expect("a request");
        assert_eq!((asked.due_at, asked.light.clone()), (None, None), "a request has no clock");
        let side = asked.id.clone().expect("task");
        office
            .system
            .processes
            .act(&office.chief, &side, "complete", &with("agree", json!({})))
            .await
            .expect("agreed");
        let standing = page(&office, &office.worker, of(TaskBox::Todo)).await;
        assert_eq!((standing.items[0].due_at, standing.items[0].light.clone()), (None, None));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_made_or_urged_is_found_again() {
    for on in BOTH {
        let office = Office::open(on).await;
        let mine = office.dispatched().await;
        let closed = office.report_with(json!({ "title": "早办完的" })).await.expect("report");
        office.act(&office.clerk, &closed, "complete", file()).await.expect("file");
        let started = page(&office, &office.clerk, of(TaskBox::Started)).await;
        assert_eq!((titles(&started), started.count.value), (vec!["早办完的", "路灯不亮"], 2));
        let row = &started.items[1];
        assert_eq!((row.id.as_deref(), row.element.as_deref()), (None, Some("handle")));
        assert!(row.due_at.is_some() && row.light.is_some(), "where it stands, with its light");
        let named = TaskListParams {
            q: Some("路灯".to_owned()),
            ..of(TaskBox::Started)
        };
        assert_eq!(titles(&page(&office, &office.clerk, named).await), ["路灯不亮"]);
        let first = page(
            &office,
            &office.clerk,
            TaskListParams {
                limit: Some(1),
                ..of(TaskBox::Started)
            },
        )
        .await;
        let rest = TaskListParams {
            after: first.next.clone(),
            ..of(TaskBox::Started)
        };
        assert_eq!(titles(&page(&office, &office.clerk, rest).await), ["路灯不亮"]);
        assert!(page(&office, &office.clerk2, of(TaskBox::Started)).await.items.is_empty());
        assert!(page(&office, &office.clerk2, of(TaskBox::Cc)).await.items.is_empty());
        let urge = saying("请抓紧", json!({}));
        office
            .system
            .processes
            .act_on(&office.clerk2, "repair", &mine.id, "urge", &urge)
            .await
            .expect("urged");
        let followed = page(&office, &office.clerk2, of(TaskBox::Cc)).await;
        assert_eq!((titles(&followed), followed.count.value), (vec!["路灯不亮"], 1));
        // Following is no right to see: out of his post, out of his box.
        let moved = office.system.staff("clerk2", "centre", &["checker"], &["8801"]).await;
        assert!(page(&office, &moved, of(TaskBox::Cc)).await.items.is_empty());
        office.act(&office.worker, &mine, "complete", reply()).await.expect("reply");
    }
}

/// Somebody with two posts acts in the name of the one to which the task is offered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_timeline_names_the_post_that_acted() {
    let office = Office::open(BOTH[0]).await;
    let saved = office.dispatched().await;
    let mut both = (*office.clerk.subject).clone();
    both.id = "both".to_owned();
    both.seats.extend(office.worker.subject.seats.iter().cloned());
    let both = Ctx::new(std::sync::Arc::new(both));
    office.act(&both, &saved, "complete", reply()).await.expect("reply");
    let urge = saying("请抓紧", json!({}));
    office
        .system
        .processes
        .act_on(&both, "repair", &saved.id, "urge", &urge)
        .await
        .expect("urged");
    let timeline = office.timeline(&saved).await;
    let departments: Vec<_> = timeline.iter().rev().take(2).map(|it| it.department.as_deref()).collect();
    assert_eq!(departments, [Some("centre"), Some("lights")]);
}

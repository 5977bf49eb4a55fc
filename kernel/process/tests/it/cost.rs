//! What a call costs: statements sent to the database. A number that grows needs a reason; one that grows with the data is a defect.

use yiwang_process::{ActInput, TaskBox, TaskListParams};
use yiwang_records::ListParams;
use yiwang_testkit::system::{BOTH, On};

use crate::office::{Office, file, reply};

async fn counted<T>(office: &Office, work: impl Future<Output = T>) -> (u64, T) {
    let store = office.system.records.store();
    let before = store.statements();
    let answer = work.await;
    (store.statements() - before, answer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_of_each_call_are_known() {
    for on in BOTH {
        let office = Office::open(on).await;
        // Blocks of numbers, prepared statements and the day's notes are there from now on.
        let first = office.dispatched().await;
        office.act(&office.worker, &first, "complete", reply()).await.expect("warm");
        for _ in 0..25 {
            office.report().await;
        }
        let processes = &office.system.processes;
        let (create, saved) = counted(&office, office.report()).await;
        let todo = TaskListParams::default();
        let (tasks, page) = counted(&office, processes.tasks(&office.clerk, &todo)).await;
        assert_eq!(page.expect("tasks").items.len(), 20);
        let task = office.task(&office.clerk, &saved).await;
        let (claim, done) = counted(&office, processes.act(&office.clerk, &task, "claim", &ActInput::default())).await;
        done.expect("claim");
        let (view, done) = counted(&office, processes.task(&office.clerk, &task)).await;
        done.expect("view");
        let (complete, done) = counted(&office, processes.act(&office.clerk, &task, "complete", &file())).await;
        done.expect("complete");
        let (list, page) = counted(
            &office,
            office.system.records.list(&office.clerk, "repair", &ListParams::default()),
        )
        .await;
        assert_eq!(page.expect("list").items.len(), 20);
        let (scoped, page) = counted(
            &office,
            office.system.records.list(&office.worker, "repair", &ListParams::default()),
        )
        .await;
        assert_eq!(page.expect("list").items.len(), 2);
        // One more for the lights of tasks with a clock, and for matters one for the count and one for the steps where they are.
        let (timed, page) = counted(&office, processes.tasks(&office.worker, &todo)).await;
        assert!(page.expect("tasks").items.iter().any(|it| it.light.is_some()));
        let started = TaskListParams {
            task_box: TaskBox::Started,
            ..TaskListParams::default()
        };
        let (started, page) = counted(&office, processes.tasks(&office.clerk, &started)).await;
        assert_eq!(page.expect("matters").items.len(), 20);
        let found = [create, claim, view, complete, list, scoped, tasks, timed, started];
        let expected = match on {
            On::Sqlite => [13, 17, 4, 27, 2, 3, 3, 4, 4],
            On::Postgres => [12, 16, 4, 26, 2, 3, 3, 4, 4],
        };
        assert_eq!(
            found, expected,
            "create, claim, view, complete, list, scoped list, tasks, tasks with lights, matters on {on:?}"
        );
    }
}

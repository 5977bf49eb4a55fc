//! Several at once: one wins, nothing is half done, the same key tells the same truth.

use yiwang_process::ActInput;
use yiwang_records::Idempotency;
use yiwang_testkit::system::{BOTH, On};
use yiwang_types::Code;

use crate::office::{Office, file, reply};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_clerks_on_one_task_one_wins() {
    for on in BOTH {
        let office = Office::open(on).await;
        for _ in 0..5 {
            let saved = office.report().await;
            let task = office.task(&office.clerk, &saved).await;
            let input = file();
            let one = office.system.processes.act(&office.clerk, &task, "complete", &input);
            let two = office.system.processes.act(&office.clerk2, &task, "complete", &input);
            let (one, two) = tokio::join!(one, two);
            let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
            assert_eq!(won.expect("one wins").status, "DISPATCHED");
            let fault = lost.expect_err("one loses");
            assert_eq!(fault.code, Code::TaskDone);
            assert!(fault.detail.contains("已由名clerk"), "{fault}");
        }
        let numbers = office.system.records.verify_audit().await.expect("audit");
        assert_eq!(numbers.findings, vec![]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gapless_numbers_have_no_gap_and_no_double() {
    for on in BOTH {
        let office = Office::open(on).await;
        let mut reports = Vec::new();
        for _ in 0..12 {
            reports.push(office.report().await);
        }
        let acts = reports.iter().map(|saved| async {
            let task = office.task(&office.clerk, saved).await;
            office
                .system
                .processes
                .act(&office.clerk, &task, "complete", &file())
                .await
                .expect("file")
                .numbers["file_number"]
                .clone()
        });
        let mut numbers = futures::future::join_all(acts).await;
        numbers.sort_unstable();
        let expected: Vec<String> = (1..=12).map(|it| format!("2026{it:04}")).collect();
        assert_eq!(numbers, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_act_answers_what_it_answered() {
    for on in BOTH {
        let office = Office::open(on).await;
        let saved = office.report().await;
        let task = office.task(&office.clerk, &saved).await;
        let key = |digest: &str| {
            Some(Idempotency {
                key: "k1".to_owned(),
                digest: digest.to_owned(),
            })
        };
        let ctx = office.clerk.clone().with_key(key("a"));
        let first = office
            .system
            .processes
            .act(&ctx, &task, "complete", &file())
            .await
            .expect("first");
        let again = office
            .system
            .processes
            .act(&ctx, &task, "complete", &file())
            .await
            .expect("again");
        assert_eq!(first, again);
        let other = office.clerk.clone().with_key(key("b"));
        let fault = office
            .system
            .processes
            .act(&other, &task, "complete", &file())
            .await
            .expect_err("other content");
        assert_eq!(fault.code, Code::KeyReused);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_sees_everything_at_once() {
    let office = Office::open(On::Postgres).await;
    let saved = office.dispatched().await;
    let (_, _, processes) = office.system.second_node().await;
    let task = office.task(&office.worker, &saved).await;
    processes
        .act(&office.worker, &task, "complete", &reply())
        .await
        .expect("on the second node");
    let fault = office
        .system
        .processes
        .act(&office.worker, &task, "claim", &ActInput::default())
        .await
        .expect_err("done there");
    assert_eq!(fault.code, Code::TaskDone);
}

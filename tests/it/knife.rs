//! The knife: the process is killed in the middle of its work, twenty times on each database, and what was answered is there, once and whole.

mod load;
mod rows;
mod truth;
mod wire;

use yiwang_store::Value;
use yiwang_testkit::time::SeededEntropy;
use yiwang_types::Entropy as _;

use crate::client::People;
use crate::knife::load::{Desk, Round, STAFF};
use crate::knife::rows::Outside;
use crate::site::{On, Site, yiwang};

/// Rounds on each database.
const ROUNDS: u64 = 20;
/// Clerks who work at a time.
const DESKS: u64 = 6;
/// The knife comes down after so many answers at the latest.
const MOST_ANSWERS: u64 = 60;
/// In every so manieth round the knife comes down once more while the server starts.
const TWICE: u64 = 4;
/// In every so manieth round on PostgreSQL its sessions are thrown out during the load.
const THROW_OUT: u64 = 3;

/// Where the knife comes down does not repeat to the instruction, but how far the load is then does.
fn chance(entropy: &SeededEntropy, most: u64) -> usize {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    usize::try_from(u64::from_le_bytes(bytes) % most).expect("small")
}

fn outside(site: &Site) -> Outside {
    match site.url() {
        Some(url) => Outside::Postgres(url.to_owned()),
        None => Outside::Sqlite(site.data().join("yiwang.db")),
    }
}

/// Throws the server's sessions out of the database, some of them, again and again while the load goes on.
fn throw_out(url: &str, round: &Round, entropy: &SeededEntropy, last: usize) {
    let outside = Outside::Postgres(url.to_owned());
    let mut at = 0;
    while at < last {
        at += 1 + chance(entropy, 8);
        round.wait_for(at.min(last));
        let few = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
                   AND backend_type = 'client backend' ORDER BY random() LIMIT 3";
        outside.rows(&format!(
            "SELECT COUNT(*) FROM ({few}) few WHERE pg_terminate_backend(few.pid)"
        ));
    }
}

/// One round: load, knife, start, everything looked at. Gives calls answered and answers that said to try again.
fn round(number: u64, site: &mut Site, people: &mut People, desks: &mut [Desk], entropy: &SeededEntropy) -> (usize, usize) {
    let round = Round::default();
    let last = 1 + chance(entropy, MOST_ANSWERS);
    let thrown_out = site.url().filter(|_| number.is_multiple_of(THROW_OUT)).map(str::to_owned);
    std::thread::scope(|scope| {
        let working: Vec<_> = desks
            .iter_mut()
            .map(|desk| {
                let (people, round) = (people.clone(), &round);
                scope.spawn(move || desk.work(&people, round))
            })
            .collect();
        if let Some(url) = &thrown_out {
            throw_out(url, &round, entropy, last);
        }
        round.wait_for(last);
        site.kill();
        round.end();
        for desk in working {
            desk.join().expect("a clerk's work");
        }
    });
    if number.is_multiple_of(TWICE) {
        site.start_and_kill();
    }
    site.start_again();
    *people = people.moved(&site.base);
    for desk in desks.iter_mut() {
        desk.settle(people);
    }
    truth::check(people, desks);
    rows::check(&outside(site), &site.files(), &rows::statuses(people));
    let (told, whole) = verify(site);
    assert!(whole && told.trim_end().ends_with("findings=0 完整"), "{told}");
    for desk in desks.iter_mut() {
        desk.next_round();
    }
    round.figures()
}

fn rounds(on: On, count: u64, seed: u64) {
    let mut site = Site::demo(on);
    let entropy = SeededEntropy::new(seed);
    let mut people = People::at(&site.base).signed_in(&STAFF);
    let mut desks: Vec<Desk> = (0..DESKS).map(Desk::new).collect();
    let (mut answered, mut unknown) = (0, 0);
    for number in 0..count {
        let figures = round(number, &mut site, &mut people, &mut desks, &entropy);
        answered += figures.0;
        unknown += figures.1;
    }
    let closed = desks
        .iter()
        .flat_map(|it| &it.cases)
        .filter(|it| it.done() == load::LIFE.len())
        .count();
    assert!(closed > 0, "some cases went all the way");
    println!("{on:?}: {count} rounds, {answered} calls answered under load, {unknown} told to try again, {closed} cases closed");
}

/// Verification by the command line: its lines, and whether it found everything whole.
fn verify(site: &Site) -> (String, bool) {
    let output = yiwang()
        .args(["audit", "verify", "--data"])
        .arg(site.data())
        .output()
        .expect("verify");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success())
}

#[test]
fn a_row_changed_behind_the_back_is_named() {
    let mut site = Site::demo(On::Sqlite);
    site.stop();
    let outside = outside(&site);
    let case = outside.rows("SELECT id, rid, audit_seq FROM urban_case WHERE case_number IS NOT NULL ORDER BY rid LIMIT 1");
    let [id, rid, last] = case[0].as_slice() else {
        panic!("a case")
    };
    let chain = format!("urban_case/{}", id.as_text().expect("id"));
    let (rid, last) = (rid.as_int().expect("rid"), last.as_int().expect("seq"));
    let link = |seq: i64| format!("chain = '{chain}' AND seq = {seq}");
    let act = format!("record_rid = {rid} AND seq = 2");
    let row = format!("第 {last} 行");
    let cases: [(&str, &str, Value, String, &str); 5] = [
        ("yw_history", "comment", "改过的话".into(), act.clone(), "第 2 行"),
        ("yw_history", "subject_name", "别人".into(), act, "第 2 行"),
        ("yw_audit", "act", "void".into(), link(2), "第 2 行"),
        ("yw_audit", "at", Value::Int(1), link(last), &row),
        ("urban_case", "title", "改过的标题".into(), format!("rid = {rid}"), "“标题”"),
    ];
    assert!(verify(&site).1, "whole at first");
    for (table, column, value, which, part) in cases {
        let before = outside.rows(&format!("SELECT {column} FROM {table} WHERE {which}"))[0][0].clone();
        outside.put(table, column, &which, &value);
        let (told, whole) = verify(&site);
        let named = told.lines().any(|it| it.contains(&chain) && it.contains(part));
        assert!(!whole && named, "{table}.{column}: {told}");
        outside.put(table, column, &which, &before);
        assert!(verify(&site).1, "whole again");
    }
}

#[test]
fn killed_twenty_times_on_sqlite() {
    rounds(On::Sqlite, ROUNDS, 990_124);
}

#[test]
fn killed_twenty_times_on_postgres() {
    rounds(On::Postgres, ROUNDS, 990_124);
}

mod long {
    use super::{On, rounds};

    /// Other places for the knife, and more of them.
    const ROUNDS: u64 = 50;

    #[test]
    fn killed_fifty_times_on_sqlite() {
        rounds(On::Sqlite, ROUNDS, 330_781);
    }

    #[test]
    fn killed_fifty_times_on_postgres() {
        rounds(On::Postgres, ROUNDS, 330_781);
    }
}

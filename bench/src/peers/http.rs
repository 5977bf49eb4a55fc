//! One record created, one read, a list of 20 with filter and sort, one updated: each system in turn, over keep-alive connections.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use anyhow::Context as _;
use serde_json::{Value as Json, json};

use super::dialect::Dialect;
use super::fleet::{self, System};
use super::{Places, float};
use crate::client::Client;
use crate::lanes;
use crate::lists::percentile;
use crate::load::milliseconds;
use crate::results::Results;
use crate::server::{cpu_seconds_with_children, peak_resident_mb};
use crate::watch::Watch;

/// Keep-alive connections.
const TOGETHER: usize = 8;
/// Requests of each kind in a round.
const COUNT: usize = 1_000;

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One new record.
    Create,
    /// One record.
    Read,
    /// The first 20 of those with a value in a field, sorted by another.
    List,
    /// One field of a record.
    Update,
}

/// All kinds, in the order of a round.
pub const KINDS: [(Kind, &str); 4] = [
    (Kind::Create, "create"),
    (Kind::Read, "read"),
    (Kind::List, "list"),
    (Kind::Update, "update"),
];

/// What requests of one kind took.
#[derive(Clone, Debug, Default)]
pub struct Took {
    /// Milliseconds of each answer.
    pub calls: Vec<f64>,
    /// Answers that were refusals.
    pub errors: usize,
    /// Seconds in all.
    pub seconds: f64,
    /// CPU seconds of the server.
    pub cpu_s: f64,
    /// CPU seconds of the PostgreSQL beside it.
    pub database_cpu_s: f64,
}

/// One system's figures.
pub struct Line {
    /// `ours` or the peer.
    pub name: &'static str,
    /// Where the data is.
    pub mode: &'static str,
    /// By kind, in the order of [`KINDS`].
    pub took: [Took; 4],
    /// Most resident memory of the server.
    pub rss_mb: f64,
}

/// Starts the systems, asks them in turn, stops them.
///
/// # Errors
/// When a server breaks off.
pub async fn run(places: &Places, rounds: usize) -> anyhow::Result<Vec<Line>> {
    let systems = fleet::start(places).await?;
    let mut lines: Vec<Line> = systems.iter().map(|it| Line::of(it.dialect)).collect();
    for round in 0..rounds {
        let mut ids: Vec<Vec<String>> = vec![Vec::new(); systems.len()];
        for (at, (kind, _)) in KINDS.into_iter().enumerate() {
            for ((system, line), ids) in systems.iter().zip(&mut lines).zip(&mut ids) {
                if let Some(took) = line.took.get_mut(at) {
                    let database = || places.cluster.pid().map_or(0.0, cpu_seconds_with_children);
                    let before = (cpu_seconds_with_children(system.pid()), database());
                    ask(system, kind, round * COUNT, ids, took).await?;
                    took.cpu_s += cpu_seconds_with_children(system.pid()) - before.0;
                    took.database_cpu_s += database() - before.1;
                }
            }
        }
    }
    for (system, line) in systems.into_iter().zip(&mut lines) {
        line.rss_mb = peak_resident_mb(system.pid());
        system.stop().await?;
    }
    Ok(lines)
}

/// As rows.
pub fn note(lines: &[Line], results: &mut Results) {
    for line in lines {
        let mut row = |name: &str, value, unit| results.push(line.name, &format!("http_{}_{name}", line.mode), value, unit);
        for ((_, kind), took) in KINDS.into_iter().zip(&line.took) {
            let answers = float(took.calls.len());
            row(&format!("{kind}_per_s"), answers / took.seconds, "1/s");
            row(&format!("{kind}_p50_ms"), percentile(&took.calls, 50), "ms");
            row(&format!("{kind}_cpu_ms"), took.cpu_s * 1000.0 / answers, "ms");
            if line.mode == "postgres" {
                row(
                    &format!("{kind}_database_cpu_ms"),
                    took.database_cpu_s * 1000.0 / answers,
                    "ms",
                );
            }
            row(&format!("{kind}_errors"), float(took.errors), "calls");
        }
        row("peak_rss_mb", line.rss_mb, "MB");
    }
}

impl Line {
    fn of(dialect: &Dialect) -> Line {
        Line {
            name: dialect.name,
            mode: dialect.mode,
            took: Default::default(),
            rss_mb: 0.0,
        }
    }
}

/// What the clients of one kind of request share.
struct Tally {
    kind: Kind,
    /// Number of the first record of the round.
    first: usize,
    next: Cell<usize>,
    ids: RefCell<Vec<String>>,
    took: RefCell<Took>,
}

/// One kind of request so many times; ids of created records go to `ids`, the others are about those.
async fn ask(system: &System, kind: Kind, first: usize, ids: &mut Vec<String>, took: &mut Took) -> anyhow::Result<()> {
    let tally = Rc::new(Tally {
        kind,
        first,
        next: Cell::new(0),
        ids: RefCell::new(std::mem::take(ids)),
        took: RefCell::new(std::mem::take(took)),
    });
    let more = match kind {
        Kind::Update => system.dialect.update_head,
        Kind::Create | Kind::Read | Kind::List => "",
    };
    let mut clients = Vec::new();
    for _ in 0..TOGETHER {
        let mut client = Client::connect(&system.address).await?;
        client.carry(format!("{}{more}", system.head));
        clients.push(one_client(client, system.dialect, Rc::clone(&tally)));
    }
    let watch = Watch::start();
    lanes::all(clients).await?;
    *ids = tally.ids.take();
    *took = tally.took.take();
    took.seconds += watch.seconds();
    Ok(())
}

async fn one_client(mut client: Client, dialect: &'static Dialect, tally: Rc<Tally>) -> anyhow::Result<()> {
    while tally.next.get() < COUNT {
        let number = tally.next.replace(tally.next.get() + 1);
        let id = about(&tally.ids.borrow(), number);
        let (method, path, body) = request(dialect, tally.kind, tally.first + number, &id);
        let watch = Watch::start();
        let reply = client.send(method, &path, "", "application/json", body.as_bytes()).await?;
        let mut took = tally.took.borrow_mut();
        took.calls.push(milliseconds(watch));
        if reply.status >= 300 {
            took.errors += 1;
        } else if tally.kind == Kind::Create {
            tally.ids.borrow_mut().push(id_of(reply.body, dialect)?);
        }
    }
    Ok(())
}

/// The record that a request is about; some creations may have been refused.
fn about(ids: &[String], number: usize) -> String {
    ids.get(number % ids.len().max(1)).cloned().unwrap_or_default()
}

fn request(dialect: &Dialect, kind: Kind, number: usize, id: &str) -> (&'static str, String, String) {
    let one = format!("{}/{id}", dialect.records);
    let wrapped = |fields: Json| match dialect.wrap {
        "" => fields.to_string(),
        member => json!({ member: fields }).to_string(),
    };
    match kind {
        Kind::Create => ("POST", dialect.records.to_owned(), wrapped(street(number))),
        Kind::Read => ("GET", one, String::new()),
        Kind::List => ("GET", format!("{}{}", dialect.records, dialect.list), String::new()),
        Kind::Update => ("PATCH", one, wrapped(json!({ "title": format!("改名路{number}") }))),
    }
}

/// One in three is of rank 2, which the list asks for.
fn street(number: usize) -> Json {
    let line = json!({ "type": "LineString", "coordinates": [[127.5, 43.05], [127.51, 43.05]] });
    json!({ "title": format!("人民路{number}"), "rank": number % 3 + 1, "width": number % 40 + 5, "line": line })
}

/// The id of what was created, which is a number in some systems.
fn id_of(body: &[u8], dialect: &Dialect) -> anyhow::Result<String> {
    let answer: Json = serde_json::from_slice(body)?;
    let id = answer.pointer(dialect.id).context("an answer without id")?;
    Ok(id.as_str().map_or_else(|| id.to_string(), str::to_owned))
}

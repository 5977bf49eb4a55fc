//! The line to PostgreSQL is cut at COMMIT: what became of the act is not known, the answer says so, and the same key tells the truth.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::client::{Body, People};
use crate::site::{On, Site};

/// What the line does with the flight that carries a certain word and COMMIT.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cut {
    /// The flight never arrives.
    Before,
    /// It arrives and is committed; the answer never comes back.
    After,
}

/// The line and its knife.
#[derive(Default)]
struct Line {
    armed: Option<(String, Cut)>,
    /// Nothing gets through any more, old connections or new.
    dead: bool,
    streams: Vec<(TcpStream, UnixStream)>,
}

type Shared = Arc<Mutex<Line>>;

impl Line {
    fn die(&mut self) {
        self.dead = true;
        for (client, server) in self.streams.drain(..) {
            // Whoever hung up already has.
            let _ = client.shutdown(std::net::Shutdown::Both);
            let _ = server.shutdown(std::net::Shutdown::Both);
        }
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|it| it == wanted)
}

/// A line to the socket of a PostgreSQL server; gives its port.
fn line(socket: String) -> (u16, Shared) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("address").port();
    let shared = Shared::default();
    let line = Arc::clone(&shared);
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let mut state = line.lock().expect("line");
            if state.dead {
                continue;
            }
            let server = UnixStream::connect(&socket).expect("the server");
            let clones = (client.try_clone().expect("clone"), server.try_clone().expect("clone"));
            let ends = (client.try_clone().expect("clone"), server.try_clone().expect("clone"));
            state.streams.push(clones);
            drop(state);
            let cut = Arc::new(Mutex::new(false));
            let (shared, seen) = (Arc::clone(&line), Arc::clone(&cut));
            std::thread::spawn(move || requests(client, server, &shared, &seen));
            let shared = Arc::clone(&line);
            std::thread::spawn(move || answers(ends.1, ends.0, &shared, &cut));
        }
    });
    (port, shared)
}

/// Passes requests on; at the word followed by COMMIT it cuts, or lets the answers be watched for the end of the commit.
fn requests(mut from: TcpStream, mut to: UnixStream, shared: &Shared, watched: &Mutex<bool>) {
    let mut buffer = vec![0; 65_536];
    let mut flight: Vec<u8> = Vec::new();
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        flight.extend_from_slice(&buffer[..n]);
        let commits = contains(&flight, b"COMMIT\0");
        let mut line = shared.lock().expect("line");
        let hit = line
            .armed
            .as_ref()
            .filter(|it| commits && contains(&flight, it.0.as_bytes()))
            .map(|it| it.1);
        if let Some(cut) = hit {
            line.armed = None;
            if cut == Cut::Before {
                line.die();
                return;
            }
            *watched.lock().expect("watch") = true;
        }
        drop(line);
        if commits {
            flight.clear();
        }
        if to.write_all(&buffer[..n]).is_err() {
            return;
        }
    }
}

fn answers(mut from: UnixStream, mut to: TcpStream, shared: &Shared, watched: &Mutex<bool>) {
    let mut buffer = vec![0; 65_536];
    let mut held: Vec<u8> = Vec::new();
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        if *watched.lock().expect("watch") {
            held.extend_from_slice(&buffer[..n]);
            if contains(&held, b"COMMIT\0") {
                shared.lock().expect("line").die();
                return;
            }
            continue;
        }
        if to.write_all(&buffer[..n]).is_err() {
            return;
        }
    }
}

/// Splits the URL of the test cluster into the path of its socket and the database; none when the server is somebody else's.
fn parts(url: &str) -> Option<(String, String)> {
    let rest = url.strip_prefix("postgresql://postgres@")?;
    let (folder, database) = rest.split_once('/')?;
    let folder = folder.contains("%2F").then(|| folder.replace("%2F", "/"))?;
    Some((format!("{folder}/.s.PGSQL.5432"), database.to_owned()))
}

#[test]
fn an_unknown_outcome_is_said_and_the_key_tells_the_truth() {
    let mut site = Site::demo(On::Postgres);
    let Some((socket, database)) = site.url().and_then(parts) else {
        println!("left out: the line can be cut only on the test cluster");
        return;
    };
    let (port, line) = line(socket);
    site.stop();
    site.move_database(&format!("postgresql://postgres@127.0.0.1:{port}/{database}"));
    site.start_again();
    let people = People::at(&site.base).signed_in(&["intake1", "chief1"]);
    let list = |title: &str| {
        let path = format!("/registers/urban_case/records?filter=title%20%3D%20%27{title}%27");
        people.get("chief1", &path).good("list")["items"]
            .as_array()
            .map_or(0, Vec::len)
    };
    let report = |title: &str| Body::Json(json!({ "source": "hotline", "title": title, "description": "路灯不亮" }));
    let path = "/registers/urban_case/records";
    people
        .post("intake1", path, Some("warm"), &report("warm"))
        .good("the first one");
    for (cut, title, there) in [(Cut::After, "line-after", 1), (Cut::Before, "line-before", 0)] {
        line.lock().expect("line").armed = Some((title.to_owned(), cut));
        let answer = people.post("intake1", path, Some(title), &report(title));
        let told = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (503, "outcome-unknown"),
            "{cut:?}: {told}"
        );
        let away = people.get("chief1", "/registers/urban_case/records?limit=1");
        assert_eq!(
            (away.status, away.code().as_str()),
            (503, "unavailable"),
            "{cut:?}: no database"
        );
        line.lock().expect("line").dead = false;
        assert_eq!(list(title), there, "{cut:?}: what happened");
        let truth = people.post("intake1", path, Some(title), &report(title)).good("the same key");
        assert_eq!(list(title), 1, "{cut:?}: once");
        let again = people.post("intake1", path, Some(title), &report(title)).good("once more");
        assert_eq!(again, truth);
    }
}

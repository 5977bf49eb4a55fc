//! A running `yiwang serve` of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use yiwang_testkit::postgres::{self, TestDatabase};

use crate::template;

/// Password of the demo's users in these tests.
pub const PASSWORD: &str = "Test-only-2026";

/// A server that runs until it is dropped.
pub struct Site {
    pub base: String,
    /// What it printed before it was ready.
    pub said: String,
    pub folder: tempfile::TempDir,
    child: Child,
    database: Option<TestDatabase>,
}

/// The command line.
pub fn yiwang() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yiwang"));
    command.env("YIWANG_DEMO_PASSWORD", PASSWORD).env("YIWANG_LOG", "error");
    command
}

/// Which database.
#[derive(Clone, Copy, Debug)]
pub enum On {
    Sqlite,
    Postgres,
}

/// Both.
pub const BOTH: [On; 2] = [On::Sqlite, On::Postgres];

impl Site {
    /// A small demo, loaded and ready.
    pub fn demo(on: On) -> Site {
        let folder = tempfile::tempdir().expect("folder");
        let data = folder.path().join("data");
        let database = template::demo(on, &data);
        Site::over(folder, database, &["--demo=small"])
    }

    /// The same, loaded into a folder that was empty.
    pub fn first_demo(on: On) -> Site {
        Site::begin(on, &["--demo=small"])
    }

    /// A fresh installation that is no demo.
    pub fn real(on: On) -> Site {
        Site::begin(on, &[])
    }

    fn begin(on: On, more: &[&str]) -> Site {
        let folder = tempfile::tempdir().expect("folder");
        let database = matches!(on, On::Postgres).then(|| block_on(postgres::database()));
        Site::over(folder, database, more)
    }

    fn over(folder: tempfile::TempDir, database: Option<TestDatabase>, more: &[&str]) -> Site {
        let data = folder.path().join("data");
        let (child, base, said) = serve(&data, database.as_ref().map(|it| it.url.as_str()), more);
        Site {
            base,
            said,
            folder,
            child,
            database,
        }
    }

    /// The data folder.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// The folder with the contents of files.
    pub fn files(&self) -> std::path::PathBuf {
        self.data().join("files/files")
    }

    /// Where its database is, on PostgreSQL.
    pub fn url(&self) -> Option<&str> {
        self.database.as_ref().map(|it| it.url.as_str())
    }

    /// Lets the next start find its database over another way.
    pub fn move_database(&self, url: &str) {
        std::fs::write(self.data().join("database"), url).expect("the remembered database");
    }

    /// Ends the server as a power cut does to a process: at once, whatever it is doing.
    pub fn kill(&mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("the end");
    }

    /// Starts again on the same folder and kills the server before it is ready.
    pub fn start_and_kill(&self) {
        let mut child = command(&self.data(), None, &[]).spawn().expect("yiwang serve");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("stdout"));
        out.read_line(&mut line).expect("its first line");
        child.kill().expect("SIGKILL");
        child.wait().expect("the end");
    }

    /// A second node on the same PostgreSQL, with its own folder, the same keys and `more`.
    pub fn second_node(&self, more: &[&str]) -> Site {
        let folder = tempfile::tempdir().expect("folder");
        self.hand_keys(folder.path());
        let (child, base, said) = serve(&folder.path().join("data"), self.url(), more);
        Site {
            base,
            said,
            folder,
            child,
            database: None,
        }
    }

    /// Gives the folder of another node the keys of this one.
    pub fn hand_keys(&self, folder: &Path) {
        std::fs::create_dir(folder.join("data")).expect("data folder");
        std::fs::copy(self.data().join("keys"), folder.join("data/keys")).expect("keys");
    }

    /// Stops the server as `kill` does, and waits until it is gone; whether it ended in order.
    pub fn stop(&mut self) -> bool {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        self.child.wait().is_ok_and(|it| it.success())
    }

    /// Starts again on the same folder.
    pub fn start_again(&mut self) {
        (self.child, self.base, self.said) = serve(&self.data(), None, &[]);
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(data: &Path, database: Option<&str>, more: &[&str]) -> Command {
    let mut command = yiwang();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(more)
        .stdout(Stdio::piped());
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    command
}

/// Waits for something in a test that is not asynchronous itself.
pub fn block_on<T>(it: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(it)
}

/// Starts a server and waits until it says that it is ready.
pub fn serve(data: &Path, database: Option<&str>, more: &[&str]) -> (Child, String, String) {
    let mut child = command(data, database, more).spawn().expect("yiwang serve");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    let (mut base, mut said) = (String::new(), String::new());
    for line in lines.by_ref() {
        let line = line.expect("line");
        if let Some((_, rest)) = line.split_once("http://") {
            base = format!("http://{}", rest.split('/').next().unwrap_or_default());
        }
        said.push_str(&format!("{line}\n"));
        if line == "就绪" {
            // Whatever it prints later must not fill the pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return (child, base, said);
        }
    }
    let status = child.wait().expect("status");
    panic!("yiwang serve ended before it was ready: {status}");
}

/// A start that must fail: what it says on standard error.
pub fn refused_start(data: &Path, more: &[&str]) -> String {
    let mut command = yiwang();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(more);
    let output = command.output().expect("serve");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{told}");
    told
}

/// An HTTP answer.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: String,
}

/// One request, without cookies of its own and without following anything.
pub fn call(base: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .build()
        .into();
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{base}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = agent.run(request.body(body.to_vec()).expect("request")).expect("answer");
    Answer {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.body_mut().read_to_string().expect("body"),
    }
}

/// The session cookie of a user, or the problem.
pub fn sign_in(base: &str, user: &str, password: &str) -> Result<String, Box<Answer>> {
    let body = serde_json::json!({ "username": user, "password": password }).to_string();
    let answer = call(
        base,
        "POST",
        "/api/v1/session",
        &[("content-type", "application/json")],
        body.as_bytes(),
    );
    let cookie = answer.headers.get("set-cookie").and_then(|it| it.to_str().ok());
    match cookie.and_then(|it| it.split(';').next()) {
        Some(cookie) if answer.status == 200 => Ok(cookie.to_owned()),
        _ => Err(Box::new(answer)),
    }
}

/// The last line a command printed, and its exit code.
pub fn last_line(output: &Output) -> (String, Option<i32>) {
    let text = String::from_utf8_lossy(&output.stdout);
    (text.lines().last().unwrap_or_default().to_owned(), output.status.code())
}

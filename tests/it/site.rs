//! A running `yiwang serve` of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use yiwang_testkit::postgres::{self, TestDatabase};

/// Password of the demo's users in these tests.
pub const PASSWORD: &str = "Test-only-2026";

/// A demo that runs until it is dropped.
pub struct Site {
    pub base: String,
    pub folder: tempfile::TempDir,
    child: Child,
    _database: Option<TestDatabase>,
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
    /// A fresh small demo, loaded and ready.
    pub fn demo(on: On) -> Site {
        let folder = tempfile::tempdir().expect("folder");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("runtime");
        let database = matches!(on, On::Postgres).then(|| runtime.block_on(postgres::database()));
        let data = folder.path().join("data");
        let (child, base) = serve(&data, database.as_ref().map(|it| it.url.as_str()), &["--demo=small"]);
        Site {
            base,
            folder,
            child,
            _database: database,
        }
    }

    /// The data folder.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Stops the server as `kill` does, and waits until it is gone.
    pub fn stop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }

    /// Starts again on the same folder.
    pub fn start_again(&mut self) {
        let (child, base) = serve(&self.data(), None, &[]);
        self.child = child;
        self.base = base;
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a server and waits until it says that it is ready.
fn serve(data: &Path, database: Option<&str>, more: &[&str]) -> (Child, String) {
    let mut command = yiwang();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(more)
        .stdout(Stdio::piped());
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    let mut child = command.spawn().expect("yiwang serve");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    let mut base = String::new();
    for line in lines.by_ref() {
        let line = line.expect("line");
        if let Some((_, rest)) = line.split_once("http://") {
            base = format!("http://{}", rest.split('/').next().unwrap_or_default());
        }
        if line == "就绪" {
            // Whatever it prints later must not fill the pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return (child, base);
        }
    }
    let status = child.wait().expect("status");
    panic!("yiwang serve ended before it was ready: {status}");
}

/// The last line a command printed, and its exit code.
pub fn last_line(output: &Output) -> (String, Option<i32>) {
    let text = String::from_utf8_lossy(&output.stdout);
    (text.lines().last().unwrap_or_default().to_owned(), output.status.code())
}

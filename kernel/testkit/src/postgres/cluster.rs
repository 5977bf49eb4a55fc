//! Starting, finding and ending the shared cluster. PostgreSQL refuses root, so root hands it to another existing user.

use std::fs::{self, File, OpenOptions};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Stops the cluster once no test has touched `used` for ten minutes, under the same lock under which tests look for it.
const WATCHER: &str = r#"
while sleep 20; do
    if [ ! -e "$BASE/used" ]; then exit 0; fi
    exec 9>"$LOCK"
    flock 9
    if [ -n "$(find "$BASE/used" -mmin +10 2>/dev/null)" ]; then
        kill -INT "$(head -n 1 "$BASE/data/postmaster.pid")" 2>/dev/null
        sleep 2
        rm -rf "$BASE"
        exit 0
    fi
    exec 9>&-
done
"#;

/// Settings of the shared cluster: quick, and nothing in it has to outlive a crash.
const QUICK: &str = "-c fsync=off -c full_page_writes=off -c shared_buffers=64MB -c max_connections=300 -c wal_level=minimal \
     -c max_wal_senders=0 -c max_wal_size=256MB -c deadlock_timeout=100ms";

/// A server of one's own on a data folder, stopped when dropped.
pub struct Cluster {
    bin: PathBuf,
    owner: Owner,
    data: PathBuf,
    socket: PathBuf,
}

impl Cluster {
    /// Starts a server on a data folder, which is made when absent, with these settings (`-c name=value ...`); its socket stands in a folder
    /// of its own. Whoever owns the folder later must be the user that this one picks: `postgres` or `nobody` for root.
    ///
    /// # Errors
    /// When there is no PostgreSQL, or what it says.
    pub fn start(data: &Path, settings: &str) -> Result<Cluster, String> {
        let (bin, owner) = (binaries()?, owner()?);
        let socket = std::env::temp_dir().join(format!("yiwang-pg-own-{}", std::process::id()));
        if socket.exists() {
            fs::remove_dir_all(&socket).map_err(|it| told(&socket, it))?;
        }
        for folder in [data, &socket] {
            if !folder.exists() {
                fs::create_dir_all(folder).map_err(|it| told(folder, it))?;
                hand_over(owner, folder)?;
            }
        }
        if !data.join("PG_VERSION").exists() {
            init(&bin, owner, data)?;
        }
        let cluster = Cluster {
            bin,
            owner,
            data: data.to_owned(),
            socket,
        };
        cluster.launch(settings)?;
        Ok(cluster)
    }

    /// URL of the cluster's own database.
    pub fn url(&self) -> String {
        url_of(&self.socket)
    }

    /// Number of the server's process.
    pub fn pid(&self) -> Option<u32> {
        let file = fs::read_to_string(self.data.join("postmaster.pid")).ok()?;
        file.lines().next()?.trim().parse().ok()
    }

    fn launch(&self, settings: &str) -> Result<(), String> {
        launch(&self.bin, self.owner, &self.data, &self.socket, settings)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut ctl = command(self.owner, &self.bin.join("pg_ctl"));
        ctl.args(["stop", "-w", "-s", "-m", "fast", "-D"]).arg(&self.data);
        // A server that is gone already needs no stopping.
        let _ = run(&mut ctl);
        let _ = fs::remove_dir_all(&self.socket);
    }
}

/// The user that owns the cluster.
#[derive(Clone, Copy)]
enum Owner {
    Myself,
    /// Name, started through `setpriv`.
    Other(&'static str),
}

/// URL of the running cluster's own database; starts the cluster when need be.
pub(super) fn url() -> Result<String, String> {
    let bin = binaries()?;
    let owner = owner()?;
    let base = base(owner);
    let lock = base.with_extension("lock");
    let guard = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock)
        .map_err(|it| told(&lock, it))?;
    guard.lock().map_err(|it| told(&lock, it))?;
    if !answers(&base) {
        start(&bin, owner, &base)?;
        watch(&base, &lock)?;
    }
    let used = base.join("used");
    File::create(&used).map_err(|it| told(&used, it))?;
    Ok(url_of(&base))
}

fn url_of(socket: &Path) -> String {
    format!(
        "postgresql://postgres@{}/postgres",
        socket.display().to_string().replace('/', "%2F")
    )
}

fn start(bin: &Path, owner: Owner, base: &Path) -> Result<(), String> {
    if base.exists() {
        fs::remove_dir_all(base).map_err(|it| told(base, it))?;
    }
    fs::create_dir(base).map_err(|it| told(base, it))?;
    hand_over(owner, base)?;
    let data = base.join("data");
    init(bin, owner, &data)?;
    launch(bin, owner, &data, base, QUICK)
}

fn hand_over(owner: Owner, folder: &Path) -> Result<(), String> {
    match owner {
        Owner::Myself => Ok(()),
        Owner::Other(name) => run(Command::new("chown").arg(name).arg(folder)),
    }
}

fn init(bin: &Path, owner: Owner, data: &Path) -> Result<(), String> {
    let initdb = |locale: &[&str]| {
        let mut it = command(owner, &bin.join("initdb"));
        it.args(["-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"])
            .args(locale)
            .arg("-D")
            .arg(data);
        run(&mut it)
    };
    // A server built without ICU has no Chinese collation; its own will do.
    initdb(&["--locale-provider=icu", "--icu-locale=zh"]).or_else(|_| initdb(&[]))
}

fn launch(bin: &Path, owner: Owner, data: &Path, socket: &Path, settings: &str) -> Result<(), String> {
    let place = format!("-c listen_addresses='' -c unix_socket_directories='{}'", socket.display());
    let mut ctl = command(owner, &bin.join("pg_ctl"));
    ctl.args(["start", "-w", "-t", "60", "-s", "-D"])
        .arg(data)
        .arg("-l")
        .arg(socket.join("log"))
        .arg("-o")
        .arg(format!("{place} {settings}"));
    run(&mut ctl)
}

fn watch(base: &Path, lock: &Path) -> Result<(), String> {
    let mut it = Command::new("setsid");
    it.args(["sh", "-c", WATCHER])
        .env("BASE", base)
        .env("LOCK", lock)
        .current_dir("/");
    it.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    it.spawn()
        .map(|_| ())
        .map_err(|it| format!("setsid (Debian package `util-linux`): {it}"))
}

fn answers(base: &Path) -> bool {
    UnixStream::connect(base.join(".s.PGSQL.5432")).is_ok()
}

/// A folder that the other user can reach and whose socket path is short: one per owner and checkout.
fn base(owner: Owner) -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bytes = checkout.as_os_str().as_encoded_bytes();
    let hash = bytes
        .iter()
        .fold(0x811c_9dc5_u32, |hash, it| (hash ^ u32::from(*it)).wrapping_mul(0x0100_0193));
    let user = match owner {
        Owner::Myself => std::env::var("USER").unwrap_or_else(|_| "me".to_owned()),
        Owner::Other(name) => format!("root-{name}"),
    };
    std::env::temp_dir().join(format!("yiwang-pg-{user}-{hash:08x}"))
}

fn binaries() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(found) = std::env::split_paths(&path).find(|it| it.join("initdb").is_file() && it.join("pg_ctl").is_file()) {
        return Ok(found);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|it| Some((it.file_name().to_str()?.parse::<u32>().ok()?, it.path().join("bin"))))
        .filter(|(version, bin)| *version >= 15 && bin.join("initdb").is_file())
        .max();
    newest.map(|(_, bin)| bin).ok_or_else(|| {
        "PostgreSQL 15 or newer is not installed; on Debian install the package `postgresql` (or set YIWANG_TEST_DATABASE)"
            .to_owned()
    })
}

fn owner() -> Result<Owner, String> {
    let id = Command::new("id").arg("-u").output().map_err(|it| format!("id: {it}"))?;
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Ok(Owner::Myself);
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|it| format!("/etc/passwd: {it}"))?;
    let exists = |name: &&str| users.lines().any(|it| it.split(':').next() == Some(name));
    let found = ["postgres", "nobody"].into_iter().find(exists);
    found
        .map(Owner::Other)
        .ok_or_else(|| "root cannot run PostgreSQL and there is no user `postgres` or `nobody`".to_owned())
}

fn command(owner: Owner, program: &Path) -> Command {
    let mut it = match owner {
        Owner::Myself => Command::new(program),
        Owner::Other(name) => {
            let mut it = Command::new("setpriv");
            it.args([&format!("--reuid={name}"), "--clear-groups", "--"]).arg(program);
            it
        }
    };
    it.current_dir("/");
    it
}

/// Runs to the end. Output goes to a file, not to a pipe, which the server would inherit and keep open.
fn run(it: &mut Command) -> Result<(), String> {
    let path = std::env::temp_dir().join(format!("yiwang-pg-{}.out", std::process::id()));
    let out = File::create(&path).map_err(|error| told(&path, error))?;
    let again = out.try_clone().map_err(|error| told(&path, error))?;
    let status = it.stdin(Stdio::null()).stdout(out).stderr(again).status();
    let said = fs::read_to_string(&path).unwrap_or_default();
    // It is only a note of what was said.
    let _ = fs::remove_file(&path);
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{it:?}: {status}: {said}")),
        Err(error) => Err(format!("{it:?}: {error}")),
    }
}

fn told(path: &Path, error: std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

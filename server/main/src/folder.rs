//! The data folder: keys, the remembered database, the demo mark and its password, the socket for the command line.

use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use yiwang_records::KeyRing;
use yiwang_store::Config;
use yiwang_types::Entropy;

/// Note of where the files lie, when it is not inside.
const FILES_AT: &str = "files-at";

/// A data folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens a folder, making it with mode 0700 when there is none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(path: &Path) -> anyhow::Result<Folder> {
        if !path.is_dir() {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
                .with_context(|| format!("建不了数据文件夹 {}", path.display()))?;
        }
        Ok(Folder(path.to_owned()))
    }

    /// Keeps other processes out for as long as the file is open, whichever database the folder uses.
    ///
    /// # Errors
    /// When another process has it.
    pub fn lock(&self) -> anyhow::Result<File> {
        let path = self.path("node.lock");
        let file = File::create(&path).with_context(|| format!("建不了 {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => bail!("另一个 yiwang 正在用数据文件夹 {},或刚刚启动;请稍后再试", self.0.display()),
            Err(TryLockError::Error(err)) => Err(err).with_context(|| format!("锁不住 {}", path.display())),
        }
    }

    /// The path of something inside.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Socket by which the command line talks to a running server.
    pub fn socket(&self) -> PathBuf {
        self.path("admin.sock")
    }

    /// Keys from `YIWANG_KEYS` or `DIR/keys`; none in a fresh folder, and in one that lost them.
    ///
    /// # Errors
    /// When they do not parse or are open to others.
    pub fn keys(&self) -> anyhow::Result<Option<KeyRing>> {
        let ring = match std::env::var("YIWANG_KEYS") {
            Ok(text) => KeyRing::parse(&text.replace(';', "\n")).map(Some),
            Err(_) => KeyRing::load(&self.path("keys")),
        };
        ring.map_err(anyhow::Error::msg)
    }

    /// Makes `DIR/keys`, for a database that was never used with any.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn make_keys(&self, entropy: &dyn Entropy) -> anyhow::Result<KeyRing> {
        KeyRing::create(&self.path("keys"), entropy).map_err(anyhow::Error::msg)
    }

    /// Where the data is: the given URL, which is then remembered, or the remembered one, or SQLite in the folder.
    ///
    /// # Errors
    /// When a folder with SQLite data is started with a URL, or another URL than the remembered one is given.
    pub fn database(&self, url: Option<&str>) -> anyhow::Result<Config> {
        let remembered = std::fs::read_to_string(self.path("database"))
            .ok()
            .map(|it| it.trim().to_owned());
        match (url, remembered) {
            (Some(url), Some(known)) if url != known => {
                bail!(
                    "这个数据文件夹用的是另一个数据库;换数据库请用新的文件夹,或改 {}",
                    self.path("database").display()
                )
            }
            (Some(url), None) => {
                if self.path("yiwang.db").exists() {
                    bail!("这个数据文件夹里已有 SQLite 数据,不能再指定 --database;请用新的文件夹");
                }
                write_private(&self.path("database"), url)?;
                Ok(Config::postgres(url))
            }
            (_, Some(known)) => Ok(Config::postgres(known)),
            (None, None) => Ok(Config::sqlite(&self.0)),
        }
    }

    /// Where photos and papers lie: the given folder, or the remembered one, or a folder inside.
    ///
    /// # Errors
    /// When another folder than the remembered one is given.
    pub fn files(&self, given: Option<&Path>) -> anyhow::Result<PathBuf> {
        let given = given.map(std::path::absolute).transpose()?;
        let note = self.path(FILES_AT);
        let remembered = std::fs::read_to_string(&note).ok().map(|it| PathBuf::from(it.trim()));
        match (given, remembered) {
            (Some(given), Some(known)) if given != known => {
                bail!("这个数据文件夹的文件在 {};搬了地方请改 {}", known.display(), note.display())
            }
            (given, remembered) => Ok(given.or(remembered).unwrap_or_else(|| self.path("files"))),
        }
    }

    /// Remembers where the files lie, once it has turned out to be right.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember_files(&self, place: &Path) -> anyhow::Result<()> {
        if place == self.path("files") || self.path(FILES_AT).exists() {
            return Ok(());
        }
        write_private(&self.path(FILES_AT), &place.display().to_string())
    }

    /// The password of the demo's users: `YIWANG_DEMO_PASSWORD`, else the one kept in the folder, else a fresh one.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn demo_password(&self, entropy: &dyn Entropy) -> anyhow::Result<String> {
        let path = self.path("demo-password");
        let kept = std::fs::read_to_string(&path)
            .ok()
            .map(|it| it.trim().to_owned())
            .filter(|it| !it.is_empty());
        let wanted = std::env::var("YIWANG_DEMO_PASSWORD").ok().filter(|it| !it.is_empty());
        let password = wanted.or_else(|| kept.clone()).unwrap_or_else(|| generate_password(entropy));
        if kept.as_deref() != Some(&password) {
            write_private(&path, &password)?;
        }
        Ok(password)
    }
}

/// 16 letters and digits that are not mistaken for one another, of all four classes.
pub fn generate_password(entropy: &dyn Entropy) -> String {
    const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789X";
    let mut random = [0_u8; 14];
    entropy.fill(&mut random);
    let body: String = random
        .iter()
        .filter_map(|it| SIGNS.get(usize::from(*it) % SIGNS.len()))
        .map(|it| char::from(*it))
        .collect();
    format!("Yw{body}7-")
}

/// Writes a file that only the server's user reads, and sees it on the disk.
///
/// # Errors
/// When it cannot be written.
pub fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path);
    let file = file
        .as_mut()
        .map_err(|err| anyhow::anyhow!("写 {} 失败:{err}", path.display()))?;
    writeln!(file, "{text}")
        .and_then(|()| file.sync_all())
        .with_context(|| format!("写 {} 失败", path.display()))
}

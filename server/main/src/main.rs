//! `yiwang`: one binary for a county.

mod admin;
mod audit;
mod check;
mod demo;
mod doors;
mod entries;
mod folder;
mod ground;
mod help;
mod import;
mod node;
mod packages;
mod remote;
mod serve;
mod shared;
mod system;
mod token;
mod user;
mod work;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use tokio::sync::mpsc;
use yiwang_identity::NewUser;

use admin::{Ask, Line};
use doors::Door;
use folder::Folder;
use node::{Node, Settings};

#[derive(Parser)]
#[command(name = "yiwang", version, about = "一网:一个县的数字政府,一个程序")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 启动服务
    Serve {
        /// 数据文件夹
        #[arg(long)]
        data: PathBuf,
        /// 地址和端口
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// PostgreSQL 的地址;数据文件夹会记住它
        #[arg(long)]
        database: Option<String>,
        /// 照片和文件放在哪里;几台服务器用一个数据库时,写同一个共享文件夹。数据文件夹会记住它
        #[arg(long)]
        files: Option<PathBuf>,
        /// 前面有一层反向代理:来访地址和是否 HTTPS 以它写的 X-Forwarded-For、X-Forwarded-Proto 为准,经 HTTPS 来的登录只在 HTTPS 下有效。没有代理时不要写
        #[arg(long)]
        behind_proxy: bool,
        /// 还有哪个网站的页面可以带着登录来操作,如 https://console.example.gov.cn;可写几次,本系统自己的不用写
        #[arg(long = "origin", value_name = "URL", value_parser = origin)]
        origins: Vec<String>,
        /// 演示:small 是小的一套;文件夹一旦作演示,一直是演示
        #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "small", value_parser = ["small"])]
        demo: Option<String>,
        /// 把每次写入的语句原样记到一个文件,供性能测试重放;内容不加密,只用于演示
        #[arg(long, hide = true, requires = "demo")]
        record_writes: Option<PathBuf>,
    },
    /// 导入一个文件
    Import {
        /// 数据文件夹
        #[arg(long, conflicts_with = "server", required_unless_present = "server")]
        data: Option<PathBuf>,
        /// 远处的服务,如 http://127.0.0.1:8080;令牌在 YIWANG_TOKEN
        #[arg(long)]
        server: Option<String>,
        /// 导入定义;登记簿只有一个时不用写
        #[arg(long)]
        mapping: Option<String>,
        /// 登记簿
        register: String,
        /// 文件
        file: PathBuf,
    },
    /// 检查应用文件:每处错误给出文件、行和改法
    Check {
        /// 文件夹;不写则检查程序内的应用
        dir: Option<PathBuf>,
    },
    /// 给程序发一个令牌,权限与某个用户相同;只显示这一次
    Token {
        /// 数据文件夹
        #[arg(long)]
        data: PathBuf,
        /// 有效天数
        #[arg(long, default_value_t = 90)]
        days: u16,
        /// 用户名
        user: String,
        /// 用途
        name: String,
    },
    /// 能登录的人
    User {
        #[command(subcommand)]
        command: User,
    },
    /// 审计链
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
}

#[derive(Subcommand)]
enum User {
    /// 增加一个用户,首次登录须改密码;第一个不写岗位,就是系统管理员
    Add {
        /// 数据文件夹
        #[arg(long)]
        data: PathBuf,
        /// 姓名
        #[arg(long, default_value = "")]
        name: String,
        /// 岗位代码,可写几次
        #[arg(long = "post")]
        posts: Vec<String>,
        /// 从标准输入读密码;不写则生成一个,只显示这一次
        #[arg(long)]
        password_stdin: bool,
        /// 账号
        username: String,
    },
    /// 给一个用户换密码,下次登录须再改
    Password {
        /// 数据文件夹
        #[arg(long)]
        data: PathBuf,
        /// 从标准输入读密码;不写则生成一个,只显示这一次
        #[arg(long)]
        password_stdin: bool,
        /// 账号
        username: String,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// 重新计算每一条审计链,与历史记录逐条对照
    Verify {
        /// 数据文件夹
        #[arg(long)]
        data: PathBuf,
    },
}

/// The origin of a site as browsers name it: scheme and host, without a path.
fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = host.map(|it| it.trim_end_matches('/'));
    match host.filter(|it| !it.is_empty() && !it.contains(['/', '?', '#', '@', ' ', '*'])) {
        Some(_) => Ok(text.trim_end_matches('/').to_lowercase()),
        None => Err("写成 https://网站,可带端口,不带路径".to_owned()),
    }
}

fn main() -> ExitCode {
    serve::log();
    match run(Cli::parse().command) {
        Ok(exit) => exit,
        Err(err) => {
            eprintln!("yiwang: {err:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check { dir } => check::run(dir.as_deref()),
        Command::Serve {
            data,
            listen,
            database,
            files,
            behind_proxy,
            origins,
            demo,
            record_writes,
        } => {
            let settings = Settings {
                database,
                files,
                demo,
                record_writes,
            };
            let door = Door { behind_proxy, origins };
            serve::block_on(async { serve::run(Folder::open(&data)?, listen, &settings, &door).await })?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Import {
            data,
            server,
            mapping,
            register,
            file,
        } => {
            let bytes = std::fs::read(&file).with_context(|| format!("读文件 {} 失败", file.display()))?;
            match (data, server) {
                (_, Some(server)) => remote::import(&server, &register, mapping.as_deref(), &bytes),
                (Some(data), None) => on_folder(&data, &Ask::Import { register, mapping }, &bytes),
                (None, None) => anyhow::bail!("写 --data 或 --server"),
            }
        }
        Command::Token { data, days, user, name } => on_folder(&data, &Ask::Token { user, name, days }, &[]),
        Command::User { command } => run_user(command),
        Command::Audit {
            command: Audit::Verify { data },
        } => on_folder(&data, &Ask::AuditVerify, &[]),
    }
}

fn run_user(command: User) -> anyhow::Result<ExitCode> {
    match command {
        User::Add {
            data,
            name,
            posts,
            password_stdin,
            username,
        } => {
            let user = NewUser { username, name, posts };
            let password = typed_password(password_stdin)?;
            on_folder(&data, &Ask::UserAdd { user, password }, &[])
        }
        User::Password {
            data,
            password_stdin,
            username,
        } => {
            let password = typed_password(password_stdin)?;
            on_folder(&data, &Ask::UserPassword { username, password }, &[])
        }
    }
}

/// The first line of standard input, when it is asked for.
fn typed_password(from_stdin: bool) -> anyhow::Result<Option<String>> {
    if !from_stdin {
        return Ok(None);
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("从标准输入读密码失败")?;
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Asks the running server of a folder, or opens the folder itself when none runs.
fn on_folder(data: &std::path::Path, ask: &Ask, bytes: &[u8]) -> anyhow::Result<ExitCode> {
    serve::block_on(async {
        anyhow::ensure!(data.is_dir(), "没有数据文件夹 {}", data.display());
        let folder = Folder::open(data)?;
        if let Some(exit) = admin::ask(&folder, ask, bytes).await? {
            return Ok(ExitCode::from(exit));
        }
        let node = Node::open(folder, &Settings::default()).await?;
        let (say, mut said) = mpsc::unbounded_channel::<Line>();
        let work = async {
            let result = admin::act(&node, ask, bytes, &say).await;
            drop(say);
            result
        };
        let show = async {
            while let Some(line) = said.recv().await {
                admin::show(&line);
            }
        };
        let (exit, ()) = tokio::join!(work, show);
        node.records.store().clone().close().await;
        Ok(ExitCode::from(exit?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_the_site_is_told_at_the_start() {
        let parse = |more: &[&str]| {
            let words = ["yiwang", "serve", "--data", "d"].iter().chain(more);
            Cli::try_parse_from(words).map(|it| match it.command {
                Command::Serve {
                    behind_proxy, origins, ..
                } => (behind_proxy, origins),
                _ => (false, vec![]),
            })
        };
        assert_eq!(parse(&[]).ok(), Some((false, vec![])), "nothing is trusted by default");
        let told = parse(&[
            "--behind-proxy",
            "--origin",
            "https://A.example/",
            "--origin",
            "http://b.example:8080",
        ]);
        let origins = ["https://a.example", "http://b.example:8080"].map(str::to_owned).to_vec();
        assert_eq!(told.ok(), Some((true, origins)));
        for wrong in [
            "a.example",
            "https://",
            "https://a.example/staff",
            "*",
            "https://*",
            "ftp://a",
        ] {
            assert!(parse(&["--origin", wrong]).is_err(), "{wrong}");
        }
    }
}

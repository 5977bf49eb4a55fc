//! `yiwang`: one binary for a county.

mod check;
mod packages;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "yiwang", version, about = "一网:一个县的数字政府,一个程序")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 检查应用文件:每处错误给出文件、行和改法
    Check {
        /// 文件夹;不写则检查程序内的应用
        dir: Option<PathBuf>,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Check { dir } => check::run(dir.as_deref()),
    }
}

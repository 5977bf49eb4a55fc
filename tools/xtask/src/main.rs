//! `cargo xtask`: checks of the repository's own rules, the requirement ledger, and skeletons for new files.

use std::process::ExitCode;

use anyhow::Result;

mod check;
mod code;
mod decision;
mod finding;
mod ledger;
mod tree;

const USAGE: &str = "\
usage: cargo xtask COMMAND
  check               every rule of the repository that a machine can read; prints all findings at once
  generate            writes the files of tools/xtask/generated.txt anew
  ledger [--list]     which requirement rows the tests, apps and pages claim (YIWANG_LEDGER, default ../shared/ledger)
  new-decision TITLE  docs/decisions/NNN-title.md from a skeleton";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<ExitCode> {
    match words {
        ["check"] => check::run(&tree::find_root()?),
        ["generate"] => check::generated::write_all(&tree::find_root()?),
        ["ledger"] => ledger::run(&tree::find_root()?, ledger::Detail::Counts),
        ["ledger", "--list"] => ledger::run(&tree::find_root()?, ledger::Detail::Rows),
        ["new-decision", title @ ..] if !title.is_empty() => decision::run(&tree::find_root()?, &title.join(" ")),
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

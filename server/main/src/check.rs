//! `yiwang check [DIR]`: every mistake of every app file, with file, line and remedy.

use std::path::Path;
use std::process::ExitCode;

use yiwang_types::{Offset, Severity};

use crate::packages;

/// Checks a folder, or what is inside the binary. Exit code 1 when something is an error.
///
/// # Errors
/// When the folder cannot be read.
pub fn run(folder: Option<&Path>) -> anyhow::Result<ExitCode> {
    let files = match folder {
        Some(folder) => packages::folder(folder)?,
        None => packages::embedded(),
    };
    let definitions = yiwang_registry::compile(&files, Offset::CHINA);
    let mut diagnostics = definitions.diagnostics;
    diagnostics.extend(yiwang_portal::check(&definitions.model));
    for diagnostic in &diagnostics {
        println!("{diagnostic}");
    }
    let errors = diagnostics.iter().filter(|it| it.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    println!(
        "应用 {} 个,登记簿 {} 个,流程 {} 个,决策 {} 个;错误 {errors},警告 {warnings}",
        definitions.model.apps.len(),
        definitions.model.registers.len(),
        definitions.processes.len(),
        definitions.decisions.len(),
    );
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

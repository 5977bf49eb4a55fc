//! What keeps a process from running, found without running it.

mod graph;
mod names;
mod outcomes;
mod references;

use yiwang_types::{Diagnostic, Place};

use crate::model::{Definitions, Process};

impl Definitions {
    /// Every mistake that keeps the executable processes from running, and warnings. The file can run when neither this nor
    /// [`crate::parse`] reports an error. A file without an executable process is refused and all its processes are checked.
    pub fn check_runnable(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let any = self.processes.iter().any(|it| it.executable);
        if !any {
            let position = self.document.root.position;
            let place = Place {
                file: self.file.clone(),
                line: position.line,
                column: position.column,
            };
            found.push(Diagnostic::error(
                "not-executable",
                place,
                "文件里没有可执行的流程",
                "给要运行的 process 写上 isExecutable=\"true\"",
            ));
        }
        for process in self.processes.iter().filter(|it| it.executable || !any) {
            let mut report = Report {
                process,
                found: process.problems.clone(),
            };
            graph::check(&mut report);
            references::check(&mut report);
            outcomes::check(&mut report);
            names::check(&mut report);
            found.append(&mut report.found);
        }
        found.sort_by(|a, b| (&a.place, a.code).cmp(&(&b.place, b.code)));
        found
    }
}

/// A process and what was found wrong with it.
struct Report<'a> {
    process: &'a Process,
    found: Vec<Diagnostic>,
}

impl Report<'_> {
    fn error(&mut self, code: &'static str, place: &Place, message: impl Into<String>, remedy: impl Into<String>) {
        self.found.push(Diagnostic::error(code, place.clone(), message, remedy));
    }

    fn warning(&mut self, code: &'static str, place: &Place, message: impl Into<String>, remedy: impl Into<String>) {
        self.found.push(Diagnostic::warning(code, place.clone(), message, remedy));
    }
}

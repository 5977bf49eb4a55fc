//! Figures: as rows for machines, as a table for people with the target beside each.

use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};
use yiwang_types::{Clock as _, Offset};

use crate::watch::MachineClock;

/// One figure.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: String,
    /// `sqlite` or `postgres`; for peers their name.
    pub backend: String,
    /// When, RFC 3339.
    pub at: String,
    /// Commit of the checkout.
    pub commit: String,
}

/// A target: at least, or at most.
enum Target {
    Least(f64),
    Most(f64),
}

/// The targets by name and backend; an empty backend means both.
const TARGETS: [(&str, &str, Target); 9] = [
    ("lifecycles_per_s", "sqlite", Target::Least(200.0)),
    ("lifecycles_per_s", "postgres", Target::Least(100.0)),
    ("errors", "", Target::Most(0.0)),
    ("drain_s", "", Target::Most(10.0)),
    ("write_roofline_ratio", "", Target::Least(0.3)),
    ("task_list_p95_ms", "", Target::Most(30.0)),
    ("case_list_p95_ms", "", Target::Most(30.0)),
    ("second_start_ms", "", Target::Most(1500.0)),
    ("rss_mb_idle", "", Target::Most(200.0)),
];

/// The figures of one invocation.
pub struct Results {
    figures: Vec<Figure>,
    commit: String,
}

impl Results {
    /// None yet.
    pub fn new(checkout: &Path) -> Results {
        let git = |args: &[&str]| {
            let output = Command::new("git").args(args).current_dir(checkout).output().ok()?;
            Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|it| !it.is_empty());
        let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_default();
        Results {
            figures: Vec::new(),
            commit: if changed { format!("{commit}+") } else { commit },
        }
    }

    /// Notes a figure and says it.
    pub fn note(&mut self, backend: &str, name: &str, value: f64, unit: &str) {
        self.push(backend, name, value, unit);
        if let Some(figure) = self.figures.last() {
            println!("{}", line(figure));
        }
    }

    /// Notes a figure.
    pub fn push(&mut self, backend: &str, name: &str, value: f64, unit: &str) {
        self.figures.push(Figure {
            name: name.to_owned(),
            value: (value * 1000.0).round() / 1000.0,
            unit: unit.to_owned(),
            backend: backend.to_owned(),
            at: MachineClock.now().to_rfc3339(Offset::CHINA),
            commit: self.commit.clone(),
        });
    }

    /// Writes the rows; those of other backends that were there stay.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        let old = std::fs::read(file)
            .ok()
            .and_then(|it| serde_json::from_slice::<Vec<Figure>>(&it).ok());
        let replaced = |it: &Figure| self.figures.iter().any(|new| new.backend == it.backend);
        let mut all: Vec<Figure> = old.unwrap_or_default().into_iter().filter(|it| !replaced(it)).collect();
        all.extend(self.figures.iter().cloned());
        let rows: Vec<String> = all.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        std::fs::write(file, format!("[\n  {}\n]\n", rows.join(",\n  ")))?;
        Ok(())
    }

    /// Figures that miss their target.
    pub fn missed(&self) -> usize {
        self.figures
            .iter()
            .filter(|it| judged(it).is_some_and(|(_, met)| !met))
            .count()
    }
}

fn judged(figure: &Figure) -> Option<(String, bool)> {
    let found = TARGETS
        .iter()
        .find(|(name, backend, _)| *name == figure.name && (backend.is_empty() || *backend == figure.backend))?;
    Some(match found.2 {
        Target::Least(it) => (format!("at least {it}"), figure.value >= it),
        Target::Most(it) => (format!("at most {it}"), figure.value <= it),
    })
}

fn line(figure: &Figure) -> String {
    let target = match judged(figure) {
        None => String::new(),
        Some((target, met)) => format!("{target:<16} {}", if met { "met" } else { "MISSED" }),
    };
    format!(
        "{:<10} {:<34} {:>12.2} {:<8} {target}",
        figure.backend, figure.name, figure.value, figure.unit
    )
}

//! Which file of a package is what.

use crate::formats::Kind;

/// What kind of package a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layout {
    /// The kernel's own registers, under `kernel/`.
    Kernel,
    /// An app.
    App,
    /// A place's overlay.
    Overlay,
}

/// What a file is, by its path inside the package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Where<'a> {
    Head,
    Found(Kind, &'a str),
    Process(&'a str),
    Decision(&'a str),
    Portal(&'a str),
    /// Documents, demo data, tests, code: not definitions.
    Ignored,
    /// In a folder of definitions, but not one; with the remedy.
    Wrong(&'static str),
}

impl Layout {
    pub(crate) const fn head_file(self) -> &'static str {
        match self {
            Layout::Kernel | Layout::App => "app.yaml",
            Layout::Overlay => "overlay.yaml",
        }
    }

    pub(crate) fn place_of(self, inside: &str) -> Where<'_> {
        let overlay = self == Layout::Overlay;
        if inside == self.head_file() {
            return Where::Head;
        }
        if let Some(name) = inside.strip_prefix("portal/") {
            return if name.ends_with(".html") || name.ends_with(".yaml") {
                Where::Portal(name)
            } else {
                Where::Ignored
            };
        }
        let Some((folder, name)) = inside.split_once('/') else {
            return match inside {
                "roles.yaml" if !overlay => Where::Found(Kind::Roles, "roles"),
                "roles.yaml" => Where::Wrong("地方配置不能授权;授权写在应用的 roles.yaml"),
                "app.yml" | "roles.yml" | "overlay.yml" => Where::Wrong("扩展名写成 .yaml"),
                _ => Where::Ignored,
            };
        };
        let (extension, wrong, found): (&str, &'static str, fn(Kind, &str) -> Where<'_>) = match folder {
            "processes" => (".bpmn", "流程文件写成 processes/名称.bpmn", |_, stem| {
                Where::Process(stem)
            }),
            "decisions" => (".dmn", "决策文件写成 decisions/名称.dmn", |_, stem| {
                Where::Decision(stem)
            }),
            _ => (
                ".yaml",
                "定义文件写成 文件夹/名称.yaml,不分子文件夹",
                |kind, stem| Where::Found(kind, stem),
            ),
        };
        let Some(kind) = kind_of(folder, self) else {
            return Where::Ignored;
        };
        if name.starts_with('.') || name.ends_with(".md") || name.ends_with(".test.yaml") {
            return Where::Ignored;
        }
        if overlay && matches!(folder, "processes" | "forms" | "reports" | "imports") {
            return Where::Wrong("地方配置里只能有 registers、dictionaries、decisions、calendar、seed、portal");
        }
        match name.strip_suffix(extension).filter(|it| !it.contains('/')) {
            Some(stem) if kind == Kind::Seed => found(kind, without_order(stem)),
            Some(stem) => found(kind, stem),
            None => Where::Wrong(wrong),
        }
    }
}

fn kind_of(folder: &str, layout: Layout) -> Option<Kind> {
    match folder {
        "registers" if layout == Layout::Overlay => Some(Kind::Extension),
        "registers" => Some(Kind::Register),
        "dictionaries" => Some(Kind::Dictionary),
        "forms" => Some(Kind::Form),
        "reports" => Some(Kind::Report),
        "imports" => Some(Kind::Import),
        "calendar" => Some(Kind::Calendar),
        "seed" => Some(Kind::Seed),
        // The kind of these two is never looked at: they are not YAML.
        "processes" | "decisions" => Some(Kind::App),
        _ => None,
    }
}

/// `20_department` is the seed of `department`, loaded after `10_division`.
fn without_order(stem: &str) -> &str {
    let rest = stem.trim_start_matches(|it: char| it.is_ascii_digit());
    if rest.len() < stem.len() {
        rest.strip_prefix('_').unwrap_or(stem)
    } else {
        stem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_what() {
        for (layout, path, expected) in [
            (Layout::App, "app.yaml", Where::Head),
            (
                Layout::App,
                "registers/upkeep_case.yaml",
                Where::Found(Kind::Register, "upkeep_case"),
            ),
            (
                Layout::Overlay,
                "registers/upkeep_case.yaml",
                Where::Found(Kind::Extension, "upkeep_case"),
            ),
            (Layout::App, "registers/upkeep_case.test.yaml", Where::Ignored),
            (Layout::App, "registers/README.md", Where::Ignored),
            (Layout::App, "processes/a.bpmn", Where::Process("a")),
            (
                Layout::Overlay,
                "seed/20_department.yaml",
                Where::Found(Kind::Seed, "department"),
            ),
            (Layout::App, "portal/public/report.html", Where::Portal("public/report.html")),
            (Layout::App, "demo/cases.csv", Where::Ignored),
            (Layout::App, "rust/src/lib.rs", Where::Ignored),
        ] {
            assert_eq!(layout.place_of(path), expected, "{path}");
        }
        for (layout, path) in [
            (Layout::App, "registers/a.yml"),
            (Layout::App, "registers/b/a.yaml"),
            (Layout::App, "processes/a.xml"),
            (Layout::Overlay, "forms/a.yaml"),
            (Layout::Overlay, "roles.yaml"),
        ] {
            assert!(matches!(layout.place_of(path), Where::Wrong(_)), "{path}");
        }
    }
}

//! From the files of all packages to one Model.

mod layout;
mod link;
mod merge;
mod package;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yiwang_types::{Diagnostic, Place};

use crate::model::Model;
use layout::Layout;
pub(crate) use link::names;
use link::{Universe, link};
use package::{Package, PackageFile, read_package};

/// A file of the packages, wherever it came from.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the folder that holds all packages, with `/`, e.g. `apps/upkeep/registers/upkeep_case.yaml`.
    pub path: String,
    /// Content.
    pub bytes: Arc<[u8]>,
}

/// Reads all packages. Every mistake of every file is in the diagnostics, ordered by place; an app with an error is left
/// out of the Model as a whole together with the apps that need it, the rest stays. Same files, same answer.
pub fn load(files: &[SourceFile]) -> (Model, Vec<Diagnostic>) {
    let (mut packages, mut stray) = read_packages(files);
    merge::report_duplicates(&mut packages);
    merge::report_places(&mut packages);
    let all = Universe::of(&packages);
    for package in &mut packages {
        link(package, &all);
    }
    let extended = merge::extend_registers(&mut packages, &all);
    disable_dependents(&mut packages);
    let (model, broken) = merge::build(&packages, &extended, &stray);
    stray.extend(packages.into_iter().flat_map(|it| it.diagnostics));
    stray.sort_by(|a, b| (&a.place, a.code).cmp(&(&b.place, b.code)));
    stray.dedup();
    (
        Model {
            disabled: broken,
            ..model
        },
        stray,
    )
}

/// The packages in order (kernel, apps, overlays; each by path), and what is wrong with files outside of any.
fn read_packages(files: &[SourceFile]) -> (Vec<Package<'_>>, Vec<Diagnostic>) {
    let mut roots: BTreeMap<(Layout, &str), Vec<PackageFile<'_>>> = BTreeMap::new();
    for file in files {
        if let Some((folder, name)) = file.path.rsplit_once('/')
            && let Some(layout) = layout_of(&file.path).filter(|it| it.head_file() == name)
        {
            roots.entry((layout, folder)).or_default();
        }
    }
    let mut sorted: Vec<&SourceFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut headless = BTreeSet::new();
    for file in sorted {
        let Some(layout) = layout_of(&file.path) else { continue };
        let owner = roots
            .iter_mut()
            .filter_map(|(key, files)| Some((key.1.len(), file.path.strip_prefix(key.1)?.strip_prefix('/')?, files)))
            .max_by_key(|it| it.0);
        if let Some((_, inside, files)) = owner {
            files.push(PackageFile {
                path: &file.path,
                inside,
                bytes: &file.bytes,
            });
        } else if let Some(root) = definition_root(&file.path, layout) {
            headless.insert((root, layout.head_file()));
        }
    }
    let stray = headless.into_iter().map(|(root, head)| {
        let place = Place {
            file: format!("{root}/{head}"),
            ..Place::default()
        };
        Diagnostic::error(
            "missing-file",
            place,
            format!("文件夹 {root} 缺少 {head}"),
            format!("写一个 {head},或删去这个文件夹"),
        )
    });
    let stray = stray.collect();
    (
        roots
            .into_iter()
            .map(|((layout, root), files)| read_package(root, layout, &files))
            .collect(),
        stray,
    )
}

fn layout_of(path: &str) -> Option<Layout> {
    match path.split('/').next() {
        Some("kernel") => Some(Layout::Kernel),
        Some("apps") => Some(Layout::App),
        Some("overlays") => Some(Layout::Overlay),
        _ => None,
    }
}

/// The folder that would be the package of a definition file without a head file.
fn definition_root(path: &str, layout: Layout) -> Option<&str> {
    if layout == Layout::Kernel {
        return None;
    }
    let at = path.match_indices('/').map(|(at, _)| at).nth(1)?;
    let (root, inside) = path.split_at_checked(at)?;
    let inside = inside.strip_prefix('/')?;
    (!matches!(layout.place_of(inside), layout::Where::Ignored)).then_some(root)
}

/// An app that needs something of a broken app is broken too, and so on.
fn disable_dependents(packages: &mut [Package<'_>]) {
    loop {
        let broken: BTreeSet<String> = packages
            .iter()
            .filter(|it| it.is_broken())
            .map(|it| it.name.clone())
            .collect();
        let provided: BTreeMap<String, String> = packages
            .iter()
            .filter(|it| it.is_broken())
            .flat_map(|it| {
                it.app()
                    .into_iter()
                    .flat_map(|app| app.provides.iter().map(|name| (name.clone(), it.name.clone())))
            })
            .collect();
        let mut changed = false;
        for package in packages.iter_mut().filter(|it| !broken.contains(&it.name)) {
            let Some(app) = package.app() else { continue };
            let Some((name, owner)) = app.needs.iter().find_map(|it| Some((it.clone(), provided.get(it)?.clone()))) else {
                continue;
            };
            let file = format!("{}/app.yaml", app.root);
            let place = Place {
                file,
                ..Place::default()
            };
            let message = format!("需要的 `{name}` 属于已停用的应用 {owner}");
            package.diagnostics.push(Diagnostic::error(
                "need-disabled",
                place,
                message,
                format!("先改好应用 {owner}"),
            ));
            changed = true;
        }
        if !changed {
            return;
        }
    }
}
